"""Taking in many students: the file is read and checked first, each problem beside its line, and then all or nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from cequiz.domain.people.roll import Newcomer, Slip, read_roll
from cequiz.domain.people.staff import Right
from cequiz.domain.text import visible
from cequiz.errors import NotFound
from cequiz.frontends.roll_file import roll_text
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.forms import OfficeForm
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.language import mark, tr, trn
from cequiz.services import advising, rolling
from cequiz.services.ports import Ports
from cequiz.services.rolling import Intake

_MOST = 1_000
"""Rows of a kind that are listed; what is beyond them is counted."""


@dataclass(frozen=True)
class Roll:
    """A file that was read and checked; nothing of it is kept yet."""

    path: Path
    lines: Sequence[str] = field(repr=False)
    newcomers: tuple[Newcomer, ...]
    found: Intake
    advice: tuple[str, ...] = ()
    """What boards say to these people about their courses."""

    @property
    def loads(self) -> bool:
        """Whether everybody can be taken in."""
        return bool(self.newcomers) and not self.found.slips


def read(ports: Ports, path: Path) -> Roll:
    """Read and check a file.

    Raises:
        NotFound: there is no such file, or it cannot be read.
        WrongUsage: it is not UTF-8 text.
    """
    if not path.is_file():  # what is not a file may never end
        raise NotFound(tr("There is no file {file}.", file=path), hint=tr("Check the name."))
    text = roll_text(path)
    newcomers, slips = read_roll(text)
    found = rolling.plan(ports, newcomers, slips=slips)
    advice = () if found.slips else advising.advice_for_roll(ports, newcomers)
    return Roll(path, text.removeprefix("\ufeff").split("\n"), newcomers, found, advice)


class RollScreen(OfficeForm):
    """Asks for the file."""

    HEADING = mark("Import students")
    INTRODUCTION = mark(
        "A CSV file with the columns name, email and, where you want them, licences (FL:1;CA:2) and course. "
        "It is checked first; nobody is taken in before you say so."
    )
    SEND = mark("Check it")

    def compose_fields(self) -> ComposeResult:
        """Lay out the one field."""
        yield from self.field("path", tr("File"), hint="class-of-november.csv")

    async def send(self) -> None:
        """Read the file and show what would happen."""
        self.refuse("")
        if not self.value("path").strip():
            self.refuse(tr("Type something first."), self.query_one("#path"))
            return
        path = Path(self.value("path").strip()).expanduser()
        roll = await self.desk.look(lambda ports: read(ports, path))
        await self.app.push_screen(RollCheckScreen(self.desk, roll))


class RollCheckScreen(OfficeScreen[None]):
    """What would happen, or what is wrong and where."""

    SCOPE = Scope.ROLL
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Import students")
    RIGHTS = {"load": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk, roll: Roll) -> None:
        super().__init__(desk)
        self._roll = roll

    def compose_body(self) -> ComposeResult:
        """Lay out the summary above the rows."""
        yield Static("", id="greeting", classes="body", markup=False)
        yield Listing(id="records")

    def on_mount(self) -> None:
        """Show what was found."""
        self.query_one(Listing).focus()
        self._show(self._roll)

    def _show(self, roll: Roll) -> None:
        self._roll = roll
        self.top.where = visible(roll.path.name)
        self.query_one("#greeting", Static).update(_summary(roll))
        self.query_one(Listing).fill(list(_rows(roll)), keep=False)
        self.show_keys()

    def allows(self, command: str) -> bool:
        """Only a file without problems can be loaded."""
        return super().allows(command) and (command != "load" or self._roll.loads)

    def action_again(self) -> None:
        """Read the file again: it may have been mended."""
        if not self.busy("deed"):
            self.attend(self._read, group="deed")

    async def _read(self) -> None:
        self._show(await self.desk.look(lambda ports: read(ports, self._roll.path)))

    def action_load(self) -> None:
        """Take everybody in, with progress and a way to stop."""
        if not self.busy("deed"):
            self.attend(self._load, group="deed")

    async def _load(self) -> None:
        roll = self._roll
        found = await self.work(
            tr("Taking in {file}", file=visible(roll.path.name)),
            lambda ports, actor, progress, stop: rolling.take_in(
                ports, roll.newcomers, actor=actor, progress=progress, stop=stop
            ),
            right=Right.ADMINISTER,
        )
        if found is None:
            return
        if found.slips:  # somebody else was quicker, and one of them is there already
            self._show(Roll(roll.path, roll.lines, roll.newcomers, found))
            return
        self.app.pop_screen()
        self.app.pop_screen()
        count = len(found.students)
        self.tell(trn("{count} student was added.", "{count} students were added.", count))


def _summary(roll: Roll) -> Content:
    if roll.found.slips:
        count = len(roll.found.slips)
        words = trn(
            "✗ {count} problem: nobody is taken in before it is mended. Read the file again with r.",
            "✗ {count} problems: nobody is taken in before they are mended. Read the file again with r.",
            count,
        )
        return Content(words).stylize("bold $error")
    count = len(roll.newcomers)
    words = trn(
        "✓ {count} student would be added. Take everybody in with l.",
        "✓ {count} students would be added. Take everybody in with l.",
        count,
    )
    return Content(words).stylize("bold $success")


def _rows(roll: Roll) -> Iterator[Option]:
    """Yield what is wrong, what is odd, and who is new."""
    remarks = roll.found.remarks
    for one in remarks[:_MOST]:
        sign, tone = ("✗", "bold $error") if one.wrong else ("▲", "bold $warning")
        yield Option(_problem(one.slip, roll.lines, sign, tone))
    yield from _more(len(remarks))
    if not roll.found.slips:
        for words in roll.advice:
            place = Content("▲ ".ljust(10)).stylize("bold $warning")
            yield Option(Hanging(place, Content(words).stylize("bold $warning")), disabled=True)
        for who in roll.newcomers[:_MOST]:
            yield Option(_newcomer(who))
        yield from _more(len(roll.newcomers))


def _problem(slip: Slip, lines: Sequence[str], sign: str, tone: str) -> Hanging:
    """Return a problem beside the line of the file that it is in."""
    line = lines[slip.line - 1] if 0 < slip.line <= len(lines) else ""
    place = Content.assemble((f"{sign} ", tone), (f"{slip.line}:{slip.column}".ljust(8), "$quiet"))
    return Hanging(place, Content.assemble((slip.words, tone), "\n", (visible(line.removesuffix("\r")), "$quiet")))


def _newcomer(one: Newcomer) -> Hanging:
    about = " · ".join([one.email, *map(str, one.licences), *([f"→ {one.course}"] if one.course else [])])
    place = Content.assemble(("+ ", "bold $success"), (f"{one.line}".ljust(8), "$quiet"))
    return Hanging(place, Content.assemble((one.name, "bold"), "  ", (about, "$quiet")))


def _more(count: int) -> Iterator[Option]:
    if count > _MOST:
        words = trn("{count} more is not shown.", "{count} more are not shown.", count - _MOST)
        yield Option(Content(words).stylize("$quiet"), disabled=True)

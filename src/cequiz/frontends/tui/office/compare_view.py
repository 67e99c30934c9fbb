"""What is different between two versions of a bank, by meaning: keys first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.bank.diff import BankDiff, compare
from cequiz.domain.people.staff import Right
from cequiz.frontends.bank_changes import change_words
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.widgets.hanging import Column, Hanging
from cequiz.language import mark, tr, trn
from cequiz.services import browsing
from cequiz.services.ports import Ports


class DiffScreen(OfficeScreen[None]):
    """Shows comparisons that were made already."""

    SCOPE = Scope.EVERYWHERE
    HEADING = mark("What is different")

    def __init__(self, desk: OfficeDesk, found: Sequence[BankDiff]) -> None:
        super().__init__(desk)
        self._found = found

    def compose_body(self) -> ComposeResult:
        """Lay out the place of the differences."""
        with VerticalScroll(classes="body", id="review"):
            yield Static("", id="differences", markup=False)

    def on_mount(self) -> None:
        """Show them; let the arrow keys scroll."""
        super().on_mount()
        self.set_focus(self.query_one("#review"))
        self.show_found()

    def show_found(self) -> None:
        """Show the comparisons there are."""
        rows = [row for one in self._found for row in diff_rows(one)]
        if not rows:
            rows = [Hanging(Content(" "), Content(tr("Nothing differs from what is loaded.")))]
        self.query_one("#differences", Static).update(Column(rows))


class VersionsScreen(DiffScreen):
    """Compares a version of a bank with the one before, or, step by step, with earlier ones."""

    SCOPE = Scope.BANK_VERSIONS
    BINDINGS = bindings(SCOPE)

    def __init__(self, desk: OfficeDesk, bank_id: str, versions: Sequence[str], version: str) -> None:
        """Prepare the screen.

        Args:
            desk: where somebody sits.
            bank_id: which bank.
            versions: every version of it, oldest first; at least two.
            version: the one that was looked at.
        """
        super().__init__(desk, ())
        self._bank_id = bank_id
        self._versions = tuple(versions)
        place = self._versions.index(version)
        self._pair = (place - 1, place) if place else (0, 1)

    def on_mount(self) -> None:
        """Compare with the version before."""
        super().on_mount()
        self._compare()

    def _compare(self) -> None:
        self.freshen(self._load)

    async def _load(self) -> None:
        old, new = (self._versions[place] for place in self._pair)
        self.top.where = f"{self._bank_id}: {old} → {new}"
        self._found = (await self.desk.look(lambda ports: self._work(ports, old, new), right=Right.KEYS),)
        self.show_found()
        self.show_keys()

    def _work(self, ports: Ports, old: str, new: str) -> BankDiff:
        with ports.store.read() as unit:
            before, after = (browsing.find_bank(unit, f"{self._bank_id}@{version}") for version in (old, new))
        return compare(before, after)

    def allows(self, command: str) -> bool:
        """There must be an earlier or a later version to go to."""
        old, new = self._pair
        match command:
            case "earlier":
                return old > 0
            case "later":
                return old + 1 < new
            case _:
                return super().allows(command)

    def action_earlier(self) -> None:
        """Compare with the version before the one that is compared with."""
        old, new = self._pair
        self._pair = (old - 1, new)
        self._compare()

    def action_later(self) -> None:
        """Compare with the version after the one that is compared with."""
        old, new = self._pair
        self._pair = (old + 1, new)
        self._compare()


def diff_rows(found: BankDiff) -> Iterator[Hanging]:
    """Yield what is different, question by question, under a heading a group."""
    yield _heading(f"{found.before} → {found.after}", "bold $primary")
    groups = (
        ("✎", mark("Another answer is right"), "$error", found.key_changed),
        ("≠", mark("Shown differently"), "$warning", found.changed),
        ("·", mark("Only notes changed"), "$quiet", found.notes_changed),
        ("+", mark("Added"), "$success", found.added),
        ("−", mark("Removed"), "$warning", found.removed),
    )
    for sign, words, tone, names in groups:
        if names:
            yield _heading("")
            count = trn("{count} question", "{count} questions", len(names))
            yield _heading(f"{tr(words)}: {count}", f"bold {tone}")
            for name in names:
                yield from _question(sign, name, found)
    if found.of(""):
        yield _heading("")
        yield _heading(tr("The bank itself"), "bold")
        yield from (Hanging(Content("  "), Content(change_words(one))) for one in found.of(""))
    if not found.changes:
        yield _heading(tr("Nothing differs."))


def _question(sign: str, name: str, found: BankDiff) -> Iterator[Hanging]:
    lines = [Content(name).stylize("bold"), *(Content(change_words(one)) for one in found.of(name))]
    yield Hanging(Content(f"{sign} ").stylize("bold"), Content("\n").join(lines))


def _heading(words: str, tone: str = "") -> Hanging:
    return Hanging(Content(" "), Content(words).stylize(tone))

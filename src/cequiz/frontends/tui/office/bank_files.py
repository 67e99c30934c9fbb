"""Checking files of banks and courses, each problem beside its source line; watching them; loading them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from cequiz.bootstrap import read_files
from cequiz.domain.bank.lint import PROFILES
from cequiz.domain.people.staff import Right
from cequiz.domain.text import visible
from cequiz.errors import CequizError
from cequiz.frontends.checking import summary
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.problem_rows import excerpt, lines_around, problem_rows
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.office.watching import Watcher
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.frontends.tui.widgets.path_input import PathInput, expanded
from cequiz.language import mark, tr, trn
from cequiz.services import browsing, loading

if TYPE_CHECKING:
    from cequiz.adapters.bank_files.load import Reading
    from cequiz.domain.bank.diff import BankDiff
    from cequiz.services.loading import Loaded
    from cequiz.services.ports import Ports

_PROFILES = (None, *PROFILES)


class BankFilesScreen(OfficeScreen[None]):
    """A path, what is wrong with the files there, and the way into the store."""

    SCOPE = Scope.BANK_FILES
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Check and load")
    RIGHTS = {"load": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._reading: Reading | None = None
        self._asked = 0
        """Which check was asked for last: the answer of an older one is thrown away."""
        self._profile: str | None = None
        self.watcher = Watcher(self, self._saved)

    def compose_body(self) -> ComposeResult:
        """Lay out the path, the problems and the source."""
        with Vertical(classes="body search-list", id="bank-files"):
            with Horizontal(id="search-row"):
                yield PathInput(id="file", placeholder=tr("A file or a folder; Tab completes, Enter checks"))
            yield Static("", id="told-status", markup=False)
            with Container(id="checked"):
                yield Listing(id="problems")
                with VerticalScroll(id="source-area", can_focus=False):
                    yield Static("", id="source", markup=False)

    def on_mount(self) -> None:
        """Start in the line for the path."""
        super().on_mount()
        self.query_one("#file").focus()
        self._tell()

    def on_unmount(self) -> None:
        """Watch nothing any more."""
        self.watcher.end()

    @property
    def typed(self) -> str:
        """The path as it was typed, with the home folder in the place of `~`."""
        return expanded(self.query_one("#file", PathInput).value.strip())

    @on(Input.Submitted, "#file")
    def entered(self) -> None:
        """Check what was typed."""
        self.watcher.end()
        self.action_check()

    def action_check(self) -> None:
        """Read the files and show what is wrong with them."""
        self.attend(self._check, group="check")

    async def _check(self) -> None:
        path, profile = self.typed, PROFILES[self._profile] if self._profile else None
        self._reading = None
        self._asked += 1
        asked = self._asked
        try:
            reading = await self.desk.look(lambda _: read_files([path], profile), right=Right.KEYS)
        except CequizError as error:
            if asked == self._asked:
                self._show_refusal(error)
            return
        if asked == self._asked:
            self._show(reading)

    def _show(self, reading: Reading) -> None:
        self._reading = reading
        listing = self.query_one("#problems", Listing)
        listing.fill(list(problem_rows(reading.problems)))
        self._tell()
        if reading.problems:
            listing.focus()
            self.pointed()
        else:
            self.query_one("#source", Static).update(Content(tr("✓ Nothing is wrong.")).stylize("bold $success"))
            self.set_focus(None)

    def _show_refusal(self, error: CequizError) -> None:
        self.query_one("#problems", Listing).fill([])
        self.query_one("#source", Static).update("")
        self._tell(f"✗ {error.sentence} {error.hint}".strip())

    def _tell(self, refusal: str = "") -> None:
        """Say how it went, by which rules, and whether the files are watched."""
        reading = self._reading
        rules = PROFILES[self._profile].title if self._profile else tr("none")
        bad = bool(refusal) or (reading is not None and reading.has_errors)
        outcome = refusal or (summary(reading) if reading else tr("Nothing is checked yet."))
        profile = tr("Profile: {name}.", name=rules)
        watched = tr("◉ Watching.") if self.watcher.on else tr("○ Not watching.")
        line = Content.assemble((outcome, "bold $error" if bad else ""), f"  {profile}  {watched}")
        self.query_one("#told-status", Static).update(line)
        self.show_keys()

    @on(Listing.OptionHighlighted, "#problems")
    def pointed(self) -> None:
        """Show the place of the highlighted problem."""
        self.freshen(self._point, group="point")

    def on_resize(self, event: events.Resize) -> None:
        """Show the place in the width there is now."""
        self.call_after_refresh(self.pointed)

    async def _point(self) -> None:
        option = self.query_one("#problems", Listing).highlighted_option
        if self._reading is None or option is None or option.id is None:
            return
        problem = self._reading.problems[int(option.id)]
        lines = await self.desk.look(lambda _: lines_around(problem), right=Right.KEYS)
        area = self.query_one("#source-area")
        room = area.scrollable_content_region.size
        self.query_one("#source", Static).update(excerpt(problem, lines, width=room.width, height=room.height))
        area.scroll_home(animate=False)

    def allows(self, command: str) -> bool:
        """Only sound files can be loaded, and only banks compared."""
        reading = self._reading
        match command:
            case "load":
                sound = reading is not None and not reading.has_errors and bool(reading.banks or reading.courses)
                return sound and super().allows(command)
            case "compare":
                return reading is not None and bool(reading.banks)
            case "check" | "watch":
                return bool(self.typed) if self.is_mounted else False
            case _:
                return super().allows(command)

    def action_path(self) -> None:
        """Go to the line for the path."""
        self.query_one("#file").focus()

    def action_profile(self) -> None:
        """Take the rules of the next board, or none."""
        self._profile = _PROFILES[(_PROFILES.index(self._profile) + 1) % len(_PROFILES)]
        if self._reading is None:
            self._tell()
        else:
            self.action_check()

    def action_watch(self) -> None:
        """Begin to watch the files, or end it."""
        if self.watcher.on:
            self.watcher.end()
            self._tell()
        else:
            self.attend(self._watch, group="begin")

    async def _watch(self) -> None:
        await self.watcher.begin([self.typed])
        await self._check()

    def _saved(self) -> None:
        self.tell(tr("A file was saved: checked again."))
        self.action_check()

    def action_compare(self) -> None:
        """Tell what is different from what is loaded."""
        self.attend(self._compare, group="compare")

    async def _compare(self) -> None:
        from cequiz.frontends.tui.office.compare_view import DiffScreen  # noqa: PLC0415 - loaded when opened

        self.app.push_screen(DiffScreen(self.desk, await self._against_loaded()))

    async def _against_loaded(self) -> tuple[BankDiff, ...]:
        reading = self._reading
        banks = [one.bank for one in reading.banks] if reading else []
        return await self.desk.look(lambda ports: browsing.against_loaded(ports, banks), right=Right.KEYS)

    def action_load(self) -> None:
        """Say what would change, and load it."""
        if not self.busy("load"):
            self.attend(self._load, group="load")

    async def _load(self) -> None:
        reading = self._reading
        if reading is None:
            return
        words = _plan(reading, await self._against_loaded())
        if not await self.app.push_screen_wait(Dialog(tr("Load this?"), words, yes=tr("Load"), no=mark("Close"))):
            return

        def work(ports: Ports, actor: str) -> tuple[Loaded, ...]:
            figures = [figure for one in reading.banks for figure in one.figure_files()]
            banks, courses = [one.bank for one in reading.banks], [one.course for one in reading.courses]
            return loading.load(ports, banks=banks, courses=courses, figures=figures, actor=actor)

        loaded = await self.desk.do(Right.ADMINISTER, work)
        await self.app.push_screen_wait(Dialog(tr("✓ Loaded"), "\n".join(_became(one) for one in loaded)))


def _plan(reading: Reading, found: tuple[BankDiff, ...]) -> str:
    """Return what loading would bring, in words; a changed key comes first, because scores may hang on it."""
    lines = [tr("Everything is loaded together, or nothing. A loaded version never changes.")]
    lines += [tr("Course {name}", name=visible(f"{one.course.id} {one.course.version}")) for one in reading.courses]
    differs = {one.after: one for one in found}
    for bank in (one.bank for one in reading.banks):
        lines.append(tr("Bank {name}", name=visible(f"{bank.id} {bank.version}")))
        diff = differs.get(f"{bank.id}@{bank.version}")
        if diff is not None:
            lines += [f"  {words}" for words in _counted(diff)]
    return "\n".join(lines)


def _counted(diff: BankDiff) -> Iterator[str]:
    keys, shown, new, gone = (len(names) for names in (diff.key_changed, diff.changed, diff.added, diff.removed))
    if keys:
        yield trn("{count} question has another key", "{count} questions have another key", keys)
    if shown:
        yield trn("{count} question is shown differently", "{count} questions are shown differently", shown)
    if new:
        yield trn("{count} question is new", "{count} questions are new", new)
    if gone:
        yield trn("{count} question is gone", "{count} questions are gone", gone)


def _became(one: Loaded) -> str:
    name = f"{one.kind} {one.id} {one.version}"
    return tr("{what}: loaded", what=name) if one.new else tr("{what}: was loaded already, unchanged", what=name)

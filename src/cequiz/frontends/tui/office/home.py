"""The office's first screen: its sections, or the way in for somebody who has not signed in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from cequiz.domain.people.staff import Right
from cequiz.errors import CequizError
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.office.sections import SECTIONS, Section
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.language import mark, tr, trn

if TYPE_CHECKING:
    from cequiz.services.overview import Overview


class OfficeHomeScreen(OfficeScreen[None]):
    """The doors of the office."""

    SCOPE = Scope.OFFICE
    BINDINGS = bindings(SCOPE)
    HEADING = mark("The office")

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._numbers: dict[str, str] = {}
        """What waits behind a door, by its letter."""

    def compose_body(self) -> ComposeResult:
        """Lay out the greeting and the doors."""
        yield Static(tr("Opening …"), id="greeting", markup=False)
        yield Listing(id="doors")

    def on_mount(self) -> None:
        """Paint first, then look into the store."""
        self.call_after_refresh(self.reload)

    def on_screen_resume(self) -> None:
        """Show what has changed meanwhile."""
        super().on_screen_resume()
        if self.desk.staff is not None:
            self.reload()

    def reload(self) -> None:
        """Look again."""
        self.freshen(self._load)

    def complain(self, error: CequizError) -> None:
        """Show a refusal; while there is nothing else to show it stays, with the way to try again."""
        if self.query_one(Listing).option_count:
            super().complain(error)
        else:
            words = f"✗ {error.sentence} {error.hint}".strip()
            again = tr("Try again with F5.")
            self.query_one("#greeting", Static).update(Content(f"{words}\n{again}").stylize("bold $error"))

    async def _load(self) -> None:
        if self.desk.staff is None:
            await self._show_door()
            return
        self._show_sections()
        from cequiz.services.overview import overview  # noqa: PLC0415 - after the first paint

        self._numbers = _words(await self.desk.look(overview))
        self._show_sections()

    async def _show_door(self) -> None:
        from cequiz.services.admitting import is_empty  # noqa: PLC0415 - after the first paint

        empty = await self.desk.read(is_empty)
        if empty:
            greeting = tr("Nobody works in this office yet. The first to come in is its administrator.")
            rows = [("first", tr("Become the administrator"))]
        else:
            greeting = tr("Who works here signs in first.")
            rows = [("sign-in", tr("Sign in"))]
        self.top.right = ""
        self.query_one("#greeting", Static).update(Content(greeting))
        self._fill([Option(Content(f"→ {words}"), id=key) for key, words in rows])

    def _show_sections(self) -> None:
        staff = self.desk.staff
        assert staff is not None  # noqa: S101 - asked by who calls, checked for the type checker
        self.top.right = f"{staff.name} · {tr(str(staff.role))}"
        self.query_one("#greeting", Static).update(Content(tr("What is there to do?")))
        deeds, numbers = self.desk.may(Right.ADMINISTER), self._numbers
        doors = self._open_doors()
        self._fill([Option(_door(one, numbers.get(one.key), deeds=deeds), id=one.key) for one in doors])

    def _open_doors(self) -> list[Section]:
        return [one for one in SECTIONS if self.desk.may(one.right)]

    def _fill(self, rows: list[Option]) -> None:
        listing = self.query_one(Listing)
        listing.fill(rows)
        listing.focus()
        self.show_keys()

    def allows(self, command: str) -> bool:
        """Signing out needs somebody who has signed in, and a section needs its right."""
        return command not in ("sign_out", "go") or self.desk.staff is not None

    @on(Listing.OptionSelected, "#doors")
    def chosen(self, event: Listing.OptionSelected) -> None:
        """Open what was chosen."""
        self._enter(str(event.option.id))

    def action_open(self) -> None:
        """Open what is highlighted."""
        self.query_one(Listing).action_select()

    def action_go(self, key: str) -> None:
        """Open the section with this letter."""
        self._enter(key)

    def action_reload(self) -> None:
        """Look again."""
        self.reload()

    def action_sign_out(self) -> None:
        """Free the desk."""
        self.desk.leave_seat()
        self.reload()

    def _enter(self, key: str) -> None:
        if self.desk.staff is None:
            from cequiz.frontends.tui.office import door  # noqa: PLC0415 - screens are loaded when opened

            screen = door.FirstScreen if key == "first" else door.OfficeSignInScreen
            self.app.push_screen(screen(self.desk))
            return
        found = next((one for one in self._open_doors() if one.key == key), None)
        if found is None:
            self.refuse_role()
        else:
            self.call_after_refresh(partial(self.app.push_screen, found.screen(self.desk)))


def _words(found: Overview) -> dict[str, str]:
    """Return what waits, by the letter of the section; nothing where nothing does."""
    told = {
        "l": (found.running, trn("{count} exam runs now.", "{count} exams run now.", found.running)),
        "h": (found.waiting, trn("{count} waits for a decision.", "{count} wait for a decision.", found.waiting)),
        "k": (found.proposed, trn("{count} waits for an approver.", "{count} wait for an approver.", found.proposed)),
        "c": (found.due, trn("{count} is due.", "{count} are due.", found.due)),
    }
    return {letter: words for letter, (count, words) in told.items() if count}


def _door(section: Section, waits: str | None, *, deeds: bool) -> Hanging:
    letter = (f" {section.key} ", "bold $footer-key-foreground")
    heading = Content.assemble(letter, f" {tr(section.heading)}".ljust(24))
    if waits is not None:
        return Hanging(heading, Content(f"● {waits}").stylize("bold $warning"), one_line=True)
    about = section.about if deeds or not section.looks else section.looks
    return Hanging(heading, Content(tr(about)).stylize("$quiet"), one_line=True)

"""One version of a bank: its questions with objective, type, state of review and facility, filtered and searched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.bank.question import Status
from cequiz.domain.people.staff import Right
from cequiz.frontends.item_words import STATES, discrimination_text, facility_text, state_text
from cequiz.frontends.policy_words import type_words
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.counting import CountingScreen
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.remembered import Remembered
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, Rows
from cequiz.language import mark, tr, trn
from cequiz.services import browsing
from cequiz.services.browsing import BankPage, ItemLine

_FILTERS: tuple[Status | None, ...] = (None, *STATES)
"""The states of review in the order in which the key goes through them; None shows all."""


class BankScreen(CountingScreen[None], SearchListScreen[None]):
    """The questions of a bank."""

    SCOPE = Scope.BANK
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Bank")

    def __init__(self, desk: OfficeDesk, name: str) -> None:
        """Prepare the screen.

        Args:
            desk: where somebody sits.
            name: `ID@VERSION`, or `ID` for the version in use.
        """
        super().__init__(desk)
        self._read = Remembered(lambda: desk.look(lambda ports: browsing.bank_page(ports, name), right=Right.KEYS))
        self._page: BankPage | None = None
        """What is shown."""
        self._state: Status | None = None
        self._objective = ""

    def compose_body(self) -> ComposeResult:
        """Lay out what the bank says of itself above the search and the list."""
        yield Static("", id="about", classes="about", markup=False)
        yield from super().compose_body()

    def counted(self) -> None:
        """Show the facilities anew."""
        self.again()

    def counting(self, done: int, of: int) -> None:
        """Say how far the counting is."""
        words = tr("Counting answers: {done} of {of} exams", done=f"{done:,}", of=f"{of:,}")
        self.query_one("#found", Static).update(Content(f"◷ {words}"))

    def placeholder(self) -> str:
        """Say what the search looks for."""
        return tr("Search with /: words of a question or its options")

    def empty(self) -> str:
        """Say that no question is left."""
        return tr("No question of this bank is like that.")

    def columns(self) -> tuple[ListColumn, ...]:
        """Return id, objective, review and facility, and in a wider terminal more."""
        return (
            ListColumn(tr("Question"), 16, grows=True),
            ListColumn(tr("Objective"), 9),
            ListColumn(tr("Review"), 11),
            ListColumn(tr("Facility"), 8, right=True),
            ListColumn(tr("Drawn"), 6, right=True, least=66),
            ListColumn(tr("Type"), 15, least=80),
            ListColumn(tr("Discr."), 6, right=True, least=100),
            ListColumn(tr("Asks"), 24, grows=True, least=100),
        )

    async def rows(self, words: str, offset: int, limit: int) -> Rows:
        """Return the questions that are left by the filters and the search."""
        page = self._page = await self._read.get()
        found = self._left(page, words)
        self._tell(page)
        return Rows([_row(one) for one in found[offset : offset + limit]], len(found))

    def _left(self, page: BankPage, words: str) -> Sequence[ItemLine]:
        """Return the questions that are left by the filters and the search."""
        return browsing.chosen(page.items, state=self._state, objective=self._objective, words=words)

    def _tell(self, page: BankPage) -> None:
        use = tr("in use") if page.in_use else tr("retired") if page.retired else tr("not in use")
        bank = page.bank
        self.top.where = f"{bank.id} {bank.version} · {use}"
        counts = Counter(one.question.review.status for one in page.items)
        states = "  ".join(f"{state_text(state)} {counts[state]}" for state in STATES if counts[state])
        total = trn("{count} question", "{count} questions", len(page.items))
        state = state_text(self._state) if self._state is not None else tr("all")
        objective = self._objective or tr("all")
        if self._objective in bank.objectives:
            objective = f"{self._objective} {bank.objectives[self._objective]}"
        filters = tr("Review: {state} · Objective: {objective}", state=state, objective=objective)
        lines = [Content(bank.title).stylize("bold"), Content(f"{total}: {states}"), Content(filters).stylize("$quiet")]
        self.query_one("#about", Static).update(Content("\n").join(lines))
        self.show_keys()

    def open_row(self, row_id: str) -> None:
        """Open a question; its neighbours are those of the list."""
        from cequiz.frontends.tui.office.item_page import ItemScreen  # noqa: PLC0415 - loaded when opened

        if self._page is not None:
            ids = [one.question.id for one in self._left(self._page, self.words)]
            if row_id in ids:
                names = [f"{self._page.name}/{one}" for one in ids]
                self.app.push_screen(ItemScreen(self.desk, names, ids.index(row_id)))

    def forget(self) -> None:
        """Let go of the questions."""
        self._read.forget()

    def action_state(self) -> None:
        """Show only questions in the next state of review."""
        self._state = _FILTERS[(_FILTERS.index(self._state) + 1) % len(_FILTERS)]
        self.look()

    def action_objective(self) -> None:
        """Show only questions of the next objective."""
        if self._page is not None:
            names = ("", *dict.fromkeys(one.question.objective for one in self._page.items))
            self._objective = names[(names.index(self._objective) + 1) % len(names)]
            self.look()

    def allows(self, command: str) -> bool:
        """Comparing needs another version."""
        if command == "compare":
            return self._page is not None and len(self._page.versions) > 1
        return super().allows(command)

    def action_compare(self) -> None:
        """Tell what is different from another version."""
        from cequiz.frontends.tui.office.compare_view import VersionsScreen  # noqa: PLC0415 - loaded when opened

        page = self._page
        if page is not None:
            self.app.push_screen(VersionsScreen(self.desk, page.bank.id, page.versions, page.bank.version))


def _row(line: ItemLine) -> ListRow:
    question = line.question
    asked = question.case.vignette if question.case is not None and not question.stem else question.stem
    flag = " ⚑" if line.waiting else ""
    drawn = str(line.statistics.drawn) if line.statistics else "0"
    return ListRow(
        question.id,
        (
            question.id + flag,
            question.objective,
            state_text(question.review.status),
            facility_text(line.statistics),
            drawn,
            type_words(question.type),
            discrimination_text(line.statistics),
            " ".join(asked.split()),
        ),
    )

"""The review queue: challenges, near misses and outages that wait for a decision."""

from __future__ import annotations

from cequiz.domain.people.staff import Right
from cequiz.frontends.dates import list_text
from cequiz.frontends.queue_words import KINDS, gist, kind_text, outcome_text
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.remembered import Remembered
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, Rows
from cequiz.language import mark, tr
from cequiz.services import queueing
from cequiz.services.ports import Ports
from cequiz.services.queueing import Entry, Kind

_FILTERS: tuple[Kind | None, ...] = (None, *KINDS)


class ChallengesScreen(SearchListScreen[None]):
    """What waits for an administrator, oldest first."""

    SCOPE = Scope.QUEUE
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Challenges")

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._entries = Remembered(lambda: desk.look(self._read, right=Right.KEYS))
        self._kind: Kind | None = None
        self._decided = False

    def placeholder(self) -> str:
        """Say what the search looks for."""
        return tr("Search with /: a question, an attempt, a student or words")

    def empty(self) -> str:
        """Say that nothing waits."""
        return tr("Nothing is like that.") if self._decided else tr("Nothing waits for a decision.")

    def columns(self) -> tuple[ListColumn, ...]:
        """Return when, what kind, about what; in a wider terminal the words and the decision."""
        return (
            ListColumn(tr("When"), 16),
            ListColumn(tr("Kind"), 14),
            ListColumn(tr("About"), 18, grows=True),
            ListColumn(tr("What"), 16, grows=True, least=76),
            ListColumn(tr("Decision"), 11, least=100),
        )

    async def rows(self, words: str, offset: int, limit: int) -> Rows:
        """Return the entries that are left by the filters and the search."""
        entries, wanted = await self._entries.get(), words.casefold()
        found = [
            one
            for one in entries
            if self._kind in (None, one.kind)
            and wanted in f"{one.id} {one.item} {one.student_id} {one.exam} {gist(one)}".casefold()
        ]
        self._tell()
        return Rows([self._row(one) for one in found[offset : offset + limit]], len(found))

    def _read(self, ports: Ports) -> tuple[Entry, ...]:
        return queueing.entries(ports, open_only=not self._decided)

    def _tell(self) -> None:
        kind = kind_text(self._kind) if self._kind is not None else tr("all")
        state = tr("decided too") if self._decided else tr("waiting")
        self.top.where = f"{tr(self.HEADING)} · {kind} · {state}"

    def _row(self, one: Entry) -> ListRow:
        when = list_text(one.at, self.desk.zone)
        return ListRow(one.id, (when, kind_text(one.kind), one.item or one.exam, gist(one), outcome_text(one)))

    def open_row(self, row_id: str) -> None:
        """Open an entry."""
        from cequiz.frontends.tui.office.challenge_view import ChallengeScreen  # noqa: PLC0415 - loaded when opened

        self.app.push_screen(ChallengeScreen(self.desk, row_id))

    def forget(self) -> None:
        """Let go of the entries."""
        self._entries.forget()

    def action_kind(self) -> None:
        """Show only entries of the next kind."""
        self._kind = _FILTERS[(_FILTERS.index(self._kind) + 1) % len(_FILTERS)]
        self.look()

    def action_decided(self) -> None:
        """Show those that were decided too, or not."""
        self._decided = not self._decided
        self.forget()
        self.look()

"""Outages that took more time than the course gives back by itself: give it back, or say why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from cequiz.domain.people.staff import Right
from cequiz.frontends.dates import duration_words, list_text
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, LongList
from cequiz.language import mark, tr
from cequiz.services import queueing
from cequiz.services.ports import Ports
from cequiz.services.queueing import Entry, Kind, Outcome


class OutagesScreen(OfficeScreen[None]):
    """What waits for a decision, the oldest first."""

    SCOPE = Scope.OUTAGES
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Outages to decide on")
    RIGHTS = dict.fromkeys(("approve", "accept", "decline"), Right.PROCTOR)

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._entries: dict[str, tuple[Entry, str]] = {}
        """By id, each with the student's name."""

    def compose_body(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="body"):
            yield Static(tr("The course gave back what it could; this is the rest."), id="glance", markup=False)
            yield LongList(
                ListColumn(tr("Student"), 14, grows=True),
                ListColumn(tr("Exam"), 18, grows=True, least=76),
                ListColumn(tr("Since"), 16),
                ListColumn(tr("Not given back"), 20),
                empty=tr("No outage waits for a decision."),
                id="rows",
            )

    def on_mount(self) -> None:
        """Read what waits."""
        self.query_one(LongList).focus()
        self.look()

    def look(self) -> None:
        """Read what waits."""
        self.freshen(self._load)

    async def _load(self) -> None:
        self._entries = await self.desk.look(_waiting)
        self.query_one(LongList).put([self._row(entry, name) for entry, name in self._entries.values()])
        self.show_keys()

    def _row(self, entry: Entry, name: str) -> ListRow:
        since = list_text(datetime.fromisoformat(str(entry.details["since"])), self.desk.zone)
        return ListRow(entry.id, (name, entry.exam, since, duration_words(_rest(entry))))

    @property
    def _chosen(self) -> tuple[Entry, str] | None:
        row = self.query_one(LongList).row if self.is_mounted else None
        return None if row is None else self._entries.get(row.id)

    def allows(self, command: str) -> bool:
        """Offer decisions only where there is something to decide."""
        return super().allows(command) and (
            command not in ("approve", "accept", "decline", "exam") or self._chosen is not None
        )

    @on(LongList.Chosen)
    def action_approve(self) -> None:
        """Give the time back."""
        if self._chosen is not None:
            duration, name = duration_words(_rest(self._chosen[0])), self._chosen[1]
            title = tr("Give {duration} back to {name}", duration=duration, name=name)
            body = tr("The time is added to the exam, and the outage is decided, in one deed.")
            self._decide(self._chosen[0], (title, body), tr("The time was given back."), _give)

    def action_accept(self) -> None:
        """Accept it without giving time."""
        if self._chosen is not None:
            title = tr("Accept the outage of {name}", name=self._chosen[1])
            body = tr("No time is given: to an exam that has ended none can be. Void it to allow another attempt.")
            self._decide(self._chosen[0], (title, body), tr("The outage is accepted."), _accept)

    def action_decline(self) -> None:
        """Give no time."""
        if self._chosen is not None:
            duration, name = duration_words(_rest(self._chosen[0])), self._chosen[1]
            title = tr("Give {name} nothing of the {duration} back", duration=duration, name=name)
            body = tr("No time is given; the decision is kept with its reason.")
            self._decide(self._chosen[0], (title, body), tr("No time was given back."), _decline)

    def action_exam(self) -> None:
        """Show the exam from near."""
        from cequiz.frontends.tui.office.live_attempt import LiveAttemptScreen  # noqa: PLC0415 - when opened

        if self._chosen is not None:
            self.app.push_screen(LiveAttemptScreen(self.desk, self._chosen[0].attempt_id))

    def _decide(
        self, entry: Entry, words: tuple[str, str], done: str, deed: Callable[[Ports, str, str, str], object]
    ) -> None:
        title, body = words

        async def asked(note: str) -> None:
            await self.desk.do(Right.PROCTOR, lambda ports, actor: deed(ports, entry.id, note, actor))
            self.tell(done)
            self.look()

        self.ask_then(OfficeQuestion(title, body, label=tr("Why?"), yes=tr("Do it")), asked)


def _waiting(ports: Ports) -> dict[str, tuple[Entry, str]]:
    found = [one for one in queueing.entries(ports) if one.kind is Kind.OUTAGE]
    with ports.store.read() as unit:
        people = {one.student_id: unit.students.get(one.student_id) for one in found}
    names = {key: key if one is None else one.name for key, one in people.items()}
    return {one.id: (one, names[one.student_id]) for one in found}


def _rest(entry: Entry) -> timedelta:
    return timedelta(milliseconds=int(str(entry.details["uncredited_ms"])))


def _give(ports: Ports, entry_id: str, note: str, actor: str) -> object:
    return queueing.give_back(ports, entry_id=entry_id, note=note, actor=actor)


def _accept(ports: Ports, entry_id: str, note: str, actor: str) -> object:
    return queueing.decide(ports, entry_id=entry_id, outcome=Outcome.ACCEPTED, note=note, actor=actor)


def _decline(ports: Ports, entry_id: str, note: str, actor: str) -> object:
    return queueing.decide(ports, entry_id=entry_id, outcome=Outcome.DECLINED, note=note, actor=actor)

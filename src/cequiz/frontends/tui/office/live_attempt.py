"""One exam from near: how far, why its time ends when it does, and what happened. What was answered is not shown."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.events import AttemptEvent
from cequiz.domain.exam.ledger import Explanation, ReasonKind
from cequiz.domain.people.staff import Right
from cequiz.frontends.dates import instant_text
from cequiz.frontends.live_words import event_words, left_words, progress_words, state_words
from cequiz.frontends.policy_words import attempt_words
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.live_deeds import LiveDeeds, Target
from cequiz.frontends.tui.student.time_note import time_lines
from cequiz.frontends.tui.wakes import Wakes
from cequiz.frontends.tui.widgets.hanging import Column, Hanging
from cequiz.language import mark, tr
from cequiz.services.admitting import names
from cequiz.services.invigilating import NearView, near
from cequiz.services.ports import Ports

_LOOK = 1.0
"""Seconds between two looks at the records."""

_LABEL = 14

_MOST = 200
"""Events that are shown; `attempt export` has them all."""

_PERSONAL = frozenset({ReasonKind.FACTOR, ReasonKind.UNTIMED})
"""Reasons that tell of an accommodation: a proctor does not read them."""


class LiveAttemptScreen(LiveDeeds):
    """One exam, brought up to date every second."""

    SCOPE = Scope.LIVE_ATTEMPT
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Exam in progress")

    def __init__(self, desk: OfficeDesk, attempt_id: str) -> None:
        super().__init__(desk)
        self._attempt_id = attempt_id
        self._found: NearView | None = None
        self._names: dict[str, str] = {}
        self._wakes = Wakes(self, self.look, attempt_id=attempt_id)

    def compose_body(self) -> ComposeResult:
        """Lay out one page to scroll."""
        with VerticalScroll(classes="body form", id="near"):
            yield Static(tr("Opening …"), id="facts", markup=False)
            yield Static(tr("Time"), classes="heading", markup=False)
            yield Static("", id="time", markup=False)
            yield Static(tr("What happened, the newest first"), classes="heading", markup=False)
            yield Static("", id="events", markup=False)

    def on_mount(self) -> None:
        """Read the attempt, now, every second, and at once when something is told."""
        self.query_one("#near").focus()
        self.look()
        self.set_interval(_LOOK, self.tick)
        self._wakes.begin()

    def on_unmount(self) -> None:
        """Be told no more."""
        self._wakes.end()

    def tick(self) -> None:
        """Read the attempt, unless it is being read."""
        if not self.busy("near"):
            self.look()

    def look(self) -> None:
        """Read the attempt, unless another full screen is open."""
        above = self.app.screen
        if self in self.app.screen_stack and (above is self or above.is_modal):
            self.freshen(self._look, group="near")

    async def _look(self) -> None:
        found = await self.desk.look(self._read)
        if self.is_mounted:
            self._show(found)

    def _read(self, ports: Ports) -> NearView:
        self._names = names(ports)
        return near(ports, self._attempt_id)

    def _show(self, found: NearView) -> None:
        before, self._found = self._found, found
        self.top.where = found.student
        self.query_one("#facts", Static).update(
            Column([Hanging(_label(one), Content(two)) for one, two in self._facts()])
        )
        self.query_one("#time", Static).update(Content("\n".join(time_lines(self._told(found.time), self.desk.zone))))
        if before is None or before.attempt.seq != found.attempt.seq:
            lines = (self._event(found.attempt, event) for event in reversed(found.events[-_MOST:]))
            self.query_one("#events", Static).update(Content("\n".join(lines)))
            self.show_keys()

    def _told(self, time: Explanation) -> Explanation:
        """Leave out what tells of an accommodation to who may not know of it."""
        if self.desk.may(Right.OVERSEE):
            return time
        kept = tuple(one for one in time.reasons if one.kind not in _PERSONAL)
        return Explanation(time.deadline, kept, time.suspended)

    def _facts(self) -> list[tuple[str, str]]:
        found, zone = self._found, self.desk.zone
        assert found is not None  # noqa: S101 - it was read just before; for the type checker
        attempt, line = found.attempt, found.live
        facts = [
            (tr("Student"), f"{found.student} ({attempt.student_id})"),
            (
                tr("Exam"),
                tr("{exam}, attempt {number} ({id})", exam=attempt.exam, number=attempt.number, id=attempt.id),
            ),
            (tr("State"), attempt_words(attempt.status)),
        ]
        if line is None:
            finished = attempt.finished_at
            return [*facts, *([(tr("Ended"), instant_text(finished, zone))] if finished is not None else [])]
        facts[-1] = (tr("State"), state_words(line))
        if line.hold is not None:
            facts.append((tr("Suspended by"), self._names.get(line.hold.actor, line.hold.actor)))
        facts += [
            (tr("Progress"), progress_words(line)),
            (tr("Time left"), left_words(line)),
            (tr("Last save"), tr("nothing yet") if line.saved_at is None else instant_text(line.saved_at, zone)),
        ]
        if line.waiting:
            facts.append((tr("To decide"), ", ".join(line.waiting)))
        return facts

    def _event(self, attempt: Attempt, event: AttemptEvent) -> str:
        at = f"{event.at.astimezone(self.desk.zone):%H:%M:%S}"
        by = self._names.get(event.actor)
        words = event_words(attempt, event)
        return tr("{at}  {what} ({who})", at=at, what=words, who=by) if by else f"{at}  {words}"

    def target(self) -> Target | None:
        """Return this exam."""
        found = self._found
        if found is None or found.attempt.status is Status.VOIDED:
            return None
        held = found.live is not None and found.live.hold is not None
        return Target(self._attempt_id, found.student, held=held, ended=found.live is None)


def _label(label: str) -> Content:
    return Content(f"{label} ".ljust(_LABEL)).stylize("$quiet")

"""An attempt is its events: `replay` folds them into the state that every face shows.

The state is a value. It knows what may happen next (`check_open`, `check_navigable`), never how it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cequiz.domain.canonical import Json
from cequiz.domain.exam.events import AttemptEvent, EventDraft, EventKind, ends_at, instant
from cequiz.domain.exam.form import Form, FormItem
from cequiz.domain.exam.ledger import Adjustment, ClockMove, Hold, TimeLedger
from cequiz.domain.exam.terms import Terms
from cequiz.domain.exam.timekeeping import Anchor
from cequiz.errors import AttemptClosed, AttemptHeld, DeadlinePassed, NotAllowed
from cequiz.language import tr

Response = Mapping[str, Json]
"""What a student answered, in the stored shape of the question's type: option ids, never positions."""


class Status(StrEnum):
    """Where an attempt stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    EXPIRED = "expired"
    VOIDED = "voided"


@dataclass(frozen=True, kw_only=True)
class OfficeMessage:
    """What the office wrote to the student of an attempt."""

    text: str
    at: datetime
    actor: str


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """The state of one attempt after its last event."""

    id: str
    student_id: str
    course_id: str
    course_version: str
    exam_id: str
    number: int
    """1 for the first attempt of this student at this exam."""
    form: Form
    terms: Terms
    ledger: TimeLedger
    attestation: str
    seq: int
    head: bytes
    """Hash of the last event."""
    session: str
    """The session that holds the pen."""
    last: Anchor
    seen: datetime | None = None
    """When the session that holds the pen last wrote something; None before the first event."""
    status: Status = Status.OPEN
    finished_at: datetime | None = None
    reached: int = 0
    """In a forward-only exam the 0-based place that was reached: everything before it is left behind."""
    responses: Mapping[str, Response] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    challenges: tuple[Mapping[str, Json], ...] = ()
    messages: tuple[OfficeMessage, ...] = ()
    """Oldest first."""

    @property
    def exam(self) -> str:
        """`COURSE/EXAM`."""
        return f"{self.course_id}/{self.exam_id}"

    @property
    def open_items(self) -> tuple[FormItem, ...]:
        """The items without a response, in form order."""
        return tuple(item for item in self.form.items if item.key not in self.responses)

    @property
    def credit_left(self) -> timedelta:
        """What the course still gives back for outages of this attempt."""
        used = sum((outage.credit for outage in self.ledger.outages), timedelta())
        return max(self.terms.outage_credit - used, timedelta())

    def overdue(self, at: datetime) -> bool:
        """Whether the deadline lies before `at`; such an attempt is over by definition, whoever notices it."""
        deadline = self.ledger.deadline
        return self.status is Status.OPEN and deadline is not None and at > deadline

    def check_open(self, at: datetime) -> None:
        """Refuse unless something received at `at` (UTC) may still be written.

        Raises:
            AttemptClosed: the attempt has ended.
            DeadlinePassed: `at` is after the deadline.
        """
        if self.status is not Status.OPEN:
            hint = tr("See `cequiz attempt show {attempt}`.", attempt=self.id)
            raise AttemptClosed(tr("This attempt has ended."), hint=hint)
        if self.overdue(at):
            hint = tr("Everything that was saved before the deadline counts.")
            raise DeadlinePassed(tr("The time is over."), hint=hint)

    def check_not_held(self, at: datetime) -> None:
        """Refuse what was received at `at` (UTC) while the office had suspended the exam.

        Raises:
            AttemptHeld: it had; what was received before that counts, also when it is written after.
        """
        hold = self.ledger.hold_at(at)
        if hold is not None:
            raise held_up(hold)

    def check_navigable(self, place: int) -> None:
        """Refuse to go back to, or change, an item that a forward-only exam has left behind."""
        if self.terms.forward_only and place < self.reached:
            raise NotAllowed(
                tr("This exam moves forward only: what was left behind cannot be opened or changed again.")
            )

    def apply(self, event: AttemptEvent) -> Attempt:
        """Return the state after one more event."""
        takes_over = event.kind is EventKind.RESUMED
        seen = event.at if takes_over or event.session == self.session else self.seen
        return replace(self, seq=event.seq, head=event.hash, last=event.anchor, seen=seen).foresee(event)

    def foresee(self, draft: EventDraft) -> Attempt:
        """Return the state after an event that may not be written yet; its place in the chain stays as it is."""
        match draft.kind:
            case EventKind.ANSWERED:
                return self._answered(draft)
            case EventKind.CLEARED:
                key = _item(draft)
                return replace(self, responses={k: r for k, r in self.responses.items() if k != key})
            case EventKind.FLAGGED:
                return replace(self, flags=self.flags | {_item(draft)})
            case EventKind.UNFLAGGED:
                return replace(self, flags=self.flags - {_item(draft)})
            case EventKind.MOVED:
                return replace(self, reached=max(self.reached, int(str(draft.payload["place"]))))
            case EventKind.CHALLENGED | EventKind.MESSAGED:
                return self._said(draft)
            case EventKind.SUBMITTED | EventKind.EXPIRED | EventKind.VOIDED:
                return self._ended(draft)
            case EventKind.STARTED:
                msg = "an attempt cannot start twice"
                raise ValueError(msg)
            case _:
                return self._timed(draft)

    def _answered(self, draft: EventDraft) -> Attempt:
        key, response = _item(draft), draft.payload["response"]
        assert isinstance(response, Mapping)  # noqa: S101 - our own record, checked for the type checker
        reached = max(self.reached, self.form.position(key))
        return replace(self, responses={**self.responses, key: response}, reached=reached)

    def _said(self, draft: EventDraft) -> Attempt:
        if draft.kind is EventKind.CHALLENGED:
            return replace(self, challenges=(*self.challenges, dict(draft.payload)))
        told = OfficeMessage(text=str(draft.payload["text"]), at=draft.at, actor=draft.actor)
        return replace(self, messages=(*self.messages, told))

    def _ended(self, draft: EventDraft) -> Attempt:
        finished = self.finished_at or ends_at(draft)
        return replace(self, status=Status(str(draft.kind)), finished_at=finished, ledger=self.ledger_after(draft))

    def finish(self, at: datetime) -> datetime:
        """Return when an ending that is written at `at` (UTC) counts: never after the deadline.

        Something about time, such as the end of an outage, may have been written after it. An ended attempt that is
        voided keeps the end it has.
        """
        deadline = self.ledger.deadline
        return self.finished_at or (at if deadline is None else min(at, deadline))

    def _timed(self, draft: EventDraft) -> Attempt:
        session = draft.session if draft.kind is EventKind.RESUMED else self.session
        return replace(self, ledger=self.ledger_after(draft), session=session)

    def ledger_after(self, draft: EventDraft) -> TimeLedger:
        """Return the ledger after one more event; most leave it as it is."""
        ledger = self.ledger
        match draft.kind:
            case EventKind.SUSPENDED:
                return ledger.suspend(draft.at)
            case EventKind.RESUMED:
                # The clock waits for a key. Versions before that let coming back end a suspension.
                return ledger if draft.payload.get("waits") is True else ledger.resume(draft.at)
            case EventKind.OUTAGE:
                allowed = timedelta(milliseconds=int(str(draft.payload["allowed_ms"])))
                return ledger.fail(instant(int(str(draft.payload["since_us"]))), allowed)
            case EventKind.CONTINUED:
                return ledger.go_on(draft.at)
            case EventKind.EXPIRED:
                # Whatever the clock waited for when the time ran out is over too.
                return ledger.go_on(ends_at(draft))
            case EventKind.CLOCK_MOVED:
                return replace(ledger, moves=(*ledger.moves, ClockMove(_seconds(draft), draft.at)))
            case _:
                return _by_the_office(ledger, draft)


def held_up(hold: Hold) -> AttemptHeld:
    """Return the refusal of an exam that the office has suspended."""
    return AttemptHeld(
        tr("This exam is suspended by the provider: {reason}", reason=hold.reason),
        hint=tr("Its clock stands still. It goes on as soon as the provider lets it."),
    )


def _by_the_office(ledger: TimeLedger, draft: EventDraft) -> TimeLedger:
    match draft.kind:
        case EventKind.TIME_ADJUSTED:
            entry = Adjustment(_seconds(draft), str(draft.payload["reason"]), draft.actor, draft.at)
            return replace(ledger, adjustments=(*ledger.adjustments, entry))
        case EventKind.HELD:
            return ledger.hold(draft.at, reason=str(draft.payload["reason"]), actor=draft.actor)
        case EventKind.RELEASED:
            return ledger.release(draft.at)
        case _:
            return ledger


def replay(events: Iterable[AttemptEvent]) -> Attempt:
    """Fold the events of one attempt, the first of which is `started`, into its state.

    Raises:
        ValueError: if there is no event, or the first is not `started`.
    """
    iterator = iter(events)
    first = next(iterator, None)
    if first is None or first.kind is not EventKind.STARTED:
        msg = "the first event of an attempt is `started`"
        raise ValueError(msg)
    state = _started(first)
    for event in iterator:
        state = state.apply(event)
    return state


def opening(attempt: Attempt) -> dict[str, Json]:
    """Return the payload of the `started` event: who, what, the form, the terms, what was attested."""
    return {
        "student": attempt.student_id,
        "course": attempt.course_id,
        "course_version": attempt.course_version,
        "exam": attempt.exam_id,
        "number": attempt.number,
        "seed": attempt.form.seed,
        "form": [item.to_json() for item in attempt.form.items],
        "terms": attempt.terms.to_json(),
        "attestation": attempt.attestation,
    }


def _started(event: AttemptEvent) -> Attempt:
    data = event.payload
    items, terms = data["form"], data["terms"]
    assert isinstance(items, list | tuple)  # noqa: S101 - our own record, checked for the type checker
    assert isinstance(terms, Mapping)  # noqa: S101 - as above
    frozen = Terms.from_json(terms)
    return Attempt(
        id=event.attempt_id,
        student_id=str(data["student"]),
        course_id=str(data["course"]),
        course_version=str(data["course_version"]),
        exam_id=str(data["exam"]),
        number=int(str(data["number"])),
        form=Form(str(data["seed"]), tuple(FormItem.from_json(item) for item in items if isinstance(item, Mapping))),
        terms=frozen,
        ledger=frozen.ledger(event.at),
        attestation=str(data["attestation"]),
        seq=event.seq,
        head=event.hash,
        session=event.session,
        last=event.anchor,
        seen=event.at,
    )


def _item(draft: EventDraft) -> str:
    return str(draft.payload["item"])


def _seconds(draft: EventDraft) -> timedelta:
    return timedelta(milliseconds=int(str(draft.payload["milliseconds"])))

"""One exam under everything that can happen to it, in any order: what was acknowledged counts, and time is fair.

Hypothesis plays the student, the office, the machine and the disk, and shrinks whatever breaks a promise to the
shortest story.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cequiz.adapters.rest import FsrsRest
from cequiz.bootstrap import bundled_lexicon
from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Attempt, Status, replay
from cequiz.domain.exam.events import AttemptEvent, EventDraft, EventKind
from cequiz.domain.exam.ledger import ReasonKind, explain
from cequiz.domain.exam.marking import mark
from cequiz.domain.people.accommodation import Accommodation
from cequiz.errors import CequizError, StorageBusy, StorageIO
from cequiz.services import queueing
from cequiz.services.accommodating import grant
from cequiz.services.enrolling import register
from cequiz.services.grading import questions_of, sweep
from cequiz.services.loading import load
from cequiz.services.messaging import message
from cequiz.services.outages import ended_away
from cequiz.services.ports import Ack, Ports, Standing
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume, start
from cequiz.services.timing import adjust_time, hold, release, void
from tests import samples
from tests.fakes import FakeBoards, FakeClock, FakeIds, FakeNotary, FakePassphrases, FakePress, FakePrinter, FakeStore

BEAT = timedelta(seconds=10)
ZERO = timedelta()
DEEDS = {EventKind.ANSWERED, EventKind.CLEARED, EventKind.FLAGGED, EventKind.UNFLAGGED, EventKind.CHALLENGED}
ENDINGS = {EventKind.SUBMITTED, EventKind.EXPIRED}

places = st.integers(0, 11)
seconds = st.integers(1, 400).map(lambda count: timedelta(seconds=count))
terminals = st.integers(0, 1)


class Faulty:
    """A store that fails as it is told, before or after the event is kept."""

    def __init__(self, store: FakeStore) -> None:
        self.sound, self.faults = store, list[str]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sound, name)

    def append(self, draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "busy":
            raise StorageBusy("Another program holds the store.")
        if fault == "lost":
            raise StorageIO("The disk failed.")
        ack = self.sound.append(draft, expected_seq=expected_seq, standing=standing)
        if fault == "unknown":
            raise StorageIO("The disk failed.")
        return ack


def _given(sitting: Sitting, item: str, kind: str) -> Mapping[str, Json]:
    """Return a response to a question of any type: the right one, one with open parts, or another that it takes."""
    question = sitting.questions[item]
    if kind == "partial" and question.id in samples.PARTIAL:
        return samples.PARTIAL[question.id]
    if kind == "right" or not (set(samples.RIGHT[question.id]) & {"text", "choice"}):
        return samples.RIGHT[question.id]
    choices = question.choices()
    return {"choice": choices[-1].id} if choices else {"text": "7"}


class ExamMachine(RuleBasedStateMachine):
    """A student with two terminals, an office, and a machine that may sleep, crash and lie about the hour."""

    @initialize(
        pauses=st.booleans(),
        credit=st.sampled_from(["0s", "60s", "5m"]),
        profile=st.sampled_from(
            [
                Accommodation(),
                Accommodation(factor=Fraction(3, 2)),
                Accommodation(breaks=True),
                Accommodation(untimed=True),
            ]
        ),
    )
    def begin(self, pauses: bool, credit: str, profile: Accommodation) -> None:
        self.clock, self.disk = FakeClock(), Faulty(FakeStore())
        self.ports = Ports(
            store=self.disk,
            clock=self.clock,
            ids=FakeIds(),
            passphrases=FakePassphrases(),
            press=FakePress(),
            printer=FakePrinter(),
            folder=Path("/nowhere"),
            lexicon=bundled_lexicon(),
            rest=FsrsRest(),
            notary=FakeNotary(),
            boards=FakeBoards(),
        )
        course = samples.course(resume={"clock": "pauses" if pauses else "runs", "outage_credit": credit})
        load(self.ports, banks=[samples.bank()], courses=[course], actor="test")
        student = register(self.ports, name="Sample", email="s@example.org", actor="test")
        grant(self.ports, student_id=student.id, profile=profile, reason="test", actor="test")
        sitting = start(self.ports, student_id=student.id, exam_ref="quiz", attested=True, actor="x")
        self.attempt_id = sitting.attempt.id
        self.terminals: list[Sitting | None] = [sitting, None]
        self.acknowledged: list[AttemptEvent] = []
        self.worked = ZERO
        """How long somebody sat there with the clock running: what must have been counted at least."""
        self.told = 0
        """How many messages the office has sent."""

    def _at(self, terminal: int) -> Sitting | None:
        return self.terminals[terminal]

    def _try(self, deed: Callable[[], Ack | None]) -> None:
        with suppress(CequizError):
            ack = deed()
            if ack is not None:
                self.acknowledged.append(ack.event)

    @rule(terminal=terminals, place=places, kind=st.sampled_from(["right", "partial", "other"]))
    def answer(self, terminal: int, place: int, kind: str) -> None:
        sitting = self._at(terminal)
        if sitting is not None:
            item = sitting.attempt.form.items[place]
            response = _given(sitting, item.key, kind)
            self._try(lambda: sitting.answer(item.key, response))

    @rule(terminal=terminals, place=places)
    def challenge(self, terminal: int, place: int) -> None:
        sitting = self._at(terminal)
        if sitting is None:
            return
        item = sitting.attempt.form.items[place]
        newest = sitting.attempt.responses.get(item.key)
        for draft in sitting.pending:
            if draft.payload.get("item") == item.key and draft.kind in {EventKind.ANSWERED, EventKind.CLEARED}:
                found = draft.payload.get("response")
                newest = found if isinstance(found, Mapping) else None
        before = len(self.acknowledged)
        self._try(lambda: sitting.challenge(item.key, reason="Sample reason"))
        for event in self.acknowledged[before:]:
            assert event.payload["response"] == newest, "bound to another answer than the newest"
            assert event.payload["content_hash"] == item.content_hash

    @rule(terminal=terminals, place=places)
    def clear(self, terminal: int, place: int) -> None:
        sitting = self._at(terminal)
        if sitting is not None:
            item = sitting.attempt.form.items[place].key
            self._try(lambda: sitting.clear(item))

    @rule(terminal=terminals, place=places)
    def flag(self, terminal: int, place: int) -> None:
        sitting = self._at(terminal)
        if sitting is None:
            return
        item = sitting.attempt.form.items[place].key
        flagged = item in sitting.attempt.flags
        for draft in sitting.pending:
            if draft.payload.get("item") == item and draft.kind in {EventKind.FLAGGED, EventKind.UNFLAGGED}:
                flagged = draft.kind is EventKind.FLAGGED
        before = len(self.acknowledged)
        self._try(lambda: sitting.flag(item))
        for event in self.acknowledged[before:]:
            assert (event.kind is EventKind.FLAGGED) is not flagged, "pressing the key did not turn the flag over"

    @rule(terminal=terminals)
    def press_a_key(self, terminal: int) -> None:
        sitting = self._at(terminal)
        if sitting is not None:
            with suppress(CequizError):
                sitting.go_on()

    @rule(terminal=terminals, orderly=st.booleans())
    def leave(self, terminal: int, orderly: bool) -> None:
        sitting = self._at(terminal)
        if sitting is not None:
            with suppress(CequizError):
                sitting.leave(orderly=orderly)
            self.terminals[terminal] = None

    @rule(terminal=terminals)
    def come_back_or_take_over(self, terminal: int) -> None:
        with suppress(CequizError):
            self.terminals[terminal] = resume(self.ports, attempt_id=self.attempt_id, actor="x")

    @rule(terminal=terminals)
    def try_to_save(self, terminal: int) -> None:
        sitting = self._at(terminal)
        if sitting is not None:
            self._try(sitting.save_pending)

    @precondition(lambda self: len(self._events()) > 12)
    @rule(terminal=terminals)
    def submit(self, terminal: int) -> None:
        sitting = self._at(terminal)
        if sitting is not None:
            with suppress(CequizError):
                sitting.submit()

    @rule(span=seconds)
    def time_passes(self, span: timedelta) -> None:
        while span > ZERO:
            step = min(span, BEAT)
            still = self._still()
            self.clock.advance(step)
            span -= step
            for sitting in filter(None, self.terminals):
                sitting.tick()
                with suppress(CequizError):
                    sitting.mend()
                with suppress(CequizError):
                    sitting.refresh()
                sitting.beat()
                if sitting.over():
                    with suppress(CequizError):
                        sitting.expire()
            if not still:
                self.worked += step

    def _still(self) -> bool:
        """Whether nobody works now: no terminal holds the pen with its clock running, on record too."""
        kept = self._replayed()
        return (
            kept.ledger.waits
            or kept.ledger.held is not None
            or not any(
                one is not None and not one.taken_over and not one.stands_still and one.attempt.session == kept.session
                for one in self.terminals
            )
        )

    @rule(span=seconds)
    def the_machine_sleeps(self, span: timedelta) -> None:
        self.clock.advance(span)

    @rule(terminal=terminals)
    def the_program_is_killed(self, terminal: int) -> None:
        self.terminals[terminal] = None

    @rule(span=seconds)
    def the_machine_restarts(self, span: timedelta) -> None:
        self.terminals = [None, None]
        self.clock.reboot(f"boot after {len(self._events())}")
        self.clock.advance(span)

    @rule(
        moved=st.sampled_from(
            [ZERO, timedelta(hours=-2), timedelta(seconds=-90), timedelta(seconds=90), timedelta(hours=2)]
        )
    )
    def the_wall_clock_is_moved(self, moved: timedelta) -> None:
        self.clock.set_wall(moved)

    @rule(faults=st.lists(st.sampled_from(["busy", "lost", "unknown", ""]), min_size=1, max_size=4))
    def the_disk_will_fail(self, faults: list[str]) -> None:
        self.disk.faults = faults

    @rule(amount=st.sampled_from([timedelta(minutes=2), timedelta(minutes=-1)]))
    def the_office_adjusts_the_time(self, amount: timedelta) -> None:
        with suppress(CequizError):
            adjust_time(self.ports, attempt_id=self.attempt_id, amount=amount, reason="test", actor="os:admin")

    @rule()
    def the_office_suspends_the_exam(self) -> None:
        with suppress(CequizError):
            hold(self.ports, attempt_id=self.attempt_id, reason="fire alarm", actor="os:admin")

    @rule()
    def the_office_lets_it_go_on(self) -> None:
        with suppress(CequizError):
            release(self.ports, attempt_id=self.attempt_id, reason="all clear", actor="os:admin")

    @rule()
    def the_office_writes_a_message(self) -> None:
        with suppress(CequizError):
            message(self.ports, attempt_id=self.attempt_id, text="Ten minutes to lunch.", actor="os:admin")
            self.told += 1

    @precondition(lambda self: len(self._events()) > 10)
    @rule()
    def the_office_voids_the_attempt(self) -> None:
        with suppress(CequizError):
            void(self.ports, attempt_id=self.attempt_id, reason="test", actor="os:admin")

    @rule()
    def somebody_sweeps(self) -> None:
        sweep(self.ports)

    def _events(self) -> Sequence[AttemptEvent]:
        with self.ports.store.read() as unit:
            return unit.attempts.events(self.attempt_id)

    def _replayed(self) -> Attempt:
        return replay(self._events())

    @invariant()
    def everything_acknowledged_is_in_the_record(self) -> None:
        kept = {event.key: event for event in self._events()}
        assert all(kept.get(event.key) == event for event in self.acknowledged)

    @invariant()
    def whoever_holds_the_pen_sees_what_is_on_record(self) -> None:
        kept = self._replayed()
        for sitting in filter(None, self.terminals):
            if sitting.attempt.seq == kept.seq:
                assert sitting.attempt == kept

    @invariant()
    def the_line_on_file_agrees_with_the_events(self) -> None:
        kept = self._replayed()
        with self.ports.store.read() as unit:
            header = unit.attempts.header(self.attempt_id)
        assert header is not None
        assert header.standing.status is kept.status
        assert header.standing.deadline == kept.ledger.deadline
        assert header.standing.finished_at == kept.finished_at

    @invariant()
    def the_deadline_is_the_sum_of_its_reasons(self) -> None:
        ledger = self._replayed().ledger
        told = explain(ledger)
        if told.deadline is not None:
            amounts = [one.amount for one in told.reasons if one.amount and one.kind is not ReasonKind.CLOCK_MOVED]
            assert told.deadline == ledger.started_at + sum(amounts, ZERO)

    @invariant()
    def nothing_after_a_deadline_counts(self) -> None:
        events, latest = self._events(), dict[str, datetime]()
        for place, event in enumerate(events[1:], start=1):
            before = replay(events[:place])
            if event.kind in DEEDS:
                assert not before.overdue(event.at)
            assert before.status is Status.OPEN or event.kind is EventKind.VOIDED
            # What waits to be written keeps the instant of its key, also when the office writes before it.
            assert event.at >= latest.get(event.session, event.at)
            latest[event.session] = event.at

    @invariant()
    def nobody_works_while_the_office_has_suspended_the_exam(self) -> None:
        held: datetime | None = None
        spans: list[tuple[datetime, datetime]] = []
        for event in self._events():
            if event.kind is EventKind.HELD:
                held = event.at
            elif event.kind is EventKind.RELEASED and held is not None:
                spans, held = [*spans, (held, event.at)], None
            elif held is not None:
                # What was pressed before counts; later only what is no deed of the student's.
                assert event.kind not in DEEDS or event.at <= held
                assert event.kind not in ENDINGS
            if event.kind in DEEDS:
                assert not any(since < event.at < until for since, until in spans)

    @invariant()
    def what_the_office_wrote_is_on_record(self) -> None:
        assert len(self._replayed().messages) == self.told

    @invariant()
    def there_is_one_ending_and_it_is_not_late(self) -> None:
        kept, kinds = self._replayed(), [event.kind for event in self._events()]
        ended, voided = (sum(kind in one for kind in kinds) for one in (ENDINGS, {EventKind.VOIDED}))
        assert max(ended, voided) <= 1
        assert (kept.status is Status.OPEN) == (ended + voided == 0)
        if kept.finished_at is not None and kept.ledger.deadline is not None:
            assert kept.finished_at <= kept.ledger.deadline

    @invariant()
    def no_more_is_given_back_than_the_course_allows(self) -> None:
        kept = self._replayed()
        assert sum((outage.credit for outage in kept.ledger.outages), ZERO) <= kept.terms.outage_credit

    @invariant()
    def working_time_is_counted(self) -> None:
        """The clock never stood still while somebody worked: whatever is left, so much at least is gone."""
        kept = self._replayed()
        ledger = kept.ledger
        # Whoever lost the exam may have a clock that stands before that of the one who took it over.
        now = max((one.now() for one in self._holders()), default=kept.last.instant)
        left = ledger.left(now)
        if kept.status is not Status.OPEN or not left or ledger.limit is None:
            return
        whole = ledger.limit * float(ledger.factor) + sum((one.amount for one in ledger.adjustments), ZERO)
        # A program that ends between two signs of life may take the time since the last one with it, where the
        # machine was restarted with a clock set back.
        assert whole - left >= (self.worked if self._holders() else ZERO) - BEAT

    def _holders(self) -> list[Sitting]:
        session = self._replayed().session
        return [one for one in self.terminals if one is not None and one.attempt.session == session]

    @invariant()
    def time_that_was_cut_off_reaches_the_provider_once(self) -> None:
        events = self._events()
        found = [one for one in queueing.entries(self.ports) if one.kind is queueing.Kind.OUTAGE]
        assert len(found) <= sum(event.kind is EventKind.OUTAGE for event in events)
        away = ended_away(self._replayed())
        if away is not None and away.asked:
            assert found

    @invariant()
    def the_score_is_a_function_of_the_events(self) -> None:
        kept = self._replayed()
        with self.ports.store.read() as unit:
            score = unit.scores.latest(self.attempt_id)
            ending = any(event.kind in ENDINGS for event in self._events())
            if not ending:
                assert score is None
            elif kept.status is not Status.VOIDED:  # its score stays what it was, and earns nothing
                assert score == mark(kept, questions_of(unit, kept), lexicon=self.ports.lexicon)


TestExam = ExamMachine.TestCase
TestExam.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

"""Sitting an exam: what was acknowledged is never lost, and the time is right whatever happens to clock and disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.domain.exam.ledger import ReasonKind
from cequiz.errors import (
    AttemptClosed,
    CequizError,
    DeadlinePassed,
    InvalidResponse,
    InvalidText,
    NotAllowed,
    NotFound,
    OpenElsewhere,
    StorageFull,
    StorageIO,
    WrongState,
)
from cequiz.services.briefing import brief
from cequiz.services.enrolling import register
from cequiz.services.grading import SWEEP_GRACE, attempts, load_attempt, result, sweep
from cequiz.services.loading import load
from cequiz.services.ports import Ack, Heartbeat, Ports, Standing, Unit
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume, start
from tests.builders import NOON, bank, course, exam_json
from tests.fakes import FakeClock, FakeStore

B = {"choice": "b"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def student(ports: Ports) -> str:
    return register(ports, name="Sample Student", email="s@example.org", actor="test").id


def begin(ports: Ports, student: str, exam: str = "course/quiz") -> Sitting:
    return start(ports, student_id=student, exam_ref=exam, attested=True, actor=f"student:{student}")


def kinds(ports: Ports, sitting: Sitting) -> Sequence[str]:
    with ports.store.read() as unit:
        return [str(event.kind) for event in unit.attempts.events(sitting.attempt.id)]


def items(sitting: Sitting) -> list[str]:
    return [item.key for item in sitting.attempt.form.items]


def with_exam(ports: Ports, name: str, **changes: Any) -> str:
    load(ports, courses=[course(name, exams=[exam_json(**changes)])], actor="test")
    return f"{name}/quiz"


class Flaky:
    """A store whose disk fails in chosen ways, in front of a sound one."""

    def __init__(self, store: FakeStore) -> None:
        self.sound, self.faults, self.recovered, self.room = store, list[str](), 0, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sound, name)

    def append(self, draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "full":
            raise StorageFull("The disk is full.")
        if fault == "lost":
            raise StorageIO("The disk failed.")
        ack = self.sound.append(draft, expected_seq=expected_seq, standing=standing)
        if fault == "unknown":
            raise StorageIO("The disk failed.")
        return ack

    def recover(self) -> None:
        self.recovered += 1

    def make_room(self) -> bool:
        room, self.room = self.room, False
        return room


@pytest.fixture
def flaky(ports: Ports) -> Flaky:
    assert isinstance(ports.store, FakeStore)
    return Flaky(ports.store)


def test_starting_draws_a_form_and_writes_it_down(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    assert len(items(sitting)) == 4
    assert sitting.time_left() == 10 * MINUTE
    with ports.store.read() as unit:
        assert load_attempt(unit, sitting.attempt.id) == sitting.attempt
    assert sitting.attempt.terms.objectives == {"D1": "Objective D1", "D2": "Objective D2"}


def test_nothing_starts_without_the_attestation(ports: Ports, student: str) -> None:
    with pytest.raises(NotAllowed, match="accepted"):
        start(ports, student_id=student, exam_ref="quiz", attested=False, actor="x")
    assert brief(ports, student_id=student, exam_ref="quiz").eligibility.attempts_used == 0


def test_wrong_student_and_wrong_exam_are_named(ports: Ports, student: str) -> None:
    with pytest.raises(NotFound, match="nobody"):
        begin(ports, "nobody")
    with pytest.raises(NotFound, match="course/other"):
        begin(ports, student, "course/other")
    with pytest.raises(NotFound, match="elsewhere"):
        begin(ports, student, "elsewhere/quiz")


def test_an_exam_id_alone_is_enough_where_it_is_unique(ports: Ports, student: str) -> None:
    assert brief(ports, student_id=student, exam_ref="quiz").ref == "course/quiz"
    with_exam(ports, "second")
    with pytest.raises(NotFound, match="Several") as caught:
        brief(ports, student_id=student, exam_ref="quiz")
    assert "second/quiz" in caught.value.hint


def test_a_second_start_is_told_that_the_exam_is_running(ports: Ports, student: str) -> None:
    begin(ports, student)
    with pytest.raises(WrongState, match="running"):
        begin(ports, student)


def test_a_closed_enrolment_is_refused_and_leaves_nothing(ports: Ports, student: str) -> None:
    load(ports, courses=[course("closed", enrolment="code")], actor="test")
    with pytest.raises(NotAllowed, match="enrolment"):
        begin(ports, student, "closed/quiz")
    with ports.store.read() as unit:
        assert not unit.enrolments.of(student)


def test_windows_say_when_they_open(ports: Ports, student: str) -> None:
    exam = with_exam(ports, "later", window={"opens": "2026-11-23T00:00:00Z"})
    with pytest.raises(NotAllowed, match="not open yet") as caught:
        begin(ports, student, exam)
    assert "November 2026" in caught.value.hint


@pytest.mark.parametrize("failure", [StorageIO("The disk failed."), WrongState("These records were moved.")])
def test_a_sign_of_life_that_is_refused_ends_no_exam(ports: Ports, student: str, failure: CequizError) -> None:
    """It is given by the clock: whatever the store says of it must not close the screen that a student writes on."""

    class Refusing(Flaky):
        refused = 0

        def beat(self, _sign: Heartbeat) -> None:
            self.refused += 1
            raise failure

    assert isinstance(ports.store, FakeStore)
    refusing = Refusing(ports.store)
    sitting = begin(replace(ports, store=refusing), student)
    sitting.beat()
    assert refusing.refused >= 1
    assert sitting.answer(items(sitting)[0], B)


def test_every_deed_is_an_event_and_the_state_follows(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    first, second = items(sitting)[:2]
    clock.advance(MINUTE)
    ack = sitting.answer(first, B)
    sitting.answer(second, {"choice": "a"})
    sitting.clear(second)
    sitting.flag(second)
    sitting.flag(second)
    sitting.challenge(first, reason="two keys")
    assert ack.event.at == NOON + MINUTE
    assert kinds(ports, sitting) == ["started", "answered", "answered", "cleared", "flagged", "unflagged", "challenged"]
    assert sitting.attempt.responses == {first: B}
    with ports.store.read() as unit:
        assert load_attempt(unit, sitting.attempt.id) == sitting.attempt


def test_a_response_that_does_not_fit_writes_nothing(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    with pytest.raises(InvalidResponse):
        sitting.answer(items(sitting)[0], {"choice": "z"})
    assert kinds(ports, sitting) == ["started"]
    assert not sitting.pending


def test_forward_only_exams_do_not_go_back(ports: Ports, student: str) -> None:
    sitting = begin(ports, student, with_exam(ports, "forward", navigation="forward-only"))
    sitting.answer(items(sitting)[2], B)
    with pytest.raises(NotAllowed, match="forward"):
        sitting.answer(items(sitting)[0], B)
    with pytest.raises(NotAllowed, match="forward"):
        sitting.clear(items(sitting)[0])


def test_moving_on_in_a_forward_only_exam_leaves_what_was_before_behind_for_good(ports: Ports, student: str) -> None:
    sitting = begin(ports, student, with_exam(ports, "forward", navigation="forward-only"))
    sitting.answer(items(sitting)[0], B)
    sitting.answer(items(sitting)[0], {"choice": "a"})  # still here: it can be changed
    sitting.move_to(2)
    again = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert again.attempt.reached == 2
    for deed in (lambda: again.move_to(1), lambda: again.answer(items(again)[1], B)):
        with pytest.raises(NotAllowed, match="forward"):
            deed()
    again.move_to(2)
    again.answer(items(again)[2], B)


def test_moving_in_a_free_exam_writes_nothing(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    sitting.move_to(3)
    sitting.move_to(0)
    assert kinds(ports, sitting) == ["started"]


def test_a_challenge_is_text_and_nothing_else(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    for reason in ("", "two\x1b[31m keys", "x" * 2001):
        with pytest.raises(InvalidText):
            sitting.challenge(items(sitting)[0], reason=reason)
    assert kinds(ports, sitting) == ["started"]


def test_after_a_crash_everything_is_there_and_the_clock_went_on(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    sitting.answer(items(sitting)[0], B)
    sitting.flag(items(sitting)[1])
    clock.advance(3 * MINUTE)
    again = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert again.attempt.form == sitting.attempt.form
    assert again.attempt.responses == sitting.attempt.responses
    assert again.attempt.flags == sitting.attempt.flags
    assert again.time_left() == 7 * MINUTE


def test_leaving_lets_the_clock_run_unless_the_course_pauses_it(ports: Ports, student: str, clock: FakeClock) -> None:
    for exam, left in (
        ("course/quiz", 5 * MINUTE),
        (with_exam(ports, "pausing", resume={"clock": "pauses", "outage_credit": "0s"}), 10 * MINUTE),
    ):
        sitting = begin(ports, student, exam)
        sitting.leave()
        clock.advance(5 * MINUTE)
        assert resume(ports, attempt_id=sitting.attempt.id, actor="x").time_left() == left


def test_a_paused_attempt_is_not_swept_however_long_it_rests(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, with_exam(ports, "pausing", resume={"clock": "pauses", "outage_credit": "0s"}))
    sitting.leave()
    clock.advance(timedelta(days=3))
    assert sweep(ports) == ()
    assert resume(ports, attempt_id=sitting.attempt.id, actor="x").time_left() == 10 * MINUTE


def test_who_is_taken_over_is_told_at_once_and_writes_nothing_more(ports: Ports, student: str) -> None:
    first = begin(ports, student)
    first.answer(items(first)[0], B)
    second = resume(ports, attempt_id=first.attempt.id, actor="x")
    assert first.refresh()
    assert first.taken_over
    for deed in (lambda: first.answer(items(first)[1], B), first.submit, lambda: first.flag(items(first)[1])):
        with pytest.raises(OpenElsewhere):
            deed()
    second.answer(items(first)[1], B)
    assert len(second.attempt.responses) == 2
    back = resume(ports, attempt_id=first.attempt.id, actor="x")
    assert len(back.attempt.responses) == 2
    with pytest.raises(OpenElsewhere):
        second.answer(items(first)[2], B)
    assert second.taken_over


def test_who_takes_over_from_a_window_that_is_open_is_told_and_nobody_else(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    first = begin(ports, student)
    assert not first.took_over
    first.beat()
    clock.advance(timedelta(seconds=20))
    second = resume(ports, attempt_id=first.attempt.id, actor="x")
    assert second.took_over
    second.leave()
    assert not brief(ports, student_id=student, exam_ref="course/quiz").elsewhere
    third = resume(ports, attempt_id=first.attempt.id, actor="x")
    assert not third.took_over
    clock.advance(timedelta(seconds=20))
    assert brief(ports, student_id=student, exam_ref="course/quiz").elsewhere
    clock.advance(timedelta(seconds=11))
    assert not brief(ports, student_id=student, exam_ref="course/quiz").elsewhere
    assert not resume(ports, attempt_id=first.attempt.id, actor="x").took_over


def test_time_given_by_somebody_else_arrives_without_losing_the_pen(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    give(ports, sitting, clock, milliseconds=120_000)
    sitting.answer(items(sitting)[0], B)
    assert not sitting.taken_over
    assert sitting.time_left() == 12 * MINUTE
    give(ports, sitting, clock, milliseconds=60_000)
    assert sitting.refresh()
    assert sitting.time_left() == 13 * MINUTE
    assert not sitting.refresh()
    assert [reason.kind for reason in sitting.explain().reasons].count(ReasonKind.ADJUSTED) == 2


def give(ports: Ports, sitting: Sitting, clock: FakeClock, *, milliseconds: int) -> None:
    with ports.store.write() as unit:
        attempt = load_attempt(unit, sitting.attempt.id)
        draft = EventDraft(
            attempt_id=attempt.id,
            kind=EventKind.TIME_ADJUSTED,
            payload={"milliseconds": milliseconds, "reason": "fire alarm"},
            at=attempt.last.instant,
            stamp=clock.read(),
            actor="os:admin",
            session="office",
            key=ports.ids.token(),
        )
        deadline = attempt.ledger.deadline
        assert deadline is not None
        standing = Standing(Status.OPEN, deadline + timedelta(milliseconds=milliseconds))
        unit.attempts.append(draft, expected_seq=attempt.seq, standing=standing)


def test_an_unknown_outcome_is_looked_up_and_the_answer_stands_once(ports: Ports, student: str, flaky: Flaky) -> None:
    sitting = begin(replace(ports, store=flaky), student)
    flaky.faults = ["unknown"]
    ack = sitting.answer(items(sitting)[0], B)
    assert ack.repeated
    assert flaky.recovered == 1
    assert kinds(ports, sitting) == ["started", "answered"]
    sitting.answer(items(sitting)[1], B)
    assert not sitting.pending


def test_an_answer_that_was_really_lost_is_written_on_the_next_try(ports: Ports, student: str, flaky: Flaky) -> None:
    sitting = begin(replace(ports, store=flaky), student)
    flaky.faults = ["lost", "lost"]
    assert not sitting.answer(items(sitting)[0], B).repeated
    assert kinds(ports, sitting) == ["started", "answered"]


def test_a_full_disk_is_given_the_ballast_once(ports: Ports, student: str, flaky: Flaky) -> None:
    sitting = begin(replace(ports, store=flaky), student)
    flaky.faults, flaky.room = ["full"], True
    sitting.answer(items(sitting)[0], B)
    assert kinds(ports, sitting) == ["started", "answered"]


def test_what_cannot_be_saved_stays_pending_in_order_and_is_never_called_saved(
    ports: Ports, student: str, flaky: Flaky, clock: FakeClock
) -> None:
    sitting = begin(replace(ports, store=flaky), student)
    flaky.faults = ["full", "full"]
    first, second = items(sitting)[:2]
    with pytest.raises(StorageFull):
        sitting.answer(first, B)
    clock.advance(MINUTE)
    with pytest.raises(StorageFull):
        sitting.answer(second, B)
    assert [draft.payload["item"] for draft in sitting.pending] == [first, second]
    assert not sitting.attempt.responses
    clock.advance(20 * MINUTE)  # the disk has room again, long after the deadline
    sitting.save_pending()
    assert list(sitting.attempt.responses) == [first, second]
    with ports.store.read() as unit:
        assert [event.at for event in unit.attempts.events(sitting.attempt.id)] == [NOON, NOON, NOON + MINUTE]


def test_a_flag_set_and_taken_away_while_the_disk_is_full_is_away(ports: Ports, student: str, flaky: Flaky) -> None:
    sitting = begin(replace(ports, store=flaky), student)
    flaky.faults = ["full", "full"]
    item = items(sitting)[0]
    for _ in range(2):
        with pytest.raises(StorageFull):
            sitting.flag(item)
    sitting.save_pending()
    assert kinds(ports, sitting) == ["started", "flagged", "unflagged"]
    assert not sitting.attempt.flags


def test_a_challenge_is_bound_to_the_newest_answer_saved_or_not(ports: Ports, student: str, flaky: Flaky) -> None:
    sitting = begin(replace(ports, store=flaky), student)
    item = items(sitting)[0]
    sitting.answer(item, {"choice": "a"})
    flaky.faults = ["full", "full"]
    with pytest.raises(StorageFull):
        sitting.answer(item, B)
    with pytest.raises(StorageFull):
        sitting.challenge(item, reason="two keys")
    sitting.save_pending()
    (challenge,) = sitting.attempt.challenges
    assert challenge["response"] == B


def test_what_was_left_behind_stays_behind_while_the_move_waits_for_the_disk(
    ports: Ports, student: str, flaky: Flaky
) -> None:
    sitting = begin(replace(ports, store=flaky), student, with_exam(ports, "onward", navigation="forward-only"))
    flaky.faults = ["full"]
    with pytest.raises(StorageFull):
        sitting.move_to(2)
    with pytest.raises(NotAllowed):
        sitting.answer(items(sitting)[0], B)
    assert [draft.kind for draft in sitting.pending] == [EventKind.MOVED]


def test_a_submit_whose_outcome_is_unknown_ends_the_attempt_once(
    ports: Ports, student: str, flaky: Flaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = begin(replace(ports, store=flaky), student)
    sound, failures = flaky.sound.write, [True]

    @contextmanager
    def write() -> Iterator[Unit]:
        with sound() as unit:
            yield unit
        if failures:
            failures.pop()
            raise StorageIO("The disk failed.")

    monkeypatch.setattr(flaky, "write", write, raising=False)
    score = sitting.submit()
    assert score.cause is Status.SUBMITTED
    assert flaky.recovered == 1
    assert kinds(ports, sitting) == ["started", "submitted"]


@pytest.mark.parametrize("moved", [timedelta(hours=-3), timedelta(hours=3)])
def test_a_moved_wall_clock_changes_nothing_and_is_written_down(
    ports: Ports, student: str, clock: FakeClock, moved: timedelta
) -> None:
    sitting = begin(ports, student)
    clock.advance(MINUTE)
    clock.set_wall(moved)
    assert sitting.time_left() == 9 * MINUTE
    ack = sitting.answer(items(sitting)[0], B)
    assert ack.event.at == NOON + MINUTE
    sitting.answer(items(sitting)[1], B)
    assert kinds(ports, sitting) == ["started", "clock_moved", "answered", "answered"]
    told = sitting.explain().reasons[-1]
    assert (told.kind, told.amount) == (ReasonKind.CLOCK_MOVED, moved)


def test_a_clock_set_back_between_two_programs_gains_nothing(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    clock.advance(4 * MINUTE)
    clock.set_wall(timedelta(hours=-5))
    again = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert again.time_left() == 6 * MINUTE
    assert "clock_moved" in kinds(ports, again)


def test_a_clock_set_forward_between_two_programs_ends_nothing(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    clock.advance(MINUTE)
    sitting.beat()
    clock.set_wall(timedelta(hours=2))
    again = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert again.time_left() == 9 * MINUTE
    assert again.absence is None
    assert kinds(ports, sitting) == ["started", "clock_moved", "resumed"]
    assert again.answer(items(again)[0], B).event.at == NOON + MINUTE


def test_an_answer_counts_by_when_the_key_was_pressed(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    clock.advance(10 * MINUTE)
    in_time = sitting.receive()
    clock.advance(timedelta(seconds=3))
    sitting.answer(items(sitting)[0], B, received=in_time)
    with pytest.raises(DeadlinePassed):
        sitting.answer(items(sitting)[1], B)
    assert list(sitting.attempt.responses) == [items(sitting)[0]]


def test_running_out_ends_the_attempt_at_its_deadline(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    for item in items(sitting)[:3]:
        sitting.answer(item, B)
    clock.advance(timedelta(hours=2))
    score = sitting.submit()
    assert (score.cause, score.finished_at) == (Status.EXPIRED, NOON + 10 * MINUTE)
    assert score.earned == 3
    assert score.passed


def test_nobody_needs_to_be_there_when_the_time_runs_out(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    sitting.answer(items(sitting)[0], B)
    clock.advance(10 * MINUTE + SWEEP_GRACE)
    assert sweep(ports) == ()
    clock.advance(timedelta(seconds=1))
    assert sweep(ports) == (sitting.attempt.id,)
    assert sweep(ports) == ()
    ended = result(ports, sitting.attempt.id)
    assert ended.attempt.finished_at == NOON + 10 * MINUTE
    assert ended.review.score is not None
    assert ended.review.score.earned == 1


def test_a_sweep_never_ends_a_running_exam_because_a_clock_was_set_forward(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    clock.advance(MINUTE)
    clock.set_wall(timedelta(hours=2))
    assert sweep(ports) == ()
    sitting.answer(items(sitting)[0], B)
    assert sitting.time_left() == 9 * MINUTE
    clock.advance(10 * MINUTE)
    assert sweep(ports) == (sitting.attempt.id,)


def test_after_a_restart_of_the_machine_a_sweep_goes_by_utc(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    clock.reboot()
    clock.advance(timedelta(hours=1))
    assert sweep(ports) == (sitting.attempt.id,)


def test_an_attempt_that_ran_out_is_listed_as_ended_before_anybody_swept(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    clock.advance(10 * MINUTE + timedelta(seconds=1))
    (line,) = attempts(ports)
    assert line.standing == Standing(Status.EXPIRED, NOON + 10 * MINUTE, NOON + 10 * MINUTE)
    assert kinds(ports, sitting) == ["started"]


def test_time_that_was_extended_is_not_over(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    clock.advance(10 * MINUTE + timedelta(seconds=1))
    give(ports, sitting, clock, milliseconds=600_000)
    with pytest.raises(WrongState, match="not over"):
        sitting.expire()
    sitting.answer(items(sitting)[0], B)
    assert sitting.submit().cause is Status.SUBMITTED


def test_coming_back_too_late_closes_the_attempt(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    clock.advance(timedelta(days=1))
    with pytest.raises(DeadlinePassed):
        resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert result(ports, sitting.attempt.id).attempt.finished_at == NOON + 10 * MINUTE
    with pytest.raises(AttemptClosed):
        resume(ports, attempt_id=sitting.attempt.id, actor="x")


def test_an_untimed_exam_never_runs_out(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, with_exam(ports, "untimed", time_limit="none"))
    clock.advance(timedelta(days=30))
    assert sitting.time_left() is None
    assert sweep(ports) == ()
    sitting.answer(items(sitting)[0], B)
    assert sitting.submit().cause is Status.SUBMITTED


def test_submitting_twice_gives_the_same_score_and_one_ending(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    score = sitting.submit()
    assert sitting.submit() == score
    assert kinds(ports, sitting).count("submitted") == 1
    with pytest.raises(AttemptClosed):
        sitting.answer(items(sitting)[0], B)


def test_a_submit_that_crosses_extra_time_still_works(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    give(ports, sitting, clock, milliseconds=60_000)
    assert sitting.submit().cause is Status.SUBMITTED


def test_retakes_wait_draw_unseen_items_and_run_out(ports: Ports, student: str, clock: FakeClock) -> None:
    first = begin(ports, student)
    first.submit()
    with pytest.raises(NotAllowed, match="waiting") as caught:
        begin(ports, student)
    assert "November 2026" in caught.value.hint
    clock.advance(timedelta(hours=1))
    second = begin(ports, student)
    assert second.attempt.number == 2
    assert not set(items(first)) & set(items(second))
    second.submit()
    clock.advance(timedelta(days=1))
    with pytest.raises(NotAllowed, match="used up"):
        begin(ports, student)


def test_a_passed_exam_is_not_sat_again(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    for item in items(sitting):
        sitting.answer(item, B)
    assert sitting.submit().passed
    clock.advance(timedelta(days=1))
    with pytest.raises(NotAllowed, match="passed"):
        begin(ports, student)


def test_an_attempt_keeps_the_bank_version_it_was_drawn_from(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    load(ports, banks=[bank(version="2", counts={"D1": 3, "D2": 3})], actor="test")
    again = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert {item.bank_version for item in again.attempt.form.items} == {"1"}
    assert again.submit().possible == 4

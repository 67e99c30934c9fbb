"""The live board: who sits what, how far, how long, and whether they are there."""

from __future__ import annotations

from datetime import timedelta

from cequiz.services import queueing
from cequiz.services.enrolling import register
from cequiz.services.invigilating import Connection, LiveAttempt, board
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume, start
from cequiz.services.timing import hold
from tests.builders import NOON, course, exam_json
from tests.fakes import FakeClock

B = {"choice": "b"}
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def begin(ports: Ports, name: str, *, exam: str = "course/quiz") -> Sitting:
    student = register(ports, name=name, email=f"{name}@example.org", actor="test").id
    return start(ports, student_id=student, exam_ref=exam, attested=True, actor="x")


def only(ports: Ports) -> LiveAttempt:
    (line,) = board(ports)
    return line


def test_a_line_says_who_and_where_and_how_far(ports: Ports, clock: FakeClock) -> None:
    sitting = begin(ports, "Ana")
    first, second = (item.key for item in sitting.attempt.form.items[:2])
    clock.advance(MINUTE)
    sitting.answer(first, B)
    sitting.answer(second, B)
    sitting.clear(second)
    sitting.flag(second)
    clock.advance(5 * SECOND)
    line = only(ports)
    assert (line.student, line.exam, line.number) == ("Ana", "course/quiz", 1)
    assert (line.answered, line.items, line.flagged) == (1, len(sitting.attempt.form.items), 1)
    assert line.saved_at == NOON + MINUTE
    assert line.left == sitting.time_left() == 9 * MINUTE - 5 * SECOND
    assert line.deadline == NOON + 10 * MINUTE
    assert not line.stands_still


def test_it_says_whether_somebody_is_there(ports: Ports, clock: FakeClock) -> None:
    sitting = begin(ports, "Ana")
    seen = []
    for step in (15, 10, 20):
        clock.advance(step * SECOND)
        line = only(ports)
        seen.append((line.connection, line.silent))
    assert seen == [
        (Connection.CONNECTED, 15 * SECOND),
        (Connection.QUIET, 25 * SECOND),
        (Connection.BROKEN_OFF, 45 * SECOND),
    ]
    back = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert only(ports).connection is Connection.CONNECTED
    back.leave()
    clock.advance(MINUTE)
    assert only(ports).connection is Connection.LEFT


def test_the_least_time_left_comes_first_and_what_is_over_is_gone(ports: Ports, clock: FakeClock) -> None:
    load(ports, courses=[course("free", exams=[exam_json(time_limit="none")])], actor="test")
    begin(ports, "Zoe", exam="free/quiz")
    begin(ports, "Eva", exam="free/quiz")
    begin(ports, "Bo")
    clock.advance(4 * MINUTE)
    begin(ports, "Ana")
    assert [line.student for line in board(ports)] == ["Bo", "Ana", "Eva", "Zoe"]
    assert [line.left for line in board(ports)][2:] == [None, None]
    clock.advance(7 * MINUTE)
    assert [line.student for line in board(ports)] == ["Ana", "Eva", "Zoe"]


def test_a_suspended_exam_says_so_with_the_time_that_is_left(ports: Ports, clock: FakeClock) -> None:
    sitting = begin(ports, "Ana")
    clock.advance(2 * MINUTE)
    hold(ports, attempt_id=sitting.attempt.id, reason="fire alarm", actor="os:admin")
    clock.advance(30 * MINUTE)
    line = only(ports)
    assert line.hold is not None
    assert line.hold.reason == "fire alarm"
    assert line.left == 8 * MINUTE
    assert line.deadline is None
    assert line.stands_still


def test_an_outage_that_credit_covers_holds_the_time_still(ports: Ports, clock: FakeClock) -> None:
    exam = exam_json(resume={"clock": "runs", "outage_credit": "5m"})
    load(ports, courses=[course("lasting", exams=[exam])], actor="test")
    begin(ports, "Ana", exam="lasting/quiz")
    clock.advance(3 * MINUTE)
    line = only(ports)
    assert line.connection is Connection.BROKEN_OFF
    assert line.left == 10 * MINUTE
    assert line.stands_still
    clock.advance(4 * MINUTE)
    assert only(ports).left == 8 * MINUTE
    assert not only(ports).stands_still


def test_what_waits_for_a_decision_is_counted_until_it_is_decided(ports: Ports, clock: FakeClock) -> None:
    sitting = begin(ports, "Ana")
    item = sitting.attempt.form.items[0].key
    sitting.challenge(item, reason="Two are right.")
    clock.advance(2 * MINUTE)
    resume(ports, attempt_id=sitting.attempt.id, actor="x")
    waiting = only(ports).waiting
    assert set(waiting) == {one.id for one in queueing.entries(ports)}
    assert len(waiting) == 2
    queueing.decide(ports, entry_id=waiting[0], outcome=queueing.Outcome.DECLINED, note="It stands.", actor="os:admin")
    assert only(ports).waiting == waiting[1:]

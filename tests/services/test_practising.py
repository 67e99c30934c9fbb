"""Practice: what is put, what is kept, what comes back when, and that no exam is spoiled by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from fractions import Fraction
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.practice import Drill, Recall
from cequiz.errors import InvalidResponse, NotAllowed, NotFound, StorageBusy, StorageIO
from cequiz.services import practising
from cequiz.services.enrolling import register
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.practising import Practising, begin, status
from cequiz.services.sitting import Sitting
from cequiz.services.starting import start
from tests.builders import NOON, bank, bank_json, course, exam_json, question
from tests.fakes import FakeClock, FakeStore, FakeUnit

RIGHT, WRONG = {"choice": "b"}, {"choice": "a"}
EXTRA = {"D1": 4, "D3": 4}


def practice_bank(**changes: Any) -> Bank:
    """Return a bank for practice whose questions no exam has."""
    data = bank_json("extra", counts=EXTRA)
    for one in data["questions"]:
        one["stem"] = f"Practise {one['id']}?"
    return Bank.from_json({**data, **changes})


def set_up(ports: Ports, *, exam: dict[str, Any] | None = None, **policy: Any) -> str:
    """Load a course with practice and return its student."""
    practice = {"enabled": True, "banks": ["extra"], **policy}
    taken = course("trained", exams=[exam_json(**(exam or {}))], practice=practice)
    load(ports, banks=[practice_bank()], courses=[taken], actor="test")
    return register(ports, name="Sample", email="s@example.org", actor="test").id


@pytest.fixture
def student(ports: Ports) -> str:
    return set_up(ports)


def practise(ports: Ports, student: str, **how: Any) -> Practising:
    """Begin to practise by the clock of London."""
    return begin(ports, student_id=student, course_id="trained", **{"zone": UTC, **how})


def put(hold: Practising) -> str:
    """Return the id of the question that is put."""
    assert hold.current is not None
    return hold.current.question.id


def sat(ports: Ports, student: str, *wrong: str) -> Sitting:
    """Sit the exam; questions of these objectives are answered wrongly."""
    sitting = start(ports, student_id=student, exam_ref="trained/quiz", attested=True, actor="test")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, WRONG if item.objective in wrong else RIGHT)
    return sitting


def test_an_answer_is_told_at_once_and_kept(ports: Ports, student: str) -> None:
    hold = practise(ports, student)
    first = put(hold)
    told = hold.check(RIGHT)
    assert told.share == 1
    assert (told.recall, told.response) == (Recall.KNOWN, RIGHT)
    assert [(part.given, part.right) for part in told.parts] == [(f"Second of {first}", f"Second of {first}")]
    with ports.store.read() as unit:
        [answer] = unit.practices.answers(student, "trained")
        [card] = unit.practices.cards(student, "trained")
    assert (answer.question, answer.bank_version, answer.drill, answer.at) == (first, "1", False, NOON)
    assert answer.share == 1
    assert (card.question, card.due) == (first, told.due)
    assert told.due > NOON


def test_a_question_is_answered_once_and_the_next_one_is_another(ports: Ports, student: str) -> None:
    hold = practise(ports, student)
    first = put(hold)
    hold.check(WRONG)
    with pytest.raises(NotAllowed, match="no question to answer"):
        hold.check(RIGHT)
    hold.advance()
    assert put(hold) != first


def test_what_was_missed_comes_back_before_what_was_known(ports: Ports, student: str, clock: FakeClock) -> None:
    hold = practise(ports, student)
    missed = put(hold)
    soon = hold.check(WRONG).due
    hold.advance()
    known = put(hold)
    late = hold.check(RIGHT).due
    assert soon < late
    clock.advance(soon - NOON)
    hold.advance()
    assert put(hold) == missed
    hold.check(WRONG)
    clock.advance(timedelta(days=40))
    again = practise(ports, student)
    assert {missed, known} == {put(again), *(_next(again) for _ in range(1))}
    assert again.status.due == 1


def _next(hold: Practising) -> str:
    hold.check(RIGHT)
    hold.advance()
    return put(hold)


def test_a_partly_right_answer_is_half_known(ports: Ports) -> None:
    several = question("several", objective="D3", type="multiple", scoring={"method": "per-option"})
    load(ports, banks=[practice_bank(questions=[several])], actor="test")
    taken = course("trained", practice={"enabled": True, "banks": ["extra"]})
    load(ports, courses=[taken], actor="test")
    who = register(ports, name="Sample", email="s@example.org", actor="test").id
    told = practise(ports, who).check({"choices": ["a", "b"]})
    assert (told.share, told.recall) == (Fraction(3, 4), Recall.HARD)


def test_who_does_not_know_is_told_and_asked_again(ports: Ports, student: str) -> None:
    hold = practise(ports, student)
    told = hold.check(None)
    assert told.share == 0
    assert (told.recall, told.parts[0].given) == (Recall.FORGOTTEN, None)


def test_what_the_question_cannot_take_is_not_kept(ports: Ports, student: str) -> None:
    hold = practise(ports, student)
    with pytest.raises(InvalidResponse):
        hold.check({"choice": "z"})
    assert hold.current is not None
    with ports.store.read() as unit:
        assert not unit.practices.answers(student, "trained")


def test_a_question_that_is_put_off_comes_after_the_others(ports: Ports, student: str) -> None:
    hold = practise(ports, student)
    first = put(hold)
    seen = {first}
    for _ in range(7):
        hold.put_off()
        seen.add(put(hold))
    assert len(seen) == 8
    hold.put_off()
    assert put(hold) == first


def test_everything_done_says_when_the_next_question_comes_back(ports: Ports, student: str) -> None:
    hold = practise(ports, student)
    while hold.current is not None:
        hold.check(RIGHT)
        hold.advance()
    found = hold.status
    assert (found.questions, found.new, found.due, found.answered) == (8, 0, 0, 8)
    assert found.next_due is not None
    assert found.next_due > NOON


def test_another_program_goes_on_where_one_was_left(ports: Ports, student: str) -> None:
    hold = practise(ports, student)
    hold.check(RIGHT)
    hold.advance()
    assert put(practise(ports, student)) == put(hold)
    assert status(ports, student_id="S@example.org", course_id="trained", zone=UTC).new == 7


def test_the_choices_stand_in_another_order_when_a_question_comes_back(ports: Ports, student: str) -> None:
    hold, orders = practise(ports, student), set()
    for _ in range(8):
        assert hold.current is not None
        orders.add(hold.current.order)
        assert set(hold.current.order) == set("abcd")
        hold.check(WRONG)
        cast("FakeClock", ports.clock).advance(timedelta(days=400))
        hold.advance()
    assert len(orders) > 1


def test_weak_objectives_of_the_last_exam_come_first(ports: Ports, student: str) -> None:
    sat(ports, student, "D1").submit()
    assert put(practise(ports, student)).startswith("d1")


def test_what_comes_first_does_not_tell_a_result_that_is_kept(ports: Ports) -> None:
    shown = set_up(ports, exam={"review": {"after_pass": "none", "after_fail": "score"}})
    before = put(practise(ports, shown))
    other = "D3" if before.startswith("d1") else "D1"
    sat(ports, shown, "D1", "D2").submit()
    assert put(practise(ports, shown)) == before, other


# Exams are not spoiled --------------------------------------------------------------------------------------------


def test_there_is_no_practice_beside_an_open_exam(ports: Ports, student: str) -> None:
    hold = practise(ports, student)
    sitting = start(ports, student_id=student, exam_ref="trained/quiz", attested=True, actor="test")
    with pytest.raises(NotAllowed, match="practice waits"):
        practise(ports, student)
    with pytest.raises(NotAllowed, match="practice waits"):
        hold.check(RIGHT)
    assert status(ports, student_id=student, course_id="trained").running == sitting.attempt.id
    sitting.submit()
    assert hold.check(RIGHT).share == 1


def test_an_exam_that_ran_out_bars_nothing(ports: Ports, student: str, clock: FakeClock) -> None:
    start(ports, student_id=student, exam_ref="trained/quiz", attested=True, actor="test")
    clock.advance(timedelta(hours=1))
    assert practise(ports, student).current is not None


def test_an_exam_of_another_course_that_asks_the_same_bars_practice_too(ports: Ports, student: str) -> None:
    hold = practise(ports, student)
    asking = exam_json(banks=["extra"], blueprint={"D1": 4, "D3": 4})
    load(ports, courses=[course("asking", exams=[asking]), course("apart")], actor="test")
    apart = start(ports, student_id=student, exam_ref="apart/quiz", attested=True, actor="test")
    assert hold.check(RIGHT).share == 1
    apart.submit()
    hold.advance()
    start(ports, student_id=student, exam_ref="asking/quiz", attested=True, actor="test")
    with pytest.raises(NotAllowed, match="An exam that asks questions of this practice is open"):
        hold.check(RIGHT)
    with pytest.raises(NotAllowed, match="practice waits"):
        practise(ports, student)
    assert status(ports, student_id=student, course_id="trained").running is not None


def test_what_an_exam_may_ask_since_a_moment_ago_is_not_told_any_more(ports: Ports) -> None:
    student = set_up(ports, exam={"banks": ["sample", "extra"], "blueprint": {"D1": 1, "D2": 1}})
    hold = practise(ports, student)
    assert put(hold).startswith("d3")
    moved = practice_bank(version="2").to_json()
    changed = [{**one, "objective": "D1"} for one in cast("list[dict[str, Any]]", moved["questions"])[:-1]]
    last = cast("list[dict[str, Any]]", moved["questions"])[-1]
    load(ports, banks=[Bank.from_json({**moved, "questions": [*changed, last]})], actor="test")
    while put(hold) == last["id"]:
        hold.put_off()
    with pytest.raises(NotAllowed, match="may not be practised any more"):
        hold.check(RIGHT)
    with ports.store.read() as unit:
        assert not unit.practices.answers(student, "trained")
    assert put(practise(ports, student)) == last["id"]


def test_practice_that_was_switched_off_meanwhile_ends(ports: Ports, student: str) -> None:
    hold = practise(ports, student)
    load(ports, courses=[course("trained", version="2")], actor="test")
    with pytest.raises(NotAllowed, match="has no practice"):
        hold.check(RIGHT)


def test_a_question_that_was_corrected_keeps_its_history(ports: Ports, student: str, clock: FakeClock) -> None:
    hold = practise(ports, student)
    first, soon = put(hold), hold.check(WRONG).due
    load(ports, banks=[practice_bank(version="2")], actor="test")
    hold.advance()
    hold.check(RIGHT)
    clock.advance(soon - NOON)
    hold.advance()
    assert (put(hold), hold.current is not None and hold.current.item.bank_version) == (first, "2")
    assert hold.current is not None
    assert hold.current.again
    assert hold.check(RIGHT).due > soon + (soon - NOON)


def test_questions_of_exams_are_not_practised(ports: Ports) -> None:
    who = set_up(ports, banks=["sample", "extra"])
    hold = practise(ports, who)
    assert {item.bank for item in hold.pool} == {"extra"}


def test_after_a_pass_its_questions_are_free(ports: Ports) -> None:
    who = set_up(ports, banks=["sample"], exam_items="after_pass")
    with pytest.raises(NotAllowed, match="nothing to practise") as refusal:
        practise(ports, who)
    assert "once you have passed" in refusal.value.hint
    sat(ports, who).submit()
    assert len(practise(ports, who).pool) == 12


def test_a_pass_that_is_kept_frees_nothing(ports: Ports) -> None:
    quiet = {"review": {"after_pass": "none", "after_fail": "none"}}
    who = set_up(ports, exam=quiet, banks=["sample"], exam_items="after_pass")
    sat(ports, who).submit()
    with pytest.raises(NotAllowed, match="nothing to practise"):
        practise(ports, who)


def test_a_course_can_let_everything_be_practised(ports: Ports) -> None:
    who = set_up(ports, banks=["sample", "extra"], exam_items="always")
    assert len(practise(ports, who).pool) == 20


def test_a_course_without_practice_says_so(ports: Ports, student: str) -> None:
    with pytest.raises(NotAllowed, match="has no practice"):
        begin(ports, student_id=student, course_id="course")
    with pytest.raises(NotFound):
        begin(ports, student_id=student, course_id="nowhere")
    with pytest.raises(NotFound):
        begin(ports, student_id="nobody", course_id="trained")


def test_a_course_with_enrolment_by_code_is_not_practised_from_outside(ports: Ports, student: str) -> None:
    load(ports, courses=[course("closed", enrolment="code", practice={"enabled": True, "banks": ["extra"]})], actor="t")
    with pytest.raises(NotAllowed, match="needs an enrolment"):
        begin(ports, student_id=student, course_id="closed")


def test_a_bank_for_practice_must_be_there(ports: Ports) -> None:
    with pytest.raises(NotFound, match="needs the bank nowhere"):
        load(ports, courses=[course("x", practice={"enabled": True, "banks": ["nowhere"]})], actor="test")


# Five a day -------------------------------------------------------------------------------------------------------


def five(ports: Ports, student: str, count: int = 5, **how: Any) -> Practising:
    """Answer so many of today's five."""
    hold = practise(ports, student, five=True, **how)
    for _ in range(count):
        hold.check(RIGHT)
        hold.advance()
    return hold


def test_five_a_day_ends_after_five_and_outlives_the_program(ports: Ports, student: str) -> None:
    hold = five(ports, student, 3)
    assert hold.status.drill == Drill(3, 0)
    again = practise(ports, student, five=True)
    assert again.status.drill == Drill(3, 0)
    for _ in range(2):
        again.check(WRONG)
        again.advance()
    assert again.current is None
    assert again.status.drill == Drill(5, 1)
    assert practise(ports, student, five=True).current is None
    assert practise(ports, student).current is not None


def test_free_practice_is_not_counted_among_the_five(ports: Ports, student: str) -> None:
    practise(ports, student).check(RIGHT)
    assert status(ports, student_id=student, course_id="trained").drill == Drill(0, 0)


def test_the_five_are_five_also_where_nothing_is_due(ports: Ports, student: str) -> None:
    hold = practise(ports, student)
    while hold.current is not None:
        hold.check(RIGHT)
        hold.advance()
    hold, asked = practise(ports, student, five=True), []
    for _ in range(5):
        asked.append(put(hold))
        hold.check(RIGHT)
        hold.advance()
    assert len(set(asked)) == 5
    assert hold.status.drill == Drill(5, 1)


def test_a_small_bank_has_its_five_too(ports: Ports) -> None:
    load(ports, banks=[practice_bank(questions=[question("only", objective="D3")])], actor="test")
    load(ports, courses=[course("trained", practice={"enabled": True, "banks": ["extra"]})], actor="test")
    who = register(ports, name="Sample", email="s@example.org", actor="test").id
    assert five(ports, who).status.drill == Drill(5, 1)


def test_a_streak_grows_over_midnight_and_breaks_after_a_day_without(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    zone = ZoneInfo("America/New_York")
    clock.advance(timedelta(hours=16, minutes=59))  # 23:59 there
    hold = five(ports, student, 4, zone=zone)
    clock.advance(timedelta(minutes=2))
    assert hold.status.drill == Drill(0, 0)  # the day is over, with four
    clock.advance(timedelta(hours=-1))
    hold.advance()
    hold.check(RIGHT)
    clock.advance(timedelta(hours=1))
    assert hold.status.drill == Drill(0, 1)
    five(ports, student, zone=zone)
    assert hold_status(ports, student, zone) == Drill(5, 2)
    clock.advance(timedelta(days=2))
    assert hold_status(ports, student, zone) == Drill(0, 0)


def test_a_clock_that_was_set_back_loses_nothing(ports: Ports, student: str, clock: FakeClock) -> None:
    five(ports, student)
    clock.advance(timedelta(days=-2))
    hold = five(ports, student)
    assert hold.status.drill == Drill(5, 1)
    clock.advance(timedelta(days=2))
    assert hold_status(ports, student, ZoneInfo("UTC")) == Drill(5, 1)
    assert practise(ports, student).current is not None


def hold_status(ports: Ports, student: str, zone: ZoneInfo) -> Drill:
    """Return the drill as a new program sees it."""
    return status(ports, student_id=student, course_id="trained", zone=zone).drill


def test_two_windows_share_the_five(ports: Ports, student: str) -> None:
    one, two = practise(ports, student, five=True), practise(ports, student, five=True)
    for _ in range(3):
        for hold in (one, two):
            if hold.current is not None:
                hold.check(RIGHT)
                hold.advance()
    assert one.status.drill.done == 5
    with ports.store.read() as unit:
        assert sum(answer.drill for answer in unit.practices.answers(student, "trained")) == 5


# A disk that fails ------------------------------------------------------------------------------------------------


class FailingStore(FakeStore):
    """A store whose next writes fail, before or after they were kept."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = False
        self.unknown = 0

    @contextmanager
    def write(self) -> Iterator[FakeUnit]:
        """Fail as asked for."""
        if self.busy:
            raise StorageBusy("Another program holds the store.")
        with super().write() as unit:
            yield unit
        if self.unknown:
            self.unknown -= 1
            raise StorageIO("The disk failed.")


@pytest.fixture
def failing(ports: Ports) -> tuple[Ports, FailingStore]:
    """Return ports whose store can fail, with the sample bank."""
    store = FailingStore()
    made = replace(ports, store=store)
    load(made, banks=[bank()], actor="test")
    return made, store


def test_what_could_not_be_written_is_not_told_and_can_be_sent_again(failing: tuple[Ports, FailingStore]) -> None:
    ports, store = failing
    hold = practise(ports, set_up(ports))
    store.busy = True
    with pytest.raises(StorageBusy):
        hold.check(RIGHT)
    assert (hold.current is not None, hold.status.answered) == (True, 0)
    store.busy = False
    assert hold.check(RIGHT).share == 1


def test_an_answer_that_was_written_although_nobody_knew_is_not_written_again(
    failing: tuple[Ports, FailingStore],
) -> None:
    ports, store = failing
    student = set_up(ports)
    hold = practise(ports, student, five=True)
    store.unknown = 9
    with pytest.raises(StorageIO):
        hold.check(RIGHT)
    store.unknown = 0
    cast("FakeClock", ports.clock).advance(timedelta(seconds=9))
    told = hold.check(WRONG)
    assert told.response == RIGHT  # what is on disk is what is told
    assert told.share == 1
    assert hold.status.drill == Drill(1, 0)
    with ports.store.read() as unit:
        assert len(unit.practices.answers(student, "trained")) == 1


def test_an_answer_whose_fate_was_unknown_is_kept_once(failing: tuple[Ports, FailingStore]) -> None:
    ports, store = failing
    student = set_up(ports)
    hold = practise(ports, student, five=True)
    store.unknown = 2
    assert hold.check(RIGHT).share == 1
    assert hold.status.drill == Drill(1, 0)
    with ports.store.read() as unit:
        assert len(unit.practices.answers(student, "trained")) == 1
    assert practising.status(ports, student_id=student, course_id="trained").answered == 1

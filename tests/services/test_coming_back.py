"""Coming back to an open exam: where it opens, and whether it is said to be open elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cequiz.domain.canonical import Json
from cequiz.services.briefing import brief
from cequiz.services.enrolling import register
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume, start
from tests.builders import course, exam_json
from tests.fakes import FakeClock

B: dict[str, Json] = {"choice": "b"}
MOMENT = timedelta(seconds=2)


@pytest.fixture
def student(ports: Ports) -> str:
    return register(ports, name="Sample Student", email="s@example.org", actor="test").id


def begin(ports: Ports, student: str, **changes: Any) -> Sitting:
    load(ports, courses=[course("lasting", exams=[exam_json(**changes)])], actor="test")
    return start(ports, student_id=student, exam_ref="lasting/quiz", attested=True, actor=f"student:{student}")


def look(sitting: Sitting, place: int) -> None:
    """Have an item on the screen."""
    sitting.here = sitting.attempt.form.items[place].key


def again(ports: Ports, sitting: Sitting) -> Sitting:
    return resume(ports, attempt_id=sitting.attempt.id, actor="x")


@pytest.mark.parametrize("orderly", [True, False])
def test_who_left_or_lost_the_line_is_back_at_the_question_they_were_at(
    ports: Ports, student: str, clock: FakeClock, orderly: bool
) -> None:
    sitting = begin(ports, student)
    assert sitting.first_place() == 0
    for item in sitting.attempt.form.items[:2]:
        sitting.answer(item.key, B)
    look(sitting, 1)
    sitting.leave(orderly=orderly)
    clock.advance(MOMENT)
    back = again(ports, sitting)
    assert back.first_place() == 1
    back.leave()  # nothing was shown yet
    assert again(ports, sitting).first_place() == 1


def test_who_was_cut_off_without_a_word_is_where_the_last_sign_of_life_was(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    sitting.answer(sitting.attempt.form.items[0].key, B)
    look(sitting, 2)
    sitting.beat()
    look(sitting, 3)
    assert again(ports, sitting).first_place() == 2


def test_who_was_cut_off_is_where_they_answered_after_the_last_sign_of_life(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    look(sitting, 0)
    sitting.beat()
    clock.advance(MOMENT)
    sitting.answer(sitting.attempt.form.items[2].key, B)
    assert again(ports, sitting).first_place() == 2


def test_where_nothing_was_on_the_screen_the_first_open_question_is_shown(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    sitting.answer(sitting.attempt.form.items[0].key, B)
    sitting.here = "an item of another form"
    sitting.beat()
    assert again(ports, sitting).first_place() == 1


def test_an_exam_that_moves_forward_only_never_opens_at_what_it_left_behind(ports: Ports, student: str) -> None:
    sitting = begin(ports, student, navigation="forward-only")
    look(sitting, 0)
    sitting.beat()
    sitting.move_to(2)
    assert again(ports, sitting).first_place() == 2


def test_a_session_whose_line_was_lost_is_open_nowhere(ports: Ports, student: str, clock: FakeClock) -> None:
    """If this fails, a reload of the page warns of another window that nobody has."""
    sitting = begin(ports, student)
    clock.advance(MOMENT)
    sitting.leave(orderly=False)
    sitting.beat()  # what was asked for before the line was lost, and comes after it
    clock.advance(MOMENT)
    assert not brief(ports, student_id=student, exam_ref="lasting/quiz").elsewhere
    assert not again(ports, sitting).took_over


def test_a_window_that_is_still_there_is_told_even_after_an_older_one_was_lost(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    first = begin(ports, student)
    second = again(ports, first)
    look(second, 3)
    second.beat()
    clock.advance(MOMENT)
    look(first, 1)
    first.leave(orderly=False)  # it does not know yet that it only reads
    third = again(ports, first)
    assert third.took_over
    assert third.first_place() == 3


def test_a_lost_line_is_an_outage_from_the_moment_it_was_lost(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, resume={"clock": "runs", "outage_credit": "5m"})
    clock.advance(9 * MOMENT)
    sitting.leave(orderly=False)
    clock.advance(timedelta(minutes=2))
    back = again(ports, sitting)
    assert back.absence is not None
    assert back.absence.length == timedelta(minutes=2)
    assert back.waits

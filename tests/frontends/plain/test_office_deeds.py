"""What the office does to an exam in line mode: suspended, let go on, and written to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.domain.exam.attempt import Attempt
from cequiz.frontends.plain.sit import Exit, sit
from cequiz.services import enrolling, grading, loading
from cequiz.services.messaging import message
from cequiz.services.ports import Ports
from cequiz.services.timing import adjust_time, hold, release, void
from tests.builders import course, exam_json
from tests.fakes import FakeClock
from tests.frontends.desks import Deed, conversation, fake_ports, universal_time
from tests.frontends.plain.conftest import mixed_bank

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def ports(clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path, clock=clock)
        exam = exam_json(blueprint={"D1": 3}, time_limit="30m")
        loading.load(made, banks=[mixed_bank()], courses=[course(exams=[exam])], actor="test")
        enrolling.register(made, name="Sample Student", email="sample@example.org", actor="test")
        yield made


def talk(ports: Ports, *script: str | Deed) -> tuple[Exit, str]:
    console, screen = conversation(*script)
    code = sit(console, ports, student_id="sample@example.org", exam_ref="course/quiz", actor="os:tester")
    return code, screen.getvalue()


def only_attempt(ports: Ports) -> Attempt:
    (header,) = grading.attempts(ports)
    return grading.attempt(ports, header.id)[0]


def think(clock: FakeClock, seconds: int) -> list[Deed]:
    return [lambda: clock.advance(SECOND)] * seconds


class Office:
    """What the office does at some moment of the talk."""

    def __init__(self, ports: Ports, clock: FakeClock) -> None:
        self._ports, self._clock = ports, clock

    def hold(self) -> None:
        hold(self._ports, attempt_id=only_attempt(self._ports).id, reason="fire alarm", actor="os:admin")
        self._clock.advance(SECOND)

    def release(self) -> None:
        release(self._ports, attempt_id=only_attempt(self._ports).id, reason="all clear", actor="os:admin")
        self._clock.advance(SECOND)

    def say(self) -> None:
        message(self._ports, attempt_id=only_attempt(self._ports).id, text="Lunch is at one.", actor="os:admin")

    def give(self) -> None:
        attempt = only_attempt(self._ports).id
        adjust_time(self._ports, attempt_id=attempt, amount=10 * MINUTE, reason="late bus", actor="os:admin")

    def void(self) -> None:
        void(self._ports, attempt_id=only_attempt(self._ports).id, reason="cheating", actor="os:admin")


@pytest.fixture
def office(ports: Ports, clock: FakeClock) -> Office:
    return Office(ports, clock)


def test_a_suspended_exam_says_why_refuses_answers_and_goes_on_by_itself(
    ports: Ports, clock: FakeClock, office: Office
) -> None:
    during = think(clock, 3)
    _, screen = talk(ports, "yes", *during, office.hold, *during, "b", "t", *during, office.release, *during, "b", "x")
    told = "The provider has suspended this exam: fire alarm"
    before, after = screen.split(told, 1)
    assert "The clock has stood still since 12:00:03 UTC." in after
    assert screen.count(told) == 2  # at once, and again for the letter
    assert "Suspended by the provider since 12:00:03 UTC: fire alarm" in after
    assert "The exam goes on.\nTime left: 29 minutes 56 seconds.\n\nQuestion 1 of 3." in after
    assert after.count("Saved: B.") == 1
    assert after.index("The exam goes on.") < after.index("Saved: B.")
    assert "Question 1 of 3." in before
    assert len(only_attempt(ports).responses) == 1


def test_time_that_is_given_meanwhile_is_told_once_it_goes_on(ports: Ports, clock: FakeClock, office: Office) -> None:
    _, screen = talk(
        ports,
        "yes",
        office.hold,
        *think(clock, 2),
        office.give,
        *think(clock, 2),
        office.release,
        *think(clock, 2),
        "x",
    )
    assert "no deadline" not in screen
    told = "Your time has changed: the exam now ends on 22 November 2026, 12:40:05 UTC."
    assert screen.count("Your time has changed") == 1
    assert told in screen


def test_an_answer_typed_before_the_program_knows_is_not_saved_and_says_why(ports: Ports, office: Office) -> None:
    _, screen = talk(ports, "yes", "b", office.hold, "b", "x")
    assert "The provider has suspended this exam: fire alarm" in screen
    assert len(only_attempt(ports).responses) == 1
    assert "The provider has suspended it, and its clock stands still." in screen


def test_one_may_come_back_to_a_suspended_exam_and_sees_no_question(
    ports: Ports, clock: FakeClock, office: Office
) -> None:
    talk(ports, "yes", office.hold, "x")
    _, screen = talk(ports, *think(clock, 2), "n", office.release, *think(clock, 2), "b", "x")
    assert screen.index("The provider has suspended this exam") < screen.index("The exam goes on.")
    assert "Question 1 of 3." not in screen.split("The exam goes on.")[0]
    assert "Question 1 of 3." in screen
    assert len(only_attempt(ports).responses) == 1


def test_a_message_is_said_before_the_next_prompt_and_again_with_the_time(
    ports: Ports, clock: FakeClock, office: Office
) -> None:
    _, screen = talk(ports, "yes", office.say, *think(clock, 2), "b", "t", "x")
    told = "Message from the provider, 12:00:00 UTC: Lunch is at one."
    assert screen.count(told) == 2
    assert screen.index(told) < screen.index("Saved: B.") < screen.rindex(told)


def test_who_was_away_hears_the_message_on_coming_back(ports: Ports, clock: FakeClock, office: Office) -> None:
    talk(ports, "yes", "x")
    clock.advance(MINUTE)
    office.say()
    _, screen = talk(ports, "x")
    assert "Message from the provider, 12:01:00 UTC: Lunch is at one." in screen


def test_a_suspended_exam_that_is_voided_ends(ports: Ports, clock: FakeClock, office: Office) -> None:
    _, screen = talk(ports, "yes", office.hold, *think(clock, 2), office.void, *think(clock, 2))
    assert "void" in screen.lower()

"""Time in line mode: interruptions are told, the clock waits for a line, and extra time arrives while one thinks."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.people.accommodation import Accommodation
from cequiz.errors import NotAllowed
from cequiz.frontends.plain.console import Console, Signal
from cequiz.frontends.plain.sit import Exit, sit
from cequiz.services import accommodating, enrolling, grading, loading, starting
from cequiz.services.ports import Ports
from cequiz.services.timing import adjust_time, void
from tests.builders import course, exam_json
from tests.fakes import FakeClock
from tests.frontends.desks import Deed, conversation, fake_ports, universal_time
from tests.frontends.plain.conftest import mixed_bank

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ports(clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path, clock=clock)
        exam = exam_json(blueprint={"D1": 3}, time_limit="30m", resume={"clock": "runs", "outage_credit": "5m"})
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


def killed(ports: Ports, clock: FakeClock, away: timedelta) -> None:
    """Start, answer one question, and go without leaving."""
    hold = starting.start(ports, student_id="sample@example.org", exam_ref="quiz", attested=True, actor="x")
    hold.answer(hold.attempt.form.items[0].key, hold.questions[hold.attempt.form.items[0].key].key())
    clock.advance(away)


def think(clock: FakeClock, span: timedelta) -> list[Deed]:
    return [lambda: clock.advance(timedelta(seconds=1))] * int(span.total_seconds())


def test_who_comes_back_is_told_and_the_question_waits_with_the_clock(ports: Ports, clock: FakeClock) -> None:
    killed(ports, clock, 4 * MINUTE)
    _, screen = talk(ports, *think(clock, MINUTE), "", "t", "x")
    opening, asked = screen.split("> ", 1)
    assert "You continue this exam: 1 of 3 questions answered. Time left: 30 minutes." in opening
    assert "The exam was interrupted from 12:00:00 UTC to 12:04:00 UTC: 4 minutes." in opening
    assert "Of your time, 4 minutes is given back." in opening
    assert opening.endswith("The clock stands still. Press Enter to go on.\n")
    assert "Question 2 of 3." not in opening
    assert "Question 2 of 3." in asked
    told = "Outage 12:00:00 UTC to 12:05:00 UTC, 5 minutes given back (the course still allowed 5 minutes)"
    assert told in asked
    assert "Time left: 30 minutes, until 22 November 2026, 12:35:00 UTC." in asked


def test_a_script_that_answers_at_once_is_obeyed(ports: Ports, clock: FakeClock) -> None:
    killed(ports, clock, 4 * MINUTE)
    item = only_attempt(ports).form.items[1].key
    _, screen = talk(ports, "b", "x")
    assert item in only_attempt(ports).responses
    assert not only_attempt(ports).ledger.waits
    assert screen.index("Question 2 of 3.") < screen.index("Saved: B.")


def test_what_is_not_given_back_is_said(ports: Ports, clock: FakeClock) -> None:
    killed(ports, clock, 7 * MINUTE + timedelta(seconds=10))
    _, screen = talk(ports, "x")
    assert "Of your time, 5 minutes is given back." in screen
    assert "The provider is asked about the other 2 minutes 10 seconds." in screen
    assert "stands still" not in screen
    assert "Question 2 of 3." in screen


def test_a_computer_that_slept_is_noticed_while_the_student_was_away(ports: Ports, clock: FakeClock) -> None:
    def asleep() -> None:
        clock.advance(3 * MINUTE)

    _, screen = talk(ports, "yes", *think(clock, MINUTE), asleep, *think(clock, MINUTE), "b", "t", "x")
    assert "The exam was interrupted from 12:01:00 UTC to 12:04:00 UTC: 3 minutes." in screen
    assert "The clock stands still. Press Enter to go on." in screen
    assert "until 22 November 2026, 12:34:00 UTC." in screen
    assert "Your time has changed" not in screen  # the student's own key did it
    assert "Outage 12:01:00 UTC to 12:05:00 UTC, 4 minutes given back" in screen
    assert len(only_attempt(ports).responses) == 1


def test_extra_time_is_said_within_two_seconds_while_the_student_thinks(ports: Ports, clock: FakeClock) -> None:
    heard: list[int] = []

    def give() -> None:
        adjust_time(ports, attempt_id=only_attempt(ports).id, amount=10 * MINUTE, reason="fire", actor="os:admin")
        heard.append(len(screen.getvalue()))

    def listen() -> None:
        clock.advance(timedelta(seconds=2))

    script: Sequence[str | Deed] = ("yes", *think(clock, MINUTE), give, listen, "x")
    console, screen = conversation(*script)
    sit(console, ports, student_id="sample@example.org", exam_ref="course/quiz", actor="os:tester")
    said = screen.getvalue()[heard[0] :]
    assert said.lstrip().startswith("Your time has changed: the exam now ends on 22 November 2026, 12:40:00 UTC.")


def test_a_voided_exam_ends_while_the_student_thinks(ports: Ports, clock: FakeClock) -> None:
    def end() -> None:
        void(ports, attempt_id=only_attempt(ports).id, reason="wrong person", actor="os:admin")

    _, screen = talk(ports, "yes", "b", end, *think(clock, 2 * timedelta(seconds=1)), "never read")
    assert "void" in screen
    assert len(only_attempt(ports).responses) == 1


def test_a_terminal_that_goes_away_is_an_outage_and_leaving_is_none(ports: Ports, clock: FakeClock) -> None:
    class Gone:
        echoes = True

        def __init__(self) -> None:
            self.lines: list[str | Signal] = ["yes", Signal.GONE]

        def line(self, due: object) -> str | Signal:
            return self.lines.pop(0)

    assert (
        sit(Console(Gone(), io.StringIO()), ports, student_id="sample@example.org", exam_ref="quiz", actor="x")
        is Exit.DONE
    )
    clock.advance(2 * MINUTE)
    _, screen = talk(ports, "", "x")
    assert "The exam was interrupted" in screen
    clock.advance(2 * MINUTE)
    _, screen = talk(ports, "x")
    assert "interrupted" not in screen
    assert "Time left: 28 minutes." in screen


def test_stop_clock_breaks_are_promised_and_kept(ports: Ports, clock: FakeClock) -> None:
    profile = Accommodation(breaks=True)
    student = enrolling.student(ports, "sample@example.org").id
    accommodating.grant(ports, student_id=student, profile=profile, reason="letter", actor="x")
    _, screen = talk(ports, "yes", "x")
    assert "If you leave, the clock stands still." in screen
    clock.advance(timedelta(days=1))
    _, screen = talk(ports, *think(clock, MINUTE), "", "x")
    assert "You left on 22 November 2026, 12:00:00 UTC. The clock has stood still for 24 hours." in screen
    assert "Time left: 30 minutes." in screen


CUT_OFF = (
    "The exam was interrupted on 22 November 2026, 12:00:00 UTC.\n"
    "Its time ended on 22 November 2026, 12:35:00 UTC, before you went on with it.\n"
    "Of your time, 5 minutes was given back.\n"
    "The provider is asked about the 30 minutes that you still had.\n"
)


def test_who_comes_back_when_the_time_is_over_is_told_what_was_cut_off(ports: Ports, clock: FakeClock) -> None:
    killed(ports, clock, 35 * MINUTE + timedelta(seconds=1))
    code, screen = talk(ports)
    assert code is Exit.NOT_PASSED
    assert "The time of this exam ran out." in screen
    assert CUT_OFF in screen


def test_who_comes_back_after_somebody_closed_it_is_told_before_the_next_attempt(
    ports: Ports, clock: FakeClock
) -> None:
    killed(ports, clock, 40 * MINUTE)
    console, screen = conversation()
    with pytest.raises(NotAllowed):  # the waiting time goes on
        sit(console, ports, student_id="sample@example.org", exam_ref="course/quiz", actor="os:tester")
    assert f"About your last attempt:\n{CUT_OFF}" in screen.getvalue()
    clock.advance(timedelta(days=2))
    _, told = talk(ports, "yes", "x")
    assert CUT_OFF in told


def test_who_takes_the_exam_over_is_told_that_another_window_has_it_open(ports: Ports, clock: FakeClock) -> None:
    told = "This exam is open in another window; that one can only read from now on."
    killed(ports, clock, timedelta(seconds=20))
    _, screen = talk(ports, "", "x")
    assert screen.count(told) == 1
    assert screen.index("You continue this exam") < screen.index(told) < screen.index("> ")
    assert told not in talk(ports, "x")[1]

"""What can get in the way of a conversation: the end of the input, another session, a full disk, Ctrl-C."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.errors import NotAllowed, StorageFull
from cequiz.frontends.plain.sit import Exit, sit
from cequiz.services import grading, loading, sitting
from cequiz.services.ports import Ack, Ports, Standing, Unit
from tests.builders import bank_json, course, exam_json, question
from tests.fakes import FakeClock, FakeStore
from tests.frontends.desks import Deed, conversation


def talk(ports: Ports, *script: str | Deed) -> tuple[Exit, str]:
    """Sit the sample exam with this script."""
    console, screen = conversation(*script)
    code = sit(console, ports, student_id="sample@example.org", exam_ref="course/quiz", actor="os:tester")
    return code, screen.getvalue()


def only_attempt(ports: Ports) -> Attempt:
    (header,) = grading.attempts(ports)
    return grading.attempt(ports, header.id)[0]


@pytest.mark.parametrize("script", [(), ("no",), ("",), ("yes please",)])
def test_without_a_clear_yes_nothing_starts(ports: Ports, script: tuple[str, ...]) -> None:
    with pytest.raises(NotAllowed, match="statement is accepted"):
        talk(ports, *script)
    assert grading.attempts(ports) == ()


def test_the_end_of_the_input_leaves_and_the_exam_goes_on(ports: Ports) -> None:
    code, screen = talk(ports, "yes", "b")
    assert code is Exit.DONE
    assert "You left the exam. It goes on until 22 November 2026, 12:30:00 UTC." in screen
    assert only_attempt(ports).status is Status.OPEN
    assert len(only_attempt(ports).responses) == 1


@pytest.mark.parametrize("place", [("yes",), ("yes", "b"), ("yes", "s"), ("yes", "!"), ("yes", "!", "why")])
def test_control_c_leaves_from_every_prompt(ports: Ports, place: tuple[str, ...]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    code, screen = talk(ports, *place, interrupt)
    assert code is Exit.DONE
    assert screen.splitlines()[-1].startswith("You left the exam.")


def test_a_session_that_was_taken_over_is_told_and_leaves(ports: Ports) -> None:
    def take_over() -> None:
        sitting.resume(ports, attempt_id=only_attempt(ports).id, actor="os:other")

    code, screen = talk(ports, "yes", "b", take_over, "a", "never read")
    assert code is Exit.REFUSED
    assert "This exam is open elsewhere." in screen
    assert len(only_attempt(ports).responses) == 1


def test_extra_time_is_said_at_the_next_prompt(ports: Ports, clock: FakeClock) -> None:
    def give_time() -> None:
        attempt = only_attempt(ports)
        assert attempt.ledger.deadline is not None
        draft = EventDraft(
            attempt_id=attempt.id,
            kind=EventKind.TIME_ADJUSTED,
            payload={"milliseconds": 600_000, "reason": "Fire drill"},
            at=attempt.last.instant,
            stamp=clock.read(),
            actor="os:office",
            session="office",
            key="extra",
        )
        later = Standing(Status.OPEN, attempt.ledger.deadline + timedelta(minutes=10))
        ports.store.append(draft, expected_seq=attempt.seq, standing=later)

    code, screen = talk(ports, "yes", give_time, "b", "a", "t", "x")
    assert code is Exit.DONE
    assert screen.count("Your time has changed: the exam now ends on 22 November 2026, 12:40:00 UTC.") == 1
    assert "Fire drill (by os:office): 10 minutes" in screen
    assert len(only_attempt(ports).responses) == 2


class FullDisk:
    """Lets the fake store's disk be full for so many writes."""

    def __init__(self, store: FakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.refusals = 0
        self._append, self._write = store.append, store.write
        monkeypatch.setattr(store, "append", self._refuse)
        monkeypatch.setattr(store, "write", self._refuse_writing)
        monkeypatch.setattr(store, "make_room", lambda: False)

    def fill(self, refusals: int) -> Deed:
        """Return the deed that makes the next so many writes fail."""

        def filled() -> None:
            self.refusals = refusals

        return filled

    def _refuse_writing(self) -> AbstractContextManager[Unit]:
        if self.refusals:
            self.refusals -= 1
            raise StorageFull("The disk is full.", hint="Free some space.")
        return self._write()

    def _refuse(self, draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        if self.refusals:
            self.refusals -= 1
            raise StorageFull("The disk is full.", hint="Free some space.")
        return self._append(draft, expected_seq=expected_seq, standing=standing)


@pytest.fixture
def disk(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    assert isinstance(ports.store, FakeStore)
    return FullDisk(ports.store, monkeypatch)


def test_an_answer_that_is_not_saved_is_said_and_tried_again(ports: Ports, disk: FullDisk) -> None:
    code, screen = talk(ports, "yes", disk.fill(2), "b", "n", "", "x")
    assert code is Exit.DONE
    shown = screen.splitlines()
    assert shown.count("NOT SAVED: The disk is full. Free some space.") == 2
    assert shown.count("NOT SAVED: question 1, answer B") == 2
    assert shown.index("Saved: question 1, answer B") > max(
        place for place, line in enumerate(shown) if line.startswith("NOT SAVED")
    )
    assert len(only_attempt(ports).responses) == 1


def test_leaving_with_something_unsaved_says_so_and_fails(ports: Ports, disk: FullDisk) -> None:
    code, screen = talk(ports, "yes", disk.fill(99), "b", "x")
    assert code is Exit.ENVIRONMENT
    assert "You left, and not everything is saved." in screen
    assert only_attempt(ports).responses == {}


def test_an_exam_that_cannot_be_submitted_stays_open(ports: Ports, disk: FullDisk) -> None:
    code, screen = talk(ports, "yes", "b", "s", disk.fill(1), "yes", "s", "yes")
    assert "Not submitted: The disk is full." in screen
    assert code is Exit.NOT_PASSED
    assert "Score: 1 of 3 (33.3 %). Not passed, 60 % needed." in screen


def test_a_program_that_comes_back_just_after_the_deadline_shows_the_result(ports: Ports, clock: FakeClock) -> None:
    talk(ports, "yes", "b", "x")
    clock.advance(timedelta(minutes=30, seconds=2))
    code, screen = talk(ports)
    assert code is Exit.NOT_PASSED
    assert "The time ran out. The 1 of 3 answers that were saved count." in screen


def other_exam(ports: Ports, **changes: Any) -> None:
    """Load a second course whose exam has other rules."""
    exam = exam_json("other", blueprint={"D1": 3}, **changes)
    loading.load(ports, courses=[course("second", exams=[exam])], actor="test")


def talk_of_the_other(ports: Ports, *script: str | Deed) -> tuple[Exit, str]:
    console, screen = conversation(*script)
    code = sit(console, ports, student_id="sample@example.org", exam_ref="other", actor="os:tester")
    return code, screen.getvalue()


def test_a_result_that_the_course_keeps_leaks_nowhere(ports: Ports) -> None:
    other_exam(ports, review={"after_pass": "none", "after_fail": "none"})
    code, screen = talk_of_the_other(ports, "yes", "s", "yes")
    assert code is Exit.DONE
    assert "Its result is not shown here." in screen
    assert "Score" not in screen


def test_a_floor_that_was_missed_is_named(ports: Ports) -> None:
    other_exam(ports, pass_mark="60", section_floors={"D1": "90"})
    code, screen = talk_of_the_other(ports, "yes", "b", "a", "c", "s", "yes")
    assert code is Exit.NOT_PASSED
    assert "Also needed: 90 % in Objective D1" in screen
    assert "Score: 2 of 3 (66.6 %). Not passed, 90 % in Objective D1 needed." in screen
    assert "Objective D1: 2 of 3, not enough: 90 % needed here" in screen


def test_an_exam_that_moves_forward_only_says_so(ports: Ports) -> None:
    other_exam(ports, navigation="forward-only")
    _, screen = talk_of_the_other(ports, "yes", "n", "b", "1", "a", "x")
    assert "The exam moves forward only" in screen
    assert "This exam moves forward only: earlier questions cannot be changed." in screen


def test_a_clock_that_pauses_stands_still_while_the_student_is_away(ports: Ports, clock: FakeClock) -> None:
    other_exam(ports, resume={"clock": "pauses", "outage_credit": "0s"})
    _, screen = talk_of_the_other(ports, "yes", "b", "x")
    assert "The clock stands still until you continue." in screen
    clock.advance(timedelta(days=1))
    _, screen = talk_of_the_other(ports, "t", "x")
    assert "Time left: 10 minutes, until 23 November 2026, 12:10:00 UTC." in screen
    assert "The clock stood still: 24 hours" in screen


def test_an_exam_without_a_limit_has_no_time_to_speak_of(ports: Ports) -> None:
    other_exam(ports, time_limit="none")
    _, screen = talk_of_the_other(ports, "yes", "t", "x")
    assert "Time limit: none" in screen
    assert "There is no time limit." in screen
    assert "It goes on without a time limit." in screen


def test_an_attempt_that_is_not_allowed_is_refused_before_the_briefing(ports: Ports) -> None:
    talk(ports, "yes", "s", "yes")
    with pytest.raises(NotAllowed, match="waiting time") as refused:
        talk(ports, "yes")
    assert "22 November 2026, 13:00 UTC" in refused.value.hint


def test_a_figure_is_told_in_words(ports: Ports) -> None:
    drawn = question("drawn", figure="atlas", stem="Which bone is marked?")
    data = {
        **bank_json("pictures", counts={"D1": 1}),
        "figures": {"atlas": {"file": "atlas.svg", "alt": "The atlas from above."}},
        "questions": [drawn],
    }
    loading.load(ports, banks=[Bank.from_json(data)], actor="test")
    other_exam_of_pictures = exam_json("other", banks=["pictures"], blueprint={"D1": 1})
    loading.load(ports, courses=[course("second", exams=[other_exam_of_pictures])], actor="test")
    _, screen = talk_of_the_other(ports, "yes", "x")
    assert "Which bone is marked?\nFigure: The atlas from above.\nA) " in screen


def test_text_from_a_bank_cannot_steer_the_terminal(ports: Ports) -> None:
    _, screen = talk(ports, "yes", "\x1b[31mz", "3", "x")
    # The only escape is what the keyboard itself typed.
    assert screen.count("\x1b") == 1
    assert "'\\x1b[31mz' is neither an answer nor a command." in screen
    assert "Three [@click=x]y[/]" in screen + talk(ports, "2", "x")[1]

"""What can get in the way of a conversation: the end of the input, another session, a full disk, Ctrl-C."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.provider import Provider, Signatory
from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.errors import NotAllowed
from cequiz.frontends.plain.sit import Exit, sit
from cequiz.services import correcting, earning, enrolling, evaluating, grading, issuing, loading, providing, starting
from cequiz.services.ports import Ports, Standing
from tests.builders import bank_json, course, exam_json, question
from tests.fakes import FakeClock
from tests.frontends.desks import Deed, conversation, fake_ports, universal_time
from tests.frontends.plain.conftest import mixed_bank

SCHOOL = Provider(
    name="Sample School",
    contact="office@example.org",
    address="Tampa, Florida",
    time_zone="America/New_York",
    administrator=Signatory("Sample Person", "Provider Administrator"),
)


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
        starting.resume(ports, attempt_id=only_attempt(ports).id, actor="os:other")

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
    assert "Fire drill (by the provider): 10 minutes" in screen
    assert len(only_attempt(ports).responses) == 2


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


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("named", [True, False])
def test_a_result_that_the_course_keeps_leaks_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, required: bool, named: bool
) -> None:
    heard = []
    for place, answers in enumerate([("b", "a", "a b"), ("a", "b", "c")]):
        ports = fake_ports(tmp_path / str(place))
        exam = exam_json("other", blueprint={"D1": 3}, review={"after_pass": "none", "after_fail": "none"})
        evaluation = {"required": required, "questions": [{"id": "clear", "text": "Clear?", "scale": 5}]}
        instructors = [{"name": "Sample Instructor", "credentials": "LMT"}] if named else []
        kept = course("second", exams=[exam], evaluation=evaluation, instructors=instructors)
        loading.load(ports, banks=[mixed_bank()], courses=[kept], actor="test")
        enrolling.register(ports, name="Sample Student", email="sample@example.org", actor="test")
        providing.set_provider(ports, SCHOOL, actor="test")
        with universal_time(monkeypatch):
            code, screen = talk_of_the_other(ports, "yes", *answers, "s", "yes")
        assert code is Exit.DONE
        heard.append(screen.split("Your exam is handed in.")[1].split("Receipt: ")[1].partition("\n")[2])
        award = earning.course_progress(ports, student_id="S-0001", course_id="second").award
        assert (award is not None) == (place == 0 and not required)
    assert heard[0] == heard[1]
    assert "The provider tells you the result" in heard[0]
    assert ("cequiz evaluate second --student S-0001" in heard[0]) == required


def test_a_kept_exam_is_not_named_among_what_is_to_do(ports: Ports) -> None:
    secret = exam_json(
        "other", title="Secret", blueprint={"D1": 3}, review={"after_pass": "none", "after_fail": "none"}
    )
    shown = exam_json("open", title="Open", blueprint={"D1": 3})
    loading.load(ports, courses=[course("second", exams=[secret, shown])], actor="test")
    talk_of_the_other(ports, "yes", "s", "yes")
    console, screen = conversation("yes", "s", "yes")
    sit(console, ports, student_id="sample@example.org", exam_ref="second/open", actor="os:tester")
    words = screen.getvalue().split("Receipt: ")[1]
    assert "Pass the exam Open." in words
    assert "Secret" not in words
    assert "The provider tells you what else is to do." in words


def test_an_exam_that_was_started_elsewhere_during_the_briefing_is_taken_over(ports: Ports) -> None:
    def start_elsewhere() -> None:
        starting.start(ports, student_id="S-0001", exam_ref="course/quiz", attested=True, actor="os:other")

    code, screen = talk(ports, start_elsewhere, "yes", "b", "x")
    assert code is Exit.DONE
    assert "You continue this exam: 0 of 3 questions answered." in screen
    assert len(only_attempt(ports).responses) == 1


def passed_but_not_settled(ports: Ports) -> None:
    """Pass the exam and evaluate the course, and let the program end before it settles anything."""
    hold = starting.start(ports, student_id="S-0001", exam_ref="course/quiz", attested=True, actor="test")
    for item in hold.attempt.form.items:
        hold.answer(item.key, hold.questions[item.key].key())
    hold.submit()
    evaluating.evaluate(ports, student_id="S-0001", course_id="course", answers=None, actor="test")


def test_an_exam_that_is_passed_already_is_settled_before_it_is_refused(ports: Ports) -> None:
    passed_but_not_settled(ports)
    console, screen = conversation("never read")
    with pytest.raises(NotAllowed, match="You have passed this exam"):
        sit(console, ports, student_id="S-0001", exam_ref="course/quiz", actor="os:tester")
    assert "You have completed Sample Course.\nSPECIMEN certificate: " in screen.getvalue()
    assert earning.course_progress(ports, student_id="S-0001", course_id="course").award is not None


def test_a_certificate_that_is_out_of_force_is_not_told_as_if_it_were_good(ports: Ports) -> None:
    passed_but_not_settled(ports)
    providing.set_provider(ports, SCHOOL, actor="test")
    record = issuing.settle(ports, student_id="S-0001", course_id="course", actor="test").certificate
    assert record is not None
    correcting.move(ports, record.number, to=Life.SUSPENDED, reason="complaint", actor="test")
    console, screen = conversation("never read")
    with pytest.raises(NotAllowed, match="You have passed this exam"):
        sit(console, ports, student_id="S-0001", exam_ref="course/quiz", actor="os:tester")
    assert "This certificate is suspended. Ask your provider why." in screen.getvalue()


def test_without_an_instructor_there_is_a_specimen_and_a_word_to_the_provider(ports: Ports) -> None:
    other_exam(ports, pass_mark="1")
    nameless = course("nameless", exams=[exam_json("third", blueprint={"D1": 3}, pass_mark="1")], instructors=[])
    loading.load(ports, courses=[nameless], actor="test")
    providing.set_provider(ports, SCHOOL, actor="test")
    console, screen = conversation("yes", "b", "a", "a b", "s", "yes", "decline")
    code = sit(console, ports, student_id="S-0001", exam_ref="third", actor="os:tester")
    assert code is Exit.DONE
    words = screen.getvalue()
    assert "You have completed Sample Course.\nSPECIMEN certificate: " in words
    assert "the provider has to act first:\nNobody is named as instructor" in words


def test_a_comment_is_kept_as_it_is_and_a_long_one_is_asked_again(ports: Ports) -> None:
    talk(ports, "yes", "b", "a", "a b", "s", "yes", "5", "c" * 4001, "x")
    with ports.store.read() as unit:
        given = unit.evaluations.get("S-0001", "course")
    assert given is not None
    assert given.answers == {"clear": 5, "comment": "x"}


def test_a_floor_that_was_missed_is_named(ports: Ports) -> None:
    other_exam(ports, pass_mark="60", section_floors={"D1": "90"})
    code, screen = talk_of_the_other(ports, "yes", "b", "a", "c", "s", "yes")
    assert code is Exit.NOT_PASSED
    assert "Also needed: 90 % in Objective D1" in screen
    assert "Score: 2 of 3 (66.6 %). Not passed, 90 % in Objective D1 needed." in screen
    assert "Objective D1: 2 of 3, not enough: 90 % needed here" in screen


def test_what_a_forward_only_exam_left_behind_stays_behind(ports: Ports) -> None:
    other_exam(ports, navigation="forward-only")
    script = ("n", "no", "n", "yes", "p", "1", "l", "b", "l", "x")
    code, screen = talk_of_the_other(ports, "yes", *script)
    assert code is Exit.DONE
    assert "The exam moves forward only" in screen
    assert "Without an answer: 1.\nType yes to leave that behind for good: no\nYou stay at question 1." in screen
    refusal = "This exam moves forward only: what was left behind cannot be opened or changed again."
    assert screen.count(refusal) == 2
    assert "Left behind: question 1.\nLeft behind without an answer: 1.\nOpen: 2 and 3." in screen
    assert "Left behind: questions 1 to 2.\nLeft behind without an answer: 1.\nOpen: 3." in screen
    assert set(only_attempt(ports).responses) == {only_attempt(ports).form.items[1].key}
    # It continues where it was left, not at the question without an answer.
    _, screen = talk_of_the_other(ports, "b", "l", "x")
    assert "Question 3 of 3." in screen
    assert "Question 1 of 3." not in screen
    assert "No other question is open." in screen


def test_a_jump_forward_names_everything_that_would_be_lost(ports: Ports) -> None:
    other_exam(ports, navigation="forward-only")
    _, screen = talk_of_the_other(ports, "yes", "3", "", "3", "yes", "3", "x")
    assert screen.count("Without an answer: 1 and 2.") == 2
    assert screen.count("Question 3 of 3.") == 2
    assert only_attempt(ports).reached == 2


@pytest.mark.parametrize("ending", [(), (KeyboardInterrupt,)])
def test_the_question_before_a_jump_can_be_left_like_any_other(ports: Ports, ending: tuple[type, ...]) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    other_exam(ports, navigation="forward-only")
    code, screen = talk_of_the_other(ports, "yes", "n", *(stop for _ in ending))
    assert code is Exit.DONE
    assert screen.splitlines()[-1].startswith("You left the exam.")
    assert only_attempt(ports).reached == 0


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
    assert "22 November 2026, 13:00:00 UTC" in refused.value.hint


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

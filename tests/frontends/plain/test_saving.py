"""What happens to an answer that cannot be written: it is never lost without a word."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.errors import StorageFull
from cequiz.frontends.plain.sit import Exit, sit
from cequiz.services import starting
from cequiz.services.ports import Ack, Ports, Standing, Unit
from tests.fakes import FakeClock, FakeStore
from tests.frontends.desks import Deed, conversation
from tests.frontends.plain.test_sit import only_attempt, other_exam, talk


class FullDisk:
    """Lets the fake store's disk be full for so many writes."""

    def __init__(self, store: FakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.refusals = 0
        self.store = store
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
    code, screen = talk(ports, "yes", disk.fill(2), "b", "t", "", "x")
    assert code is Exit.DONE
    assert screen.count("NOT SAVED: The disk is full. Free some space.\nNOT SAVED: question 1, answer B\n") == 2
    # Once it is saved everything goes on as if nothing had happened.
    assert "> \nSaved: B. Second of one\n\nQuestion 2 of 3." in screen
    assert len(only_attempt(ports).responses) == 1


def test_an_answer_to_the_next_question_waits_behind_the_first(ports: Ports, clock: FakeClock, disk: FullDisk) -> None:
    def late() -> None:
        clock.advance(timedelta(minutes=31))

    code, screen = talk(ports, "yes", disk.fill(3), "b", "n", "a", disk.fill(0), late)
    assert code is Exit.DONE
    assert "NOT SAVED: question 1, answer B\nNOT SAVED: question 2, answer A\n" in screen
    # Both were given in time, whenever they reach the disk.
    attempt = only_attempt(ports)
    assert attempt.status is Status.EXPIRED
    assert len(attempt.responses) == 2
    assert "Saved: question 1, answer B\nSaved: A. True\n" in screen


def test_an_answer_that_was_changed_before_it_was_saved_is_told_once(ports: Ports, disk: FullDisk) -> None:
    _, screen = talk(ports, "yes", disk.fill(2), "b", "c", "", "1", "x")
    assert screen.count("NOT SAVED: question 1, answer B") == 1
    assert screen.count("NOT SAVED: question 1, answer C") == 1
    assert "Saved: B." not in screen
    assert "Saved: C. First of one\n\nQuestion 2 of 3." in screen
    assert "Question 1 of 3. Answer saved: C." in screen


def test_nothing_is_submitted_or_flagged_while_something_is_not_saved(ports: Ports, disk: FullDisk) -> None:
    code, screen = talk(ports, "yes", disk.fill(3), "b", "s", "*", "s", "no", "x")
    assert code is Exit.DONE
    assert "NOT SAVED: question 1, answer B\nPress Enter to try again.\nNot submitted.\n" in screen
    assert "Nothing else can be done before that is saved." in screen
    assert only_attempt(ports).flags == frozenset()
    assert "Saved: B. Second of one\n2 questions are open.\nType yes to submit: no\n" in screen


@pytest.mark.parametrize("pending", [True, False])
def test_a_take_over_names_the_answer_that_is_lost(ports: Ports, disk: FullDisk, *, pending: bool) -> None:
    def take_over() -> None:
        starting.resume(ports, attempt_id=only_attempt(ports).id, actor="os:other")

    before: tuple[str | Deed, ...] = (disk.fill(1), "b") if pending else ()
    # The take-over comes after the prompt, in the moment in which the line is typed.
    code, screen = talk(ports, "yes", *before, _then(take_over, disk), "b")
    assert code is Exit.REFUSED
    end = "Continue there, or take it over again with: cequiz sit course/quiz --student S-0001 --plain\n"
    assert screen.endswith(f"This exam is open elsewhere.\nNOT SAVED: question 1, answer B\n{end}")


def _then(deed: Callable[[], object], disk: FullDisk) -> Deed:
    def done() -> None:
        disk.refusals = 0
        deed()

    return done


def test_an_idle_terminal_learns_of_a_take_over_by_itself(ports: Ports, clock: FakeClock) -> None:
    def take_over() -> None:
        starting.resume(ports, attempt_id=only_attempt(ports).id, actor="os:other")
        clock.advance(timedelta(seconds=2))

    code, screen = talk(ports, "yes", take_over, "never read")
    assert code is Exit.REFUSED
    assert "> \nThis exam is open elsewhere.\nContinue there, or take it over again with: cequiz sit" in screen
    assert "never read" not in screen


class Typed(str):
    """A line; something happens in the moment in which it is typed, too late for the program to have looked."""

    __slots__ = ("deed",)
    deed: Deed

    def strip(self, _characters: str | None = None, /) -> str:
        """Return the line after the deed."""
        self.deed()
        return str(self)


def typed(text: str, deed: Deed) -> Typed:
    """Return a line with a deed."""
    line = Typed(text)
    line.deed = deed
    return line


def test_an_answer_after_the_end_of_the_time_is_named(ports: Ports, clock: FakeClock) -> None:
    _, screen = talk(ports, "yes", typed("b", lambda: clock.advance(timedelta(minutes=31))))
    assert "The time is over." in screen
    assert "NOT SAVED: question 1, answer B" in screen
    assert only_attempt(ports).responses == {}


def test_time_given_in_the_last_moment_lets_the_exam_go_on(ports: Ports, clock: FakeClock) -> None:
    def extend() -> None:
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
        clock.advance(timedelta(minutes=31))

    code, screen = talk(ports, "yes", typed("b", extend), "b", "x")
    assert code is Exit.DONE
    assert "The time of this exam is not over." in screen
    assert "NOT SAVED: question 1, answer B" in screen
    assert "Saved: B. Second of one" in screen
    assert only_attempt(ports).status is Status.OPEN


def interrupting(disk: FullDisk, monkeypatch: pytest.MonkeyPatch, times: int, *, written: bool = False) -> Deed:
    """Return the deed that lets Ctrl-C be pressed during each of the next so many writes."""
    store, left = disk.store, [times]
    append = store.append

    def interrupted(draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        if left[0]:
            left[0] -= 1
            if written:
                append(draft, expected_seq=expected_seq, standing=standing)
            raise KeyboardInterrupt
        return append(draft, expected_seq=expected_seq, standing=standing)

    return lambda: monkeypatch.setattr(store, "append", interrupted)


@pytest.mark.parametrize("written", [True, False])
def test_control_c_during_a_save_says_what_became_of_it(
    ports: Ports, disk: FullDisk, monkeypatch: pytest.MonkeyPatch, *, written: bool
) -> None:
    code, screen = talk(ports, "yes", interrupting(disk, monkeypatch, 1, written=written), "b")
    assert code is Exit.DONE
    assert "> b\nSaved: B. Second of one\nYou left the exam." in screen
    assert len(only_attempt(ports).responses) == 1


def test_a_second_control_c_ends_the_program(ports: Ports, disk: FullDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    console, screen = conversation("yes", interrupting(disk, monkeypatch, 2), "b", "never read")
    with pytest.raises(KeyboardInterrupt):
        sit(console, ports, student_id="sample@example.org", exam_ref="course/quiz", actor="os:tester")
    assert screen.getvalue().endswith("> b\nNOT SAVED: question 1, answer B\n")


def test_when_the_output_breaks_the_clock_stands_still_as_after_leaving(ports: Ports) -> None:
    def broken(_text: str) -> int:
        raise BrokenPipeError

    other_exam(ports, resume={"clock": "pauses", "outage_credit": "0s"})
    console, screen = conversation("yes", lambda: setattr(screen, "write", broken), "b")
    with pytest.raises(BrokenPipeError):
        sit(console, ports, student_id="sample@example.org", exam_ref="other", actor="os:tester")
    attempt = only_attempt(ports)
    assert attempt.ledger.suspended
    assert attempt.status is Status.OPEN


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

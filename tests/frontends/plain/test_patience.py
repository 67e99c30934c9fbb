"""Records that do not answer: a talk by line says so, in the midst of its wait, and goes on."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import pytest

from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.frontends.plain import patience
from cequiz.frontends.plain.console import Console, Due, Signal, Source, TextSource
from cequiz.frontends.plain.sit import Exit, sit
from cequiz.services.ports import Ack, Ports, Standing, Unit
from tests.fakes import FakeClock

WORDS = "The records do not answer yet. Only what is told as saved is saved.\n"
LONG = 60.0


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for five seconds."""
    monkeypatch.setattr(patience, "SLOW", 0.0)
    monkeypatch.setattr(patience, "_LOOK", 0.005)


class Screen(io.StringIO):
    """Shows everything, and knows when the words came."""

    def __init__(self) -> None:
        super().__init__()
        self.told = threading.Event()

    def write(self, text: str) -> int:
        """Show text."""
        written = super().write(text)
        if text == WORDS:
            self.told.set()
        return written

    def wait(self) -> None:
        """Wait until the words have come from now on."""
        self.told.clear()
        assert self.told.wait(LONG)


def talk(ports: Ports, source: Source, screen: Screen) -> tuple[Exit, str]:
    """Sit the quiz."""
    console = Console(source, screen)
    with patience.patient(console, ports) as told:
        code = sit(console, told, student_id="sample@example.org", exam_ref="course/quiz", actor="os:sample")
    return code, screen.getvalue()


def test_an_answer_on_its_way_for_long_is_told_of_before_it_is_told_as_saved(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, a student sits before a silent line and takes the answer for saved."""
    screen, append = Screen(), ports.store.append

    def stall(draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        if draft.kind is EventKind.ANSWERED:
            screen.wait()
            screen.wait = lambda: pytest.fail("said twice of one wait")  # type: ignore[method-assign]
        return append(draft, expected_seq=expected_seq, standing=standing)

    monkeypatch.setattr(ports.store, "append", stall)
    code, shown = talk(ports, TextSource(iter(("yes", "b", "x"))), screen)
    assert code is Exit.DONE
    assert shown.rindex(WORDS, 0, shown.index("Saved: B. Second of one")) > shown.index("Question 1 of 3")


class Thinking:
    """Somebody who thinks for two seconds before each line."""

    echoes = True

    def __init__(self, clock: FakeClock, *lines: str) -> None:
        self._clock = clock
        self._lines = iter(lines)

    def line(self, due: Due) -> str | Signal:
        """Return the next line, unless something became due."""
        self._clock.advance(timedelta(seconds=2))
        return Signal.DUE if due() else next(self._lines, Signal.END)


def test_records_that_stop_answering_while_a_student_thinks_are_told_of_and_the_prompt_comes_again(
    ports: Ports, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, what is typed meanwhile waits unread, without a word."""
    screen, read = Screen(), ports.store.read
    stalls = iter((True,))

    @contextmanager
    def stalled() -> Iterator[Unit]:
        screen.wait()
        with read() as unit:
            yield unit

    def reading() -> AbstractContextManager[Unit]:
        thinking = screen.getvalue().endswith("> ")
        return stalled() if thinking and next(stalls, False) else read()

    monkeypatch.setattr(ports.store, "read", reading)
    code, shown = talk(ports, Thinking(clock, "yes", "b", "x"), screen)
    assert code is Exit.DONE
    assert f"> \n{WORDS}" in shown
    assert "> " in shown[shown.index(f"> \n{WORDS}") + 3 :]
    assert "Saved: B. Second of one" in shown


def test_nothing_is_said_where_the_records_answer_or_the_talk_is_over(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SLOW", LONG)
    _, shown = talk(ports, TextSource(iter(("yes", "b", "x"))), Screen())
    assert WORDS not in shown
    said: list[str] = []
    waits = patience.Patience(lambda: said.append("too late"))
    monkeypatch.setattr(patience, "SLOW", 0.0)
    waits.look()
    with waits.waiting():
        waits.look()
        waits.look()
    waits.look()
    assert said == ["too late"], "once, while it waited"


def test_a_talk_whose_process_can_have_no_thread_goes_on_without_the_words(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError

    monkeypatch.setattr(threading.Thread, "start", refuse)
    code, shown = talk(ports, TextSource(iter(("yes", "b", "x"))), Screen())
    assert code is Exit.DONE
    assert "Saved: B. Second of one" in shown

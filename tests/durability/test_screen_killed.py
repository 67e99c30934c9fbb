"""The terminal UI is killed at random instants: whatever its screen called saved is on disk."""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

pytest.importorskip("pyte", reason="the screen of a terminal is read with pyte")
if os.name != "posix":
    pytest.skip("pseudo terminals and kill -9 are POSIX", allow_module_level=True)

from cequiz.bootstrap import House
from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.exam.events import AttemptEvent
from cequiz.frontends.tui.face import Asked
from cequiz.frontends.tui.questions import faces
from cequiz.services import grading
from cequiz.services.enrolling import register
from cequiz.services.loading import load
from cequiz.settings import Settings
from tests import samples
from tests.durability.terminal import Terminal

KILLS = 6
_UNDRAWN = 3
"""Answers that may be on disk and not on the screen yet."""
EXAM = "course/quiz"
SAVED = re.compile(r"✓ Saved: (?P<answer>.+?)(?:\.(?: |$)|$)", re.MULTILINE)
PLACE = re.compile(r"Question (?P<number>\d+) of \d+")


def test_what_the_screen_called_saved_is_on_disk(tmp_path: Path) -> None:
    home, chance = tmp_path / "home", random.Random(7)
    house = House(Settings.read({"CEQUIZ_HOME": str(home)}))
    load(house.ports(), banks=[samples.bank()], courses=[samples.course(time_limit="60m")], actor="test")
    student = register(house.ports(), name="Sample Student", email="s@example.org", actor="test").id
    house.close()
    compared: set[str] = set()
    for turn in range(KILLS):
        terminal = Terminal(home, "sit", EXAM, "--student", student)
        enter(terminal)
        for _ in range(2 * turn):  # an exam opens where it was left, and this is about every type
            terminal.type("n")
            terminal.settle(0.02)
        press_until_killed(terminal, chance)
        terminal.close()
        shown = terminal.text
        compared |= compare(shown, *stored(house, student))
        house.close()
    assert len(compared) >= 2, "the screen never said that something was saved"


def enter(terminal: Terminal) -> None:
    """Go from the briefing into the exam, started anew or taken up again."""
    assert terminal.until(lambda text: "Start" in text or "start" in text), terminal.text
    terminal.settle()
    terminal.type("as")
    assert terminal.until(lambda text: PLACE.search(text) is not None), terminal.text


def press_until_killed(terminal: Terminal, chance: random.Random) -> None:
    """Press answers and move about until the program is gone; every screen is read before the next key.

    It is killed at a random instant from the first answer on that the screen calls saved.
    """
    end, typed = time.monotonic() + 60, 0
    timer = threading.Timer(chance.uniform(0, 2), terminal.kill)
    while terminal.alive and time.monotonic() < end:
        typed += 1  # no text twice, so that an answer that was lost cannot be taken for another one
        for key in chance.choice(("a", "b", "ab", "ba", "c", f"={typed}\r", f"=word{typed}\r", "n", "n", "p")):
            terminal.type(key)
            terminal.settle(0.02)
        if not timer.ident and SAVED.search(terminal.text):
            timer.start()
    if timer.ident:
        timer.join()


def stored(house: House, student: str) -> tuple[Attempt, list[AttemptEvent]]:
    with house.ports().store.read() as unit:
        (header,) = unit.attempts.headers(student_id=student)
        return grading.load_attempt(unit, header.id), list(unit.attempts.events(header.id))


def compare(shown: str, attempt: Attempt, events: list[AttemptEvent]) -> set[str]:
    """Compare the last screen with the records; return the types of question that were compared.

    The kill may fall between newer answers' way to the disk and their way to the screen: on a busy machine two keys
    pressed at once and the one after them are saved before one picture of them is drawn.
    """
    place, saved = PLACE.search(shown), SAVED.search(shown)
    if place is None or saved is None:
        return set()
    item = attempt.form.items[int(place["number"]) - 1]
    question = samples.bank().question(item.question)
    answers = [event for event in events if event.payload.get("item") == item.key and "response" in event.payload]
    found = []
    for event in answers[-1 - _UNDRAWN :]:
        response = event.payload["response"]
        assert isinstance(response, Mapping)
        found.append(faces()[question.type].short(Asked(item.key, question, item.order, response)))
    # A note of the program may lie over the end of the line.
    said, _, note = saved["answer"].partition("▌")
    said = said.strip()
    same = any(said.startswith(one) or (note and said and one.startswith(said)) for one in found)
    assert same, f"the screen said {said} is saved, on disk is {found}\n{shown}"
    return {question.type}

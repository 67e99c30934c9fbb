"""The whole program is killed at random instants: every answer it called saved is there, on the same form, in time."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from cequiz.bootstrap import House
from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.exam.events import EventKind
from cequiz.services.enrolling import register
from cequiz.services.grading import load_attempt
from cequiz.settings import Settings
from tests.durability.program import Program

KILLS = 10
EXAM = "essential-assessments/neck-anatomy"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX signal")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    made = House(Settings.read({"CEQUIZ_HOME": str(home)}))
    yield made
    made.close()


def answer_until_killed(
    program: Program, rng: random.Random, saved: dict[int, str], tried: dict[int, set[str]], *, most: int
) -> None:
    """Answer questions in random order, noting what was called saved, until the program dies.

    It is killed at the latest in the moment after so many answers.
    """
    said, answers = program.until_prompt(), 0
    while said is not None:
        if "yes to accept" in said:
            program.type("yes")
        else:
            number, letter = rng.randint(1, 30), rng.choice("abcd")
            tried.setdefault(number, set()).add(letter)
            program.type(str(number))
            if program.until_prompt() is None:
                return
            program.type(letter)
            reply = program.until_prompt()
            # What was said before the kill counts even when the next prompt never came.
            if reply is None:
                return
            assert f"Saved: {letter.upper()}." in reply, reply
            saved[number] = letter
            tried[number] = {letter}
            said, answers = reply, answers + 1
            if answers == most:
                program.kill_in(rng.uniform(0, 0.05))
            continue
        said = program.until_prompt()


def stored(house: House, attempt_id: str) -> Attempt:
    with house.ports().store.read() as unit:
        return load_attempt(unit, attempt_id)


def test_every_answer_that_was_called_saved_is_there(home: Path, house: House) -> None:
    rng = random.Random(20261122)
    student = register(house.ports(), name="Sample Student", email="s@example.org", actor="test").id
    house.close()
    saved: dict[int, str] = {}
    tried: dict[int, set[str]] = {}
    forms = set()
    for turn in range(KILLS):
        program = Program(home, student, EXAM)
        # By turns at an instant from before the store is open to some answers later, and after answers, so that there
        # are some on a slow machine too.
        if turn % 2 == 0:
            program.kill_in(rng.uniform(0.2, 2.5))
        answer_until_killed(program, rng, saved, tried, most=rng.randint(3, 12))
        program.close()
        ports = house.ports()
        with ports.store.read() as unit:
            headers = unit.attempts.headers(student_id=student)
        if headers:
            attempt = stored(house, headers[0].id)
            forms.add(attempt.form)
            letters = {number: letter_of(attempt, number) for number in tried}
            for number, letter in saved.items():
                assert letters[number] in tried[number] | {letter}, f"question {number}: {letter} was called saved"
        house.close()
    assert len(saved) >= 10, "the program was always killed too early to prove anything"
    assert len(forms) == 1, "the form changed between two starts"
    check_the_record(house, student)


def letter_of(attempt: Attempt, number: int) -> str | None:
    item = attempt.form.items[number - 1]
    response = attempt.responses.get(item.key)
    return None if response is None else "abcd"[item.order.index(str(response["choice"]))]


def check_the_record(house: House, student: str) -> None:
    """The chain is whole, and the clock never stopped or jumped because of a kill."""
    ports = house.ports()
    with ports.store.read() as unit:
        headers = unit.attempts.headers(student_id=student)
        events = unit.attempts.events(headers[0].id)
    assert len(headers) == 1
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert all(one.at <= other.at for one, other in pairwise(events))
    assert {event.kind for event in events} <= {EventKind.STARTED, EventKind.ANSWERED, EventKind.RESUMED}
    assert not ports.store.verify_chains().findings
    attempt = stored(house, headers[0].id)
    deadline = attempt.ledger.deadline
    assert deadline == attempt.ledger.started_at + timedelta(minutes=45)
    assert time.time() < deadline.timestamp()

"""The whole program is killed at random instants while questions of every type are answered; nothing saved is lost."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from cequiz.bootstrap import House
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types import question_types
from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Attempt
from cequiz.frontends.plain.questions import face_of
from cequiz.services import grading
from cequiz.services.enrolling import register
from cequiz.services.loading import load
from cequiz.settings import Settings
from tests import samples
from tests.durability.program import Program

KILLS = 8
EXAM = "course/quiz"

LINES: Mapping[str, tuple[str, ...]] = {
    "single": ("a", "b", "c"),
    "multiple": ("a", "a c", "b c"),
    "true_false": ("a", "b", "true"),
    "matching": ("1a 2b 3c", "1b", "2d 3a", "1-"),
    "ordering": ("c a b d", "d c b a", "a b"),
    "short_answer": ("= axillary nerve", "= something else [red]", "= 7"),
    "numeric": ("= 42", "= 0.042 g", "= 43.5"),
    "cloze": ("1a", "1b", "2 = spiral groove", "2 = [/] groove"),
    "label_figure": ("1a 2b", "1c", "2a"),
}
"""What is typed for each type; some lines answer in part and add to what is there."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX signal")


class Record:
    """What was typed and what the program called saved, by the question's number."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.possible: dict[int, list[Json]] = {}
        """What may be stored: what was called saved last, and everything that was sent since."""
        self.saved: set[int] = set()

    def number(self, count: int) -> int:
        """Return a question to go to, every other time one without a saved answer while there is any."""
        unsaved = sorted(set(range(1, count + 1)) - self.saved)
        if unsaved and self.chance.random() < 0.5:
            return self.chance.choice(unsaved)
        return self.chance.randint(1, count)

    def line(self, number: int, question: Question) -> str:
        """Return something to type."""
        return self.chance.choice(LINES[question.type])

    def sent(self, number: int, question: Question, order: tuple[str, ...], line: str) -> Json:
        """Note a line before it is typed, and return what it makes of the answer."""
        known = self.possible.setdefault(number, [None])
        made: Json = None
        for before in list(known):
            current = before if isinstance(before, Mapping) else None
            made = face_of(question).read(question, order, line, current=current)
            known.append(made)
        return made

    def acknowledged(self, number: int, response: Json) -> None:
        """Note that the program called it saved."""
        self.possible[number] = [response]
        self.saved.add(number)


def test_no_answer_of_any_type_is_lost(tmp_path: Path) -> None:
    home = tmp_path / "home"
    house = House(Settings.read({"CEQUIZ_HOME": str(home)}))
    bank, course = samples.bank(), samples.course(time_limit="60m")
    load(house.ports(), banks=[bank], courses=[course], actor="test")
    student = register(house.ports(), name="Sample Student", email="s@example.org", actor="test").id
    house.close()
    record, attempt = Record(random.Random(31)), None
    for turn in range(KILLS):
        program = Program(home, student, EXAM)
        # By turns at any instant, and after answers, so that there are some on a slow machine too.
        if turn % 2 == 0:
            program.kill_in(record.chance.uniform(0.4, 2.5))
        answer_until_killed(program, house, student, record, most=record.chance.randint(8, 16))
        program.close()
        attempt = stored(house, student) or attempt
        if attempt is not None:
            check(attempt, record)
        house.close()
    assert attempt is not None
    types = {bank.question(attempt.form.items[number - 1].question).type for number in record.saved}
    assert types == set(question_types()) - {"case"}, "not every type was saved at least once"
    with house.ports().store.read() as unit:
        assert not house.ports().store.verify_chains().findings
        grading.questions_of(unit, attempt)
    house.close()


def answer_until_killed(program: Program, house: House, student: str, record: Record, *, most: int) -> None:
    """Answer questions in random order until the program dies, killed at the latest after so many answers."""
    said = program.until_prompt()
    if said is not None and "yes to accept" in said:
        program.type("yes")
        said = program.until_prompt()
    if said is None:
        return
    attempt = stored(house, student)
    house.close()
    assert attempt is not None, "the program asks for answers and no attempt is on disk"
    bank, answers = samples.bank(), 0
    while True:
        number = record.number(len(attempt.form.items))
        item = attempt.form.items[number - 1]
        question = bank.question(item.question)
        if not program.type(str(number)) or program.until_prompt() is None:
            return
        line = record.line(number, question)
        made = record.sent(number, question, item.order, line)
        program.type(line)
        reply = program.until_prompt()
        if reply is None:
            return
        if made is None:
            assert "cleared" in reply or "no saved answer" in reply, reply
        else:
            assert "Saved: " in reply, reply
        record.acknowledged(number, made)
        answers += 1
        if answers == most:
            program.kill_in(record.chance.uniform(0, 0.05))


def stored(house: House, student: str) -> Attempt | None:
    with house.ports().store.read() as unit:
        headers = unit.attempts.headers(student_id=student)
        return grading.load_attempt(unit, headers[0].id) if headers else None


def check(attempt: Attempt, record: Record) -> None:
    """What is on disk is what was called saved last, or something that was sent after it."""
    for number, possible in record.possible.items():
        found = attempt.responses.get(attempt.form.items[number - 1].key)
        shapes = {json.dumps(one, sort_keys=True) for one in possible}
        shape = json.dumps(found, sort_keys=True)
        assert shape in shapes, f"question {number}: {found} is on disk, {possible} was sent or called saved"
        record.possible[number] = [found]

"""The office's screens about banks, courses and challenges, each as the keys that lead to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.lexicon import NearMiss
from cequiz.domain.bank.options import OptionQuestion
from cequiz.services.loading import load
from cequiz.services.ports import NearMissRecord
from tests import builders
from tests.frontends.tui import scenes
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import press, write

Act = Callable[[OfficeStage, Pilot[Any]], Awaitable[None]]

BAD_BANK = """\
format: cequiz-bank/1
id: neck
title: Neck anatomy
version: "2026.1"
language: en
licence: CC-BY-4.0
objectives: {D1: Landmarks}
questions:
  - id: scm-action
    type: single
    objective: D1
    cognitive: recal
    difficulty: easy
    claim: anatomy
    stem: "Which movement does the sternocleidomastoid make when it works on one side only?"
    options:
      - {id: a, text: "Rotation to the other side"}
      - {id: b, text: "Rotation to its own side"}
      - {id: c, text: "Extension of the neck"}
      - {id: d, text: "Flexion of the neck"}
    references: [{cite: "Moore, Clinically Oriented Anatomy"}]
    review: {status: approved, by: sample, on: 2026-11-22}
"""
"""Two errors: a level that there is not, and no right option."""

GOOD_BANK = BAD_BANK.replace("recal\n", "recall\n").replace(
    'side"}\n      - {id: b', 'side", correct: true}\n      - {id: b'
)


def second_version(first: Bank) -> Bank:
    """Return the bank with another key, a reworded stem, a draft and a retired question."""
    data: dict[str, Any] = {**first.to_json(), "version": "2"}
    questions = [dict(one) for one in data["questions"]]
    options = [dict(one) for one in questions[0]["options"]]
    options[1].pop("correct")
    options[2]["correct"] = True
    questions[0] |= {"options": options, "version": 2}
    questions[1] |= {"stem": "Which nerve is under suspicion?", "version": 2}
    questions[14] |= {"review": {"status": "draft", "by": "sample", "on": "2026-11-22"}}
    questions[15] |= {"review": {"status": "retired", "by": "sample", "on": "2026-11-22"}}
    return Bank.from_json({**data, "questions": questions})


def set_up(office: OfficeStage) -> None:
    """Fill the office: two versions of a bank, a course, exams that were marked, and what waits for a decision."""
    first = scenes.bank()
    office.load(course=scenes.course(), bank=first)
    student = office.student()
    for exam, wrong in (("anatomy", 3), ("final", 11)):
        sitting = office.start(student, f"course/{exam}")
        for place, item in enumerate(sitting.attempt.form.items):
            question = sitting.questions[item.key]
            assert isinstance(question, OptionQuestion)
            sitting.answer(item.key, question.respond(["c"] if place < wrong else question.right_ids()))
        disputed = sitting.attempt.form.items[0].key
        sitting.challenge(disputed, reason="Two of the options are right.", source="Moore, p. 1016")
        office.clock.advance(timedelta(minutes=3))
        sitting.submit()
    item = sitting.attempt.form.items[1]
    miss = NearMiss(part="b1", given="abduction", accepted="adduction", pair=("abduction", "adduction"), rule="prefix")
    record = NearMissRecord(
        attempt_id=sitting.attempt.id, item=item.key, content_hash=item.content_hash, miss=miss, at=builders.NOON
    )
    with office.store.write() as unit:
        unit.queue.add_near_miss(record)
    load(office.ports, banks=[second_version(first)], actor="test")


async def banks(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Every version that is loaded."""
    await press(pilot, "b")


async def bank(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The questions of the first version, which were drawn."""
    await press(pilot, "b", "end", "enter")


async def item(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """One question with its statistics."""
    await press(pilot, "b", "end", "enter", "enter")


async def versions(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What the second version changed."""
    await press(pilot, "b", "down", "enter", "d")


async def course(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The course with what its banks have."""
    await press(pilot, "b", "enter")


async def files(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """A file with errors, each beside its line."""
    Path("neck.yaml").write_text(BAD_BANK, encoding="utf-8")
    await press(pilot, "b", "c")
    await write(pilot, "neck.yaml")
    await press(pilot, "enter", "down")


async def queue(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What waits for a decision."""
    await press(pilot, "h")


async def challenge(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """One challenge with the question as it was drawn."""
    await press(pilot, "h", "end", "enter")


EVERY: tuple[Act, ...] = (banks, bank, item, versions, course, files, queue, challenge)

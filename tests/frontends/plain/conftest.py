"""What every conversation starts from: a small course, one student, UTC."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.services import enrolling, loading
from cequiz.services.ports import Ports
from tests.builders import bank_json, course, exam_json, question
from tests.fakes import FakeClock
from tests.frontends.desks import fake_ports, universal_time


def mixed_bank() -> Bank:
    """Return a bank with one question of each type, and text that looks like markup."""
    several = question(
        "several",
        type="multiple",
        stem="Which two are right?\nThink of [C2] and [/].",
        options=[
            {"id": "a", "text": "One", "correct": True},
            {"id": "b", "text": "Two"},
            {"id": "c", "text": "Three [@click=x]y[/]", "correct": True},
        ],
        scoring={"method": "all-or-nothing"},
    )
    judged = question("judged", type="true_false", stem="The atlas is C1.", answer="true", rationale="It is.")
    del judged["options"]
    return Bank.from_json({**bank_json(counts={"D1": 1}), "questions": [question("one"), several, judged]})


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ports(clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path, clock=clock)
        exam = exam_json(blueprint={"D1": 3}, time_limit="30m", pass_mark="60")
        loading.load(made, banks=[mixed_bank()], courses=[course(exams=[exam])], actor="test")
        enrolling.register(made, name="Sample <b>Student</b>", email="sample@example.org", actor="test")
        yield made

"""`cequiz bank item`: a question of any type with its key, its statistics, its history and what waits about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cequiz.services import enrolling, loading, starting
from cequiz.services.ports import Ports
from tests import samples
from tests.frontends.desks import command, fake_ports, universal_time


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path)
        loading.load(made, banks=[samples.bank()], courses=[samples.course()], actor="test")
        yield made


def sit(ports: Ports) -> None:
    """Answer every question rightly, and hand in."""
    student = enrolling.register(ports, name="Sample", email="s@example.org", actor="test")
    sitting = starting.start(ports, student_id=student.id, exam_ref="quiz", attested=True, actor="test")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, sitting.questions[item.key].key())
    sitting.challenge(sitting.attempt.form.items[0].key, reason="Not clear.")
    sitting.submit()


@pytest.mark.parametrize("name", [item.id for item in samples.bank().items])
def test_a_question_of_every_type_is_shown_with_its_key_and_its_counts(ports: Ports, name: str) -> None:
    before = command(ports, "bank", "item", f"sample/{name}")
    assert before.code == 0, before.err
    assert "It was never drawn" in before.out
    sit(ports)
    ran = command(ports, "bank", "item", f"sample/{name}")
    assert "Drawn 1 time. Answered 1 time." in ran.out
    assert "Facility: 100 %" in ran.out
    assert "1 (100 %)" in ran.out
    right = [line for line in ran.out.splitlines() if "  right" in line]
    assert right, ran.out


def test_programs_get_the_same_numbers_exactly(ports: Ports) -> None:
    sit(ports)
    name = samples.bank().items[0].id
    record = json.loads(command(ports, "bank", "item", f"sample/{name}", "--json").out)
    (counts,) = record["statistics"]
    assert (counts["drawn"], counts["answered"], counts["full"], counts["facility"]) == (1, 1, 1, "1")
    assert record["key"] == samples.bank().question(name).key()
    assert [(step["version"], step["first"]) for step in record["history"]] == [(samples.bank().version, True)]


def test_what_waits_about_a_question_is_named(ports: Ports) -> None:
    sit(ports)
    names = [item.id for item in samples.bank().items]
    waiting = [name for name in names if "challenge:" in command(ports, "bank", "item", f"sample/{name}").out]
    assert len(waiting) == 1


def test_a_question_that_is_not_there_is_refused(ports: Ports) -> None:
    assert command(ports, "bank", "item", "sample/nothing").code == 3
    assert command(ports, "bank", "item", "nothing/q1").code == 3
    assert command(ports, "bank", "item", "q1").code == 3


def test_a_course_tells_what_its_banks_have_of_what_it_needs(ports: Ports) -> None:
    shown = command(ports, "course", "show", samples.course().id).out.splitlines()
    heading = next(place for place, line in enumerate(shown) if line.startswith("EXAM") and "NEEDED" in line)
    rows = [line.split() for line in shown[heading + 1 :]]
    needed = {name: str(count) for name, count in samples.course().exams[0].blueprint.items()}
    assert {row[1]: row[2] for row in rows} == needed
    assert all(int(row[3]) >= int(row[2]) for row in rows)

"""The commands about banks, and an exam, with one question of every type: loaded, listed, compared and sat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.frontends.cli.bank_diff import compare
from cequiz.services import loading, starting
from cequiz.services.ports import Ports
from tests import samples
from tests.frontends.desks import command, fake_ports, universal_time


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path)
        loading.load(made, banks=[samples.bank()], courses=[samples.course()], actor="test")
        yield made


def test_a_bank_counts_the_questions_of_its_cases(ports: Ports) -> None:
    (listed,) = json.loads(command(ports, "bank", "list", "--json").out)
    assert listed["questions"] == len(samples.RIGHT) == 12


def test_every_question_of_a_bank_is_shown(ports: Ports) -> None:
    ran = command(ports, "bank", "show", "sample")
    assert ran.code == 0, ran.err
    for item in samples.bank().items:
        assert item.id in ran.out
        assert item.type.replace("_", " ") in ran.out
    shown = json.loads(command(ports, "bank", "show", "sample", "--json").out)
    assert [one["type"] for one in shown["questions"]][-1] == "case"


def changed(name: str, **answer: Any) -> Bank:
    """The sample bank with another answer part of one question; those of the case are reached too."""
    data = samples.bank_json()
    for one in data["questions"]:
        for question in (one, *one.get("questions", ())):
            if question["id"] == name:
                question.update(answer)
    return Bank.from_json(data)


PAIRS = samples.matching()["pairs"]


@pytest.mark.parametrize(
    ("name", "answer", "kind"),
    [
        ("q-matching", {"pairs": [PAIRS[0], PAIRS[1], {**PAIRS[2], "right": "Fourth"}]}, "key_changed"),
        ("q-matching", {"distractors": [{"id": "x1", "text": "Tenth"}]}, "changed"),
        ("q-ordering", {"items": samples.ordering()["items"][::-1]}, "key_changed"),
        ("q-cloze", {"text": "The {{n1}} nerve runs in the {{g1}}."}, "changed"),
        ("q-cloze", {"blanks": samples.cloze()["blanks"] | {"g1": {"accept": [{"text": "groove"}]}}}, "key_changed"),
        ("q-label", {"stem": "Name both points."}, "changed"),
        ("q-label", {"rationale": "So it is."}, "notes_changed"),
        ("q-short", {"accept": [{"text": "axillary nerve"}]}, "key_changed"),
        ("q-numeric", {"tolerance": {"absolute": "1"}}, "key_changed"),
        ("q-case", {"vignette": "Another person."}, "changed"),
        ("q-case-2", {"rationale": "So it is."}, "notes_changed"),
    ],
)
def test_a_diff_says_what_became_of_a_question(name: str, answer: dict[str, Any], kind: str) -> None:
    found = compare(samples.bank(), changed(name, **answer))
    kinds = ("key_changed", "changed", "notes_changed", "added", "removed", "bank_changed")
    said = {one: getattr(found, one) for one in kinds if getattr(found, one)}
    case = ("q-case-1", "q-case-2", "q-case-3")
    assert said == {kind: case if name == "q-case" else (name,)}


def test_an_exam_of_every_type_is_drawn_answered_and_marked(ports: Ports) -> None:
    ran = command(ports, "student", "add", "--name", "Sample Student", "--email", "sample@example.org")
    hold = starting.start(ports, student_id=ran.out.strip(), exam_ref="quiz", attested=True, actor="test")
    names = [item.question for item in hold.attempt.form.items]
    first = names.index("q-case-1")
    assert sorted(names) == sorted(samples.RIGHT)
    assert names[first : first + 3] == ["q-case-1", "q-case-2", "q-case-3"]
    for item in hold.attempt.form.items:
        hold.answer(item.key, samples.RIGHT[item.question])
    score = hold.submit()
    assert score.passed
    assert score.percent == 100

"""The commands that change keys and retire versions: looked at first, done when told to, and approved by another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from cequiz.services import loading, queueing
from cequiz.services.enrolling import register
from cequiz.services.ports import Ports
from cequiz.services.starting import start
from tests import samples
from tests.builders import bank, bank_json, course, exam_json
from tests.frontends.desks import command, fake_ports, universal_time


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path)
        small = course(exams=[exam_json(banks=["small"], blueprint={"D1": 4})])
        loading.load(made, banks=[bank("small", counts={"D1": 4})], courses=[small], actor="test")
        yield made


def sit(ports: Ports, name: str, **answers: str) -> str:
    student = register(ports, name=name, email=f"{name}@example.org", actor="test")
    sitting = start(ports, student_id=student.id, exam_ref="course/quiz", attested=True, actor="test")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": answers.get(item.question.replace("-", "_"), "b")})
    sitting.submit()
    return sitting.attempt.id


def document(ports: Ports, *arguments: str) -> Any:
    ran = command(ports, *arguments, "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_a_look_prints_what_would_happen_and_does_nothing(ports: Ports) -> None:
    attempt = sit(ports, "ana", d1_1="c", d1_2="c")
    ran = command(ports, "bank", "rekey", "small/d1-1", "--key", "C")
    assert ran.code == 0, ran.err
    assert "Question small/d1-1: key B -> C" in ran.out
    assert "New bank version: small 1.1" in ran.out
    assert "1 attempt would pass now." in ran.out
    assert f"{attempt}   ana      course/quiz  50 %    75 %   passes now" in ran.out
    assert "Nothing was changed." in ran.err
    assert [one["version"] for one in document(ports, "bank", "list")] == ["1"]


def test_with_apply_it_is_done_and_its_number_is_printed(ports: Ports) -> None:
    sit(ports, "ana", d1_1="c")
    ran = command(ports, "bank", "rekey", "small/d1-1", "--key", "c", "--apply", "--reason", "new edition")
    assert ran.code == 0, ran.err
    assert ran.out.strip().startswith("K-")
    assert [one["version"] for one in document(ports, "bank", "list")] == ["1", "1.1"]
    (done,) = document(ports, "proposal", "list", "--all")
    assert (done["id"], done["state"], done["reason"]) == (ran.out.strip(), "applied", "new edition")


def test_a_file_with_the_old_key_is_refused_at_its_place(ports: Ports, tmp_path: Path) -> None:
    """New attempts would be marked by the key that was corrected."""
    ran = command(ports, "bank", "rekey", "small/d1-1", "--key", "c", "--apply", "--reason", "new edition")
    file = tmp_path / "small.yaml"
    file.write_text(yaml.safe_dump(bank_json("small", version="2", counts={"D1": 4}), sort_keys=False))
    lines = file.read_text().splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if "id: d1-1" in text)
    loaded = command(ports, "bank", "load", str(file))
    assert loaded.code == 1
    assert loaded.out == (
        f"{file}:{line}:3: error E10 the file says B, but the key in force is C "
        f"({ran.out.strip()}, 22 November 2026, 12:00:00 UTC) (d1-1)\n"
    )
    assert "nothing was loaded. Mend the file, or change the key back with `cequiz bank rekey` first" in loaded.err
    told = command(ports, "bank", "load", str(file), "--json")
    assert (told.code, [one["code"] for one in json.loads(told.out)]) == (1, ["E10"])
    assert [one["version"] for one in document(ports, "bank", "list")] == ["1", "1.1"]


def test_a_change_without_a_reason_is_wrong_usage(ports: Ports) -> None:
    ran = command(ports, "bank", "rekey", "small/d1-1", "--key", "c", "--apply")
    assert (ran.code, "reason" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("small/d1-1",),
        ("small/d1-1", "--key", "c", "--drop", "credit"),
        ("d1-1", "--key", "c"),
        (),
        ("small/d1-1", "--key", "c", "--also", "d1-1=d"),
        ("small/d1-1", "--key", "c", "--also", "nonsense"),
        ("small/d1-1", "--key", "c", "--also", "d1-2=drop:it"),
        ("small/d1-1", "--from", "file.yaml"),
    ],
)
def test_what_is_not_said_clearly_is_wrong_usage(ports: Ports, arguments: tuple[str, ...]) -> None:
    assert command(ports, "bank", "rekey", *arguments).code == 2


def test_several_questions_are_changed_together(ports: Ports) -> None:
    sit(ports, "ana", d1_1="c", d1_2="d")
    found = document(ports, "bank", "rekey", "small/d1-1", "--key", "c", "--also", "d1-2=d")
    assert [one["question"] for one in found["questions"]] == ["d1-1", "d1-2"]
    (line,) = found["attempts"]
    assert (line["before"]["percent"], line["after"]["percent"], line["turn"]) == ("50", "100", "passes")


def test_the_keys_of_a_corrected_file_are_looked_at(ports: Ports, tmp_path: Path) -> None:
    data = bank_json("small", version="2", counts={"D1": 4})
    for option in data["questions"][3]["options"]:
        option["correct"] = "true" if option["id"] == "a" else "false"
    for one in data["questions"][:3]:
        one["options"][1]["correct"] = "true"
    file = tmp_path / "small.yaml"
    file.write_text(yaml.safe_dump(data), encoding="utf-8")
    found = document(ports, "bank", "rekey", "--from", str(file))
    assert [(one["question"], one["changes"][0]["after"]) for one in found["questions"]] == [("d1-4", "A")]
    assert found["version"] == "1.1", "the file itself is loaded with `bank load`"


def test_a_proposal_waits_for_somebody_else(ports: Ports) -> None:
    ports = replace(ports, rules=replace(ports.rules, second_approver=True))
    sit(ports, "ana", d1_1="c")
    made = command(ports, "bank", "rekey", "small/d1-1", "--key", "c", "--apply", "--reason", "new edition")
    assert made.code == 0, made.err
    assert "another person" in made.err
    waiting = made.out.strip()
    shown = command(ports, "proposal", "show", waiting)
    assert "d1-1: key B -> C" in shown.out
    assert "1 ended attempt was asked this." in shown.out
    refused = command(ports, "proposal", "approve", waiting, "--reason", "mine")
    assert (refused.code, "cannot approve" in refused.err) == (3, True)
    declined = command(ports, "proposal", "decline", waiting, "--reason", "no")
    assert (declined.code, declined.out.strip()) == (0, waiting)
    assert document(ports, "proposal", "list") == []
    assert command(ports, "proposal", "show", "K-none").code == 3


def test_accepting_a_challenge_names_the_command_that_looks_further(ports: Ports) -> None:
    student = register(ports, name="ana", email="ana@example.org", actor="test")
    sitting = start(ports, student_id=student.id, exam_ref="course/quiz", attested=True, actor="test")
    sitting.challenge("small/d1-1", reason="C is right too.", source="Moore")
    (entry,) = queueing.entries(ports)
    ran = command(ports, "queue", "accept", entry.id, "--note", "indeed")
    assert "cequiz bank rekey small/d1-1 --key KEY" in ran.err


def test_a_retired_bank_is_listed_as_one_and_comes_back(ports: Ports) -> None:
    loading.load(ports, banks=[bank("small", version="2", counts={"D1": 4})], actor="test")
    ran = command(ports, "bank", "retire", "small@2", "--reason", "a misprint")
    assert (ran.code, ran.out.strip()) == (0, "small@2")
    assert [(one["version"], one["retired"]) for one in document(ports, "bank", "list")] == [("1", False), ("2", True)]
    assert "retired" in command(ports, "bank", "list").out
    assert command(ports, "bank", "retire", "small@1", "--reason", "too").code == 3, "the exam needs one"
    assert command(ports, "bank", "reinstate", "small@2", "--reason", "mended").code == 0
    assert not any(one["retired"] for one in document(ports, "bank", "list"))


def test_a_retired_course_is_listed_as_one(ports: Ports) -> None:
    assert command(ports, "course", "retire", "course", "--reason", "the approval ended").code == 0
    assert document(ports, "course", "list")[0]["retired"]
    assert command(ports, "course", "reinstate", "course", "--reason", "approved").code == 0


def test_every_type_of_question_can_get_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with universal_time(monkeypatch):
        ports = fake_ports(tmp_path)
        loading.load(ports, banks=[samples.bank()], courses=[samples.course()], actor="test")
        for name, key in KEYS.items():
            ran = command(ports, "bank", "rekey", f"sample/{name}", "--key", key)
            assert ran.code == 0, f"{name}: {ran.err}"
            assert f"Question sample/{name}: " in ran.out
        also = [word for name, key in KEYS.items() if name != "q-single" for word in ("--also", f"{name}={key}")]
        ran = command(
            ports, "bank", "rekey", "sample/q-single", "--key", "c", *also, "--apply", "--reason", "all", "--json"
        )
        assert ran.code == 0, ran.err
        assert {one["question"] for one in json.loads(ran.out)["questions"]} == set(KEYS)
        told = command(ports, "bank", "diff", "sample@1", "sample@1.1")
        assert len(told.out.splitlines()) == len(KEYS)


KEYS = {
    "q-single": "c",
    "q-multiple": "a d",
    "q-true-false": "b",
    "q-matching": "1b 2a",
    "q-ordering": "c a b d",
    "q-short": "= circumflex nerve",
    "q-numeric": "= 0.05 g",
    "q-cloze": "1b; 2 + radial groove",
    "q-label": "A=ci 2a",
    "q-case-1": "b",
    "q-case-2": "a c",
    "q-case-3": "+ Delta sign",
}

"""`cequiz practice`: practising through a pipe, where a student stands, and what is refused."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.frontends.cli.app import run
from cequiz.frontends.cli.desk import Desk
from cequiz.services import enrolling, loading
from cequiz.services.ports import Ports
from cequiz.services.starting import start
from cequiz.settings import Settings
from tests import builders, samples
from tests.frontends.desks import FakeHouse, Ran, command, fake_ports, universal_time

WHO = ("--student", "sample@example.org")


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path)
        extra = Bank.from_json({**samples.bank_json(only=("q-single", "q-true-false")), "id": "extra"})
        practice = {"enabled": True, "banks": ["extra"]}
        courses = [builders.course(practice=practice), builders.course("other")]
        loading.load(made, banks=[builders.bank(), extra], courses=courses, actor="test")
        enrolling.register(made, name="Sample", email="sample@example.org", actor="test")
        yield made


def practise(ports: Ports, *arguments: str, typed: str | None = None) -> Ran:
    """Run `cequiz practice course`."""
    return command(ports, "practice", "course", *WHO, *arguments, typed=typed)


def standing(ports: Ports) -> Any:
    """Return where the student stands, as a script reads it."""
    ran = practise(ports, "--status", "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_answers_come_through_a_pipe_and_are_kept(ports: Ports) -> None:
    before = standing(ports)
    assert before == {
        "course": "course",
        "course_version": "1",
        "questions": 2,
        "new": 2,
        "due": 0,
        "next_due": None,
        "answered": 0,
        "five": {"done": 0, "of": 5, "streak": 0},
        "open_attempt": None,
    }
    ran = practise(ports, typed="a\na\n")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("Saved.") == 2
    after = standing(ports)
    assert (after["new"], after["answered"]) == (0, 2)
    assert after["next_due"].endswith("Z")


def test_the_drill_is_counted(ports: Ports) -> None:
    assert practise(ports, "--five", "--plain", typed="a\n" * 3).code == 0
    assert standing(ports)["five"] == {"done": 3, "of": 5, "streak": 0}
    assert practise(ports, "--five", "--plain", typed="a\n" * 9).code == 0
    assert standing(ports)["five"] == {"done": 5, "of": 5, "streak": 1}
    status = practise(ports, "--status")
    assert "Five today: 5 of 5. Streak: 1 day." in status.out


def test_with_the_input_closed_it_is_left_at_once(ports: Ports) -> None:
    ran = practise(ports)
    assert ran.code == 0
    assert "You left practice." in ran.out
    assert standing(ports)["answered"] == 0


class Tty(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_who_prefers_lines_practises_in_lines(ports: Ports) -> None:
    assert command(ports, "student", "accommodate", "sample@example.org", "--plain", "--reason", "Sample").code == 0
    out = Tty()
    house = FakeHouse(Settings(home=Path("/nowhere"), database_url=None, user="tester"), ports)
    desk = Desk(house=house, out=out, err=io.StringIO(), stdin=Tty("a\nx\n"))
    assert run(["practice", "course", *WHO], desk) == 0
    assert out.getvalue().count("Saved.") == 1


def test_who_was_granted_room_gets_it_in_lines(ports: Ports) -> None:
    assert "\n\nB) " not in practise(ports, typed="x\n").out
    assert command(ports, "student", "accommodate", "sample@example.org", "--spacious", "--reason", "Sample").code == 0
    assert "\n\nB) " in practise(ports, typed="x\n").out


def test_the_screens_need_a_terminal(ports: Ports) -> None:
    ran = practise(ports, "--screens", typed="a\n")
    assert (ran.code, ran.out) == (2, "")
    assert "need a terminal" in ran.err


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"enabled": False}, "none"),
        ({"enabled": True}, "sample; without what an exam may ask"),
        ({"enabled": True, "banks": ["extra"], "exam_items": "after_pass"}, "extra; what an exam may ask once it is"),
        ({"enabled": True, "banks": ["extra"], "exam_items": "always"}, "extra; also what an exam may ask"),
    ],
)
def test_a_course_says_what_its_practice_is(ports: Ports, policy: dict[str, Any], words: str) -> None:
    loading.load(ports, courses=[builders.course("said", practice=policy)], actor="test")
    [line] = [one for one in command(ports, "course", "show", "said").out.splitlines() if one.startswith("Practice:")]
    assert words in line


def test_a_course_is_loaded_with_the_bank_beside_it_that_is_only_practised(ports: Ports, tmp_path: Path) -> None:
    taken = builders.course_json("beside", practice={"enabled": True, "banks": ["apart"]})
    found = {"beside": taken, "sample": builders.bank_json(), "apart": builders.bank_json("apart", counts={"D3": 2})}
    for name, data in found.items():
        (tmp_path / f"{name}.yaml").write_text(json.dumps(data, indent=1), encoding="utf-8")
    ran = command(ports, "course", "load", str(tmp_path / "beside.yaml"))
    assert (ran.code, "apart@1" in ran.out) == (0, True), ran.err


def test_beside_an_open_exam_it_is_refused_and_the_status_says_why(ports: Ports) -> None:
    hold = start(ports, student_id="sample@example.org", exam_ref="course/quiz", attested=True, actor="test")
    ran = practise(ports, typed="a\n")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("An exam of this course is open: practice waits until it has ended.")
    assert standing(ports)["open_attempt"] == hold.attempt.id
    assert practise(ports, "--status").err == f"Practice waits until the attempt {hold.attempt.id} has ended.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("other", *WHO), 3, "has no practice"),
        (("nowhere", *WHO), 3, "There is no course nowhere."),
        (("course", "--student", "nobody"), 3, "There is no student nobody."),
        (("course", *WHO, "--json"), 2, "Practice itself is no JSON."),
        (("course",), 2, "student"),
    ],
)
def test_what_cannot_be_practised_is_refused_in_words(
    ports: Ports, arguments: tuple[str, ...], code: int, words: str
) -> None:
    ran = command(ports, "practice", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err


def test_an_attempt_that_was_not_passed_shows_what_to_study(ports: Ports) -> None:
    hold = start(ports, student_id="sample@example.org", exam_ref="course/quiz", attested=True, actor="test")
    for item in hold.attempt.form.items:
        hold.answer(item.key, {"choice": "b" if item.objective == "D1" else "a"})
    hold.submit()
    shown = command(ports, "attempt", "show", hold.attempt.id)
    assert "What to study, the weakest first:\n1. Objective D2: 0 of 2\nSource: Sample reference\n" in shown.out
    record = json.loads(command(ports, "attempt", "show", hold.attempt.id, "--json").out)
    assert record["study"] == [
        {
            "objective": "D2",
            "title": "Objective D2",
            "earned": "0",
            "possible": "2",
            "references": [{"cite": "Sample reference"}],
        }
    ]

"""The terminal goes away, or the system ends the program: the exam is left in good order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.builders import bank_json, course_json, exam_json
from tests.frontends.cli.test_end_to_end import Talk, cequiz, environment, report, talking


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a course whose clock pauses."""
    files = tmp_path_factory.mktemp("files")
    exam = exam_json("quiz", resume={"clock": "pauses", "outage_credit": "0s"})
    (files / "bank.yaml").write_text(yaml.safe_dump(bank_json()), encoding="utf-8")
    (files / "course.yaml").write_text(yaml.safe_dump(course_json("pausing", exams=[exam])), encoding="utf-8")
    made = tmp_path_factory.mktemp("home") / "cequiz"
    assert cequiz(made, "course", "load", str(files / "course.yaml")).returncode == 0
    return made


_people = iter(range(1000))


@pytest.fixture
def student(home: Path) -> str:
    ran = cequiz(home, "student", "add", "--name", "Sample", "--email", f"gone{next(_people)}@example.org")
    return ran.stdout.strip()


def deeds(home: Path, student: str) -> list[str]:
    """Return the kinds of what happened in the student's only attempt."""
    (line,) = report(home, "attempt", "list", "--student", student)
    return [event["kind"] for event in report_events(home, line["id"])]


def report_events(home: Path, attempt: str) -> list[dict[str, str]]:
    ran = cequiz(home, "attempt", "export", attempt)
    found: list[dict[str, str]] = yaml.safe_load(ran.stdout)["events"]
    return found


def terminate(talk: Talk) -> None:
    talk.program.send_signal(signal.SIGTERM)


def hang_up_twice(talk: Talk) -> None:
    talk.program.send_signal(signal.SIGHUP)
    talk.program.send_signal(signal.SIGTERM)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("end", [terminate, hang_up_twice])
def test_a_signal_leaves_the_exam(home: Path, student: str, end: Callable[[Talk], None]) -> None:
    with talking(home, "sit", "pausing/quiz", "--student", student, "--plain") as talk:
        talk.until(": ")
        talk.type("yes")
        talk.until("> ")
        talk.type("a")
        talk.until("> ")
        end(talk)
        code, last = talk.rest()
    assert code == 0
    assert "The clock stands still until you continue." in last
    assert deeds(home, student) == ["started", "answered", "suspended"]


def test_an_output_that_nobody_reads_leaves_the_exam(home: Path, student: str) -> None:
    with talking(home, "sit", "pausing/quiz", "--student", student, "--plain") as talk:
        talk.until(": ")
        talk.type("yes")
        talk.until("> ")
        assert talk.program.stdout is not None
        talk.program.stdout.close()
        talk.type("a")
        talk.program.wait(timeout=60)
    assert deeds(home, student) == ["started", "answered", "suspended"]


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")
def test_a_terminal_that_is_closed_leaves_the_exam(home: Path, student: str) -> None:
    import pty  # Unix alone has it

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "cequiz", "sit", "pausing/quiz", "--student", student, "--plain"],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=environment(home),
    ) as program:
        os.close(theirs)
        heard = b""
        for line in (b"yes\n", b"a\n", b""):
            prompt = b": " if line == b"yes\n" else b"> "
            while not heard.endswith(prompt):
                heard += os.read(ours, 1)
            heard = b""
            os.write(ours, line)
        with contextlib.suppress(OSError):
            os.close(ours)
        program.wait(timeout=60)
        assert program.stderr is not None
        assert b"Traceback" not in program.stderr.read()
    assert deeds(home, student) == ["started", "answered", "suspended"]

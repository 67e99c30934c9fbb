"""The real program on a real store: sat through a pipe, interrupted, taken over, backed up, moved, verified."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import bank_json, course_json, exam_json

EXAM = "essential-assessments/neck-anatomy"


def environment(home: Path) -> dict[str, str]:
    """Return this process's environment with a home of the test's own."""
    return {**os.environ, "CEQUIZ_HOME": str(home), "ACCESSIBLE": "", "TERM": "xterm", "TZ": "UTC"}


def cequiz(home: Path, *arguments: str, typed: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cequiz", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        cwd=cwd,
        env=environment(home),
    )


class Talk:
    """A conversation with a running program."""

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        self.program = program

    def until(self, prompt: str) -> str:
        """Return what the program says up to its next prompt."""
        assert self.program.stdout is not None
        heard = b""
        while not heard.endswith(prompt.encode()):
            byte = self.program.stdout.read(1)
            assert byte, heard.decode()
            heard += byte
        return heard.decode()

    def type(self, line: str) -> None:
        """Type a line."""
        assert self.program.stdin is not None
        self.program.stdin.write(f"{line}\n".encode())
        self.program.stdin.flush()

    def rest(self) -> tuple[int, str]:
        """Return how the program ended and what it said last."""
        assert self.program.stdout is not None
        last = self.program.stdout.read().decode()
        return self.program.wait(timeout=60), last


@contextmanager
def talking(home: Path, *arguments: str) -> Iterator[Talk]:
    """Start the program for a conversation; whatever happens, it does not outlive the test."""
    with subprocess.Popen(
        [sys.executable, "-m", "cequiz", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(home),
    ) as program:
        # A program that waits for ever for what never comes is a failure, not a test that never ends.
        alarm = threading.Timer(90, program.kill)
        alarm.start()
        try:
            yield Talk(program)
        finally:
            alarm.cancel()
            program.kill()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose store the first command has made."""
    made = tmp_path_factory.mktemp("home") / "cequiz"
    assert cequiz(made, "bank", "list").returncode == 0
    return made


_people = iter(range(1000))


@pytest.fixture
def student(home: Path) -> str:
    ran = cequiz(home, "student", "add", "--name", "Sample", "--email", f"sample{next(_people)}@example.org")
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def report(home: Path, *arguments: str) -> Any:
    """Return the document of a report."""
    ran = cequiz(home, *arguments, "--json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_the_demonstration_works_anywhere_without_a_keyboard(tmp_path: Path) -> None:
    ran = cequiz(tmp_path / "unused", "demo", "--out", "papers", cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (paper,) = (tmp_path / "papers").iterdir()
    assert paper.read_bytes().startswith(b"%PDF-")
    assert str(paper) in ran.stdout
    assert not (tmp_path / "unused").exists()


def test_an_exam_is_sat_left_and_continued_through_a_pipe(home: Path, student: str) -> None:
    first = cequiz(home, "sit", EXAM, "--student", student, "--plain", typed="yes\na\nb\n*\nx\n")
    assert first.returncode == 0, first.stderr
    assert "You left the exam. It goes on until " in first.stdout
    (line,) = report(home, "attempt", "list", "--student", student)
    before = report(home, "attempt", "show", line["id"])
    assert (before["status"], sum(item["response"] is not None for item in before["items"])) == ("open", 2)
    second = cequiz(home, "sit", EXAM, "--student", student, "--plain", typed="c\n" * 18 + "s\nyes\n")
    assert "You continue this exam: 2 of 30 questions answered." in second.stdout
    after = report(home, "attempt", "show", line["id"])
    assert after["status"] == "submitted"
    assert [item["order"] for item in after["items"]] == [item["order"] for item in before["items"]]
    assert second.returncode == (0 if after["score"]["passed"] else 1)
    assert f"Score: {after['score']['earned']} of 30" in second.stdout


def test_the_end_of_the_time_is_noticed_without_a_key(home: Path, student: str, tmp_path: Path) -> None:
    exam = exam_json("short", banks=["short-bank"], time_limit="2s")
    (tmp_path / "bank.yaml").write_text(yaml.safe_dump(bank_json("short-bank")), encoding="utf-8")
    (tmp_path / "course.yaml").write_text(yaml.safe_dump(course_json("brief", exams=[exam])), encoding="utf-8")
    loaded = cequiz(home, "course", "load", str(tmp_path / "course.yaml"))
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    with talking(home, "sit", "brief/short", "--student", student, "--plain") as talk:
        talk.until(": ")
        talk.type("yes")
        talk.until("> ")
        code, last = talk.rest()
    assert code == 1
    assert "The time is over." in last
    assert "Score: 0 of 4 (0 %). Not passed, 75 % needed." in last


def test_control_c_leaves_and_keeps_what_was_saved(home: Path, student: str) -> None:
    with talking(home, "sit", EXAM, "--student", student, "--plain") as talk:
        talk.until(": ")
        talk.type("yes")
        talk.until("> ")
        talk.type("a")
        assert "Saved: A." in talk.until("> ")
        talk.program.send_signal(signal.SIGINT)
        code, last = talk.rest()
    assert code == 0
    assert "You left the exam." in last
    (line,) = report(home, "attempt", "list", "--student", student)
    assert line["status"] == "open"
    assert line["events"] == 2


def test_a_second_session_takes_over_and_the_first_is_told(home: Path, student: str) -> None:
    with talking(home, "sit", EXAM, "--student", student, "--plain") as talk:
        talk.until(": ")
        talk.type("yes")
        talk.until("> ")
        assert cequiz(home, "sit", EXAM, "--student", student, "--plain", typed="a\nx\n").returncode == 0
        # It learns of that by itself.
        code, last = talk.rest()
    assert code == 3
    assert "This exam is open elsewhere." in last
    (line,) = report(home, "attempt", "list", "--student", student)
    assert sum(item["response"] is not None for item in report(home, "attempt", "show", line["id"])["items"]) == 1


def test_everything_moves_to_another_machine(home: Path, student: str, tmp_path: Path) -> None:
    cequiz(home, "sit", EXAM, "--student", student, "--plain", typed="yes\na\n")
    seal = tmp_path / "seal.json"
    assert cequiz(home, "audit", "seal", str(seal)).returncode == 0
    file, other = tmp_path / "backup.zip", tmp_path / "other"
    assert cequiz(home, "db", "backup", str(file)).returncode == 0
    assert cequiz(home, "db", "backup", str(file)).returncode == 3
    assert cequiz(home, "db", "backup", "./again.zip", cwd=tmp_path).stdout == "./again.zip\n"
    assert report(other, "db", "restore", str(file))["made_at"].endswith("Z")
    assert cequiz(other, "audit", "verify", "--anchors", str(seal)).returncode == 0
    assert report(other, "student", "show", student)["exams"] == report(home, "student", "show", student)["exams"]
    checked = report(other, "db", "check")
    assert (checked["sound"], checked["problems"]) == (True, [])
    assert cequiz(other, "db", "upgrade").returncode == 0


def test_doctor_looks_at_everything(home: Path) -> None:
    facts = {fact["name"]: fact for fact in report(home, "doctor")}
    assert facts["records"]["level"] == "ok"
    assert facts["rights"]["level"] == "ok"
    assert facts["home"]["words"] == str(home)
    (home / "keys" / "store.key").chmod(0o644)
    ran = cequiz(home, "doctor")
    (home / "keys" / "store.key").chmod(0o600)
    assert ran.returncode == 1
    assert "can be read by others" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("student", "list"), 4), (("db", "restore", "b.zip"), 3), (("db", "upgrade"), 4), (("doctor",), 1)],
)
def test_another_database_is_refused_and_not_silently_left_aside(
    home: Path, tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    assert cequiz(home, "db", "backup", str(tmp_path / "b.zip")).returncode == 0
    ran = subprocess.run(
        [sys.executable, "-m", "cequiz", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env={**environment(tmp_path), "CEQUIZ_DATABASE_URL": "postgresql+psycopg://nowhere/cequiz"},
    )
    assert ran.returncode == code
    assert b"CEQUIZ_DATABASE_URL" in ran.stdout + ran.stderr
    assert not (tmp_path / "cequiz.db").exists()


def test_records_that_are_gone_are_missed_by_every_command(home: Path, tmp_path: Path) -> None:
    bare = tmp_path / "home"
    shutil.copytree(home / "keys", bare / "keys")
    for arguments in (("student", "list"), ("db", "check"), ("db", "upgrade")):
        ran = cequiz(bare, *arguments)
        assert (ran.returncode, ran.stdout) == (4, "")
        assert "The records are gone" in ran.stderr
    assert cequiz(bare, "doctor").returncode == 1


def test_what_stands_in_the_place_of_the_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "cequiz.db").mkdir()
    for arguments in (("db", "check"), ("db", "upgrade"), ("student", "list")):
        ran = cequiz(tmp_path, *arguments)
        assert ran.returncode == 4
        assert "cequiz.db is not a file" in ran.stderr
    doctor = cequiz(tmp_path / ("x" * 300), "doctor")
    assert doctor.returncode == 1
    assert "File name too long" in doctor.stdout


def test_a_file_that_is_no_store_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cequiz.db").write_bytes(b"this is not a database" * 100)
    ran = cequiz(tmp_path, "student", "list")
    assert (ran.returncode, ran.stdout) == (4, "")
    assert "Traceback" not in ran.stderr
    assert cequiz(tmp_path, "doctor").returncode == 1
    assert (tmp_path / "cequiz.db").read_bytes().startswith(b"this is not")

"""The real program on what it cannot work with: one sentence, the exit code of the contract, records as they were."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from tests.builders import bank_json, course_json, exam_json
from tests.frontends.cli.test_end_to_end import cequiz

EMAIL = "sample@example.org"
UNKNOWN = "S-0000000000"
SIT = ("sit", "course/once", "--student", EMAIL, "--plain")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one student, an exam with a single attempt that is used up, and one that opens in the future."""
    files = tmp_path_factory.mktemp("files")
    exams = [
        exam_json("once", attempts={"limit": 1, "wait": "0s", "prefer_unseen": True}),
        exam_json("later", window={"opens": "2999-01-01T00:00:00Z"}),
    ]
    (files / "bank.yaml").write_text(yaml.safe_dump(bank_json()), encoding="utf-8")
    (files / "course.yaml").write_text(yaml.safe_dump(course_json(exams=exams)), encoding="utf-8")
    made = tmp_path_factory.mktemp("home") / "cequiz"
    for arguments in (
        ("course", "load", str(files / "course.yaml")),
        ("student", "add", "--name", "Sample", "--email", EMAIL),
    ):
        ran = cequiz(made, *arguments)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    ran = cequiz(made, *SIT, typed="yes\ns\nyes\n")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    return made


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared home, for one test."""
    return Path(shutil.copytree(prepared, tmp_path / "home"))


def records(home: Path) -> list[str]:
    """Return everything that the database holds, what is still in its write-ahead log included."""
    with closing(sqlite3.connect(f"file:{home / 'cequiz.db'}?mode=ro", uri=True)) as driver:
        return list(driver.iterdump())


def check_refusal(ran: subprocess.CompletedProcess[str], *, code: int, words: str) -> None:
    """A sentence for a person, and nothing where data is expected."""
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert words in ran.stderr
    assert ran.stderr.rstrip().endswith(".")
    assert "Traceback" not in ran.stdout + ran.stderr
    assert "nobody foresaw" not in ran.stderr
    assert ran.stdout == ""


EVERY_KIND = [("student", "list", "--json"), ("bank", "list"), SIT, ("db", "check"), ("db", "upgrade")]
"""Reading, sitting and caring for the store take different ways to it."""


@pytest.mark.parametrize("arguments", EVERY_KIND, ids=" ".join)
def test_a_database_of_a_newer_version(home: Path, arguments: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(home / "cequiz.db")) as driver:
        driver.execute("PRAGMA user_version = 99")
    before = (home / "cequiz.db").read_bytes()
    check_refusal(cequiz(home, *arguments), code=4, words="newer cequiz")
    assert (home / "cequiz.db").read_bytes() == before


def test_a_database_of_a_newer_version_is_not_right_for_the_doctor(home: Path) -> None:
    with closing(sqlite3.connect(home / "cequiz.db")) as driver:
        driver.execute("PRAGMA user_version = 99")
    before = (home / "cequiz.db").read_bytes()
    ran = cequiz(home, "doctor")
    assert ran.returncode == 1
    (line,) = [line for line in ran.stdout.splitlines() if line.startswith("store")]
    assert line.split()[1] == "error"
    assert "newer cequiz" in line
    assert (home / "cequiz.db").read_bytes() == before


@pytest.mark.parametrize("arguments", EVERY_KIND, ids=" ".join)
def test_a_file_that_is_no_database(home: Path, arguments: tuple[str, ...]) -> None:
    garbage = b"this is not a database" * 1000
    for beside in home.glob("cequiz.db-*"):
        beside.unlink()
    (home / "cequiz.db").write_bytes(garbage)
    check_refusal(cequiz(home, *arguments), code=4, words="not a database")
    assert (home / "cequiz.db").read_bytes() == garbage


@pytest.mark.parametrize(
    ("below", "arguments"),
    # `db upgrade` makes nothing: below the file it says that there is no store.
    [(".", arguments) for arguments in EVERY_KIND] + [("deep/home", arguments) for arguments in EVERY_KIND[:-1]],
)
def test_a_home_that_cannot_be_written(tmp_path: Path, below: str, arguments: tuple[str, ...]) -> None:
    # A file in the way refuses the administrator too, which tests may be run by.
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    check_refusal(cequiz(tmp_path / "file" / below, *arguments), code=4, words=str(tmp_path / "file"))
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (SIT, "Every attempt at this exam is used up."),
        (
            ("sit", "course/later", "--student", EMAIL, "--plain"),
            "This exam is not open yet.\nIt opens at: 01 January 2999",
        ),
        (("sit", "course/once", "--student", UNKNOWN, "--plain"), UNKNOWN),
        (("student", "show", UNKNOWN, "--json"), UNKNOWN),
        (("attempt", "list", "--student", UNKNOWN, "--json"), UNKNOWN),
        (("sit", "course/nothing", "--student", EMAIL, "--plain"), "nothing"),
        (("sit", "nowhere/once", "--student", EMAIL, "--plain"), "nowhere"),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, tuple) else None,
)
def test_what_is_refused_leaves_the_records_as_they_were(home: Path, arguments: tuple[str, ...], words: str) -> None:
    before = (home / "cequiz.db").read_bytes(), records(home)
    check_refusal(cequiz(home, *arguments, typed="yes\na\n"), code=3, words=words)
    assert ((home / "cequiz.db").read_bytes(), records(home)) == before

"""Once for real: the wall clock of a running program is moved by libfaketime, and the exam does not care.

The library replaces what the program reads as the time of day while it runs; the clock that counts from the machine's
start is left as it is, as when a person sets the clock of a computer.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.frontends.cli.test_end_to_end import EXAM, Talk, environment

LIBRARIES = [
    *Path("/usr/lib").glob("*/faketime/libfaketime.so.1"),
    *Path("/usr/local/lib").glob("faketime/libfaketime.so.1"),
]
BEGIN = datetime(2026, 11, 1, 5, 50, tzinfo=UTC)
"""01:50 in New York, ten minutes before its clocks are set back by an hour."""

LEFT = re.compile(r"Time left: (\d+) minutes(?: (\d+) seconds?)?, until (.*)\.")

pytestmark = pytest.mark.skipif(
    not LIBRARIES, reason="libfaketime is not installed (Debian and Ubuntu: apt install faketime)"
)


class Wall:
    """The wall clock of every program that is started with `environment`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "offset"
        self._base = BEGIN - datetime.now(UTC)
        self.move(timedelta())

    def move(self, by: timedelta) -> None:
        """Set the clock so far away from the true time, for programs that run already too."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{(self._base + by).total_seconds():+.0f}\n", encoding="ascii")
        fresh.replace(self._file)

    def environment(self, home: Path) -> dict[str, str]:
        """Return an environment in which this clock shows the time in New York."""
        return {
            **environment(home),
            "TZ": "America/New_York",
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def wall(tmp_path: Path) -> Wall:
    return Wall(tmp_path)


def run(wall: Wall, home: Path, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "cequiz", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=wall.environment(home),
    )
    return ran.stdout


@pytest.fixture
def talk(wall: Wall, home: Path) -> Iterator[Talk]:
    """An exam of thirty minutes in line mode, past its briefing."""
    student = run(wall, home, "student", "add", "--name", "Sample", "--email", "s@example.org").strip()
    with subprocess.Popen(
        [sys.executable, "-m", "cequiz", "sit", EXAM, "--student", student, "--plain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=wall.environment(home),
    ) as program:
        try:
            yield Talk(program)
        finally:
            program.kill()


def time_left(talk: Talk) -> tuple[timedelta, str]:
    """Ask for the time; return what is left and the deadline as it is shown."""
    talk.type("t")
    said = talk.until("> ")
    found = LEFT.search(said)
    assert found, said
    return timedelta(minutes=int(found[1]), seconds=int(found[2] or 0)), found[3]


def test_a_wall_clock_moved_under_a_running_exam_changes_nothing(wall: Wall, home: Path, talk: Talk) -> None:
    briefing = talk.until("Type yes to accept and start: ")
    assert "01 November 2026, 01:20:" in briefing
    assert " EST." in briefing  # the deadline lies behind the change, and is shown so
    talk.type("yes")
    talk.until("> ")
    whole, deadline = time_left(talk)
    assert whole <= timedelta(minutes=30)
    for moved in (timedelta(hours=-3), timedelta(hours=5), timedelta(minutes=15), timedelta(hours=-1), timedelta()):
        wall.move(moved)
        left, shown = time_left(talk)
        assert shown == deadline
        assert whole - timedelta(minutes=2) < left <= whole
        talk.type("a")
        assert "Saved: A." in talk.until("> ")
        # Somebody else's program, by the same wrong clock, ends nothing either.
        (line,) = json.loads(run(wall, home, "attempt", "list", "--json"))
        assert line["status"] == "open"
    talk.type("x")
    code, last = talk.rest()
    assert code == 0
    assert f"It goes on until {deadline}." in last
    check_the_record(home)


def check_the_record(home: Path) -> None:
    """Without the library: what was moved is on record, and no event's instant went along."""
    (line,) = json.loads(cequiz(home, "attempt", "list", "--json"))
    record = json.loads(cequiz(home, "attempt", "export", line["id"]))["events"]
    kinds = [event["kind"] for event in record]
    assert kinds.count("answered") == 5
    assert kinds.count("clock_moved") >= 4
    instants = [datetime.fromisoformat(event["at"]) for event in record]
    assert instants == sorted(instants)
    assert instants[-1] - instants[0] < timedelta(minutes=5)


def cequiz(home: Path, *arguments: str) -> str:
    """Run the program by the true clock, which is long after, or long before, the exam."""
    ran = subprocess.run(
        [sys.executable, "-m", "cequiz", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={name: value for name, value in environment(home).items() if name != "LD_PRELOAD"},
    )
    return ran.stdout

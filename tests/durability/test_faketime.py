"""Once for real: libfaketime moves the clocks of a running program, and every minute of the exam is judged fairly.

The library replaces what the program reads while it runs. Where only the time of day is moved, as when a person sets
the clock of a computer, the exam does not care. Where the clock that counts from the machine's start moves along, time
has passed: a laptop slept, or nobody was there.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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

    def __init__(self, folder: Path, *, time_passes: bool = False) -> None:
        """Begin.

        Args:
            folder: where the offset is kept.
            time_passes: whether moving it is time that passes: the clock that counts sleep moves along.
        """
        self._time_passes = time_passes
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
            **({} if self._time_passes else {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}),
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


@contextmanager
def talking(wall: Wall, home: Path) -> Iterator[Talk]:
    """Open an exam of thirty minutes in line mode, for somebody who registers just before."""
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


@pytest.fixture
def talk(wall: Wall, home: Path) -> Iterator[Talk]:
    """An exam before its briefing."""
    with talking(wall, home) as begun:
        yield begun


@dataclass(frozen=True)
class Begun:
    """An exam that runs, its first question open, where time passes as the test says."""

    time: Wall
    home: Path
    talk: Talk

    def report(self, *arguments: str) -> Any:
        """Return what another program says, by the same clocks."""
        return json.loads(run(self.time, self.home, *arguments))

    def attempt(self) -> Any:
        """Return the line of the attempt."""
        (line,) = self.report("attempt", "list", "--json")
        return line

    def kinds(self) -> list[str]:
        """Return what happened, in order."""
        return [event["kind"] for event in self.report("attempt", "export", self.attempt()["id"])["events"]]


@pytest.fixture
def begun(tmp_path: Path, home: Path) -> Iterator[Begun]:
    time = Wall(tmp_path, time_passes=True)
    before = _counted(time, home)
    time.move(timedelta(minutes=5))
    if _counted(time, home) - before < 290:
        pytest.skip("this system, or this version of libfaketime, does not move the clock that counts sleep")
    time.move(timedelta())
    with talking(time, home) as talk:
        talk.until("Type yes to accept and start: ")
        talk.type("yes")
        talk.until("> ")
        yield Begun(time, home, talk)


def _counted(time: Wall, home: Path) -> float:
    """Return the clock that counts sleep as a program sees it, in seconds; a clock that is not there stands still."""
    code = "import time; print(time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, 'CLOCK_BOOTTIME') else 0)"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=time.environment(home),
    )
    return float(ran.stdout)


def time_left(talk: Talk) -> tuple[timedelta, str]:
    """Ask for the time; return what is left and the deadline as it is shown."""
    talk.type("t")
    said = talk.until("> ")
    found = LEFT.search(said)
    assert found, said
    return timedelta(minutes=int(found[1]), seconds=int(found[2] or 0)), found[3]


def test_a_wall_clock_moved_under_a_running_exam_changes_nothing(wall: Wall, home: Path, talk: Talk) -> None:
    briefing = talk.until("Type yes to accept and start: ")
    assert "01 November 2026, 01:35:" in briefing
    assert " EST." in briefing  # the deadline lies behind the change, and is shown so
    talk.type("yes")
    talk.until("> ")
    whole, deadline = time_left(talk)
    assert whole <= timedelta(minutes=45)
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


def test_a_laptop_that_slept_for_four_minutes_gives_them_back_and_says_so(begun: Begun) -> None:
    talk = begun.talk
    talk.type("a")
    assert "Saved: A." in talk.until("> ")
    whole, deadline = time_left(talk)
    assert begun.attempt()["status"] == "open"  # which takes a second: the program has looked at its clock meanwhile
    begun.time.move(timedelta(minutes=4))
    told = talk.until("> ")
    assert "The exam was interrupted from " in told
    assert "Of your time, 4 minutes" in told
    assert "The clock stands still. Press Enter to go on." in told
    talk.type("")
    talk.until("> ")
    talk.type("t")
    why = talk.until("> ")
    assert re.search(r"Outage .* given back \(the course still allowed 5 minutes\)", why)
    left, shown = time_left(talk)
    assert whole - timedelta(minutes=1) < left <= whole
    assert shown != deadline
    assert begun.kinds() == ["started", "answered", "outage", "continued"]


def test_time_that_ran_out_while_nobody_was_there_ends_the_exam_at_its_deadline(begun: Begun) -> None:
    talk = begun.talk
    talk.type("a")
    assert "Saved: A." in talk.until("> ")
    before = begun.attempt()
    talk.type("x")
    assert talk.rest()[0] == 0
    begun.time.move(timedelta(hours=2))
    after = begun.attempt()
    assert after["status"] == "expired"
    assert after["finished_at"] == before["deadline"]
    shown = begun.report("attempt", "show", after["id"], "--json")
    earned = [item["earned"] for item in shown["items"] if item["response"] is not None]
    assert len(earned) == 1
    assert shown["score"]["earned"] == earned[0]


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

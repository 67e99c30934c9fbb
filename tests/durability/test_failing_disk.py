"""A disk that is full or fails: no false acknowledgement, nothing acknowledged is lost, and trying again is safe."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.adapters.store.engine import Settings
from cequiz.adapters.store.store import SqliteStore
from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.errors import StorageFull, StorageReadOnly
from cequiz.services.ports import Standing
from tests.builders import NOON
from tests.durability.tracing import need_strace, run_writer
from tests.durability.writer import prepare
from tests.storing import DEADLINE, answer, begin, draft, open_store

MIB = 1024 * 1024


def essay(number: int) -> EventDraft:
    """Return an event that takes a page of its own."""
    payload: dict[str, Json] = {"item": "sample/d1-1", "note": f"{number} " + "x" * 4000}
    return draft(EventKind.CHALLENGED, payload, key=f"essay {number}")


def fill(store: SqliteStore, *, most: int = 5000) -> int:
    """Append until the disk is full; the number of acknowledged events."""
    for number in range(most):
        try:
            store.append(essay(number), expected_seq=number + 1)
        except StorageFull:
            return number
    raise AssertionError("the disk never got full")


def stored_keys(store: SqliteStore) -> list[str]:
    with store.read() as unit:
        return [event.key for event in unit.attempts.events("A-1")]


def submit(store: SqliteStore, *, seen: int) -> None:
    ended = Standing(Status.SUBMITTED, DEADLINE, NOON + timedelta(minutes=1))
    store.append(draft(EventKind.SUBMITTED, key="end"), expected_seq=seen, standing=ended)


def test_a_full_database_refuses_and_keeps_everything_it_acknowledged(tmp_path: Path) -> None:
    prepare(tmp_path)
    with open_store(tmp_path, Settings(ballast=0, max_pages=150)) as store:
        acknowledged = fill(store)
        assert acknowledged > 10
        for _ in range(3):  # it goes on to refuse, and goes on to work
            with pytest.raises(StorageFull) as refused:
                store.append(essay(acknowledged), expected_seq=acknowledged + 1)
        assert refused.value.hint
        with pytest.raises(StorageFull), store.write() as unit:
            unit.attempts.append(essay(acknowledged), expected_seq=acknowledged + 1)
        assert stored_keys(store)[1:] == [f"essay {number}" for number in range(acknowledged)]
    with open_store(tmp_path) as store:  # the disk has room again
        ack = store.append(essay(acknowledged), expected_seq=acknowledged + 1)
        assert not ack.repeated
        assert store.verify_chains().findings == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a file system of 24 MiB of its own."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "cequiz-test", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_the_ballast_lets_a_student_finish_on_a_full_disk(small_disk: Path) -> None:
    with open_store(small_disk, Settings(ballast=2 * MIB)) as store:
        begin(store)
        room = os.statvfs(small_disk)
        (small_disk / "somebody's film").write_bytes(b"x" * (room.f_bavail * room.f_frsize - 400_000))
        acknowledged = fill(store)
        assert acknowledged > 3
        assert store.make_room()
        store.append(answer(0), expected_seq=acknowledged + 1)
        submit(store, seen=acknowledged + 2)
        assert not store.make_room()
        keys = stored_keys(store)
        assert keys[1:] == [*(f"essay {number}" for number in range(acknowledged)), "answer 0", "end"]
        assert store.verify_chains().findings == ()


def test_no_ballast_where_it_would_be_what_fills_the_disk(small_disk: Path) -> None:
    with open_store(small_disk, Settings(ballast=4 * MIB)) as store:
        assert not (small_disk / "cequiz.db.ballast").exists()
        assert not store.make_room()


def test_a_read_only_disk_says_so(small_disk: Path) -> None:
    open_store(small_disk).close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StorageReadOnly) as refused:
        open_store(small_disk)
    assert refused.value.hint


def faulty(folder: Path, fault: str, *, answers: int = 20) -> tuple[list[str], list[str]]:
    """Let the writer insist while a system call fails; the answers it called acknowledged, and its refusals."""
    prepare(folder)
    said = run_writer(folder, "--answers", str(answers), "--insist", trace=["-o", "/dev/null", "-e", f"inject={fault}"])
    acknowledged = [line.split()[1] for line in said if line.startswith("ACK")]
    return acknowledged, [line.split()[2] for line in said if line.startswith("FAIL")]


def after(folder: Path) -> list[str]:
    """Return the answers that are stored, after a check of every chain."""
    with open_store(folder) as store:
        assert store.verify_chains().findings == ()
        return [key.removeprefix("answer ") for key in stored_keys(store)[1:]]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("pwrite64:error=ENOSPC:when=60+", "StorageFull"),
        ("pwrite64:error=EIO:when=60+", "StorageIO"),
        ("fdatasync,fsync:error=EIO:when=8+", "StorageIO"),
    ],
)
def test_a_disk_that_goes_on_failing_gets_no_false_acknowledgement(tmp_path: Path, fault: str, kind: str) -> None:
    need_strace()
    acknowledged, refusals = faulty(tmp_path, fault)
    assert kind in refusals
    assert 0 < len(acknowledged) < 20
    stored = after(tmp_path)
    assert stored[: len(acknowledged)] == acknowledged
    assert len(stored) - len(acknowledged) <= 1  # the outcome of the one that failed was unknown
    with open_store(tmp_path) as store:  # sending it again settles it, once
        number = len(acknowledged)
        store.append(answer(number, choice="abcd"[number % 4]), expected_seq=number + 1)
        assert len(stored_keys(store)) == number + 2


@pytest.mark.parametrize(
    "fault",
    [
        "fdatasync,fsync:error=EIO:when=8",
        "fdatasync,fsync:error=EIO:when=5..17+4",
        "pwrite64:error=EIO:when=90",
        "pwrite64:error=ENOSPC:when=90",
    ],
)
def test_after_a_passing_failure_every_answer_is_there_exactly_once(tmp_path: Path, fault: str) -> None:
    need_strace()
    acknowledged, refusals = faulty(tmp_path, fault)
    assert refusals
    assert acknowledged == [str(number) for number in range(20)]
    assert after(tmp_path) == acknowledged

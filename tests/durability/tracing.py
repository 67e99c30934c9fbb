"""strace, for tests: what a program wrote and flushed, and system calls that fail on purpose."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def need_strace() -> None:
    """Skip without strace, with a clear word; on a CI machine its absence is a failure."""
    if shutil.which("strace"):
        return
    words = "strace is not installed, so power cuts and failing disks cannot be simulated"
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)


@dataclass(frozen=True)
class Call:
    """One traced system call that succeeded."""

    name: str
    path: str
    """The file it worked on; for `write` to standard output, empty."""
    data: bytes = b""
    at: int = 0
    """Offset of a write, length of a truncation."""


def run_writer(folder: Path, *arguments: str, trace: Sequence[str] = ()) -> list[str]:
    """Run the writer, under strace if there are options for it, and return the lines it said."""
    command = [sys.executable, "-m", "tests.durability.writer", str(folder), *arguments]
    if trace:
        command = ["strace", "-f", *trace, *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "READY" in done.stdout, done.stderr[-2000:]
    return done.stdout.splitlines()


def record(folder: Path, log: Path, *arguments: str) -> Iterator[Call]:
    """Run the writer and yield its writes, flushes, truncations and removals in order, and what it said."""
    calls = "trace=pwrite64,write,ftruncate,fdatasync,fsync,unlink,openat"
    run_writer(folder, *arguments, trace=["-y", "-xx", "-s", "100000", "-e", calls, "-o", str(log)])
    return read_log(log)


_LINE = re.compile(r"\d+\s+(?P<name>\w+)\((?P<rest>.*)\)\s+=\s+(?P<result>-?\d+)")
_FILE = re.compile(r"\d+<(?P<path>(?:\\x[0-9a-f]{2})*)>")
_TEXT = re.compile(r'"(?P<text>(?:\\x[0-9a-f]{2})*)"')


def read_log(log: Path) -> Iterator[Call]:
    """Yield the calls of a log that `strace -f -y -xx` wrote."""
    for line in log.read_text(encoding="ascii").splitlines():
        found = _LINE.match(line)
        if found is None or int(found["result"]) < 0:
            assert "unfinished" not in line, "the writer must have one thread"
            continue
        call = _call(found["name"], found["rest"])
        if call is not None:
            yield call


def _call(name: str, rest: str) -> Call | None:
    text = _TEXT.search(rest)
    data = _bytes(text["text"]) if text else b""
    match name:
        case "write":
            return Call("write", "", data) if rest.startswith("1<") else None
        case "unlink":
            return Call("unlink", os.fsdecode(data))
        case "openat":
            return Call("create", os.fsdecode(data)) if "O_CREAT" in rest else None
    file = _FILE.match(rest)
    path = os.fsdecode(_bytes(file["path"])) if file else ""
    if name == "pwrite64":
        return Call("pwrite64", path, data, int(rest.rsplit(", ", 1)[1]))
    if name == "ftruncate":
        return Call("ftruncate", path, b"", int(rest.rsplit(", ", 1)[1]))
    return Call("flush", path)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))

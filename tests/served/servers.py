"""A whole `cequiz serve` in processes of its own, killed as a power cut ends it, and started again."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("processes are killed in groups, and told apart by what Linux tells", allow_module_level=True)

PATIENCE = 60.0
"""Seconds until a test gives up; a machine that is busy needs some of them."""

_ENDS_WITH_PARENT = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); os.execv(sys.executable, sys.argv[1:])"
"""Begins a program that the kernel ends when whoever started it is gone (PR_SET_PDEATHSIG)."""

_OPENED = re.compile(r", port (\d+)\.")


class Served:
    """A server that listens."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, first: bytes) -> None:
        self.port = port
        self._process = process
        self._said = [first]
        assert process.stderr is not None
        self._reading = asyncio.create_task(self._read(process.stderr))

    @property
    def workers(self) -> tuple[int, ...]:
        """The processes that the server's first one has started."""
        found = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return tuple(map(int, found.split()))

    def worker_of(self, port: int) -> int:
        """Return the process that has the line of somebody, by the port at their end."""
        ends = (f"{self.port:04X}", f"{port:04X}")
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            parts = line.split()
            if tuple(part.rpartition(":")[2] for part in parts[1:3]) == ends:
                return next(one for one in self.workers if f"socket:[{parts[9]}]" in _open_files(one))
        raise LookupError(port)

    def kill(self) -> None:
        """End every process of it at once, without a word to anybody."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def over(self) -> str:
        """Kill what is left of it, and return what it said after it began to listen."""
        self.kill()
        async with asyncio.timeout(PATIENCE):
            await self._process.wait()
            await self._reading
        return b"".join(self._said).decode()

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while said := await stream.read(4096):
            self._said.append(said)


@asynccontextmanager
async def serving(
    home: Path, way: str, *options: str, url: str = "", port: int = 0, clock: str = ""
) -> AsyncIterator[Served]:
    """Serve a home with a server of its own; whatever ends it, it must have said nothing that nobody foresaw.

    Args:
        home: the server's `CEQUIZ_HOME`.
        way: `ssh` or `web`.
        options: further ones of the command.
        url: the database server; empty for the file in the home.
        port: the port; 0 for a free one.
        clock: how wrong its machine's clock is, as `faketime` reads it, such as `+2h`; empty for right.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _ENDS_WITH_PARENT),
        *(sys.executable, "-m", "cequiz", "serve", way, "--host", "127.0.0.1", "--port", str(port), *options),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**surroundings(home, url=url), **_wrong(clock)},
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(PATIENCE):
            first = await process.stderr.readline()
        opened = _OPENED.search(first.decode())
        assert opened, (first + await process.stderr.read()).decode()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise
    served = Served(process, int(opened[1]), first)
    try:
        yield served
    finally:
        said = await served.over()
    assert "Traceback" not in said, said


def shown_by(clock: str) -> float:
    """Return what a program sees of the time on a machine whose clock is wrong, in seconds since 1970."""
    asked = [sys.executable, "-c", "import time; print(time.time())"]
    told = subprocess.run(asked, env={**os.environ, **_wrong(clock)}, capture_output=True, check=True, text=True)
    return float(told.stdout)


def _wrong(clock: str) -> Mapping[str, str]:
    """Return what lets a program's wall clock be wrong; the clocks that only count go on as they are."""
    if not clock:
        return {}
    library = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
    if library is None:
        pytest.skip("a machine whose clock is wrong needs faketime: apt-get install faketime")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": clock,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_RESET": "1",
    }


def _open_files(process: int) -> set[str]:
    """Return what a process has open, as the system names it."""
    found = set()
    for one in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):  # closed in this moment
            found.add(str(one.readlink()))
    return found


def surroundings(home: Path, *, url: str = "") -> Mapping[str, str]:
    """Return the environment of a program whose home, and whose database server if any, are a test's own."""
    return {
        **os.environ,
        "CEQUIZ_HOME": str(home),
        "CEQUIZ_DATABASE_URL": url,
        "CEQUIZ_LANGUAGE": "en",
        "TZ": "UTC",
    }

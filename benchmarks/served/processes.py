"""A server in a process of its own, and what it takes of the machine, as Linux tells it in `/proc`."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 60.0
_PORT = re.compile(r"port (\d+)")


@dataclass(frozen=True)
class Use:
    """What a process and those it has started take at one moment."""

    uss: float
    """MiB that nobody else uses."""
    pss: float
    """MiB, of what is shared a share."""
    processor: float
    """Seconds of processor time so far."""
    threads: int
    processes: int

    def __str__(self) -> str:
        return f"USS {self.uss:.1f} MiB, PSS {self.pss:.1f} MiB, {self.threads} threads, {self.processes} processes"


class ServerProcess:
    """A command that says on which port it listens; a context manager that ends it."""

    def __init__(self, command: Sequence[str], *, environment: dict[str, str] | None = None, port: int = 0) -> None:
        """Start it and wait until it listens.

        Args:
            command: the arguments of Python.
            environment: variables beyond ours.
            port: where it will listen; 0 where it tells.
        """
        self._said = tempfile.NamedTemporaryFile(suffix=".log")  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [sys.executable, *command],
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )
        self.port = port or self._told_port()

    def __enter__(self) -> ServerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        children = family(self._process.pid)[1:]
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        for left in children:  # a server of processes may leave some
            with suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._said.close()

    @property
    def said(self) -> str:
        """What it has written so far."""
        return Path(self._said.name).read_text(encoding="utf-8", errors="replace")

    def use(self) -> Use:
        """Return what it takes now, together with every process it has started."""
        uss = pss = processor = 0.0
        threads = processes = 0
        for number in family(self._process.pid):
            with suppress(OSError):  # it has just ended
                of = Path(f"/proc/{number}")
                memory = _kilobytes((of / "smaps_rollup").read_text())
                # The name, in brackets, may hold anything; after it come the state and what is counted from 3 on.
                told = (of / "stat").read_text().rpartition(")")[2].split()
                uss += memory["Private_Clean"] + memory["Private_Dirty"]
                pss += memory["Pss"]
                processor += (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
                threads, processes = threads + int(told[17]), processes + 1
        return Use(uss / 1024, pss / 1024, processor, threads, processes)

    def _told_port(self) -> int:
        began = time.monotonic()
        while (found := _PORT.search(self.said)) is None:
            if self._process.poll() is not None or time.monotonic() - began > _PATIENCE:
                raise RuntimeError(f"the server did not start: {self.said}")
            time.sleep(0.05)
        port = int(found[1])
        while True:  # who tells too early is waited for
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0):
                return port
            if self._process.poll() is not None or time.monotonic() - began > _PATIENCE:
                raise RuntimeError(f"nothing listens: {self.said}")
            time.sleep(0.05)


def family(number: int) -> list[int]:
    """Return a process and every one it has started, directly or not."""
    parents: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(status.parent.name))
    found = [number]
    for one in found:
        found += parents.get(one, [])
    return found


def _kilobytes(text: str) -> dict[str, int]:
    rows = (line.split() for line in text.splitlines()[1:])
    return {row[0].rstrip(":"): int(row[1]) for row in rows}

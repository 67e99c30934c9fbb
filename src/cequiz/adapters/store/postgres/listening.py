"""Hearing at once what was written to attempts, by any program on any host that shares the database.

One thread and one connection a process, from the first who wants to be told until the last one has gone. What is
told while the line is down is not told again: nobody may depend on being told.
"""

from __future__ import annotations

import re
import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

import psycopg

from cequiz.adapters.store.postgres.triggers import CHANNEL
from cequiz.errors import CequizError

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
"""Seconds before a lost line is made anew, the first time and at most."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}")
"""The shape of an id: whoever else may speak on the channel can say nothing else."""


class Listener:
    """Tells everybody who asked to be told; safe across threads."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        """Remember how to connect.

        Args:
            connect: returns a connection of psycopg that is ours, or refuses.
        """
        self._connect = connect
        self._lock = threading.Lock()
        self._wakes: dict[object, Callable[[str], None]] = {}
        self._ear: _Ear | None = None

    def add(self, wake: Callable[[str], None]) -> Callable[[], None]:
        """Let somebody be told; return what ends it."""
        name = object()
        with self._lock:
            self._wakes[name] = wake
            if self._ear is None:
                self._ear = _Ear(self._connect, self._tell)
        return lambda: self._remove(name)

    def close(self) -> None:
        """Tell nobody any more."""
        with self._lock:
            self._wakes.clear()
            ear, self._ear = self._ear, None
        if ear is not None:
            ear.stop()

    def _remove(self, name: object) -> None:
        with self._lock:
            self._wakes.pop(name, None)
            if self._wakes:
                return
            ear, self._ear = self._ear, None
        if ear is not None:
            ear.stop()

    def _tell(self, attempt_id: str) -> None:
        with self._lock:
            wakes = tuple(self._wakes.values())
        for wake in wakes:
            wake(attempt_id)


class _Ear:
    """The thread that listens."""

    def __init__(self, connect: Callable[[], Any], tell: Callable[[str], None]) -> None:
        self._connect = connect
        self._tell = tell
        self._ended = threading.Event()
        self._bell, self._heard = socket.socketpair()
        """Rung to end a wait on the line; pairs of sockets can be waited for on every system."""
        self._thread = threading.Thread(target=self._run, daemon=True, name="cequiz-listener")
        self._thread.start()

    def stop(self) -> None:
        """End the thread; whoever is told at this moment may stop it themselves."""
        self._ended.set()
        with suppress(OSError):
            self._bell.send(b".")
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        wait = FIRST_WAIT
        with closing(self._bell), closing(self._heard):
            while not self._ended.is_set():
                try:
                    with closing(self._connect()) as line:
                        line.execute(f"LISTEN {CHANNEL}")
                        wait = FIRST_WAIT
                        self._listen(line)
                except (psycopg.Error, CequizError, OSError):
                    self._ended.wait(wait)
                    wait = min(2 * wait, LONGEST_WAIT)

    def _listen(self, line: Any) -> None:
        with selectors.DefaultSelector() as either:
            either.register(line.fileno(), selectors.EVENT_READ)
            either.register(self._heard, selectors.EVENT_READ)
            while not self._ended.is_set():
                either.select()
                if self._ended.is_set():
                    return
                for told in line.notifies(timeout=0):
                    if _ID.fullmatch(told.payload):
                        self._tell(told.payload)

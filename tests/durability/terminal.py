"""A whole program in a pseudo terminal, whose screen is read as a person reads it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyte

COLUMNS, ROWS = 110, 40


class Terminal:
    """One program with a keyboard and a screen."""

    def __init__(self, home: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        wanted = {**os.environ, "CEQUIZ_HOME": str(home), "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}
        wanted |= {"CEQUIZ_LANGUAGE": "en", **(environment or {})}
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            try:
                os.execvpe(sys.executable, [sys.executable, "-m", "cequiz", *arguments], wanted)
            finally:
                os._exit(127)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self.alive = True

    @property
    def text(self) -> str:
        """What the screen shows now."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def type(self, keys: str) -> None:
        """Press keys; nothing happens when the program is gone."""
        with contextlib.suppress(OSError):
            os.write(self._descriptor, keys.encode())

    def until(self, shown: Callable[[str], bool], *, seconds: float = 60) -> bool:
        """Read the screen until it shows something; False when the program is gone before, or takes too long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if shown(self.text):
                return True
            if not self._read(0.25):
                return False
        return False

    def settle(self, quiet: float = 0.06) -> None:
        """Read until nothing more comes for a moment, or the program is gone."""
        while self._read(quiet, idle_ends=True):
            pass

    def kill(self) -> None:
        """End the program as a power cut does, and read what it still had written."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Wait for the end and let go of the terminal."""
        self.kill()
        self.settle(0.01)
        os.waitpid(self.pid, 0)
        os.close(self._descriptor)

    def _read(self, seconds: float, *, idle_ends: bool = False) -> bool:
        if not self.alive:
            return False
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        if not ready:
            return not idle_ends
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:  # the other end is closed
            data = b""
        self.alive = bool(data)
        if data:
            self._stream.feed(data)
        return self.alive

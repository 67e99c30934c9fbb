"""The log of a serving process: one line a happening, written by a thread of its own so that nobody waits for a disk.

What else must be written beside the loop, such as what nobody expected, is done by the same thread.
Addresses of people stand here and nowhere else; answers, passphrases and the values of variables never do.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

from cequiz.domain.text import visible
from cequiz.services.ports import Clock

LOG = "cequiz-serve.log"

_LONGEST = 400
"""Characters of a line."""


class Journal:
    """Appends lines to a file, which several processes may share; one older file is kept beside it."""

    def __init__(self, path: Path, clock: Clock, *, largest: int = 5_000_000) -> None:
        """Make a journal; nothing is written outside of `open`.

        Args:
            path: the file, made (0600) with the first line.
            clock: tells when something happened.
            largest: bytes after which a new file is begun.
        """
        self._path = path
        self._clock = clock
        self._largest = largest
        self._lines: SimpleQueue[str | Callable[[], object] | None] = SimpleQueue()

    def note(self, words: str) -> None:
        """Queue one line; from any thread.

        Args:
            words: what happened; what would move a cursor or end the line is escaped.
        """
        at = self._clock.read().wall.isoformat(timespec="milliseconds")
        self._lines.put(f"{at} {os.getpid()} {visible(words)[:_LONGEST]}\n")

    def do(self, work: Callable[[], object]) -> None:
        """Queue something that writes; from any thread."""
        self._lines.put(work)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Write what is noted while the context lasts, and what was noted before."""
        thread = threading.Thread(target=self._write_all, name="cequiz-journal", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._lines.put(None)
            thread.join()

    def _write_all(self) -> None:
        while (line := self._lines.get()) is not None:
            with suppress(OSError):  # a full disk must not end the serving
                if isinstance(line, str):
                    self._append(line)
                else:
                    line()

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Opened for every line: another process may have begun a new file.
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as log:
            log.write(line)
            size = log.tell()
        if size > self._largest and self._path.stat().st_size > self._largest:  # nobody else was quicker
            self._path.replace(self._path.with_name(f"{self._path.name}.1"))

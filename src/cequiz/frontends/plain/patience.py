"""Speaks up in a talk by line while the records do not answer: whoever talks is held by them and cannot.

A thread of the process looks at every talk that waits for its records, and has a sentence said to whoever has waited
for long. Without it a person would take what they typed for done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.patient_store import PatientStore
from cequiz.language import tr
from cequiz.services.ports import Ports

SLOW: Final = 5.0
"""Seconds of waiting after which it is said."""

_LOOK = 0.5
"""Seconds between two looks at who waits."""


class Patience:
    """What one talk waits for."""

    def __init__(self, speak: Callable[[], None]) -> None:
        """Take what says the sentence; it is called in another thread, while the talk waits."""
        self._speak = speak
        self._lock = threading.Lock()
        self._since: float | None = None

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Wait for the records; a sentence that has begun meanwhile is finished before the talk goes on."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._since = None

    def look(self) -> None:
        """Speak where the talk has waited for long, once each time."""
        with self._lock:
            if self._since is not None and time.monotonic() - self._since >= SLOW:
                self._since = None
                # Nobody may read any more: whoever talks will meet that.
                with suppress(OSError, ValueError):
                    self._speak()


class _Watch:
    """Looks at every talk of the process, while there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._talks: set[Patience] = set()
        self._thread: threading.Thread | None = None
        self._pause = threading.Event()

    @contextmanager
    def over(self, talk: Patience) -> Iterator[None]:
        with self._lock:
            self._talks.add(talk)
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="cequiz-patience", daemon=True)
                with suppress(RuntimeError):  # no thread can be had: then nothing is said
                    thread.start()
                    self._thread = thread
        try:
            yield
        finally:
            with self._lock:
                self._talks.discard(talk)

    def _run(self) -> None:
        while True:
            self._pause.wait(_LOOK)
            with self._lock:
                talks = tuple(self._talks)
                if not talks:
                    self._thread = None
                    return
            for talk in talks:
                talk.look()


_watch: Final = _Watch()


@contextmanager
def patient(console: Console, ports: Ports) -> Iterator[Ports]:
    """Return the outside world of a talk that speaks up while its records do not answer.

    Args:
        console: both ends of the talk.
        ports: the outside world.
    """
    words = tr("The records do not answer yet. Only what is told as saved is saved.")
    talk = Patience(lambda: console.break_in(words))
    with _watch.over(talk):
        yield replace(ports, store=PatientStore(ports.store, talk.waiting))

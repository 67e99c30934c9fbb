"""A line over which somebody talks in plain lines: both ends of a console, fed from an asyncio connection.

The talk itself runs in a thread and waits there; the connection gives bytes (`feed`), its end (`end`, `hang_up`) and
takes bytes in its own loop. Everything that waits is bounded: what is typed ahead, a line, and what the person does not
read. Nothing that is written or read can act on a terminal, but for the echo of what was typed.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Final, TypeVar

from cequiz.domain.text import visible
from cequiz.errors import CequizError
from cequiz.frontends.plain.console import Console, Due, Signal, never
from cequiz.frontends.serve.typed_lines import Typed, Typing

T = TypeVar("T")

_LOOK_UP = 0.5
"""Seconds between two looks at what became due, as at a terminal."""

_MOST_AHEAD = 64 * 1024
"""Bytes that may be typed ahead: beyond them the connection is asked to wait, beyond twice as many they are lost."""

_MOST_UNREAD = 64 * 1024
"""Bytes that are written before it is asked whether the person has read them."""

_PATIENCE = 30.0
"""Seconds after which a line that takes nothing is taken for lost."""


class PlainLine:
    """One person's line."""

    def __init__(
        self,
        write: Callable[[bytes], None],
        *,
        echo: bool,
        drained: Callable[[], Awaitable[None]] | None = None,
        wait: Callable[[bool], None] | None = None,
        looks: float = _LOOK_UP,
    ) -> None:
        """Make the line in the connection's loop.

        Args:
            write: sends bytes to the person; called in the loop that runs now.
            echo: whether single keys come, which are edited and shown here; else whole lines, as from a pipe.
            drained: waits until the connection has taken what was written, so that nobody can fill the memory.
            wait: told True when too much was typed ahead, and False when it was read; called in the loop.
            looks: seconds between two looks at what became due.
        """
        self._loop: Final = asyncio.get_running_loop()
        self._write = write
        self._drained = drained
        self._wait = wait
        self._looks = looks
        self._typed = Typing(raw=echo)
        self._raw = echo
        self._something = threading.Condition()
        self._ahead = bytearray()
        self._waits = False
        self._signal: Signal | None = None
        """Why nothing more comes."""
        self._stopped = False
        self.lost = False
        """Whether nobody reads any more."""
        self.obeys_lost: Callable[[], bool] = _always
        """Whether what was typed before the line was lost still counts; asked in the talk's thread."""
        self._unread = 0
        self._text: list[str] = []
        self.heard = self._loop.time()
        """When something was typed last, by the loop's clock."""
        self.listens = False
        """Whether a line is waited for; where not, something is done with the one before."""
        self.echoes = echo
        """Whether the end of a line that was typed shows already."""

    def feed(self, data: bytes) -> None:
        """Take bytes from the person, cut anywhere."""
        self.heard = self._loop.time()
        with self._something:
            self._ahead += data[: max(2 * _MOST_AHEAD - len(self._ahead), 0)]
            full = len(self._ahead) > _MOST_AHEAD and not self._waits
            self._waits = self._waits or full
            self._something.notify()
        if full and self._wait is not None:
            self._wait(True)

    def end(self) -> None:
        """Take note that the person sends nothing more, and may still read."""
        self._stop(Signal.END)

    def stop(self) -> None:
        """End the talk from the host's side: nobody wanted to leave, and what is said is still read."""
        self._stopped = True
        self._stop(Signal.GONE)

    def hang_up(self) -> None:
        """Take note that the line is lost: nobody reads any more. What was typed before may still count."""
        self.lost = True
        self._stop(Signal.GONE)

    def console(self, *, told: Callable[[CequizError], str]) -> Console:
        """Return a console over this line.

        Args:
            told: words a refusal for the person.
        """
        return Console(self, self, told=told)

    def ask_secret(self, prompt: str) -> str | Signal:
        """Ask for something that is not shown while it is typed, and in which every blank counts."""
        self.write(prompt)
        self.flush()
        self._typed.secret = True
        try:
            return self.line(never)
        finally:
            self._typed.secret = False
            if not self._raw:
                self.write("\n")

    def line(self, due: Due) -> str | Signal:
        """Return the next line, or why there is none; in the talk's thread."""
        self.listens = True
        try:
            return self._next_line(due)
        finally:
            self.listens = False

    def _next_line(self, due: Due) -> str | Signal:
        self._show(self._typed.begun)
        while not self._stopped and (not self.lost or self.obeys_lost()):
            shown, line = self._typed.take()
            self._show(shown)
            if line is Typed.STOP:
                return Signal.END
            if isinstance(line, str):
                return line
            came, over = self._read()
            if came:
                continue
            if over is not None:
                # A line without its end counts where the person ended the input, not where it broke off.
                rest = self._typed.rest() if over is Signal.END else None
                return over if rest is None else rest
            if due():
                return Signal.DUE
        return Signal.GONE

    def write(self, text: str, /) -> None:
        """Write text; characters that could act on a terminal show as escapes."""
        plain = visible(text, line=False)
        self._text.append(plain.replace("\n", "\r\n") if self._raw else plain)

    def flush(self) -> None:
        """Send what was written, and wait while the person does not read it; on a lost line do nothing.

        What was typed before the line was lost may still be obeyed, so nothing may fail because nobody reads.
        """
        text = "".join(self._text)
        self._text.clear()
        self._show(text)

    def _stop(self, signal: Signal) -> None:
        with self._something:
            if self._signal is not Signal.GONE:
                self._signal = signal
            self._something.notify()

    def _read(self) -> tuple[bool, Signal | None]:
        """Wait a moment for something to be typed; whether anything came, and if not, why nothing more comes."""
        with self._something:
            if not self._ahead and self._signal is None:
                self._something.wait(self._looks)
            data, over = bytes(self._ahead), self._signal
            self._ahead.clear()
            waited, self._waits = self._waits, False
        if waited and self._wait is not None:
            self._in_loop(self._wait, False)
        self._typed.put(data)
        return bool(data), over

    def _show(self, text: str) -> None:
        if not text or self.lost:
            return
        data = text.encode("utf-8", "replace")
        self._in_loop(self._write, data)
        self._unread += len(data)
        if self._unread > _MOST_UNREAD and self._drained is not None and not self.lost:
            self._unread = 0
            self._wait_for_reader(self._drained)

    def _in_loop(self, deed: Callable[[T], None], value: T) -> None:
        try:
            self._loop.call_soon_threadsafe(deed, value)
        except RuntimeError:  # the loop is closed: the program ends
            self.hang_up()

    def _wait_for_reader(self, drained: Callable[[], Awaitable[None]]) -> None:
        """Wait until the person has read; who reads nothing for long is gone."""
        read: Future[None] = asyncio.run_coroutine_threadsafe(_awaited(drained), self._loop)
        for _ in range(int(_PATIENCE)):
            with suppress(TimeoutError):
                read.result(timeout=1.0)
                return
            if self.lost:
                break
        read.cancel()
        self.hang_up()


def _always() -> bool:
    return True


async def _awaited(drained: Callable[[], Awaitable[None]]) -> None:
    with suppress(OSError, asyncio.CancelledError):  # a lost line says so by itself
        await drained()

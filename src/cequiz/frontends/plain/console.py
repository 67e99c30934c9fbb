"""The two ends of a conversation: lines written, lines asked for.

Nothing here knows of exams. A console waits for a line and looks up now and then whether something became due
meanwhile (a deadline), so that a person is told without pressing a key.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Protocol, TextIO

from cequiz.domain.text import visible
from cequiz.errors import CequizError
from cequiz.frontends.plain.hangup import Hangup

_LOOK_UP = 0.5
"""Seconds between two looks at what became due; a deadline is announced at most that late."""


class Signal(Enum):
    """What may come instead of a line."""

    END = "end"
    """The input ended, or the person pressed Ctrl-C."""
    GONE = "gone"
    """The terminal is gone, or the machine goes down: nobody wanted to leave."""
    DUE = "due"
    """Something became due while waiting."""


Due = Callable[[], bool]
"""Whether something became due."""


def never() -> bool:
    """Nothing ever becomes due."""
    return False


class Source(Protocol):
    """Where lines come from."""

    echoes: bool
    """Whether the line end that the person typed already shows on the output."""

    def line(self, due: Due) -> str | Signal:
        """Return the next line without its end, or why there is none."""
        ...


class Out(Protocol):
    """Where lines go."""

    def write(self, text: str, /) -> object:
        """Write text."""
        ...

    def flush(self) -> None:
        """Let everything that was written be seen."""
        ...


def _whole(error: CequizError) -> str:
    return error.whole


class Console:
    """Writes plain lines and asks for lines."""

    def __init__(self, source: Source, out: Out, *, told: Callable[[CequizError], str] = _whole) -> None:
        """Take both ends.

        Args:
            source: where lines come from.
            out: where lines go.
            told: words a refusal for whoever reads it.
        """
        self._source = source
        self._out = out
        self.told = told
        self._asking = False
        """Whether a prompt is the last thing on its line."""
        self._broken_into = False
        """Whether somebody else has said something since the last prompt."""

    def say(self, text: str = "") -> None:
        """Write text and end the line; characters that could act on a terminal show as escapes."""
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        self._out.write(f"{visible(plain, line=False)}\n")

    def break_in(self, text: str) -> None:
        """Say something from another thread, while whoever talks is held; a prompt is written anew afterwards."""
        if self._asking:
            self._out.write("\n")
        self._broken_into = True
        self.say(text)
        self._out.flush()

    def ask(self, prompt: str, *, due: Due = never) -> str | Signal:
        """Write a prompt, which stays the last thing on its line, and return what was typed, stripped."""
        self._out.write(visible(prompt, line=False))
        self._out.flush()
        self._asking, self._broken_into = True, False
        try:
            reply = self._source.line(lambda: due() or self._broken_into)
        except Hangup:
            reply = Signal.GONE
        except KeyboardInterrupt:
            reply = Signal.END
        finally:
            self._asking = False
        if reply is Signal.DUE and self._broken_into:
            return reply  # the line was ended already
        if isinstance(reply, Signal) or not self._source.echoes:
            # What was typed counts even where the output broke meanwhile: the next words will meet that.
            with contextlib.suppress(OSError):
                self._out.write("\n")
        return reply.strip() if isinstance(reply, str) else reply


def open_source(stdin: TextIO | None) -> Source:
    """Return the lines of an input stream; a closed one has none."""
    if stdin is None:
        return TextSource(iter(()))
    try:
        descriptor, typed = stdin.fileno(), stdin.isatty()
    except (OSError, ValueError):  # a stream in memory, or one that was closed
        return TextSource(iter(()) if stdin.closed else stdin)
    kind = ThreadSource if sys.platform == "win32" else SelectSource
    return kind(descriptor, encoding=stdin.encoding or "utf-8", echoes=typed)


class TextSource:
    """Lines that are at hand already."""

    echoes = False

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def line(self, due: Due) -> str | Signal:
        """Return the next line."""
        try:
            return next(self._lines, Signal.END)
        except OSError:
            return Signal.END


class _Splitter:
    """Cuts bytes as they arrive into lines; bytes that are no text become replacement characters."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._rest = ""
        self._gone = False
        self.ended = False

    def feed(self, data: bytes | None) -> None:
        """Take what was read; nothing read is the end of the input, None a terminal that is gone."""
        self._rest += self._decoder.decode(data or b"", final=not data)
        self.ended = not data
        self._gone = data is None

    def line(self) -> str | Signal | None:
        """Return a complete line, the end, or None while more must be read."""
        head, end, rest = self._rest.partition("\n")
        if end:
            self._rest = rest
            return head
        if not self.ended:
            return None
        self._rest = ""
        return head or (Signal.GONE if self._gone else Signal.END)


class SelectSource:
    """A descriptor that can be waited for with a time limit (Unix)."""

    def __init__(self, descriptor: int, *, encoding: str, echoes: bool) -> None:
        self._descriptor = descriptor
        self._splitter = _Splitter(encoding)
        self.echoes = echoes

    def line(self, due: Due) -> str | Signal:
        """Return the next line, or `Signal.DUE` as soon as something became due."""
        import select  # noqa: PLC0415 - Windows cannot wait for a console this way, so it is not asked to

        while (found := self._splitter.line()) is None:
            try:
                ready, _, _ = select.select([self._descriptor], [], [], _LOOK_UP)
            except (OSError, ValueError):  # it was closed under our hands
                ready = [self._descriptor]
            if ready:
                self._splitter.feed(_read(self._descriptor))
            elif due():
                return Signal.DUE
        return found


class ThreadSource:
    """A descriptor that only blocks (Windows): a thread reads it, so that waiting can have a limit."""

    def __init__(self, descriptor: int, *, encoding: str, echoes: bool) -> None:
        self._chunks: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._splitter = _Splitter(encoding)
        self.echoes = echoes
        # A daemon that reads the bare descriptor holds no lock of Python's streams when the program ends.
        threading.Thread(target=self._read, args=(descriptor,), name="cequiz-input", daemon=True).start()

    def line(self, due: Due) -> str | Signal:
        """Return the next line, or `Signal.DUE` as soon as something became due."""
        while (found := self._splitter.line()) is None:
            try:
                self._splitter.feed(self._chunks.get(timeout=_LOOK_UP))
            except queue.Empty:
                if due():
                    return Signal.DUE
        return found

    def _read(self, descriptor: int) -> None:
        while chunk := _read(descriptor):
            self._chunks.put(chunk)
        self._chunks.put(chunk)


def _read(descriptor: int) -> bytes | None:
    """Return what can be read, nothing at the end; None where the terminal is gone."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return None

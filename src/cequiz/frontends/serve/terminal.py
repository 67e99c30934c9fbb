"""A person's terminal at the other end of a line, as Textual wants a terminal: bytes out, bytes in.

Nothing here starts a thread, hears a signal, reads the environment or writes a file. Whatever of Textual is private
and needed to serve is in this room and in `sheet`, and one override in `app`; a test looks that it stays so. Another
feeds this room bytes and looks at what Textual makes of them, so a new Textual that differs is seen there.
"""

from __future__ import annotations

import asyncio
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import Context
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO

from rich.console import Console
from textual import constants, events, messages
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.filter import Monochrome, NoColor
from textual.geometry import Size
from textual.message import Message

from cequiz.frontends.serve.paint import in_colours
from cequiz.frontends.serve.sheet import SharedStylesheet

MOUSE = (1000, 1003, 1015, 1006)
"""The private modes that let a terminal tell of its mouse, in the order in which Textual sets them."""

ENTER = "".join(
    (
        "\x1b[?1049h",  # the alternate screen
        *(f"\x1b[?{mode}h" for mode in MOUSE),
        "\x1b[?25l",  # no cursor
        "\x1b[?1004h",  # tells when its window has the focus
        "\x1b[?2004h",  # brackets around pasted text
        "\x1b[?7l",  # no wrapping
        "\x1b[2J",
    )
)
"""What makes a terminal ours. It is asked nothing: an answer that comes late would be taken for keys."""

LEAVE = "".join(
    (
        "\x1b[?2004l",
        "\x1b[?7h",
        *(f"\x1b[?{mode}l" for mode in MOUSE),
        "\x1b[?2026l",
        "\x1b[?1049l",
        "\x1b[?25h",
        "\x1b[?1004l",
    )
)
"""What gives a terminal back."""

_AFTER = 0.01
"""Seconds after the parser's own patience before a lone Escape is looked at."""


class Keyboard:
    """Turns what a terminal sends into Textual's messages; bytes may be cut anywhere and may be anything."""

    def __init__(self, tell: Callable[[Message], None]) -> None:
        """Make a keyboard.

        Args:
            tell: called in the loop's thread with every message.
        """
        self._tell = tell
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._parser = XTermParser()
        self._tick: asyncio.TimerHandle | None = None
        self._closed = False
        self.unfinished = 0
        """Characters fed since the last message: a pasted text that has no end yet."""

    def feed(self, data: bytes) -> None:
        """Take bytes of any length."""
        if self._closed:
            return
        if text := self._decode(data):
            self.unfinished += len(text)
            self._tell_all(lambda: self._parser.feed(text))
        self._wait()

    def close(self) -> None:
        """Forget what has begun."""
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        # Textual remembers parsers for ever, and a parser the last key with its app.
        self._parser._gen.close()
        self._closed = True

    def _tell_all(self, parse: Callable[[], Iterable[Message]]) -> None:
        found: list[Message] = []
        # In a context of its own: Textual keeps keys for the next time, each with the app of its context.
        Context().run(self._parse_into, found, parse)
        for message in found:
            self.unfinished = 0
            self._tell(message)

    def _parse_into(self, found: list[Message], parse: Callable[[], Iterable[Message]]) -> None:
        try:
            found.extend(parse())
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
            # Numbers in a sequence that Textual does not expect; its parser is dead after that.
            self._parser = XTermParser()
            self.unfinished = 0

    def _wait(self) -> None:
        """See to it that an Escape after which nothing comes is a key in the end."""
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        if self._parser._timeout_time is not None:
            self._tick = asyncio.get_running_loop().call_later(constants.ESCAPE_DELAY + _AFTER, self._look)

    def _look(self) -> None:
        self._tick = None
        self._tell_all(self._parser.tick)
        self._wait()


class TerminalDriver(Driver):
    """One connection's terminal."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
        send: Callable[[bytes], None],
        started: Callable[[TerminalDriver], None],
        colours: str = "truecolor",
    ) -> None:
        """Make the terminal.

        Args:
            app: whose terminal it is.
            debug: ignored: it would write what is typed into a file.
            mouse: whether the terminal tells of its mouse.
            size: columns and rows.
            send: takes bytes for the person, at once and without failing.
            started: called when the terminal takes keys.
            colours: what it has: `standard`, `256`, `truecolor`; empty for none.
        """
        super().__init__(app, debug=False, mouse=mouse, size=size or (80, 24))
        self._send = send
        self._started = started
        self._colours = colours
        self._keyboard = Keyboard(self._told)
        self._written: list[str] = []
        self._flush_soon: asyncio.Handle | None = None
        self._paused = False
        self._missed = False
        self._entered = False

    @property
    def unfinished(self) -> int:
        """Characters fed since the last key: a pasted text that has no end yet."""
        return self._keyboard.unfinished

    def feed(self, data: bytes) -> None:
        """Take what the person sent."""
        self._keyboard.feed(data)

    async def read_by_app(self) -> None:
        """Wait until the app has obeyed everything that was fed so far; at once where it reads no more."""
        read = asyncio.Event()
        if self._app.call_later(read.set):
            await read.wait()

    def resize(self, columns: int, rows: int) -> None:
        """Tell the app how large the terminal is now."""
        self._size = (columns, rows)
        size = Size(columns, rows)
        self._app.post_message(events.Resize(size, size))

    def pause(self) -> None:
        """Draw nothing more: the line takes nothing."""
        self._paused = True

    def resume(self) -> None:
        """Draw again, the whole screen where something was left out."""
        self._paused = False
        if self._missed and self._entered:
            self._missed = False
            self._written.append("\x1b[2J")
            _repaint(self._app)

    def write(self, data: str) -> None:
        """Keep what Textual draws until it is complete; nothing while the line takes nothing, or after the end."""
        if self._paused or not self._entered:
            self._missed = True
            return
        self._written.append(data)
        if self._flush_soon is None:
            self._flush_soon = self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Send what is drawn."""
        if self._flush_soon is not None:
            self._flush_soon.cancel()
            self._flush_soon = None
        if self._written:
            data = in_colours("".join(self._written), self._colours)
            self._written.clear()
            self._send(data.encode("utf-8", "replace"))

    def start_application_mode(self) -> None:
        """Make the terminal ours and begin to listen."""
        self._entered = True
        self._written.append(ENTER)
        self.flush()
        size = Size(*(self._size or (80, 24)))
        self._app.post_message(events.Resize(size, size))
        self._started(self)

    def disable_input(self) -> None:
        """Listen no more."""
        self._keyboard.close()

    def stop_application_mode(self) -> None:
        """Give the terminal back; also where the line takes nothing at the moment."""
        self.disable_input()
        if self._entered:
            self._entered = False
            self._paused = False
            self._written.append(LEAVE)
        self.flush()

    def close(self) -> None:
        """Send the last of it."""
        self.flush()

    def suspend_application_mode(self) -> None:
        """Do nothing: there is no shell to go to."""

    def resume_application_mode(self) -> None:
        """Do nothing, as the terminal was never left."""

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Do nothing: the browser would open on the host."""

    def deliver_binary(
        self,
        binary: BinaryIO | TextIO,
        *,
        delivery_key: str,
        save_path: Path,
        open_method: Literal["browser", "download"] = "download",
        encoding: str | None = None,
        mime_type: str | None = None,
        name: str | None = None,
    ) -> None:
        """Write nothing: the file would be the host's."""
        binary.close()

    def send_message(self, message: Message) -> None:
        """Hand a message to the app; we are in its thread."""
        self._app.post_message(message)

    def _told(self, message: Message) -> None:
        """Pass on what a terminal may tell."""
        if isinstance(message, events.Resize | messages.InBandWindowResize):
            return  # the line itself tells the size; numbers from there may be any
        if isinstance(message, events.MouseEvent):
            columns, rows = self._size or (80, 24)
            if not (0 <= message.x < columns and 0 <= message.y < rows):
                return
        self.process_message(message)


def of_the_line(app: App[Any], *, colours: str, host_out: TextIO, host_err: TextIO, last_words: TextIO) -> None:
    """Take from an app what it has of the host, and give it what it has of its line instead.

    Args:
        app: an app that does not run yet.
        colours: what the terminal has; empty for no colours. All draw in full ones, which the terminal translates.
        host_out: the process's own standard output. Textual puts a stand-in into its place for as long as an app runs;
            with sessions that end in any order a stand-in of the dead would stay, so the stand-in is the original.
        host_err: the process's own standard error, as above.
        last_words: takes what an app tells after its last screen.
    """
    app.no_color = not colours
    app._filters = [one for one in app._filters if not isinstance(one, Monochrome | NoColor)]
    if not colours:
        app._filters.append(Monochrome())
    app.console = Console(
        color_system="truecolor",
        file=app.console.file,
        markup=True,
        highlight=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
        force_terminal=True,
        safe_box=False,
        soft_wrap=False,
    )
    app.error_console = Console(file=last_words, color_system=None, markup=False, highlight=False, _environ={})
    app._capture_stdout = host_out  # type: ignore[assignment]  # written into by Textual as a stream only
    app._capture_stderr = host_err  # type: ignore[assignment]  # as above
    app._sync_available = True  # a terminal that knows no frames passes over their marks
    app.animation_level = "none"
    app.stylesheet = SharedStylesheet(variables=app.get_css_variables())
    app.features = frozenset()


def _repaint(app: App[Any]) -> None:
    """Draw everything again."""
    with suppress(LookupError):  # an app without a screen yet, or any more
        if app._screen_stack:
            app.screen.refresh(layout=True)

"""Students at the other end of real lines: over SSH, or over a WebSocket as the page in a browser talks.

A line tells what it hears as soon as it is there. Nothing is drawn here: a hundred terminals that are drawn would be
measured instead of the server.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import aiohttp
import asyncssh

from cequiz.frontends.serve.web_guard import PROTOCOL

SIZE = (100, 30)
"""Columns and rows of every terminal."""

PATIENCE = 60.0
_PLACED = re.compile(rb"\x1b\[(\d+);\d+H")
_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>78]|\x1b\][^\x07]*\x07")
_ENOUGH = 64 * 1024


class Line(Protocol):
    """One open line."""

    def press(self, keys: str) -> None:
        """Send keys."""
        ...

    async def close(self) -> None:
        """End it as somebody who closes the window."""
        ...


class Student:
    """Somebody at a line: presses keys, and measures how long each takes to be answered on the screen."""

    def __init__(self) -> None:
        self.waits: list[tuple[str, float]] = []
        """Each key with the seconds from it to the first bytes that drew anything but the clock."""
        self.unanswered = 0
        """Keys after which nothing but the clock was drawn until the next key."""
        self.painted: float | None = None
        """When something was drawn for the first time."""
        self.line: Line | None = None
        self.lost = False
        """Whether the line ended before we ended it."""
        self._key = ""
        self._pressed: float | None = None
        self._seen = b""
        self._something = asyncio.Event()
        self.told: dict[str, Any] = {}
        """What a page was told besides what is drawn."""

    def hear(self, data: bytes) -> None:
        """Take what the server has drawn."""
        now = time.perf_counter()
        draws = data and (not data.startswith(b"\x1b") or any(int(row) > 1 for row in _PLACED.findall(data)))
        if draws and self.painted is None:
            self.painted = now
        if draws and self._pressed is not None:
            self.waits.append((self._key, now - self._pressed))
            self._pressed = None
        if self._looking:
            self._seen = (self._seen + data)[-_ENOUGH:]
        self._something.set()

    _looking = True

    def look_away(self) -> None:
        """Read no words any more: only that something is drawn counts from now on."""
        self._looking, self._seen = False, b""

    def forget(self) -> None:
        """Let only words count that come from now on."""
        self._seen = b""

    def press(self, keys: str) -> None:
        """Press keys, and wait for what they do without holding anybody up."""
        assert self.line is not None
        if self._pressed is not None:
            self.unanswered += 1
        self._key, self._pressed = keys, time.perf_counter()
        self.line.press(keys)

    async def until(self, *words: str) -> None:
        """Wait until words have been drawn, or a page was told of them."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not self._shows(words):
                    self._something.clear()
                    await self._something.wait()
        except TimeoutError:
            shown = _CONTROL.sub(b"", self._seen).decode("utf-8", "replace")
            raise RuntimeError(f"{words} did not come but: {shown[-1500:]}") from None

    def tell(self, kind: str, value: Any) -> None:
        """Take what a page was told."""
        self.told[kind] = value
        self._something.set()

    def _shows(self, words: tuple[str, ...]) -> bool:
        shown = _CONTROL.sub(b"", self._seen).decode("utf-8", "replace")
        return all(word in shown or word in self.told for word in words)


class _Channel(asyncssh.SSHClientSession[bytes]):
    def __init__(self, student: Student) -> None:
        self._student = student

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Pass on what was drawn."""
        self._student.hear(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note it."""
        self._student.lost = True


class SshLine:
    """A terminal over SSH."""

    def __init__(
        self, connection: asyncssh.SSHClientConnection, channel: asyncssh.SSHClientChannel[bytes], student: Student
    ) -> None:
        self._connection, self._channel, self._student = connection, channel, student

    @classmethod
    async def open(cls, student: Student, port: int, *, user: str, password: str) -> float:
        """Connect, sign in and open a terminal; return the seconds until the terminal was asked for."""
        began = time.perf_counter()
        connection = await asyncssh.connect(
            "127.0.0.1",
            port,
            username=user,
            password=password,
            known_hosts=None,
            client_keys=None,
            config=None,
            keepalive_interval=0,
        )
        signed_in = time.perf_counter() - began
        channel, _ = await connection.create_session(
            lambda: _Channel(student), term_type="xterm-256color", term_size=SIZE, encoding=None
        )
        student.line = cls(connection, channel, student)
        return signed_in

    def press(self, keys: str) -> None:
        """Send keys."""
        with suppress(BrokenPipeError):  # a lost line is counted, with what the server's journal says of it
            self._channel.write(keys.encode())

    async def close(self) -> None:
        """End it."""
        lost = self._student.lost
        self._connection.close()
        with suppress(asyncssh.Error, OSError):
            await asyncio.wait_for(self._connection.wait_closed(), PATIENCE)
        self._student.lost = lost


class WebLine:
    """A page's line; the protocol is ours, or that of textual-serve, which is nearly the same."""

    def __init__(self, browser: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._browser, self._socket = browser, socket
        self._sending: set[asyncio.Task[None]] = set()
        self._reading: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, student: Student, port: int, *, peer: bool = False, visit: str | None = None) -> float:
        """Load the page and open its line; return the seconds until the line was open.

        Args:
            student: whose line it is.
            port: where the server listens.
            peer: whether it is textual-serve that listens there.
            visit: what the page was told before it was loaded again; then the browser is the one it was.
        """
        before = student.line if isinstance(student.line, WebLine) else None
        began = time.perf_counter()
        origin = f"http://127.0.0.1:{port}"
        jar = before._browser.cookie_jar if before and visit else aiohttp.CookieJar(unsafe=True)
        browser = aiohttp.ClientSession(origin, cookie_jar=jar)
        async with browser.get("/") as page:
            await page.read()
        columns, rows = SIZE
        if peer:
            socket = await browser.ws_connect(f"/ws?width={columns}&height={rows}", max_msg_size=0)
        else:
            socket = await browser.ws_connect("/line", origin=origin, protocols=[PROTOCOL], max_msg_size=0)
        line = cls(browser, socket)
        student.line = line
        line._reading = asyncio.create_task(line._read(student))
        if not peer:
            await socket.send_str(json.dumps(["hello", {"width": columns, "height": rows, "visit": visit}]))
        return time.perf_counter() - began

    def press(self, keys: str) -> None:
        """Send keys."""
        task = asyncio.create_task(self._socket.send_str(json.dumps(["stdin", keys])))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        """End it."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})
        with suppress(TimeoutError):
            await asyncio.wait_for(self._socket.close(), PATIENCE)
        await self._browser.close()

    async def _read(self, student: Student) -> None:
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                student.hear(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                match json.loads(message.data):
                    case [str(kind), value]:
                        student.tell(kind, value)
        student.lost = True


async def sign_in_at_the_screen(student: Student, *, email: str, passphrase: str) -> None:
    """Sign in as somebody at a page does, up to the exam that is theirs."""
    await student.until("Sign in")
    student.press("\r")
    await student.until("Passphrase")
    await type_slowly(student, email)
    student.press("\t")
    await asyncio.sleep(0.3)
    student.press(passphrase)
    await asyncio.sleep(0.3)
    student.press("\r")
    await student.until("visit")
    assert student.line is not None
    await student.line.close()
    student.lost, student.painted = False, None
    student.forget()


async def type_slowly(student: Student, text: str) -> None:
    """Type a text and wait until it is there."""
    student.press(text)
    await student.until(text)


Opening = Callable[[Student], Any]
"""Opens a line for a student and brings them to where they press keys."""

"""Somebody at a screen far away: what came over the line is read as a person reads it, as soon as it comes."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import aiohttp
import asyncssh
import pyte

from cequiz.frontends.serve.web_guard import PROTOCOL
from tests.frontends.tui.stage import PASSPHRASE
from tests.served.servers import PATIENCE

SIZE = (80, 24)
"""Columns and rows."""


class Guest(ABC):
    """One person's screen and keyboard."""

    def __init__(self) -> None:
        self.alive = True
        """Whether the line is there."""
        self.visit = ""
        """What a browser keeps, to come back without a passphrase."""
        self._screen = pyte.Screen(*SIZE)
        self._stream = pyte.ByteStream(self._screen)
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read_to_the_end())

    @property
    def text(self) -> str:
        """What the screen shows now."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @abstractmethod
    async def type(self, keys: str) -> None:
        """Press keys; nothing happens when the line is gone."""

    @abstractmethod
    def drop(self) -> None:
        """Lose the line without a word."""

    async def until(self, holds: Callable[[str], bool]) -> bool:
        """Wait until the screen shows something; False when the line is gone before."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds(self.text):
                    if not self.alive:
                        return False
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"it did not come, but:\n{self.text}") from None
        return True

    async def shows(self, *words: str) -> None:
        """Wait until the screen shows words."""
        came = await self.until(lambda text: all(word in text for word in words))
        assert came, f"the line was lost before {words} came:\n{self.text}"

    async def start(self) -> None:
        """Start the exam from the home screen, as somebody who has not begun it."""
        await self.shows("Sample exam", "ready")
        await self.type("\r")
        await self.shows("a accept")
        await self.type("a")
        await self.shows("s start")
        await self.type("s")
        await self.shows("Question 1 of")

    async def go_on(self) -> None:
        """Take a running exam up from the home screen."""
        await self.shows("Continue Sample exam")
        await self.type("\r")
        await self.shows("Continue the exam here?")
        await self.type("y")
        await self.shows("Question")

    async def press(self, keys: str, *words: str) -> None:
        """Press keys and wait for what they bring."""
        await self.type(keys)
        await self.shows(*words)

    async def gone(self) -> None:
        """Wait for the end of the line."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({self._reading})

    @abstractmethod
    async def _read(self) -> None:
        """Read what comes until nothing comes any more."""

    def _drawn(self, data: bytes) -> None:
        self._stream.feed(data)
        self._news.set()

    async def _read_to_the_end(self) -> None:
        try:
            await self._read()
        finally:
            self.alive = False
            self._news.set()


class SshGuest(Guest):
    """Somebody with an SSH client."""

    def __init__(self, connection: asyncssh.SSHClientConnection, process: asyncssh.SSHClientProcess[bytes]) -> None:
        super().__init__()
        self._connection = connection
        self._process = process

    async def type(self, keys: str) -> None:
        """Press keys."""
        if not self._process.stdin.is_closing():
            self._process.stdin.write(keys.encode())

    def drop(self) -> None:
        """Lose the line."""
        self._connection.abort()

    @property
    def port(self) -> int:
        """The port of the person's own machine."""
        return int(self._connection.get_extra_info("sockname")[1])

    async def _read(self) -> None:
        try:
            while data := await self._process.stdout.read(4096):
                self._drawn(data)
        except (asyncssh.Error, OSError):
            pass


class WebGuest(Guest):
    """Somebody with a browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        super().__init__()
        self._socket = socket

    async def type(self, keys: str) -> None:
        """Press keys."""
        await self._say("stdin", keys)

    def drop(self) -> None:
        """Lose the line."""
        transport = self._socket._response.connection
        assert transport is not None
        assert transport.transport is not None
        transport.transport.abort()

    async def greet(self, visit: str) -> None:
        """Say the first word, as the page does."""
        self.visit = visit
        await self._say("hello", {"width": SIZE[0], "height": SIZE[1], "visit": visit or None})

    async def sign_in(self, email: str) -> None:
        """Sign in at the screen, and wait for what the browser keeps of it."""
        await self.shows("Sign in")
        await self.type("\r")
        await self.shows("Passphrase")
        await self.type(email)
        await self.shows(email)
        row = self._screen.cursor.y
        await self.type("\t")
        await self.until(lambda _: self._screen.cursor.y != row)
        await self.type(f"{PASSPHRASE}\r")
        await self.until(lambda _: bool(self.visit))

    async def _say(self, kind: str, value: object) -> None:
        with suppress(ConnectionError):
            await self._socket.send_str(json.dumps([kind, value]))

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                self._drawn(message.data)
                continue
            kind, value = message.json()
            if kind == "visit":
                self.visit = str(value)
            self._news.set()


@asynccontextmanager
async def over_ssh(port: int, email: str) -> AsyncIterator[SshGuest]:
    """Sign in over SSH, and look at the screens."""
    connection = await asyncssh.connect(
        "127.0.0.1",
        port,
        username=email,
        password=PASSPHRASE,
        known_hosts=None,
        client_keys=None,
        config=None,
        connect_timeout=PATIENCE,
    )
    async with connection:
        process = await connection.create_process(term_type="xterm-256color", term_size=SIZE, encoding=None)
        guest = SshGuest(connection, process)
        try:
            yield guest
        finally:
            guest.drop()
            await guest.gone()


@asynccontextmanager
async def browser(port: int, *, cookie: tuple[str, str] | None = None) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a browser that has loaded the page.

    Args:
        port: the server's.
        cookie: name and value of the one that it has from another server of the same name; None for a new browser.
    """
    jar = aiohttp.CookieJar(unsafe=True)  # which is what lets cookies of an address without a name be kept
    if cookie is not None:
        jar.update_cookies([cookie])
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", cookie_jar=jar) as session:
        async with session.get("/") as page:
            assert page.status == 200
        yield session


@asynccontextmanager
async def over_the_web(session: aiohttp.ClientSession, *, visit: str = "") -> AsyncIterator[WebGuest]:
    """Open a line as the page does.

    Args:
        session: the browser.
        visit: what it kept of an earlier line; empty for nothing.
    """
    origin = str(session._base_url).rstrip("/")
    async with session.ws_connect("/line", origin=origin, protocols=[PROTOCOL]) as socket:
        guest = WebGuest(socket)
        await guest.greet(visit)
        try:
            yield guest
        finally:
            if guest.alive:
                guest.drop()
            await guest.gone()

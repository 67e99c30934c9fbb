"""A web server over a house on fakes, on a real socket, and tabs of browsers that come to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pyte

from cequiz.domain.people.student import Student
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.web import serve_web
from cequiz.frontends.serve.web_guard import PROTOCOL, Doors
from cequiz.services.issuing import settle
from cequiz.services.papers import certificates
from cequiz.services.providing import set_provider
from tests import builders
from tests.frontends.tui.stage import PASSPHRASE, Stage
from tests.frontends.tui.test_afterwards import NO_EVALUATION, SCHOOL, sat
from tests.papers import press

PATIENCE = 60.0
"""Seconds until a test gives up; a machine that is busy needs some of them."""


def web_stage(home: Path) -> Stage:
    """Return a stage with a course, a provider, and a press that draws real pages."""
    stage = Stage(home)
    stage.ports = stage.house._fakes = replace(stage.ports, press=press())
    stage.load(course=builders.course(evaluation=NO_EVALUATION))
    set_provider(stage.ports, SCHOOL, actor="test")
    return stage


def with_certificate(stage: Stage, student: Student) -> str:
    """Give a student a certificate, and return its number."""
    sat(stage, student)
    settle(stage.ports, student_id=student.id, course_id="course", actor="test")
    return certificates(stage.ports)[-1].number


class Tab:
    """One tab: what it was told, and what it shows."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, size: tuple[int, int]) -> None:
        self.socket = socket
        self._screen = pyte.Screen(*size)
        self._drawn = pyte.ByteStream(self._screen)
        self.told: list[tuple[str, Any]] = []
        self._reading = asyncio.create_task(self._read())

    @property
    def text(self) -> str:
        """Return what stands on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display).strip()

    async def shows(self, *words: str) -> None:
        """Wait until words have come."""
        await self.until(lambda: all(word in self.text for word in words), lambda: f"{words} not in {self.text}")

    async def hears(self, kind: str) -> Any:
        """Wait until the server has told something of a kind, and return what."""
        await self.until(lambda: kind in dict(self.told), lambda: f"no {kind} in {self.told}; {self.text}")
        return dict(self.told)[kind]

    async def until(self, holds: Callable[[], bool], said: Callable[[], str] = lambda: "") -> None:
        """Wait until something holds."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(said()) from None

    async def say(self, kind: str, value: object) -> None:
        """Say something as the page does."""
        await self.socket.send_str(json.dumps([kind, value]))

    async def type(self, keys: str) -> None:
        """Press keys."""
        await self.say("stdin", keys)

    async def closed(self) -> int | None:
        """Wait until the line is closed, and return with which code."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({self._reading})
        return self.socket.close_code

    async def sign_in(self, *, email: str = "ana@example.org", passphrase: str = PASSPHRASE) -> str:
        """Sign in at the screen, and return the token of the visit."""
        await self.shows("Sign in")
        await self.type("\r")
        await self.shows("Passphrase")
        await self.type(f"{email}\t{passphrase}\r")
        return str(await self.hears("visit"))

    async def drop(self) -> None:
        """Lose the line without a word."""
        transport = self.socket._response.connection
        assert transport is not None
        assert transport.transport is not None
        transport.transport.abort()
        await self.closed()

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                self._drawn.feed(message.data)
            else:
                kind, value = message.json()
                self.told.append((kind, value))


class Served:
    """A server that listens."""

    def __init__(self, stage: Stage, port: int, task: asyncio.Task[None]) -> None:
        self.stage = stage
        self.port = port
        self.task = task
        self.origin = f"http://127.0.0.1:{port}"

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Open a browser that has loaded the page."""
        async with self.stranger() as browser:
            async with browser.get("/") as page:
                assert page.status == 200
            yield browser

    @asynccontextmanager
    async def stranger(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Open a browser that has loaded nothing."""
        jar = aiohttp.CookieJar(unsafe=True)  # which is what lets cookies of an address without a name be kept
        async with aiohttp.ClientSession(self.origin, cookie_jar=jar) as browser:
            yield browser

    @asynccontextmanager
    async def tab(
        self,
        browser: aiohttp.ClientSession,
        *,
        visit: str | None = None,
        hello: bool = True,
        size: tuple[int, int] = (80, 24),
    ) -> AsyncIterator[Tab]:
        """Open a line as the page does."""
        async with browser.ws_connect(
            "/line", origin=self.origin, protocols=[PROTOCOL], headers={"Host": f"127.0.0.1:{self.port}"}
        ) as socket:
            tab = Tab(socket, size)
            if hello:
                await tab.say("hello", {"width": size[0], "height": size[1], "visit": visit})
            yield tab

    async def stop(self) -> None:
        """End the server as a signal does."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


@asynccontextmanager
async def serving(
    stage: Stage, *, rules: ServeRules | None = None, origins: Sequence[str] = (), proxies: Sequence[str] = ()
) -> AsyncIterator[Served]:
    """Serve a stage."""
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    doors = Doors.read(origins=origins, proxies=proxies)
    task = asyncio.create_task(
        serve_web(stage.house, host="127.0.0.1", port=0, ready=ready.set_result, doors=doors, rules=rules)
    )
    waits: set[asyncio.Future[Any]] = {task, ready}
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    served = Served(stage, ready.result() if ready.done() else 0, task)
    try:
        yield served
    finally:
        await served.stop()

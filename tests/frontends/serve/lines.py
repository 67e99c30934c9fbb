"""The far end of a line: a terminal that draws what a session writes, and waits for words without sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pyte

from cequiz.domain.people.student import Student
from cequiz.frontends.serve.host import Host
from cequiz.frontends.serve.peer import Peer
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.session import Session
from cequiz.frontends.tui.outside import OverALine
from cequiz.services.standing import SignedIn, standing
from tests.frontends.tui.stage import Stage

PATIENCE = 60.0
"""Seconds until a test gives up; a machine that is busy needs some of them."""


class FarEnd:
    """A person's terminal."""

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.raw = bytearray()
        self._drawn = pyte.ByteStream(self.screen)
        self._drawn.use_utf8 = True
        self._changed = asyncio.Event()

    def write(self, data: bytes) -> None:
        """Draw."""
        self.raw += data
        self._drawn.feed(data)
        self._changed.set()

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(self.screen.display)

    @property
    def last_words(self) -> str:
        """What came after the screens."""
        return self.raw.rpartition(b"\x1b[?1004l")[2].decode()

    async def until(self, met: Callable[[], object]) -> None:
        """Wait until something holds; looked at whenever something is drawn."""
        async with asyncio.timeout(PATIENCE):
            while not met():
                self._changed.clear()
                await self._changed.wait()

    async def draws(self, *, after: int) -> None:
        """Wait until more than so many bytes have come."""
        await self.until(lambda: len(self.raw) > after)

    async def shows(self, words: str) -> None:
        """Wait until the screen shows words."""
        try:
            await self.until(lambda: words in self.text)
        except TimeoutError:
            raise AssertionError(f"{words!r} is not on the screen:\n{self.text}") from None


def let_in(host: Host, student: Student | None) -> SignedIn | None:
    """Return a student as one who has signed in; None for nobody."""
    return SignedIn(student, standing(host.house.ports(), student.id)) if student is not None else None


class Stay:
    """A session under way, with both of its ends."""

    def __init__(self, host: Host, student: Student | None = None, *, address: str = "192.0.2.1", **more: Any) -> None:
        size = more.pop("size", (80, 24))
        peer = more.pop("peer", None) or Peer(way="ssh", address=address)
        self.far = FarEnd(*size)
        self.session = Session(
            host,
            peer=peer,
            write=self.far.write,
            size=size,
            outside=OverALine("ssh"),
            signed_in=let_in(host, student),
            **more,
        )
        self.task = asyncio.create_task(self.session.run())

    async def code(self) -> int:
        """Wait for the end and return the exit code."""
        return await asyncio.wait_for(asyncio.shield(self.task), PATIENCE)

    async def press(self, keys: bytes, shows: str) -> None:
        """Press keys and wait for what they bring."""
        self.session.feed(keys)
        await self.far.shows(shows)


@asynccontextmanager
async def served(stage: Stage, **rules: Any) -> AsyncIterator[Host]:
    """Serve a stage's house."""
    host = Host(stage.house, ServeRules(**rules))
    async with host.running():
        yield host

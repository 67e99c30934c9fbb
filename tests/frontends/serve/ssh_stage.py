"""An SSH server over a house on fakes, on a real socket, and students who come to it with a real client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
from asyncssh.misc import MaybeAwait

from cequiz.frontends.serve.host import Host
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.session import Session
from cequiz.frontends.serve.ssh import SshServer
from cequiz.frontends.serve.ssh_door import Door
from tests.frontends.tui.stage import PASSPHRASE, Stage

PATIENCE = 60.0
"""Seconds until a test gives up; a machine that is busy needs some of them."""

_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>78]|\x1b\][^\x07]*\x07")


class Served:
    """A server that listens."""

    def __init__(self, stage: Stage, host: Host, server: SshServer, port: int) -> None:
        self.stage = stage
        self.host = host
        self.port = port
        self._server = server

    @property
    def doors(self) -> tuple[Door, ...]:
        """The connections that are open."""
        return self._server.doors

    @asynccontextmanager
    async def client(
        self, user: str, password: str | None = PASSPHRASE, **options: Any
    ) -> AsyncIterator[asyncssh.SSHClientConnection]:
        """Connect as somebody."""
        connection = await asyncssh.connect(
            "127.0.0.1",
            self.port,
            username=user,
            password=password,
            known_hosts=None,
            client_keys=None,
            config=None,
            **options,
        )
        async with connection:
            yield connection

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.01)

    @property
    def session(self) -> Session:
        """The screens of the one who is there."""
        (guest,) = self.host.guests
        assert isinstance(guest, Session)
        return guest


class Screen:
    """What somebody's program shows: everything that came, without what moves the cursor."""

    def __init__(self, process: asyncssh.SSHClientProcess[bytes]) -> None:
        self.process = process
        self.raw = bytearray()
        self._reading = asyncio.create_task(self._read())

    @property
    def text(self) -> str:
        """Return the words that came so far."""
        return _CONTROL.sub(b"", bytes(self.raw)).decode("utf-8", "replace")

    def forget(self) -> None:
        """Look only at what comes from now on."""
        self.raw.clear()

    async def shows(self, *words: str) -> None:
        """Wait until words have come."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not all(word in self.text for word in words):
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"{words} did not come, but: {self.text[-2000:]}") from None

    def type(self, keys: str) -> None:
        """Press keys."""
        self.process.stdin.write(keys.encode())

    async def close(self) -> None:
        """Stop looking."""
        self._reading.cancel()
        await asyncio.wait({self._reading})

    async def _read(self) -> None:
        try:
            while data := await self.process.stdout.read(4096):
                self.raw += data
        except (asyncssh.Error, OSError):
            pass


@asynccontextmanager
async def screens(
    connection: asyncssh.SSHClientConnection, command: str | None = None, **options: Any
) -> AsyncIterator[Screen]:
    """Open a terminal on a connection."""
    process = await connection.create_process(
        command, term_type="xterm-256color", term_size=(80, 24), encoding=None, **options
    )
    screen = Screen(process)
    try:
        yield screen
    finally:
        await screen.close()
        process.close()


@asynccontextmanager
async def serving(home: Path, *, rules: ServeRules | None = None, stage: Stage | None = None) -> AsyncIterator[Served]:
    """Serve a stage with a course over SSH."""
    if stage is None:
        stage = Stage(home)
        stage.load()
    host = Host(stage.house, rules or ServeRules())
    server = SshServer(host)
    async with host.running():
        acceptor = await server.listen("127.0.0.1", 0)
        try:
            yield Served(stage, host, server, acceptor.get_port())
        finally:
            acceptor.close()
            await host.stopping()
            await server.close()
            await acceptor.wait_closed()


class Person(asyncssh.SSHClient):
    """Somebody who answers what the server asks, in order."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.banner = ""

    def auth_banner_received(self, msg: str, lang: str) -> None:
        """Read the banner."""
        self.banner += msg

    def kbdint_auth_requested(self) -> MaybeAwait[str | None]:
        """Let the server ask."""
        return ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Any
    ) -> MaybeAwait[list[str] | None]:
        """Answer with what comes next."""
        self.asked.append((instructions, tuple(prompt for prompt, _ in prompts)))
        return self._answers.pop(0) if self._answers else None

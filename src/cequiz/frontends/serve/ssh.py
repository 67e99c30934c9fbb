"""The SSH server: listens, lets people in by `ssh_door`, answers them by `ssh_line`, and ends in good order.

Everything runs in this process and on one loop; sessions are `session`'s. Nothing of the host is reached from here:
no shell, no file, no forwarding.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING

import asyncssh

from cequiz.errors import CequizError, EnvironmentFailed
from cequiz.frontends.serve.host import Host
from cequiz.frontends.serve.listening import cannot_listen
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.ssh_door import Door, shown_banner, told_to_guest
from cequiz.frontends.serve.ssh_gate import Gate
from cequiz.frontends.serve.ssh_keys import NAME, load_or_make_host_key
from cequiz.frontends.serve.ssh_line import Line
from cequiz.services.signing_in import sign_in
from cequiz.services.standing import SignedIn

if TYPE_CHECKING:
    from cequiz.bootstrap import House

_KEEPALIVE = 30.0
"""Seconds of silence after which the other end is asked whether it is still there; after three times it is not."""

_KEY_EXCHANGES = "*25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256"
"""How keys are exchanged: in ways that cost little, for anybody may ask; mlkem768x25519 where it is known."""

_CIPHERS = "-*cbc*"
"""What is never encrypted with: old ciphers need the empty packets that `ssh_door` leaves out."""

_FAREWELL = 2.0
"""Seconds that the last words have to get out when the server stops."""


class SshServer:
    """One listening server in a host that is running."""

    def __init__(self, host: Host, *, public: tuple[str, int] | None = None) -> None:
        """Make a server; `listen` opens it.

        Args:
            host: the process's sessions.
            public: under which name and port students reach it; None for what each connection came to.
        """
        self._host = host
        self._public = public
        self._gate = Gate(host.rules)
        self._doors: set[Door] = set()
        self._banner = ""

    @property
    def doors(self) -> tuple[Door, ...]:
        """The connections that are open."""
        return tuple(self._doors)

    async def listen(self, host: str, port: int, *, shared: bool = False) -> asyncssh.SSHAcceptor:
        """Begin to listen.

        Args:
            host: the address to listen on.
            port: the port; 0 for a free one.
            shared: whether other processes of this machine listen on the same port.

        Raises:
            EnvironmentFailed: the port cannot be had, or the server's key cannot be used.
        """
        self._banner = await asyncio.to_thread(self._provider_banner)
        key = await asyncio.to_thread(load_or_make_host_key, self._host.house.settings.keys / NAME)
        try:
            return await asyncssh.create_server(
                self._door,
                host,
                port,
                reuse_port=shared or None,
                server_host_keys=[key],
                server_version="cequiz",
                kex_algs=_KEY_EXCHANGES,
                encryption_algs=_CIPHERS,
                login_timeout=0,  # the door's own clock stands still while people wait for the server
                keepalive_interval=_KEEPALIVE,
                keepalive_count_max=2,
                # What unpacks to a thousand times its size is a way to fill the memory.
                compression_algs=None,
                gss_host=None,
                agent_forwarding=False,
                x11_forwarding=False,
                line_editor=False,
            )
        except OSError as error:
            raise cannot_listen(error, host, port) from None

    async def close(self) -> None:
        """Close every connection, once what was said last is on its way."""
        doors = self.doors
        for door in doors:
            if not door.lines:
                door.connection.close()
        closing = [asyncio.ensure_future(door.connection.wait_closed()) for door in doors]
        if closing:
            await asyncio.wait(closing, timeout=_FAREWELL)
        for door in self.doors:
            door.connection.close()
        if closing:
            await asyncio.wait(closing, timeout=_FAREWELL)

    def _door(self) -> Door:
        door = Door(
            gate=self._gate,
            rules=self._host.rules,
            sign_in=self._sign_in,
            banner=self._banner,
            told=lambda error: told_to_guest(error, self._host.house.settings),
            log=lambda words: self._host.journal.note(f"ssh {words}"),
            channel=self._line,
            gone=self._doors.discard,
        )
        self._doors.add(door)
        return door

    def _line(self, door: Door) -> Line:
        return Line(door, self._host, reached=self._public or (door.reached, door.port))

    async def _sign_in(self, name: str, passphrase: str, *, new: str | None, address: str) -> SignedIn:
        house = self._host.house

        def work() -> SignedIn:
            return sign_in(house.ports(), email=name, passphrase=passphrase, new=new, address=address)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._host.doors, copy_context().run, work)
        except CequizError:
            raise
        except Exception as error:
            raise EnvironmentFailed(self._host.unforeseen(error)) from error

    def _provider_banner(self) -> str:
        with self._host.house.ports().store.read() as unit:
            provider = unit.providers.get()
        return shown_banner(provider.name if provider is not None else "")


async def serve_ssh(
    house: House,
    *,
    host: str,
    port: int,
    rules: ServeRules | None = None,
    ready: Callable[[int], None],
    public: tuple[str, int] | None = None,
    shared: bool = False,
) -> None:
    """Serve until the task is cancelled; then nobody is let in any more, and everybody is told and put down.

    Args:
        house: the whole program.
        host: the address to listen on.
        port: the port; 0 for a free one.
        rules: the limits; None for the usual ones.
        ready: called with the port once people can connect.
        public: under which name and port students reach this server; None for what each connection came to.
        shared: whether other processes of this machine listen on the same port.

    Raises:
        EnvironmentFailed: the store cannot be opened, the port cannot be had, or the server's key cannot be used.
    """
    served = Host(house, rules)
    server = SshServer(served, public=public)
    async with served.running():
        acceptor = await server.listen(host, port, shared=shared)
        try:
            ready(acceptor.get_port())
            await asyncio.get_running_loop().create_future()
        finally:
            acceptor.close()
            await served.stopping()
            await server.close()
            await acceptor.wait_closed()

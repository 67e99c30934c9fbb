"""The bare limit of a served key: a server of the same library that sends every key back, and does nothing else.

python -m benchmarks.served.echo ssh|web
"""

from __future__ import annotations

import asyncio
import sys

import asyncssh
from aiohttp import WSMsgType, web
from asyncssh.misc import MaybeAwait


class _Anybody(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> MaybeAwait[bool]:
        """Ask nobody who they are."""
        return False


async def _talk(process: asyncssh.SSHServerProcess[bytes]) -> None:
    process.stdout.write(b"\x1b[2;1Hready")
    while data := await process.stdin.read(4096):
        process.stdout.write(data)
    process.exit(0)


async def _ssh() -> int:
    acceptor = await asyncssh.create_server(
        _Anybody,
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        process_factory=_talk,
        encoding=None,
        line_editor=False,
        compression_algs=None,
    )
    return acceptor.get_port()


async def _line(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_bytes(b"\x1b[2;1Hready")
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            kind, value = message.json()
            if kind == "stdin":
                await socket.send_bytes(value.encode())
    return socket


async def _page(_: web.Request) -> web.Response:
    return web.Response(text="echo")


async def _web() -> int:
    app = web.Application()
    app.add_routes([web.get("/", _page), web.get("/line", _line)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return int(runner.addresses[0][1])


async def _serve(way: str) -> None:
    print(f"port {await (_ssh() if way == 'ssh' else _web())}", flush=True)
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))

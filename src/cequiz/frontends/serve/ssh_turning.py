"""Turning a connection away with a sentence, before it has cost an exchange of keys."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from asyncssh.constants import DEFAULT_LANG, DISC_TOO_MANY_CONNECTIONS

from cequiz.language import tr

if TYPE_CHECKING:
    import asyncssh

    from cequiz.frontends.serve.ssh_gate import Gate

_TOLD_SECONDS = 1.0
"""How long the connection stays open: until its program has read why."""


def turn_away(conn: asyncssh.SSHServerConnection, gate: Gate) -> None:
    """Close a connection that was made just now; with a sentence, unless too many are being told one already.

    A program reads a reason for the end before any keys are exchanged (RFC 4253, 11.1), if only the connection is not
    closed while it still sends its own first words.
    """
    if not gate.tell():
        conn.abort()
        return

    def tell() -> None:
        words = tr("Too many people are at the door. Try again in a few minutes.")
        conn._send_disconnect(DISC_TOO_MANY_CONNECTIONS, words, DEFAULT_LANG)

    def end() -> None:
        gate.has_told()
        conn.abort()

    vars(conn)["data_received"] = _hear_nothing
    loop = asyncio.get_running_loop()
    loop.call_soon(tell)  # when the version has been sent
    loop.call_later(_TOLD_SECONDS, end)


def _hear_nothing(data: bytes, kind: int | None = None) -> None:
    """Take what a connection sends that is being closed."""

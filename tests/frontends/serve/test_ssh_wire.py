"""What goes over the wire of an SSH connection beside what is drawn: nothing."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import asyncssh
import pytest
from asyncssh.constants import MSG_IGNORE

from tests.frontends.serve.ssh_stage import screens, serving


async def test_nothing_is_sent_but_what_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, every frame of everybody's screen is two packets, of which one is empty."""
    empty = list[int]()

    def note(who: object, kind: int, *_: object) -> None:
        if isinstance(who, asyncssh.SSHClientConnection):  # the server hears the empty packets of the program
            empty.append(kind)

    handlers = cast("dict[int, object]", asyncssh.SSHClientConnection._packet_handlers)
    monkeypatch.setitem(handlers, MSG_IGNORE, note)
    async with serving(tmp_path) as served, served.client("exam", None) as connection, screens(connection) as screen:
        await screen.shows("Register")
        assert empty == []


async def test_ciphers_that_need_empty_packets_are_not_spoken(tmp_path: Path) -> None:
    """If this fails, an old program of a student gets a line whose words could be guessed from outside."""
    async with serving(tmp_path) as served:
        with pytest.raises(asyncssh.KeyExchangeFailed):
            async with served.client("exam", None, encryption_algs=["aes256-cbc"]):
                pass

"""A server that is told to end: in good order, however often the same wish reaches it."""

from __future__ import annotations

import asyncio
import os
import signal

from cequiz.frontends.serve.until_told import until_told


def test_the_same_wish_twice_does_not_cut_the_end_short() -> None:
    """If this fails, a restart of several workers loses the last words and what was under way."""
    ended = []

    async def serve() -> None:
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGTERM)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            for _ in range(2):
                os.kill(os.getpid(), signal.SIGTERM)
                await asyncio.to_thread(int)
            ended.append("in good order")

    assert until_told(serve) == 0
    assert ended == ["in good order"]

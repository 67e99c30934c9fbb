"""Refusals that arrive late, and nothing else that does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from cequiz.errors import NotAllowed, PassphraseNeeded
from cequiz.frontends.serve.reluctant import Reluctant


def refuse() -> None:
    raise NotAllowed("No.")


def ask() -> None:
    raise PassphraseNeeded("The one-time code is right.")


@pytest.mark.parametrize(("work", "late"), [(refuse, True), (ask, False), (lambda: None, False)])
async def test_only_who_is_refused_waits(work: Callable[[], None], *, late: bool) -> None:
    """If this fails, whoever guesses at a screen is as quick as the machine, or whoever types rightly waits."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as pool:
        found = asyncio.wrap_future(Reluctant(pool, 0.3).submit(work))
        await loop.run_in_executor(pool, lambda: None)  # the only thread is free again: nobody waits in it
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert found.done() is not late
        done, _ = await asyncio.wait({found})
        assert (done.pop().exception() is None) is (work not in (refuse, ask))


async def test_it_is_busy_until_the_answer_is_told() -> None:
    """If this fails, whoever waits for their sign-in makes room for the next one who comes."""
    hold = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        door = Reluctant(pool, 0.0)
        busy = [door.busy]
        found = asyncio.wrap_future(door.submit(hold.wait, 60.0))
        busy.append(door.busy)
        hold.set()
        await found
        assert [*busy, door.busy] == [False, True, False]

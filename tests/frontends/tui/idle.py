"""Waiting for a screen without sleeping: that an event loop has nothing left to do is looked up, not guessed.

Textual's own `wait_for_idle` sleeps for a fiftieth of a second at a time and takes a process that has computed little
meanwhile for idle. Every key then costs a tenth of a second, and on a machine with much else to do a process that was
not given the processor looks as if it had finished.
"""

from __future__ import annotations

import asyncio
from asyncio import futures
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import pytest

_SOON = 0.02
"""Seconds: what is due by then is waited for; as long as Textual sleeps."""

_DRAWS = 0.002
"""Seconds between two looks at what is to be drawn. Textual sleeps half a millisecond less, and a timer that does not
sleep at all holds the loop for ever where its app has ended meanwhile."""

_THREADS = 0.1
"""Seconds that work in threads is waited for; a test may hold it back for longer."""

Wait = Callable[..., Awaitable[None]]


def waiting(in_threads: list[asyncio.Future[Any]]) -> Wait:
    """Return what waits until the loop has nothing to do, was told to do nothing soon, and no thread works for it.

    Args:
        in_threads: what the loop is told by threads.
    """

    async def until_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
        loop: Any = asyncio.get_running_loop()  # what it has to do is nowhere in its public face
        began = monotonic()
        await asyncio.sleep(min_sleep)
        while monotonic() - began < max_sleep:
            await asyncio.sleep(0)
            if loop._ready:
                continue
            now = loop.time()
            soon = [timer.when() for timer in loop._scheduled if not timer.cancelled() and timer.when() < now + _SOON]
            in_threads[:] = [one for one in in_threads if not one.done()]
            if soon:
                await asyncio.sleep(max(0.0, min(soon) - now))
            elif in_threads and monotonic() - began < _THREADS:
                await asyncio.wait(in_threads, timeout=_SOON, return_when=asyncio.FIRST_COMPLETED)
            else:
                return

    return until_idle


@pytest.fixture(autouse=True)
def quick_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pilot of a screen wait as said above, and take away what goes by the clock.

    The screen draws what has changed almost at once, not 60 times a second; a button that was pressed does not look so
    for a fifth of a second, in which it takes no other press.
    """
    in_threads: list[asyncio.Future[Any]] = []
    wrap_future = futures.wrap_future

    def noted(*arguments: Any, **named: Any) -> asyncio.Future[Any]:
        wrapped = wrap_future(*arguments, **named)
        in_threads.append(wrapped)
        return wrapped

    monkeypatch.setattr("asyncio.futures.wrap_future", noted)
    monkeypatch.setattr("asyncio.wrap_future", noted)
    until_idle = waiting(in_threads)
    monkeypatch.setattr("textual.app.wait_for_idle", until_idle)
    monkeypatch.setattr("textual.pilot.wait_for_idle", until_idle)
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", _DRAWS)
    monkeypatch.setattr("textual.widgets.Button._start_active_affect", lambda _: None)

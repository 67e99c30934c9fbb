"""Running a server until somebody tells the program to end: a signal, or Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress

_ENDS = ("SIGTERM", "SIGINT", "SIGHUP")

SAME_WISH = 2.0
"""Seconds within which a second signal says the same as the first."""


def until_told(serve: Callable[[], Coroutine[object, object, None]]) -> int:
    """Run a server in a loop of its own until SIGTERM, SIGINT or SIGHUP, and return the exit code 0.

    At the first signal its task is cancelled, whereupon it ends in good order; a later one cuts that short. What comes
    within two seconds is the same wish: a terminal, a service manager and a parent may each pass it on.

    Args:
        serve: serves until it is cancelled.

    Raises:
        CequizError: it could not begin.
    """
    with suppress(asyncio.CancelledError):
        asyncio.run(_with_signals(serve))
    return 0


async def _with_signals(serve: Callable[[], Coroutine[object, object, None]]) -> None:
    loop = asyncio.get_running_loop()
    serving = loop.create_task(serve(), name="cequiz server")
    told: float | None = None

    def end() -> None:
        nonlocal told
        if told is None or loop.time() - told > SAME_WISH:
            told = loop.time()
            serving.cancel()

    for name in _ENDS:
        # Not every system has all of them, and only a main thread hears them.
        with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
            number = getattr(signal, name)
            if signal.getsignal(number) is not signal.SIG_IGN:  # what was to be ignored (nohup) stays ignored
                loop.add_signal_handler(number, end)
    await serving

"""Running a server until somebody tells the program to end: a signal, or Ctrl-C."""

from __future__ import annotations

import asyncio
import atexit
import faulthandler
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress

_ENDS = ("SIGTERM", "SIGINT", "SIGHUP")

SAME_WISH = 2.0
"""Seconds within which a second signal says the same as the first."""

HUNG = 30.0
"""Seconds after which a worker whose loop does not turn any more is ended, so that its parent starts another one."""

_STEPS = 10
"""Into so many steps that time is divided."""


def until_told(serve: Callable[[], Coroutine[object, object, None]], *, hung: float | None = None) -> int:
    """Run a server in a loop of its own until SIGTERM, SIGINT or SIGHUP, and return the exit code 0.

    At the first signal its task is cancelled, whereupon it ends in good order; a later one cuts that short. What comes
    within two seconds is the same wish: a terminal, a service manager and a parent may each pass it on.

    Args:
        serve: serves until it is cancelled.
        hung: after so many seconds in which the loop does not turn the process is ended with 1, and the places of its
            threads, without any values, go to the standard error stream; None where nobody would start it again.

    Raises:
        CequizError: it could not begin.
    """
    # What many sessions leave behind goes with the process; the interpreter would look through all of it first.
    atexit.register(gc.freeze)
    with suppress(asyncio.CancelledError):
        asyncio.run(_with_signals(serve, hung))
    return 0


async def _with_signals(serve: Callable[[], Coroutine[object, object, None]], hung: float | None) -> None:
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
    with _ended_when_hung(loop, hung):
        await serving


@contextmanager
def _ended_when_hung(loop: asyncio.AbstractEventLoop, seconds: float | None) -> Iterator[None]:
    """End the process when the loop does not turn for so long.

    A thread counts its own steps, not the clock: a process that was stopped, or a machine that slept, takes none, and
    is not ended when it goes on.
    """
    if seconds is None:
        yield
        return
    over = threading.Event()
    steps = 0
    """Of the thread, since the loop turned last."""
    handle: asyncio.TimerHandle | None = None

    def turn() -> None:
        nonlocal steps, handle
        steps = 0
        handle = loop.call_later(seconds / _STEPS, turn)

    def watch() -> None:
        nonlocal steps
        while not over.wait(seconds / _STEPS):
            steps += 1
            if steps > _STEPS:
                faulthandler.dump_traceback(sys.__stderr__ or 2, all_threads=True)
                os._exit(1)

    turn()
    threading.Thread(target=watch, name="cequiz-watch", daemon=True).start()
    try:
        yield
    finally:
        over.set()
        if handle is not None:
            handle.cancel()

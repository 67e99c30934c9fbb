"""Looking at passphrases without haste: whoever is refused is told a moment later, so that guessing is slow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

from cequiz.errors import NotAllowed, PassphraseNeeded

P = ParamSpec("P")
T = TypeVar("T")


class Reluctant(Executor):
    """Threads whose refusals arrive late; no thread waits for that."""

    def __init__(self, pool: Executor, seconds: float) -> None:
        """Take the threads, and how late; to be used in a loop.

        Args:
            pool: does the work; it is not shut down from here.
            seconds: that a refusal waits.
        """
        self._pool = pool
        self._seconds = seconds
        self._last: Future[Any] | None = None

    @property
    def busy(self) -> bool:
        """Whether what was asked for last is still being done, or about to be told."""
        return self._last is not None and not self._last.done()

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have something done; its future cannot be cancelled."""
        told: Future[T] = Future()
        self._last = told
        told.set_running_or_notify_cancel()
        loop = asyncio.get_running_loop()

        def tell(done: Future[T]) -> None:
            error = CancelledError() if done.cancelled() else done.exception()
            if error is None:
                told.set_result(done.result())
            else:
                told.set_exception(error)

        def finished(done: Future[T]) -> None:
            if not done.cancelled() and _refuses(done.exception()):
                with suppress(RuntimeError):  # the loop has ended: nobody waits to be told
                    loop.call_soon_threadsafe(loop.call_later, self._seconds, tell, done)
            else:
                tell(done)

        self._pool.submit(work, *args, **kwargs).add_done_callback(finished)
        return told

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing: who owns the pool ends it."""


def _refuses(error: BaseException | None) -> bool:
    """Whether somebody was refused; a one-time code that is right is no refusal."""
    return isinstance(error, NotAllowed) and not isinstance(error, PassphraseNeeded)

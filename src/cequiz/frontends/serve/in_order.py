"""Deeds of many people in few threads: each person's own one after the other, those of different people side by side.

A thread a person would wait for the store most of its life. A deed that was asked for is done, also when nobody waits
for it any more.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class InOrder(Executor):
    """One person's queue of deeds, done by the threads of a pool that many share."""

    def __init__(self, pool: Executor) -> None:
        """Make a queue.

        Args:
            pool: does the deeds; it is not shut down from here.
        """
        self._pool = pool
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], None]] = deque()
        self._busy = False
        self._closed = False

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a deed; its future cannot be cancelled.

        Raises:
            RuntimeError: the queue has been closed.
        """
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # from here on nobody can take it back

        def deed() -> None:
            try:
                future.set_result(work(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - it is raised where somebody asks for the result
                future.set_exception(error)

        with self._lock:
            if self._closed:
                msg = "deeds cannot be asked for after the end"
                raise RuntimeError(msg)
            self._waiting.append(deed)
            begin, self._busy = not self._busy, True
        if begin:
            self._pool.submit(self._go)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more deeds. What is queued is done; nobody waits here, who owns the pool does."""
        with self._lock:
            self._closed = True

    def _go(self) -> None:
        """Do one deed, then queue up behind the others' again."""
        with self._lock:
            deed = self._waiting.popleft()
        deed()
        with self._lock:
            more = self._busy = bool(self._waiting)  # read again outside, it may be somebody else's answer
        if more:
            self._again()

    def _again(self) -> None:
        try:
            self._pool.submit(self._go)
        except RuntimeError:  # the pool takes no more; what was asked for before that is done here
            self._go()

"""Threads for what is written, which the end of the process does not wait for: what they wait for may never come.

The threads of `concurrent.futures` are joined when the interpreter ends, however long that takes. Whoever serves waits
for its deeds as long as it thinks right; a transaction that is still open then ends with the process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class DeedThreads(Executor):
    """A few threads that do what is submitted, in the order of coming."""

    def __init__(self, count: int, *, name: str) -> None:
        """Make the executor; threads begin when something is submitted.

        Args:
            count: how many threads there are at most.
            name: what their names begin with.
        """
        self._count = count
        self._name = name
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._over = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a deed.

        Raises:
            RuntimeError: it is over.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._over:
                msg = "nothing is done any more"
                raise RuntimeError(msg)
            self._waiting.put(partial(_do, future, partial(fn, *args, **kwargs)))
            if len(self._threads) < self._count:
                name = f"{self._name}-{len(self._threads)}"
                self._threads.append(threading.Thread(target=self._work, name=name, daemon=True))
                self._threads[-1].start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more.

        Args:
            wait: whether to return only when everything is done.
            cancel_futures: ignored: what was asked for is done.
        """
        with self._lock:
            if not self._over:
                self._over = True
                for _ in self._threads:
                    self._waiting.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _work(self) -> None:
        while (deed := self._waiting.get()) is not None:
            deed()
            del deed  # nothing of it is kept until the next


def _do(future: Future[Any], deed: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        found = deed()
    except BaseException as error:  # noqa: BLE001 - it is whoever waits for the future who hears of it
        future.set_exception(error)
    else:
        future.set_result(found)

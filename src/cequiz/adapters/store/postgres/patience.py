"""Lines on which nobody waits for ever: a server that stalls is taken for gone.

A server may stop answering while its machine keeps every line open: it is suspended, swaps, or its disk hangs. No
setting of the server ends a wait then, and TCP sees nothing wrong. So each answer of the server is waited for so long
and no longer; the line is closed, and whoever used it does what they do when a line is lost.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

T = TypeVar("T")

_INTERVAL = 0.1
"""Seconds between two looks of the driver for an interruption, as it has them itself."""


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that closes itself when the server has not answered for `patience` seconds."""

    patience: float | None = None
    """The most seconds to wait for one answer; None for ever."""

    def wait(self, gen: PQGen[T], interval: float = _INTERVAL, timeout: float | None = None) -> T:
        """Wait for the server, as every statement of the driver does.

        Args:
            gen: what is waited for.
            interval: seconds between two looks for an interruption.
            timeout: the caller's own limit, who knows what it means; None for ours.

        Raises:
            psycopg.OperationalError: the server did not answer in time, and the connection is closed.
        """
        if timeout is not None or self.patience is None:
            return super().wait(gen, interval, timeout)
        ends = time.monotonic() + self.patience
        try:
            return super().wait(gen, interval, self.patience)
        except psycopg.OperationalError as error:
            if error.sqlstate is None and not self.closed and time.monotonic() >= ends:
                self.close()
                msg = f"the server has not answered for {self.patience:.0f} s"
                raise psycopg.OperationalError(msg) from None
            raise


@contextmanager
def within(driver: Any, seconds: float) -> Iterator[None]:
    """Wait less long than usual on a connection while the context lasts."""
    usual, driver.patience = driver.patience, seconds
    try:
        yield
    finally:
        driver.patience = usual

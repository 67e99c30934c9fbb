"""A value that takes long to read, and is read once until it is forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """What was read last.

    A reading that began before `forget` may not know of what made it out of date; it is neither kept nor returned.
    """

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._kept: list[T] = []
        self._age = 0
        """How often it was forgotten."""

    def forget(self) -> None:
        """Let it be read anew when it is asked for next."""
        self._age += 1
        self._kept.clear()

    async def get(self) -> T:
        """Return the value, reading it if need be, and reading it again if it was forgotten meanwhile."""
        while not self._kept:
            age, found = self._age, await self._read()
            if age == self._age:
                self._kept[:] = [found]
        return self._kept[0]

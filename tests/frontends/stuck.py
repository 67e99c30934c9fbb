"""A store that cannot be written while it is stuck."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cequiz.errors import StorageBusy
from tests.fakes import FakeStore, FakeUnit


class StuckStore(FakeStore):
    """Refuses every write while `stuck` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.stuck = False

    def stick(self) -> None:
        """Refuse from now on."""
        self.stuck = True

    def free(self) -> None:
        """Work again."""
        self.stuck = False

    @contextmanager
    def write(self) -> Iterator[FakeUnit]:
        """Refuse while stuck."""
        if self.stuck:
            raise StorageBusy("Another program holds the store.", hint="Wait a moment.")
        with super().write() as unit:
            yield unit

"""Following long work of the store: how many bytes are done, and whether it should stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from cequiz.errors import Stopped
from cequiz.language import tr


class Follower:
    """Whom a backup tells how many bytes are done, and asks whether to go on."""

    def __init__(
        self, total: int, progress: Callable[[int, int], None] | None, stop: Callable[[], bool] | None
    ) -> None:
        self._total = total
        self._progress = progress
        self._stop = stop
        self._done = 0

    def at(self, done: int) -> bool:
        """Tell how far it is; return whether to stop."""
        if self._progress is not None:
            self._progress(min(self._done + done, self._total), self._total)
        return self._stop is not None and self._stop()

    def add(self, size: int) -> None:
        """Tell that so many bytes more are done.

        Raises:
            Stopped: it should stop.
        """
        self._done += size
        if self.at(0):
            self._stopped()

    def part_of(self, size: int) -> Callable[[int], None]:
        """Return what is told of pieces of a part whose size is only about known; `add` closes the part.

        Args:
            size: bytes of the part, about.
        """
        done = 0

        def told(piece: int) -> None:
            nonlocal done
            done = min(done + piece, size)
            if self.at(done):
                self._stopped()

        return told

    def finish(self) -> None:
        """Tell that everything is done."""
        self._done = self._total
        self.at(0)

    def _stopped(self) -> NoReturn:
        raise Stopped(tr("The backup was stopped."), hint=tr("No file was written."))


class Pace:
    """Whom a look through the records tells how far it is, and asks whether to go on."""

    def __init__(
        self, total: int, progress: Callable[[int, int], None] | None, stop: Callable[[], bool] | None
    ) -> None:
        self._total = total
        self._progress = progress
        self._stop = stop
        self._done = 0

    def step(self, count: object) -> None:
        """Tell that so many records more are done.

        Args:
            count: how many; nothing where a damaged record has no number there.

        Raises:
            Stopped: it should stop.
        """
        self._done += count if isinstance(count, int) else 0
        if self._progress is not None:
            self._progress(max(0, min(self._done, self._total)), self._total)
        if self._stop is not None and self._stop():
            raise checking_stopped()


def checking_stopped() -> Stopped:
    """Return what is raised where a look through the records was stopped."""
    return Stopped(tr("The check was stopped."), hint=tr("What was not looked at may differ all the same."))

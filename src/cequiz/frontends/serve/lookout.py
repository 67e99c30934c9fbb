"""Who looks at the records for everybody: whether others have written to the exams that are sat in this process.

Each screen for itself would ask the store every second, in a thread: with a hundred screens a fifth of a core, to
learn that nothing has happened. Here all of them are one look. It only says how far the records of an attempt go;
what stands there, and what is to be done about it, the screen finds out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from cequiz.errors import CequizError

if TYPE_CHECKING:
    from cequiz.services.ports import Ports

EVERY = 0.5
"""Seconds between two looks: with the second that a screen takes to ask, news are there within two."""

_STALE = 5.0
"""Seconds after which what was seen says nothing any more, and an attempt that nobody asks for is forgotten."""


class Lookout:
    """Knows how far the records of the attempts go that it is asked for."""

    def __init__(
        self, ports: Callable[[], Ports], now: Callable[[], float], *, unforeseen: Callable[[BaseException], object]
    ) -> None:
        """Make a lookout; it looks while `run` runs.

        Args:
            ports: returns the outside world; called in a thread.
            now: seconds of a clock that is only good for differences.
            unforeseen: records what nobody expected; the lookout goes on.
        """
        self._ports = ports
        self._now = now
        self._unforeseen = unforeseen
        self._asked: dict[str, float] = {}
        self._seen: Mapping[str, int] = {}
        self._at = now()

    def seq(self, attempt_id: str) -> int | None:
        """Return how many events an attempt had at the last look; None where that is long ago, or never."""
        now = self._asked[attempt_id] = self._now()
        return self._seen.get(attempt_id) if now - self._at < _STALE else None

    async def run(self) -> None:
        """Look again and again."""
        while True:
            await asyncio.sleep(EVERY)
            await self.look()

    async def look(self) -> None:
        """Look once at every attempt that was asked for just now; a store that does not answer has nothing to tell."""
        now = self._now()
        self._asked = {one: at for one, at in self._asked.items() if now - at < _STALE}
        try:
            self._seen = await asyncio.to_thread(self._look, tuple(self._asked)) if self._asked else {}
        except CequizError:
            self._seen = {}
        except Exception as error:  # noqa: BLE001 - the boundary: who looks for everybody must go on looking
            self._seen = {}
            self._unforeseen(error)
        self._at = now

    def _look(self, attempts: Sequence[str]) -> Mapping[str, int]:
        with self._ports().store.read() as unit:
            return unit.attempts.seqs(attempts)

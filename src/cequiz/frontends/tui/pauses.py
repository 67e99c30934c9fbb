"""Fewer and shorter pauses of Python's collector of garbage while one person is at a screen.

A full collection looks at every object, libraries and all: a sixth of a second in the midst of somebody's typing. What
was there when the first screen stood is left out of it, and the young are looked at less often. Many screens in one
process are another matter: see `frontends.serve.collecting`.
"""

from __future__ import annotations

import gc

_YOUNG = 10_000
"""Objects between two looks at the youngest; a screen that is drawn anew makes some thousands, which soon go."""


class Pauses:
    """What one app has changed of the process's collector."""

    def __init__(self) -> None:
        self._before: tuple[int, int, int] | None = None

    def spare(self) -> None:
        """Leave out what is there now; to be called when the first screen stands."""
        if self._before is None:
            self._before = gc.get_threshold()
            gc.freeze()
            gc.set_threshold(max(self._before[0], _YOUNG), *self._before[1:])

    def end(self) -> None:
        """Have everything as before."""
        if self._before is not None:
            gc.unfreeze()
            gc.set_threshold(*self._before)
            self._before = None

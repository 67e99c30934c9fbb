"""Drawn lines that go away by themselves.

Textual 8.2 lets a line that is cut into one piece, itself, remember itself as the piece. So every line that was ever
drawn waits for Python's collector: with 100 people who press a key a second, five megabytes a second. While many are
served such a line remembers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from textual.strip import Strip


@contextmanager
def forgetful() -> Iterator[None]:
    """Let no line remember itself while the context lasts; for every app of this process."""
    divide = Strip.divide

    def divide_unless_whole(strip: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
        length = strip.cell_length
        wanted = [cut for cut in cuts if cut <= length]
        return [strip] if wanted == [length] else divide(strip, wanted)

    Strip.divide = divide_unless_whole  # type: ignore[method-assign,assignment]  # a method, as the other
    try:
        yield
    finally:
        Strip.divide = divide  # type: ignore[method-assign]  # the one that was there

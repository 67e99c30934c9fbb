"""What a long list knows of its rows: windows of them, which are out of date, and what it has to ask for next.

It knows neither widgets nor threads, so that it can be reasoned about: whoever fetches asks `next_wanted` and hands
over what came with `take`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CHUNK = 100
"""Rows that are asked for at once."""

KEPT = 20
"""So many windows are kept; those that are farthest from what is seen are forgotten."""


@dataclass(frozen=True)
class ListRow:
    """One row: an id, and a text for each column."""

    id: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """Some rows, and how many there are in all."""

    rows: Sequence[ListRow]
    total: int


@dataclass(frozen=True)
class Wanted:
    """A window that somebody should fetch."""

    question: int
    chunk: int

    @property
    def offset(self) -> int:
        """The place of its first row."""
        return self.chunk * CHUNK


class RowShelf:
    """Windows of rows of one question; while a new question has no answer, those of the one before stay."""

    def __init__(self) -> None:
        self._question = 0
        self._chunks: dict[int, Sequence[ListRow]] = {}
        self._outdated: set[int] = set()
        self._asked: set[int] = set()
        self.unanswered = False
        """Whether the question has no answer yet."""
        self.total: int | None = None
        """How many rows there are; None until the first answer ever."""

    def begin(self) -> None:
        """Begin a new question; answers to the one before are not wanted any more."""
        self._question += 1
        self._asked = set()
        self.unanswered = True

    def stale(self) -> None:
        """Let everything be asked for anew, as it comes into sight; until then it stays."""
        self._question += 1
        self._asked = set()
        self._outdated = set(self._chunks)

    def put(self, rows: Sequence[ListRow]) -> None:
        """Hold these rows and no others, and want nothing."""
        self._question += 1
        self._chunks = {place // CHUNK: tuple(rows[place : place + CHUNK]) for place in range(0, len(rows), CHUNK)}
        self._outdated, self._asked, self.unanswered = set(), set(), False
        self.total = len(rows)

    def row(self, place: int) -> ListRow | None:
        """Return a row by its place, where it is known."""
        chunk = self._chunks.get(place // CHUNK, ())
        within = place % CHUNK
        return chunk[within] if within < len(chunk) else None

    def place_of(self, row_id: str) -> int | None:
        """Return the place of a row by its id, where it is known."""
        for chunk, rows in self._chunks.items():
            for within, row in enumerate(rows):
                if row.id == row_id:
                    return chunk * CHUNK + within
        return None

    @property
    def settled(self) -> bool:
        """Whether nothing that is held is out of date."""
        return not self._outdated

    def next_wanted(self, first: int, last: int) -> Wanted | None:
        """Return what to fetch next, where these places are seen; it is not returned again.

        Args:
            first: the first place in sight.
            last: the last one.
        """
        top, bottom = (0, 0) if self.unanswered else (first // CHUNK, last // CHUNK)
        for chunk in range(top, bottom + 1):
            missing = self.unanswered or chunk not in self._chunks or chunk in self._outdated
            if missing and chunk not in self._asked:
                self._asked.add(chunk)
                return Wanted(self._question, chunk)
        return None

    def still_wanted(self, wanted: Wanted) -> bool:
        """Whether nobody has asked anything else since."""
        return wanted.question == self._question

    def take(self, wanted: Wanted, answer: Rows) -> None:
        """Keep an answer that is still wanted."""
        if self.unanswered:
            self._chunks, self._outdated, self.unanswered = {}, set(), False
        elif answer.total != self.total:  # rows came or went: what lies elsewhere has moved
            self._outdated |= set(self._chunks)
            self._asked -= self._outdated - {wanted.chunk}
        self.total = answer.total
        self._chunks[wanted.chunk] = tuple(answer.rows)
        self._outdated.discard(wanted.chunk)
        for chunk in sorted(self._chunks, key=lambda one: abs(one - wanted.chunk))[KEPT:]:
            del self._chunks[chunk]
            self._outdated.discard(chunk)
            self._asked.discard(chunk)

    def give_up(self, wanted: Wanted) -> None:
        """Say that something could not be fetched; a new question has no answer then, and the old rows stay."""
        if self.still_wanted(wanted):
            self.unanswered = False
            self._outdated.discard(wanted.chunk)

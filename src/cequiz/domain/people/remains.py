"""What the house still says of a person beside the records that a purge deletes, and how it is recognised.

Audit records name ids. What somebody typed about a person, and what a correction changed, stands in a few known
places of their details: a purge puts one word there, and leaves who did which deed, when, and to which id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from cequiz.domain.canonical import Json
from cequiz.domain.people.student import Licence

BLOT = "purged"
"""The word that stands where something was taken out."""

_TELLING = frozenset({"name", "email", "licences", "reason", "note", "text"})
"""Where details say something of a person in words: what a correction changed, and what somebody typed."""

_SHORTEST_NUMBER = 4
"""Characters of a licence number that is looked for without its state: a shorter one stands everywhere."""

_ZIP = 5
"""Digits of a ZIP code, which stands after its state in every address."""


def blotted(details: Mapping[str, Json]) -> dict[str, Json] | None:
    """Return an audit record's details without what they say of a person; None where they say nothing."""
    found = {name for name in _TELLING & details.keys() if details[name] not in ("", None, BLOT)}
    return {name: BLOT if name in found else value for name, value in details.items()} if found else None


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everything by which the records ever called a person."""

    names: frozenset[str]
    emails: frozenset[str]
    licences: frozenset[Licence]

    @property
    def words(self) -> tuple[str, ...]:
        """What only a text that tells of the person holds, one of it at least."""
        spaced = (f"{one.state} {one.number}" for one in self.licences if _spaced(one.number))
        numbers = (one.number for one in self.licences if _telling(one.number))
        found = {*self.names, *self.emails, *(str(one) for one in self.licences), *spaced, *numbers}
        return tuple(sorted(one for one in found if one))

    @property
    def bare(self) -> tuple[str, ...]:
        """Numbers of licences that may be anything else as well, such as a year, or the number of a provider."""
        found = {one.number for one in self.licences if len(one.number) >= _SHORTEST_NUMBER}
        return tuple(sorted(one for one in found if not _telling(one)))

    @cached_property
    def finder(self) -> Finder:
        """Look for all of it."""
        return Finder(self.words, bare=self.bare)


class Trace(IntEnum):
    """What a text says of a person."""

    NONE = 0
    MAY = 1
    """What may be the person's, and may be anything else."""
    NAMES = 2


class Finder:
    """Looks for words in texts: whole words, whatever their capitals and however the lines break."""

    def __init__(self, words: Iterable[str], *, bare: Iterable[str] = ()) -> None:
        """Take what is looked for; nothing finds nothing.

        Args:
            words: what stands for the person and for nobody else.
            bare: what may stand for anything else as well.
        """
        self._words = tuple(one for word in words if (one := flat(word)))
        self._bare = tuple(one for word in bare if (one := flat(word)))

    def finds(self, text: str) -> bool:
        """Whether one of the words stands in a text; those that may stand for anything else do not count."""
        return self.trace(flat(text)) is Trace.NAMES

    def trace(self, text: str, *, sheet: bool = False) -> Trace:
        """Return what a text says of the person.

        Args:
            text: what is looked through, as `flat` makes it.
            sheet: whether it is the content of a program's file, where any letter may be a number of the program's.
        """
        found = [word for word in self._words if word in text]
        if any(_stands(word, text, sheet=sheet) for word in found):
            return Trace.NAMES
        bare = any(word in text and _stands(word, text, sheet=sheet) for word in self._bare)
        return Trace.MAY if bare or (sheet and found) else Trace.NONE


def flat(text: str) -> str:
    """Return a text in which words are found whatever their capitals and however the lines break."""
    return " ".join(text.casefold().split())


def _stands(word: str, text: str, *, sheet: bool) -> bool:
    """Whether a word stands apart in a text: from letters of any script, or in a sheet from plain ones."""
    letter = "[0-9a-z]" if sheet else r"\w"
    return re.search(rf"(?<!{letter}){re.escape(word)}(?!{letter})", text) is not None


def _telling(number: str) -> bool:
    """Whether a licence's number stands for the licence wherever it is: long enough, of letters and digits."""
    mixed = any(map(str.isalpha, number)) and any(map(str.isdigit, number))
    return mixed and len(number) >= _SHORTEST_NUMBER


def _spaced(number: str) -> bool:
    """Whether a number after its state and a space is a licence: short ones are anything, five digits a ZIP code."""
    return len(number) >= _SHORTEST_NUMBER and not (len(number) == _ZIP and number.isdigit())

"""What the house still says of a person beside the records that a purge deletes, and how it is recognised.

Audit records name ids. What somebody typed about a person, and what a correction changed, stands in a few known
places of their details: a purge puts one word there, and leaves who did which deed, when, and to which id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cequiz.domain.canonical import Json
from cequiz.domain.people.student import Licence

BLOT = "purged"
"""The word that stands where something was taken out."""

_TELLING = frozenset({"name", "email", "licences", "reason", "note", "text"})
"""Where details say something of a person in words: what a correction changed, and what somebody typed."""

_SHORTEST_NUMBER = 4
"""Characters of a licence number that is looked for without its state: a shorter one stands everywhere."""


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
        """What a text that tells of the person holds, one of it at least."""
        numbers = (one.number for one in self.licences if len(one.number) >= _SHORTEST_NUMBER)
        found = {*self.names, *self.emails, *(str(one) for one in self.licences), *numbers}
        return tuple(sorted(one for one in found if one))


class Finder:
    """Looks for words in texts: whole words, whatever their capitals and however the lines break."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words; none find nothing."""
        patterns = [r"\s+".join(map(re.escape, word.casefold().split())) for word in words if word.strip()]
        any_of = "|".join(patterns) or "(?!)"
        self._whole = re.compile(rf"(?<!\w)(?:{any_of})(?!\w)")
        self._part = re.compile(any_of)

    def finds(self, text: str, *, whole: bool = True) -> bool:
        """Whether one of the words stands in a text.

        Args:
            text: what is looked through.
            whole: whether words must stand apart; in a file of a program, letters are beside numbers of the program.
        """
        return (self._whole if whole else self._part).search(text.casefold()) is not None

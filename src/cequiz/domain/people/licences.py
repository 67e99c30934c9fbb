"""What licence numbers of a state look like: enough to ask whether somebody mistyped, never enough to refuse.

Formats are data with a source and a date; boards change them without telling, so a number that does not fit is worth
a word and an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cequiz.domain.people.student import Licence
from cequiz.language import tr


@dataclass(frozen=True, kw_only=True)
class LicenceFormat:
    """The numbers of one state."""

    state: str
    pattern: str
    """A regular expression for the whole number, in capitals and without spaces."""
    example: str
    source: str
    checked_on: date

    def fits(self, number: str) -> bool:
        """Whether a number looks like one; capitals and spaces do not count."""
        return re.fullmatch(self.pattern, "".join(number.split()).upper()) is not None


def odd_licences(licences: Iterable[Licence], formats: Iterable[LicenceFormat]) -> tuple[str, ...]:
    """Return a sentence for each licence that does not look like those of its state."""
    known = {one.state.casefold(): one for one in formats}
    return tuple(
        tr(
            "{licence} does not look like a licence of {state}, such as {example}.",
            licence=licence,
            state=known[licence.state.casefold()].state,
            example=known[licence.state.casefold()].example,
        )
        for licence in licences
        if licence.state.casefold() in known and not known[licence.state.casefold()].fits(licence.number)
    )

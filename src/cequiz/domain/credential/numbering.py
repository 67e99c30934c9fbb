"""Certificate numbers: `CQ-2026-000123`, and `-R1` for the first correction of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cequiz.errors import Refused
from cequiz.language import tr

_NUMBER = re.compile(r"CQ-(?P<year>\d{4})-(?P<sequence>\d{6,9})(?:-R(?P<revision>[1-9]\d{0,2}))?")


@dataclass(frozen=True)
class Number:
    """A certificate number: year of issue, sequence in that year from 1, revision from 0."""

    year: int
    sequence: int
    revision: int = 0

    def __str__(self) -> str:
        suffix = f"-R{self.revision}" if self.revision else ""
        return f"CQ-{self.year:04}-{self.sequence:06}{suffix}"

    def corrected(self) -> Number:
        """Return the number of the next correction."""
        return replace(self, revision=self.revision + 1)


def parse_number(text: str) -> Number:
    """Return a number from what a person typed; case and surrounding space do not matter.

    Raises:
        Refused: it is not a certificate number.
    """
    found = _NUMBER.fullmatch(text.strip().upper())
    if not found:
        raise Refused(
            tr("{text!r} is not a certificate number.", text=text), hint=tr("A number looks like CQ-2026-000123.")
        )
    return Number(int(found["year"]), int(found["sequence"]), int(found["revision"] or 0))

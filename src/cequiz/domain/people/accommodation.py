"""A person's accommodation: what makes an exam fair for them. It follows the person to every exam.

It changes how long and in what form an exam is sat, never what a score says; scores, exports and certificates do not
show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cequiz.domain.canonical import Json

FACTORS = (Fraction(1), Fraction(5, 4), Fraction(3, 2), Fraction(2))
"""The factors that providers grant: none, time and a quarter, time and a half, double time."""


@dataclass(frozen=True, kw_only=True)
class Accommodation:
    """What was granted to a person."""

    factor: Fraction = Fraction(1)
    """Every time limit is multiplied by it."""
    untimed: bool = False
    """No time limit at all; the closing window of an exam still counts."""
    breaks: bool = False
    """Stop-clock breaks: the clock stands still while the exam is left."""
    spacious: bool = False
    """The person prefers large spacing."""
    plain: bool = False
    """The person prefers line mode."""

    def to_json(self) -> dict[str, Json]:
        """Return the profile as canonical JSON values."""
        return {
            "factor": str(self.factor),
            "untimed": self.untimed,
            "breaks": self.breaks,
            "spacious": self.spacious,
            "plain": self.plain,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Accommodation:
        """Rebuild a profile from `to_json`."""
        return cls(
            factor=Fraction(str(data["factor"])),
            untimed=data["untimed"] is True,
            breaks=data["breaks"] is True,
            spacious=data["spacious"] is True,
            plain=data["plain"] is True,
        )

"""What single boards demand beyond good practice, as data with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The stricter rules of one board.

    Attributes:
        name: as `--profile` takes it.
        title: as messages name it.
        options: the exact number of options of an item.
        allowed_types: the question types that its scored exams allow.
        least_pass_mark: in percent.
        source: where the rules stand.
        checked_on: when that was last read.
    """

    name: str
    title: str
    options: int
    allowed_types: frozenset[str]
    least_pass_mark: Fraction
    source: str
    checked_on: str


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "ncbtmb": Profile(
            name="ncbtmb",
            title="NCBTMB",
            options=4,
            # "Multiple choice" there means one best answer of four.
            allowed_types=frozenset({"single"}),
            least_pass_mark=Fraction(70),
            source="NCBTMB, rules for home-study exams (FAQ for approved providers)",
            checked_on="2026-11-22",
        )
    }
)
"""Every profile by name."""

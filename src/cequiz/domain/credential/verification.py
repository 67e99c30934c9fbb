"""What verifying means: every printed field is compared with the record, and the record's life is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cequiz.domain.credential.facts import SPECIMEN, Facts


class Standing(StrEnum):
    """What a certificate is worth."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"
    SPECIMEN = "specimen"
    ALTERED = "altered"
    UNKNOWN = "unknown"
    """This store has no such certificate."""


_BY_STATUS = {"issued": Standing.VALID} | {
    one.value: one for one in (Standing.SUPERSEDED, Standing.SUSPENDED, Standing.REVOKED, Standing.EXPIRED)
}


@dataclass(frozen=True)
class Difference:
    """One field that does not read as it was issued."""

    label: str
    printed: str
    recorded: str


@dataclass(frozen=True)
class Verdict:
    """The answer, with every field that differs."""

    standing: Standing
    differences: tuple[Difference, ...] = ()

    @property
    def good(self) -> bool:
        """Whether it is genuine and in force."""
        return self.standing is Standing.VALID


def compare(printed: Mapping[str, str], facts: Facts | None, status: str | None) -> Verdict:
    """Compare a printed certificate with its record.

    Args:
        printed: field name to text, as read from the page; runs of space count as one.
        facts: the frozen facts; None when no record was found.
        status: the newest status of the record.
    """
    if facts is None:
        return Verdict(Standing.SPECIMEN if _folded(printed.get("specimen", "")) == SPECIMEN else Standing.UNKNOWN)
    recorded = {field.name: field for field in facts.printed_fields()}
    differences = tuple(
        Difference(field.label, printed.get(name, ""), field.text)
        for name, field in recorded.items()
        if _folded(printed.get(name, "")) != _folded(field.text)
    )
    differences += tuple(
        Difference(name, text, "") for name, text in printed.items() if name not in recorded and _folded(text)
    )
    if differences:
        return Verdict(Standing.ALTERED, differences)
    if facts.is_specimen:
        return Verdict(Standing.SPECIMEN)
    return Verdict(standing_of(status))


def standing_of(status: str | None) -> Standing:
    """Return what a certificate of this status is worth."""
    return _BY_STATUS.get(status or "", Standing.UNKNOWN)


def _folded(text: str) -> str:
    return " ".join(text.split())

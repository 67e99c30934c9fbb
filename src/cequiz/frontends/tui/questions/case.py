"""A case: its questions are asked one by one, each with the story above it, and each has a type of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.bank.question import CaseOf


def part_words(case: CaseOf) -> str:
    """Return which part of its case a question is."""
    return tr("Part {place} of {length} of a case", place=case.place, length=case.length)

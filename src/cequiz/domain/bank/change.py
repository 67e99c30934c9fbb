"""One thing that is different between two versions of a bank, as a value; how it is said is for the front ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What about a question, or about the bank, is different."""

    ADDED = "added"
    """`after` is the stem."""
    REMOVED = "removed"
    """`before` is the stem."""
    TYPE = "type"
    KEY = "key"
    ACCEPTED = "accepted"
    """Which typed answers are taken."""
    TOLERANCE = "tolerance"
    UNIT = "unit"
    SPELLING = "spelling"
    SCORING = "scoring"
    POINTS = "points"
    KEY_REWORDED = "key-reworded"
    """The right option is still the same one and says something else."""
    DISTRACTOR_REWORDED = "distractor-reworded"
    OPTION_REWORDED = "option-reworded"
    """Of a type where no option is right or wrong by itself."""
    OPTION_ADDED = "option-added"
    OPTION_REMOVED = "option-removed"
    OPTION_PINNED = "option-pinned"
    STEM = "stem"
    VIGNETTE = "vignette"
    TEXT = "text"
    """The running text of a cloze."""
    LEFT_REWORDED = "left-side-reworded"
    POINT_MOVED = "point-moved"
    FIGURE = "figure"
    FIGURE_REDRAWN = "figure-redrawn"
    SHUFFLE = "shuffle"
    OBJECTIVE = "objective"
    COGNITIVE = "cognitive"
    DIFFICULTY = "difficulty"
    CLAIM = "claim"
    TESTS = "tests"
    ASPECT = "aspect"
    ENEMIES = "enemies"
    REVIEW = "review"
    REVIEWER = "reviewer"
    BLIND = "blind-readings"
    """Who answered it without sight of the key, and whether they agreed with it."""
    REFERENCES = "references"
    RATIONALE = "rationale"
    WAIVE = "waive"
    VERSION = "version"
    BANK = "bank"
    """A field of the bank as a whole; `part` is its name."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different.

    Attributes:
        kind: what it is about.
        question: its id; empty for the bank as a whole.
        before: what it was, in words of the bank; empty where there was nothing.
        after: what it is.
        part: which option, pair, blank, point or field, by its letter or number and its id; empty for the whole.
    """

    kind: ChangeKind
    question: str
    before: str
    after: str
    part: str = ""

"""A report as a value: columns, rows and what is said beside them. Every face and every file format is made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cequiz.domain.canonical import Json


class Align(StrEnum):
    """On which side of its column a value stands."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True)
class Column:
    """One column."""

    key: str
    """The name in JSON and in the heading of a CSV file: stable, never translated."""
    heading: str
    """The heading for people."""
    align: Align = Align.LEFT


@dataclass(frozen=True, kw_only=True)
class Report:
    """A finished report; the values of a row stand under the columns' keys."""

    id: str
    """Such as `results`."""
    title: str
    made_at: datetime
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Json]]
    notes: tuple[str, ...] = ()
    """Sentences below it: sources, what was counted, what was left out."""
    summary: Mapping[str, Json] = field(default_factory=dict)
    """Figures over all rows, by stable names; JSON has them."""

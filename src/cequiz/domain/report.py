"""A report as a value: columns, rows and what is said beside them. Every face and every file format is made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from cequiz.domain.canonical import Json
from cequiz.language import tr


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
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What people read in place of a value, by the value; JSON and CSV files keep the value itself."""
    shared: bool = False
    """Whether many rows say the same here: a table for people leaves it out, on paper it stands once below."""

    def text(self, row: Mapping[str, Json]) -> str:
        """Return what people see of a row in this column."""
        value = row.get(self.key)
        return self.words.get(value, value) if isinstance(value, str) else cell_text(value)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A finished report; the values of a row stand under the columns' keys."""

    id: str
    """Such as `results`."""
    title: str
    made_at: datetime
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Json]]
    covers: str = ""
    """What it is about, in words: the period, the course."""
    notes: tuple[str, ...] = ()
    """Sentences below it: sources, what was counted, what was left out."""
    summary: Mapping[str, Json] = field(default_factory=dict)
    """Figures over all rows, by stable names; JSON has them."""

    def to_json(self) -> dict[str, Json]:
        """Return the report as JSON values, the instant in UTC."""
        return {
            "id": self.id,
            "title": self.title,
            "made_at": self.made_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "covers": self.covers,
            "columns": [{"key": one.key, "heading": one.heading, "align": str(one.align)} for one in self.columns],
            "rows": [dict(row) for row in self.rows],
            "notes": list(self.notes),
            "summary": dict(self.summary),
        }


def cell_text(value: Json) -> str:
    """Return what people see of a value: nothing for what is not known, the parts of a list one after the other."""
    match value:
        case None:
            return ""
        case bool():
            return tr("yes") if value else tr("no")
        case str():
            return value
        case Mapping():
            return ", ".join(f"{name}: {cell_text(one)}" for name, one in value.items())
        case list() | tuple():
            return ", ".join(cell_text(one) for one in value)
        case _:
            return str(value)

"""The terms of an attempt: the exam's rules as they stood when it started, frozen into its first event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from cequiz.domain.canonical import Json


class Disclosure(StrEnum):
    """How much of an ended attempt the student may see; each level includes the ones before it."""

    NONE = "none"
    SCORE = "score"
    OBJECTIVES = "objectives"
    RESPONSES = "responses"
    FULL = "full"

    def includes(self, level: Disclosure) -> bool:
        """Whether this level shows what `level` shows."""
        order = list(Disclosure)
        return order.index(self) >= order.index(level)


@dataclass(frozen=True)
class Terms:
    """The rules one attempt is held under."""

    course_title: str
    exam_title: str
    time_limit: timedelta | None
    factor: Fraction
    pass_mark: Fraction
    """Percent of the points, exact."""
    floors: Mapping[str, Fraction] = field(default_factory=dict)
    """Percent needed in an objective, exact."""
    objectives: Mapping[str, str] = field(default_factory=dict)
    """Objective id to its title, in blueprint order."""
    after_pass: Disclosure = Disclosure.SCORE
    after_fail: Disclosure = Disclosure.SCORE
    forward_only: bool = False
    pauses: bool = False
    """Whether leaving stops the clock."""
    closes_at: datetime | None = None
    open_book: bool = False

    def to_json(self) -> dict[str, Json]:
        """Return the terms as canonical JSON values (seconds, fractions as text, ISO-8601)."""
        return {
            "course_title": self.course_title,
            "exam_title": self.exam_title,
            "time_limit": None if self.time_limit is None else int(self.time_limit.total_seconds()),
            "factor": str(self.factor),
            "pass_mark": str(self.pass_mark),
            "floors": {objective: str(floor) for objective, floor in self.floors.items()},
            "objectives": [[objective, title] for objective, title in self.objectives.items()],
            "after_pass": str(self.after_pass),
            "after_fail": str(self.after_fail),
            "forward_only": self.forward_only,
            "pauses": self.pauses,
            "closes_at": None if self.closes_at is None else self.closes_at.isoformat(),
            "open_book": self.open_book,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Terms:
        """Rebuild terms from `to_json`."""
        limit, closes, floors, objectives = (data[name] for name in ("time_limit", "closes_at", "floors", "objectives"))
        return cls(
            course_title=str(data["course_title"]),
            exam_title=str(data["exam_title"]),
            time_limit=timedelta(seconds=limit) if isinstance(limit, int) else None,
            factor=Fraction(str(data["factor"])),
            pass_mark=Fraction(str(data["pass_mark"])),
            floors={key: Fraction(str(value)) for key, value in floors.items()} if isinstance(floors, Mapping) else {},
            objectives={str(pair[0]): str(pair[1]) for pair in objectives if isinstance(pair, list | tuple)}
            if isinstance(objectives, list | tuple)
            else {},
            after_pass=Disclosure(str(data["after_pass"])),
            after_fail=Disclosure(str(data["after_fail"])),
            forward_only=data["forward_only"] is True,
            pauses=data["pauses"] is True,
            closes_at=datetime.fromisoformat(closes) if isinstance(closes, str) else None,
            open_book=data["open_book"] is True,
        )

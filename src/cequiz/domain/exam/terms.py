"""The terms of an attempt: the exam's rules as they stood when it started, frozen into its first event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from cequiz.domain.canonical import Json
from cequiz.domain.exam.ledger import TimeLedger


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
    """Of the person's accommodation, as everything that is said of one below."""
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
    """Whether the course stops the clock while the exam is left."""
    outage_credit: timedelta = timedelta()
    """The most that the outages of the attempt give back together."""
    closes_at: datetime | None = None
    open_book: bool = False
    untimed: bool = False
    """Whether the person sits without a time limit."""
    breaks: bool = False
    """Whether leaving stops the clock for this person, whatever the course says."""
    accommodation: int = 0
    """The version of the person's accommodation that the attempt was started under; 0 for none."""

    @property
    def stops(self) -> bool:
        """Whether leaving stops the clock."""
        return self.pauses or self.breaks

    @property
    def timed(self) -> bool:
        """Whether there is a time limit for this person."""
        return self.time_limit is not None and not self.untimed

    def ledger(self, started_at: datetime) -> TimeLedger:
        """Return the ledger of an attempt that starts under these terms.

        Args:
            started_at: when (UTC).
        """
        return TimeLedger(started_at, self.time_limit, self.factor, untimed=self.untimed, closes_at=self.closes_at)

    def to_json(self) -> dict[str, Json]:
        """Return the terms as canonical JSON values (seconds, fractions as text, ISO-8601).

        Everything that tells of a person's accommodation stands under the one key `accommodation`, so that an export
        can leave it out.
        """
        return {
            "course_title": self.course_title,
            "exam_title": self.exam_title,
            "time_limit": None if self.time_limit is None else int(self.time_limit.total_seconds()),
            "pass_mark": str(self.pass_mark),
            "floors": {objective: str(floor) for objective, floor in self.floors.items()},
            "objectives": [[objective, title] for objective, title in self.objectives.items()],
            "after_pass": str(self.after_pass),
            "after_fail": str(self.after_fail),
            "forward_only": self.forward_only,
            "pauses": self.pauses,
            "outage_credit": int(self.outage_credit.total_seconds()),
            "closes_at": None if self.closes_at is None else self.closes_at.isoformat(),
            "open_book": self.open_book,
            "accommodation": self._granted(),
        }

    def _granted(self) -> dict[str, Json] | None:
        if not (self.accommodation or self.factor != 1 or self.untimed or self.breaks):
            return None
        return {
            "version": self.accommodation,
            "factor": str(self.factor),
            "untimed": self.untimed,
            "breaks": self.breaks,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Terms:
        """Rebuild terms from `to_json`, also as earlier versions of cequiz wrote them (`factor` beside the rest)."""
        granted = data.get("accommodation")
        granted = granted if isinstance(granted, Mapping) else {}
        credit = data.get("outage_credit")
        limit, closes, floors, objectives = (data[name] for name in ("time_limit", "closes_at", "floors", "objectives"))
        return cls(
            course_title=str(data["course_title"]),
            exam_title=str(data["exam_title"]),
            time_limit=timedelta(seconds=limit) if isinstance(limit, int) else None,
            factor=Fraction(str(granted.get("factor", data.get("factor", "1")))),
            pass_mark=Fraction(str(data["pass_mark"])),
            floors={key: Fraction(str(value)) for key, value in floors.items()} if isinstance(floors, Mapping) else {},
            objectives={str(pair[0]): str(pair[1]) for pair in objectives if isinstance(pair, list | tuple)}
            if isinstance(objectives, list | tuple)
            else {},
            after_pass=Disclosure(str(data["after_pass"])),
            after_fail=Disclosure(str(data["after_fail"])),
            forward_only=data["forward_only"] is True,
            pauses=data["pauses"] is True,
            outage_credit=timedelta(seconds=credit if isinstance(credit, int) else 0),
            closes_at=datetime.fromisoformat(closes) if isinstance(closes, str) else None,
            open_book=data["open_book"] is True,
            untimed=granted.get("untimed") is True,
            breaks=granted.get("breaks") is True,
            accommodation=int(str(granted.get("version", 0))),
        )

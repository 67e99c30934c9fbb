"""Two records of one person become one: the rows that say whose they are, and that may be changed, go over.

Append-only rows stay under the old id, and the row of whoever was merged says where to look. What would stand twice
(an enrolment in the same course, a card of the same question) stays with the old id too: the caller has decided what
counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import PrimaryKeyConstraint, Select, Table, UniqueConstraint, select, update

from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.rows import (
    AttemptRow,
    AwardRow,
    EnrolmentRow,
    EvaluationRow,
    PracticeAnswerRow,
    PracticeCardRow,
    StudentRow,
    table_of,
)
from cequiz.adapters.store.rows_office import EnrolmentCodeUseRow, StudentMergeRow
from cequiz.domain.exam.events import instant, microseconds
from cequiz.services.ports import Merge

_ATTEMPT = table_of(AttemptRow)
_STUDENT = table_of(StudentRow)
_MERGE = table_of(StudentMergeRow)
_MOVING = tuple(
    table_of(row)
    for row in (EnrolmentRow, EvaluationRow, AwardRow, PracticeAnswerRow, PracticeCardRow, EnrolmentCodeUseRow)
)


class MergeRepository(Repository):
    """Students who were added twice."""

    def merge(self, merge: Merge, *, numbers: Mapping[str, int]) -> None:
        """Move everything of one student to another, who stays; the caller has checked that nothing collides."""
        # First to numbers that nobody has, then to those that are meant: one row after the other must stay unique.
        for attempt, number in numbers.items():
            change = update(_ATTEMPT).where(_ATTEMPT.c.id == attempt)
            self._run(change.values(student_id=merge.into_id, number=-number))
        mine = (_ATTEMPT.c.student_id == merge.into_id, _ATTEMPT.c.number < 0)
        self._run(update(_ATTEMPT).where(*mine).values(number=-_ATTEMPT.c.number))
        for table in (_ATTEMPT, *_MOVING):
            self._move(table, merge)
        gone = update(_STUDENT).where(_STUDENT.c.id == merge.from_id)
        self._run(gone.values(merged_into=merge.into_id))
        self._add(
            StudentMergeRow,
            from_id=merge.from_id,
            into_id=merge.into_id,
            reason=merge.reason,
            actor=merge.actor,
            at_us=microseconds(merge.at),
        )

    def all(self) -> Sequence[Merge]:
        """Return every merge, oldest first."""
        return self._many(
            select(_MERGE).order_by(_MERGE.c.position),
            lambda row: Merge(
                from_id=row["from_id"],
                into_id=row["into_id"],
                reason=row["reason"],
                actor=row["actor"],
                at=instant(row["at_us"]),
            ),
        )

    def _move(self, table: Table, merge: Merge) -> None:
        change = update(table).where(table.c.student_id == merge.from_id).values(student_id=merge.into_id)
        if table is not _ATTEMPT and table is not table_of(AwardRow):
            change = change.where(*(~one.exists() for one in _twice(table, merge.into_id)))
        self._run(change)


def _twice(table: Table, student_id: str) -> Iterator[Select[Any]]:
    """Yield, for each key that has the student in it, what of theirs has the rest of the key in common with a row."""
    other = table.alias("other")
    for key in table.constraints:
        if isinstance(key, PrimaryKeyConstraint | UniqueConstraint) and "student_id" in key.columns:
            rest = (other.c[one.name] == table.c[one.name] for one in key.columns if one.name != "student_id")
            yield select(other.c.student_id).where(other.c.student_id == student_id, *rest)

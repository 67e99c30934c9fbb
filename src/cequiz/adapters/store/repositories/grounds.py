"""A fingerprint of everything that what some students have earned rests on.

Whoever has looked at thousands of attempts for seconds asks for it twice, when they look and when they hold the lock:
if it is the same, nothing they saw has changed, and nobody's answer waited while they looked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Select, Table, func, select

from cequiz.adapters.store.repositories.speech import one_of
from cequiz.adapters.store.rows import (
    AttemptRow,
    AuditRecordRow,
    AwardRow,
    CertificateRow,
    CourseVersionRow,
    EnrolmentRow,
    EvaluationRow,
    ProviderRow,
    ScoreRow,
    table_of,
)
from cequiz.adapters.store.rows_office import CertificateStandingRow, RetirementRow

_ATTEMPT = table_of(AttemptRow)
_AUDIT = table_of(AuditRecordRow)
_AWARD = table_of(AwardRow)
_CERTIFICATE = table_of(CertificateRow)
_SCORE = table_of(ScoreRow)
_STANDING = table_of(CertificateStandingRow)


def fingerprint(connection: Connection, attempts: Sequence[str]) -> str:
    """Return the SHA-256, in hexadecimal, of what the courses of those who sat some attempts rest on.

    Args:
        connection: inside a transaction.
        attempts: their ids.
    """
    people = select(_ATTEMPT.c.student_id).where(one_of(_ATTEMPT.c.id, attempts)).distinct()
    students = [str(one) for one in connection.execute(people).scalars()]
    found = hashlib.sha256()
    for statement in _statements(students):
        for row in connection.execute(statement):
            found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def _statements(students: Sequence[str]) -> Iterator[Executable]:
    """Yield what is read: all of it from indexes on the students, but for the few things that hold for everybody."""
    for row in (CourseVersionRow, RetirementRow):
        yield select(func.max(table_of(row).c.position))
    yield select(func.count()).select_from(table_of(ProviderRow))
    mine = one_of(_ATTEMPT.c.student_id, students)
    yield _part(_ATTEMPT, "id", "student_id", "course_id", "exam_id", "number", "status").where(mine)
    yield (
        select(_SCORE.c.attempt_id, func.max(_SCORE.c.revision))
        .join_from(_ATTEMPT, _SCORE, _SCORE.c.attempt_id == _ATTEMPT.c.id)
        .where(mine)
        .group_by(_SCORE.c.attempt_id)
        .order_by(_SCORE.c.attempt_id)
    )
    for table in (table_of(EnrolmentRow), _AWARD):
        yield select(table).where(one_of(table.c.student_id, students)).order_by(table.c.position)
    # That an award was ended, or made again, only the audit record tells.
    yield (
        select(func.count(), func.max(_AUDIT.c.seq))
        .join_from(_AWARD, _AUDIT, _AUDIT.c.subject == _AWARD.c.id)
        .where(one_of(_AWARD.c.student_id, students))
    )
    evaluation = table_of(EvaluationRow)
    yield _part(evaluation, "student_id", "course_id", "cycle").where(one_of(evaluation.c.student_id, students))
    yield (
        select(_STANDING.c.number, _STANDING.c.status)
        .join_from(_AWARD, _CERTIFICATE, _CERTIFICATE.c.award_id == _AWARD.c.id)
        .join(_STANDING, _STANDING.c.number == _CERTIFICATE.c.number)
        .where(one_of(_AWARD.c.student_id, students))
        .order_by(_STANDING.c.number)
    )


def _part(table: Table, *names: str) -> Select[Any]:
    """Return the statement that reads some columns, in an order that the first of them settle."""
    columns = [table.c[name] for name in names]
    return select(*columns).order_by(*columns)

"""The quick look: what the first screen needs, read with the standard library alone.

Importing SQLModel costs more than twice as much as importing the whole terminal UI, so the first screen is painted
from here and the store is opened behind it. Nothing in this module may import SQLModel, SQLAlchemy or Alembic.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from cequiz.adapters.store import mapping
from cequiz.adapters.store.driver import APPLICATION_ID, GENERATION, best_sqlite, read_only
from cequiz.adapters.store.failures import Translated
from cequiz.domain.bank.course import Course
from cequiz.errors import NotFound, StorageDamaged, StoreTooNew, WrongState
from cequiz.language import tr
from cequiz.services.ports import AttemptHeader, Enrolment, HomeFacts

_NEWEST = """
    SELECT course_id, version, content_hash, body FROM course_version
    WHERE position IN (
        SELECT max(position) FROM course_version AS used
        WHERE coalesce((
            SELECT retired FROM retirement
            WHERE kind = 'course' AND retirement.id = used.course_id AND retirement.version = used.version
            ORDER BY retirement.position DESC LIMIT 1
        ), 0) = 0
        GROUP BY course_id
    )
"""
"""Of every course the newest version that is not retired."""

_PINNED = """
    SELECT course_version.course_id, version, content_hash, body FROM course_version
    JOIN enrolment ON enrolment.course_id = course_version.course_id
        AND enrolment.course_version = course_version.version
    WHERE enrolment.student_id = ?
"""
_PASSED = """
    SELECT score.attempt_id, score.passed FROM score JOIN attempt ON attempt.id = score.attempt_id
    WHERE attempt.student_id = ? AND attempt.status <> 'open'
    ORDER BY score.revision
"""
_EVALUATED = """
    SELECT evaluation.course_id FROM evaluation
    LEFT JOIN enrolment ON enrolment.student_id = evaluation.student_id AND enrolment.course_id = evaluation.course_id
    WHERE evaluation.student_id = ? AND evaluation.cycle = coalesce(enrolment.cycle, 1)
"""
_CERTIFICATES = """
    SELECT award.course_id, certificate.number, (
        SELECT status FROM certificate_status WHERE number = certificate.number ORDER BY seq DESC LIMIT 1
    ) AS state FROM certificate
    JOIN award ON award.id = certificate.award_id
    LEFT JOIN enrolment ON enrolment.student_id = award.student_id AND enrolment.course_id = award.course_id
    WHERE award.student_id = ? AND award.cycle = coalesce(enrolment.cycle, 1)
    ORDER BY certificate.seq
"""
_BROKEN_OFF = """
    SELECT attempt.id FROM attempt JOIN heartbeat ON heartbeat.attempt_id = attempt.id
    WHERE attempt.student_id = ? AND attempt.status = 'open' AND heartbeat.at_us < attempt.deadline_us
        AND NOT (heartbeat.departed = 1 AND heartbeat.session = (
            SELECT holder.session FROM attempt_event AS holder
            WHERE holder.attempt_id = attempt.id AND holder.kind IN ('started', 'resumed')
            ORDER BY holder.seq DESC LIMIT 1
        ))
"""
_HELD = """
    SELECT attempt.id FROM attempt WHERE attempt.student_id = ? AND attempt.status = 'open' AND (
        SELECT newest.kind FROM attempt_event AS newest
        WHERE newest.attempt_id = attempt.id AND newest.kind IN ('held', 'released')
        ORDER BY newest.seq DESC LIMIT 1
    ) = 'held'
"""


class SqliteGlance:
    """Reads the home facts from a store's file, without opening the store."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def home(self, student_id: str | None) -> HomeFacts:
        """Return what the home screen is computed from; without a student just the courses.

        Raises:
            NotFound: there is no store yet.
            WrongState: the store is of an older generation: opening it will migrate it.
            StoreTooNew: a newer cequiz has written it.
            StorageDamaged: it is not a database of cequiz.
        """
        with Translated(best_sqlite().Error):
            if not self._database.is_file() or not self._database.stat().st_size:
                raise NotFound(
                    tr("There are no records yet."), hint=tr("The first command that needs them makes them.")
                )
            with closing(read_only(self._database)) as driver:
                _check(driver)
                driver.execute("BEGIN")
                return read_home(driver, student_id)


def _check(driver: Any) -> None:
    made_by = driver.execute("PRAGMA application_id").fetchone()[0]
    found = driver.execute("PRAGMA user_version").fetchone()[0]
    if made_by == 0 and found == 0:
        raise NotFound(tr("There are no records yet."), hint=tr("The first command that needs them makes them."))
    if made_by != APPLICATION_ID:
        raise StorageDamaged(
            tr("The store is a database of another program."), hint=tr("Choose another place with CEQUIZ_HOME.")
        )
    if found > GENERATION:
        raise StoreTooNew(tr("The store was written by a newer cequiz."), hint=tr("Install the newer cequiz."))
    if found < GENERATION:
        raise WrongState(
            tr("The store is of an older cequiz."), hint=tr("Any command that opens it brings it up to date.")
        )


def read_home(driver: Any, student_id: str | None) -> HomeFacts:
    """Return the home facts over a connection of the driver, inside the caller's transaction."""
    found = _rows(driver, "SELECT * FROM student WHERE id = ?", student_id)
    enrolments = _rows(
        driver, "SELECT * FROM enrolment WHERE student_id = ? ORDER BY enrolled_us, position", student_id
    )
    attempts = _rows(driver, "SELECT * FROM attempt WHERE student_id = ? ORDER BY started_us, id", student_id)
    papers = _rows(driver, _CERTIFICATES, student_id)
    return HomeFacts(
        student=mapping.student(found[0]) if found else None,
        courses=_courses(driver, student_id),
        enrolments=tuple[Enrolment, ...](mapping.enrolment(row) for row in enrolments),
        attempts=tuple[AttemptHeader, ...](mapping.header(row) for row in attempts),
        # ordered by revision: the newest score of an attempt is written last
        passed={row["attempt_id"]: bool(row["passed"]) for row in _rows(driver, _PASSED, student_id)},
        evaluated=frozenset(row["course_id"] for row in _rows(driver, _EVALUATED, student_id)),
        certificates={row["course_id"]: row["number"] for row in papers if row["state"] == "issued"},
        states={row["course_id"]: row["state"] for row in papers},
        broken_off=frozenset(row["id"] for row in _rows(driver, _BROKEN_OFF, student_id)),
        held=frozenset(row["id"] for row in _rows(driver, _HELD, student_id)),
    )


def _courses(driver: Any, student_id: str | None) -> tuple[Course, ...]:
    found = {row["course_id"]: row for row in (*_rows(driver, _NEWEST), *_rows(driver, _PINNED, student_id))}
    return tuple(mapping.course(row) for _, row in sorted(found.items()))


def _rows(driver: Any, sql: str, *parameters: object) -> list[dict[str, Any]]:
    cursor = driver.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]

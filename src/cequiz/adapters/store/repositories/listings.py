"""The long lists, a page at a time, each answered from indexes.

A search scans the narrow index that holds the folded text, never the records themselves; only the rows of the page
are read whole. What a page says beside its own table (names, results) is looked up for its rows alone, as scalar
subqueries: a join would do it for every row that is skipped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, RowMapping, ScalarSelect, Select, Subquery, func, literal, or_, select

from cequiz.adapters.store import mapping
from cequiz.adapters.store.repositories.anew import earned_anew, ended
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.repositories.credentials import OUTLINE
from cequiz.adapters.store.repositories.speech import holds, latest, one_of
from cequiz.adapters.store.rows import (
    AttemptRow,
    AuditRecordRow,
    AwardRow,
    CertificateRow,
    EnrolmentRow,
    EvaluationRow,
    ScoreRow,
    StudentRow,
    table_of,
)
from cequiz.adapters.store.rows_office import CertificateStandingRow
from cequiz.domain.bank.course import Course
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import instant, microseconds
from cequiz.domain.text import folded
from cequiz.services.ports.listings import (
    AttemptLine,
    AttemptQuery,
    AuditQuery,
    CertificateLine,
    CertificateQuery,
    DueLine,
    DueQuery,
    Page,
    PaperLine,
    StudentLine,
    Window,
)
from cequiz.services.ports.records import AuditRecord

Line = TypeVar("Line")

_STUDENT = table_of(StudentRow)
_ATTEMPT = table_of(AttemptRow)
_SCORE = table_of(ScoreRow)
_STANDING = table_of(CertificateStandingRow)
_AUDIT = table_of(AuditRecordRow)
_AWARD = table_of(AwardRow)
_CERTIFICATE = table_of(CertificateRow)
_ENROLMENT = table_of(EnrolmentRow)
_EVALUATION = table_of(EvaluationRow)

_EARNED = ("student_id", "course_id", "course_version")
"""The columns that an enrolment and an award of it have in common."""

_LAST = "\U0010ffff"
"""Comes after everything that an id or a deed may hold: the end of a range of prefixes."""

_MOST_SORTED = 20_000
"""Audit records of one deed that are sorted to find the newest; more of them are walked through."""

_MOST_STUDENTS = 5_000
"""So many students are looked for whose attempts a search shows; where more match, attempts are looked through."""

_MOST_ATTEMPTS = 500
"""So many attempts are counted where a search is that wide."""

_WHO = select(_STUDENT.c.name).where(_STUDENT.c.id == _ATTEMPT.c.student_id).scalar_subquery()
_PASSED = (
    select(_SCORE.c.passed)
    .where(_SCORE.c.attempt_id == _ATTEMPT.c.id)
    .order_by(_SCORE.c.revision.desc())
    .limit(1)
    .scalar_subquery()
)


@dataclass(frozen=True)
class _Whole:
    """The lines of a list and their order, for lists that find the ids of a page first.

    What lines say beside their own columns is then not looked up for every row that is skipped, and the ids may come
    from an index alone.
    """

    line: Select[Any]
    order: tuple[ColumnElement[Any], ...]

    def page(self, ids: Select[tuple[str]], *, limit: int, offset: int) -> Select[Any]:
        """Return the statement of some of the lines that have these ids."""
        page = ids.order_by(*self.order).limit(limit).offset(offset).subquery("page")
        (key,) = ids.selected_columns
        return self.line.join(page, page.c.id == key).order_by(*self.order)


class ListingRepository(Repository):
    """The long lists."""

    def students(self, words: str, window: Window) -> Page[StudentLine]:
        """Return students by name whose name, address, licence number or id has the words (folded) in it."""
        line = select(*(_STUDENT.c[name] for name in ("id", "name", "email", "licences", "added_us")))
        places = select(_STUDENT.c.id).where(_STUDENT.c.merged_into.is_(None), *_has(_STUDENT.c.sought, words))
        whole = _Whole(line, (_STUDENT.c.sort_name, _STUDENT.c.id))
        return self._page(places, window, _student_line, whole=whole)

    def attempts(self, query: AttemptQuery, window: Window) -> Page[AttemptLine]:
        """Return attempts, the newest first."""
        line = select(_ATTEMPT, _WHO.label("student"), _PASSED.label("passed"))
        whole = _Whole(line, (_ATTEMPT.c.started_us.desc(), _ATTEMPT.c.id.desc()))
        given = (
            (_ATTEMPT.c.status, str(query.status) if query.status else ""),
            (_ATTEMPT.c.course_id, query.course_id),
            (_ATTEMPT.c.exam_id, query.exam_id),
            (_ATTEMPT.c.student_id, query.student_id),
        )
        wanted = select(_ATTEMPT.c.id).where(*(column == value for column, value in given if value))
        if not folded(query.words):
            return self._page(wanted, window, _attempt_line, whole=whole)
        students = self._students_with(query.words)
        if len(students) > _MOST_STUDENTS:
            return self._widely(wanted, query.words, window, whole)
        first = query.words.strip().upper()
        mine = or_(one_of(_ATTEMPT.c.student_id, students), _begins(_ATTEMPT.c.id, first))
        return self._page(wanted.where(mine), window, _attempt_line, whole=whole)

    def certificates(self, query: CertificateQuery, window: Window) -> Page[CertificateLine]:
        """Return certificates, the newest first."""
        wanted = select(_STANDING).where(*_has(_STANDING.c.sought, query.words))
        if query.status:
            wanted = wanted.where(_STANDING.c.status == query.status)
        return self._page(wanted.order_by(_STANDING.c.position.desc()), window, _certificate_line)

    def papers(self, *, after: int, limit: int) -> Sequence[PaperLine]:
        """Return the next certificates after a place in the order of issue."""
        wanted = OUTLINE.add_columns(_STANDING.c.status.label("state")).outerjoin(
            _STANDING, _STANDING.c.number == _CERTIFICATE.c.number
        )
        some = wanted.where(_CERTIFICATE.c.seq > after).order_by(_CERTIFICATE.c.seq).limit(limit)
        return self._many(
            some,
            lambda row: PaperLine(place=row["seq"], record=mapping.certificate(row), status=row["state"] or ""),
        )

    def due(self, query: DueQuery, window: Window) -> Page[DueLine]:
        """Return awards of cycles under way that have no certificate, or none since they were made again."""
        under_way = (_ENROLMENT.c[name] == _AWARD.c[name] for name in (*_EARNED, "cycle"))
        paper = select(_CERTIFICATE.c.seq).where(_CERTIFICATE.c.award_id == _AWARD.c.id)
        whose = select(_STUDENT.c.name).where(_STUDENT.c.id == _AWARD.c.student_id)
        # Whether there is a paper comes first: as joins, the rest would be looked up for every award that has one.
        wanted = (
            select(_AWARD.c.id)
            .where(
                or_(~paper.exists(), _AWARD.c.id.in_(earned_anew())), select(_ENROLMENT.c.id).where(*under_way).exists()
            )
            .where(_AWARD.c.id.not_in(ended()))
        )
        if folded(query.words):
            wanted = wanted.where(whose.where(*_has(_STUDENT.c.sought, query.words)).exists())
        if query.course_id:
            wanted = wanted.where(_AWARD.c.course_id == query.course_id)
        line = select(*(_AWARD.c[name] for name in ("id", "student_id", "course_id", "cycle", "completed_us")))
        line = line.add_columns(whose.scalar_subquery().label("name"))
        return self._counted(wanted, window, _due_line, whole=_Whole(line, (_AWARD.c.completed_us, _AWARD.c.position)))

    def unmade(self, course: Course) -> Sequence[DueLine]:
        """Return students who have all that a version of a course takes, but no award of it yet."""
        waiting = _without_award(course)
        passes = [_first_pass(waiting, exam.id) for exam in course.exams if exam.required]
        if not passes:
            return ()
        wanted = (
            select(literal("").label("id"), waiting.c.student_id, waiting.c.course_id, waiting.c.cycle)
            .add_columns(_STUDENT.c.name, latest(passes).label("completed_us"))
            .join_from(waiting, _STUDENT, _STUDENT.c.id == waiting.c.student_id)
            .where(*(one.is_not(None) for one in passes))
        )
        return self._many(wanted.order_by(waiting.c.position), _due_line)

    def audit(self, query: AuditQuery, window: Window) -> Page[AuditRecord]:
        """Return audit records, the newest first."""
        if query == AuditQuery():
            return self._newest(window)
        given = ((_AUDIT.c.actor, query.actor), (_AUDIT.c.subject, query.subject))
        found = select(_AUDIT.c.seq).where(*(column == value for column, value in given if value))
        if query.since is not None:
            found = found.where(_AUDIT.c.at_us >= microseconds(query.since))
        if query.until is not None:
            found = found.where(_AUDIT.c.at_us < microseconds(query.until))
        total = None
        if query.deed:
            total = self._count(found.where(_begins(_AUDIT.c.deed, query.deed)))
            # Of a deed that fills the log the newest are found sooner by walking than by sorting all of them.
            deed = _AUDIT.c.deed.concat("") if total > _MOST_SORTED else _AUDIT.c.deed
            found = found.where(_begins(deed, query.deed))
        # Places first, which the index has: sorting must not drag the details of every record along.
        places = self._page(found.order_by(_AUDIT.c.seq.desc()), window, lambda row: int(row["seq"]), total=total)
        records = select(_AUDIT).where(_AUDIT.c.seq.in_(places.rows)).order_by(_AUDIT.c.seq.desc())
        return Page(self._many(records, mapping.audit_record), places.total)

    def _newest(self, window: Window) -> Page[AuditRecord]:
        """Return the newest audit records: nothing ever leaves that chain, so its places tell how many there are."""
        total = self._one(select(func.max(_AUDIT.c.seq).label("last")), lambda row: row["last"]) or 0
        last = total - window.offset
        some = select(_AUDIT).where(_AUDIT.c.seq <= last, _AUDIT.c.seq > last - window.limit)
        return Page(self._many(some.order_by(_AUDIT.c.seq.desc()), mapping.audit_record), total)

    def _page(
        self,
        wanted: Select[Any],
        window: Window,
        build: Callable[[RowMapping], Line],
        *,
        total: int | None = None,
        whole: _Whole | None = None,
    ) -> Page[Line]:
        """Return some rows of a query and how many there are; a page that ends the list needs no counting.

        Args:
            wanted: the rows; only the ids of the lines, in any order, where `whole` is given.
            window: which of them.
            build: makes a line of a row.
            total: how many there are, where that is known.
            whole: the lines, and their order.
        """
        limit, offset = window.limit, window.offset
        some = wanted.limit(limit).offset(offset) if whole is None else whole.page(wanted, limit=limit, offset=offset)
        rows = self._many(some, build)
        if total is None and len(rows) < window.limit and (rows or not window.offset):
            return Page(rows, window.offset + len(rows))
        return Page(rows, self._count(wanted) if total is None else total)

    def _counted(
        self, ids: Select[tuple[str]], window: Window, build: Callable[[RowMapping], Line], *, whole: _Whole
    ) -> Page[Line]:
        """Return some rows of a query with their number, for one that has to go through all of it to find the first."""
        counted = ids.add_columns(func.count().over().label("total"))
        page = counted.order_by(*whole.order).limit(window.limit).offset(window.offset).subquery("page")
        (key,) = ids.selected_columns
        some = whole.line.add_columns(page.c.total).join(page, page.c.id == key).order_by(*whole.order)
        found = self._many(some, lambda row: (build(row), int(row["total"])))
        if not found:
            return Page((), self._count(ids) if window.offset else 0)
        return Page(tuple(line for line, _ in found), found[0][1])

    def _count(self, wanted: Select[Any]) -> int:
        every = wanted.order_by(None).with_only_columns(func.count().label("count"), maintain_column_froms=True)
        return self._one(every, lambda row: int(row["count"])) or 0

    def _students_with(self, words: str) -> Sequence[str]:
        wanted = select(_STUDENT.c.id).where(*_has(_STUDENT.c.sought, words)).limit(_MOST_STUDENTS + 1)
        return self._many(wanted, lambda row: str(row["id"]))

    def _widely(self, wanted: Select[Any], words: str, window: Window, whole: _Whole) -> Page[AttemptLine]:
        """Return the newest attempts of students of whom one in a few matches; the rest is not counted."""
        matches = select(_STUDENT.c.id).where(_STUDENT.c.id == _ATTEMPT.c.student_id, *_has(_STUDENT.c.sought, words))
        found = wanted.where(matches.exists())
        some = found.order_by(*whole.order).limit(_MOST_ATTEMPTS + 1).subquery()
        count = self._one(select(func.count().label("count")).select_from(some), lambda row: int(row["count"])) or 0
        total = min(count, _MOST_ATTEMPTS)
        limit = max(min(window.limit, total - window.offset), 0)
        rows = self._many(whole.page(found, limit=limit, offset=window.offset), _attempt_line)
        return Page(rows, total, more=count > total)


def _has(column: ColumnElement[str], words: str) -> list[ColumnElement[bool]]:
    """Return that every word is somewhere in a folded text."""
    return [holds(column, word) for word in folded(words).split()]


def _begins(column: ColumnElement[str], first: str) -> ColumnElement[bool]:
    return column.between(first, first + _LAST)


def _without_award(course: Course) -> Subquery:
    """Return the enrolments in a version of a course that are evaluated, where they must be, and have no award yet."""
    theirs = (_AWARD.c[name] == _ENROLMENT.c[name] for name in (*_EARNED, "cycle"))
    award = select(_AWARD.c.id).where(*theirs, _AWARD.c.id.not_in(ended()))
    evaluation = select(_EVALUATION.c.cycle).where(
        *(_EVALUATION.c[name] == _ENROLMENT.c[name] for name in ("student_id", "course_id", "cycle"))
    )
    found = (
        select(*(_ENROLMENT.c[name] for name in ("student_id", "course_id", "cycle", "position")))
        .where(_ENROLMENT.c.course_id == course.id, _ENROLMENT.c.course_version == course.version)
        .where(~award.exists(), *([evaluation.exists()] if course.evaluation.required else []))
    )
    # Skipping nothing keeps the planner from looking up the passes of those who have an award, and they are most.
    return found.offset(0).subquery("waiting")


def _first_pass(waiting: Subquery, exam_id: str) -> ScalarSelect[int]:
    """Return when a student first passed an exam of the enrolment's course, by the newest score of each attempt."""
    every = _SCORE.alias("every")
    newest = select(func.max(every.c.revision)).where(every.c.attempt_id == _ATTEMPT.c.id)
    return (
        select(func.min(_SCORE.c.finished_us))
        .join_from(_ATTEMPT, _SCORE, _SCORE.c.attempt_id == _ATTEMPT.c.id)
        .where(
            _ATTEMPT.c.student_id == waiting.c.student_id,
            _ATTEMPT.c.course_id == waiting.c.course_id,
            _ATTEMPT.c.exam_id == exam_id,
            _ATTEMPT.c.status.not_in([str(Status.OPEN), str(Status.VOIDED)]),
            _SCORE.c.passed == 1,
            _SCORE.c.revision == newest.scalar_subquery(),
        )
        .correlate(waiting)
        .scalar_subquery()
    )


def _student_line(row: RowMapping) -> StudentLine:
    return StudentLine(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        licences=tuple(f"{state}:{number}" for state, number in json.loads(row["licences"])),
        added_at=instant(row["added_us"]),
    )


def _attempt_line(row: RowMapping) -> AttemptLine:
    passed = row["passed"]
    return AttemptLine(
        header=mapping.header(row), student=row["student"] or "", passed=None if passed is None else bool(passed)
    )


def _due_line(row: RowMapping) -> DueLine:
    return DueLine(
        award_id=row["id"],
        student_id=row["student_id"],
        name=row["name"],
        course_id=row["course_id"],
        cycle=row["cycle"],
        completed_at=instant(row["completed_us"]),
    )


def _certificate_line(row: RowMapping) -> CertificateLine:
    return CertificateLine(
        number=row["number"],
        status=row["status"],
        name=row["holder"],
        course_title=row["course"],
        issued_at=instant(row["issued_us"]),
    )

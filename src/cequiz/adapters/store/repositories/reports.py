"""Reads for reports: one statement each, over columns that are indexed or short."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Label, and_, exists, func, or_, select

from cequiz.adapters.store import mapping
from cequiz.adapters.store.mapping import Values, moment
from cequiz.adapters.store.repositories.anew import OVER, ended, gone
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.repositories.batches import STANDS, WAITS, reported_line
from cequiz.adapters.store.rows import (
    AttemptRow,
    AwardRow,
    CertificateRow,
    EnrolmentRow,
    EvaluationRow,
    ScoreRow,
    StudentRow,
    table_of,
)
from cequiz.adapters.store.rows_office import CertificateStandingRow, ReportBatchRow, ReportedRow
from cequiz.domain.credential.facts import Facts
from cequiz.domain.exam.events import instant, microseconds
from cequiz.domain.people.student import Licence
from cequiz.services.ports.office import Reported
from cequiz.services.ports.records import Evaluation
from cequiz.services.ports.reports import (
    Completion,
    CompletionQuery,
    Enrolled,
    EnrolmentQuery,
    Open,
    Result,
    ResultQuery,
    Stretch,
    Told,
)

_ATTEMPT = table_of(AttemptRow)
_AWARD = table_of(AwardRow)
_BATCH = table_of(ReportBatchRow)
_CERTIFICATE = table_of(CertificateRow)
_ENROLMENT = table_of(EnrolmentRow)
_EVALUATION = table_of(EvaluationRow)
_REPORTED = table_of(ReportedRow)
_SCORE = table_of(ScoreRow)
_STANDING = table_of(CertificateStandingRow)
_STUDENT = table_of(StudentRow)
_KEYS_AT_ONCE = 10_000
_OF_AWARD = ("id", "student_id", "course_id", "completed_us")

_NEWEST = (
    select(func.max(_CERTIFICATE.c.seq))
    .where(_CERTIFICATE.c.award_id == _AWARD.c.id)
    .correlate(_AWARD)
    .scalar_subquery()
)
_PAPER = and_(_CERTIFICATE.c.seq == _NEWEST, _CERTIFICATE.c.number.not_in(gone()))
_FIRST: Label[Any] = (
    func.row_number()
    .over(partition_by=(_ATTEMPT.c.student_id, _ATTEMPT.c.course_id, _ATTEMPT.c.exam_id), order_by=_ATTEMPT.c.number)
    .label("place")
)


class ReportRepository(Repository):
    """Implements `Reports`."""

    def completions(self, query: CompletionQuery) -> Sequence[Completion]:
        """Return completions by the instant of completion."""
        wanted = (
            select(
                _AWARD,
                _STUDENT.c.name,
                _STUDENT.c.licences,
                _CERTIFICATE.c.number,
                _STANDING.c.status,
                _CERTIFICATE.c.issued_us,
            )
            .join(_STUDENT, _STUDENT.c.id == _AWARD.c.student_id)
            .outerjoin(_CERTIFICATE, _PAPER)
            .outerjoin(_STANDING, _STANDING.c.number == _CERTIFICATE.c.number)
            .where(*_within(_AWARD.c.completed_us, query.stretch), *_still(query.open, query.state))
            .where(_AWARD.c.id.not_in(ended()))
            .order_by(_AWARD.c.completed_us, _AWARD.c.position)
        )
        if query.course_id:
            wanted = wanted.where(_AWARD.c.course_id == query.course_id)
        if query.student_id:
            wanted = wanted.where(_AWARD.c.student_id == query.student_id)
        return self._many(wanted, _completion)

    def results(self, query: ResultQuery) -> Sequence[Result]:
        """Return results by the instant of their end."""
        of = [_ATTEMPT.c.status != "voided"]
        if query.course_id:
            of.append(_ATTEMPT.c.course_id == query.course_id)
        if query.exam_id:
            of.append(_ATTEMPT.c.exam_id == query.exam_id)
        counted = (
            select(_ATTEMPT.c.id, _ATTEMPT.c.course_id, _ATTEMPT.c.exam_id, _ATTEMPT.c.started_us, _FIRST)
            .where(*of)
            .subquery()
        )
        newest = (
            select(func.max(_SCORE.c.revision))
            .where(_SCORE.c.attempt_id == counted.c.id)
            .correlate(counted)
            .scalar_subquery()
        )
        wanted = (
            select(
                counted.c.course_id,
                counted.c.exam_id,
                _SCORE.c.earned,
                _SCORE.c.possible,
                _SCORE.c.passed,
                counted.c.place,
                (_SCORE.c.finished_us - counted.c.started_us).label("took"),
            )
            .select_from(counted)
            .join(_SCORE, and_(_SCORE.c.attempt_id == counted.c.id, _SCORE.c.revision == newest))
            .where(*_within(_SCORE.c.finished_us, query.stretch))
            .order_by(_SCORE.c.finished_us, _SCORE.c.seq)
        )
        with self._translated:
            rows = self._connection.execute(wanted).all()
        return [
            Result(course, exam, earned, possible, bool(passed), place == 1, took)
            for course, exam, earned, possible, passed, place, took in rows
        ]

    def enrolments(self, query: EnrolmentQuery) -> Sequence[Enrolled]:
        """Return enrolments by the instant of enrolling."""
        attempts = (
            select(func.count())
            .select_from(_ATTEMPT)
            .where(
                _ATTEMPT.c.student_id == _ENROLMENT.c.student_id,
                _ATTEMPT.c.course_id == _ENROLMENT.c.course_id,
                _ATTEMPT.c.status != "voided",
            )
            .correlate(_ENROLMENT)
            .scalar_subquery()
        )
        earned = and_(
            *(_AWARD.c[one] == _ENROLMENT.c[one] for one in ("student_id", "course_id", "course_version", "cycle")),
            _AWARD.c.id.not_in(ended()),
        )
        wanted = (
            select(
                _ENROLMENT, _STUDENT.c.name, attempts.label("attempts"), _AWARD.c.completed_us, _CERTIFICATE.c.number
            )
            .join(_STUDENT, _STUDENT.c.id == _ENROLMENT.c.student_id)
            .outerjoin(_AWARD, earned)
            .outerjoin(_CERTIFICATE, _PAPER)
            .where(*_within(_ENROLMENT.c.enrolled_us, query.stretch))
            .order_by(_ENROLMENT.c.enrolled_us, _ENROLMENT.c.position)
        )
        if query.course_id:
            wanted = wanted.where(_ENROLMENT.c.course_id == query.course_id)
        return self._of_cycle(self._many(wanted, _enrolled))

    def evaluations(self, course_id: str, stretch: Stretch) -> Sequence[Evaluation]:
        """Return the evaluations of a course, by the instant they were given."""
        wanted = select(_EVALUATION).where(
            _EVALUATION.c.course_id == course_id, *_within(_EVALUATION.c.given_us, stretch)
        )
        return self._many(wanted.order_by(_EVALUATION.c.given_us, _EVALUATION.c.student_id), mapping.evaluation)

    def standing(self, award_ids: Sequence[str]) -> Sequence[Reported]:
        """Return the lines of batches that report these awards, without those that must be reported again."""
        found: list[Reported] = []
        for start in range(0, len(award_ids), _KEYS_AT_ONCE):
            some = _REPORTED.c.award_id.in_(award_ids[start : start + _KEYS_AT_ONCE])
            wanted = select(_REPORTED).where(some, _REPORTED.c.requeued == STANDS).order_by(_REPORTED.c.position)
            found += self._many(wanted, reported_line)
        return found

    def told(self, licences: Sequence[str]) -> Sequence[Told]:
        """Return what was reported under these licences, whoever has them, and stands."""
        found: list[Told] = []
        taken = _there(
            _CERTIFICATE.c.seq == _NEWEST, _STANDING.c.number == _CERTIFICATE.c.number, _STANDING.c.status.in_(OVER)
        )
        for start in range(0, len(licences), _KEYS_AT_ONCE):
            wanted = (
                select(_REPORTED.c.licence, *(_AWARD.c[one] for one in _OF_AWARD))
                .join(_AWARD, _AWARD.c.id == _REPORTED.c.award_id)
                .where(_REPORTED.c.licence.in_(licences[start : start + _KEYS_AT_ONCE]), _REPORTED.c.requeued == STANDS)
                .where(_AWARD.c.id.not_in(ended()), ~taken)
                .order_by(_REPORTED.c.position)
            )
            with self._translated:
                rows = self._connection.execute(wanted).all()
            found += [
                Told(licence, award, student, course, instant(completed))
                for licence, award, student, course, completed in rows
            ]
        return found

    def facts(self, numbers: Sequence[str]) -> Mapping[str, Facts]:
        """Return the facts of these certificates by their numbers."""
        found: dict[str, Facts] = {}
        for start in range(0, len(numbers), _KEYS_AT_ONCE):
            some = _CERTIFICATE.c.number.in_(numbers[start : start + _KEYS_AT_ONCE])
            with self._translated:
                rows = self._connection.execute(select(_CERTIFICATE.c.number, _CERTIFICATE.c.facts).where(some)).all()
            found |= {number: Facts.from_json(json.loads(facts)) for number, facts in rows}
        return found

    def _of_cycle(self, some: Sequence[Enrolled]) -> Sequence[Enrolled]:
        """Return enrolments with the attempts of the cycle under way; only who renewed has others."""
        renewed = {_place(one): one.enrolment.earlier for one in some if one.enrolment.earlier}
        counts = dict.fromkeys(renewed, 0)
        students = [student for student, _ in renewed]
        for start in range(0, len(students), _KEYS_AT_ONCE):
            wanted = select(_ATTEMPT.c.student_id, _ATTEMPT.c.course_id, _ATTEMPT.c.exam_id, _ATTEMPT.c.number).where(
                _ATTEMPT.c.student_id.in_(students[start : start + _KEYS_AT_ONCE]), _ATTEMPT.c.status != "voided"
            )
            with self._translated:
                rows = self._connection.execute(wanted).all()
            for student, course, exam, number in rows:
                earlier = renewed.get((student, course))
                if earlier is not None and number > earlier.get(exam, 0):
                    counts[student, course] += 1
        return [replace(one, attempts=counts.get(_place(one), one.attempts)) for one in some]


def _within(column: ColumnElement[int], stretch: Stretch) -> list[ColumnElement[bool]]:
    found = []
    if stretch.since is not None:
        found.append(column >= microseconds(stretch.since))
    if stretch.until is not None:
        found.append(column < microseconds(stretch.until))
    return found


def _still(which: Open, state: str) -> list[ColumnElement[bool]]:
    """Return the conditions of what is open, for the licences of a state where one is named."""
    mine = _REPORTED.c.award_id == _AWARD.c.id
    if state:
        mine = and_(mine, _REPORTED.c.licence.startswith(f"{state}:", autoescape=True))
    stands = and_(mine, _REPORTED.c.requeued == STANDS)
    new = or_(_there(mine, _REPORTED.c.requeued == WAITS), ~_there(stands))
    match which:
        case Open.UNCERTIFIED:
            return [_CERTIFICATE.c.number.is_(None)]
        case Open.UNREPORTED:
            return [new]
        case Open.UNSETTLED:
            return [or_(new, _there(stands, _BATCH.c.id == _REPORTED.c.batch_id, _BATCH.c.posted_us.is_(None)))]
        case Open.ALL:
            return []


def _there(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(*conditions).correlate(_AWARD)


def _completion(row: Values) -> Completion:
    return Completion(
        award=mapping.award(row),
        name=row["name"],
        licences=tuple(Licence(state, number) for state, number in json.loads(row["licences"])),
        certificate=row["number"] or "",
        status=row["status"] or "",
        issued_at=moment(row["issued_us"]),
    )


def _place(one: Enrolled) -> tuple[str, str]:
    return one.enrolment.student_id, one.enrolment.course_id


def _enrolled(row: Values) -> Enrolled:
    return Enrolled(
        enrolment=mapping.enrolment(row),
        name=row["name"],
        attempts=row["attempts"],
        completed_at=moment(row["completed_us"]),
        certificate=row["number"] or "",
    )

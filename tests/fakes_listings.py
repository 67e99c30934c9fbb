"""The long lists in memory: everything is looked through, a page is cut out of what is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from cequiz.domain.bank.course import Course
from cequiz.domain.credential.award import Award
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.marking import Score
from cequiz.domain.people.student import Student
from cequiz.domain.text import folded
from cequiz.services.ports import (
    AttemptHeader,
    AuditRecord,
    CertificateRecord,
    CertificateStatus,
    Enrolment,
    Evaluation,
)
from cequiz.services.ports.listings import (
    AttemptLine,
    AttemptQuery,
    AuditQuery,
    CertificateLine,
    CertificateQuery,
    DueLine,
    DueQuery,
    Page,
    StudentLine,
    Window,
)
from tests.fakes_office import OfficeRecords

T = TypeVar("T")


class Records(Protocol):
    """What is looked through."""

    students: dict[str, Student]
    added: dict[str, datetime]
    headers: dict[str, AttemptHeader]
    scores: dict[tuple[str, int], Score]
    certificates: dict[str, CertificateRecord]
    statuses: dict[int, CertificateStatus]
    audit: dict[int, AuditRecord]
    awards: dict[tuple[str, str, str, int], Award]
    enrolments: dict[tuple[str, str], Enrolment]
    evaluations: dict[tuple[str, str, int], Evaluation]
    office: OfficeRecords


class FakeListings:
    """The long lists."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def students(self, words: str, window: Window) -> Page[StudentLine]:
        """Return students by name."""
        lines = [
            StudentLine(
                id=one.id,
                name=one.name,
                email=one.email,
                licences=tuple(map(str, one.licences)),
                added_at=self._records.added[one.id],
            )
            for one in self._students(words)
        ]
        return _page(lines, window)

    def attempts(self, query: AttemptQuery, window: Window) -> Page[AttemptLine]:
        """Return attempts, the newest first."""
        people = {one.id for one in self._students(query.words)}
        first = query.words.strip().upper()
        given = (query.course_id, query.exam_id, query.student_id)
        found = [
            one
            for one in self._records.headers.values()
            if query.status in {None, one.standing.status}
            and all(not want or want == is_ for want, is_ in zip(given, _place(one), strict=True))
            and (one.student_id in people or bool(first and one.id.startswith(first)))
        ]
        newest = {attempt: score.passed for (attempt, _), score in sorted(self._records.scores.items())}
        names = {one.id: one.name for one in self._records.students.values()}
        lines = [
            AttemptLine(header=one, student=names[one.student_id], passed=newest.get(one.id))
            for one in sorted(found, key=lambda one: (one.started_at, one.id), reverse=True)
        ]
        return _page(lines, window)

    def certificates(self, query: CertificateQuery, window: Window) -> Page[CertificateLine]:
        """Return certificates, the newest first."""
        states: Mapping[str, str] = {one.number: one.status for one in self._records.statuses.values()}
        lines = [
            CertificateLine(
                number=one.number,
                status=states[one.number],
                name=one.facts.student_name,
                course_title=one.facts.course_title,
                issued_at=one.issued_at,
            )
            for one in reversed(self._records.certificates.values())
            if query.status in {"", states[one.number]} and _has(f"{one.number} {one.facts.student_name}", query.words)
        ]
        return _page(lines, window)

    def due(self, query: DueQuery, window: Window) -> Page[DueLine]:
        """Return awards of cycles under way that have no certificate."""
        papers = papers_by_award(self._records)
        people = {one.id: one.name for one in self._students(query.words)}
        found = [
            DueLine(
                award_id=one.id,
                student_id=one.student_id,
                name=people[one.student_id],
                course_id=one.course_id,
                cycle=one.cycle,
                completed_at=one.completed_at,
            )
            for one in self._records.awards.values()
            if one.id not in papers
            and one.student_id in people
            and query.course_id in {"", one.course_id}
            and self._cycle(one.student_id, one.course_id) == (one.course_version, one.cycle)
        ]
        return _page(sorted(found, key=lambda one: one.completed_at), window)

    def unmade(self, course: Course) -> Sequence[DueLine]:
        """Return students who have all that a version of a course takes, but no award of it yet."""
        return tuple(
            DueLine(
                award_id="",
                student_id=one.student_id,
                name=self._records.students[one.student_id].name,
                course_id=course.id,
                cycle=one.cycle,
                completed_at=max(moments),
            )
            for one in self._records.enrolments.values()
            if (one.course_id, one.course_version) == (course.id, course.version)
            and (one.student_id, course.id, course.version, one.cycle) not in self._records.awards
            and ((one.student_id, course.id, one.cycle) in self._records.evaluations or not course.evaluation.required)
            and (moments := self._passes(one.student_id, course))
        )

    def _passes(self, student_id: str, course: Course) -> list[datetime]:
        """Return when each required exam was first passed; nothing unless all of them were."""
        newest = {attempt: score for (attempt, _), score in sorted(self._records.scores.items())}
        found = [
            [
                newest[one.id].finished_at
                for one in self._records.headers.values()
                if _place(one) == (course.id, exam.id, student_id)
                and one.standing.status not in {Status.OPEN, Status.VOIDED}
                and one.id in newest
                and newest[one.id].passed
            ]
            for exam in course.exams
            if exam.required
        ]
        return [min(moments) for moments in found] if all(found) else []

    def _cycle(self, student_id: str, course_id: str) -> tuple[str, int] | None:
        found = self._records.enrolments.get((student_id, course_id))
        return (found.course_version, found.cycle) if found else None

    def audit(self, query: AuditQuery, window: Window) -> Page[AuditRecord]:
        """Return audit records, the newest first."""
        found = [
            one
            for one in reversed(self._records.audit.values())
            if query.actor in {"", one.actor} and query.subject in {"", one.subject} and one.deed.startswith(query.deed)
            if (query.since is None or one.at >= query.since) and (query.until is None or one.at < query.until)
        ]
        return _page(found, window)

    def _students(self, words: str) -> list[Student]:
        found = [one for one in self._records.students.values() if not one.merged_into and _has(_sought(one), words)]
        return sorted(found, key=lambda one: (folded(one.name), one.id))


def papers_by_award(records: Records) -> dict[str, CertificateRecord]:
    """Return the newest certificate of each award, without those that were revoked before it was made again."""
    newest = {one.award_id: one for one in records.certificates.values()}
    states = {one.number: one for one in records.statuses.values()}

    def is_gone(award: Award) -> bool:
        state = states[newest[award.id].number]
        return state.status == "revoked" and state.at < award.awarded_at

    return {one.id: newest[one.id] for one in records.awards.values() if one.id in newest and not is_gone(one)}


def _sought(one: Student) -> str:
    return " ".join((one.name, one.email, *(licence.number for licence in one.licences), one.id))


def _has(text: str, words: str) -> bool:
    return all(word in folded(text) for word in folded(words).split())


def _place(one: AttemptHeader) -> tuple[str, str, str]:
    return one.course_id, one.exam_id, one.student_id


def _page(rows: Sequence[T], window: Window) -> Page[T]:
    return Page(rows[window.offset : window.offset + window.limit], len(rows))

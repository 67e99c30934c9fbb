"""The long lists in memory: everything is looked through, a page is cut out of what is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from cequiz.domain.bank.course import Course
from cequiz.domain.credential.award import ENDED, MADE, Award
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
    PaperLine,
    StudentLine,
    Window,
)
from tests.fakes_office import OfficeRecords

T = TypeVar("T")

_NEVER = 10**9


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

    def papers(self, *, after: int, limit: int) -> Sequence[PaperLine]:
        """Return the next certificates in the order of issue; places count what is there."""
        states: Mapping[str, str] = {one.number: one.status for one in self._records.statuses.values()}
        lines = [
            PaperLine(place=place, record=replace(one, pdf=b""), status=states[one.number])
            for place, one in enumerate(self._records.certificates.values(), start=1)
        ]
        return lines[after : after + limit]

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
            and one.id not in ended_awards(self._records)
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
            and self._award(one, course) is None
            and ((one.student_id, course.id, one.cycle) in self._records.evaluations or not course.evaluation.required)
            and (moments := self._passes(one.student_id, course))
        )

    def _award(self, enrolment: Enrolment, course: Course) -> Award | None:
        award = self._records.awards.get((enrolment.student_id, course.id, course.version, enrolment.cycle))
        return None if award is None or award.id in ended_awards(self._records) else award

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
    """Return the newest certificate of each award, without those that were taken away before it was made again."""
    newest = {one.award_id: one for one in records.certificates.values()}
    lost = gone_papers(records)
    return {award: one for award, one in newest.items() if one.number not in lost}


def gone_papers(records: Records) -> frozenset[str]:
    """Return the numbers of certificates that were taken away before their award was made again."""
    made = _last(records, MADE)
    over = {**_last(records, "certificate.expired"), **_last(records, "certificate.revoked")}
    papers = records.certificates.values()
    return frozenset(one.number for one in papers if over.get(one.number, _NEVER) < made.get(one.award_id, -1))


def ended_awards(records: Records) -> frozenset[str]:
    """Return the ids of awards that were ended and not made again since."""
    made = _last(records, MADE)
    return frozenset(award for award, place in _last(records, ENDED).items() if made.get(award, -1) < place)


def _last(records: Records, deed: str) -> Mapping[str, int]:
    """Return the place of the last record of a deed, by what it was done to."""
    return {one.subject: place for place, one in sorted(records.audit.items()) if one.deed == deed}


def _sought(one: Student) -> str:
    return " ".join((one.name, one.email, *(licence.number for licence in one.licences), one.id))


def _has(text: str, words: str) -> bool:
    return all(word in folded(text) for word in folded(words).split())


def _place(one: AttemptHeader) -> tuple[str, str, str]:
    return one.course_id, one.exam_id, one.student_id


def _page(rows: Sequence[T], window: Window) -> Page[T]:
    return Page(rows[window.offset : window.offset + window.limit], len(rows))

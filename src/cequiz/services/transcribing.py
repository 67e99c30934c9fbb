"""Transcribing: what a student took, sat and earned, as one value that every face and file is made from.

It says nothing of what was granted to a person: no accommodation ever stands on a transcript. Days are those of the
provider's time zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from cequiz.domain.bank.course import Course
from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.canonical import Json
from cequiz.domain.credential.award import Award
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.marking import percent_text
from cequiz.domain.people.student import Student
from cequiz.domain.report import Align, Column, Report
from cequiz.language import mark, tr
from cequiz.services.enrolling import find_student
from cequiz.services.freezing import NO_PROVIDER
from cequiz.services.grading import sweep
from cequiz.services.ports import AttemptHeader, CertificateRecord, Enrolment, Ports, Unit
from cequiz.services.records_of import courses_of, state_of

_STATES = {
    Status.OPEN: mark("running"),
    Status.SUBMITTED: mark("handed in"),
    Status.EXPIRED: mark("time ran out"),
    Status.VOIDED: mark("voided"),
}


@dataclass(frozen=True, kw_only=True)
class SatExam:
    """An attempt on a transcript."""

    header: AttemptHeader
    title: str
    percent: str
    """Cut to one decimal, without a sign; empty while there is no score that counts."""
    passed: bool | None
    """None while there is no score that counts."""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A certificate on a transcript."""

    number: str
    state: str
    issued_at: datetime
    completed_on: date
    """What it says itself, here and below: the award may have been earned anew since."""
    percent: str
    """As it is printed, without a sign."""


@dataclass(frozen=True, kw_only=True)
class Earned:
    """An award on a transcript, with its certificates, oldest first."""

    award: Award
    hours: str
    papers: tuple[Paper, ...]
    ended: bool = False
    """Whether it was taken away since: it stands there for its certificates alone."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A course on a transcript."""

    course: Course
    """In the version of the enrolment, delivered as the student takes it."""
    enrolment: Enrolment | None
    exams: tuple[SatExam, ...]
    earned: tuple[Earned, ...]


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """Everything a student took, in the order of enrolment."""

    student: Student
    provider: str
    """The provider's name; empty while there is none."""
    zone: str
    """The provider's time zone (IANA)."""
    made_at: datetime
    courses: tuple[Taken, ...]


def transcript(ports: Ports, student_id: str) -> Transcript:
    """Return what a student took, sat and earned; attempts that ran out are closed first.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address; for somebody who was merged, the one who stays.

    Raises:
        NotFound: there is no such student.
    """
    sweep(ports)
    with ports.store.read() as unit:
        student = find_student(unit, student_id)
        provider = unit.providers.get()
        taken = [_taken(unit, student.id, course) for course in courses_of(unit, student.id)]
    return Transcript(
        student=student,
        provider=provider.name if provider else "",
        zone=(provider or NO_PROVIDER).time_zone,
        made_at=ports.clock.read().wall,
        courses=tuple(one for one in taken if one is not None),
    )


def _taken(unit: Unit, student_id: str, course_id: str) -> Taken | None:
    enrolment = unit.enrolments.get(student_id, course_id)
    version = enrolment.course_version if enrolment else ""
    course = unit.courses.get(course_id, version) if version else unit.courses.latest(course_id)
    if course is None:
        return None
    attempts = unit.attempts.headers(student_id=student_id, course_id=course_id)
    return Taken(
        course=course.taken(enrolment.delivery if enrolment else ""),
        enrolment=enrolment,
        exams=tuple(_sat(unit, one) for one in attempts),
        earned=tuple(one for one in _all_earned(unit, student_id, course_id) if one.papers or not one.ended),
    )


def _sat(unit: Unit, header: AttemptHeader) -> SatExam:
    course = unit.courses.get(header.course_id, header.course_version)
    titles = {exam.id: exam.title for exam in course.exams} if course else {}
    counts = header.standing.status in {Status.SUBMITTED, Status.EXPIRED}
    score = unit.scores.latest(header.id) if counts else None
    return SatExam(
        header=header,
        title=titles.get(header.exam_id, header.exam_id),
        percent=percent_text(score.percent) if score else "",
        passed=score.passed if score else None,
    )


def _all_earned(unit: Unit, student_id: str, course_id: str) -> Iterator[Earned]:
    ended = unit.awards.ended()
    for award in unit.awards.of(student_id, course_id):
        yield replace(_earned(unit, award), ended=award.id in ended)


def _earned(unit: Unit, award: Award) -> Earned:
    course = unit.courses.get(award.course_id, award.course_version)
    papers = [_paper(unit, one) for one in unit.certificates.of_award(award.id)]
    return Earned(award=award, hours=decimal_text(course.ce_hours) if course else "", papers=tuple(papers))


def _paper(unit: Unit, record: CertificateRecord) -> Paper:
    return Paper(
        number=record.number,
        state=state_of(unit, record.number),
        issued_at=record.issued_at,
        completed_on=record.facts.completed_on,
        percent=record.facts.score.removesuffix("%").strip(),
    )


def to_json(said: Transcript) -> dict[str, Json]:
    """Return a transcript as JSON values; instants are UTC (ISO-8601)."""
    return {
        "student": said.student.id,
        "name": said.student.name,
        "email": said.student.email,
        "licences": [{"state": one.state, "number": one.number} for one in said.student.licences],
        "provider": said.provider,
        "made_at": _utc(said.made_at),
        "courses": [_course_json(one) for one in said.courses],
    }


def _course_json(one: Taken) -> dict[str, Json]:
    enrolment = one.enrolment
    return {
        "course": one.course.id,
        "title": one.course.title,
        "version": one.course.version,
        "ce_hours": decimal_text(one.course.ce_hours),
        "delivery": str(one.course.delivery),
        "enrolled_at": _utc(enrolment.enrolled_at) if enrolment else None,
        "cycle": enrolment.cycle if enrolment else None,
        "attempts": [
            {
                "attempt": sat.header.id,
                "exam": sat.header.exam_id,
                "number": sat.header.number,
                "started_at": _utc(sat.header.started_at),
                "finished_at": _utc(sat.header.standing.finished_at),
                "status": str(sat.header.standing.status),
                "percent": sat.percent or None,
                "passed": sat.passed,
            }
            for sat in one.exams
        ],
        "awards": [
            {
                "award": earned.award.id,
                "version": earned.award.course_version,
                "cycle": earned.award.cycle,
                "completed_at": _utc(earned.award.completed_at),
                "ce_hours": earned.hours,
                "percent": percent_text(earned.award.percent),
                "ended": earned.ended,
                "certificates": [
                    {
                        "number": paper.number,
                        "state": paper.state,
                        "issued_at": _utc(paper.issued_at),
                        "completed_on": paper.completed_on.isoformat(),
                        "percent": paper.percent or None,
                    }
                    for paper in earned.papers
                ],
            }
            for earned in one.earned
        ],
    }


def reports(said: Transcript) -> tuple[Report, Report, Report]:
    """Return a transcript as three tables: what was earned, what was taken, what was sat."""
    zone = ZoneInfo(said.zone)
    licences = ", ".join(map(str, said.student.licences))
    notes = [
        tr("E-mail address: {email}", email=said.student.email),
        tr("Licences: {licences}", licences=licences or tr("none")),
        tr("Days are those of {zone}.", zone=said.zone),
    ]
    return (
        Report(
            id="transcript",
            title=tr("Transcript of {name}", name=said.student.name),
            made_at=said.made_at,
            columns=_earned_columns(),
            rows=[row for one in said.courses for row in _earned_rows(one, zone)],
            covers=tr("What was earned"),
            notes=tuple(notes),
        ),
        Report(
            id="transcript-courses",
            title=tr("Courses"),
            made_at=said.made_at,
            columns=_course_columns(),
            rows=[_course_row(one, zone) for one in said.courses],
        ),
        Report(
            id="transcript-attempts",
            title=tr("Exams"),
            made_at=said.made_at,
            columns=_attempt_columns(),
            rows=[_attempt_row(one, sat, zone) for one in said.courses for sat in one.exams],
        ),
    )


def chronicle(said: Transcript) -> Report:
    """Return a transcript as one table, a line for everything that happened, in the order of time."""
    zone = ZoneInfo(said.zone)
    events = sorted((event for one in said.courses for event in _events(one)), key=lambda event: event[0])
    return Report(
        id="transcript",
        title=tr("Transcript of {name}", name=said.student.name),
        made_at=said.made_at,
        columns=(
            Column("date", tr("DATE")),
            Column("kind", tr("KIND")),
            Column("course", tr("COURSE")),
            Column("version", tr("VERSION")),
            Column("cycle", tr("CYCLE"), Align.RIGHT),
            Column("name", tr("WHAT")),
            Column("state", tr("STATE")),
            Column("percent", tr("RESULT"), Align.RIGHT),
            Column("ce_hours", tr("CE HOURS"), Align.RIGHT),
        ),
        rows=[{"date": _day(at, zone), **row} for at, row in events],
    )


def _events(one: Taken) -> Iterator[tuple[datetime, dict[str, Json]]]:
    about: dict[str, Json] = {"course": one.course.id, "version": one.course.version}
    if one.enrolment is not None:
        yield (
            one.enrolment.enrolled_at,
            {**about, "kind": "enrolment", "cycle": one.enrolment.cycle, "state": str(one.course.delivery)},
        )
    for sat in one.exams:
        row = {**about, "version": sat.header.course_version, "kind": "attempt", "name": sat.header.exam_id}
        state = str(sat.header.standing.status) if sat.passed is None else ("passed" if sat.passed else "failed")
        yield sat.header.started_at, {**row, "state": state, "percent": sat.percent or None}
    for earned in one.earned:
        award = earned.award
        row = {**about, "version": award.course_version, "cycle": award.cycle, "ce_hours": earned.hours}
        if not earned.ended:
            yield award.completed_at, {**row, "kind": "award", "percent": percent_text(award.percent)}
        for paper in earned.papers:
            yield paper.issued_at, {**row, "kind": "certificate", "name": paper.number, "state": paper.state}


def _earned_columns() -> tuple[Column, ...]:
    return (
        Column("title", tr("COURSE")),
        Column("ce_hours", tr("CE HOURS"), Align.RIGHT),
        Column("completed", tr("COMPLETED")),
        Column("percent", tr("RESULT"), Align.RIGHT),
        Column("certificate", tr("CERTIFICATE")),
        Column("state", tr("STATE")),
        Column("issued", tr("ISSUED")),
    )


def _earned_rows(one: Taken, zone: tzinfo) -> Iterator[dict[str, Json]]:
    for earned in one.earned:
        row: dict[str, Json] = {
            "title": one.course.title,
            "ce_hours": earned.hours,
            "completed": _day(earned.award.completed_at, zone),
            "percent": f"{percent_text(earned.award.percent)} %",
        }
        if not earned.papers:
            yield row
        for paper in earned.papers:
            state = tr(_LIVES.get(paper.state, paper.state))
            yield {
                **row,
                "completed": paper.completed_on.isoformat(),
                "percent": f"{paper.percent} %" if paper.percent else None,
                "certificate": paper.number,
                "state": state,
                "issued": _day(paper.issued_at, zone),
            }


_LIVES = {
    "issued": mark("in force"),
    "superseded": mark("superseded"),
    "suspended": mark("suspended"),
    "revoked": mark("revoked"),
    "expired": mark("expired"),
}


def _course_columns() -> tuple[Column, ...]:
    return (
        Column("title", tr("COURSE")),
        Column("version", tr("VERSION")),
        Column("delivery", tr("DELIVERY")),
        Column("cycle", tr("CYCLE"), Align.RIGHT),
        Column("enrolled", tr("ENROLLED")),
    )


def _course_row(one: Taken, zone: tzinfo) -> dict[str, Json]:
    enrolment = one.enrolment
    return {
        "title": one.course.title,
        "version": one.course.version,
        "delivery": tr(one.course.delivery.words()),
        "cycle": enrolment.cycle if enrolment else None,
        "enrolled": _day(enrolment.enrolled_at, zone) if enrolment else None,
    }


def _attempt_columns() -> tuple[Column, ...]:
    return (
        Column("course", tr("COURSE")),
        Column("exam", tr("EXAM")),
        Column("number", tr("ATTEMPT"), Align.RIGHT),
        Column("started", tr("STARTED")),
        Column("state", tr("STATE")),
        Column("percent", tr("RESULT"), Align.RIGHT),
        Column("passed", tr("PASSED")),
    )


def _attempt_row(one: Taken, sat: SatExam, zone: tzinfo) -> dict[str, Json]:
    return {
        "course": one.course.title,
        "exam": sat.title,
        "number": sat.header.number,
        "started": _day(sat.header.started_at, zone),
        "state": tr(_STATES[sat.header.standing.status]),
        "percent": f"{sat.percent} %" if sat.percent else None,
        "passed": sat.passed,
    }


def _day(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).date().isoformat()


def _utc(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")

"""`report enrolments`: who enrolled in a period, and how far they have come."""

from __future__ import annotations

from cequiz.domain.canonical import Json
from cequiz.domain.report import Align, Column, Report
from cequiz.language import mark, tr
from cequiz.services.ports import Ports
from cequiz.services.ports.reports import Enrolled, EnrolmentQuery
from cequiz.services.reports.pacing import Stop, Tell, paced
from cequiz.services.reports.periods import ALWAYS, House, Period, about, house, newest_course
from cequiz.services.tallying import never, quiet

_COMPLETED, _BEGUN, _ENROLLED = mark("completed"), mark("begun"), mark("enrolled")


def enrolments(
    ports: Ports, *, period: Period = ALWAYS, course_id: str = "", progress: Tell = quiet, stop: Stop = never
) -> Report:
    """Return the enrolments of a period, by the instant of enrolling.

    Args:
        ports: the outside world.
        period: of the days of enrolling.
        course_id: of one course; empty for all.
        progress: is told how many rows are done, and of how many.
        stop: whether to stop.

    Raises:
        NotFound: there is no such course.
        Stopped: it was stopped.
    """
    with ports.store.read() as unit:
        here = house(ports, unit)
        course = newest_course(unit, course_id) if course_id else None
        query = EnrolmentQuery(stretch=period.stretch(here.zone), course_id=course_id)
        rows = [_row(one, here) for one in paced(unit.reports.enrolments(query), progress, stop)]
    return Report(
        id="enrolments",
        title=tr("Enrolments"),
        made_at=here.now,
        covers=about(period, course),
        columns=_columns(),
        rows=rows,
        notes=(tr("A renewal keeps the day of the first enrolment; state, attempts and certificate are of its cycle."),)
        if rows
        else (),
        summary={state: sum(row["state"] == tr(state) for row in rows) for state in (_ENROLLED, _BEGUN, _COMPLETED)},
    )


def _row(one: Enrolled, here: House) -> dict[str, Json]:
    state = _COMPLETED if one.completed_at else _BEGUN if one.attempts else _ENROLLED
    return {
        "name": one.name,
        "enrolled": here.day(one.enrolment.enrolled_at).isoformat(),
        "state": tr(state),
        "completed": here.day(one.completed_at).isoformat() if one.completed_at else None,
        "certificate": one.certificate or None,
        "course": one.enrolment.course_id,
        "version": one.enrolment.course_version,
        "cycle": one.enrolment.cycle,
        "format": one.enrolment.delivery or None,
        "attempts": one.attempts,
        "student": one.enrolment.student_id,
    }


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", tr("Name")),
        Column("enrolled", tr("Enrolled")),
        Column("state", tr("State")),
        Column("completed", tr("Completed")),
        Column("certificate", tr("Certificate")),
        Column("course", tr("Course")),
        Column("version", tr("Version")),
        Column("cycle", tr("Cycle"), Align.RIGHT),
        Column("format", tr("Format")),
        Column("attempts", tr("Attempts"), Align.RIGHT),
        Column("student", tr("Student")),
    )

"""`report roster`: everybody who completed a course in a period, with the fields that boards ask for in their lists."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cequiz.domain.bank.course import Approval, Course
from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.canonical import Json
from cequiz.domain.credential.lifecycle import LIFE_WORDS
from cequiz.domain.exam.marking import percent_text
from cequiz.domain.report import Align, Column, Report
from cequiz.language import tr
from cequiz.services.ports import Ports, Unit
from cequiz.services.ports.reports import Completion, CompletionQuery
from cequiz.services.reports.periods import ALWAYS, House, Period, about, house, newest_course

CourseOf = Callable[[str, str], Course | None]
"""Id and version to a course."""


def roster(ports: Ports, *, period: Period = ALWAYS, course_id: str = "") -> Report:
    """Return the roster of a period, by the day of completion.

    Raises:
        NotFound: there is no such course.
    """
    with ports.store.read() as unit:
        here = house(ports, unit)
        course = newest_course(unit, course_id) if course_id else None
        found = unit.reports.completions(CompletionQuery(stretch=period.stretch(here.zone), course_id=course_id))
        taught = courses_of(unit)
        rows = [_row(ports, one, taught(one.award.course_id, one.award.course_version), here) for one in found]
    return Report(
        id="roster",
        title=tr("Roster of completions"),
        made_at=here.now,
        covers=about(period, course),
        columns=_columns(),
        rows=rows,
        notes=(
            tr("Name and licences are those on record today; title, hours and numbers those of the course version."),
            tr("The day of completion is that of the last required pass, in the provider's time zone."),
        )
        if rows
        else (),
        summary={"completions": len(rows), "with_certificate": sum(bool(row["certificate"]) for row in rows)},
    )


def courses_of(unit: Unit) -> CourseOf:
    """Return what gives the versions of courses, each read once."""
    return lru_cache(maxsize=None)(unit.courses.get)


def body_of(ports: Ports, approval: Approval) -> str:
    """Return an approving body's name as certificates print it."""
    return ports.boards.pack(approval.board).body(approval.board)


def _numbers(board: str, approval: Approval) -> str:
    """Return who approved a course, and the numbers that were given."""
    provider, course = approval.provider_number, approval.course_number
    if provider and course:
        return tr("{board}: provider {provider}, course {course}", board=board, provider=provider, course=course)
    if provider:
        return tr("{board}: provider {provider}", board=board, provider=provider)
    return tr("{board}: course {course}", board=board, course=course) if course else board


def _row(ports: Ports, one: Completion, course: Course | None, here: House) -> dict[str, Json]:
    delivery = "" if course is None else one.delivery or str(course.delivery)
    return {
        "name": one.name,
        "licences": [f"{licence.state} {licence.number}" for licence in one.licences],
        "completed": here.day(one.award.completed_at).isoformat(),
        "certificate": one.certificate or None,
        "hours": decimal_text(course.ce_hours) if course else None,
        "title": course.title if course else one.award.course_id,
        "course": f"{one.award.course_id} {one.award.course_version}",
        "format": delivery,
        "score": percent_text(one.award.percent),
        "status": one.status or None,
        "approvals": [_numbers(body_of(ports, one), one) for one in course.approvals] if course else [],
    }


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", tr("Name")),
        Column("licences", tr("Licences")),
        Column("completed", tr("Completed")),
        Column("certificate", tr("Certificate")),
        Column("hours", tr("CE hours"), Align.RIGHT),
        Column("title", tr("Course title")),
        Column("course", tr("Course")),
        Column("format", tr("Format")),
        Column("score", tr("Score %"), Align.RIGHT),
        Column("status", tr("Status"), words={state: tr(words) for state, words in LIFE_WORDS.items()}),
        Column("approvals", tr("Approvals")),
    )

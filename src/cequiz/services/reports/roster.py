"""`report roster`: everybody who completed a course in a period, with every field that boards want printed.

What a certificate says is taken from its own frozen facts: an enrolment, a course or a provider may have changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cequiz.domain.bank.course import Approval, Course
from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.canonical import Json
from cequiz.domain.credential.facts import UNIT, ApprovalFact, Facts
from cequiz.domain.credential.lifecycle import LIFE_WORDS
from cequiz.domain.credential.provider import Provider, Signatory
from cequiz.domain.exam.marking import percent_text
from cequiz.domain.report import Align, Column, Report
from cequiz.language import tr
from cequiz.services import freezing
from cequiz.services.ports import Ports, Unit
from cequiz.services.ports.reports import Completion, CompletionQuery
from cequiz.services.reports.pacing import Stop, Tell, pieces
from cequiz.services.reports.periods import ALWAYS, House, Period, about, house, newest_course
from cequiz.services.tallying import never, quiet

CourseOf = Callable[[str, str], Course | None]
"""Id and version to a course."""


def roster(
    ports: Ports, *, period: Period = ALWAYS, course_id: str = "", progress: Tell = quiet, stop: Stop = never
) -> Report:
    """Return the roster of a period, by the day of completion.

    Args:
        ports: the outside world.
        period: of the completions.
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
        found = unit.reports.completions(CompletionQuery(stretch=period.stretch(here.zone), course_id=course_id))
        desk = _Desk(ports, unit, here, unit.providers.get(), courses_of(unit))
        columns = _columns()
        keys = [one.key for one in columns]
        rows = [{key: row[key] for key in keys} for piece in pieces(found, progress, stop) for row in desk.rows(piece)]
    return Report(
        id="roster",
        title=tr("Roster of completions"),
        made_at=here.now,
        covers=about(period, course),
        columns=columns,
        rows=rows,
        notes=(
            tr("Name and licences are those on record today; everything else is what the certificate says."),
            tr("Where no certificate was issued, it is what the course version and the provider say today."),
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


@dataclass(frozen=True)
class _Desk:
    """What rows are made from."""

    ports: Ports
    unit: Unit
    here: House
    provider: Provider | None
    taught: CourseOf

    def rows(self, some: Sequence[Completion]) -> Iterator[dict[str, Json]]:
        """Yield the rows of some completions; their certificates are read at once."""
        facts = self.unit.reports.facts([one.certificate for one in some if one.certificate])
        for one in some:
            printed = facts.get(one.certificate)
            yield {**self._own(one), **(_printed(printed) if printed else self._today(one))}

    def _own(self, one: Completion) -> dict[str, Json]:
        return {
            "name": one.name,
            "licences": [f"{licence.state} {licence.number}" for licence in one.licences],
            "completed": self.here.day(one.award.completed_at).isoformat(),
            "certificate": one.certificate or None,
            "course": f"{one.award.course_id} {one.award.course_version}",
            "score": percent_text(one.award.percent),
            "status": one.status or None,
        }

    def _today(self, one: Completion) -> dict[str, Json]:
        """Return what would be printed, as far as it is known without a certificate."""
        course = self.taught(one.award.course_id, one.award.course_version)
        if course is None:
            return _fields(title=one.award.course_id)
        enrolment = self.unit.enrolments.get(one.award.student_id, course.id)
        if enrolment is not None and enrolment.cycle == one.award.cycle:
            course = course.taken(enrolment.delivery)
        provider = self.provider or freezing.NO_PROVIDER
        known = self.provider is not None
        return _fields(
            hours=decimal_text(course.ce_hours),
            title=course.title,
            format=course.delivery.words(),
            approvals=freezing.approvals(self.ports, course),
            subjects=course.subjects,
            instructors=freezing.instructors(course, provider) if known else (),
            administrator=provider.administrator if known else None,
            place=freezing.place(course, provider) if known else "",
            provider=provider.name if known else "",
            contact=provider.contact if known else "",
        )


def _printed(facts: Facts) -> dict[str, Json]:
    """Return what a certificate says."""
    return _fields(
        hours=facts.ce_hours,
        title=facts.course_title,
        format=facts.delivery,
        approvals=facts.approvals,
        document=facts.document_title,
        issued=facts.issued_on.isoformat(),
        subjects=facts.subjects,
        instructors=facts.instructors,
        administrator=facts.administrator,
        place=facts.place,
        provider=facts.provider_name,
        contact=facts.provider_contact,
        revision=facts.revision_note if facts.revision else "",
    )


def _fields(
    *,
    approvals: Sequence[ApprovalFact] = (),
    subjects: Sequence[str] = (),
    instructors: Sequence[Signatory] = (),
    administrator: Signatory | None = None,
    **texts: str,
) -> dict[str, Json]:
    return {
        **{name: texts.get(name) or None for name in _TEXTS},
        "unit": UNIT,
        "approvals": [_numbers(one) for one in approvals],
        "approved": [_approved(one) for one in approvals],
        "subjects": list(subjects),
        "instructors": [_signed(one) for one in instructors],
        "administrator": _signed(administrator) if administrator else None,
    }


_TEXTS = ("hours", "title", "format", "document", "issued", "place", "provider", "contact", "revision")


def _numbers(one: ApprovalFact) -> str:
    """Return who approved a course, and the numbers that were given."""
    board, provider, course = one.body, one.provider_number, one.course_number
    if provider and course:
        return tr("{board}: provider {provider}, course {course}", board=board, provider=provider, course=course)
    if provider:
        return tr("{board}: provider {provider}", board=board, provider=provider)
    return tr("{board}: course {course}", board=board, course=course) if course else board


def _approved(one: ApprovalFact) -> str:
    return tr("{board}: {title}, {hours} {unit}", board=one.body, title=one.title, hours=one.hours, unit=UNIT)


def _signed(one: Signatory) -> str:
    return f"{one.name}, {one.role}" if one.role else one.name


def _columns() -> tuple[Column, ...]:
    words: Mapping[str, str] = {state: tr(words) for state, words in LIFE_WORDS.items()}
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
        Column("status", tr("Status"), words=words),
        Column("approvals", tr("Approvals")),
        Column("issued", tr("Issued on")),
        Column("revision", tr("Revision")),
        Column("document", tr("Document"), shared=True),
        Column("unit", tr("Unit"), shared=True),
        Column("approved", tr("As approved"), shared=True),
        Column("subjects", tr("Subjects"), shared=True),
        Column("instructors", tr("Instructors"), shared=True),
        Column("administrator", tr("Administrator"), shared=True),
        Column("place", tr("Place"), shared=True),
        Column("provider", tr("Provider"), shared=True),
        Column("contact", tr("Provider's contact"), shared=True),
    )

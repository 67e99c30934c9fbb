"""Freezing: what a certificate says, gathered from course, student, provider and award at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from cequiz.domain.bank.course import Course
from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.credential.award import Award
from cequiz.domain.credential.facts import ApprovalFact, Facts, LicenceFact, date_text, label_of
from cequiz.domain.credential.numbering import Number
from cequiz.domain.credential.provider import Provider, Signatory
from cequiz.domain.credential.verification import compare
from cequiz.domain.exam.marking import percent_text
from cequiz.domain.people.student import Student
from cequiz.errors import NotAllowed
from cequiz.language import tr
from cequiz.services.boarding import boards_run, title_for
from cequiz.services.ports import Ports

EDITION = 2
"""The format of the records that are made today."""

MOST_NAMED = 3
"""So many changed fields find room beside what a correction replaces."""

NO_PROVIDER = Provider(
    name="Provider not configured",
    contact="contact not configured",
    address="Address not configured",
    time_zone="UTC",
    administrator=Signatory("Administrator named by the provider", "Provider Administrator"),
    instructor=Signatory("Instructor named by the provider", ""),
)
"""What a SPECIMEN prints until a provider is set: plainly nobody."""

SAMPLE_STUDENT = Student(id="S-SAMPLE", name="Sample Student", email="sample@example.org")


def gather(
    ports: Ports,
    course: Course,
    student: Student,
    provider: Provider,
    *,
    award: Award | None,
    issued_on: date,
    number: str | None,
) -> Facts:
    """Return the facts of a certificate, or of a SPECIMEN where there is no number; an award brings day and score.

    Raises:
        NotAllowed: the boards that approved the course ask for titles that exclude each other.
    """
    said = Facts(
        document_title=title_for(ports, course),
        provider_name=provider.name,
        provider_contact=provider.contact,
        student_name=student.name,
        licences=licences(student),
        course_title=course.title,
        course_id=course.id,
        course_version=course.version,
        subjects=tuple(course.subjects),
        delivery=course.delivery.words(),
        ce_hours=decimal_text(course.ce_hours),
        completed_on=provider.local(award.completed_at).date() if award else issued_on,
        issued_on=issued_on,
        place=place(course, provider),
        instructors=instructors(course, provider),
        administrator=provider.administrator,
        approvals=approvals(ports, course),
        score=f"{percent_text(award.percent)} %" if award else "",
        pass_mark=f"{percent_text(award.pass_mark)} %" if award else "",
        number=number,
        footer=course.scope_statement or "",
        cycle=award.cycle if award else 1,
    )
    return of_today(ports, said, course, provider)


def of_today(ports: Ports, facts: Facts, course: Course, provider: Provider) -> Facts:
    """Return facts in today's format, with the look they are drawn in and the boards they are checked against."""
    return replace(
        facts,
        edition=EDITION,
        delivery_id=str(course.delivery),
        template=provider.look.template,
        paper=provider.look.paper.value,
        boards=boards_run(ports, facts, course),
    )


def approvals(ports: Ports, course: Course) -> tuple[ApprovalFact, ...]:
    """Return who approved a course, each body by the name that its board pack has for it."""
    return tuple(
        ApprovalFact(
            ports.boards.pack(one.board).body(one.board),
            one.provider_number or "",
            one.course_number or "",
            one.title,
            decimal_text(one.hours),
        )
        for one in course.approvals
    )


def licences(student: Student) -> tuple[LicenceFact, ...]:
    """Return a student's licences as a certificate keeps them."""
    return tuple(LicenceFact(one.state, one.number) for one in student.licences)


def place(course: Course, provider: Provider) -> str:
    """Return where a course was completed, as printed."""
    return f"Home study, {provider.address}" if course.delivery == "home-study" else provider.address


def instructors(course: Course, provider: Provider) -> tuple[Signatory, ...]:
    """Return who signs as instructor: whom the provider names, else those of the course; nobody where none is named."""
    own = tuple(Signatory(one.name, one.credentials or "") for one in course.instructors)
    if provider.instructor is None or (own and provider is NO_PROVIDER):
        return own
    return (provider.instructor,)


def revision_note(number: Number, before: Facts, changed: Sequence[str]) -> str:
    """Return what a correction prints about itself: what it replaces, and which fields are new, if they are few.

    What stood there before is not printed: whoever hangs up a certificate need not show a former name.

    Args:
        number: the number of the correction.
        before: the certificate whose place it takes.
        changed: names of printed fields.
    """
    note = f"Revision {number.revision}: replaces certificate {before.number} of {date_text(before.issued_on)}"
    if not 0 < len(changed) <= MOST_NAMED:
        return note
    return f"{note}; changed: {', '.join(label_of(name).lower() for name in changed)}"


def check_page(facts: Facts, printed: Mapping[str, str]) -> None:
    """Refuse to issue a page that does not read back as its facts: what a board cannot read, it will not accept.

    Args:
        facts: what should be printed.
        printed: field name to text, as read from the page.

    Raises:
        NotAllowed: names the fields that came out different.
    """
    found = compare(printed, facts, "issued")
    if found.differences:
        names = ", ".join(tr(difference.label) for difference in found.differences)
        raise NotAllowed(
            tr("The certificate does not print right: {names}.", names=names), hint=tr("This one was not issued.")
        )

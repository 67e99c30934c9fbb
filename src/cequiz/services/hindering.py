"""Hindering: what a certificate that is due would say, and everything that stands in the way of issuing it.

The same checks as in `issuing`, but all of them at once, and nothing is kept: no number, no key, no record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cequiz.domain.bank.course import Course
from cequiz.domain.credential.award import Award, last_pass
from cequiz.domain.credential.boards import Breach
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.numbering import Number
from cequiz.domain.credential.provider import Provider
from cequiz.domain.people.student import Student
from cequiz.errors import CequizError, NotAllowed, WrongState
from cequiz.language import tr
from cequiz.services.boarding import check_boards
from cequiz.services.earning import Progress, check_earned, progress
from cequiz.services.enrolling import cycle_of, find_course, find_student
from cequiz.services.freezing import NO_PROVIDER, check_page, gather
from cequiz.services.issuing import check_clock
from cequiz.services.ports import CertificateQuery, Ports, Unit, Window


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """A certificate that is not issued yet."""

    student: Student
    course: Course
    completed_on: date
    """The day, in the provider's time zone."""
    pdf: bytes
    """A SPECIMEN of it; empty where none can be drawn."""
    breaches: tuple[Breach, ...]
    """What boards would reject it for."""
    refusals: tuple[CequizError, ...]
    """What else stands in the way."""

    @property
    def can_be_issued(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.breaches and not self.refusals


@dataclass(frozen=True)
class _Case:
    """What a certificate would be made from."""

    student: Student
    course: Course
    provider: Provider
    award: Award
    number: str
    """The one that is next."""


def prospect(ports: Ports, *, student_id: str, course_id: str) -> Prospect:
    """Return what a certificate would say and what stands in its way.

    Raises:
        NotFound: there is no such student or course.
        WrongState: the course is not earned, or its certificate was issued.
    """
    refusals: list[CequizError] = []
    with ports.store.read() as unit:
        case = _case(ports, unit, student_id, course_id)
        try:
            if case.award.id:
                check_earned(unit, case.award, case.course)
        except CequizError as error:
            refusals.append(error)
    refusals += hindrances(ports)
    if case.provider is not NO_PROVIDER:
        refusals += _hindered(ports, case)
    breaches: tuple[Breach, ...] = ()
    pdf = b""
    try:
        breaches = check_boards(ports, _facts(ports, case, case.number).frozen(), case.course)
        specimen = _facts(ports, case, None)
        pdf = ports.press.draw(specimen, look=case.provider.look)
        check_page(specimen, ports.press.read_fields(pdf))
    except CequizError as error:
        refusals.append(error)
    return Prospect(
        student=case.student,
        course=case.course,
        completed_on=case.provider.local(case.award.completed_at).date(),
        pdf=pdf,
        breaches=breaches,
        refusals=tuple(refusals),
    )


def hindrances(ports: Ports) -> tuple[CequizError, ...]:
    """Return what keeps every certificate from being issued: no provider, or a key that is locked or lost."""
    with ports.store.read() as unit:
        nobody = unit.providers.get() is None
        newest = unit.listings.certificates(CertificateQuery(), Window(limit=1)).rows
        before = unit.certificates.get(newest[0].number) if newest else None
    if nobody:
        hint = tr("`cequiz provider set --help` says how.")
        return (NotAllowed(tr("No provider is set, so nobody can issue."), hint=hint),)
    if not ports.notary.keys():
        if before is None or before.proof is None:
            return ()  # issuing makes the first one
        words = tr("The key {key}, which signed earlier certificates, is missing.", key=before.proof.key_id)
        hint = tr("Bring it back from a backup: `cequiz db restore FILE`, or `cequiz keys create` makes a new one.")
        return (NotAllowed(words, hint=hint),)
    try:
        ports.notary.sign_bytes(b"Is the key at hand?")
    except CequizError as error:
        return (error,)
    return ()


def _case(ports: Ports, unit: Unit, student_id: str, course_id: str) -> _Case:
    student = find_student(unit, student_id)
    course = find_course(unit, course_id, student_id=student.id)
    found = progress(unit, student_id=student.id, course=course)
    award = found.award or _award(ports, found, student, cycle=cycle_of(unit, student.id, course.id))
    if award is None:
        raise WrongState(tr("This course is not earned yet."), hint=" ".join(found.missing))
    papers = unit.certificates.of_award(award.id)
    if papers:
        raise WrongState(tr("Its certificate was issued: {number}.", number=papers[-1].number))
    provider = unit.providers.get() or NO_PROVIDER
    year = provider.local(ports.clock.read().wall).year
    number = str(Number(year, unit.certificates.next_sequence(year)))
    return _Case(student, course, provider, award, number)


def _award(ports: Ports, found: Progress, student: Student, *, cycle: int) -> Award | None:
    """Return the award that issuing would make first; its id is empty."""
    deciding = last_pass(found.required)
    if not found.due or deciding is None or deciding.finished_at is None or deciding.percent is None:
        return None
    return Award(
        id="",
        student_id=student.id,
        course_id=found.course.id,
        course_version=found.course.version,
        completed_at=deciding.finished_at,
        percent=deciding.percent,
        pass_mark=deciding.pass_mark,
        awarded_at=ports.clock.read().wall,
        cycle=cycle,
    )


def _facts(ports: Ports, case: _Case, number: str | None) -> Facts:
    today = case.provider.local(ports.clock.read().wall).date()
    return gather(ports, case.course, case.student, case.provider, award=case.award, issued_on=today, number=number)


def _hindered(ports: Ports, case: _Case) -> list[CequizError]:
    """Return what keeps the provider from signing this one."""
    found: list[CequizError] = []
    if case.provider.instructor is None and not case.course.instructors:
        hint = tr("Name one with `cequiz provider set --instructor`.")
        words = tr("Nobody is named as instructor, and a board would refuse a certificate without one.")
        found.append(NotAllowed(words, hint=hint))
    try:
        check_clock(case.provider, now=ports.clock.read().wall, after=case.award.completed_at)
    except CequizError as error:
        found.append(error)
    return found

"""The people on the roll: taking many in at once, and correcting what is written about one.

A certificate that was issued keeps the name it was issued with; a corrected name stands on what is issued from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cequiz.domain.bank.course import Course
from cequiz.domain.canonical import Json
from cequiz.domain.credential.facts import licences_text
from cequiz.domain.people.roll import Newcomer, Slip
from cequiz.domain.people.student import Licence, Student, clean_email, clean_name, clean_words
from cequiz.errors import NotAllowed, NotFound, Refused, WrongState
from cequiz.language import mark, tr
from cequiz.services import correcting, licensing
from cequiz.services.enrolling import check_printable, enrolled, find_course, find_student, refuse_retired
from cequiz.services.in_use import is_retired
from cequiz.services.ports import AuditRecord, CertificateRecord, Ports, Unit
from cequiz.services.records_of import certificates_of, in_force
from cequiz.services.reports.batches import requeue_corrected

_AT_ONCE = 1_000
"""So many people are written with one statement; between two of them whoever waits may stop it."""


@dataclass(frozen=True, order=True)
class Remark:
    """A slip, and whether it keeps everybody out; in the order of the lines."""

    slip: Slip
    wrong: bool


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What became of a roll, or would become of it."""

    students: tuple[Student, ...] = ()
    """Who came in, in the order of the lines; nobody where anything is wrong, or where nothing was to be kept."""
    slips: tuple[Slip, ...] = ()
    """What is wrong: with any of it nobody comes in."""
    warnings: tuple[Slip, ...] = ()
    """What is odd and keeps nobody out, such as a licence that somebody else has."""

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is wrong and what is odd together, by lines."""
        wrong = [Remark(one, wrong=True) for one in self.slips]
        return tuple(sorted((*wrong, *(Remark(one, wrong=False) for one in self.warnings))))


def plan(ports: Ports, newcomers: Sequence[Newcomer], *, slips: Sequence[Slip] = ()) -> Intake:
    """Return what is wrong or odd about a roll against what is on record, and keep nothing.

    Args:
        ports: the outside world.
        newcomers: the people, also those of whom not all could be read.
        slips: what is wrong with the roll itself; it stands with the rest, by lines.
    """
    with ports.store.read() as unit:
        found = _looked_at(ports, unit, newcomers)
    return replace(found, slips=tuple(sorted((*slips, *found.slips))))


def take_in(
    ports: Ports,
    newcomers: Sequence[Newcomer],
    *,
    actor: str,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Intake:
    """Keep everybody of a roll in one transaction, or nobody.

    Args:
        ports: the outside world.
        newcomers: the people.
        actor: who takes them in.
        progress: is told how many of how many are in.
        stop: is asked now and then; once it says yes nobody comes in.

    Raises:
        WrongState: it was stopped.
    """
    # Looked at before the lock is held: nobody's answer waits for thousands of licences to be compared. What is left
    # to do while it is held takes about a tenth of a second for each thousand people.
    found = plan(ports, newcomers)
    if found.slips:
        return found
    now = ports.clock.read().wall
    pairs = [
        (one, Student(id=ports.ids.new("S"), name=one.name, email=one.email, licences=one.licences))
        for one in newcomers
    ]
    with ports.store.write() as unit:
        late = _taken(unit, newcomers)
        if late:
            return replace(found, slips=late)
        courses = {course: find_course(unit, course) for course in {one.course for one in newcomers if one.course}}
        for course in courses.values():
            refuse_retired(unit, course)
        for start in range(0, len(pairs), _AT_ONCE):
            some = pairs[start : start + _AT_ONCE]
            _keep(ports, unit, some, courses, actor=actor, at=now)
            if progress is not None:
                progress(start + len(some), len(pairs))
            if stop is not None and stop():
                raise WrongState(tr("The import was stopped."), hint=tr("Nobody was added."))
    return replace(found, students=tuple(student for _, student in pairs))


def _keep(
    ports: Ports,
    unit: Unit,
    pairs: Sequence[tuple[Newcomer, Student]],
    courses: Mapping[str, Course],
    *,
    actor: str,
    at: datetime,
) -> None:
    enrolments, records = [], []
    for one, student in pairs:
        records.append(AuditRecord(at=at, actor=actor, deed="student.registered", subject=student.id))
        if one.course:
            enrolment, record = enrolled(ports, student_id=student.id, course=courses[one.course], actor=actor)
            enrolments.append(enrolment)
            records.append(record)
    unit.students.add_all([student for _, student in pairs], at=at)
    unit.enrolments.add_all(enrolments)
    unit.audit.add_all(records)


def _looked_at(ports: Ports, unit: Unit, newcomers: Sequence[Newcomer]) -> Intake:
    slips = list(_taken(unit, newcomers))
    odd: list[Slip] = []
    wanted = {str(licence).casefold() for one in newcomers for licence in one.licences}
    holders = {licence: f"{name} ({who})" for licence, (who, name) in unit.students.holders(wanted).items()}
    for one in newcomers:
        try:
            if one.name:
                check_printable(ports, one.name)
            _check_licences(ports, one.licences)
        except Refused as error:
            slips.append(Slip(one.line, one.columns[0], error.sentence))
        odd += [Slip(one.line, one.licence_column, words) for words in licensing.odd(ports, one.licences)]
        for licence in one.licences:
            before = holders.setdefault(str(licence).casefold(), tr("line {line}", line=one.line))
            if before != tr("line {line}", line=one.line):
                words = tr("the licence {licence} is that of {who} too", licence=licence, who=before)
                odd.append(Slip(one.line, one.licence_column, words))
    return Intake(slips=tuple(sorted(slips)), warnings=tuple(sorted(odd)))


def _taken(unit: Unit, newcomers: Sequence[Newcomer]) -> tuple[Slip, ...]:
    """Return the addresses that somebody has by now, and the courses that nobody can be enrolled in."""
    courses = {course: _why_not(unit, course) for course in {one.course for one in newcomers if one.course}}
    known = unit.students.known({one.email.casefold() for one in newcomers if one.email})
    found = []
    for one in newcomers:
        if one.email.casefold() in known:
            found.append(Slip(one.line, one.columns[1], tr("{email} is registered already.", email=one.email)))
        if courses.get(one.course):
            found.append(Slip(one.line, one.course_column, courses[one.course]))
    return tuple(found)


def _why_not(unit: Unit, course_id: str) -> str:
    """Return why nobody can be enrolled in a course; empty where they can."""
    try:
        course = find_course(unit, course_id)
    except NotFound as error:
        return error.sentence
    return tr("The course {course} is retired.", course=course.title) if is_retired(unit, course) else ""


@dataclass(frozen=True, kw_only=True)
class Touched:
    """A certificate in force that shows something else of a student than what is on record today."""

    number: str
    course_title: str
    name: str
    """As it stands there."""
    licences: str


def certificates_touched(ports: Ports, student_id: str) -> tuple[Touched, ...]:
    """Return the certificates in force that show an old name or old licences, in the order of issue.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.

    Raises:
        NotFound: there is no such student.
    """
    with ports.store.read() as unit:
        student = find_student(unit, student_id)
        records = in_force(certificates_of(unit, student.id))
        mine = frozenset((one.state, one.number) for one in student.licences)
        return tuple(
            Touched(
                number=record.number,
                course_title=record.facts.course_title,
                name=record.facts.student_name,
                licences=licences_text(record.facts.licences),
            )
            for record in records
            if record.facts.student_name != student.name
            or frozenset((one.state, one.number) for one in record.facts.licences) != mine
        )


def reissue(ports: Ports, numbers: Sequence[str], *, reason: str, actor: str) -> tuple[CertificateRecord, ...]:
    """Issue certificates anew with what is on record today; see `correcting.correct`, which each one goes through.

    Args:
        ports: the outside world.
        numbers: the certificates.
        reason: why.
        actor: who does it.

    Raises:
        CequizError: one could not be issued anew; those before it are, which their numbers tell.
    """
    return tuple(correcting.correct(ports, number, reason=reason, actor=actor) for number in numbers)


def correct(
    ports: Ports,
    *,
    student_id: str,
    name: str | None = None,
    email: str | None = None,
    licences: Sequence[Licence] | None = None,
    reason: str = "",
    actor: str,
) -> Student:
    """Correct a student's name, e-mail address or licences; what is None stays, and a reason is kept if there is one.

    Raises:
        NotFound: there is no such student.
        InvalidText: the name holds a character that could deceive, or one that no shipped font can print.
        NotAllowed: the address belongs to somebody else.
        WrongState: nothing would change.
    """
    why = clean_words(reason, what=mark("reason")) if reason.strip() else ""
    with ports.store.write() as unit:
        before = find_student(unit, student_id)
        after = replace(
            before,
            name=before.name if name is None else clean_name(name),
            email=before.email if email is None else clean_email(email),
            licences=before.licences if licences is None else tuple(dict.fromkeys(licences)),
        )
        if after == before:
            raise WrongState(tr("That is what is written already."), hint=tr("Nothing was changed."))
        _check(ports, after.name, after.licences)
        _refuse_taken(unit, after)
        unit.students.replace(after)
        now = ports.clock.read().wall
        details = _changes(before, after) | ({"reason": why} if why else {})
        unit.audit.add(AuditRecord(at=now, actor=actor, deed="student.corrected", subject=after.id, details=details))
        if after.licences != before.licences:
            requeue_corrected(ports, unit, student_id=after.id, licences=after.licences, actor=actor)
    return after


def _check(ports: Ports, name: str, licences: Sequence[Licence]) -> None:
    check_printable(ports, name)
    _check_licences(ports, licences)


def _check_licences(ports: Ports, licences: Sequence[Licence]) -> None:
    for licence in licences:
        check_printable(ports, str(licence), what=mark("licence"))


def _refuse_taken(unit: Unit, student: Student) -> None:
    other = unit.students.by_email(student.email)
    # The address of somebody who was merged into this student may be taken over.
    if other is not None and find_student(unit, other.id).id != student.id:
        raise NotAllowed(
            tr("{email} is registered already.", email=student.email),
            hint=tr("It belongs to {who}.", who=other.id),
        )


def _changes(before: Student, after: Student) -> dict[str, Json]:
    pairs = {
        "name": (before.name, after.name),
        "email": (before.email, after.email),
        "licences": ([str(one) for one in before.licences], [str(one) for one in after.licences]),
    }
    return {what: {"from": old, "to": new} for what, (old, new) in pairs.items() if old != new}

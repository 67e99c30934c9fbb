"""People: registering, their passphrases, enrolling. Who comes in by a passphrase is `signing_in`'s to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cequiz.domain.bank.course import Course
from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Status
from cequiz.domain.people.code import read_code, spelled
from cequiz.domain.people.passphrase import check_passphrase
from cequiz.domain.people.student import Licence, Student, clean_email, clean_name
from cequiz.domain.text import code_point
from cequiz.errors import InvalidText, NotAllowed, NotFound, WrongState
from cequiz.language import mark, tr
from cequiz.services.in_use import course_in_use, is_retired
from cequiz.services.places import count, refuse_locked, tag_of
from cequiz.services.ports import AttemptHeader, AuditRecord, Enrolment, HouseRules, Ports, Unit, Window
from cequiz.services.reasons import given_reason

_EVERYBODY = 1_000_000
"""More students than any school has."""

_HOUR = timedelta(hours=1)

ONCE_FOR = timedelta(hours=24)
"""How long a one-time code for a new passphrase may be used: long enough for somebody who reads it in the evening."""


@dataclass(frozen=True)
class OneTimeCode:
    """What the office reads to somebody who forgot a passphrase; it is shown once and kept nowhere in clear."""

    shown: str
    """In groups, such as `ABCDE-FGHJK`."""
    until: datetime


def register(
    ports: Ports,
    *,
    name: str,
    email: str,
    licences: Sequence[Licence] = (),
    passphrase: str | None = None,
    actor: str,
    address: str = "",
) -> Student:
    """Keep a new student and return the record as it will be printed.

    Args:
        ports: the outside world.
        name: as on the licence.
        email: to sign in with.
        licences: the same one counts once.
        passphrase: to sign in with; None where the student will choose one.
        actor: who does it.
        address: from where on the network; empty for this machine.

    Raises:
        InvalidText: the name holds a control or bidi character, or one that no shipped font can print.
        Refused: the e-mail address or the passphrase is not acceptable.
        NotAllowed: the address is registered already, too many came from the same place within the hour, or the house
            lets nobody register over a line.
    """
    refuse_registering(ports.rules, address=address)
    student = Student(
        id=ports.ids.new("S"),
        name=clean_name(name),
        email=clean_email(email),
        licences=tuple(dict.fromkeys(licences)),
    )
    check_printable(ports, student.name)
    for licence in student.licences:
        check_printable(ports, str(licence), what=mark("licence"))
    with ports.store.write() as unit:
        place = _newcomer(unit, address, ports.clock.read().wall, most=ports.rules.newcomers_per_hour)
    hashed = None if passphrase is None else ports.passphrases.hash(check_passphrase(passphrase, email=email))
    with ports.store.write() as unit:
        if unit.students.by_email(student.email) is not None:
            raise NotAllowed(
                tr("{email} is registered already.", email=student.email),
                hint=tr("Sign in with it, or use another address."),
            )
        now = ports.clock.read().wall
        unit.students.add(student, passphrase_hash=hashed, at=now)
        came: dict[str, Json] = {"from": place} if place else {}
        record = AuditRecord(at=now, actor=actor, deed="student.registered", subject=student.id, details=came)
        unit.audit.add(record)
        if place:
            unit.door.know(student.id, place, at=now)
    return student


def refuse_registering(rules: HouseRules, *, address: str) -> None:
    """Refuse whoever would register over a line where the house adds its students itself.

    Raises:
        NotAllowed: says who adds them.
    """
    if address and not rules.registration_over_a_line:
        raise NotAllowed(
            tr("Nobody can register here over the network."),
            hint=tr("Ask the office to add you: it gives you a one-time code to sign in with."),
        )


def _newcomer(unit: Unit, address: str, now: datetime, *, most: int) -> str:
    """Count somebody who registers over a line, and return the tag of the place; empty for this machine.

    Raises:
        NotAllowed: too many came from there.
    """
    place = tag_of(unit, address)
    if place:
        subject = f"newcomers:{place}"
        refuse_locked(unit, subject, now)
        count(unit, subject, now, within=_HOUR, most=most, lock=_HOUR)
    return place


def check_printable(ports: Ports, text: str, *, what: str = mark("name")) -> None:
    """Refuse a text that could not be printed on a certificate.

    Raises:
        InvalidText: names the characters with their code points.
    """
    missing = ports.press.uncovered(text)
    if missing:
        points = ", ".join(code_point(character) for character in missing)
        raise InvalidText(
            tr("No font here can print {points} in the {what} {text}.", points=points, what=tr(what), text=text),
            hint=tr(
                "Write it in the script that stands on the licence, or add a font that has it: "
                "`cequiz fonts add FILE.ttf`."
            ),
        )


def reset_passphrase(ports: Ports, *, student_id: str, actor: str, reason: str = "") -> OneTimeCode:
    """Return a one-time code that lets a student choose a new passphrase; the old one is void from now on.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.
        actor: who gives it.
        reason: why; may be empty.

    Raises:
        NotFound: there is no such student.
        InvalidText: the reason holds a character that could deceive.
    """
    why = given_reason(reason)
    code = read_code(ports.ids.new("").lstrip("-"))
    hashed = ports.passphrases.hash(code)
    with ports.store.write() as unit:
        student = find_student(unit, student_id)
        now = ports.clock.read().wall
        until = now + ONCE_FOR
        unit.students.set_passphrase(student.id, hashed, until=until)
        unit.visits.end_all(student.id)
        details: dict[str, Json] = {"until": until.isoformat(), **why}
        record = AuditRecord(at=now, actor=actor, deed="student.passphrase_reset", subject=student.id, details=details)
        unit.audit.add(record)
    return OneTimeCode(spelled(code), until)


def set_passphrase(ports: Ports, *, student_id: str, passphrase: str, actor: str, reason: str = "") -> None:
    """Replace a student's passphrase; every visit of theirs ends.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.
        passphrase: the new one.
        actor: who sets it.
        reason: why; may be empty.

    Raises:
        NotFound: there is no such student.
        Refused: it is too short, or one that is guessed first.
        InvalidText: the reason holds a character that could deceive.
    """
    why = given_reason(reason)
    known = student(ports, student_id)
    hashed = ports.passphrases.hash(check_passphrase(passphrase, email=known.email))
    with ports.store.write() as unit:
        keep_passphrase(unit, known.id, hashed, actor=actor, at=ports.clock.read().wall, details=why)


def keep_passphrase(
    unit: Unit, student_id: str, hashed: str, *, actor: str, at: datetime, details: Mapping[str, Json] | None = None
) -> None:
    """Put a hash in the place of a student's passphrase, end every visit of theirs, and write it down."""
    unit.students.set_passphrase(student_id, hashed)
    unit.visits.end_all(student_id)
    deed = "student.passphrase_set"
    unit.audit.add(AuditRecord(at=at, actor=actor, deed=deed, subject=student_id, details=dict(details or {})))


def students(ports: Ports, *, words: str = "", limit: int | None = None) -> tuple[Student, ...]:
    """Return students by name.

    Args:
        ports: the outside world.
        words: parts of name, address, licence number or id; empty for everybody.
        limit: the first so many; None for all.
    """
    with ports.store.read() as unit:
        if limit is None and not words.strip():
            return tuple(unit.students.all())
        lines = unit.listings.students(words, Window(limit=_EVERYBODY if limit is None else limit)).rows
        found = (unit.students.get(one.id) for one in lines)
        return tuple(one for one in found if one is not None)


def find_student(unit: Unit, who: str) -> Student:
    """Return a student by id or e-mail address; for one who was merged, the student who stays.

    Raises:
        NotFound: there is none.
    """
    found = unit.students.get(who) or (unit.students.by_email(who) if "@" in who else None)
    while found is not None and found.merged_into:
        found = unit.students.get(found.merged_into)
    if found is None:
        raise NotFound(tr("There is no student {who}.", who=who), hint=tr("`cequiz student list` shows who there is."))
    return found


def student(ports: Ports, who: str) -> Student:
    """Return a student by id or e-mail address; see `find_student`."""
    with ports.store.read() as unit:
        return find_student(unit, who)


def enrol(ports: Ports, *, student_id: str, course_id: str, actor: str) -> Enrolment:
    """Enrol a student in the newest version of a course, as the office may in any; one that exists stays as it is.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.
        course_id: which course.
        actor: who does it.

    Raises:
        NotFound: there is no such student or course.
    """
    with ports.store.write() as unit:
        student_id = find_student(unit, student_id).id
        course = find_course(unit, course_id)
        return unit.enrolments.get(student_id, course_id) or add_enrolment(
            ports, unit, student_id=student_id, course=course, actor=actor
        )


def ensure_enrolled(ports: Ports, unit: Unit, *, student_id: str, course_id: str, actor: str) -> Enrolment:
    """Return the enrolment, making it where the course takes everybody.

    Raises:
        NotFound: there is no such course.
        NotAllowed: the course takes no free enrolment.
    """
    enrolment = unit.enrolments.get(student_id, course_id)
    if enrolment is not None:
        return enrolment
    course = find_course(unit, course_id)
    refuse_closed(unit, student_id=student_id, course=course)
    return add_enrolment(ports, unit, student_id=student_id, course=course, actor=actor)


def refuse_closed(unit: Unit, *, student_id: str, course: Course) -> None:
    """Refuse somebody who is not enrolled in a course that takes nobody by itself.

    Raises:
        NotAllowed: says how to come in.
    """
    if course.enrolment != "open" and unit.enrolments.get(student_id, course.id) is None:
        raise NotAllowed(
            tr("{title} needs an enrolment by its provider.", title=course.title),
            hint=tr(
                "Ask the provider to enrol you. With an enrolment code: `cequiz student enrol {student} --code CODE`.",
                student=student_id,
            ),
        )


def add_enrolment(
    ports: Ports, unit: Unit, *, student_id: str, course: Course, delivery: str = "", actor: str
) -> Enrolment:
    """Enrol a student inside a unit; there must be no enrolment of theirs in the course yet.

    Args:
        ports: the outside world.
        unit: the transaction.
        student_id: the student's id.
        course: the version.
        delivery: how the student takes the course; empty for the course's own way.
        actor: who does it.

    Raises:
        NotAllowed: the course is retired.
        WrongState: the student's records were purged: who comes back is somebody new.
    """
    refuse_retired(unit, course)
    if student_id in unit.retention.purged():
        raise WrongState(
            tr("The records of {who} were purged already.", who=student_id),
            hint=tr("Add the student anew: `cequiz student add`."),
        )
    enrolment, record = enrolled(ports, student_id=student_id, course=course, delivery=delivery, actor=actor)
    unit.enrolments.add(enrolment)
    unit.audit.add(record)
    return enrolment


def enrolled(
    ports: Ports, *, student_id: str, course: Course, delivery: str = "", actor: str
) -> tuple[Enrolment, AuditRecord]:
    """Return an enrolment that begins now and its audit record; arguments as of `add_enrolment`, nothing is kept."""
    enrolment = Enrolment(
        id=ports.ids.new("E"),
        student_id=student_id,
        course_id=course.id,
        course_version=course.version,
        enrolled_at=ports.clock.read().wall,
        delivery=delivery,
    )
    details: dict[str, Json] = {
        "course": course.id,
        "version": course.version,
        **({"delivery": delivery} if delivery else {}),
    }
    at, deed = enrolment.enrolled_at, "student.enrolled"
    return enrolment, AuditRecord(at=at, actor=actor, deed=deed, subject=student_id, details=details)


def renew(ports: Ports, *, student_id: str, course_id: str, actor: str, reason: str = "") -> Enrolment:
    """Open the next cycle of an enrolment, in the newest version of the course; what was earned stays earned.

    Attempts and evaluation of the cycles before no longer count, so their limits start anew.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.
        course_id: which course.
        actor: who does it.
        reason: why; may be empty.

    Raises:
        NotFound: there is no such student or course.
        NotAllowed: the student is not enrolled, or has no certificate of the cycle under way.
        WrongState: an exam of the course is running.
        InvalidText: the reason holds a character that could deceive.
    """
    why = given_reason(reason)
    with ports.store.write() as unit:
        student_id = find_student(unit, student_id).id
        course = find_course(unit, course_id)
        before = unit.enrolments.get(student_id, course_id)
        if before is None:
            raise NotAllowed(
                tr("{student} is not enrolled in {course}.", student=student_id, course=course.title),
                hint=tr("`cequiz student enrol` enrols somebody."),
            )
        attempts = unit.attempts.headers(student_id=student_id, course_id=course_id)
        _check_renewable(unit, before, attempts)
        refuse_retired(unit, course)
        earlier: dict[str, int] = {}
        for one in attempts:
            earlier[one.exam_id] = max(one.number, earlier.get(one.exam_id, 0))
        renewed = replace(before, course_version=course.version, cycle=before.cycle + 1, earlier=earlier)
        unit.enrolments.renew(renewed)
        details: dict[str, Json] = {"course": course.id, "version": course.version, "cycle": renewed.cycle, **why}
        now = ports.clock.read().wall
        unit.audit.add(AuditRecord(at=now, actor=actor, deed="student.renewed", subject=student_id, details=details))
    return renewed


def _check_renewable(unit: Unit, before: Enrolment, attempts: Sequence[AttemptHeader]) -> None:
    """Refuse to open a cycle while the one under way is not done."""
    award = unit.awards.get(before.student_id, before.course_id, before.course_version, cycle=before.cycle)
    if award is None or unit.awards.has_ended(award.id) or not unit.certificates.current(award.id):
        raise NotAllowed(
            tr("There is no certificate of the cycle under way, so there is nothing to renew."),
            hint=tr("`cequiz certificate issue` issues what is due."),
        )
    if any(one.standing.status is Status.OPEN for one in attempts):
        raise WrongState(tr("An exam of this course is running."), hint=tr("Renew when it has ended."))


def refuse_retired(unit: Unit, course: Course) -> None:
    """Refuse to begin a course that takes nobody new; who is enrolled goes on.

    Raises:
        NotAllowed: it is retired.
    """
    if is_retired(unit, course):
        raise NotAllowed(
            tr("{title} is retired: it takes no new enrolment.", title=course.title),
            hint=tr("`cequiz course reinstate` takes a course back into use."),
        )


def counted(unit: Unit, *, student_id: str, course_id: str, exam_id: str) -> tuple[AttemptHeader, ...]:
    """Return a student's attempts at an exam in the cycle under way, oldest first."""
    enrolment = unit.enrolments.get(student_id, course_id)
    headers = unit.attempts.headers(student_id=student_id, course_id=course_id, exam_id=exam_id)
    return tuple(one for one in headers if enrolment is None or enrolment.counts(one))


def cycle_of(unit: Unit, student_id: str, course_id: str) -> int:
    """Return the cycle under way of a student in a course."""
    enrolment = unit.enrolments.get(student_id, course_id)
    return enrolment.cycle if enrolment else 1


def find_course(unit: Unit, course_id: str, *, student_id: str | None = None) -> Course:
    """Return the version a student is enrolled in, delivered as that student takes it, else the newest.

    A retired version is the newest only where there is no other.

    Raises:
        NotFound: there is no such course.
    """
    enrolment = unit.enrolments.get(student_id, course_id) if student_id else None
    if enrolment:
        course = unit.courses.get(course_id, enrolment.course_version)
    else:
        course = course_in_use(unit, course_id) or unit.courses.latest(course_id)
    if course is None:
        raise NotFound(
            tr("There is no course {name}.", name=course_id),
            hint=tr("`cequiz course list` shows what is loaded."),
        )
    return course.taken(enrolment.delivery) if enrolment else course

"""Enrolment codes: made by the office, typed by students, each use counted in the transaction that enrols.

A code says which course, how it is taken, until when and for how many. Who tries codes that do not exist has to wait
after a few of them. What a code costs, and how it reaches people, is nothing this room knows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from cequiz.domain.bank.course import Course, Delivery
from cequiz.domain.canonical import Json
from cequiz.domain.people.code import read_code, spelled
from cequiz.domain.people.student import Student, clean_words
from cequiz.errors import NotAllowed, NotFound, Refused, WrongState
from cequiz.language import mark, tr, trn
from cequiz.services.boarding import title_for
from cequiz.services.earning import progress
from cequiz.services.enrolling import add_enrolment, find_course, find_student
from cequiz.services.freezing import NO_PROVIDER
from cequiz.services.in_use import course_in_use, is_retired
from cequiz.services.places import count, refuse_locked, tag_of
from cequiz.services.ports import AuditRecord, Enrolment, EnrolmentCode, Failures, Ports, Unit

MOST_USES = 100_000
"""More students than any code is meant for."""


class CodeState(StrEnum):
    """Whether a code enrols anybody."""

    VALID = mark("valid")
    WITHDRAWN = mark("withdrawn")
    EXPIRED = mark("expired")
    USED_UP = mark("used up")
    RETIRED = mark("course retired")


@dataclass(frozen=True, kw_only=True)
class CodeLine:
    """A code in a list."""

    code: EnrolmentCode
    state: CodeState
    course_title: str

    @property
    def shown(self) -> str:
        """The code in groups."""
        return spelled(self.code.code)


@dataclass(frozen=True, kw_only=True)
class CodeView:
    """A code, and who came in with it, in order."""

    line: CodeLine
    users: tuple[Student, ...]


def create(
    ports: Ports,
    *,
    course_id: str,
    delivery: Delivery | None = None,
    valid_until: datetime | None = None,
    uses: int | None = None,
    note: str = "",
    actor: str,
) -> EnrolmentCode:
    """Make a code that enrols whoever types it.

    Args:
        ports: the outside world.
        course_id: in which course.
        delivery: how those who come with it take the course; None for the course's own way.
        valid_until: the instant from which on it enrols nobody; None for no end.
        uses: how many students it enrols; None for any number.
        note: what it is for, for those who keep the codes.
        actor: who makes it.

    Raises:
        NotFound: there is no such course.
        NotAllowed: the boards that approved the course ask for titles that exclude each other in that delivery.
        Refused: it would enrol nobody, or the note holds a character that could deceive.
        WrongState: the course is retired.
    """
    if uses is not None and not 1 <= uses <= MOST_USES:
        raise Refused(tr("A code enrols 1 to {most} students.", most=MOST_USES), hint=tr("Nothing was made."))
    said = clean_words(note, what=mark("note")) if note.strip() else ""
    now = ports.clock.read().wall
    if valid_until is not None and valid_until <= now:
        raise Refused(tr("That moment is over already."), hint=tr("Name a later one. Nothing was made."))
    with ports.store.write() as unit:
        course = find_course(unit, course_id)
        if is_retired(unit, course):
            raise WrongState(
                tr("The course {course} is retired.", course=course.title), hint=tr("It takes nobody in any more.")
            )
        own = delivery is None or delivery == course.delivery
        if delivery is not None and not own:
            title_for(ports, course.taken(delivery))
        code = EnrolmentCode(
            code=read_code(ports.ids.new("").lstrip("-")),
            course_id=course.id,
            delivery="" if delivery is None or own else delivery.value,
            valid_until=valid_until,
            uses=uses,
            note=said,
            actor=actor,
            made_at=now,
        )
        unit.codes.add(code)
        details: dict[str, Json] = {
            "course": course.id,
            "delivery": code.delivery or str(course.delivery),
            "uses": uses,
            "until": None if valid_until is None else valid_until.isoformat(),
        }
        _record(unit, now, actor, "code.created", spelled(code.code), details)
    return code


def last_moment(ports: Ports, text: str) -> datetime:
    """Return until when a code is valid, from what was typed: a date counts to its end, in the provider's time zone.

    Args:
        ports: the outside world.
        text: `2026-12-31`, `2026-12-31T18:00`, or an instant with its own offset from UTC.

    Raises:
        Refused: it is neither a date nor an instant.
    """
    day = _read_day(text)
    try:
        said = datetime.fromisoformat(text.strip())
    except ValueError:
        said = None
    if said is None or said.year == MAXYEAR:  # after the last year no clock of any zone can say when it is over
        raise Refused(
            tr("{text!r} is not a date.", text=text), hint=tr("Write it like 2026-12-31 or 2026-12-31T18:00.")
        )
    if said.tzinfo is not None:
        return said
    zone = provider_zone(ports)
    if day is not None:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return said.replace(tzinfo=zone)


def provider_zone(ports: Ports) -> tzinfo | None:
    """Return the time zone in which the last moment of a code is typed and shown."""
    with ports.store.read() as unit:
        return (unit.providers.get() or NO_PROVIDER).local(ports.clock.read().wall).tzinfo


def _read_day(text: str) -> date | None:
    """Return the day that a text is, in whatever way ISO 8601 writes it; None where it says more than a day."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def codes(ports: Ports) -> tuple[CodeLine, ...]:
    """Return every code with its state, the newest first."""
    now = ports.clock.read().wall
    with ports.store.read() as unit:
        return tuple(_line(unit, one, now) for one in unit.codes.all())


def code(ports: Ports, typed: str) -> CodeView:
    """Return a code and who came in with it.

    Raises:
        NotFound: there is no such code.
    """
    now = ports.clock.read().wall
    with ports.store.read() as unit:
        line = _line(unit, _found(unit, typed), now)
        people = (unit.students.get(one) for one in unit.codes.users(line.code.code))
        return CodeView(line=line, users=tuple(one for one in people if one is not None))


def withdraw(ports: Ports, typed: str, *, reason: str, actor: str) -> CodeLine:
    """Let a code enrol nobody any more; whoever came in with it stays enrolled.

    Raises:
        NotFound: there is no such code.
        WrongState: it is withdrawn already.
        InvalidText: there is no reason, or one that could deceive.
    """
    why = clean_words(reason, what=mark("reason"))
    now = ports.clock.read().wall
    with ports.store.write() as unit:
        found = _found(unit, typed)
        if found.withdrawn:
            raise WrongState(tr("The code {code} is withdrawn already.", code=spelled(found.code)))
        unit.codes.withdraw(found.code)
        _record(unit, now, actor, "code.withdrawn", spelled(found.code), {"reason": why})
        return _line(unit, replace(found, withdrawn=True), now)


def lookup(ports: Ports, *, student_id: str, typed: str, address: str = "") -> CodeLine:
    """Return what a code is for, so that a student may read of it before coming in; it is a try like `redeem`.

    Args:
        ports: the outside world.
        student_id: the id or e-mail address of who types it.
        typed: the code.
        address: from where on the network; empty for this machine.

    Raises:
        NotFound: there is no such student, or no such code.
        NotAllowed: the code enrols nobody any more, or it is too early for another try.
    """
    now = ports.clock.read().wall
    with ports.store.write() as unit:
        found = _tried(ports, unit, find_student(unit, student_id), typed, address)
        line = _line(unit, found, now) if found else None
    if line is None:
        raise _unknown(typed)
    refusal = _refusal(line)
    if refusal is not None:
        raise refusal
    return line


def redeem(ports: Ports, *, student_id: str, typed: str, actor: str, address: str = "") -> Enrolment:
    """Enrol a student with a code; the same code twice is one use.

    A student who is enrolled already and has not earned the course takes it from now on in the code's way.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.
        typed: the code, with or without hyphens, in capitals or not.
        actor: who types it.
        address: from where on the network; empty for this machine.

    Raises:
        NotFound: there is no such student, or no such code.
        NotAllowed: the code is withdrawn, expired or used up, its course is retired, or it is too early for another
            try after several codes that do not exist.
        WrongState: the student has earned the course already.
    """
    now = ports.clock.read().wall
    with ports.store.write() as unit:
        student = find_student(unit, student_id)
        found = _tried(ports, unit, student, typed, address)
        if found is not None:
            return _come_in(ports, unit, student, _line(unit, found, now), actor=actor)
    raise _unknown(typed)


def _tried(ports: Ports, unit: Unit, student: Student, typed: str, address: str) -> EnrolmentCode | None:
    """Return the code that was typed, or count a try that found none.

    The count must outlive the refusal, so whoever calls this raises it behind the transaction.
    """
    now, subject = ports.clock.read().wall, _subject(student)
    before = unit.staff.failures(subject)
    _refuse_locked(before, now)
    place = f"codes:{tag_of(unit, address)}" if address else ""
    if place:
        refuse_locked(unit, place, now)
    found = unit.codes.get(read_code(typed))
    if found is None:
        _count_failure(ports, unit, subject, before=before, now=now)
        if place:  # else whoever registers often enough could try codes for ever
            lock, most = timedelta(minutes=ports.rules.sign_in_lock_minutes), ports.rules.sign_in_address_failures
            count(unit, place, now, within=lock, most=most, lock=lock)
    return found


def _subject(student: Student) -> str:
    return f"code:{student.id}"


def _come_in(ports: Ports, unit: Unit, student: Student, line: CodeLine, *, actor: str) -> Enrolment:
    code = line.code
    there = unit.enrolments.get(student.id, code.course_id)
    if there is not None and student.id in unit.codes.users(code.code):
        return there
    refusal = _refusal(line)
    if refusal is not None:
        raise refusal
    if there is None:
        course = find_course(unit, code.course_id)
        made = add_enrolment(ports, unit, student_id=student.id, course=course, delivery=code.delivery, actor=actor)
    else:
        made = _switched(unit, there, code)
    now = ports.clock.read().wall
    unit.codes.use(code.code, student.id, at=now)
    # Nothing less forgives: whoever has one code could else try others for ever, between two looks at it.
    unit.staff.forgive(_subject(student))
    _record(unit, now, actor, "code.used", spelled(code.code), {"student": student.id, "enrolment": made.id})
    return made


def _switched(unit: Unit, there: Enrolment, code: EnrolmentCode) -> Enrolment:
    """Return an enrolment that is taken in the code's way from now on."""
    course = find_course(unit, there.course_id, student_id=there.student_id)
    if progress(unit, student_id=there.student_id, course=course).award is not None:
        raise WrongState(
            tr("{course} is earned already.", course=course.title),
            hint=tr("The provider can open the next renewal cycle: `cequiz student renew`."),
        )
    made = replace(there, delivery=code.delivery)
    if made != there:
        unit.enrolments.renew(made)
    return made


def _line(unit: Unit, code: EnrolmentCode, now: datetime) -> CodeLine:
    course = course_in_use(unit, code.course_id) or unit.courses.latest(code.course_id)
    title = course.title if course else code.course_id
    return CodeLine(code=code, state=_state(unit, code, course, now), course_title=title)


def _state(unit: Unit, code: EnrolmentCode, course: Course | None, now: datetime) -> CodeState:
    if code.withdrawn:
        return CodeState.WITHDRAWN
    if code.valid_until is not None and now >= code.valid_until:
        return CodeState.EXPIRED
    if code.uses is not None and code.used >= code.uses:
        return CodeState.USED_UP
    return CodeState.RETIRED if course is None or is_retired(unit, course) else CodeState.VALID


def _refusal(line: CodeLine) -> NotAllowed | None:
    """Return why a code enrols nobody, if so."""
    shown, ask = line.shown, tr("Ask the provider for another one.")
    match line.state:
        case CodeState.VALID:
            return None
        case CodeState.WITHDRAWN:
            return NotAllowed(tr("The code {code} was withdrawn.", code=shown), hint=ask)
        case CodeState.EXPIRED:
            return NotAllowed(tr("The code {code} has expired.", code=shown), hint=ask)
        case CodeState.USED_UP:
            return NotAllowed(tr("The code {code} is used up.", code=shown), hint=ask)
        case CodeState.RETIRED:
            hint = tr("It takes nobody in any more.")
            return NotAllowed(tr("The course {course} is retired.", course=line.course_title), hint=hint)


def _found(unit: Unit, typed: str) -> EnrolmentCode:
    found = unit.codes.get(read_code(typed))
    if found is None:
        raise _unknown(typed)
    return found


def _unknown(typed: str) -> NotFound:
    return NotFound(
        tr("There is no enrolment code {code}.", code=typed.strip()),
        hint=tr("Look at it again; capitals do not count."),
    )


def _count_failure(ports: Ports, unit: Unit, subject: str, *, before: Failures | None, now: datetime) -> None:
    wait = timedelta(minutes=ports.rules.sign_in_lock_minutes)
    recent = before is not None and before.locked_until is None and now - before.last_at < wait
    count = 1 + (before.count if before is not None and recent else 0)
    locked = None
    if count >= ports.rules.sign_in_failures:
        locked = now + wait
        _record(unit, now, "system:door", "code.locked_out", subject.removeprefix("code:"), {"count": count})
    unit.staff.fail(Failures(subject=subject, count=count, last_at=now, locked_until=locked))


def _refuse_locked(failures: Failures | None, now: datetime) -> None:
    """Refuse another try; a clock that was set back behind the failure makes nobody wait."""
    until = failures.locked_until if failures else None
    if failures is None or until is None or not failures.last_at <= now < until:
        return
    minutes = max(1, -(-(until - now) // timedelta(minutes=1)))
    hint = trn("Wait {count} minute, then try again.", "Wait {count} minutes, then try again.", minutes)
    raise NotAllowed(tr("Too many codes that do not exist."), hint=hint)


def _record(unit: Unit, at: datetime, actor: str, deed: str, subject: str, details: dict[str, Json]) -> None:
    unit.audit.add(AuditRecord(at=at, actor=actor, deed=deed, subject=subject, details=details))

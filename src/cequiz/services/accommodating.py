"""What makes exams fair for a person: granting an accommodation, and reading what is in force.

A profile is never changed, only followed by a new version. It reaches an attempt when the attempt starts, and no score,
export or certificate.
"""

from __future__ import annotations

from collections.abc import Sequence

from cequiz.domain.people.accommodation import FACTORS, Accommodation
from cequiz.domain.people.student import Student, clean_words
from cequiz.errors import NotAllowed, WrongState
from cequiz.language import tr
from cequiz.services.enrolling import find_student
from cequiz.services.ports import AccommodationRecord, AuditRecord, Ports, Unit


def grant(ports: Ports, *, student_id: str, profile: Accommodation, reason: str, actor: str) -> AccommodationRecord:
    """Keep a new version of a student's accommodation; exams that run already keep the terms they began with.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.
        profile: everything that is granted from now on, not only what changes.
        reason: why, for those who keep the records.
        actor: who grants it.

    Raises:
        NotFound: there is no such student.
        InvalidText: the reason is empty, or holds a character that could deceive.
        NotAllowed: the factor is not one that is granted.
        WrongState: the profile is in force already.
    """
    if profile.factor not in FACTORS:
        raise NotAllowed(
            tr("{factor} is not a factor that is granted.", factor=profile.factor),
            hint=tr("Choose 1, 1.25, 1.5 or 2, or no time limit."),
        )
    why = clean_words(reason, what=tr("reason"))
    with ports.store.write() as unit:
        student = find_student(unit, student_id)
        version, present = current(unit, student)
        if version and profile == present:
            raise WrongState(tr("That is in force already."), hint=tr("Nothing was changed."))
        now = ports.clock.read().wall
        record = AccommodationRecord(
            student_id=student.id, version=version + 1, profile=profile, reason=why, actor=actor, at=now
        )
        unit.accommodations.add(record)
        # The audit record goes to auditors, so it says that something was granted and not what.
        details = {"version": record.version}
        unit.audit.add(
            AuditRecord(at=now, actor=actor, deed="student.accommodated", subject=student.id, details=details)
        )
    return record


def current(unit: Unit, student: Student) -> tuple[int, Accommodation]:
    """Return the version in force and the profile; version 0 is what an earlier cequiz kept with the student."""
    record = unit.accommodations.latest(student.id)
    if record is None:
        return 0, Accommodation(factor=student.factor)
    return record.version, record.profile


def versions(ports: Ports, student_id: str) -> Sequence[AccommodationRecord]:
    """Return every version of a student's accommodation, oldest first."""
    with ports.store.read() as unit:
        return tuple(unit.accommodations.all(student_id))


def profile_of(ports: Ports, student_id: str) -> Accommodation:
    """Return what is in force for a student (id or e-mail address)."""
    with ports.store.read() as unit:
        return current(unit, find_student(unit, student_id))[1]

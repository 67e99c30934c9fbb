"""What is on record of one student: awards and certificates, gathered for whoever corrects, merges or transcribes.

It reads inside somebody else's unit and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from cequiz.domain.credential.award import Award
from cequiz.domain.credential.lifecycle import Life
from cequiz.services.ports import CertificateRecord, Unit


def courses_of(unit: Unit, student_id: str) -> tuple[str, ...]:
    """Return the ids of the courses somebody is or was in, each once, in the order in which they began."""
    enrolled = [one.course_id for one in unit.enrolments.of(student_id)]
    sat = [one.course_id for one in unit.attempts.headers(student_id=student_id)]
    return tuple(dict.fromkeys((*enrolled, *sat)))


def awards_of(unit: Unit, student_id: str) -> tuple[Award, ...]:
    """Return a student's awards, in the order of completion."""
    found = [one for course in courses_of(unit, student_id) for one in unit.awards.of(student_id, course)]
    return tuple(sorted(found, key=lambda one: (one.completed_at, one.id)))


def certificates_of(unit: Unit, student_id: str) -> tuple[tuple[CertificateRecord, str], ...]:
    """Return a student's certificates with the state of each, in the order of issue."""
    found = [
        (record, state_of(unit, record.number))
        for award in awards_of(unit, student_id)
        for record in unit.certificates.of_award(award.id)
    ]
    return tuple(sorted(found, key=lambda one: (one[0].issued_at, one[0].number)))


def state_of(unit: Unit, number: str) -> str:
    """Return the newest state of a certificate."""
    status = unit.certificates.status(number)
    return status.status if status else Life.ISSUED.value


def in_force(records: Sequence[tuple[CertificateRecord, str]]) -> tuple[CertificateRecord, ...]:
    """Return the certificates that are in force."""
    return tuple(record for record, status in records if status == Life.ISSUED.value)

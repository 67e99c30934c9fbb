"""The people on the roll: taking many in at once, and correcting what is written about one.

A certificate that was issued keeps the name it was issued with; a corrected name stands on what is issued from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cequiz.domain.canonical import Json
from cequiz.domain.people.roll import Newcomer, Slip
from cequiz.domain.people.student import Licence, Student, clean_email, clean_name
from cequiz.errors import NotAllowed, Refused, WrongState
from cequiz.language import mark, tr
from cequiz.services.enrolling import check_printable, find_student
from cequiz.services.ports import AuditRecord, Ports, Unit


def take_in(ports: Ports, newcomers: Sequence[Newcomer], *, actor: str) -> tuple[tuple[Student, ...], tuple[Slip, ...]]:
    """Keep everybody of a roll in one transaction, or nobody; return the students, or what is wrong with the roll."""
    slips: list[Slip] = []
    for one in newcomers:
        try:
            _check(ports, one.name, one.licences)
        except Refused as error:
            slips.append(Slip(one.line, one.columns[0], error.sentence))
    now = ports.clock.read().wall
    with ports.store.write() as unit:
        for one in newcomers:
            if unit.students.by_email(one.email) is not None:
                slips.append(Slip(one.line, one.columns[1], tr("{email} is registered already.", email=one.email)))
        if slips:
            return (), tuple(sorted(slips))
        students = tuple(
            Student(id=ports.ids.new("S"), name=one.name, email=one.email, licences=one.licences) for one in newcomers
        )
        for student in students:
            unit.students.add(student, passphrase_hash=None, at=now)
            unit.audit.add(AuditRecord(at=now, actor=actor, deed="student.registered", subject=student.id))
    return students, ()


def correct(
    ports: Ports,
    *,
    student_id: str,
    name: str | None = None,
    email: str | None = None,
    licences: Sequence[Licence] | None = None,
    actor: str,
) -> Student:
    """Correct a student's name, e-mail address or licences; what is None stays.

    Raises:
        NotFound: there is no such student.
        InvalidText: the name holds a character that could deceive, or one that no shipped font can print.
        NotAllowed: the address belongs to somebody else.
        WrongState: nothing would change.
    """
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
        details = _changes(before, after)
        unit.audit.add(AuditRecord(at=now, actor=actor, deed="student.corrected", subject=after.id, details=details))
    return after


def _check(ports: Ports, name: str, licences: Sequence[Licence]) -> None:
    check_printable(ports, name)
    for licence in licences:
        check_printable(ports, str(licence), what=mark("licence"))


def _refuse_taken(unit: Unit, student: Student) -> None:
    other = unit.students.by_email(student.email)
    if other is not None and other.id != student.id:
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

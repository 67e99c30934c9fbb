"""What a person was ever called in the records, and where else in the house that stands: what a purge looks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cequiz.domain.canonical import Json
from cequiz.domain.people.remains import Known
from cequiz.domain.people.student import Licence, Student, parse_licence
from cequiz.errors import CequizError
from cequiz.services.ports import AuditQuery, Unit, Window

CORRECTED = "student.corrected"
"""The deed whose audit record says what was corrected, from what to what."""

_MANY = 1_000
"""So many corrections of one person are read; nobody has a tenth of that."""


def known(unit: Unit, student: Student, *, certificates: Sequence[str]) -> Known:
    """Return everything by which the records call a person: today's words, corrected ones, and printed ones.

    Args:
        unit: the transaction.
        student: the one who stayed, if somebody was merged into them.
        certificates: the numbers of their certificates.
    """
    people = [one for who in clan(unit, student.id) if (one := unit.students.get(who)) is not None]
    names, emails = {one.name for one in people}, {one.email for one in people}
    licences = {licence for one in people for licence in one.licences}
    for person in people:
        for field, texts in _corrections(unit, person.id):
            if field == "licences":
                licences |= {one for text in texts for one in _licence(text)}
            else:
                (names if field == "name" else emails).update(texts)
    for number in certificates:
        record = unit.certificates.get(number)
        if record is not None:
            names.add(record.facts.student_name)
            licences |= {Licence(one.state, one.number) for one in record.facts.licences}
    return Known(names=frozenset(names), emails=frozenset(emails), licences=frozenset(licences))


def clan(unit: Unit, student_id: str) -> tuple[str, ...]:
    """Return the ids that are one person: the one who stayed, and whoever was merged into them on whatever way."""
    found = [student_id]
    merges = unit.merges.all()
    for one in found:  # it grows while it is walked
        found += [merge.from_id for merge in merges if merge.into_id == one and merge.from_id not in found]
    return tuple(found)


def _corrections(unit: Unit, student_id: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each corrected field with the texts from before and after."""
    query = AuditQuery(deed=CORRECTED, subject=student_id)
    for record in unit.listings.audit(query, Window(limit=_MANY)).rows:
        for field in ("name", "email", "licences"):
            change = record.details.get(field)
            if isinstance(change, Mapping):
                yield field, [text for side in change.values() for text in _listed(side)]


def _listed(side: Json) -> list[str]:
    return [str(one) for one in side] if isinstance(side, list) else [str(side)]


def _licence(text: str) -> tuple[Licence, ...]:
    try:
        return (parse_licence(text),)
    except CequizError:  # rules for what may be typed were others once
        state, _, number = text.partition(":")
        return (Licence(state, number),)

"""A course that two records of one person have both earned: which award is over, and the way out where none is.

There is one award a student, course version and cycle. An award whose certificate was revoked gives its place up and is
kept without a cycle, so that nothing that was ever printed loses its ground. Who merges, and when, is nothing it knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cequiz.domain.credential.award import Award
from cequiz.domain.credential.lifecycle import Life
from cequiz.language import tr
from cequiz.services.ports import Unit
from cequiz.services.records_of import state_of


def ended(unit: Unit, leaving: Sequence[Award], staying: Sequence[Award]) -> tuple[Award, ...]:
    """Return one of each two awards for the same version and cycle that is over, as it is kept from now on.

    Places that no renewal cycle has are 0, and below it where somebody was merged before.

    Args:
        unit: the transaction.
        leaving: the awards in a course of whoever leaves.
        staying: those of the student who stays.
    """
    lowest = min([1, *(one.cycle for one in (*leaving, *staying))])
    over = [found for pair in _pairs(leaving, staying) if (found := _over(unit, *pair)) is not None]
    return tuple(replace(award, cycle=lowest - place) for place, award in enumerate(over, start=1))


def collisions(unit: Unit, leaving: Sequence[Award], staying: Sequence[Award]) -> Iterator[str]:
    """Yield what to do about each two awards for the same version and cycle, as sentences.

    Args:
        unit: the transaction.
        leaving: the awards in a course of whoever leaves, without those that are over.
        staying: those of the student who stays.
    """
    for mine, other in _pairs(leaving, staying):
        first, second = _newest(unit, mine), _newest(unit, other)
        if first and second:
            yield tr(
                "Both have earned {course}, version {version}, in cycle {cycle}: revoke the certificate {first} or "
                "{second} as issued twice (`cequiz certificate revoke`), then merge.",
                course=mine.course_id,
                version=mine.course_version,
                cycle=mine.cycle,
                first=first,
                second=second,
            )
            yield from _reported(unit, mine, first)
            yield from _reported(unit, other, second)
        else:
            yield tr(
                "Both have earned {course}, version {version}, in cycle {cycle}: issue what is due "
                "(`cequiz certificate issue`), revoke one of both certificates as issued twice, then merge.",
                course=mine.course_id,
                version=mine.course_version,
                cycle=mine.cycle,
            )


def _reported(unit: Unit, award: Award, number: str) -> Iterator[str]:
    """Yield that a board was told of an award: whoever revokes its certificate has to tell that board."""
    lines = unit.reports.standing([award.id])
    if lines:
        yield tr(
            "{number} was reported to a board (batch {batch}): whoever revokes it has to tell the board.",
            number=number,
            batch=lines[-1].batch_id,
        )


def _pairs(leaving: Sequence[Award], staying: Sequence[Award]) -> Iterator[tuple[Award, Award]]:
    theirs = {(one.course_version, one.cycle): one for one in staying}
    for mine in leaving:
        other = theirs.get((mine.course_version, mine.cycle))
        if other is not None:
            yield mine, other


def _over(unit: Unit, *pair: Award) -> Award | None:
    """Return the first of two awards whose certificate was revoked; None where both are in force, or on no paper."""
    for award in pair:
        number = _newest(unit, award)
        if number and state_of(unit, number) == Life.REVOKED.value:
            return award
    return None


def _newest(unit: Unit, award: Award) -> str:
    """Return the number of an award's newest certificate; nothing where it has none."""
    papers = unit.certificates.current(award.id)
    return papers[-1].number if papers else ""

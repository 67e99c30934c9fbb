"""Licences: what looks mistyped, and who else has one. Both are words for whoever typed it, and refuse nothing.

Boards change their formats without telling, and people are added twice and merged later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cequiz.domain.people.licences import odd_licences
from cequiz.domain.people.student import Licence
from cequiz.errors import EnvironmentFailed
from cequiz.language import tr
from cequiz.services.ports import Ports, Unit, Window

_MANY = 1_000
"""So many students whose number has this one in it are looked through."""


@dataclass(frozen=True)
class Twin:
    """Somebody else who has a licence."""

    licence: Licence
    student_id: str
    name: str

    def words(self) -> str:
        """Return it as a sentence."""
        return tr(
            "{name} ({id}) has the licence {licence} too.", name=self.name, id=self.student_id, licence=self.licence
        )


def warnings(ports: Ports, licences: Sequence[Licence], *, of: str | None = None) -> tuple[str, ...]:
    """Return a sentence for every licence that looks mistyped or that somebody else has.

    Args:
        ports: the outside world.
        licences: as they were typed.
        of: the id of the student whose licences they are; None for somebody new.
    """
    if not licences:
        return ()
    with ports.store.read() as unit:
        found = twins(unit, licences, of=of)
    return (*odd(ports, licences), *(one.words() for one in found))


def odd(ports: Ports, licences: Iterable[Licence]) -> tuple[str, ...]:
    """Return a sentence, with an example, for each licence that does not look like those of its state."""
    try:
        formats = ports.boards.licence_formats()
    except EnvironmentFailed:
        return ()  # A slip in a file must keep nobody from being added; `doctor` and `certificate boards` name it.
    return odd_licences(licences, formats)


def twins(unit: Unit, licences: Iterable[Licence], *, of: str | None = None) -> tuple[Twin, ...]:
    """Return everybody else who has one of these licences."""
    found: list[Twin] = []
    for licence in dict.fromkeys(licences):
        # The search finds a part of a number, so what it finds is looked at again.
        for line in unit.listings.students(licence.number, Window(limit=_MANY)).rows:
            if line.id != of and str(licence).casefold() in {one.casefold() for one in line.licences}:
                found.append(Twin(licence, line.id, line.name))
    return tuple(found)

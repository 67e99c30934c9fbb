"""The files in the house's own folder that may tell of a person, as a small protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from cequiz.domain.people.remains import Finder


class FileKind(StrEnum):
    """What a file in the house's folder is."""

    REPORT = "report"
    """In the folder of reports; it can be made anew from the records."""
    PACK = "pack"
    """An audit pack, or another archive."""
    BACKUP = "backup"
    BEFORE = "before"
    """A copy that was kept when the records were restored or migrated."""
    OTHER = "other"


@dataclass(frozen=True)
class HouseFile:
    """A file that tells of a person, or may."""

    path: Path
    kind: FileKind
    read: bool
    """Whether its text was read and names the person.

    False for what cannot be looked into, or is not, and for what holds only a number that may be anything.
    """

    @property
    def goes(self) -> bool:
        """Whether a purge removes it."""
        return self.read and self.kind is FileKind.REPORT


class HouseFiles(Protocol):
    """Looks through the house's own folder."""

    def about(self, people: Sequence[Finder]) -> Sequence[Sequence[HouseFile]]:
        """Return for each person every file that names them, and every copy of the records.

        The records themselves and issued PDFs are not among them. Every file is read once, however many people.

        Args:
            people: each knows how one person is called.
        """
        ...


class NoFiles:
    """A house that keeps nothing beside its records."""

    def about(self, people: Sequence[Finder]) -> Sequence[Sequence[HouseFile]]:
        """Find nothing."""
        return tuple(() for _ in people)

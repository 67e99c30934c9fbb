"""What a sign-in stands on: whoever was let in under it is let go when that changes.

A line may be open for hours. Meanwhile the passphrase may be changed or reset, and the record merged or purged; this
room knows how to tell that from before, and nothing of lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from cequiz.domain.people.student import Student
from cequiz.services.ports import Ports, Unit


@dataclass(frozen=True)
class SignedIn:
    """Somebody who has shown who they are, and what that stands on."""

    student: Student
    standing: str = field(repr=False)
    """The tag of what it stood on in that moment; see `standing`."""


def standing(ports: Ports, student_id: str) -> str:
    """Return a tag of what the sign-in of a student stands on; empty where nobody can be signed in under this id.

    It is another one after every change of the passphrase, and tells nothing of it. It is kept in memory only.

    Args:
        ports: the outside world.
        student_id: who is signed in.
    """
    with ports.store.read() as unit:
        return standing_of(unit, student_id)


def standing_of(unit: Unit, student_id: str) -> str:
    """Return the same within a transaction."""
    student = unit.students.get(student_id)
    if student is None or student.merged_into:
        return ""
    return tag_of(unit.students.passphrase_hash(student_id))


def tag_of(stored: str | None) -> str:
    """Return the tag of a passphrase by its hash; None for a student who has none."""
    return sha256((stored or "").encode()).hexdigest()

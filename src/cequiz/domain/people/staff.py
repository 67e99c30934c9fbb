"""The people of the office, and what each of their roles may do.

Whoever can read the store's files at the command line has everything already; roles are for those who sign in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cequiz.language import mark


class Right(StrEnum):
    """What a deed of the office asks for."""

    READ = mark("look at the records")
    KEYS = mark("see questions with their keys, and what was answered")
    OVERSEE = mark("look at accommodations, at who works here, and at settings and checks")
    PACK = mark("make audit packs")
    PROCTOR = mark("give time, suspend, resume, send messages and void attempts")
    ADMINISTER = mark("change records")

    @property
    def changes(self) -> bool:
        """Whether it is for deeds that change something, and not only for looking."""
        return self in (Right.PROCTOR, Right.ADMINISTER)


class Role(StrEnum):
    """What somebody in the office is."""

    ADMINISTRATOR = mark("administrator")
    PROCTOR = mark("proctor")
    AUDITOR = mark("auditor")

    @property
    def rights(self) -> frozenset[Right]:
        """What this role may do; an auditor reads everything and changes nothing.

        A proctor sits beside those who are examined, and so sees neither a key nor an answer.
        """
        match self:
            case Role.ADMINISTRATOR:
                return frozenset(Right)
            case Role.PROCTOR:
                return frozenset({Right.READ, Right.PROCTOR})
            case Role.AUDITOR:
                return frozenset({Right.READ, Right.KEYS, Right.OVERSEE, Right.PACK})


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Somebody who signs in to the office."""

    id: str
    name: str
    """The name to sign in with; capitals and accents do not count."""
    role: Role
    active: bool = True
    """Whether they may still sign in; nobody is ever removed, for the audit record names them."""

    @property
    def actor(self) -> str:
        """How records name them."""
        return f"staff:{self.id}"

    def may(self, right: Right) -> bool:
        """Whether they may do what a deed asks for."""
        return self.active and right in self.role.rights

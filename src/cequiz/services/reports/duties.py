"""Which approvals make a provider report completions to a state, and for which licences; decided by board packs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cequiz.domain.bank.course import Approval, Course
from cequiz.domain.credential.boards import BoardPack
from cequiz.services.ports import Ports


@dataclass(frozen=True)
class Duty:
    """An approval with the rules of its board."""

    approval: Approval
    pack: BoardPack

    @property
    def states(self) -> frozenset[str]:
        """The states of whose licences the board wants to know."""
        return frozenset(state.upper() for state in self.pack.licence_states)

    def covers(self, day: date) -> bool:
        """Whether a completion on this day falls under the approval."""
        try:
            first = self.approval.from_ - timedelta(days=self.pack.retroactive_days)
        except OverflowError:
            first = date.min
        return first <= day <= self.approval.to


def duties(ports: Ports, course: Course | None) -> tuple[Duty, ...]:
    """Return the approvals of a course whose boards ask for licences of a state, in the order of the course."""
    if course is None:
        return ()
    found = (Duty(one, ports.boards.pack(one.board)) for one in course.approvals)
    return tuple(one for one in found if one.pack.licence_states)


def duties_to(ports: Ports, course: Course | None, state: str) -> tuple[Duty, ...]:
    """Return the approvals of a course that concern the licences of a state."""
    return tuple(one for one in duties(ports, course) if state in one.states)

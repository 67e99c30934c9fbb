"""The attempts that are open now, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from cequiz.domain.exam.attempt import Status, replay
from cequiz.domain.exam.events import AttemptEvent, EventKind
from cequiz.domain.people.student import Student
from cequiz.services.ports import LIVE_KINDS, AttemptHeader, Heartbeat, OpenAttempt


class Records(Protocol):
    """What of the records in memory is looked at."""

    headers: dict[str, AttemptHeader]
    events: dict[str, tuple[AttemptEvent, ...]]
    heartbeats: dict[str, Heartbeat]
    students: dict[str, Student]


class FakeLive:
    """The open attempts."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def open_ids(self) -> Sequence[str]:
        return [one.id for one in self._open()]

    def attempts(self, attempt_id: str | None = None) -> Sequence[OpenAttempt]:
        return tuple(self._one(header) for header in self._open() if attempt_id in (None, header.id))

    def _open(self) -> list[AttemptHeader]:
        found = [one for one in self._records.headers.values() if one.standing.status is Status.OPEN]
        return sorted(found, key=lambda one: (one.started_at, one.id))

    def _one(self, header: AttemptHeader) -> OpenAttempt:
        events = self._records.events[header.id]
        state = replay(events)
        saved: Mapping[str, AttemptEvent] = {
            str(event.payload["item"]): event for event in events if event.kind is EventKind.ANSWERED
        }
        standing = [event for item, event in saved.items() if item in state.responses]
        newest = max(standing, key=lambda event: event.seq, default=None)
        first = replace(events[0], payload={**events[0].payload, "form": []})
        return OpenAttempt(
            header=header,
            student=self._records.students[header.student_id].name,
            items=len(state.form.items),
            answered=len(state.responses),
            saved_at=None if newest is None else newest.at,
            last=state.last,
            heartbeat=self._records.heartbeats.get(header.id),
            events=(first, *(event for event in events[1:] if event.kind in LIVE_KINDS)),
        )

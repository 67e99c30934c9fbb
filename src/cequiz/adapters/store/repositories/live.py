"""The attempts that are open now with everything a live board says of them, in two statements.

No answer is read, and of the events only those that tell of time, of flags and of what waits for a decision.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, select, text

from cequiz.adapters.store import mapping, mapping_room
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.rows import AnswerRow, AttemptEventRow, AttemptRow, HeartbeatRow, StudentRow, table_of
from cequiz.domain.exam.events import AttemptEvent, EventKind, instant
from cequiz.domain.exam.timekeeping import Anchor, Stamp
from cequiz.services.ports import LIVE_KINDS, Heartbeat, OpenAttempt

_ATTEMPT = table_of(AttemptRow)
_EVENT = table_of(AttemptEventRow)
_ANSWER = table_of(AnswerRow)
_STUDENT = table_of(StudentRow)
_HEARTBEAT = table_of(HeartbeatRow)

_OPENINGS = 512
"""Forms that are read once and not every second: so many people may sit exams while somebody watches."""

_OPEN = _ATTEMPT.c.status == text("'open'")
_OLDEST_FIRST = (_ATTEMPT.c.started_us, _ATTEMPT.c.id)


class LiveRepository(Repository):
    """The open attempts."""

    def open_ids(self) -> Sequence[str]:
        """Return the ids of the open attempts, the oldest first."""
        return self._many(select(_ATTEMPT.c.id).where(_OPEN).order_by(*_OLDEST_FIRST), lambda row: str(row["id"]))

    def attempts(self, attempt_id: str | None = None) -> Sequence[OpenAttempt]:
        """Return the open attempts, the oldest first, or the one with this id where it is open."""
        wanted = _OPEN if attempt_id is None else _OPEN & (_ATTEMPT.c.id == attempt_id)
        events = self._events(wanted)
        return self._many(_lines(wanted), lambda row: _open_attempt(row, events[row["id"]]))

    def _events(self, which: ColumnElement[bool]) -> dict[str, list[tuple[AttemptEvent, int]]]:
        """Return the events by attempt, each with the number of questions in its form: 0 for all but the first."""
        # From the few open attempts on, which skipping nothing makes one step of its own: an index on kinds, or a
        # walk through the table, would lead through those of every year.
        few = select(_ATTEMPT.c.id).where(which).offset(0).subquery("few")
        kind = _EVENT.c.kind.concat("").in_([str(kind) for kind in LIVE_KINDS])
        wanted = select(_EVENT).join(few, few.c.id == _EVENT.c.attempt_id).where(kind)
        found: dict[str, list[tuple[AttemptEvent, int]]] = defaultdict(list)
        for event, items in self._many(wanted.order_by(_EVENT.c.attempt_id, _EVENT.c.seq), _without_form):
            found[event.attempt_id].append((event, items))
        return found


def _lines(which: ColumnElement[bool]) -> Any:
    """Return the statement that reads one line an attempt."""
    last, newest = _EVENT.alias("last"), _EVENT.alias("newest")
    mine = _ANSWER.c.attempt_id == _ATTEMPT.c.id
    answered = select(func.count()).select_from(_ANSWER).where(mine).scalar_subquery()
    newest_seq = select(func.max(_ANSWER.c.event_seq)).where(mine).correlate(_ATTEMPT).scalar_subquery()
    saved = select(newest.c.at_us).where(newest.c.attempt_id == _ATTEMPT.c.id, newest.c.seq == newest_seq)
    beats = (column.label(f"beat_{column.name}") for column in _HEARTBEAT.c)
    return (
        select(
            _ATTEMPT,
            _STUDENT.c.name.label("student_name"),
            *(last.c[name].label(f"last_{name}") for name in ("at_us", "wall_us", "boot_us", "boot_id")),
            answered.label("answered"),
            saved.scalar_subquery().label("saved_us"),
            *beats,
        )
        .join(_STUDENT, _STUDENT.c.id == _ATTEMPT.c.student_id)
        .join(last, (last.c.attempt_id == _ATTEMPT.c.id) & (last.c.seq == _ATTEMPT.c.head_seq))
        .outerjoin(_HEARTBEAT, _HEARTBEAT.c.attempt_id == _ATTEMPT.c.id)
        .where(which)
        .order_by(*_OLDEST_FIRST)
    )


def _without_form(row: RowMapping) -> tuple[AttemptEvent, int]:
    """Return an event and how many questions its form has; a form itself is heavy, and a board shows none."""
    if row["kind"] != EventKind.STARTED:
        return mapping.event(row), 0
    light, items = _opening(row["payload"])
    return mapping.event({**row, "payload": light}), items


@lru_cache(maxsize=_OPENINGS)
def _opening(payload: str) -> tuple[str, int]:
    """Return what an attempt began with, without its form, and how many questions that has."""
    content = json.loads(payload)
    items = len(content["form"])
    return mapping.text({**content, "form": []}), items


def _open_attempt(row: RowMapping, events: Sequence[tuple[AttemptEvent, int]]) -> OpenAttempt:
    stamp = Stamp(instant(row["last_wall_us"]), row["last_boot_us"], row["last_boot_id"])
    return OpenAttempt(
        header=mapping.header(row),
        student=row["student_name"],
        items=sum(items for _, items in events),
        answered=row["answered"],
        saved_at=mapping.moment(row["saved_us"]),
        last=Anchor(instant(row["last_at_us"]), stamp),
        heartbeat=_heartbeat(row),
        events=tuple(event for event, _ in events),
    )


def _heartbeat(row: RowMapping) -> Heartbeat | None:
    if row["beat_at_us"] is None:
        return None
    return mapping_room.heartbeat({column.name: row[f"beat_{column.name}"] for column in _HEARTBEAT.c})

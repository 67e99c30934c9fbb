"""The path every answer takes: one event into its chain, in statements that are built once.

The statements are SQLAlchemy Core on the SQLModel tables, rendered to text when this module is first used, and run
on the driver: rendering and result objects would cost more than the work itself. They are the same on SQLite and on
PostgreSQL, where `PgDriver` runs them. The caller holds the transaction, and in it either the one right to write or
the attempt's own row: nobody else appends to this attempt between the question and the event.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, delete, insert, outerjoin, select, update
from sqlalchemy.dialects import sqlite

from cequiz.adapters.store import mapping
from cequiz.adapters.store.rows import AnswerRow, AttemptEventRow, AttemptRow, table_of
from cequiz.domain.chain import START, link
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import ENDINGS, AttemptEvent, EventDraft, EventKind, instant, message, microseconds
from cequiz.errors import AttemptClosed, DeadlinePassed, NotFound, OpenElsewhere
from cequiz.language import tr
from cequiz.services.ports import Ack, Standing

TIMELESS = ENDINGS | {
    EventKind.CLOCK_MOVED,
    EventKind.TIME_ADJUSTED,
    EventKind.HELD,
    EventKind.RELEASED,
    EventKind.MESSAGED,
    EventKind.RESUMED,
    EventKind.OUTAGE,
    EventKind.CONTINUED,
}
"""The kinds that may carry an instant after the deadline."""


def check_may_follow(
    draft: EventDraft, *, seq: int, status: Status, deadline_us: int | None, expected_seq: int
) -> None:
    """Refuse an event that may not follow.

    Args:
        draft: the event.
        seq: the number of the last event on file.
        status: the attempt's status on file.
        deadline_us: its deadline on file, in microseconds since 1970.
        expected_seq: the number of the last event the writer has seen.

    Raises:
        AttemptClosed: the attempt has ended.
        OpenElsewhere: the writer has not seen the last event.
        DeadlinePassed: the event was received too late.
    """
    if status is Status.VOIDED or (status is not Status.OPEN and draft.kind is not EventKind.VOIDED):
        raise AttemptClosed(
            tr("This attempt has ended."),
            hint=tr("See `cequiz attempt show {attempt}`.", attempt=draft.attempt_id),
        )
    if seq != expected_seq:
        raise _elsewhere()
    if deadline_us is not None and draft.kind not in TIMELESS and microseconds(draft.at) > deadline_us:
        raise DeadlinePassed(tr("The time is over."), hint=tr("Everything that was saved before the deadline counts."))


def _elsewhere() -> OpenElsewhere:
    return OpenElsewhere(
        tr("This exam is open elsewhere."), hint=tr("Take it over to go on here; nothing that was saved is lost.")
    )


def look(driver: Any, draft: EventDraft) -> Any:
    """Ask how the attempt stands and whether the draft's event is there already; the cursor goes to `append_event`."""
    return statements().look(driver, attempt=draft.attempt_id, key=draft.key)


def check_kind(draft: EventDraft, standing: Standing | None) -> None:
    """Refuse, before anything is asked, what no append can do; a mistake of ours."""
    if draft.kind is EventKind.STARTED or (draft.kind in ENDINGS and standing is None):
        msg = f"{draft.kind} needs a start or a standing"
        raise ValueError(msg)


def append_event(
    driver: Any,
    draft: EventDraft,
    *,
    key: bytes,
    expected_seq: int,
    standing: Standing | None,
    seen: Any = None,
) -> Ack:
    """Append one event inside the caller's write transaction; the rules are those of `Store.append`.

    Args:
        driver: the connection.
        draft: what happened.
        key: the chains' key.
        expected_seq: the number of the last event the writer has seen.
        standing: the attempt's new standing where the event changes it.
        seen: what the caller has looked at under its lock; None to look here.
    """
    check_kind(draft, standing)
    run = statements()
    seen = look(driver, draft) if seen is None else seen
    row = seen.fetchone()
    if row is None:
        raise NotFound(tr("There is no attempt {attempt}.", attempt=draft.attempt_id))
    *known, status, deadline_us, seq, head = row
    if known[0] is not None:
        return _repeated(seen, known)
    check_may_follow(draft, seq=seq, status=Status(status), deadline_us=deadline_us, expected_seq=expected_seq)
    event = _place(driver, draft, key=key, seq=seq + 1, previous=head)
    if standing is None:
        moved = run.move(driver, attempt=draft.attempt_id, old=seq, new=event.seq, head=event.hash)
    else:
        moved = run.turn(
            driver, attempt=draft.attempt_id, old=seq, new=event.seq, head=event.hash, **_columns(standing)
        )
    if moved.rowcount == 0:  # unreachable while nobody else may append; -1 where the answer is still under way
        raise _elsewhere()
    return Ack(event)


def start_attempt(driver: Any, draft: EventDraft, *, key: bytes, standing: Standing) -> Ack:
    """Open an attempt with its first event, inside the caller's write transaction."""
    cursor = look(driver, draft)
    row = cursor.fetchone()
    if row is not None and row[0] is not None:
        return _repeated(cursor, row)
    data = draft.payload
    number = data["number"]
    if draft.kind is not EventKind.STARTED or not isinstance(number, int):
        msg = "an attempt starts with a `started` event that says its number"
        raise ValueError(msg)
    statements().open(
        driver,
        id=draft.attempt_id,
        student_id=str(data["student"]),
        course_id=str(data["course"]),
        course_version=str(data["course_version"]),
        exam_id=str(data["exam"]),
        number=number,
        started_us=microseconds(draft.at),
        head_seq=0,
        head_hash=START,
        status=str(standing.status),
        deadline_us=mapping.micros(standing.deadline),
        finished_us=mapping.micros(standing.finished_at),
    )
    event = _place(driver, draft, key=key, seq=1, previous=START)
    statements().move(driver, attempt=draft.attempt_id, old=0, new=1, head=event.hash)
    return Ack(event)


@dataclass(frozen=True)
class _Statement:
    """SQL text with named places, run on a connection of the driver."""

    sql: str

    def __call__(self, driver: Any, /, **values: object) -> Any:
        return driver.execute(self.sql, values)


@dataclass(frozen=True)
class Statements:
    """Everything the path needs."""

    look: _Statement
    add: _Statement
    answer: _Statement
    clear: _Statement
    move: _Statement
    turn: _Statement
    open: _Statement


def _render(clause: ClauseElement) -> _Statement:
    return _Statement(str(clause.compile(dialect=sqlite.dialect(paramstyle="named"))))


@cache
def statements() -> Statements:
    """Return the statements, built on first use."""
    attempt, event, answer = table_of(AttemptRow), table_of(AttemptEventRow), table_of(AnswerRow)
    upsert = sqlite.insert(answer)
    forward = (
        update(attempt)
        .where(attempt.c.id == bindparam("attempt"), attempt.c.head_seq == bindparam("old"))
        .values(head_seq=bindparam("new"), head_hash=bindparam("head"))
    )
    mine = (answer.c.attempt_id == bindparam("attempt"), answer.c.item == bindparam("wanted"))
    return Statements(
        look=_render(
            select(*event.c, attempt.c.status, attempt.c.deadline_us, attempt.c.head_seq, attempt.c.head_hash)
            .select_from(
                outerjoin(
                    attempt, event, and_(event.c.attempt_id == attempt.c.id, event.c.idem_key == bindparam("key"))
                )
            )
            .where(attempt.c.id == bindparam("attempt"))
        ),
        add=_render(insert(event)),
        answer=_render(
            upsert.on_conflict_do_update(
                index_elements=["attempt_id", "item"],
                set_={"event_seq": upsert.excluded.event_seq, "response": upsert.excluded.response},
            )
        ),
        clear=_render(delete(answer).where(*mine)),
        move=_render(forward),
        turn=_render(
            forward.values(
                status=bindparam("status"), deadline_us=bindparam("deadline_us"), finished_us=bindparam("finished_us")
            )
        ),
        open=_render(insert(attempt)),
    )


def _repeated(cursor: Any, values: Sequence[Any]) -> Ack:
    """Return the acknowledgement of an event that is there already under the draft's key."""
    names = [column[0] for column in cursor.description]
    return Ack(mapping.event(dict(zip(names, values, strict=False))), repeated=True)


def _place(driver: Any, draft: EventDraft, *, key: bytes, seq: int, previous: bytes) -> AttemptEvent:
    """Insert the event at its place and keep the answer's projection in step."""
    run = statements()
    digest = link(key=key, previous=previous, message=message(draft, seq=seq))
    columns = mapping.event_columns(draft, seq=seq, previous=previous, digest=digest)
    run.add(driver, **columns)
    if draft.kind is EventKind.ANSWERED:
        response = mapping.text(draft.payload["response"])
        run.answer(driver, attempt_id=draft.attempt_id, item=_item(draft.payload), event_seq=seq, response=response)
    elif draft.kind is EventKind.CLEARED:
        run.clear(driver, attempt=draft.attempt_id, wanted=_item(draft.payload))
    return AttemptEvent(
        attempt_id=draft.attempt_id,
        kind=draft.kind,
        payload=json.loads(columns["payload"]),
        at=instant(columns["at_us"]),
        stamp=draft.stamp,
        actor=draft.actor,
        session=draft.session,
        key=draft.key,
        seq=seq,
        previous=previous,
        hash=digest,
    )


def _columns(standing: Standing) -> dict[str, object]:
    return {
        "status": str(standing.status),
        "deadline_us": mapping.micros(standing.deadline),
        "finished_us": mapping.micros(standing.finished_at),
    }


def _item(payload: Mapping[str, object]) -> str:
    return str(payload["item"])

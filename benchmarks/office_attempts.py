"""Marked attempts for `office_locks`: copies of one that is open, handed in without an answer by other students."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.office_store import insert

from cequiz.adapters.store import mapping
from cequiz.adapters.store.driver import best_sqlite
from cequiz.adapters.store.rows import AttemptEventRow, AttemptRow, ScoreRow
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import microseconds
from cequiz.domain.exam.marking import Score, mark
from cequiz.services.grading import load_attempt, questions_of
from cequiz.services.ports import AttemptHeader, Ports

NUMBER = 9
"""Of the attempts; nobody has so many."""


def add_marked(ports: Ports, database: Path, count: int) -> str:
    """Add so many marked attempts of students who have earned the course; return an item that all of them hold."""
    with ports.store.read() as unit:
        [first, *_] = unit.live.open_ids()
        header, attempt = unit.attempts.header(first), load_attempt(unit, first)
        questions = questions_of(unit, attempt)
    assert header is not None
    ended = replace(attempt, status=Status.SUBMITTED, finished_at=attempt.last.instant + timedelta(minutes=1))
    score = mark(ended, questions, lexicon=ports.lexicon)
    with closing(best_sqlite().connect(database)) as driver:
        people = [one for (one,) in driver.execute("SELECT student_id FROM award ORDER BY position LIMIT ?", (count,))]
        started = driver.execute("SELECT * FROM attempt_event WHERE attempt_id = ? AND seq = 1", (first,))
        names = [column[0] for column in started.description]
        event = dict(zip(names, started.fetchone(), strict=True))
        [last] = driver.execute("SELECT max(seq) FROM score").fetchone()
        insert(driver, AttemptRow, (_attempt(place, who, header, score) for place, who in enumerate(people)))
        insert(driver, AttemptEventRow, _events(people, event, score))
        insert(driver, ScoreRow, (_score(place, score, last + 1 + place) for place in range(count)))
        driver.commit()
    return attempt.form.items[0].key


def _id(place: int) -> str:
    return f"A-MARKED{place:06}"


def _attempt(place: int, who: str, header: AttemptHeader, score: Score) -> dict[str, Any]:
    return {
        "id": _id(place),
        "student_id": who,
        "course_id": header.course_id,
        "course_version": header.course_version,
        "exam_id": header.exam_id,
        "number": NUMBER,
        "started_us": microseconds(header.started_at),
        "status": str(score.cause),
        "deadline_us": microseconds(score.finished_at),
        "finished_us": microseconds(score.finished_at),
        "head_seq": 2,
        "head_hash": bytes(32),
    }


def _events(people: list[str], started: dict[str, Any], score: Score) -> Iterator[dict[str, Any]]:
    opening = json.loads(started["payload"])
    for place, who in enumerate(people):
        mine = {**started, "attempt_id": _id(place)}
        yield {**mine, "idem_key": f"start {place}", "payload": mapping.text({**opening, "student": who})}
        ending = {"kind": str(score.cause), "at_us": microseconds(score.finished_at), "payload": "{}", "seq": 2}
        yield {**mine, **ending, "idem_key": f"end {place}"}


def _score(place: int, score: Score, seq: int) -> dict[str, Any]:
    return {
        **mapping.score_columns(replace(score, attempt_id=_id(place))),
        "actor": "bench",
        "at_us": microseconds(score.finished_at),
        "seq": seq,
        "prev_hash": bytes(32),
        "hash": seq.to_bytes(32, "big"),
    }

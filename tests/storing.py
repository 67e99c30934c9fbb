"""What tests of stores begin with: an opened store in a folder, people, an attempt under way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

from cequiz.adapters.store.engine import Settings
from cequiz.adapters.store.store import SqliteStore
from cequiz.domain.canonical import Json
from cequiz.domain.chain import START
from cequiz.domain.exam.attempt import Attempt, Status, opening
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.domain.exam.form import PoolItem, draw
from cequiz.domain.exam.ledger import TimeLedger
from cequiz.domain.exam.timekeeping import Anchor
from cequiz.domain.people.student import Licence, Student
from cequiz.services.ports import Ack, AuditRecord, Standing, Store, Unit
from tests.builders import NOON, bank, course, stamp, terms

DEADLINE = NOON + timedelta(minutes=10)

LIGHT = Settings(ballast=0)
"""Without the 32 MiB of ballast, which a test that makes hundreds of stores would rather not write."""


def open_store(folder: Path, settings: Settings = LIGHT) -> SqliteStore:
    """Open the store of a folder the way the program does."""
    return SqliteStore.open(folder / "cequiz.db", key_path=folder / "keys" / "store.key", settings=settings)


def student(who: str = "S-1", *, name: str = "Zoë <Müller> & Σία", email: str | None = None) -> Student:
    """Return a student with a name that is not ASCII and two licences."""
    return Student(
        id=who,
        name=name,
        email=email or f"{who}@Example.org",
        licences=(Licence("FL", "MA12345"), Licence("CA", "7/8 'x'")),
        factor=Fraction(3, 2),
    )


def opening_draft(
    attempt: str = "A-1", *, who: str = "S-1", number: int = 1, at: datetime = NOON, items: int = 4
) -> EventDraft:
    """Return the `started` event of an attempt of ten minutes, complete enough to be replayed."""
    sample = bank(counts={"D1": items})
    form = draw(
        [PoolItem(sample.id, sample.version, one) for one in sample.items], blueprint={"D1": items}, seed="seed"
    )
    frozen = terms()
    state = Attempt(
        id=attempt,
        student_id=who,
        course_id="course",
        course_version="1",
        exam_id="quiz",
        number=number,
        form=form,
        terms=frozen,
        ledger=TimeLedger(at, frozen.time_limit),
        attestation="mine",
        seq=0,
        head=START,
        session="one",
        last=Anchor(at, stamp(at)),
    )
    return draft(EventKind.STARTED, opening(state), attempt=attempt, key=f"start {attempt}", at=at)


def draft(
    kind: EventKind,
    payload: Mapping[str, Json] | None = None,
    *,
    key: str,
    attempt: str = "A-1",
    at: datetime = NOON + timedelta(minutes=1),
) -> EventDraft:
    """Return a draft of any kind."""
    return EventDraft(
        attempt_id=attempt,
        kind=kind,
        payload=payload or {},
        at=at,
        stamp=stamp(at, boot=timedelta(hours=1, microseconds=7)),
        actor="student:S-1",
        session="one",
        key=key,
    )


def answer(
    number: int, *, choice: str = "b", attempt: str = "A-1", at: datetime = NOON + timedelta(minutes=1), items: int = 4
) -> EventDraft:
    """Return the draft of the n-th answer; it goes round the attempt's items."""
    payload: dict[str, Json] = {"item": f"sample/d1-{number % items + 1}", "response": {"choice": choice}}
    return draft(EventKind.ANSWERED, payload, key=f"answer {number}", attempt=attempt, at=at)


def load(unit: Unit) -> None:
    """Add bank and course, and say so in the audit record, as `services.loading` does."""
    sample, lessons = bank(), course()
    unit.banks.add(sample, at=NOON)
    unit.courses.add(lessons, at=NOON)
    for kind, one in (("bank", sample), ("course", lessons)):
        details = {"version": one.version, "content_hash": one.content_hash()}
        unit.audit.add(AuditRecord(at=NOON, actor="test", deed=f"{kind}.loaded", subject=one.id, details=details))


def begin(
    store: Store, attempt: str = "A-1", *, who: str = "S-1", number: int = 1, at: datetime = NOON, items: int = 4
) -> Ack:
    """Add bank, course and student where they are missing, and start an attempt with a deadline after ten minutes."""
    with store.write() as unit:
        if unit.courses.latest("course") is None:
            load(unit)
        if unit.students.get(who) is None:
            unit.students.add(student(who), passphrase_hash=None, at=NOON)
        return unit.attempts.start(
            opening_draft(attempt, who=who, number=number, at=at, items=items),
            standing=Standing(Status.OPEN, at + timedelta(minutes=10)),
        )

"""Small, plainly artificial banks, courses and attempts for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.domain.chain import START, link
from cequiz.domain.exam.attempt import Attempt, opening
from cequiz.domain.exam.events import AttemptEvent, EventDraft, EventKind, message
from cequiz.domain.exam.form import PoolItem, draw
from cequiz.domain.exam.ledger import TimeLedger
from cequiz.domain.exam.terms import Terms
from cequiz.domain.exam.timekeeping import Anchor, Stamp

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""When tests begin."""

KEY = b"k" * 32


def question(name: str = "q1", *, objective: str = "D1", **changes: Any) -> dict[str, Any]:
    """Return the JSON of a single-best-answer question whose right option is `b`."""
    return {
        "id": name,
        "type": "single",
        "objective": objective,
        "cognitive": "recall",
        "difficulty": "easy",
        "claim": "anatomy",
        "stem": f"Which option is the right one for {name}?",
        "options": [
            {"id": "a", "text": f"First of {name}"},
            {"id": "b", "text": f"Second of {name}", "correct": True},
            {"id": "c", "text": f"Third of {name}"},
            {"id": "d", "text": f"Fourth of {name}"},
        ],
        "references": [{"cite": "Sample reference"}],
        "review": {"status": "approved", "by": "sample", "on": "2026-11-22"},
        **changes,
    }


def bank_json(name: str = "sample", *, version: str = "1", counts: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Return the JSON of a bank with so many questions an objective."""
    counts = counts or {"D1": 6, "D2": 6}
    return {
        "format": "cequiz-bank/1",
        "id": name,
        "title": "Sample bank",
        "version": version,
        "language": "en",
        "licence": "CC-BY-4.0",
        "objectives": {objective: f"Objective {objective}" for objective in counts},
        "questions": [
            question(f"{objective.lower()}-{number}", objective=objective)
            for objective, count in counts.items()
            for number in range(1, count + 1)
        ],
    }


def bank(name: str = "sample", *, version: str = "1", counts: Mapping[str, int] | None = None) -> Bank:
    """Return a bank."""
    return Bank.from_json(bank_json(name, version=version, counts=counts))


def exam_json(name: str = "quiz", **changes: Any) -> dict[str, Any]:
    """Return the JSON of an exam of four items from `sample`."""
    return {
        "id": name,
        "title": "Sample exam",
        "banks": ["sample"],
        "blueprint": {"D1": 2, "D2": 2},
        "time_limit": "10m",
        "pass_mark": "75",
        "cut_score_basis": "sample",
        "attempts": {"limit": 2, "wait": "1h", "prefer_unseen": True},
        "navigation": "free",
        "review": {"after_pass": "full", "after_fail": "objectives"},
        "resume": {"clock": "runs", "outage_credit": "0s"},
        "open_book": True,
        "required": True,
        **changes,
    }


def course_json(name: str = "course", *, exams: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """Return the JSON of a home-study course of 16 hours with one exam."""
    return {
        "format": "cequiz-course/1",
        "id": name,
        "title": "Sample Course",
        "version": "1",
        "ce_hours": "16",
        "hour_minutes": 50,
        "delivery": "home-study",
        "instructors": [{"name": "Sample Instructor", "credentials": "LMT"}],
        "approvals": [],
        "attestation": "The answers are my own.",
        "evaluation": {
            "required": True,
            "questions": [
                {"id": "clear", "text": "Clear?", "scale": 5},
                {"id": "comment", "text": "More?", "free": True},
            ],
        },
        "exams": exams or [exam_json()],
        **changes,
    }


def course(name: str = "course", *, exams: list[dict[str, Any]] | None = None, **changes: Any) -> Course:
    """Return a course."""
    return Course.from_json(course_json(name, exams=exams, **changes))


def stamp(at: datetime = NOON, *, boot: timedelta = timedelta(hours=1), boot_id: str = "boot-1") -> Stamp:
    """Return a reading of the clocks."""
    return Stamp(at, boot // timedelta(microseconds=1), boot_id)


def terms(**changes: Any) -> Terms:
    """Return the terms of a ten-minute exam with a pass mark of 75 %."""
    values: dict[str, Any] = {
        "course_title": "Sample Course",
        "exam_title": "Sample exam",
        "time_limit": timedelta(minutes=10),
        "factor": Fraction(1),
        "pass_mark": Fraction(75),
        "objectives": {"D1": "Objective D1", "D2": "Objective D2"},
        **changes,
    }
    return Terms(**values)


class Log:
    """Events of one attempt with a real chain, made without a store."""

    def __init__(
        self, *, exam_terms: Terms | None = None, sample: Bank | None = None, blueprint: Mapping[str, int] | None = None
    ) -> None:
        self.bank = sample or bank()
        pool = [PoolItem(self.bank.id, self.bank.version, one) for one in self.bank.items]
        form = draw(pool, blueprint=blueprint or {"D1": 2, "D2": 2}, seed="seed")
        frozen = exam_terms or terms()
        self.questions: dict[str, Question] = {item.key: self.bank.question(item.question) for item in form.items}
        self.items = [item.key for item in form.items]
        self.events: list[AttemptEvent] = []
        first = Attempt(
            id="A-1",
            student_id="S-1",
            course_id="course",
            course_version="1",
            exam_id="quiz",
            number=1,
            form=form,
            terms=frozen,
            ledger=TimeLedger(NOON, frozen.time_limit),
            attestation="mine",
            seq=0,
            head=START,
            session="one",
            last=Anchor(NOON, stamp()),
        )
        self.add(EventKind.STARTED, opening(first))

    def add(
        self,
        kind: EventKind,
        payload: Mapping[str, Json] | None = None,
        *,
        after: timedelta = timedelta(),
        session: str = "one",
    ) -> AttemptEvent:
        """Append an event that happened so long after noon."""
        seq, previous = len(self.events) + 1, self.events[-1].hash if self.events else START
        draft = EventDraft(
            attempt_id="A-1",
            kind=kind,
            payload=payload or {},
            at=NOON + after,
            stamp=stamp(NOON + after, boot=timedelta(hours=1) + after),
            actor="student:S-1",
            session=session,
            key=f"key-{seq}",
        )
        hashed = link(key=KEY, previous=previous, message=message(draft, seq=seq))
        event = AttemptEvent(**vars(draft), seq=seq, previous=previous, hash=hashed)
        self.events.append(event)
        return event

    def answer(self, item: int, choice: str = "b", **when: Any) -> AttemptEvent:
        """Append an answer to the item at this 0-based place."""
        return self.add(EventKind.ANSWERED, {"item": self.items[item], "response": {"choice": choice}}, **when)

"""Rows of the exam room to records and back: signs of life, accommodations, figures, the review queue, practice.

Like `mapping`, whose helpers it uses, it knows the domain and the names of columns, and no database library.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from cequiz.adapters.store.mapping import Values, text
from cequiz.domain.bank.lexicon import NearMiss
from cequiz.domain.exam.events import instant, microseconds
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.domain.people.accommodation import Accommodation
from cequiz.services.ports import (
    AccommodationRecord,
    Decision,
    FigureFile,
    Heartbeat,
    NearMissRecord,
    PracticeAnswer,
    PracticeCard,
)

_THERE, _LEFT, _LOST = range(3)
"""What becomes of a session: it is there, it was left, or its line was lost."""


def heartbeat(row: Values) -> Heartbeat:
    """Return a sign of life."""
    return Heartbeat(
        attempt_id=row["attempt_id"],
        session=row["session"],
        at=instant(row["at_us"]),
        stamp=Stamp(instant(row["wall_us"]), row["boot_us"], row["boot_id"]),
        left=row["departed"] == _LEFT,
        lost=row["departed"] == _LOST,
        item=row["item"] or "",
    )


def heartbeat_columns(value: Heartbeat) -> dict[str, Any]:
    """Return the columns of a sign of life."""
    return {
        "attempt_id": value.attempt_id,
        "session": value.session,
        "at_us": microseconds(value.at),
        "wall_us": microseconds(value.stamp.wall),
        "boot_us": value.stamp.boot_us,
        "boot_id": value.stamp.boot_id,
        "departed": _LEFT if value.left else _LOST if value.lost else _THERE,
        "item": value.item or None,
    }


def accommodation(row: Values) -> AccommodationRecord:
    """Return one version of a profile."""
    return AccommodationRecord(
        student_id=row["student_id"],
        version=row["version"],
        profile=Accommodation.from_json(json.loads(row["profile"])),
        reason=row["reason"],
        actor=row["actor"],
        at=instant(row["at_us"]),
    )


def accommodation_columns(record: AccommodationRecord) -> dict[str, Any]:
    """Return the columns of one version of a profile."""
    return {
        "student_id": record.student_id,
        "version": record.version,
        "profile": text(record.profile.to_json()),
        "reason": record.reason,
        "actor": record.actor,
        "at_us": microseconds(record.at),
    }


def figure(row: Values) -> FigureFile:
    """Return a figure."""
    return FigureFile(sha256=row["sha256"], media_type=row["media_type"], content=bytes(row["content"]))


def near_miss(row: Values) -> NearMissRecord:
    """Return a near miss."""
    given, accepted = json.loads(row["pair"])
    return NearMissRecord(
        attempt_id=row["attempt_id"],
        item=row["item"],
        content_hash=row["content_hash"],
        miss=NearMiss(
            part=row["part"], given=row["given"], accepted=row["accepted"], pair=(given, accepted), rule=row["rule"]
        ),
        at=instant(row["at_us"]),
    )


def near_miss_columns(record: NearMissRecord) -> dict[str, Any]:
    """Return the columns of a near miss."""
    return {
        "attempt_id": record.attempt_id,
        "item": record.item,
        "part": record.miss.part,
        "content_hash": record.content_hash,
        "given": record.miss.given,
        "accepted": record.miss.accepted,
        "pair": text(list(record.miss.pair)),
        "rule": record.miss.rule,
        "at_us": microseconds(record.at),
    }


def decision(row: Values) -> Decision:
    """Return a decision."""
    return Decision(
        entry=row["entry"], outcome=row["outcome"], note=row["note"], actor=row["actor"], at=instant(row["at_us"])
    )


def decision_columns(value: Decision) -> dict[str, Any]:
    """Return the columns of a decision."""
    return {
        "entry": value.entry,
        "outcome": value.outcome,
        "note": value.note,
        "actor": value.actor,
        "at_us": microseconds(value.at),
    }


def practice_answer(row: Values) -> PracticeAnswer:
    """Return an answer of practice."""
    return PracticeAnswer(
        student_id=row["student_id"],
        course_id=row["course_id"],
        bank=row["bank"],
        bank_version=row["bank_version"],
        question=row["question"],
        response=json.loads(row["response"]),
        share=Fraction(row["share"]),
        drill=bool(row["drill"]),
        at=instant(row["at_us"]),
    )


def practice_answer_columns(value: PracticeAnswer) -> dict[str, Any]:
    """Return the columns of an answer of practice."""
    return {
        "student_id": value.student_id,
        "course_id": value.course_id,
        "bank": value.bank,
        "bank_version": value.bank_version,
        "question": value.question,
        "response": text(value.response),
        "share": str(value.share),
        "drill": int(value.drill),
        "at_us": microseconds(value.at),
    }


def practice_card(row: Values) -> PracticeCard:
    """Return a card."""
    return PracticeCard(
        student_id=row["student_id"],
        course_id=row["course_id"],
        bank=row["bank"],
        question=row["question"],
        card=json.loads(row["card"]),
        due=instant(row["due_us"]),
    )


def practice_card_columns(value: PracticeCard) -> dict[str, Any]:
    """Return the columns of a card."""
    return {
        "student_id": value.student_id,
        "course_id": value.course_id,
        "bank": value.bank,
        "question": value.question,
        # No chain covers it, and spaced repetition reckons in floating point, which canonical JSON refuses.
        "card": json.dumps(dict(value.card), ensure_ascii=False, sort_keys=True),
        "due_us": microseconds(value.due),
    }

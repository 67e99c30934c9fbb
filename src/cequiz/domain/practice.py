"""Practice: untimed, answered at once with the reason, and earning nothing.

Which questions may be practised is decided here, in which order they come, how well an answer knew, and what a day's
drill and a streak are; when something comes back is spaced repetition's business, what is kept the store's.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from fractions import Fraction

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course, Exam
from cequiz.domain.bank.policies import ExamItems
from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.domain.exam.form import PoolItem

_WORDS = frozenset({"stem", "text", "vignette"})
"""What in the JSON of a question is written for the student."""

DAILY = 5
"""How many questions the drill of a day has."""


class Recall(StrEnum):
    """How well something was known, in the words of spaced repetition."""

    FORGOTTEN = "forgotten"
    """Not right."""
    HARD = "hard"
    """Partly right."""
    KNOWN = "known"
    """Right."""


def recall_of(share: Fraction) -> Recall:
    """Return how well an answer knew.

    Args:
        share: what it earned of the question's points, from 0 to 1.
    """
    if share >= 1:
        return Recall.KNOWN
    return Recall.HARD if share > 0 else Recall.FORGOTTEN


# What may be practised ------------------------------------------------------------------------------------------


def practicable(course: Course, banks: Mapping[str, Bank], *, passed: AbstractSet[str]) -> tuple[PoolItem, ...]:
    """Return the questions that a student may practise, in the order of the banks.

    Only approved questions are practised: what is in doubt teaches nobody. A question that an exam could draw counts
    as that exam's also under another id, by its words, and takes the case it stands in with it.

    Args:
        course: the student's version of the course.
        banks: the newest version of every bank that the course names, by id; one that is missing has no questions.
        passed: ids of the exams that the student has passed.
    """
    pool = [item for bank_id in course.practice_banks for item in _items(banks.get(bank_id))]
    locked = _ExamItems.of((exam for exam in course.exams if _keeps(course, exam, passed)), banks)
    cases = {_unit(item) for item in pool if locked.holds(item)}
    return tuple(item for item in pool if _unit(item) not in cases)


def _keeps(course: Course, exam: Exam, passed: AbstractSet[str]) -> bool:
    match course.practice.exam_items:
        case ExamItems.NEVER:
            return True
        case ExamItems.AFTER_PASS:
            return exam.id not in passed
        case ExamItems.ALWAYS:
            return False


@dataclass(frozen=True)
class _ExamItems:
    """What the exams that keep their questions could draw."""

    units: frozenset[tuple[str, str]]
    wordings: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, exams: Iterable[Exam], banks: Mapping[str, Bank]) -> _ExamItems:
        """Return everything that one of the exams could draw."""
        found = {
            item.key: item
            for exam in exams
            for bank_id in exam.banks
            for item in _items(banks.get(bank_id))
            if item.question.objective in exam.blueprint
        }
        return cls(
            frozenset(_unit(item) for item in found.values()),
            frozenset(_wording(item.question) for item in found.values()),
        )

    def holds(self, item: PoolItem) -> bool:
        """Whether an item is one of them, or asks the very same."""
        return _unit(item) in self.units or (bool(self.wordings) and _wording(item.question) in self.wordings)


def _wording(question: Question) -> tuple[str, ...]:
    """Return everything that is written in a question, whatever its ids, order, points, case id and key are."""
    return tuple(sorted(" ".join(words.split()).casefold() for words in _written(question.asked())))


def _written(asked: Json) -> Iterator[str]:
    if isinstance(asked, Mapping):
        for name, inside in asked.items():
            if isinstance(inside, str) and name in _WORDS:
                yield inside
            else:
                yield from _written(inside)
    elif isinstance(asked, Sequence) and not isinstance(asked, str):
        for inside in asked:
            yield from _written(inside)


def _items(bank: Bank | None) -> list[PoolItem]:
    if bank is None:
        return []
    return [PoolItem(bank.id, bank.version, question) for question in bank.items if question.is_scored]


def _unit(item: PoolItem) -> tuple[str, str]:
    """Return what is practised together: a case, or a question of its own; a case's id is unique in its bank."""
    return item.bank, _unit_id(item.question)


def _unit_id(question: Question) -> str:
    return question.case.id if question.case else question.id


# In which order ---------------------------------------------------------------------------------------------------


def queue(
    pool: Sequence[PoolItem], due: Mapping[str, datetime], *, now: datetime, weak: Sequence[str] = (), seed: str
) -> tuple[PoolItem, ...]:
    """Return what is practised now, in its order: what came due, the most overdue first, then what is new.

    New questions of weak objectives come first; within an objective the seed ranks them, and the questions of a case
    stay together and in their order.

    Args:
        pool: what may be practised, in the order of the banks.
        due: item key to the instant at which it comes back; a question without one is new.
        now: the instant.
        weak: objectives, the weakest first.
        seed: any text; the same seed gives the same order.
    """
    back = sorted((due[item.key], place) for place, item in enumerate(pool) if item.key in due and due[item.key] <= now)
    return (*(pool[place] for _, place in back), *_fresh([i for i in pool if i.key not in due], weak, seed))


def upcoming(pool: Sequence[PoolItem], due: Mapping[str, datetime], *, now: datetime) -> tuple[PoolItem, ...]:
    """Return what will come back later, the soonest first."""
    later = sorted((due[item.key], place) for place, item in enumerate(pool) if item.key in due and due[item.key] > now)
    return tuple(pool[place] for _, place in later)


def _fresh(new: Sequence[PoolItem], weak: Sequence[str], seed: str) -> list[PoolItem]:
    need = {objective: place for place, objective in enumerate(weak)}
    urgency: dict[tuple[str, str], int] = {}
    for item in new:
        rank = need.get(item.question.objective, len(need))
        urgency[_unit(item)] = min(rank, urgency.get(_unit(item), rank))

    def order(placed: tuple[int, PoolItem]) -> tuple[int, bytes, int]:
        unit = _unit(placed[1])
        return urgency[unit], hashlib.sha256("\n".join((seed, *unit)).encode()).digest(), placed[0]

    return [item for _, item in sorted(enumerate(new), key=order)]


# Five a day -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drill:
    """Where a student stands with the five of today."""

    done: int
    """How many of today's are answered, from 0 to `DAILY`."""
    streak: int
    """How many days in a row had all five; today counts once it has, and until then takes nothing away."""

    @property
    def complete(self) -> bool:
        """Whether today's five are done."""
        return self.done >= DAILY


def drill(answered: Iterable[datetime], *, now: datetime, zone: tzinfo | None) -> Drill:
    """Return where the drill stands: days are those of the student's calendar, however long the clocks make them.

    Args:
        answered: when the drill's questions were answered (UTC).
        now: the instant.
        zone: the student's; None for the machine's own.
    """
    counts = Counter(at.astimezone(zone).date() for at in answered)
    today = now.astimezone(zone).date()
    done = min(counts[today], DAILY)
    day = today if done == DAILY else today - timedelta(days=1)
    streak = 0
    while counts[day] >= DAILY:
        streak += 1
        day -= timedelta(days=1)
    return Drill(done, streak)

"""What practice looks like from outside: the question that is put, what became of an answer, where a student stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from fractions import Fraction

from cequiz.domain.bank.course import Course
from cequiz.domain.bank.lexicon import NearMiss
from cequiz.domain.bank.question import Part, Question
from cequiz.domain.canonical import Json
from cequiz.domain.exam.form import PoolItem
from cequiz.domain.practice import Drill, Recall, drill, recall_of
from cequiz.services.figures import FigureView
from cequiz.services.ports import PracticeAnswer, PracticeCard, Unit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as it is put in practice."""

    item: PoolItem
    order: tuple[str, ...]
    """Ids of its choices in the order they are shown."""
    figures: tuple[FigureView, ...]
    """What is shown with it: the figure of its case, then its own."""
    again: bool
    """Whether it was practised before."""

    @property
    def question(self) -> Question:
        """The question itself."""
        return self.item.question


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """What became of an answer."""

    asked: Asked
    response: Mapping[str, Json] | None
    share: Fraction
    """What it earned of the question's points, from 0 to 1."""
    parts: tuple[Part, ...]
    near_misses: tuple[NearMiss, ...]
    due: datetime
    """When the question comes back (UTC)."""

    @property
    def recall(self) -> Recall:
        """How well it was known."""
        return recall_of(self.share)


@dataclass(frozen=True, kw_only=True)
class PracticeStatus:
    """Where a student stands with the practice of a course."""

    course: Course
    questions: int
    """How many may be practised."""
    new: int
    """How many of them were never answered."""
    due: int
    """How many came back and wait."""
    next_due: datetime | None
    """When the next one comes back, where none waits (UTC)."""
    answered: int
    """How many answers were given, ever."""
    drill: Drill
    running: str | None
    """The id of the open attempt for which practice waits."""


@dataclass(frozen=True)
class Kept:
    """What the store holds of a student's practice in a course."""

    cards: Mapping[str, PracticeCard]
    answers: Sequence[PracticeAnswer]

    @property
    def due(self) -> dict[str, datetime]:
        """When each question comes back, by item key."""
        return {key: card.due for key, card in self.cards.items()}

    @property
    def drilled(self) -> list[PracticeAnswer]:
        """The answers that were given in the drill."""
        return [answer for answer in self.answers if answer.drill]


def read_kept(unit: Unit, student_id: str, course_id: str) -> Kept:
    """Return what the store holds of a student's practice in a course, inside a unit."""
    cards = unit.practices.cards(student_id, course_id)
    return Kept({f"{one.bank}/{one.question}": one for one in cards}, unit.practices.answers(student_id, course_id))


def key_of(answer: PracticeAnswer) -> str:
    """Return the key of the item that was answered: `bank/question`."""
    return f"{answer.bank}/{answer.question}"


def status_of(
    course: Course,
    pool: Sequence[PoolItem],
    kept: Kept,
    *,
    now: datetime,
    zone: tzinfo | None,
    running: str | None,
) -> PracticeStatus:
    """Return where a student stands.

    Args:
        course: the student's version of the course.
        pool: what may be practised.
        kept: what the store holds.
        now: the instant (UTC).
        zone: the student's; None for the machine's own.
        running: the id of an open attempt.
    """
    dates = [kept.cards[item.key].due for item in pool if item.key in kept.cards]
    due = sum(date <= now for date in dates)
    return PracticeStatus(
        course=course,
        questions=len(pool),
        new=len(pool) - len(dates),
        due=due,
        next_due=None if due else min(dates, default=None),
        answered=len(kept.answers),
        drill=drill((answer.at for answer in kept.drilled), now=now, zone=zone),
        running=running,
    )

"""Practice: answers that earn nothing, and the cards of spaced repetition."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from cequiz.adapters.store import mapping_room
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.rows import PracticeAnswerRow, PracticeCardRow, table_of
from cequiz.services.ports import PracticeAnswer, PracticeCard

_ANSWER = table_of(PracticeAnswerRow)
_CARD = table_of(PracticeCardRow)


class PracticeRepository(Repository):
    """Answers and cards of practice."""

    def add(self, answer: PracticeAnswer, card: PracticeCard) -> None:
        """Keep an answer, and the card after it in the place of the one before."""
        self._add(PracticeAnswerRow, **mapping_room.practice_answer_columns(answer))
        self._put(PracticeCardRow, mapping_room.practice_card_columns(card))

    def answers(self, student_id: str, course_id: str) -> Sequence[PracticeAnswer]:
        """Return a student's answers in a course, oldest first."""
        mine = select(_ANSWER).where(_ANSWER.c.student_id == student_id, _ANSWER.c.course_id == course_id)
        return self._many(mine.order_by(_ANSWER.c.position), mapping_room.practice_answer)

    def cards(self, student_id: str, course_id: str) -> Sequence[PracticeCard]:
        """Return a student's cards in a course, the one that is due first at the front."""
        mine = select(_CARD).where(_CARD.c.student_id == student_id, _CARD.c.course_id == course_id)
        return self._many(mine.order_by(_CARD.c.due_us, _CARD.c.bank, _CARD.c.question), mapping_room.practice_card)

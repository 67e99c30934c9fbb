"""Case: one story and its questions, which stay together and in order in every form.

A case is no question itself: it is a container in the bank file, and passes on to its questions what they leave out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.entry import AnyQuestion
from cequiz.domain.bank.fields import Id, Line, Prose, Statement, Value, Whole, refuse
from cequiz.domain.bank.question import (
    CaseOf,
    Claim,
    Cognitive,
    Difficulty,
    Question,
    Reference,
    Review,
    at_least_one,
)
from cequiz.language import tr

CASE = "case"
"""What a bank file calls a case."""

INHERITED = ("objective", "cognitive", "difficulty", "claim", "references", "review", "tests")
"""Fields that a question of a case takes from the case where it leaves them out."""


def passed_on(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a case in which its questions have what they leave out; anything else stays as it is."""
    common = {name: case[name] for name in INHERITED if name in case}
    questions = case.get("questions")
    if not isinstance(questions, list | tuple):
        return dict(case)
    return {**case, "questions": [{**common, **one} if isinstance(one, Mapping) else one for one in questions]}


class Case(Value):
    """A story with its questions."""

    id: Id
    version: Annotated[Whole, AfterValidator(at_least_one)] = 1
    type: Literal["case"]
    objective: Line = ""
    cognitive: Cognitive | None = None
    difficulty: Difficulty | None = None
    tests: tuple[Id, ...] = ()
    claim: Claim | None = None
    vignette: Statement
    stem: Prose = ""
    """What to do with the story, shown below it; most cases leave that to their questions."""
    references: tuple[Reference, ...] = ()
    review: Review | None = None
    figure: Id | None = None
    """A figure that belongs to the story."""
    enemies: tuple[Id, ...] = ()
    questions: Annotated[tuple[AnyQuestion, ...], Field(min_length=1, max_length=50)]

    @model_validator(mode="before")
    @classmethod
    def _pass_on(cls, data: object) -> object:
        return passed_on(data) if isinstance(data, Mapping) else data

    @model_validator(mode="after")
    def _stays_together(self) -> Case:
        """Refuse enemies in one case: it could never be drawn."""
        own = {self.id, *(question.id for question in self.questions)}
        named = [(("enemies", place), enemy) for place, enemy in enumerate(self.enemies)]
        sentence = tr("an enemy cannot stand in the same case: its questions are always drawn together")
        refuse(
            self,
            *(
                (loc, PydanticCustomError("range", sentence))
                for loc, enemy in (*named, *self._enemies_of_questions())
                if enemy in own
            ),
        )
        return self

    def members(self) -> tuple[Question, ...]:
        """Return the questions as they are drawn: each knows the case, and has its enemies too."""
        story = "\n\n".join(part for part in (self.vignette, self.stem) if part.strip())
        return tuple(
            question.model_copy(update={"enemies": tuple(dict.fromkeys((*question.enemies, *self.enemies)))}).in_case(
                CaseOf(self.id, story, self.figure, place, len(self.questions))
            )
            for place, question in enumerate(self.questions, start=1)
        )

    def _enemies_of_questions(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for index, question in enumerate(self.questions):
            for place, enemy in enumerate(question.enemies):
                yield ("questions", index, "enemies", place), enemy

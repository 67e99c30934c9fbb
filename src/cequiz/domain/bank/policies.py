"""The rules under which an exam is sat, as a provider writes them in a course."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.fields import Duration, Flag, Id, Instant, Value, Whole, Words, refuse, repeated
from cequiz.language import mark, tr


class Navigation(StrEnum):
    """Whether a student may go back."""

    FREE = "free"
    FORWARD_ONLY = "forward-only"


class Shown(StrEnum):
    """How much of a finished exam a student may look at, from nothing to everything."""

    NONE = "none"
    SCORE = "score"
    OBJECTIVES = "objectives"
    RESPONSES = "responses"
    FULL = "full"


class SuspendClock(StrEnum):
    """What the clock does while an exam is left."""

    RUNS = "runs"
    PAUSES = "pauses"


class Enrolment(StrEnum):
    """Who may enrol."""

    OPEN = "open"
    CODE = "code"


def _one_or_more(value: int) -> int:
    if value < 1:
        raise PydanticCustomError("range", tr("a whole number of 1 or more is expected here"))
    return value


def _not_negative(value: int) -> int:
    if value < 0:
        raise PydanticCustomError("range", tr("a whole number of 0 or more is expected here"))
    return value


Count = Annotated[Whole, AfterValidator(_one_or_more)]
"""A whole number from 1."""

Amount = Annotated[Whole, AfterValidator(_not_negative)]
"""A whole number from 0."""


class AttemptPolicy(Value):
    """How often the exam may be sat.

    Attributes:
        limit: the number of attempts, 1 or more.
        wait: from the end of one attempt to the start of the next.
        prefer_unseen: draw items the student has not met before, as long as there are any.
    """

    limit: Count
    wait: Duration
    prefer_unseen: Flag


class ReviewPolicy(Value):
    """What a student may look at after passing and after failing."""

    after_pass: Shown
    after_fail: Shown


class ResumePolicy(Value):
    """What leaving an exam costs.

    Attributes:
        clock: whether the time runs on while the exam is left.
        outage_credit: the most that an outage may give back.
    """

    clock: SuspendClock
    outage_credit: Duration


class Window(Value):
    """The time in which an exam can be sat; both ends are instants in UTC."""

    opens: Instant | None = None
    closes: Instant | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.opens is not None and self.closes is not None and self.opens >= self.closes:
            refuse(self, (("closes",), PydanticCustomError("range", tr("the window closes before it opens"))))
        return self

    def holds(self, instant: datetime) -> bool:
        """Return whether an instant lies in the window, both ends included."""
        return (self.opens is None or self.opens <= instant) and (self.closes is None or instant <= self.closes)


class EvaluationQuestion(Value):
    """One question about the course: on a scale from 1 to `scale`, or answered in free text."""

    id: Id
    text: Words
    scale: Annotated[Whole, Field(ge=2, le=10)] | None = None
    free: Flag = False

    @model_validator(mode="after")
    def _one_kind(self) -> EvaluationQuestion:
        if (self.scale is None) is not self.free:
            raise PydanticCustomError("range", tr("an evaluation question has either a scale or free: true"))
        return self


class Evaluation(Value):
    """What a student is asked about the course after the last pass."""

    required: Flag
    questions: tuple[EvaluationQuestion, ...]

    @model_validator(mode="after")
    def _ids_once(self) -> Evaluation:
        message = mark("an evaluation question before it has the id {id}")
        refuse(
            self,
            *(
                (("questions", index, "id"), PydanticCustomError("duplicate", tr(message, id=again)))
                for index, again in repeated(question.id for question in self.questions)
            ),
        )
        return self


class ExamItems(StrEnum):
    """Whether questions that a scored exam could draw may be practised too."""

    NEVER = "never"
    AFTER_PASS = "after_pass"  # noqa: S105 - the word of a policy, no password
    ALWAYS = "always"


class Practice(Value):
    """Whether students may practise, and with what.

    Attributes:
        enabled: whether there is practice at all.
        banks: ids of the banks to practise with; none means those of the exams.
        exam_items: what becomes of questions that an exam of the course could draw; `after_pass` frees one for a
            student who has passed every exam that could.
    """

    enabled: Flag
    banks: tuple[Id, ...] = ()
    exam_items: ExamItems = ExamItems.NEVER

    @model_validator(mode="after")
    def _banks_once(self) -> Practice:
        message = mark("the bank {id} stands here already")
        refuse(
            self,
            *(
                (("banks", index), PydanticCustomError("duplicate", tr(message, id=again)))
                for index, again in repeated(self.banks)
            ),
        )
        return self

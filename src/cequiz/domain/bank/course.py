"""A course: what a provider promises, and the exams that earn its hours.

Hours, marks and percentages are exact; titles and hours are printed on certificates exactly as they stand here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.fields import (
    SCHEMA_DRAFT,
    Day,
    Decimal,
    Flag,
    Id,
    Limit,
    Name,
    Statement,
    Value,
    Version,
    Waivers,
    Words,
    refuse,
    repeated,
)
from cequiz.domain.bank.policies import (
    Amount,
    AttemptPolicy,
    Count,
    Enrolment,
    Evaluation,
    Navigation,
    Practice,
    ResumePolicy,
    ReviewPolicy,
    Window,
)
from cequiz.domain.canonical import Json, digest
from cequiz.errors import NotFound
from cequiz.language import mark, tr

FORMAT = "cequiz-course/1"
"""What a course file says it is."""


class Delivery(StrEnum):
    """How the course reaches its students."""

    LIVE = "live"
    HOME_STUDY = "home-study"
    WEBINAR = "webinar"
    HYBRID = "hybrid"

    def words(self) -> str:
        """Return the words that certificates print and screens translate, such as `Home study`."""
        return _DELIVERIES[self.value]


_DELIVERIES = {
    "live": mark("Live"),
    "home-study": mark("Home study"),
    "webinar": mark("Webinar"),
    "hybrid": mark("Hybrid"),
}


def _percent(value: Fraction) -> Fraction:
    if not 0 < value <= 100:
        raise PydanticCustomError("range", tr("a percentage above 0 and up to 100 is expected here"))
    return value


def _hours(value: Fraction) -> Fraction:
    if not 0 < value <= 10_000:
        raise PydanticCustomError("range", tr("a number of hours above 0 is expected here"))
    return value


def _some_time(value: timedelta | None) -> timedelta | None:
    if value is not None and not value:
        raise PydanticCustomError("range", tr("a time limit of 0 leaves no time: write none for an untimed exam"))
    return value


Percent = Annotated[Decimal, AfterValidator(_percent)]
"""An exact percentage, above 0 and up to 100."""

Hours = Annotated[Decimal, AfterValidator(_hours)]
"""An exact number of CE hours."""


class Instructor(Value):
    """Who teaches the course."""

    name: Words
    credentials: Words | None = None


class HoursBasis(Value):
    """How the number of hours was reached, under the named rule."""

    rule: Words
    words: Amount | None = None
    media_minutes: Amount | None = None
    live_minutes: Amount | None = None
    questions: Amount | None = None


class Approval(Value):
    """What a board has approved, word for word, and for which completions."""

    board: Words
    provider_number: Words | None = None
    course_number: Words | None = None
    title: Words
    hours: Hours
    from_: Day = Field(alias="from")
    to: Day

    @model_validator(mode="after")
    def _in_order(self) -> Approval:
        if self.to < self.from_:
            refuse(self, (("to",), PydanticCustomError("range", tr("the approval ends before it begins"))))
        return self


class Exam(Value):
    """One exam of a course.

    Attributes:
        banks: ids of the banks whose approved items it draws.
        blueprint: number of items by objective.
        time_limit: None for an untimed exam (`none` in the file).
        pass_mark: in percent of the possible points.
        section_floors: least percentage by objective, besides the pass mark.
        waive: warnings about the exam that its author lets stand, with the reason.
    """

    id: Id
    title: Words
    banks: Annotated[tuple[Id, ...], Field(min_length=1)]
    blueprint: Annotated[Mapping[Name, Count], Field(min_length=1)]
    time_limit: Annotated[Limit, AfterValidator(_some_time)]
    pass_mark: Percent
    section_floors: Mapping[Name, Percent] = Field(default_factory=dict)
    cut_score_basis: Statement
    attempts: AttemptPolicy
    navigation: Navigation
    review: ReviewPolicy
    resume: ResumePolicy
    open_book: Flag
    required: Flag
    window: Window | None = None
    waive: Waivers = Field(default_factory=dict)

    @property
    def length(self) -> int:
        """The number of items on a form."""
        return sum(self.blueprint.values())

    @model_validator(mode="after")
    def _consistent(self) -> Exam:
        message = mark("section_floors names {objective}, which the blueprint does not")
        refuse(
            self,
            *(
                (("section_floors", name, "[key]"), PydanticCustomError("unknown_name", tr(message, objective=name)))
                for name in self.section_floors
                if name not in self.blueprint
            ),
        )
        return self


class Course(Value):
    """A course under one id and version."""

    format: Literal["cequiz-course/1"]
    id: Id
    title: Words
    version: Version
    ce_hours: Hours
    hour_minutes: Count
    delivery: Delivery
    subjects: tuple[Words, ...] = ()
    instructors: tuple[Instructor, ...]
    hours_basis: HoursBasis | None = None
    approvals: tuple[Approval, ...]
    scope_statement: Statement | None = None
    attestation: Statement
    evaluation: Evaluation
    enrolment: Enrolment = Enrolment.OPEN
    exams: Annotated[tuple[Exam, ...], Field(min_length=1)]
    practice: Practice = Practice(enabled=False)

    @model_validator(mode="after")
    def _exams_fit(self) -> Course:
        message = mark("an exam before it has the id {id}")
        problems: list[tuple[tuple[str | int, ...], PydanticCustomError]] = [
            (("exams", index, "id"), PydanticCustomError("duplicate", tr(message, id=again)))
            for index, again in repeated(exam.id for exam in self.exams)
        ]
        if not any(exam.required for exam in self.exams):
            needed = tr("at least one exam must be required, or nobody could earn the hours")
            problems.append((("exams", 0, "required"), PydanticCustomError("range", needed)))
        refuse(self, *problems)
        return self

    def exam(self, exam_id: str) -> Exam:
        """Return the exam of this id.

        Raises:
            NotFound: when the course has none.
        """
        for exam in self.exams:
            if exam.id == exam_id:
                return exam
        raise NotFound(tr("Course {course} has no exam {exam}.", course=self.id, exam=exam_id))

    def taken(self, delivery: str) -> Course:
        """Return the course as somebody takes it, such as `live`; empty stands for the course's own delivery."""
        return self.model_copy(update={"delivery": Delivery(delivery)}) if delivery else self

    @property
    def practice_banks(self) -> tuple[str, ...]:
        """Ids of the banks to practise with, each once; none where the course has no practice."""
        if not self.practice.enabled:
            return ()
        return self.practice.banks or tuple(dict.fromkeys(bank for exam in self.exams for bank in exam.banks))

    def to_json(self) -> dict[str, Json]:
        """Return the whole course as JSON that `from_json` reads back to an equal value."""
        return cast("dict[str, Json]", self.model_dump(mode="json", by_alias=True, exclude_defaults=True))

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Course:
        """Return the course that `to_json` described."""
        return cls.model_validate(data)

    def content_hash(self) -> str:
        """Return the SHA-256, in hexadecimal, over the canonical JSON of the whole course."""
        return digest(self.to_json())


def course_schema() -> dict[str, Any]:
    """Return the JSON Schema of a course file, for editors."""
    schema = Course.model_json_schema(by_alias=True)
    return {"$schema": SCHEMA_DRAFT, **schema}

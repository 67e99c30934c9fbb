"""A syllabus: the assessment tests a course promises to teach, and whether its banks ask about every one of them.

It stands beside the banks as a file of its own. Every test has an id that items name under `tests`; how many items a
test needs, and of how many different aspects, is the syllabus's own demand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.fields import SCHEMA_DRAFT, Id, Value, Version, Whole, Words, refuse, repeated
from cequiz.domain.bank.question import Aspect, Question, at_least_one
from cequiz.language import tr

FORMAT = "cequiz-syllabus/1"
"""What a syllabus file says it is."""


class SyllabusTest(Value):
    """One assessment test, or one examination of landmarks."""

    id: Id
    name: Words
    synonyms: tuple[Words, ...] = ()


class Region(Value):
    """The tests of one region of the body."""

    id: Id
    title: Words
    tests: Annotated[tuple[SyllabusTest, ...], Field(min_length=1)]


class Demand(Value):
    """What every test needs.

    Attributes:
        items: at least so many approved items.
        aspects: of at least so many different aspects.
    """

    items: Annotated[Whole, AfterValidator(at_least_one)] = 1
    aspects: Annotated[Whole, AfterValidator(at_least_one)] = 1


class Syllabus(Value):
    """The tests of a course by region, and the banks that must cover them."""

    format: Literal["cequiz-syllabus/1"]
    id: Id
    title: Words
    version: Version
    banks: Annotated[tuple[Id, ...], Field(min_length=1)]
    demand: Demand = Demand()
    regions: Annotated[tuple[Region, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> Syllabus:
        """Refuse a region or a test that stands twice: an item could not say which one it means."""
        places = [
            (("regions", at, "tests", inner, "id"), one.id)
            for at, region in enumerate(self.regions)
            for inner, one in enumerate(region.tests)
        ]
        regions = [(("regions", at, "id"), region.id) for at, region in enumerate(self.regions)]
        for found in (places, regions):
            again = repeated(name for _, name in found)
            refuse(self, *((found[at][0], _stands_twice(name)) for at, name in again))
        return self

    def tests(self) -> Iterator[SyllabusTest]:
        """Yield every test, in the order of the syllabus."""
        for region in self.regions:
            yield from region.tests


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One test with the items that ask about it.

    Attributes:
        test: of the syllabus.
        items: bank id and question, in the order of the banks; only approved ones count.
    """

    test: SyllabusTest
    items: tuple[tuple[str, Question], ...]

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """The aspects that the items ask about, in the order in which a test is taught."""
        asked = {question.aspect for _, question in self.items}
        return tuple(aspect for aspect in Aspect if aspect in asked)


def coverage(syllabus: Syllabus, banks: Iterable[Bank]) -> Mapping[str, Covered]:
    """Return what the banks ask about every test of a syllabus, by the id of the test and in its order.

    Args:
        syllabus: which tests, and whose banks count.
        banks: those at hand; the ones that the syllabus does not name are left out.
    """
    asked: dict[str, list[tuple[str, Question]]] = defaultdict(list)
    for bank in banks:
        for question in bank.items if bank.id in syllabus.banks else ():
            for test in dict.fromkeys(question.tests) if question.is_scored else ():
                asked[test].append((bank.id, question))
    return {test.id: Covered(test=test, items=tuple(asked[test.id])) for test in syllabus.tests()}


def _stands_twice(name: str) -> PydanticCustomError:
    return PydanticCustomError("duplicate", tr("{id} stands twice in the syllabus", id=name))


def syllabus_schema() -> dict[str, Any]:
    """Return the JSON Schema of a syllabus file, for editors."""
    return {"$schema": SCHEMA_DRAFT, **Syllabus.model_json_schema()}

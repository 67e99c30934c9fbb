"""A bank: questions with what they share, as one immutable value.

The same JSON goes to the store, comes back from it and is hashed. Fields that hold their default are left out of it,
so that a field added in a later cequiz changes no hash of an older bank.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, cast

from pydantic import Field, GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from cequiz.domain.bank.fields import Id, Name, Value, Version, Words
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types import question_types
from cequiz.domain.canonical import Json, digest
from cequiz.errors import NotFound

FORMAT = "cequiz-bank/1"
"""What a bank file says it is."""


class _ByType:
    """Tells Pydantic that a question is whichever registered type its field `type` names."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        choices = {name: handler.generate_schema(kind) for name, kind in question_types().items()}
        return core_schema.tagged_union_schema(choices, discriminator="type")


AnyQuestion = Annotated[Question, _ByType()]
"""A question of any registered type."""


def question_adapter() -> TypeAdapter[Question]:
    """Return what validates one question on its own."""
    return TypeAdapter(AnyQuestion)


class Author(Value):
    """Who wrote the bank, and what they have to disclose."""

    name: Words
    credentials: Words | None = None
    disclosure: Words | None = None
    orcid: Words | None = None


class Figure(Value):
    """A picture that questions show.

    Attributes:
        file: a path inside the bank's own folder.
        alt: what the picture shows, for whoever cannot see it.
        sha256: of the file's bytes; the reader fills it in, so that a changed picture is a changed bank.
    """

    file: Words
    alt: Words
    credit: Words | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class Bank(Value):
    """Questions under one id, version and licence."""

    format: Literal["cequiz-bank/1"]
    id: Id
    title: Words
    version: Version
    language: Words
    licence: Words
    authors: tuple[Author, ...] = ()
    objectives: Annotated[Mapping[Name, Words], Field(min_length=1)]
    figures: Mapping[Id, Figure] = Field(default_factory=dict)
    questions: Annotated[tuple[AnyQuestion, ...], Field(min_length=1)]

    def question(self, question_id: str) -> Question:
        """Return the question of this id.

        Raises:
            NotFound: when the bank has none.
        """
        try:
            return self._by_id[question_id]
        except KeyError:
            raise NotFound(f"Bank {self.id} has no question {question_id}.") from None

    def to_json(self) -> dict[str, Json]:
        """Return the whole bank as JSON that `from_json` reads back to an equal value."""
        return cast("dict[str, Json]", self.model_dump(mode="json", by_alias=True, exclude_defaults=True))

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Bank:
        """Return the bank that `to_json` described."""
        return cls.model_validate(data)

    def content_hash(self) -> str:
        """Return the SHA-256, in hexadecimal, over the canonical JSON of the whole bank."""
        return digest(self.to_json())

    @cached_property
    def _by_id(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions}


def bank_schema() -> dict[str, Any]:
    """Return the JSON Schema of a bank file, for editors."""
    schema = Bank.model_json_schema(by_alias=True)
    for definition in schema["$defs"].values():
        if "stem" in definition.get("properties", {}):
            # The model takes an item without them so that E06 and E07 can speak; the format requires both.
            definition["required"] += ["objective", "references"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}

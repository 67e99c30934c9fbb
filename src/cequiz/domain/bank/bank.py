"""A bank: questions with what they share, as one immutable value.

The same JSON goes to the store, comes back from it and is hashed. Fields that hold their default are left out of it,
so that a field added in a later cequiz changes no hash of an older bank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias, cast

from pydantic import Field, TypeAdapter

from cequiz.domain.bank.entry import AnyQuestion, ByType
from cequiz.domain.bank.fields import SCHEMA_DRAFT, Id, Name, Value, Version, Words
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types import question_types
from cequiz.domain.bank.types.case import CASE, INHERITED, Case
from cequiz.domain.canonical import Json, digest
from cequiz.errors import NotFound
from cequiz.language import tr

FORMAT = "cequiz-bank/1"
"""What a bank file says it is."""

PART_FORMAT = "cequiz-bank-part/1"
"""What a file says that holds a part of a bank's questions."""

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
"""How a language is named (BCP 47): language, and script or region where they matter, such as `en`, `es`, `pt-BR`."""


def entry_types() -> Mapping[str, type[Value]]:
    """Return everything that may stand among the questions of a bank, by the name a bank uses for it."""
    return {**question_types(), CASE: Case}


AnyEntry = Annotated[Question | Case, ByType(entry_types)]
"""A question of any registered type, or a case."""

Placed: TypeAlias = tuple[tuple[str | int, ...], Question]
"""A question that can be drawn, with the path of keys and indexes that leads to it in the bank."""


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

    @property
    def media_type(self) -> str:
        """What kind of picture it is: SVG where the file's name says so, else PNG; there are no others."""
        return "image/svg+xml" if self.file.lower().endswith(".svg") else "image/png"


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
    questions: Annotated[tuple[AnyEntry, ...], Field(min_length=1)]
    """Questions and cases, as the file has them; `items` are what can be drawn."""

    @property
    def items(self) -> tuple[Question, ...]:
        """Every question that can be drawn, in the order of the file; those of a case know their case."""
        return self._items

    def placed(self) -> tuple[Placed, ...]:
        """Return the items with their places in the file."""
        return tuple(zip(self._locs, self._items, strict=True))

    def question(self, question_id: str) -> Question:
        """Return the question of this id.

        Raises:
            NotFound: when the bank has none.
        """
        try:
            return self._by_id[question_id]
        except KeyError:
            raise NotFound(tr("Bank {bank} has no question {question}.", bank=self.id, question=question_id)) from None

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
        return {question.id: question for question in self._items}

    @cached_property
    def _items(self) -> tuple[Question, ...]:
        return tuple(item for entry in self.questions for item in _items_of(entry))

    @cached_property
    def _locs(self) -> tuple[tuple[str | int, ...], ...]:
        return tuple(
            ("questions", index, "questions", inner) if isinstance(entry, Case) else ("questions", index)
            for index, entry in enumerate(self.questions)
            for inner in range(len(_items_of(entry)))
        )


class BankPart(Value):
    """What stands in a file that holds a part of a bank's questions, before anyone looks at them."""

    format: Literal["cequiz-bank-part/1"]
    bank: Id
    questions: Annotated[tuple[Any, ...], Field(min_length=1)]


def _items_of(entry: Question | Case) -> tuple[Question, ...]:
    return entry.members() if isinstance(entry, Case) else (entry,)


def bank_schema() -> dict[str, Any]:
    """Return the JSON Schema of a bank file, for editors."""
    schema = Bank.model_json_schema(by_alias=True)
    schema["properties"]["language"]["pattern"] = f"^{LANGUAGE_TAG.pattern}$"
    definitions = schema["$defs"]
    kinds = {
        f"#/$defs/{name}": name
        for name, definition in definitions.items()
        if definition.get("properties", {}).get("type", {}).get("const") in question_types()
    }
    for name in kinds.values():
        # The model takes an item without them so that E06 and E07 can speak; the format requires both.
        definitions[name]["required"] += ["objective", "references"]
        # A question of a case may leave out what the case says.
        required = [field for field in definitions[name]["required"] if field not in INHERITED]
        definitions[f"{name}OfCase"] = definitions[name] | {"title": f"{name}OfCase", "required": required}
    inside = definitions["Case"]["properties"]["questions"]["items"]
    inside["oneOf"] = [{"$ref": f"{one['$ref']}OfCase"} for one in inside["oneOf"]]
    inside["discriminator"]["mapping"] = {
        kind: f"{place}OfCase" for kind, place in inside["discriminator"]["mapping"].items()
    }
    schema["properties"]["parts"] = {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
    }
    schema["required"].remove("questions")
    schema["anyOf"] = [{"required": ["questions"]}, {"required": ["parts"]}]
    return {"$schema": SCHEMA_DRAFT, **schema}


def part_schema() -> dict[str, Any]:
    """Return the JSON Schema of a file that holds a part of a bank's questions, for editors."""
    bank, part = bank_schema(), BankPart.model_json_schema()
    part["properties"]["questions"] = bank["properties"]["questions"]
    definitions = {name: one for name, one in bank["$defs"].items() if name not in ("Author", "Figure")}
    return {"$schema": SCHEMA_DRAFT, "$defs": definitions, **part}

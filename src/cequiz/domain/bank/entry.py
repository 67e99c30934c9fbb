"""What tells the schema which kind of question stands at a place: its field `type`, and nothing else.

A room of its own, because a bank holds questions and cases, and a case holds questions again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from cequiz.domain.bank.fields import Value
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types import question_types


@dataclass(frozen=True, slots=True)
class ByType:
    """Tells Pydantic that a value is of whichever kind its field `type` names.

    Attributes:
        kinds: returns the kinds by name; asked for only when a schema is built.
    """

    kinds: Callable[[], Mapping[str, type[Value]]]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema that looks at `type` first."""
        choices = {name: handler.generate_schema(kind) for name, kind in self.kinds().items()}
        return core_schema.tagged_union_schema(choices, discriminator="type")


AnyQuestion = Annotated[Question, ByType(question_types)]
"""A question of any registered type."""

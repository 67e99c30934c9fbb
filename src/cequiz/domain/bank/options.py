"""What the types that offer a list of options have in common."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import Field

from cequiz.domain.bank.fields import MOST_CHOICES
from cequiz.domain.bank.frames import ChoiceQuestion
from cequiz.domain.bank.question import Choice, Option, marked
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from cequiz.language import tr


class OptionQuestion(ChoiceQuestion):
    """A question with options, some of them correct.

    A wrong number of correct options is no reason to refuse the value: rule E01 reports it with the rest, and no
    bank with an error is ever loaded.
    """

    KEY_FIELDS: ClassVar[tuple[str, ...]] = ("options",)

    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=MOST_CHOICES)]

    def choices(self) -> tuple[Choice, ...]:
        """Return the options in the order of the bank."""
        return tuple(Choice(option.id, option.text, option.pin) for option in self.options)

    def choice_rationales(self) -> Mapping[str, str]:
        """Return why each option is right or wrong, where the author says so."""
        return {option.id: option.rationale for option in self.options if option.rationale}

    def rekeyed(self, response: Mapping[str, Json], *, beside: bool) -> dict[str, Json]:
        """Return the options of which those that the response names are right."""
        return {"options": marked(self.key_fields()["options"], frozenset(self.chosen(response)))}

    def right_ids(self) -> tuple[str, ...]:
        """Return the ids of the correct options, in bank order."""
        return self._right

    def known(self, option_id: Json) -> str:
        """Return the id when an option of this question has it.

        Raises:
            InvalidResponse: when no option has it.
        """
        if isinstance(option_id, str) and option_id in self._ids:
            return option_id
        raise InvalidResponse(tr("The response names an option that this question does not have."))

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options)

    @cached_property
    def _right(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options if option.correct)

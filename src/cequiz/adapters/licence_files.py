"""The provider's own formats of licence numbers, from one file beside its board packs.

They are separate from the packs, so that whoever adds a format need not copy the rules of a board, and goes on
getting those that ship with cequiz. A format is a hint and never a rule, so each needs a source and a date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cequiz.adapters.bank_files.document import Note
from cequiz.adapters.bank_files.problems import shown
from cequiz.adapters.bank_files.whole_file import read_whole
from cequiz.domain.bank.fields import Day, Value, Words, refuse
from cequiz.domain.people.licences import LicenceFormat
from cequiz.domain.people.states import STATES
from cequiz.errors import EnvironmentFailed
from cequiz.language import tr

NAME = "licences.yaml"
"""The file, in the folder `boards` of the house."""


def pattern(text: str) -> str:
    """Return a text that is a regular expression; anything else is refused by Pydantic."""
    try:
        re.compile(text)
    except re.error:
        sentence = tr("{text} is not a regular expression", text=shown(text))
        raise PydanticCustomError("range", sentence) from None
    return text


def _state(text: str) -> str:
    if text not in STATES:
        raise PydanticCustomError("range", tr("{text} is not the letters of a state", text=shown(text)))
    return text


class _Format(Value):
    """What licence numbers of a state look like."""

    pattern: Annotated[Words, AfterValidator(pattern)]
    example: Words
    source: Words
    checked_on: Day

    @model_validator(mode="after")
    def _example_fits(self) -> _Format:
        if not self.of("").fits(self.example):
            refuse(self, (("example",), PydanticCustomError("range", tr("the example does not fit the pattern"))))
        return self

    def of(self, state: str) -> LicenceFormat:
        """Return the format of a state's licences."""
        return LicenceFormat(
            state=state,
            pattern=self.pattern,
            example=self.example,
            source=self.source,
            checked_on=self.checked_on,
        )


class _LicencesFile(Value):
    """The file as it is written."""

    format: Literal["cequiz-licences/1"]
    states: Mapping[Annotated[str, AfterValidator(_state)], _Format] = Field(default_factory=dict)


def read_formats(path: Path) -> tuple[LicenceFormat, ...]:
    """Return the formats that a file holds; none where there is no file.

    Raises:
        EnvironmentFailed: it cannot be read, or anything in it is wrong; the sentence names the place.
    """
    if not path.exists():
        return ()
    _, found = read_whole(path, _LicencesFile, _refused)
    return tuple(one.of(state) for state, one in found.states.items())


def _refused(path: Path, note: Note) -> EnvironmentFailed:
    place = f"{path}:{note.place.line}:{note.place.column}"
    return EnvironmentFailed(
        tr("The formats of licences cannot be used: {place}: {message}", place=place, message=note.message),
        hint=tr("Mend the file, or take it away."),
    )

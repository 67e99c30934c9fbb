"""Reads the lexicon of terms that tolerant spelling keeps apart, as strictly as a bank is read.

A slip in this file would let a wrong answer pass, so nothing of it is guessed: every term is one word, every set has
two at least, and whatever is wrong is named with its line and column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from cequiz.adapters.bank_files.document import Document, Note
from cequiz.adapters.bank_files.explain import refusals
from cequiz.adapters.bank_files.whole_file import read_whole
from cequiz.domain.bank.fields import Id, Line, Value, repeated
from cequiz.domain.bank.lexicon import Lexicon, listed_word
from cequiz.domain.bank.tokens import readings, words_of
from cequiz.errors import EnvironmentFailed
from cequiz.language import tr

FORMAT = "cequiz-lexicon/1"


def _term(text: str) -> str:
    if len(readings(words_of(text))[-1]) != 1 or not listed_word(text).isalpha():
        raise PydanticCustomError("range", tr("a term is one word of letters"))
    return text


def _beginning(text: str) -> str:
    if text and not text.isalpha():
        raise PydanticCustomError("range", tr("a beginning has letters only; an empty text stands for the bare word"))
    return text.casefold()


def _all_different(terms: tuple[str, ...]) -> tuple[str, ...]:
    for index, _ in repeated(map(listed_word, terms)):
        raise PydanticCustomError("duplicate", tr("the term {term} stands here twice", term=terms[index]))
    return terms


_Terms = Annotated[
    tuple[Annotated[Line, AfterValidator(_term)], ...], Field(min_length=2), AfterValidator(_all_different)
]
_Beginnings = Annotated[
    tuple[Annotated[Line, AfterValidator(_beginning)], ...], Field(min_length=2), AfterValidator(_all_different)
]


class _LexiconFile(Value):
    """A lexicon as its file has it: every set under a name of its own, which is for readers alone."""

    format: Literal["cequiz-lexicon/1"]
    families: Mapping[Id, _Terms]
    prefixes: Mapping[Id, _Beginnings]
    stems: Mapping[Id, _Beginnings] = Field(default_factory=dict)
    levels: Mapping[Id, _Terms]
    numbers: Mapping[Id, _Terms] = Field(default_factory=dict)
    ordinals: Mapping[Id, _Terms] = Field(default_factory=dict)
    spellings: Mapping[Id, _Terms] = Field(default_factory=dict)
    negations: tuple[Annotated[Line, AfterValidator(_term)], ...]
    articles: tuple[Annotated[Line, AfterValidator(_term)], ...] = ()


def read_lexicon(path: Path) -> Lexicon:
    """Return the lexicon that a YAML file holds.

    Raises:
        EnvironmentFailed: when it cannot be read or anything in it is wrong; the sentence names the place.
    """
    _, found = read_whole(path, _LexiconFile, _refused)
    return Lexicon(
        families=tuple(found.families.values()),
        prefixes=tuple(found.prefixes.values()),
        stems=tuple(found.stems.values()),
        levels=tuple(found.levels.values()),
        numbers=tuple(found.numbers.values()),
        ordinals=tuple(found.ordinals.values()),
        spellings=tuple(found.spellings.values()),
        negations=found.negations,
        articles=found.articles,
    )


def wrong_in(document: Document) -> Iterator[Note]:
    """Yield everything that is wrong with a document that says it is a lexicon."""
    try:
        _LexiconFile.model_validate(document.data)
    except ValidationError as error:
        yield from (one.note for one in refusals(error, document, _LexiconFile))


def _refused(path: Path, note: Note) -> EnvironmentFailed:
    place = f"{path}:{note.place.line}:{note.place.column}"
    return EnvironmentFailed(
        tr("The lexicon of terms cannot be used: {place}: {message}", place=place, message=note.message),
        hint=tr("Mend the file, or install cequiz again; `cequiz bank check {file}` checks it.", file=path.name),
    )

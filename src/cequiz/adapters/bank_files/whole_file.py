"""A file that must be right as a whole: the most telling thing that is wrong with it ends the reading."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import Document, Note, Place
from cequiz.adapters.bank_files.explain import refusals
from cequiz.adapters.bank_files.reader import read
from cequiz.adapters.bank_files.sources import text_of
from cequiz.errors import CequizError

_Model = TypeVar("_Model", bound=BaseModel)

Refuse = Callable[[Path, Note], CequizError]
"""Makes the refusal of a file out of what is wrong and where."""


def read_whole(path: Path, model: type[_Model], refuse: Refuse) -> tuple[Document, _Model]:
    """Return a YAML file as nodes with places and as the value it describes.

    Raises:
        CequizError: as `refuse` makes it, when the file cannot be read or anything in it is wrong.
    """
    text = text_of(path)
    if isinstance(text, Note):
        raise refuse(path, text)
    document = read(text)
    for note in document.notes:
        raise refuse(path, note)
    try:
        return document, model.model_validate(document.data)
    except ValidationError as error:
        raise refuse(path, min((one.note for one in refusals(error, document, model)), key=_telling)) from None


def _telling(note: Note) -> tuple[bool, Place]:
    """Return what sorts notes: a field that is missing often stands there misspelled, which says more."""
    return note.code == Code.MISSING, note.place

"""One file per question type: how it is shown and answered in plain text. A new type is a new file here."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from cequiz.domain.bank.question import Question
from cequiz.frontends.plain.face import Face


@cache
def _faces() -> dict[str, Face]:
    found: dict[str, Face] = {}
    for info in pkgutil.iter_modules(__path__):
        found[info.name] = importlib.import_module(f"{__name__}.{info.name}").FACE
    return found


def face_of(question: Question) -> Face:
    """Return the face of a question's type; the file is named like the type."""
    return _faces()[question.type]

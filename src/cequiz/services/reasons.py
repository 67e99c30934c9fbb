"""Reasons of deeds: why somebody of the office did something, as it stands in the audit record.

Screens ask for one before the deeds that somebody may have to answer for; scripts may leave it out.
"""

from __future__ import annotations

from cequiz.domain.canonical import Json
from cequiz.domain.people.student import clean_words
from cequiz.language import mark


def given_reason(text: str) -> dict[str, Json]:
    """Return a reason as the details of an audit record have it; nothing where none was given.

    Raises:
        InvalidText: it holds a character that could deceive.
    """
    return {"reason": clean_words(text, what=mark("reason"))} if text.strip() else {}

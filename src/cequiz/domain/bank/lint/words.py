"""Finding words in bank text the way a reader would: whole words, any case, hyphenated compounds apart."""

from __future__ import annotations

import re
import unicodedata

_BETWEEN_DIGITS_OR_SIGN = re.compile(r"(?<=\d)[.,:/–-](?=\d)|(?<![\w)])[-+−](?=\d)")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])")
_ABBREVIATION = re.compile(r"(?:\b(?:vs|e\.g|i\.e|cf|approx|Dr|St|fig|no|ch|ed)|\b[A-Z])\.$", re.IGNORECASE)


def any_of(*terms: str) -> re.Pattern[str]:
    """Return a pattern that finds one of the terms as whole words; `all` is not found in `all-fours` or `overall`.

    Args:
        terms: regular expressions, each of one or more words.
    """
    return re.compile(rf"(?<![\w-])(?:{'|'.join(terms)})(?![\w-])", re.IGNORECASE)


def count(text: str) -> int:
    """Return the number of words."""
    return len(text.split())


def fold(text: str) -> str:
    """Return what is left of a text when case, space and punctuation do not count.

    Signs and separators inside numbers do count: `1.5` is not `15`, and `-5` is not `5`.
    """
    compact = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    kept = {found.start() for found in _BETWEEN_DIGITS_OR_SIGN.finditer(compact)}
    folded = "".join(
        character
        for place, character in enumerate(compact)
        if place in kept or not (character.isspace() or unicodedata.category(character).startswith("P"))
    )
    return folded or compact


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, roughly: abbreviations and initials do not end one."""
    found: list[str] = []
    for piece in _SENTENCE_END.split(text.strip()):
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] += " " + piece
        else:
            found.append(piece)
    return tuple(found)

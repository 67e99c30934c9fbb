"""Codes that people copy from a letter or a telephone: how they are written, and how what was typed is read.

Ten characters without those that are mistaken for others, in two groups. It knows neither what a code opens nor where
codes are kept.
"""

from __future__ import annotations

_GROUP = 5


def spelled(code: str) -> str:
    """Return a code in groups, as it is given to people: `ABCDE-FGHJK`."""
    return "-".join(code[place : place + _GROUP] for place in range(0, len(code), _GROUP))


def read_code(text: str) -> str:
    """Return what was typed as codes are kept: in capitals, without hyphens, dashes and spaces."""
    return "".join(character for character in text.upper() if character.isalnum())

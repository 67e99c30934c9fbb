"""Students and their licences: the names that will stand on certificates.

Names accept every script and every printable character; control and bidi characters are refused, because a name that
reads differently from how it is stored has no place on a certificate.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from cequiz.domain.text import code_point, first_unsafe
from cequiz.errors import InvalidText, Refused
from cequiz.language import mark, tr

_LICENCE = re.compile(r"(?P<state>[A-Za-z]{2,3}):(?P<number>\S(?:.*\S)?)")
_LONGEST = 200
_LONGEST_WORDS = 2_000


@dataclass(frozen=True)
class Licence:
    """A professional licence: the state that gave it and its number, as printed on it."""

    state: str
    number: str

    def __str__(self) -> str:
        return f"{self.state}:{self.number}"


@dataclass(frozen=True, kw_only=True)
class Student:
    """A person who sits exams; the name is the one on the licence."""

    id: str
    name: str
    email: str
    licences: tuple[Licence, ...] = ()
    factor: Fraction = Fraction(1)
    """Time accommodation: every limit is multiplied by it."""
    merged_into: str = ""
    """The id of the student whom this one turned out to be; empty for everybody else."""


def clean_name(text: str) -> str:
    """Return a person's name in composed form without spaces around it.

    Raises:
        InvalidText: it is empty, too long, or holds a control or bidi character (the code point is named).
    """
    return _line(text, what=mark("name"))


def clean_email(text: str) -> str:
    """Return an e-mail address, lower-cased after the `@`; it must have one `@` with something on both sides.

    Raises:
        Refused: it does not look like an address.
    """
    address = _line(text, what=mark("e-mail address"))
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or any(character.isspace() for character in address) or "@" in local:
        raise Refused(
            tr("{address!r} is not an e-mail address.", address=address), hint=tr("Write it like name@example.org.")
        )
    return f"{local}@{domain.casefold()}"


def clean_words(text: str, *, what: str) -> str:
    """Return a person's free text on one line, such as the reason of a challenge.

    Raises:
        InvalidText: it is empty, too long, or holds a control or bidi character.
    """
    return _line(text, what=what, longest=_LONGEST_WORDS)


def parse_licence(text: str) -> Licence:
    """Return a licence from `FL:MA12345`.

    Raises:
        Refused: the state or the number is missing.
    """
    found = _LICENCE.fullmatch(_line(text, what=mark("licence")))
    if not found:
        raise Refused(
            tr("{text!r} is not a licence.", text=text), hint=tr("Write the state, a colon and the number: FL:MA12345.")
        )
    return Licence(found["state"].upper(), found["number"])


def _line(text: str, *, what: str, longest: int = _LONGEST) -> str:
    clean = unicodedata.normalize("NFC", text).strip()
    unsafe = first_unsafe(clean, line=True)
    if unsafe is not None:
        raise InvalidText(
            tr("The {what} holds the invisible character {code_point}.", what=tr(what), code_point=code_point(unsafe)),
            hint=tr("Type it again without that character."),
        )
    if not clean:
        raise InvalidText(tr("The {what} is empty.", what=tr(what)))
    if len(clean) > longest:
        raise InvalidText(tr("The {what} is longer than {longest} characters.", what=tr(what), longest=longest))
    return clean

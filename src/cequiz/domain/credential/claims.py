"""The claims of a certificate: every printed field, as small as a code on paper needs them.

Numbers stand for the names of fields. A number is never given to another field: codes that were printed years ago
must read as they did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cequiz.domain.credential.facts import Field, label_of
from cequiz.errors import Refused
from cequiz.language import tr

_FORMAT = 1
_MOST_PLACES = 1_000_000_000
"""Of status lists; credentials have room for nine digits."""

FIELD_CODES: Mapping[str, int] = {
    "number": 1,
    "name": 2,
    "licences": 3,
    "course": 4,
    "hours": 5,
    "completed": 6,
    "issued": 7,
    "examination": 8,
    "format": 9,
    "title": 10,
    "provider": 11,
    "contact": 12,
    "place": 13,
    "approvals": 14,
    "instructor": 15,
    "administrator": 16,
    "subjects": 17,
    "revision": 18,
    "footer": 19,
}
_NAMES = {code: name for name, code in FIELD_CODES.items()}

Claims = Sequence[int | str]
"""The format's number, the place in the status list, then code and text of each field in turn."""


def pack(fields: Sequence[Field], *, index: int) -> list[int | str]:
    """Return the claims of printed fields.

    Args:
        fields: every printed field of an issued certificate, in reading order.
        index: the certificate's place in the provider's status list.
    """
    claims: list[int | str] = [_FORMAT, index]
    for field in fields:
        claims += [FIELD_CODES[field.name], field.text]
    return claims


def unpack(claims: Claims) -> tuple[int, tuple[Field, ...]]:
    """Return the place in the status list, and the fields.

    Raises:
        Refused: these are not claims of a certificate.
    """
    refused = Refused(tr("This code does not hold a certificate of cequiz."))
    if len(claims) < 4 or len(claims) % 2 or claims[0] != _FORMAT:
        raise refused
    index, rest = claims[1], claims[2:]
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < _MOST_PLACES:
        raise refused
    fields = []
    for code, text in zip(rest[::2], rest[1::2], strict=True):
        if isinstance(code, bool) or not isinstance(code, int) or not isinstance(text, str) or code not in _NAMES:
            raise refused
        fields.append(Field(_NAMES[code], label_of(_NAMES[code]), text))
    if len({field.name for field in fields}) != len(fields):
        raise refused
    return index, tuple(fields)

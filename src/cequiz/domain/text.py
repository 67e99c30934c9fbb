"""What counts as safe text, wherever it comes from: a bank, a person, a file name.

Text is shown in terminals and printed on certificates, so characters that move a cursor, hide themselves or reverse
the reading order are refused at the door. Everything else, every script included, is welcome.
"""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1, tab and line feed apart
_ORDER = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls
_LINES = r"\u2028\u2029"
# Soft hyphen, fillers, zero-width space, word joiner, BOM, tags. U+200C and U+200D stay: scripts need them.
_UNSEEN = r"\xad\u115f\u1160\u17b4\u17b5\u200b\u2060-\u2065\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"
_SURROGATES = r"\ud800-\udfff"

UNSAFE = re.compile(f"[{_CONTROLS}{_ORDER}{_LINES}{_UNSEEN}{_SURROGATES}]")
"""Controls, tab and line feed apart; what reverses the reading order, ends a line or cannot be seen; surrogates."""

UNSAFE_IN_LINE = re.compile("[\t\n]|" + UNSAFE.pattern)
"""What a single line, such as a name, must not hold either."""


def first_unsafe(text: str, *, line: bool = False) -> str | None:
    """Return the first character that must be refused, or None.

    Args:
        text: any text.
        line: True for a single line (a name, an e-mail): tab and line feed are refused as well.
    """
    found = (UNSAFE_IN_LINE if line else UNSAFE).search(text)
    return found.group() if found else None


def code_point(character: str) -> str:
    """Return the character's Unicode notation, such as `U+202E`."""
    return f"U+{ord(character):04X}"


def visible(text: str, *, line: bool = True) -> str:
    r"""Return text in which unsafe characters stand as escapes (`\\x1b`, `\\u202e`), for plain terminals and logs.

    Args:
        text: any text.
        line: True for a single line: tab and line feed are escaped as well.
    """
    return (UNSAFE_IN_LINE if line else UNSAFE).sub(lambda found: _escaped(found.group()), text)


def _escaped(character: str) -> str:
    number = ord(character)
    if number > 0xFFFF:
        return f"\\U{number:08x}"
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def folded(text: str) -> str:
    """Return text as searches compare it: without capitals and accents, single spaces between words.

    `José Ñúñez` and `jose nunez` are the same; scripts without accents stay as they are.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())

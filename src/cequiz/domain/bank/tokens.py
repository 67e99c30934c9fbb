"""What a typed text is made of: its normal form, its words, its levels.

Nothing here knows how alike two words are, or which words mean the opposite of each other.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import combining, normalize

SHORT = 4
"""Words of fewer letters keep the s at their end; up to so many letters a word must be spelled exactly."""

_APOSTROPHES = str.maketrans("", "", "'`\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}")
_HYPHENS = str.maketrans(dict.fromkeys("\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{MINUS SIGN}", "-"))
# A number with its sign, a word with its hyphens, or a sign that carries meaning; commas and brackets carry none.
_TOKEN = re.compile(r"(?<![\w-])-\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)+|\w+(?:-+\w+)*|[^\w\s.,;:!?()\[\]\"/-]")
_ROMAN = re.compile(r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")
_LETTERS = re.compile(r"[^\W\d]{1,2}")
_ORDINAL = re.compile(r"0*([0-9]+)(st|nd|rd|th)")
_MEASURE = re.compile(r"([0-9]+)([^\W\d]+)")
_WEIGHTS = {"i": 1, "v": 5, "x": 10}
_LIGATURES = str.maketrans({"\N{LATIN SMALL LETTER AE}": "e", "\N{LATIN SMALL LIGATURE OE}": "e"})
_NO_PLURAL = ("ss", "us", "is", "ceps")


def normal(text: str) -> str:
    """Return a text with case, surrounding and repeated spaces and compatibility forms folded; diacritics stay."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Folding case may undo a composed form, so the forms are folded again.
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """Return what a text is compared by: its words without plurals, its numbers, and signs that carry meaning.

    Hyphens stay inside the words; a level that is written apart, as in `C 5` and `C-5`, is put together, and a number
    with its unit, as in `5mm`, is taken apart.
    """
    found: list[str] = []
    for token in _TOKEN.findall(normal(text).translate(_HYPHENS).translate(_APOSTROPHES)):
        for word in token.split("-") if has_digit(token) and token[0] != "-" else (token,):
            measure = _MEASURE.fullmatch(word)
            if found and word.isdigit() and _LETTERS.fullmatch(found[-1]):
                found[-1] += word
            elif measure and not _ORDINAL.fullmatch(word):
                found += measure.groups()
            elif word:
                found.append(_singular(word))
    return tuple(found)


def readings(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the words of a text with hyphenated ones written together, and, where that differs, written apart."""
    if not any("-" in word[1:] for word in words):
        return (words,)
    together = tuple(word[0] + word[1:].replace("-", "") for word in words)
    apart = tuple(piece for word in words for piece in ([word] if word[0] == "-" else word.split("-")) if piece)
    return together, apart


def plain(word: str) -> str:
    """Return a longer word without its diacritics.

    Up to four letters a diacritic makes another word; in longer ones a missing accent is a slip.
    """
    if len(word) <= SHORT or word.isascii():
        return word
    return normalize("NFC", "".join(letter for letter in normalize("NFD", word) if not combining(letter)))


def latin(word: str) -> str:
    """Return a longer word without the e of a Latin plural: `bursa` for `bursae`."""
    return word[:-1] if len(word) > SHORT and word.endswith("ae") else word


def american(word: str) -> str:
    """Return a longer word with the British ae and oe written as e: `edema` for `oedema`."""
    return word if len(word) <= SHORT else word.translate(_LIGATURES).replace("ae", "e").replace("oe", "e")


def figure(word: str) -> str | None:
    """Return the number that figures or a Roman numeral say: `5` for 5 and V, `5th` for 5th; None for other words."""
    ordinal = _ORDINAL.fullmatch(word)
    if ordinal:
        return f"{ordinal[1]}th"
    if word.isascii() and word.isdigit():
        return word.lstrip("0") or "0"
    if not word or word[0] not in _WEIGHTS or not _ROMAN.fullmatch(word):
        return None
    weights = [_WEIGHTS[letter] for letter in word]
    after = [*weights[1:], 0]
    return str(sum(-one if one < following else one for one, following in zip(weights, after, strict=True)))


def has_digit(word: str) -> bool:
    """Whether a digit stands in a word."""
    return not word.isalpha() and any(map(str.isdigit, word))


def is_level(word: str) -> bool:
    """Whether a word is a number or a level in figures, such as `c5`, `12` or a Roman numeral."""
    return has_digit(word) or (word[0] in "ivx" and _ROMAN.fullmatch(word) is not None)


@lru_cache(maxsize=4096)
def _singular(word: str) -> str:
    """Return a word without the s of its plural; numbers, short words and endings such as -us stay as they are."""
    if len(word) < SHORT or word[-1] != "s" or word.endswith(_NO_PLURAL) or has_digit(word):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]

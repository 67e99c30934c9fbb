"""Bytes as text: base32 in codes on paper, base58 in the names of keys.

Each text stands for exactly one row of bytes: what could be written in a second way is refused, so that no signed
code has a twin that reads the same.
"""

from __future__ import annotations

from functools import lru_cache

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_LETTERS = _BASE32.encode("ascii").ljust(256)
_DIGITS = str.maketrans(_BASE32, "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PLACES = {letter: place for place, letter in enumerate(_BASE58)}
_LONGEST_BASE58 = 200
"""Keys have 48 characters and signatures 88; the work of reading grows with the square of the length."""


def to_base32(data: bytes) -> str:
    """Return upper-case base32 (RFC 4648) without padding.

    The whole text is one number whose groups of five bits are moved apart to eight, halves first: a few steps for any
    length, and five times as fast as `base64.b32encode`, which would cost more than the signature it writes.
    """
    length = -(-8 * len(data) // 5)
    groups = 1 << max(length - 1, 0).bit_length()
    number = int.from_bytes(data, "big") << 5 * groups - 8 * len(data)
    for shift, lower in _halves(groups):
        low = number & lower
        number = low | (number ^ low) << shift
    return number.to_bytes(groups, "big")[:length].translate(_LETTERS).decode("ascii")


def from_base32(text: str) -> bytes:
    """Return the bytes of `to_base32`.

    Python's own reader of numbers knows base 32 with other letters, and is thirty times as fast as `base64.b32decode`.

    Raises:
        ValueError: it is not base32, or not the one way to write its bytes.
    """
    length, spare = divmod(5 * len(text), 8)
    if spare >= 5 or text.strip(_BASE32):
        msg = "not base32"
        raise ValueError(msg)
    number = int(text.translate(_DIGITS), 32) if text else 0
    if number & (1 << spare) - 1:
        msg = "the bytes are written in another way"
        raise ValueError(msg)
    return (number >> spare).to_bytes(length, "big")


def to_base58(data: bytes) -> str:
    """Return base58 with the letters of Bitcoin, as multibase `z` has it."""
    number, letters = int.from_bytes(data, "big"), ""
    while number:
        number, place = divmod(number, 58)
        letters = _BASE58[place] + letters
    zeros = len(data) - len(data.lstrip(b"\0"))
    return _BASE58[0] * zeros + letters


def from_base58(text: str) -> bytes:
    """Return the bytes of `to_base58`.

    Raises:
        ValueError: it is not base58, or longer than anything that is written so here.
    """
    if len(text) > _LONGEST_BASE58:
        msg = "too long"
        raise ValueError(msg)
    number = 0
    for letter in text:
        if letter not in _PLACES:
            msg = f"{letter!r} is not a letter of base58"
            raise ValueError(msg)
        number = number * 58 + _PLACES[letter]
    zeros = len(text) - len(text.lstrip(_BASE58[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


@lru_cache(maxsize=16)
def _halves(groups: int) -> tuple[tuple[int, int], ...]:
    """Return, for a power of two of groups, how far each upper half moves, and the bits of all lower halves."""
    steps, half = [], groups // 2
    while half:
        lower = sum((1 << 5 * half) - 1 << 16 * half * block for block in range(groups // half // 2))
        steps.append((3 * half, lower))
        half //= 2
    return tuple(steps)

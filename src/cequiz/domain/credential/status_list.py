"""Status lists: one bit a certificate and purpose (W3C Bitstring Status List 1.0), and what the bits mean here.

A certificate has the same place in all four lists. Other makers' verifiers read the list of revocations alone, so
everything that is not in force is set there; the other lists say why.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable, Mapping

from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.trust import Purpose

SIZE = 131_072
"""How many certificates a list has room for; the least that the recommendation allows, and it doubles when full."""
_LARGEST = 2 * 1024 * 1024
"""Bytes after inflating: sixteen million certificates."""


_SET: Mapping[Life, frozenset[Purpose]] = {
    Life.ISSUED: frozenset(),
    Life.REVOKED: frozenset({Purpose.REVOCATION}),
    Life.SUSPENDED: frozenset({Purpose.REVOCATION, Purpose.SUSPENSION}),
    Life.SUPERSEDED: frozenset({Purpose.REVOCATION, Purpose.SUPERSEDED}),
    Life.EXPIRED: frozenset({Purpose.EXPIRED}),
}


def purposes_of(life: Life) -> frozenset[Purpose]:
    """Return the lists in which a certificate in this state has its bit set."""
    return _SET[life]


def list_name(key_id: str, verify_at: str, purpose: Purpose = Purpose.REVOCATION) -> str:
    """Return the name of a list: an address below the provider's page, or a name of the key that signs it.

    Args:
        key_id: sixteen hexadecimal digits.
        verify_at: the address of the provider's page; empty for none.
        purpose: credentials name the list of revocations; the others lie beside it.
    """
    if verify_at:
        return f"{verify_at}/{file_name(purpose)}"
    return f"urn:cequiz:status:{key_id}" + ("" if purpose is Purpose.REVOCATION else f":{purpose}")


def file_name(purpose: Purpose) -> str:
    """Return what a list is called below the provider's page; in capitals, as all of that address."""
    return "STATUS" if purpose is Purpose.REVOCATION else f"STATUS-{purpose.upper()}"


def encode(places: Iterable[int]) -> str:
    """Return the `encodedList` with the bits at these places set: gzip in multibase base64url."""
    wanted = sorted(set(places))
    size = SIZE
    while wanted and wanted[-1] >= size:
        size *= 2
    bits = bytearray(size // 8)
    for place in wanted:
        bits[place // 8] |= 0x80 >> place % 8
    pack = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)  # 16: gzip, whose header has no date then
    packed = pack.compress(bytes(bits)) + pack.flush()
    return "u" + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def decode(text: str) -> bytes:
    """Return the bits of an `encodedList`.

    Raises:
        ValueError: it is none, or larger than anything that is made here.
    """
    if not text.startswith("u") or len(text) > 2 * _LARGEST:
        raise ValueError("not a status list")
    body = text[1:]
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        bits = inflate.decompress(packed, _LARGEST + 1)
    except (binascii.Error, zlib.error):
        raise ValueError("not a status list") from None
    if len(bits) > _LARGEST or not inflate.eof or inflate.unused_data or len(bits) * 8 < SIZE:
        raise ValueError("not a status list")
    return bits

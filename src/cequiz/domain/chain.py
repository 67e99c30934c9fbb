"""Hash chains: every record carries the keyed hash of itself and of the record before it.

HMAC-SHA256 over the previous hash and the canonical JSON of the record. Whoever holds the key can recompute a chain,
so heads are anchored outside the store as receipts and seals; a plain hash would be recomputable by anyone.
"""

from __future__ import annotations

import hmac

START = bytes(32)
"""What the first record of a chain names as the hash before it."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def link(*, key: bytes, previous: bytes, message: bytes) -> bytes:
    """Return the hash of a record: HMAC-SHA256 over the hash before it and its canonical bytes (32 bytes)."""
    return hmac.digest(key, previous + message, "sha256")


def receipt(head: bytes) -> str:
    """Return a chain's head as a code a person can write down: 80 bits in Crockford's base 32, in groups of four."""
    number = int.from_bytes(head[:10], "big")
    code = "".join(_ALPHABET[(number >> shift) & 31] for shift in range(75, -1, -5))
    return "-".join(code[start : start + 4] for start in range(0, 16, 4))

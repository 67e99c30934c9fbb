"""Canonical JSON (RFC 8785), so that equal facts have equal hashes on every machine.

The house keeps numbers that matter as integers or text, so floats are refused instead of being serialised the way
the RFC asks; the tests compare this module with the `rfc8785` package.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

_LARGEST_EXACT = 2**53 - 1


def canonical(value: Json) -> bytes:
    """Return the canonical UTF-8 bytes of a JSON value.

    Raises:
        TypeError: for a float or any other type that is not JSON as this house uses it.
        ValueError: for an integer beyond 2**53 - 1 (RFC 8785 cannot carry it) or a lone surrogate.
    """
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def digest(value: Json) -> str:
    """Return the SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _ordered(value: Json) -> Json:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST_EXACT:
            msg = f"{value} is beyond the exact integers of JSON"
            raise ValueError(msg)
        return value
    if isinstance(value, Mapping):
        # RFC 8785 section 3.2.3: keys are ordered by their UTF-16 code units.
        return {key: _ordered(value[key]) for key in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_ordered(item) for item in value]
    msg = f"{type(value).__name__} is not JSON"
    raise TypeError(msg)

"""Reading a status list out of its credential; whether the credential is to be believed is asked elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from cequiz.domain.canonical import Json
from cequiz.domain.credential.status_list import decode


def read_list(credential: Mapping[str, Json]) -> bytes:
    """Return the bits of a Bitstring Status List credential, the highest bit of the first byte first.

    Raises:
        ValueError: it holds no such list, or one that is larger than any that is made here.
    """
    subject = credential.get("credentialSubject")
    kind = subject.get("type") if isinstance(subject, Mapping) else None
    encoded = subject.get("encodedList") if isinstance(subject, Mapping) else None
    if kind != "BitstringStatusList" or not isinstance(encoded, str):
        msg = "not a status list"
        raise ValueError(msg)
    return decode(encoded)

"""The life of a certificate: what may become of it, and what may never be undone."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cequiz.language import mark


class Life(StrEnum):
    """The state of an issued certificate; the newest entry of its life counts."""

    ISSUED = "issued"
    """In force; a suspended one that is reinstated is issued again."""
    SUPERSEDED = "superseded"
    """A correction of it, with a number of its own, has taken its place."""
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


LIFE_WORDS: Mapping[str, str] = {
    Life.ISSUED.value: mark("in force"),
    Life.SUPERSEDED.value: mark("superseded"),
    Life.SUSPENDED.value: mark("suspended"),
    Life.REVOKED.value: mark("revoked"),
    Life.EXPIRED.value: mark("expired"),
}
"""Each state in words for people; records and JSON keep the states themselves."""


_NEXT: Mapping[Life, frozenset[Life]] = {
    Life.ISSUED: frozenset({Life.SUPERSEDED, Life.SUSPENDED, Life.REVOKED, Life.EXPIRED}),
    Life.SUSPENDED: frozenset({Life.ISSUED, Life.SUPERSEDED, Life.REVOKED, Life.EXPIRED}),
    Life.SUPERSEDED: frozenset({Life.REVOKED}),
    Life.REVOKED: frozenset(),
    Life.EXPIRED: frozenset({Life.REVOKED}),
}


def may_become(now: Life, new: Life) -> bool:
    """Whether a certificate in one state may enter another."""
    return new in _NEXT[now]

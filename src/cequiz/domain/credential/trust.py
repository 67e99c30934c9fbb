"""Whom a verifier trusts: a provider's public keys, and what the provider says of its certificates' lives.

All of it may come from one file that an auditor keeps; nothing here knows how signatures or files are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.proof import PublicKey

FORMAT = "cequiz-trust/1"
KEYS_FORMAT = "cequiz-keys/1"
"""A provider's public keys alone, without a word on what became of certificates."""
_SKEW = timedelta(days=1)


class Purpose(StrEnum):
    """What a set bit of a status list says."""

    REVOCATION = "revocation"
    """It has no force: revoked, or one of the next two; other verifiers know only this list."""
    SUSPENSION = "suspension"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class Unchecked(StrEnum):
    """Why status lists do not answer."""

    NONE = "none"
    """There are none."""
    OLD = "old"
    EARLY = "early"
    """They begin to count in the future."""
    INCOMPLETE = "incomplete"
    """One of the four is missing, or ends before the certificate's place."""


@dataclass(frozen=True, kw_only=True)
class StatusList:
    """One bit a certificate, the highest bit of the first byte first (Bitstring Status List 1.0, section 2.2)."""

    bits: bytes
    valid_from: datetime
    valid_until: datetime

    def says(self, index: int) -> bool | None:
        """Whether the bit is set; None where the list ends before."""
        byte, bit = divmod(index, 8)
        return bool(self.bits[byte] & (0x80 >> bit)) if byte < len(self.bits) else None

    def fresh(self, at: datetime) -> bool:
        """Whether it is neither too old nor of the future; clocks may differ by a day."""
        return self.valid_from - _SKEW <= at and not self.old(at)

    def old(self, at: datetime) -> bool:
        """Whether its provider has said in advance that it no longer counts."""
        return at > self.valid_until


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is known of a certificate's life today."""

    life: Life | None = None
    """None: revocation could not be checked."""
    where: str = ""
    """`store` or `trust`: where it was looked up; empty where nobody could look."""
    as_of: datetime | None = None
    """The age of the answer."""
    reason: str = ""
    """Why it has no force, where the records say so."""
    successor: str = ""
    """The number that has taken its place, where the records know it."""
    unchecked: Unchecked | None = None
    """Why a trust file could not tell the life."""
    until: datetime | None = None
    """Till when the lists count that could not tell it."""


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What a trust file says: every signature in it was checked with its own keys before."""

    provider: str
    contact: str = ""
    verify_at: str = ""
    made_at: datetime | None = None
    keys: tuple[PublicKey, ...]
    lists: Mapping[Purpose, StatusList] = field(default_factory=dict)

    def answer(self, index: int, at: datetime) -> Answer:
        """Return what the status lists say of a certificate.

        Old lists cannot say that a certificate is in force, nor can lists of tomorrow, nor some of the four. What they
        say against it stays true, but for an old suspension, which may have ended: revocation, supersession and
        expiry are never undone.

        Args:
            index: the certificate's place.
            at: the present instant.
        """
        said = {purpose: found.says(index) for purpose, found in self.lists.items()}
        complete = set(said) == set(Purpose) and None not in said.values()
        life = _life({purpose for purpose, set_ in said.items() if set_})
        if life is Life.ISSUED and not (complete and all(found.fresh(at) for found in self.lists.values())):
            return self._unanswered(at)
        if life is Life.SUSPENDED and any(found.old(at) for found in self.lists.values()):
            return self._unanswered(at)
        as_of = min(found.valid_from for found in self.lists.values())
        return Answer(life=life, where="trust", as_of=as_of)

    def _unanswered(self, at: datetime) -> Answer:
        """Return why these lists do not tell a life that they should."""
        if not self.lists:
            return Answer(unchecked=Unchecked.NONE)
        oldest = min(self.lists.values(), key=lambda one: (one.valid_until, one.valid_from))
        if oldest.old(at):
            why = Unchecked.OLD
        elif all(one.fresh(at) for one in self.lists.values()):
            why = Unchecked.INCOMPLETE
        else:
            why = Unchecked.EARLY
            oldest = max(self.lists.values(), key=lambda one: one.valid_from)
        return Answer(where="trust", as_of=oldest.valid_from, until=oldest.valid_until, unchecked=why)


def _life(said: set[Purpose]) -> Life:
    """Return the life that the set bits mean: the particular words go before the general one."""
    for purpose, life in (
        (Purpose.SUSPENSION, Life.SUSPENDED),
        (Purpose.SUPERSEDED, Life.SUPERSEDED),
        (Purpose.REVOCATION, Life.REVOKED),
        (Purpose.EXPIRED, Life.EXPIRED),
    ):
        if purpose in said:
            return life
    return Life.ISSUED

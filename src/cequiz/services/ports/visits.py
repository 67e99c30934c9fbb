"""What the store keeps of stays over a line: visits, one-time links, failed tries, and where somebody came in before.

No address of the network is kept in clear, and no token at all: a token is kept as its SHA-256, an address as a tag
that only this store's key can make.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody's signed-in stay over a line."""

    token_hash: str
    """SHA-256 of the token, hexadecimal."""
    student_id: str
    way: str
    """`ssh` or `web`."""
    address: str
    """The tag of the address that was seen last."""
    binding: str
    """SHA-256 of what the visit is bound to, such as a browser's cookie, hexadecimal; empty for nothing."""
    begun_at: datetime
    seen_at: datetime
    """When its line was last known to be there, to about a minute."""
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Download:
    """A link that hands one certificate over, once."""

    token_hash: str
    """SHA-256 of the link's token, hexadecimal."""
    student_id: str
    number: str
    """The certificate."""
    binding: str
    """What the visit is bound to."""
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Tries:
    """Failed tries under one subject within a stretch of time."""

    subject: str
    """Such as `account:S-1`; never what somebody typed."""
    count: int
    since: datetime
    """When the stretch began."""
    last_at: datetime
    until: datetime | None = None
    """Until when nobody may try; None for no such time."""


class Visits(Protocol):
    """Stays over a line, and the links that were offered in them."""

    def add(self, visit: Visit) -> None:
        """Keep a new visit."""
        ...

    def get(self, token_hash: str) -> Visit | None:
        """Return a visit, ended by time or not."""
        ...

    def move(self, token_hash: str, *, address: str) -> None:
        """Keep another address of a visit."""
        ...

    def see(self, token_hash: str, *, at: datetime) -> None:
        """Keep that the line of a visit was there; nothing happens where there is no such visit."""
        ...

    def end(self, token_hash: str) -> None:
        """Forget a visit; nothing happens where there is none."""
        ...

    def end_all(self, student_id: str) -> None:
        """Forget every visit and every link of a student."""
        ...

    def offer(self, download: Download) -> None:
        """Keep a link."""
        ...

    def offered(self, token_hash: str, *, at: datetime) -> Download | None:
        """Return a link that works, without using it; None when it is unknown, used or over."""
        ...

    def take(self, token_hash: str, *, at: datetime) -> Download | None:
        """Use a link up and return it; None when it is unknown, used or over. Of any number at once, one has it."""
        ...

    def sweep(self, *, before: datetime) -> None:
        """Forget the visits and links that ended before an instant."""
        ...


class Door(Protocol):
    """What a sign-in has to know of the tries before it."""

    def tag(self, text: str) -> str:
        """Return 16 hexadecimal digits that stand for a text; they tell nothing without the store's key."""
        ...

    def tries(self, subject: str) -> Tries | None:
        """Return the failed tries under a subject."""
        ...

    def count(self, tries: Tries) -> None:
        """Keep the tries of a subject, in the place of those before."""
        ...

    def forgive(self, subject: str) -> None:
        """Forget the tries under a subject."""
        ...

    def know(self, student_id: str, address: str, *, at: datetime) -> None:
        """Keep that a student came in from the address with this tag."""
        ...

    def knows(self, student_id: str, address: str) -> bool:
        """Whether a student came in from there before."""
        ...

    def forget(self, student_id: str) -> None:
        """Forget from where a student came in."""
        ...

    def sweep(self, *, tries_before: datetime, known_before: datetime) -> None:
        """Forget tries and addresses that are older."""
        ...

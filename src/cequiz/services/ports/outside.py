"""What the services need of the outside world besides the records, as small protocols."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cequiz.domain.canonical import Json
from cequiz.domain.credential.facts import Facts
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.domain.practice import Recall


class Clock(Protocol):
    """Reads the machine's clocks."""

    def read(self) -> Stamp:
        """Return the wall clock and the boot clock at one moment."""
        ...


class Ids(Protocol):
    """Makes identities and seeds; the only source of randomness."""

    def new(self, prefix: str) -> str:
        """Return a fresh id such as `S-7K3Q9V2M`: unique, safe to type, sortable by nothing."""
        ...

    def token(self) -> str:
        """Return 128 random bits as text: idempotency keys, sessions, seeds of a draw."""
        ...


class Passphrases(Protocol):
    """Hashes and checks passphrases."""

    def hash(self, passphrase: str) -> str:
        """Return a salted, slow hash of it."""
        ...

    def verify(self, stored: str | None, passphrase: str) -> bool:
        """Whether it is the one; None costs as much time as a real check, so that nobody learns who exists."""
        ...


class Press(Protocol):
    """Draws certificates and reads them back."""

    def title(self, delivery: str) -> str:
        """Return the document title for a course's delivery, such as `Certificate of Achievement` for `home-study`."""
        ...

    def draw(self, facts: Facts) -> bytes:
        """Return the PDF of a certificate; the same facts give the same bytes."""
        ...

    def read_fields(self, pdf: bytes) -> Mapping[str, str]:
        """Return every printed field of a certificate by name.

        Raises:
            Refused: it is not a certificate of cequiz, or not a PDF.
        """
        ...

    def uncovered(self, text: str) -> tuple[str, ...]:
        """Return the characters that no shipped font can print."""
        ...


class Printer(Protocol):
    """Sends a file to paper."""

    def print_file(self, path: Path) -> str:
        """Print the file and return a sentence that says where it went.

        Raises:
            PrinterFailed: there is no printer, or it refused; the hint says where the file is.
        """
        ...


class Rest(Protocol):
    """Says when something that was practised should come back: spaced repetition."""

    def review(self, card: Mapping[str, Json] | None, *, recalled: Recall, at: datetime) -> Mapping[str, Json]:
        """Return a card after it was answered.

        Args:
            card: what this returned the last time, None for something new; opaque to everyone else but for `due`.
            recalled: how well it was known.
            at: when (UTC).

        Returns:
            JSON in which `due` is the instant (ISO-8601, UTC) at which it should come back.
        """
        ...

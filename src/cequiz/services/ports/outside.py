"""What the services need of the outside world besides the records, as small protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cequiz.domain.canonical import Json
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.proof import Proof, PublicKey
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.domain.people.licences import LicenceFormat
from cequiz.domain.practice import Recall
from cequiz.domain.report import Report
from cequiz.errors import CequizError


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


@dataclass(frozen=True)
class Sheaf:
    """Certificates that are drawn together."""

    pages: Sequence[tuple[Facts, Proof | None]]
    look: Look | None = None


@dataclass(frozen=True)
class Drawing:
    """A drawn certificate, and what its page says when it is read back: field name to text."""

    pdf: bytes
    fields: Mapping[str, str]


DrawMany = Callable[[Sheaf], Iterator[Drawing | CequizError]]
"""Draws a sheaf and yields for every page, in order, the drawing or why it was refused."""


class Press(Protocol):
    """Draws certificates and reads them back."""

    def title(self, delivery: str) -> str:
        """Return the document title for a course's delivery, such as `Certificate of Achievement` for `home-study`."""
        ...

    def draw(self, facts: Facts, *, look: Look | None = None, proof: Proof | None = None) -> bytes:
        """Return the PDF of a certificate; the same arguments give the same bytes.

        Args:
            facts: what is printed.
            look: the provider's choice; the shipped look else.
            proof: what goes into the code and the attachment; None for a SPECIMEN.

        Raises:
            Refused: a text is too long for the page, or no font has one of its characters.
        """
        ...

    def read_fields(self, pdf: bytes) -> Mapping[str, str]:
        """Return every printed field of a certificate by name, as the page's text says it.

        Raises:
            Refused: it is not a certificate of cequiz, or not a PDF.
        """
        ...

    def uncovered(self, text: str) -> tuple[str, ...]:
        """Return the characters that no font can print."""
        ...

    def looks(self) -> tuple[str, ...]:
        """Return the names of the templates."""
        ...

    def merge(self, pdfs: Sequence[bytes]) -> bytes:
        """Return one PDF with the pages of many, for printing."""
        ...

    def report(
        self,
        report: Report,
        *more: Report,
        provider: str = "",
        zone: str = "UTC",
        paper: Paper = Paper.LETTER,
        tell: Callable[[int, int], None] | None = None,
    ) -> bytes:
        """Return reports as one paged, tagged PDF; the same arguments give the same bytes.

        Args:
            report: the first table; its title is that of the document.
            more: tables that follow it, each under a heading of its own.
            provider: whose report it is; empty while there is none.
            zone: the IANA time zone in which the page says when it was made.
            paper: the sheet; wide tables lie across it.
            tell: is told how far it is, and of how much; what it raises stops the drawing.
        """
        ...

    def drawing(self, pages: int) -> AbstractContextManager[DrawMany]:
        """Hand out a function that draws many pages, on as many processes as are worth it.

        Args:
            pages: how many pages are going to be drawn in all.
        """
        ...


class Notary(Protocol):
    """Holds the provider's key and signs with it. Nobody else sees a private key."""

    def keys(self) -> tuple[PublicKey, ...]:
        """Return every key the provider ever had, the one in use last; none before the first was made."""
        ...

    def make_key(self, *, at: datetime, passphrase: str | None = None) -> PublicKey:
        """Return the key in use, made now where there is none.

        Args:
            at: when it is made.
            passphrase: locks the private key, so that signing needs it; None lets signing work unattended.
        """
        ...

    def rotate(self, *, at: datetime, passphrase: str | None = None) -> PublicKey:
        """Return a new key for what is signed from now on; the one before is retired, and what it signed holds."""
        ...

    def prove(self, facts: Facts, *, index: int, at: datetime, verify_at: str) -> Proof:
        """Sign a certificate.

        Args:
            facts: frozen facts with their number.
            index: the place in the status list.
            at: the instant of issue.
            verify_at: the address of the provider's verification page; empty where it has none.

        Raises:
            NotAllowed: there is no key, or it is locked: the hint says how to make or unlock one.
        """
        ...

    def sign_file(self, pdf: bytes, *, at: datetime) -> bytes:
        """Return the PDF with a PAdES signature where the provider has a key for that, else the same bytes.

        Args:
            pdf: a certificate as it was drawn.
            at: the instant that the signature names.

        Raises:
            NotAllowed: that key is locked.
            EnvironmentFailed: the package that signs is not installed, or the key's files are damaged.
        """
        ...

    def sign_bytes(self, content: bytes) -> tuple[PublicKey, bytes]:
        """Return the key in use and its plain Ed25519 signature (RFC 8032, 64 bytes) over some bytes.

        Raises:
            NotAllowed: there is no key, or it is locked.
        """
        ...

    def seal(self, statement: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return a statement (a status list, a tree head) as a signed credential of the provider.

        Args:
            statement: a credential without `issuer` and `proof`; it is signed at its `validFrom`.

        Raises:
            NotAllowed: there is no key, or it is locked.
        """
        ...


class Boards(Protocol):
    """The rules of boards, as data."""

    def pack(self, board: str) -> BoardPack:
        """Return the pack of a board; that of `generic` for a board nobody wrote one for."""
        ...

    def packs(self) -> Sequence[BoardPack]:
        """Return every pack, by id."""
        ...

    def licence_formats(self) -> Sequence[LicenceFormat]:
        """Return what licence numbers look like, one a state, by state."""
        ...


class Printer(Protocol):
    """Sends a file to paper."""

    def print_file(self, path: Path, *, paper: Paper | None = None, printer: str | None = None) -> str:
        """Print the file and return a sentence that says where it went.

        Args:
            path: the file.
            paper: the paper it was drawn for; None fits it to the paper that is there.
            printer: the name of a printer; the system's own choice else.

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

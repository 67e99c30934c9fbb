"""Looking at a file that somebody handed in: what stands on its page, what its codes say, what is attached to it.

This is where strangers' bytes meet the libraries that read PDF and pictures, so it believes nothing, checks no
signature, and knows no key. `confined` runs it where it can do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cequiz.adapters.pdf.looking import look
from cequiz.adapters.proof import pades
from cequiz.adapters.scans import codes_of_file
from cequiz.domain.credential.verification import Kind
from cequiz.errors import EnvironmentFailed, Refused
from cequiz.language import tr

ATTACHMENT = "open-badge-credential.json"
"""The name of the credential inside of the PDF."""

LARGEST_TEXT = 256 * 1024
"""Bytes of a credential; a certificate's has about four thousand."""

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
_HEAD = 1024  # where a PDF's first line must stand (ISO 32000-1, annex H.3.4.1)


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What a file shows."""

    kind: Kind
    page: dict[str, str] | None = None
    """Field name to text of a certificate's own page; None for scans, signed parts, and other PDFs."""
    first_layout: bool = False
    additions: int = 0
    """How many pieces were put on the page that no certificate has there."""
    unseen: tuple[str, ...] = ()
    """The names of the fields that an eye does not see as they read."""
    codes: tuple[str, ...] = ()
    """Every different code of a certificate that can be seen."""
    credentials: tuple[str, ...] = ()
    """The text of every attached credential, or of the file itself."""
    text: str = ""
    """What can be read on a copy that is not a mere picture."""
    seal: bool | None = None
    """Whether the signature of the PDF file itself fits; None where it has none, or no package here can check it."""


def observe(content: bytes, *, at: datetime) -> Observed:
    """Return what a file shows.

    Args:
        content: of the file.
        at: the present instant.

    Raises:
        Refused: it is nothing that could be, or show, a certificate.
    """
    if b"%PDF-" in content[:_HEAD]:
        return _pdf(content, at)
    if content.startswith(_PICTURES):
        codes = codes_of_file(content)
        if not codes:
            raise _nothing_seen()
        return Observed(kind=Kind.SCAN, codes=codes)
    return observe_text(content)


def observe_text(content: bytes) -> Observed:
    """Return a credential or a code that was given as text (UTF-8).

    Raises:
        Refused: it is no text, or more of it than any certificate has.
    """
    try:
        text = content.decode("utf-8-sig").strip() if len(content) <= LARGEST_TEXT else ""
    except UnicodeDecodeError:
        text = ""
    if text.startswith("{"):
        return Observed(kind=Kind.CREDENTIAL, credentials=(text,))
    if text:
        return Observed(kind=Kind.CODE, codes=(text,))
    raise Refused(
        tr("This is neither a PDF nor a picture nor a credential."),
        hint=tr("Give a PDF, a scan as PNG, JPEG or TIFF, the code's text, a credential as JSON, or a number."),
    )


def _pdf(content: bytes, at: datetime) -> Observed:
    found = look(content, attachment=ATTACHMENT, largest=LARGEST_TEXT)
    if found.page is None:
        return Observed(kind=Kind.SCAN, codes=found.codes, text=found.text)
    if found.page.first_layout:
        return Observed(kind=Kind.PDF, page=found.page.fields, first_layout=True)
    return Observed(
        kind=Kind.PDF,
        page=found.page.fields,
        additions=found.page.additions,
        unseen=found.page.unseen,
        codes=found.codes,
        credentials=found.attached,
        seal=_seal(content, at),
    )


def _seal(content: bytes, at: datetime) -> bool | None:
    try:
        found = pades.check(content, at=at)
    except EnvironmentFailed:
        return None
    except Refused:
        return False
    return None if found is None else found.intact and found.whole


def _nothing_seen() -> Refused:
    return Refused(
        tr("No code of a certificate can be read on this picture."),
        hint=tr("Scan the whole page straight, at 200 dpi or more, or give the certificate's number."),
    )

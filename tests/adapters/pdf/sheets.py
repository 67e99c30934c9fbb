"""A small sheet with one of everything, for tests of the file rather than of the page, and a judge of the standards."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from page import validate_pdf_bytes

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.conform import About, Attachment
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.sheet import Sheet

FONTS = Path(__file__).resolve().parents[3] / "certificates" / "fonts"
ABOUT = About(
    title="Certificate of Achievement: Zoë Ω",
    author="Calm & <Harbour> (School)",
    subject="Neck \\ Shoulder",
    made_at=datetime(2026, 11, 22, 12, 30, tzinfo=UTC),
)
CREDENTIAL = Attachment(
    name="open-badge-credential.json",
    mime="application/ld+json",
    content=b'{"name": "a credential"}',
    description="Open Badges credential",
)


@cache
def shipped_fonts() -> Fonts:
    """Return the shipped fonts, read once."""
    return Fonts(FONTS)


def sheet(name: str = "Zoë Łukasiewicz", *, about: About = ABOUT, signature_field: bool = True) -> bytes:
    """Return a sheet with a title, a name, a picture, an ornament and an attached file."""
    faces = shipped_fonts()
    drawn = Sheet(792, 612, about, attachments=(CREDENTIAL,), signature_field=signature_field)
    with drawn.artifact():
        drawn.canvas.rect(27, 27, 738, 558)
    with drawn.tagged("H1", name="title"):
        faces.draw(drawn.canvas, 100, 500, "CERTIFICATE", fonts.CAPITALS, 30, 3)
    with drawn.tagged("P", name="name", actual=name):
        faces.draw(drawn.canvas, 100, 400, name, fonts.NAME, 30)
    with drawn.tagged("P", name="title"):
        faces.draw(drawn.canvas, 100, 460, "OF ACHIEVEMENT", fonts.CAPITALS, 14)
    with drawn.figure("A black square", (100, 100, 150, 150)):
        drawn.canvas.rect(100, 100, 50, 50, fill=1)
    return drawn.finish()


def broken_rules(pdf: bytes) -> dict[str, list[str]]:
    """Return what a file breaks, by standard: `3a` for PDF/A-3a, `ua1` for PDF/UA-1; nothing for a file that holds."""
    found = {profile: validate_pdf_bytes(pdf, profile=profile).failures for profile in ("3a", "ua1")}
    return {
        profile: [f"{one.rule_id}: {one.message}" for one in failures]
        for profile, failures in found.items()
        if failures
    }

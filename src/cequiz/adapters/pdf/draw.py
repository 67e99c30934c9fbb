"""Drawing a certificate: facts in, one landscape page out; the same facts give the same bytes.

Every printed field is a named element of the page's structure, so that it can be read back. Text knows no markup, so
names and titles print exactly as they are. What is no text stands in figures with a description, or in artifacts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache

from reportlab.lib.colors import Color, HexColor

from cequiz.adapters.pdf import art
from cequiz.adapters.pdf.artwork import Artwork
from cequiz.adapters.pdf.layouts import Box, Layout, arranged, beside_logo, columns, label_box, role_box
from cequiz.adapters.pdf.lettering import Lettering
from cequiz.adapters.pdf.page import Fitter, Line, place_of
from cequiz.adapters.pdf.pen import Pen
from cequiz.adapters.pdf.pictures import draw_picture
from cequiz.adapters.pdf.qr import draw_code
from cequiz.adapters.pdf.sheet import About, Attachment, Sheet
from cequiz.adapters.pdf.signatures import Signature, sign
from cequiz.adapters.pdf.template import Template
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.look import Look
from cequiz.domain.credential.proof import Proof

ATTACHMENT = "open-badge-credential.json"
"""The name of the credential inside of the file."""

_SIGNERS = ("instructor", "administrator")
_TAGS = {"title": "H1", "name": "H2", "course": "H2"}


@dataclass(frozen=True, kw_only=True)
class Style:
    """What a look stands for: a template on a paper, its ornaments and its letters."""

    template: Template
    layout: Layout
    artwork: Artwork
    fitter: Fitter
    lettering: Lettering


def draw(facts: Facts, style: Style, *, look: Look, proof: Proof | None) -> bytes:
    """Return the PDF of a certificate.

    Args:
        facts: what is printed.
        style: of the look.
        look: gives the pictures.
        proof: what goes into the code and the attachment; None for a certificate without them.

    Raises:
        Refused: a text is too long to be printed, or a picture cannot be read.
    """
    return _Drawing(facts, style, look, proof).finished()


class _Drawing:
    """One page under way."""

    def __init__(self, facts: Facts, style: Style, look: Look, proof: Proof | None) -> None:
        self._facts = facts
        self._style = style
        self._look = look
        self._proof = proof
        places = beside_logo(style.layout, style.template.logo) if look.logo else style.layout
        self._layout = arranged(places, frozenset(place_of(field.name) for field in facts.printed_fields()))
        self._blocks = {block.name: block for block in style.fitter.blocks(facts, self._layout)}
        self._sheet = Sheet(
            self._layout.width,
            self._layout.height,
            _about(facts),
            attachments=_attachments(proof),
            signature_field=proof is not None,
        )

    def finished(self) -> bytes:
        with self._sheet.artifact():
            self._style.artwork.put(self._sheet.canvas, specimen=self._facts.is_specimen)
            self._ornaments()
        if self._look.logo:
            self._logo()
        for name in ("provider", "contact", "title"):
            self._field(name)
        self._word("certifies")
        for name in ("name", "licences"):
            self._field(name)
        self._word("completed")
        for name in ("course", "hours", "subjects"):
            self._field(name)
        self._columns()
        if "approvals" in self._blocks:
            self._word("approvals")
            self._field("approvals")
        for role in _SIGNERS:
            self._signed(role)
        self._code()
        self._field("footer")
        return self._sheet.finish()

    def _field(self, name: str) -> None:
        block = self._blocks.get(name)
        if block is not None:
            # Said beside the glyphs, so that every reader gets the words whole: letters stand apart, lines end.
            with self._sheet.tagged(_TAGS.get(name, "P"), name=name, actual=block.text):
                self._lines(block.lines)

    def _word(self, name: str, text: str | None = None) -> None:
        box = self._layout.words[name]
        self._said(self._style.template.words[name] if text is None else text, box)

    def _said(self, text: str, box: Box) -> None:
        """Draw a text that is no fact; one that a provider made too long is left out rather than cut."""
        lines = self._style.fitter.fitted(text, box)
        if lines is not None:
            with self._sheet.tagged("P", actual=text):
                self._lines(lines)

    def _lines(self, lines: tuple[Line, ...]) -> None:
        draw_text, canvas, colours = self._style.fitter.faces.draw, self._sheet.canvas, self._style.template.colours
        for line in lines:
            colour = _colour(colours[line.colour])
            draw_text(canvas, line.x, line.y, line.text, line.font, line.size, line.tracking, colour)

    def _put(self, pen: Pen) -> None:
        self._sheet.canvas._code.append(pen.content())

    def _ornaments(self) -> None:
        """Draw what depends on the facts: rules beside the title and between the columns, the hours in the seal."""
        pen, layout, template = Pen(), self._layout, self._style.template
        art.title_rules(pen, template, layout, self._blocks["title"].lines)
        present = frozenset(map(place_of, self._blocks))
        art.column_rules(pen, template, columns(layout, present)[1])
        art.name_rule(pen, template, layout)
        art.hours(pen, template, layout, self._style.lettering, number=self._facts.ce_hours)
        self._put(pen)

    def _logo(self) -> None:
        area = self._layout.logo
        with self._sheet.figure(f"Logo of {self._facts.provider_name}", (area.left, area.bottom, area.right, area.top)):
            draw_picture(self._sheet.canvas, self._look.logo, area, name="Logo")

    def _columns(self) -> None:
        present = frozenset(map(place_of, self._blocks))
        for name, box in columns(self._layout, present)[0].items():
            block = self._blocks["specimen" if name == "number" and self._facts.is_specimen else name]
            self._said(self._style.template.labels[name], label_box(box))
            self._field(block.name)

    def _signed(self, role: str) -> None:
        block = self._blocks.get(role)
        if block is None:
            return
        signers = self._facts.instructors if role == "instructor" else (self._facts.administrator,)
        signature = Signature(
            role=role,
            name=signers[0].name if len(signers) == 1 else "",
            picture=self._look.signatures.get(role, b""),
            area=self._layout.signatures[role],
            align=self._layout.align,
            ink=self._style.template.colours["ink"],
        )
        sign(self._sheet, signature, self._style.fitter.faces)
        self._field(role)
        self._said(self._style.template.words[role], role_box(self._layout.boxes[role], block.lines[-1].y))

    def _code(self) -> None:
        words = self._style.template.words
        if self._facts.is_specimen:
            self._word("verify", words["specimen"])
            return
        if self._proof is None:
            self._word("verify", words["verify_file"])
            return
        area = self._layout.code
        with self._sheet.figure(
            f"QR code to verify certificate {self._facts.number}", (area.left, area.bottom, area.right, area.top)
        ):
            pen = Pen()
            draw_code(pen, self._proof.code, left=area.left, bottom=area.bottom, side=area.right - area.left)
            self._put(pen)
        self._word("scan")
        address = _address(self._proof.code)
        self._word("verify", words["verify"].replace("{address}", address) if address else words["verify_offline"])


@lru_cache(maxsize=64)
def _colour(name: str) -> Color:
    return HexColor(name)


def _about(facts: Facts) -> About:
    return About(
        title=f"{facts.document_title}: {facts.student_name}",
        author=facts.provider_name,
        subject=facts.course_title,
        made_at=datetime.combine(facts.issued_on, time(), UTC),
    )


def _attachments(proof: Proof | None) -> tuple[Attachment, ...]:
    if proof is None:
        return ()
    return (
        Attachment(
            name=ATTACHMENT,
            mime="application/ld+json",
            content=proof.credential.encode("utf-8"),
            description="The signed Open Badges 3.0 credential",
        ),
    )


def _address(code: str) -> str:
    """Return the address of the verification page as people type it; empty where the code opens none."""
    scheme, _, rest = code.partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{host.lower()}{slash}{path}" if scheme.upper() == "HTTPS" else ""

"""Drawing a certificate: facts in, one landscape page out; the same facts give the same bytes.

Text goes through `drawString` alone, which knows no markup, so that names and titles print exactly as they are.
"""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from cequiz.adapters.pdf import art, fonts
from cequiz.adapters.pdf.artwork import Artwork
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.page import BOXES, CENTRE, HEIGHT, LABELS, WIDTH, lines
from cequiz.adapters.pdf.template import Template
from cequiz.domain.credential.facts import Facts

CREATOR = "cequiz certificate 1"
"""Marks a file as a certificate of this layout, so that reading it back knows the boxes."""


def draw(facts: Facts, *, template: Template, faces: Fonts, artwork: Artwork) -> bytes:
    """Return the PDF of a certificate.

    Raises:
        Refused: a text is too long to be printed.
    """
    placed = list(lines(facts, faces))
    target = BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1, lang="en")
    canvas.setTitle(f"{facts.document_title}: {facts.student_name}")
    canvas.setAuthor(facts.provider_name)
    canvas.setSubject(facts.course_title)
    canvas.setCreator(CREATOR)
    artwork.put(canvas, specimen=facts.is_specimen)
    _rules_and_words(canvas, facts, template, faces)
    for line in placed:
        canvas.setFillColor(HexColor(template.colours[line.colour]))
        canvas.setFont(line.font, line.size)
        canvas.drawString(line.x, line.y, line.text)
    art.seal(canvas, template, faces, hours=facts.ce_hours)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _rules_and_words(canvas: Canvas, facts: Facts, template: Template, faces: Fonts) -> None:
    """Draw the words that are no facts: labels, signature lines, the sentences around the name."""
    quiet = HexColor(template.colours["quiet"])
    canvas.setFillColor(quiet)
    canvas.setFont(fonts.ITALIC, 15)
    canvas.drawCentredString(CENTRE, 432, template.words["certifies"])
    canvas.setFont(fonts.ITALIC, 13.5)
    canvas.drawCentredString(CENTRE, 327.5, template.words["completed"])
    present = {"number" if field.name == "specimen" else field.name for field in facts.printed_fields()}
    canvas.setFont(fonts.CAPITALS, 7)
    for name, label in LABELS.items():
        if name in present:
            box = BOXES[name]
            canvas.drawCentredString((box.left + box.right) / 2, box.top + 1.5, label)
    _signatures(canvas, template)
    canvas.setFillColor(quiet)
    canvas.setFont(fonts.TEXT, 7)
    words = template.words["specimen" if facts.is_specimen else "verify"]
    canvas.drawCentredString(CENTRE, 77, words)


def _signatures(canvas: Canvas, template: Template) -> None:
    canvas.setStrokeColor(HexColor(template.colours["ink"]))
    canvas.setLineWidth(0.7)
    canvas.setFont(fonts.ITALIC, 9)
    for name, role in (
        ("instructor", template.words["instructor"]),
        ("administrator", template.words["administrator"]),
    ):
        box = BOXES[name]
        canvas.line(box.left + 8, box.top + 2, box.right - 8, box.top + 2)
        canvas.drawCentredString((box.left + box.right) / 2, box.bottom - 9, role)

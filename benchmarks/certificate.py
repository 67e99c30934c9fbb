"""A certificate from facts to a tagged, archivable file, against what such a page must and does usually cost.

Ratios of CPU time inside one run: what is compared is drawn in turn, so that a busy machine slows both alike, and the
fastest of several rounds counts. Fonts are read and art is drawn before anything is measured. Two processes are
measured by the clock, and say nothing on a machine that has other things to do. Run:
`python benchmarks/certificate.py [ROUNDS]`.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from xml.sax.saxutils import escape

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame, Image, PageTemplate, Paragraph, Table, TableStyle
from reportlab.platypus.doctemplate import BaseDocTemplate

from cequiz.adapters.pdf import draw as drawing_room
from cequiz.adapters.pdf.objects import Raw, add, reference, stream, written
from cequiz.adapters.pdf.pool import drawing
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.adapters.pdf.qr import matrix
from cequiz.adapters.pdf.sheet import Box, Sheet
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.domain.credential.facts import ApprovalFact, Facts, LicenceFact
from cequiz.domain.credential.look import Look
from cequiz.domain.credential.proof import Proof
from cequiz.domain.credential.provider import Signatory
from cequiz.services.ports.outside import Sheaf

CERTIFICATES = Path(__file__).resolve().parents[1] / "certificates"
PAGES = 20
ROUNDS = 7
BATCH = 160
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LARGEST = 105_000  # bytes of a file
FONTS = CERTIFICATES / "fonts"
FILES = ("EBGaramond-Regular.ttf", "EBGaramond-Medium.ttf", "EBGaramond-Italic.ttf", "Cinzel-Regular.ttf")
TEXT, NAME, ITALIC, CAPITALS = FACES = ("PeerText", "PeerName", "PeerItalic", "PeerCapitals")
WIDTH, HEIGHT = 792.0, 612.0
QR_SIDE = 112.0


@dataclass(frozen=True)
class Page:
    """What a peer draws: the printed texts, and what the code says."""

    texts: tuple[str, ...]
    code: str

    @classmethod
    def of(cls, facts: Facts, code: str) -> Page:
        """Return the page of a certificate."""
        return cls(tuple(field.text for field in facts.printed_fields()), code)


@dataclass(frozen=True)
class Certificate:
    """Facts and their proof, made before anything is measured."""

    facts: Facts
    proof: Proof

    @property
    def page(self) -> Page:
        """What the peers draw of it."""
        return Page.of(self.facts, self.proof.code)


@cache
def register() -> None:
    """Read the four faces with ReportLab's own font class, once."""
    for name, file in zip(FACES, FILES, strict=True):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))


def bare(page: Page) -> bytes:
    """Return fourteen strings in four embedded fonts and nothing else: the least that such a page can cost."""
    register()
    target = BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    for place, text in enumerate(page.texts[:14]):
        canvas.setFont(FACES[place % len(FACES)], 14)
        canvas.drawString(72, 540 - 36 * place, text)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def usual(page: Page) -> bytes:
    """Return the page as most programs make it: paragraphs and a table in a frame, and a picture of a code by segno."""
    register()
    target = BytesIO()
    document = BaseDocTemplate(target, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    frame = Frame(50, 40, WIDTH - 100, HEIGHT - 80, showBoundary=0)
    document.addPageTemplates(PageTemplate("page", [frame], onPage=_border))
    texts, sizes = page.texts, (16, 10, 34, 36, 12, 24, 15)
    story: list[Any] = [
        Paragraph(escape(text), _style(FACES[place % 4], size))
        for place, (text, size) in enumerate(zip(texts, sizes, strict=False))
    ]
    cells = [Paragraph(escape(text), _style(TEXT, 10)) for text in texts[len(sizes) :]]
    cells += [Paragraph("", _style(TEXT, 10))] * (-len(cells) % 4)
    rows = [cells[start : start + 4] for start in range(0, len(cells), 4)]
    table = Table(rows, colWidths=[160] * 4)
    table.setStyle(
        TableStyle([("LINEABOVE", (0, 0), (-1, -1), 0.4, HexColor("#9c7a35")), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    )
    picture = BytesIO()
    segno.make(page.code, error="l", micro=False).save(picture, kind="png", scale=4, border=4)
    picture.seek(0)
    document.build([*story, table, Image(picture, QR_SIDE, QR_SIDE)])
    return target.getvalue()


@cache
def _style(font: str, size: float) -> ParagraphStyle:
    return ParagraphStyle(f"{font}-{size}", fontName=font, fontSize=size, leading=size * 1.2, alignment=TA_CENTER)


def _border(canvas: Canvas, _document: BaseDocTemplate) -> None:
    canvas.setStrokeColor(HexColor("#1b2a41"))
    for inset in (27, 31, 45):
        canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)


_TYPST = """
#set page(width: 792pt, height: 612pt, margin: 40pt)
#set align(center)
#let page = json(bytes(sys.inputs.page))
#let faces = (
  (font: "EB Garamond"), (font: "EB Garamond", weight: 500),
  (font: "EB Garamond", style: "italic"), (font: "Cinzel"),
)
#for inset in (27pt, 31pt, 45pt) {
  place(top + left, dx: inset - 40pt, dy: inset - 40pt, rect(width: 792pt - 2 * inset, height: 612pt - 2 * inset))
}
#for (place, line) in page.texts.enumerate() {
  block(above: 6pt, below: 6pt, text(..faces.at(calc.rem(place, 4)), size: 12pt, line))
}
#image(bytes(sys.inputs.code), format: "svg", width: 112pt)
"""


class Typst:
    """typst, where it is installed: a compiler that is kept, as its own users keep it."""

    def __init__(self, module: Any, folder: Path) -> None:
        """Make the compiler.

        Args:
            module: the package `typst`.
            folder: takes the source.
        """
        source = folder / "page.typ"
        source.write_text(_TYPST, encoding="utf-8")
        self._compiler = module.Compiler(str(source), font_paths=[str(FONTS)], ignore_system_fonts=True)

    def draw(self, page: Page, rows: Sequence[bytes]) -> bytes:
        """Return the page; the modules of the code are given, so that only drawing is compared."""
        inputs = {"page": json.dumps({"texts": page.texts}), "code": _svg(rows)}
        return bytes(self._compiler.compile(format="pdf", sys_inputs=inputs))


def _svg(rows: Sequence[bytes]) -> str:
    side = len(rows)
    runs = []
    for y, row in enumerate(rows):
        x = row.find(0)
        while x >= 0:
            end = next((place for place in range(x, side) if row[place]), side)
            runs.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = row.find(0, end)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{"".join(runs)}"/></svg>'


def deflate(document: PDFDocument) -> None:
    """Deflate the page as a sheet does, so that only what the standards ask for is compared."""
    page = document.idToObject["Page1"]
    page.Contents = Raw(stream(b"", page.stream.encode("ascii"), level=4))


class PlainSheet(Sheet):
    """A sheet that writes the same page without anything the standards ask for: no tags, metadata or attachment."""

    def tagged(self, tag: str, *, name: str = "", actual: str | None = None) -> AbstractContextManager[None]:
        """Draw untagged text."""
        return nullcontext()

    def figure(self, alt: str, box: Box) -> AbstractContextManager[None]:
        """Draw an untagged picture."""
        return nullcontext()

    def artifact(self) -> AbstractContextManager[None]:
        """Draw."""
        return nullcontext()

    def finish(self) -> bytes:
        """Return the file."""
        document = self.canvas._doc
        self.canvas.showPage()
        deflate(document)
        for font in document.delayedFonts:
            font.addObjects(document)
        pages = reference(document, document.Reference(document.Pages).name)
        root = add(document, b"<< /Type /Catalog /Pages %s >>" % pages)[1]
        return written(document, root=root, info=add(document, b"<< >>")[1])


def facts(number: int) -> Facts:
    """Return the facts of the n-th certificate: every one has another name and number."""
    return Facts(
        document_title="Certificate of Achievement",
        provider_name="Harbour School of Manual Therapy",
        provider_contact="office@harbour.example",
        student_name=f"Marisol Ortega-Quinn {number}",
        licences=(LicenceFact("FL", f"MA{number:05}"),),
        course_title="Essential Assessments for Manual Therapists",
        course_id="essential-assessments",
        course_version="1",
        subjects=("Orthopedic assessment", "Neck anatomy"),
        delivery="Home study",
        ce_hours="16",
        completed_on=date(2026, 11, 22),
        issued_on=date(2026, 11, 22),
        place="Home study, 12 Harbour Street, Miami, FL 33101",
        instructors=(Signatory("Dana Sample", "LMT"),),
        administrator=Signatory("Lee Sample", "Provider Administrator"),
        approvals=(ApprovalFact("NCBTMB", "1234567", "98765", "Essential Assessments", "16"),),
        score="92 %",
        pass_mark="75 %",
        number=f"CQ-2026-{number:06}",
        footer="It is not a certification of competence.",
    ).frozen()


def seconds(draw: Callable[[Certificate], object], certificates: Sequence[Certificate]) -> float:
    """Return the CPU time of a page."""
    begun = time.process_time()
    for one in certificates:
        draw(one)
    return (time.process_time() - begun) / len(certificates)


def compared(
    ours: Callable[[Certificate], object],
    theirs: Callable[[Certificate], object],
    certificates: Sequence[Certificate],
    rounds: int,
) -> tuple[float, float]:
    """Return the least CPU times of a page, ours and theirs, drawn in turn."""
    ours(certificates[0]), theirs(certificates[0])
    pairs = [(seconds(ours, certificates), seconds(theirs, certificates)) for _ in range(rounds)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def told(what: str, found: float, target: float, *, at_most: bool, detail: str = "") -> None:
    """Print a ratio with its target, and whether it is met."""
    met = found <= target if at_most else found >= target
    wanted = f"{'<=' if at_most else '>='} {target:g}"
    print(f"{what:<44}{found:>8.2f}  {wanted:<8} {'met' if met else 'MISSED':<7} {detail}")


def batch_seconds(sheaf: Sheaf, workers: int) -> float:
    """Return the time of a batch by the clock; the processes are ready when it begins."""
    ready = Sheaf(sheaf.pages[: 16 * workers], sheaf.look)
    with drawing(partial(ReportLabPress, CERTIFICATES), workers=workers) as draw_many:
        list(draw_many(ready))
        begun = time.perf_counter()
        list(draw_many(sheaf))
        return time.perf_counter() - begun


def two_processes(certificates: Sequence[Certificate], rounds: int) -> None:
    """Print how much faster two processes are than one: drawing, and reading back what was drawn."""
    pages = tuple((one.facts, one.proof) for one in certificates)
    sheaf = Sheaf(pages * (BATCH // len(pages)), Look())
    pairs = [(batch_seconds(sheaf, 1), batch_seconds(sheaf, 2)) for _ in range(min(rounds, 3))]
    gain = min(one for one, _ in pairs) / min(two for _, two in pairs)
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors" if hasattr(os, "getloadavg") else ""
    told("2 processes : 1, by the clock", gain, 1.7, at_most=False, detail=load)


def files(
    certificates: Sequence[Certificate], notary: KeyNotary, draw: Callable[[Certificate], bytes], rounds: int
) -> None:
    """Print what a signature in the file costs, and how large files are."""
    pdfs = {one.facts.number: draw(one) for one in certificates}
    largest = max(map(len, pdfs.values()))
    if find_spec("pyhanko") is None:
        print("signature in the file: skipped, pyhanko is not installed")
    else:
        notary.make_pdf_key(provider="Harbour School", at=AT)
        signing, drawn = compared(
            lambda one: notary.sign_file(pdfs[one.facts.number], at=AT), draw, certificates, rounds
        )
        told(
            "signature in the file : certificate", signing / drawn, 2.5, at_most=True, detail=f"{signing * 1000:.2f} ms"
        )
    told("largest file, kB", largest / 1000, LARGEST / 1000, at_most=True, detail="without a signature in the file")


def typst(certificates: Sequence[Certificate], folder: Path, draw: Callable[[Certificate], bytes], rounds: int) -> None:
    """Print how much longer typst takes for a page with the same texts, fonts and code."""
    if find_spec("typst") is None:
        print("typst: skipped, not installed (`pip install typst`)")
        return
    compiler = Typst(import_module("typst"), folder)
    codes = {one.facts.number: matrix(one.proof.code) for one in certificates}
    theirs, ours = compared(lambda one: compiler.draw(one.page, codes[one.facts.number]), draw, certificates, rounds)
    told("typst : certificate", theirs / ours, 1.5, at_most=False, detail=f"{theirs * 1000:.2f} ms")


def main() -> None:
    """Print times, ratios and sizes."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    press = ReportLabPress(CERTIFICATES)
    with TemporaryDirectory() as name:
        folder = Path(name)
        notary = _notary(folder)
        issued = [facts(number) for number in range(1, PAGES + 1)]
        certificates = [
            Certificate(one, notary.prove(one, index=place, at=AT, verify_at="https://harbour.example/V"))
            for place, one in enumerate(issued)
        ]
        begun = time.process_time()
        _draw(press, certificates[0])
        print(f"first certificate of a process: {(time.process_time() - begun) * 1000:.0f} ms")
        ours = partial(_draw, press)
        fast, floor = compared(ours, lambda one: bare(one.page), certificates, rounds)
        detail = f"{fast * 1000:.2f} ms : {floor * 1000:.2f} ms, a code of {len(certificates[0].proof.code)} characters"
        told("certificate : bare page with 4 fonts", fast / floor, 1.0, at_most=True, detail=detail)
        slow, fast = compared(lambda one: usual(one.page), ours, certificates, max(rounds // 2, 3))
        told("paragraphs and segno : certificate", slow / fast, 5.0, at_most=False, detail=f"{slow * 1000:.2f} ms")
        told("with : without tags, metadata, attachment", _overhead(ours, certificates, rounds), 1.2, at_most=True)
        typst(certificates, folder, ours, max(rounds // 2, 3))
        files(certificates, notary, ours, rounds)
        two_processes(certificates, rounds)


def _draw(press: ReportLabPress, one: Certificate) -> bytes:
    return press.draw(one.facts, proof=one.proof)


def _overhead(ours: Callable[[Certificate], bytes], certificates: Sequence[Certificate], rounds: int) -> float:
    """Return how much longer a page takes for being a tagged file for archives: the middle of pairs drawn in turn."""

    def plain(one: Certificate) -> bytes:
        with patch.object(drawing_room, "Sheet", PlainSheet):
            return ours(one)

    ours(certificates[0]), plain(certificates[0])
    pairs = [(seconds(ours, certificates), seconds(plain, certificates)) for _ in range(2 * rounds)]
    return statistics.median(with_tags / without for with_tags, without in pairs)


def _notary(folder: Path) -> KeyNotary:
    """Return a notary with a key of its own."""
    store_key = folder / "store.key"
    store_key.write_text("5a" * 32 + "\n", encoding="ascii")
    store_key.chmod(0o600)
    notary = KeyNotary(folder)
    notary.make_key(at=AT)
    return notary


if __name__ == "__main__":
    main()

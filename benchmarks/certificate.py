"""Drawing a certificate, against a bare canvas with the same four embedded fonts and fourteen strings.

Fonts are read once in both; what is measured is a page from facts to bytes. CPU time, rounds alternate, so that a busy
machine slows both alike, and the median of the faster half counts. Run: `python benchmarks/certificate.py [ROUNDS]`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFontFile
from reportlab.pdfgen.canvas import Canvas

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.domain.credential.facts import ApprovalFact, Facts, LicenceFact
from cequiz.domain.credential.provider import Signatory

CERTIFICATES = Path(__file__).resolve().parents[1] / "certificates"
PAGES = 10
ROUNDS = 12
FACES = (fonts.TEXT, fonts.NAME, fonts.ITALIC, fonts.CAPITALS)


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
    )


def ours(press: ReportLabPress, number: int) -> bytes:
    """Return a certificate."""
    return press.draw(facts(number))


def bare(strings: list[str]) -> bytes:
    """Return a page with the strings and nothing else."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=(792, 612), invariant=1, pageCompression=1)
    for place, text in enumerate(strings):
        canvas.setFont(FACES[place % len(FACES)], 14)
        canvas.drawString(72, 540 - 36 * place, text)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


@contextmanager
def forgetful() -> Iterator[None]:
    """Take from the faces, for a block, what the press taught them: to keep the subsets they have cut."""
    faces = [pdfmetrics.getFont(name).face for name in FACES]
    taught = [face.makeSubset for face in faces]
    for face in faces:
        face.makeSubset = TTFontFile.makeSubset.__get__(face)
    yield
    for face, method in zip(faces, taught, strict=True):
        face.makeSubset = method


def seconds(draw: Callable[[int], bytes], start: int) -> float:
    """Return the CPU time of a page."""
    begun = time.process_time()
    for number in range(start, start + PAGES):
        draw(number)
    return (time.process_time() - begun) / PAGES


def best_half(times: list[float]) -> float:
    """Return the median of the faster half."""
    return statistics.median(sorted(times)[: max(len(times) // 2, 1)])


def main() -> None:
    """Print both times, their ratio and both sizes."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    press = ReportLabPress(CERTIFICATES)
    begun = time.process_time()
    page = ours(press, 1)
    first = (time.process_time() - begun) * 1000
    strings = [field.text for field in facts(1).printed_fields()][:14]
    mine: list[float] = []
    limit: list[float] = []
    for number in range(rounds):
        mine.append(seconds(lambda one: ours(press, one), number * PAGES + 1))
        with forgetful():
            limit.append(seconds(lambda one: bare([*strings[:-1], str(one)]), number * PAGES + 1))
    fast, floor = best_half(mine) * 1000, best_half(limit) * 1000
    print(f"certificate: {fast:.2f} ms, bare canvas: {floor:.2f} ms, ratio {fast / floor:.2f} ({rounds} rounds)")
    print(f"first certificate of a process, fonts and drawing included: {first:.0f} ms")
    print(f"certificate: {len(page)} bytes, bare canvas: {len(bare(strings))} bytes")


if __name__ == "__main__":
    main()

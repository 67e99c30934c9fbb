"""Every certificate is PDF/A-3a and PDF/UA-1: whatever the name's script, the template, the paper, signed or not."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import cycle, islice, product
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.adapters.proof.pades import sign
from cequiz.adapters.proof.pades_key import make_pdf_key, open_pdf_key
from cequiz.domain.credential.facts import ApprovalFact, Facts, LicenceFact
from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.proof import Proof
from cequiz.domain.credential.provider import Signatory
from tests.adapters.pdf.sheets import broken_rules
from tests.papers import facts

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CERTIFICATES = 216
SHARES = 8

NAMES = {
    "Latin": ("Marisol", "Ortega", "Quinn", "Jean-Luc", "O'Brien", "Office", "Fjord"),
    "Polish": ("Łucja", "Świętosława", "Żółć", "Brzęczyszczykiewicz"),
    "Vietnamese": ("Đặng", "Thị", "Nguyễn", "Hường", "Phượng"),
    "Yoruba": ("Ọlá", "Adébáyọ̀", "Ẹ̀niọlá", "Ṣadé"),
    "Icelandic": ("Þórunn", "Æsa", "Guðrún", "Sæmundsdóttir"),
    "Turkish": ("İbrahim", "Ayşegül", "Çağrı", "Işık"),
    "Greek": ("Ελένη", "Παπαδοπούλου", "Σία", "Ωρίων"),
    "Cyrillic": ("Анна", "Ђорђевић", "Щербакова", "Їжакевич"),
    "Hebrew": ("שָׁלוֹם", "כהן", "רִבְקָה", "לוי"),
    "Arabic": ("محمد", "علي", "فاطمة", "القرآن"),
    "Devanagari": ("प्रिया", "क्षत्रिय", "त्र्यम्बक", "ज्ञानेश्वर"),
    "Thai": ("สมชาย", "ใจดี", "น้ำทิพย์", "กุลวงศ์"),
    "mixed": ("Zoë (محمد)", "Anna שרה Novák", "Лев-Leo", "Ravi (रवि)"),
}


def _picture() -> bytes:
    """Return a PNG that one can see through: archives want the page to say how it blends."""
    target = BytesIO()
    Image.new("RGBA", (90, 40), (156, 122, 53, 120)).save(target, "PNG")
    return target.getvalue()


PICTURE = _picture()
STATES = ("FL", "TX")
LONG = "Wilhelmina-Konstantina Brzęczyszczykiewicz-Featherstonehaugh of Little Snoring-upon-Tweed"


def _proof(random: Random) -> Proof:
    """Return a proof of the usual size; what it says is no matter of the file's form."""
    body = b32encode(random.randbytes(540)).decode("ascii").rstrip("=")
    credential = f'{{"name": "Zoë & Ω", "noise": "{random.randbytes(1500).hex()}"}}'
    return Proof(key_id="0" * 16, index=7, code=f"HTTPS://HARBOUR.EXAMPLE/V#{body}", credential=credential)


def _student(random: Random, script: str) -> str:
    return " ".join(random.sample(NAMES[script], k=random.randint(1, 3)))


def _facts(random: Random, script: str) -> Facts:
    """Return facts of which any that may be missing are missing now and then, and now and then are very long."""
    sometimes = random.random
    administrator = Signatory(_student(random, random.choice(["Latin", "Polish"])), "Provider Administrator")
    several = (Signatory("Dana Sample", "LMT"), Signatory("Ines Ejemplo", "LMT, BCTMB"))
    return facts(
        student_name=LONG if sometimes() < 0.06 else _student(random, script),
        licences=tuple(
            LicenceFact(state, f"MA{random.randint(1, 99999):05}") for state in STATES[: random.randint(0, 2)]
        ),
        subjects=("Orthopedic assessment", "Neck anatomy", "Ethics")[: random.randint(0, 3)],
        course_title=random.choice(["Ethics", "Essential Assessments", "Work & <Boundaries>: Café, 10 % (α/β)"]),
        ce_hours=random.choice(["1", "2.5", "16", "48"]),
        place=random.choice(["", "Home study", "Home study, 12 Harbour Street, Miami, FL 33101"]),
        instructors=random.choice([several, several[:1]]),
        administrator=administrator,
        approvals=(ApprovalFact("NCBTMB", "1234567", "98765", "Ethics", "16"),)[: random.randint(0, 1)],
        score=random.choice(["", "92 %"]),
        footer=random.choice(["", "It is not a certification of competence."]),
        revision=random.choice([0, 0, 0, 2]),
        revision_note="Revision 2, replaces CQ-2026-000099",
        number=None if sometimes() < 0.1 else f"CQ-2026-{random.randint(1, 999999):06}",
    )


def _certificates() -> Iterator[tuple[str, Facts, Look, Proof | None]]:
    """Yield the sample: every script with every template on every paper, and chance for the rest."""
    random = Random(20261122)
    looks = product(("classic", "modern", "plain"), Paper)
    combined = [(script, Look(template=template, paper=paper)) for (template, paper), script in product(looks, NAMES)]
    for script, look in islice(cycle(combined), CERTIFICATES):
        of = _facts(random, script)
        pictured = replace(look, logo=PICTURE, signatures={"instructor": PICTURE})
        yield script, of, pictured if random.random() < 0.2 else look, None if of.is_specimen else _proof(random)


@pytest.mark.parametrize("share", range(SHARES))
def test_certificates_keep_to_both_standards(press: ReportLabPress, share: int, tmp_path: Path) -> None:
    """Some student's certificate would be refused by an archive, or be silent in a screen reader."""
    make_pdf_key(tmp_path, provider="Harbour School", secret=b"secret", at=AT)
    signer = open_pdf_key(tmp_path, secrets=[b"secret"])
    assert signer is not None
    for number, (script, of, look, proof) in enumerate(islice(_certificates(), share, None, SHARES)):
        drawn = press.draw(of, look=look, proof=proof)
        which = f"{script}, {look.template}, {look.paper}: {of.student_name}"
        assert broken_rules(drawn) == {}, which
        if proof is not None and number % 3 == 0:
            signed = sign(drawn, signer, at=AT)
            assert signed != drawn
            assert broken_rules(signed) == {}, f"signed, {which}"

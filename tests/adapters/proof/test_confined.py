"""A file made to break its reader breaks nothing: it ends in a sentence, within limits of memory and time."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cequiz.adapters.proof import confined, pades
from cequiz.adapters.proof.confined import observe_confined
from cequiz.adapters.proof.observing import LARGEST_TEXT, Observed, observe, observe_text
from cequiz.adapters.proof.pades_key import make_pdf_key, open_pdf_key
from cequiz.adapters.proof.reading import exhibits
from cequiz.domain.credential.verification import Kind, Standing
from cequiz.errors import Refused
from cequiz.language import speak
from cequiz.services.verifying import Means, verify
from tests.papers import facts, press, texts
from tests.sealed import School, school

AT = datetime(2026, 11, 23, tzinfo=UTC)
FACTS = facts().frozen()


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> School:
    return school(tmp_path_factory.mktemp("harbour"))


@pytest.fixture(scope="module")
def pdf(harbour: School) -> bytes:
    return press().draw(FACTS, proof=harbour.proof(FACTS))


def test_it_sees_the_page_the_code_and_the_attachment(pdf: bytes, harbour: School) -> None:
    proof = harbour.proof(FACTS)
    found = observe_confined(pdf, at=AT)
    assert found == Observed(kind=Kind.PDF, page=texts(FACTS), codes=(proof.code,), credentials=(proof.credential,))
    assert found == observe(pdf, at=AT)


def made(*objects: bytes) -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is the catalog."""
    body, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, len(body),
    )  # fmt: skip


def deflated(plain: bytes, *, times: int = 1) -> bytes:
    data = plain
    for _ in range(times):
        data = zlib.compress(data, 9)
    filters = b" ".join([b"/FlateDecode"] * times)
    return b"<< /Filter [%s] /Length %d >>\nstream\n%s\nendstream" % (filters, len(data), data)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 792 612] /Contents 4 0 R >>"

HOSTILE: dict[str, Callable[[], bytes]] = {
    "zip bomb": lambda: made(CATALOG, PAGES, PAGE, deflated(b"0 0 m 9 9 l S " * 20_000_000)),
    "zip bombs in one another": lambda: made(CATALOG, PAGES, PAGE, deflated(b"\0" * 500_000_000, times=2)),
    "a page without end": lambda: made(CATALOG, PAGES, PAGE.replace(b"792 612", b"9e9 9e9"), deflated(b"0 0 m")),
    "a page of nothing": lambda: made(CATALOG, PAGES, PAGE.replace(b"792 612", b"0 0"), deflated(b"0 0 m")),
    "pages that hold themselves": lambda: made(CATALOG, PAGES.replace(b"3 0 R", b"2 0 R"), PAGE, deflated(b"")),
    "more pages than there are": lambda: made(
        CATALOG, PAGES.replace(b"/Count 1", b"/Count 2000000000"), PAGE, deflated(b"")
    ),
    "deep": lambda: made(b"[" * 500_000),
    "a stream longer than the file": lambda: made(CATALOG, PAGES, PAGE, b"<< /Length 99999999999 >>\nstream\nq"),
    "nothing else": lambda: b"%PDF-1.7\n",
    "noise": lambda: b"%PDF-1.7\n" + random.Random(7).randbytes(50_000),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_end_in_a_sentence(content: Callable[[], bytes]) -> None:
    with pytest.raises(Refused) as caught:
        observe_confined(content(), at=AT)
    assert caught.value.sentence.endswith(".")
    assert caught.value.hint


def test_a_damaged_certificate_is_read_as_it_is_or_refused(pdf: bytes) -> None:
    dice = random.Random(11)
    for _ in range(60):
        damaged = bytearray(pdf)
        place = dice.randrange(len(damaged))
        if dice.random() < 0.4:
            del damaged[place:]
        else:
            damaged[place] ^= 1 << dice.randrange(8)
        try:
            found = observe(bytes(damaged), at=AT)
        except Refused as refusal:
            assert refusal.sentence.endswith(".")
        else:
            assert found.kind in {Kind.PDF, Kind.SCAN, Kind.CODE}


def test_what_takes_too_long_is_given_up(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "_PATIENCE", 0.001)
    with pytest.raises(Refused, match="too much memory or time"):
        observe_confined(pdf, at=AT)


def test_the_other_process_speaks_the_same_language() -> None:
    before = speak("es")
    assert before == "es"
    try:
        with pytest.raises(Refused) as caught:
            observe_confined(b"\xff\xfe nothing", at=AT)
        expected = _refusal(b"\xff\xfe nothing")
    finally:
        speak("en")
    assert caught.value.sentence == expected


def _refusal(content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        observe(content, at=AT)
    return caught.value.sentence


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xff\xfe\0", b"{" * (LARGEST_TEXT + 1)])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="neither a PDF nor a picture"):
        observe_text(content)


def test_the_signature_of_the_file_itself_is_checked_where_it_has_one(pdf: bytes, tmp_path: Path) -> None:
    make_pdf_key(tmp_path, provider="Harbour School", secret=b"secret", at=AT)
    key = open_pdf_key(tmp_path, secrets=[b"secret"])
    assert key is not None
    signed = pades.sign(pdf, key, at=AT)
    found = observe_confined(signed, at=AT)
    assert (found.seal, found.additions, found.page) == (True, 0, texts(FACTS))
    place = signed.index(b"/Title (")
    assert observe(signed[:place] + signed[place:].replace(b"/Title (C", b"/Title (D", 1), at=AT).seal is False
    assert observe(signed + b"%\n", at=AT).seal is False


def test_several_pages_are_read_like_scans(harbour: School) -> None:
    numbers = ("CQ-2026-000123", "CQ-2026-000124")
    drawn = [facts(number=number).frozen() for number in numbers]
    proofs = [harbour.proof(one) for one in drawn]
    one = press()
    merged = one.merge([one.draw(each, proof=proof) for each, proof in zip(drawn, proofs, strict=True)])
    found = observe_confined(merged, at=AT)
    assert replace(found, text="") == Observed(kind=Kind.SCAN, codes=tuple(proof.code for proof in proofs))
    assert all(number in found.text for number in numbers)
    assert {verify(Means(at=AT), one).verdict.standing for one in exhibits(found, harbour.notary.keys())} == {
        Standing.VALID
    }


def test_another_name_on_a_copy_with_text_is_found(harbour: School) -> None:
    """Whatever an editor of PDFs leaves of a certificate: no creator, no structure, but the code."""
    signed = facts().frozen()
    forged = press().draw(facts(student_name="Eve Evil").frozen(), proof=harbour.proof(signed))
    copy = press().merge([forged])
    (exhibit,) = exhibits(observe_confined(copy, at=AT), harbour.notary.keys())
    found = verify(Means(at=AT), exhibit)
    assert found.verdict.standing is Standing.ALTERED
    assert [(one.label, one.recorded) for one in found.differences] == [("Name", signed.student_name)]

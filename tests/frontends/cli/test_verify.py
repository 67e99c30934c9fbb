"""`certificate verify` as an auditor uses it: no store, no network, whatever was handed in; nothing is made."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from cequiz.bootstrap import House
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.text import visible
from cequiz.errors import Refused
from cequiz.frontends.cli.app import run
from cequiz.frontends.cli.desk import Desk
from cequiz.services import keykeeping
from cequiz.settings import Settings
from tests.fakes import FakeClock
from tests.frontends.desks import Ran
from tests.papers import facts, press, texts
from tests.sealed import AT, School, school

FACTS = facts().frozen()
GOOD = "Verdict: VALID. It is genuine and in force."
UNCHECKED = "Verdict: VALID when issued; revocation not checked."


@dataclass(frozen=True)
class Auditor:
    """Somebody with an empty machine, a folder, and perhaps a trust file."""

    folder: Path

    def verify(self, *arguments: str, typed: str | None = None, at: datetime = AT) -> Ran:
        """Run the command at an instant."""
        home = self.folder / "home"
        out, err = io.StringIO(), io.StringIO()
        house = House(Settings(home=home, database_url=None, user="auditor"), clock=FakeClock(at))
        stdin = None if typed is None else io.StringIO(typed)
        code = run(["certificate", "verify", *arguments], Desk(house=house, out=out, err=err, stdin=stdin))
        assert not home.exists()
        return Ran(code, out.getvalue(), err.getvalue())

    def file(self, name: str, content: bytes | str) -> str:
        """Put a file into the folder and return its path."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(tmp_path)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> School:
    return school(tmp_path_factory.mktemp("harbour"))


@pytest.fixture
def trust(harbour: School, tmp_path: Path) -> str:
    return str(harbour.trust_file(tmp_path))


def issued(harbour: School, one: Facts = FACTS) -> bytes:
    return press().draw(one, proof=harbour.proof(one))


def scanned(pdf: bytes, *, kind: str = "PNG") -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    target = io.BytesIO()
    document[0].render(scale=150 / 72).to_pil().convert("L").save(target, kind)
    document.close()
    return target.getvalue()


def handed_in(harbour: School, auditor: Auditor) -> dict[str, tuple[str, ...]]:
    """Return what an auditor may type, by what the certificate came as."""
    pdf, proof = issued(harbour), harbour.proof(FACTS)
    return {
        "pdf": (auditor.file("certificate.pdf", pdf),),
        "scan": (auditor.file("scan.png", scanned(pdf)),),
        "jpeg": (auditor.file("scan.jpg", scanned(pdf, kind="JPEG")),),
        "tiff": (auditor.file("scan.tiff", scanned(pdf, kind="TIFF")),),
        "scanned pdf": (auditor.file("scan.pdf", scanned(pdf, kind="PDF")),),
        "code": (proof.code,),
        "lower code": (proof.code.lower(),),
        "bare code": (proof.code.partition("#")[2],),
        "code in a file": (auditor.file("code.txt", proof.code),),
        "credential": (auditor.file("badge.json", proof.credential),),
        "pretty credential": (auditor.file("p.json", json.dumps(json.loads(proof.credential), indent=4)),),
        "pasted credential": (proof.credential,),
    }


@pytest.mark.parametrize(
    "what",
    ["pdf", "scan", "jpeg", "tiff", "scanned pdf", "code", "lower code", "bare code", "code in a file", "credential",
     "pretty credential", "pasted credential"],
)  # fmt: skip
def test_whatever_is_handed_in_shows_every_field_and_who_signed(
    auditor: Auditor, harbour: School, trust: str, what: str
) -> None:
    ran = auditor.verify(*handed_in(harbour, auditor)[what], "--trust", trust)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, GOOD), ran
    for text in texts(FACTS).values():
        assert text in ran.out
    key = harbour.notary.keys()[-1].id
    assert f"Signed by: key {key} = Harbour School, in your trust file" in ran.out
    assert "Status: in force, in the trust file of " in ran.out


def test_a_code_may_come_through_the_input_broken_into_lines(auditor: Auditor, harbour: School, trust: str) -> None:
    code = harbour.proof(FACTS).code
    broken = "\n".join(code[start : start + 60] for start in range(0, len(code), 60))
    assert auditor.verify("-", "--trust", trust, typed=broken).code == 0
    empty = auditor.verify("-", typed="")
    assert (empty.code, empty.err.splitlines()[0]) == (2, "Nothing came in.")
    assert auditor.verify("-").code == 2


def test_without_a_trust_file_nobody_can_say_who_signed(auditor: Auditor, harbour: School) -> None:
    for what in ("pdf", "code", "credential", "scan"):
        ran = auditor.verify(*handed_in(harbour, auditor)[what])
        assert ran.code == 1
        assert "Verdict: UNKNOWN KEY." in ran.out
        assert "which is not known here" in ran.out
        assert "Marisol Ortega-Quinn" in ran.out


def test_the_trust_file_of_another_provider_does_not_vouch(auditor: Auditor, harbour: School, tmp_path: Path) -> None:
    other = school(tmp_path / "other", name="Another School")
    (tmp_path / "theirs").mkdir()
    file = other.trust_file(tmp_path / "theirs")
    for what in ("pdf", "code", "credential"):
        ran = auditor.verify(*handed_in(harbour, auditor)[what], "--trust", str(file))
        assert (ran.code, "Verdict: UNKNOWN KEY." in ran.out) == (1, True)
        assert "Another School" not in ran.out


@pytest.mark.parametrize(
    ("life", "word"),
    [
        (Life.REVOKED, "REVOKED"),
        (Life.SUSPENDED, "SUSPENDED"),
        (Life.SUPERSEDED, "SUPERSEDED"),
        (Life.EXPIRED, "EXPIRED"),
    ],
)
def test_what_has_no_force_says_so(auditor: Auditor, harbour: School, tmp_path: Path, life: Life, word: str) -> None:
    file = str(harbour.trust_file(tmp_path, {7: life}))
    for what in ("pdf", "code", "scan"):
        ran = auditor.verify(*handed_in(harbour, auditor)[what], "--trust", file)
        assert (ran.code, f"Verdict: {word}." in ran.out) == (1, True), ran.out
    found = json.loads(auditor.verify(harbour.proof(FACTS).code, "--trust", file, "--json").out)
    assert (found["standing"], found["valid"], found["status"]["life"]) == (life.value, False, life.value)


def test_old_lists_leave_it_valid_when_issued(auditor: Auditor, harbour: School, trust: str) -> None:
    ran = auditor.verify(harbour.proof(FACTS).code, "--trust", trust, at=AT + timedelta(days=31))
    assert (ran.code, ran.out.splitlines()[-1]) == (0, UNCHECKED)
    assert f"Status: not checked: the list is of {AT.date()}, older than 30 days" in ran.out
    found = json.loads(
        auditor.verify(harbour.proof(FACTS).code, "--trust", trust, "--json", at=AT + timedelta(days=31)).out
    )
    assert (found["valid"], found["status"]["checked"]) == (True, False)
    assert found["status"]["unchecked"] == "old"
    assert found["status"]["as_of"].startswith(str(AT.date()))


def test_public_keys_alone_tell_who_signed_and_nothing_of_revocation(auditor: Auditor, harbour: School) -> None:
    file = auditor.file("keys.json", json.dumps(keykeeping.document(harbour.notary.keys())))
    code = harbour.proof(FACTS).code
    ran = auditor.verify(code, "--trust", file)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, UNCHECKED)
    assert f"Signed by: key {harbour.notary.keys()[-1].id}, in your trust file" in ran.out
    assert "Status: not checked: there are no status lists" in ran.out
    empty = auditor.file("none.json", json.dumps({"format": "cequiz-keys/1", "keys": []}))
    assert auditor.verify(code, "--trust", empty).code == 3


def test_a_trust_file_that_was_changed_or_is_none_is_refused(auditor: Auditor, harbour: School, trust: str) -> None:
    code = harbour.proof(FACTS).code
    changed: dict[str, Any] = json.loads(Path(trust).read_text())
    changed["status"]["revocation"]["validUntil"] = "2099-01-01T00:00:00Z"
    ran = auditor.verify(code, "--trust", auditor.file("changed.json", json.dumps(changed)))
    assert (ran.code, ran.out) == (3, "")
    assert "The trust file was changed" in ran.err
    assert auditor.verify(code, "--trust", auditor.file("no.json", "{}")).code == 3
    assert auditor.verify(code, "--trust", "/nowhere/trust.json").code == 3


def _page_alone(harbour: School) -> bytes:
    return press().draw(FACTS)


def _of_another(harbour: School) -> bytes:
    """Return a page with the signatures of another certificate."""
    return press().draw(facts(ce_hours="61").frozen(), proof=harbour.proof(FACTS))


def _another_code(harbour: School) -> bytes:
    proof = harbour.proof(FACTS)
    code = harbour.proof(facts(student_name="Else").frozen()).code
    return press().draw(FACTS, proof=type(proof)(**{**vars(proof), "code": code}))


def _another_page(harbour: School) -> bytes:
    proof = harbour.proof(FACTS)
    code = f"HTTPS://EVIL.EXAMPLE/V#{proof.code.partition('#')[2]}"
    return press().draw(FACTS, proof=type(proof)(**{**vars(proof), "code": code}))


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (_page_alone, ["Wrong: Signed code: missing", "Wrong: Attached credential: missing"]),
        (
            _another_page,
            [
                "Differs: Address: in the signed code 'HTTPS://EVIL.EXAMPLE/V', "
                "in the attached credential 'HTTPS://HARBOUR.EXAMPLE/V'",
                "The code opens: HTTPS://EVIL.EXAMPLE/V",
            ],
        ),
        (_of_another, ["Differs: Hours: on the page '61 CE hours', in the signed code '16 CE hours'"]),
        (
            _another_code,
            ["Differs: Name: in the attached credential 'Marisol Ortega-Quinn', in the signed code 'Else'"],
        ),
    ],
)
def test_a_pdf_whose_parts_disagree_is_altered_and_tells_every_difference(
    auditor: Auditor, harbour: School, trust: str, forge: Callable[[School], bytes], told: list[str]
) -> None:
    ran = auditor.verify(auditor.file("forged.pdf", forge(harbour)), "--trust", trust)
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "Verdict: ALTERED. It does not read as it was issued.")
    for line in told:
        assert line in ran.out


def test_a_provider_without_a_page_signs_as_well(auditor: Auditor, harbour: School, trust: str) -> None:
    pdf = press().draw(FACTS, proof=harbour.proof(FACTS, verify_at=""))
    ran = auditor.verify(auditor.file("certificate.pdf", pdf), "--trust", trust)
    assert (ran.code, "The code opens: CEQUIZ:V" in ran.out) == (0, True)


def test_a_preview_is_a_specimen(auditor: Auditor, trust: str) -> None:
    ran = auditor.verify(auditor.file("preview.pdf", press().draw(facts(number=None))), "--trust", trust)
    assert (ran.code, "Verdict: SPECIMEN." in ran.out) == (1, True)


def test_a_certificate_of_the_first_layout_needs_its_store(auditor: Auditor, trust: str) -> None:
    old = Path(__file__).parents[2] / "adapters" / "pdf" / "first-layout.pdf"
    ran = auditor.verify(str(old), "--trust", trust)
    assert (ran.code, "Verdict: UNKNOWN." in ran.out) == (1, True)


def test_two_certificates_on_one_picture_are_judged_apart_the_worse_one_first(
    auditor: Auditor, harbour: School, tmp_path: Path
) -> None:
    file = str(harbour.trust_file(tmp_path, {8: Life.REVOKED}))
    second = facts(number="CQ-2026-000124").frozen()
    one = press()
    both = one.merge(
        [one.draw(FACTS, proof=harbour.proof(FACTS)), one.draw(second, proof=harbour.proof(second, index=8))]
    )
    what = auditor.file("both.pdf", both)
    ran = auditor.verify(what, "--trust", file)
    assert ran.code == 1
    assert ran.out.index("CQ-2026-000124") < ran.out.index("Verdict: REVOKED.") < ran.out.index("CQ-2026-000123")
    found = json.loads(auditor.verify(what, "--trust", file, "--json").out)
    assert (found["number"], found["standing"]) == ("CQ-2026-000124", "revoked")
    assert [(other["number"], other["valid"]) for other in found["others"]] == [("CQ-2026-000123", True)]


def test_a_number_alone_needs_the_store(auditor: Auditor) -> None:
    ran = auditor.verify("CQ-2026-000123")
    assert (ran.code, ran.out) == (3, "")
    assert "there is no store here" in ran.err
    assert auditor.verify("something").code == 3
    assert auditor.verify("x" * 5000).code == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.txt", b"Dear auditor, "),
        ("empty.pdf", b""),
        ("cut.pdf", b"%PDF-1.7\n"),
        ("noise.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        ("list.json", b"[]"),
        ("other.json", b'{"a": 1}'),
    ],
)
def test_what_is_no_certificate_is_refused_with_a_sentence(auditor: Auditor, name: str, content: bytes) -> None:
    ran = auditor.verify(auditor.file(name, content))
    assert (ran.code, ran.out) == (3, "")
    assert len(ran.err.splitlines()) >= 1


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien & <b>Sons</b>",
        "</para><b>x</b>",
        "<img src='/etc/hostname'/>",
        "[link=x]click[/link]",
        "%s {0} {name} $HOME \\1",
        "\x1b[31mred",
        "evil\u202egnirts",
        "nul\0nul",
        "very long " * 60,
    ],
)
def test_hostile_names_print_literally_all_the_way_or_are_refused(
    auditor: Auditor, harbour: School, trust: str, name: str
) -> None:
    one = facts(student_name=name).frozen()
    code = auditor.verify(harbour.proof(one).code, "--trust", trust)
    assert code.code == 0
    assert "\x1b" not in code.out
    assert f" {visible(name).rstrip()}\n" in code.out
    try:
        pdf = issued(harbour, one)
    except Refused:
        return  # no font has the character, or the page has no room
    ran = auditor.verify(auditor.file("hostile.pdf", pdf), "--trust", trust)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, GOOD)
    assert f" {name}\n" in ran.out


def test_json_has_the_keys_that_scripts_rely_on(auditor: Auditor, harbour: School, trust: str) -> None:
    what = auditor.file("certificate.pdf", issued(harbour))
    found = json.loads(auditor.verify(what, "--trust", trust, "--json").out)
    assert list(found) == [
        "standing", "valid", "number", "revision", "reason", "kind", "address", "signer", "status",
        "pdf_signature", "fields", "differences", "others",
    ]  # fmt: skip
    assert (found["standing"], found["valid"], found["number"], found["revision"]) == (
        "valid", True, "CQ-2026-000123", 0,
    )  # fmt: skip
    key = harbour.notary.keys()[-1].id
    assert found["signer"] == {"key_id": key, "known": "trust", "name": "Harbour School"}
    assert found["status"] == {
        "checked": True, "life": "issued", "where": "trust", "as_of": "2026-11-23T12:00:00Z", "successor": "",
        "unchecked": None,
    }  # fmt: skip
    assert {field["name"]: field["text"] for field in found["fields"]} == texts(FACTS)
    assert (found["differences"], found["others"], found["kind"]) == ([], [], "pdf")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
@pytest.mark.parametrize("as_trust", [False, True])
def test_a_pipe_into_which_nobody_writes_is_not_waited_for(auditor: Auditor, trust: str, as_trust: bool) -> None:
    pipe = auditor.folder / "pipe.pdf"
    os.mkfifo(pipe)
    ran = auditor.verify(*(["CQ-2026-000123", "--trust", str(pipe)] if as_trust else [str(pipe), "--trust", trust]))
    assert (ran.code, ran.out) == (3, "")
    assert "is not a file" in ran.err


@pytest.mark.parametrize("typed", [" " * 1_000_000 + "!", "A " * 500_000 + "!", "\n" * 1_000_000 + "2", "{" * 200_000])
def test_a_megabyte_of_nonsense_is_refused_at_once_and_shortly(auditor: Auditor, typed: str) -> None:
    ran = auditor.verify("-", typed=typed)
    assert (ran.code, ran.out) == (3, "")
    assert 0 < len(ran.err) < 1000


def test_a_code_and_a_credential_may_begin_with_a_byte_order_mark(
    auditor: Auditor, harbour: School, trust: str
) -> None:
    proof = harbour.proof(FACTS)
    for typed in (proof.code, proof.credential):
        ran = auditor.verify("-", "--trust", trust, typed=f"\ufeff{typed}")
        assert ran.code == 0
        assert "ufeff" not in ran.out


def test_a_name_that_is_painted_over_is_altered(auditor: Auditor, harbour: School, trust: str) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(issued(harbour))) as pdf:
        contents = pdf.pages[0].Contents
        contents.write(contents.read_bytes() + b"\n/Artifact BMC q 1 g 250 360 300 40 re f Q EMC\n")
        pdf.save(target)
    ran = auditor.verify(auditor.file("painted.pdf", target.getvalue()), "--trust", trust)
    assert ran.code == 1
    assert "Wrong: Name: does not look as it reads" in ran.out
    assert "Verdict: ALTERED." in ran.out


def test_the_revision_is_said_in_words(auditor: Auditor, harbour: School, trust: str) -> None:
    first = auditor.verify(harbour.proof(FACTS).code, "--trust", trust).out
    assert [line.split(":", 1)[1].strip() for line in first.splitlines() if line.startswith("Revision:")] == [
        "first issue"
    ]
    note = "Revision 1: replaces certificate CQ-2026-000123 of November 23, 2026; changed: name"
    noted = facts(number="CQ-2026-000123-R1", revision=1, revision_note=note).frozen()
    bare = facts(number="CQ-2026-000123-R2").frozen()
    for one, words in ((noted, note), (bare, "R2, replaces CQ-2026-000123-R1")):
        said = auditor.verify(harbour.proof(one).code, "--trust", trust).out
        lines = [line for line in said.splitlines() if line.startswith("Revision:")]
        assert [line.split(":", 1)[1].strip() for line in lines] == [words]


def test_a_provider_who_has_another_name_today_is_told_of(auditor: Auditor, harbour: School, trust: str) -> None:
    before = facts(provider_name="Old Harbour").frozen()
    ran = auditor.verify(harbour.proof(before).code, "--trust", trust)
    assert ran.code == 0
    assert "The key now belongs to Harbour School; the paper names Old Harbour.\n" in ran.out
    assert "now belongs" not in auditor.verify(harbour.proof(FACTS).code, "--trust", trust).out

"""Verifying with a store at hand: its records are asked of its own certificates, and of nobody else's."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from cequiz.adapters.proof.observing import observe, observe_text
from cequiz.adapters.proof.reading import exhibits, read_trust
from cequiz.domain.canonical import canonical
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.verification import Exhibit, Kind, Source, Standing
from cequiz.errors import NotFound, Refused
from cequiz.services.ports import CertificateRecord, CertificateStatus, Ports
from cequiz.services.verifying import Known, Means, Verification, verify, verify_kept, verify_number
from tests.frontends.desks import fake_ports
from tests.papers import SCHOOL, facts, press
from tests.sealed import AT, School, school

FACTS = facts().frozen()
NUMBER = "CQ-2026-000123"


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> School:
    return school(tmp_path_factory.mktemp("harbour"))


@pytest.fixture
def ports(tmp_path: Path) -> Ports:
    ports = fake_ports(tmp_path)
    with ports.store.write() as unit:
        unit.providers.set(SCHOOL, at=AT)
    return ports


def keep(ports: Ports, harbour: School, one: Facts = FACTS, *, award: str = "W-1", index: int = 7) -> CertificateRecord:
    """Put a certificate into the store as issuing does."""
    proof = harbour.proof(one, index=index)
    pdf = press().draw(one, proof=proof)
    record = CertificateRecord(
        number=one.number or "",
        award_id=award,
        facts=one,
        pdf=pdf,
        sha256=sha256(pdf).hexdigest(),
        issued_at=AT,
        proof=proof,
    )
    with ports.store.write() as unit:
        unit.certificates.add(record, actor="test")
    return record


def become(ports: Ports, number: str, life: Life, reason: str = "asked") -> None:
    with ports.store.write() as unit:
        unit.certificates.add_status(
            CertificateStatus(number=number, status=life.value, reason=reason, actor="test", at=AT)
        )


def means(ports: Ports | None, harbour: School) -> Means:
    return Means(at=AT, own_keys=harbour.notary.keys(), ports=ports)


def verified(by: Means, content: bytes | str) -> Verification:
    """Return what a file or a pasted text is worth."""
    seen = observe_text(content.encode()) if isinstance(content, str) else observe(content, at=by.at)
    (exhibit,) = exhibits(seen, by.keys)
    return verify(by, exhibit, content=content if isinstance(content, bytes) else None)


def test_a_code_and_a_credential_are_compared_with_the_record(ports: Ports, harbour: School) -> None:
    record = keep(ports, harbour)
    assert record.proof is not None
    for text in (record.proof.code, record.proof.credential):
        found = verified(means(ports, harbour), text)
        assert found.verdict.good
        assert (found.answer.where, found.answer.life, found.number) == ("store", Life.ISSUED, NUMBER)
        assert found.signer is not None
        assert (found.signer.known, found.signer.key_id, found.signer.name) == (
            Known.OWN, record.proof.key_id, SCHOOL.name,
        )  # fmt: skip


def test_what_the_provider_signed_but_never_issued_so_is_altered(ports: Ports, harbour: School) -> None:
    keep(ports, harbour)
    other = harbour.proof(facts(ce_hours="61").frozen())
    found = verified(means(ports, harbour), other.code)
    assert found.verdict.standing is Standing.ALTERED
    assert [(one.label, one.printed, one.recorded) for one in found.differences] == [
        ("Hours", "61 CE hours", "16 CE hours")
    ]
    moved = verified(means(ports, harbour), harbour.proof(FACTS, index=8).code)
    assert [one.label for one in moved.differences] == ["Place in the status list"]


def test_a_file_that_reads_alike_but_is_another_is_altered(ports: Ports, harbour: School) -> None:
    record = keep(ports, harbour)
    kept = verify_kept(ports, record.pdf)
    assert kept is not None
    assert kept.verdict.good
    assert kept.signer is not None
    assert verify_kept(ports, record.pdf + b"\n") is None
    found = verified(means(ports, harbour), record.pdf + b"\n")
    assert [one.label for one in found.differences] == ["SHA-256 of the file"]
    assert verified(means(None, harbour), record.pdf + b"\n").verdict.good


@pytest.mark.parametrize("life", [Life.REVOKED, Life.SUSPENDED, Life.EXPIRED, Life.SUPERSEDED])
def test_the_store_knows_the_life_and_the_reason(ports: Ports, harbour: School, life: Life) -> None:
    record = keep(ports, harbour)
    become(ports, NUMBER, life, "hours were wrong")
    assert record.proof is not None
    by = means(ports, harbour)
    for found in (verified(by, record.proof.code), verified(by, record.pdf), verify_number(ports, NUMBER)):
        assert found.verdict.standing == life.value
        assert found.status_reason == "hours were wrong"
        assert found.answer.successor == ""


def test_a_superseded_certificate_names_the_one_that_took_its_place(ports: Ports, harbour: School) -> None:
    old = keep(ports, harbour)
    new = facts(number=f"{NUMBER}-R1", revision=1, revision_note=f"Replaces {NUMBER}").frozen()
    keep(ports, harbour, new, index=8)
    become(ports, NUMBER, Life.SUPERSEDED, "the name was corrected")
    found = verified(means(ports, harbour), old.pdf)
    assert (found.verdict.standing, found.answer.successor) == (Standing.SUPERSEDED, f"{NUMBER}-R1")
    assert verify_number(ports, f"{NUMBER}-R1").verdict.good


def test_another_provider_may_have_given_the_same_number(ports: Ports, harbour: School, tmp_path: Path) -> None:
    keep(ports, harbour)
    theirs = school(tmp_path / "theirs", name="Another School")
    proof = theirs.proof(facts(student_name="Somebody Else").frozen())
    assert verified(means(ports, harbour), proof.code).verdict.standing is Standing.UNKNOWN_KEY
    trust = read_trust(canonical(theirs.trust()).decode())
    found = verified(replace(means(ports, harbour), trust=trust), proof.code)
    assert found.verdict.good
    assert (found.answer.where, found.signer and found.signer.name) == ("trust", "Another School")


def test_only_the_keys_of_a_trust_file_count_where_one_was_given(ports: Ports, harbour: School, tmp_path: Path) -> None:
    record = keep(ports, harbour)
    theirs = school(tmp_path / "theirs", name="Another School")
    trust = read_trust(canonical(theirs.trust()).decode())
    assert record.proof is not None
    found = verified(replace(means(ports, harbour), trust=trust), record.proof.code)
    assert found.verdict.standing is Standing.UNKNOWN_KEY


def test_a_signed_certificate_that_the_store_lost_is_still_signed(ports: Ports, harbour: School) -> None:
    found = verified(means(ports, harbour), harbour.proof(FACTS).code)
    assert found.verdict.good
    assert not found.checked


def test_a_page_alone_is_compared_with_the_record_of_its_number(ports: Ports, harbour: School) -> None:
    keep(ports, harbour)
    page = {field.name: field.text for field in FACTS.printed_fields()}
    by = means(ports, harbour)
    assert verify(by, Exhibit(kind=Kind.PDF, page=page)).verdict.good
    forged = verify(by, Exhibit(kind=Kind.PDF, page={**page, "name": "Somebody Else"}))
    assert [(one.label, one.source) for one in forged.differences] == [("Name", Source.PAGE)]
    unknown = verify(by, Exhibit(kind=Kind.PDF, page={**page, "number": "CQ-2026-999999"}))
    assert unknown.verdict.standing is Standing.UNKNOWN


def test_numbers_need_a_store_that_knows_them(ports: Ports) -> None:
    with pytest.raises(Refused, match="no store here"):
        verify_number(None, NUMBER)
    with pytest.raises(Refused, match="not a certificate number"):
        verify_number(None, "12")
    with pytest.raises(NotFound):
        verify_number(ports, NUMBER)

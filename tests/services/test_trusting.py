"""What auditors are given: it holds what the records say, it verifies without them, and it names nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cequiz.adapters.proof.data_integrity import check_proof
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.adapters.proof.reading import read_trust
from cequiz.domain.credential.lifecycle import Life
from cequiz.errors import NotAllowed, NotFound
from cequiz.services import trusting
from cequiz.services.ports import CertificateRecord, CertificateStatus, Ports
from tests.adapters.proof.provers import AT, PAGE, keys_folder
from tests.builders import NOON
from tests.fakes import FakeClock
from tests.papers import SCHOOL, facts

LIVES = [Life.ISSUED, Life.REVOKED, Life.SUSPENDED, Life.SUPERSEDED, Life.EXPIRED]


@pytest.fixture
def signing(ports: Ports, tmp_path: Path) -> Ports:
    """Return ports with a provider, the real notary and one certificate in each state."""
    made = replace(ports, notary=KeyNotary(keys_folder(tmp_path / "keys")))
    made.notary.make_key(at=AT)
    with made.store.write() as unit:
        unit.providers.set(replace(SCHOOL, verify_at=PAGE), at=NOON)
    for place, life in enumerate(LIVES):
        issue(made, place, life)
    return made


def issue(ports: Ports, place: int, life: Life = Life.ISSUED, *, signed: bool = True) -> None:
    number = f"CQ-2026-{place + 1:06}"
    frozen = facts(number=number, student_name=f"Student {place}").frozen()
    proof = ports.notary.prove(frozen, index=place, at=AT, verify_at=PAGE) if signed else None
    record = CertificateRecord(
        number=number,
        award_id=f"award-{place}",
        facts=frozen,
        pdf=b"%PDF",
        sha256=f"{place:064}",
        issued_at=NOON,
        proof=proof,
    )
    with ports.store.write() as unit:
        unit.certificates.add(record, actor="os:tester")
        if life is not Life.ISSUED:
            unit.certificates.add_status(
                CertificateStatus(number=number, status=str(life), reason="a reason", actor="os:tester", at=NOON)
            )


def test_the_file_says_of_every_certificate_what_became_of_it(signing: Ports) -> None:
    trust = read_trust(json.dumps(trusting.export(signing)))
    assert (trust.provider, trust.verify_at, trust.keys) == ("Harbour School", PAGE, signing.notary.keys())
    assert [trust.answer(place, NOON).life for place in range(len(LIVES))] == LIVES


def test_the_file_grows_old_after_thirty_days(signing: Ports) -> None:
    trust = read_trust(json.dumps(trusting.export(signing)))
    assert trust.answer(0, NOON + timedelta(days=29)).life is Life.ISSUED
    assert trust.answer(0, NOON + timedelta(days=31)).life is None


def test_the_file_names_no_student(signing: Ports) -> None:
    text = json.dumps(trusting.export(signing))
    assert "Student" not in text
    assert "CQ-2026" not in text


def test_certificates_from_before_signatures_have_no_place_in_the_lists(signing: Ports) -> None:
    issue(signing, len(LIVES), Life.REVOKED, signed=False)
    trust = read_trust(json.dumps(trusting.export(signing)))
    assert trust.answer(len(LIVES), NOON).life is Life.ISSUED
    head: Any = trusting.head(signing)
    assert head["credentialSubject"]["size"] == len(LIVES) + 1


def test_the_file_after_a_new_key_holds_both_keys_and_is_signed_by_the_new_one(signing: Ports) -> None:
    signing.notary.rotate(at=AT + timedelta(days=1))
    document: Any = trusting.export(signing)
    trust = read_trust(json.dumps(document))
    assert trust.keys == signing.notary.keys()
    assert check_proof(document["status"]["revocation"], trust.keys).key == trust.keys[-1]


def test_without_a_provider_or_a_key_there_is_no_file(ports: Ports, tmp_path: Path) -> None:
    bare = replace(ports, notary=KeyNotary(keys_folder(tmp_path / "keys")))
    with pytest.raises(NotFound, match="No provider is set"):
        trusting.export(bare)
    with bare.store.write() as unit:
        unit.providers.set(SCHOOL, at=NOON)
    with pytest.raises(NotFound, match="no key yet"):
        trusting.export(bare)
    with pytest.raises(NotAllowed, match="no key yet"):
        trusting.head(bare)


def test_the_head_changes_with_every_certificate_and_the_log_begins_with_the_old_one(
    signing: Ports, clock: FakeClock
) -> None:
    before: Any = trusting.head(signing)
    clock.advance(timedelta(days=1))
    issue(signing, len(LIVES))
    after: Any = trusting.head(signing)
    old, new = before["credentialSubject"], after["credentialSubject"]
    assert (old["size"], new["size"]) == (len(LIVES), len(LIVES) + 1)
    assert old["root"] != new["root"]
    assert trusting.begins_with(signing, size=old["size"], root=old["root"])
    assert trusting.begins_with(signing, size=new["size"], root=new["root"])
    assert not trusting.begins_with(signing, size=new["size"], root=old["root"])
    assert not trusting.begins_with(signing, size=new["size"] + 1, root=new["root"])


def test_there_is_no_proof_of_a_certificate_that_was_never_issued(signing: Ports) -> None:
    with pytest.raises(NotFound, match="CQ-2026-000099"):
        trusting.prove(signing, "CQ-2026-000099")


def test_there_is_no_proof_from_a_head_that_is_longer_than_the_log(signing: Ports) -> None:
    with pytest.raises(NotFound, match="never had 99"):
        trusting.prove(signing, "CQ-2026-000001", since=(99, {}))

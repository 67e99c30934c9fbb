"""`cequiz keys`, `trust` and `log`: what a provider gives to others, and what others can do with it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cequiz.adapters.proof.data_integrity import check_proof
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.services.ports import CertificateRecord, Ports
from tests.adapters.proof.provers import AT, PAGE, keys_folder
from tests.builders import NOON
from tests.frontends.desks import Ran, command, fake_ports
from tests.papers import SCHOOL, facts
from tests.services.earned import audit

NUMBER = "CQ-2026-000001"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    keys_folder(tmp_path / "home" / "keys")
    return tmp_path / "home"


@pytest.fixture
def ports(home: Path) -> Ports:
    """Return ports with a provider and the real notary."""
    made = replace(fake_ports(home), notary=KeyNotary(home / "keys"))
    with made.store.write() as unit:
        unit.providers.set(replace(SCHOOL, verify_at=PAGE), at=NOON)
    return made


def issue(ports: Ports, number: str = NUMBER, *, signed: bool = True) -> None:
    with ports.store.write() as unit:
        index = unit.certificates.count()
        frozen = facts(number=number).frozen()
        proof = ports.notary.prove(frozen, index=index, at=AT, verify_at=PAGE) if signed else None
        record = CertificateRecord(
            number=number, award_id=number, facts=frozen, pdf=b"%PDF", sha256=number, issued_at=NOON, proof=proof
        )
        unit.certificates.add(record, actor="os:tester")


def test_a_key_is_made_listed_replaced_and_given_to_others(ports: Ports, home: Path, tmp_path: Path) -> None:
    def run(*words: str) -> Ran:
        return command(ports, *words, home=home)

    assert run("keys", "list").err.startswith("The provider has no key yet.")
    assert run("keys", "rotate").code == 3
    assert run("keys", "export").code == 3
    made = run("keys", "create")
    again = run("keys", "create")
    assert (made.code, again.code) == (0, 3)
    assert "cequiz keys rotate" in again.err
    new = run("keys", "rotate", "--reason", "the laptop was stolen", "--json")
    assert audit(ports)[-1].details["reason"] == "the laptop was stolen"
    key = json.loads(new.out)
    assert "new trust file" in new.err
    listed = json.loads(run("keys", "list", "--json").out)
    assert [one["id"] for one in listed] == [made.out.strip(), key["id"]]
    assert run("keys", "list").out.splitlines()[2].split()[:3] == [key["id"], "2026-11-22", "in"]
    file = tmp_path / "public.json"
    assert run("keys", "export", str(file)).out.strip() == str(file)
    assert json.loads(file.read_text()) == json.loads(run("keys", "export").out)
    assert "PRIVATE" not in file.read_text()


def test_a_passphrase_is_asked_for_and_too_short_ones_are_refused(ports: Ports, home: Path) -> None:
    short = command(ports, "keys", "create", "--passphrase", typed="short\n", home=home)
    assert (short.code, KeyNotary(home / "keys").keys()) == (3, ())
    assert command(ports, "keys", "create", "--passphrase", home=home).code == 2
    made = command(ports, "keys", "create", "--passphrase", typed="correct horse battery\n", home=home)
    assert made.code == 0
    issued = command(replace(ports, notary=KeyNotary(home / "keys")), "log", "head", home=home)
    assert issued.code == 3
    assert "CEQUIZ_KEY_PASSPHRASE" in issued.err
    opened = replace(ports, notary=KeyNotary(home / "keys", passphrase="correct horse battery"))
    assert command(opened, "log", "head", home=home).code == 0


def test_the_key_for_pdf_files_is_made_beside_the_other_one(ports: Ports, home: Path) -> None:
    pytest.importorskip("pyhanko")
    first = command(ports, "keys", "create", home=home)
    second = command(ports, "keys", "create", "--pdf", home=home)
    assert (second.code, second.out) == (0, first.out)
    assert "SHA-256 of the root certificate" in second.err
    with ports.store.read() as unit:
        record = unit.audit.all()[-1]
    assert (record.deed, record.subject in second.err) == ("key.made_for_pdf", True)
    assert command(ports, "keys", "create", "--pdf", home=home).code == 3


def test_an_auditor_checks_a_proof_with_the_trust_file_and_no_store(ports: Ports, home: Path, tmp_path: Path) -> None:
    command(ports, "keys", "create", home=home)
    issue(ports)
    old, proof, trust = (str(tmp_path / name) for name in ("old.json", "proof.json", "trust.json"))
    assert command(ports, "log", "head", old, home=home).code == 0
    issue(ports, "CQ-2026-000002")
    assert command(ports, "trust", "export", trust, home=home).code == 0
    assert command(ports, "log", "prove", "CQ-2026-000002", proof, "--since", old, home=home).code == 0

    elsewhere = tmp_path / "elsewhere"
    lone = command(ports, "log", "check", proof, home=elsewhere)
    assert (lone.code, "not known here" in lone.err) == (1, True)
    checked = command(ports, "log", "check", proof, "--trust", trust, home=elsewhere)
    assert checked.code == 0
    assert "Marisol Ortega-Quinn" in checked.out
    assert "Continues the head of" in checked.out
    assert "not compared" in checked.err
    described = json.loads(command(ports, "log", "check", proof, "--trust", trust, "--json", home=elsewhere).out)
    assert (described["number"], described["valid"], described["since"]["size"]) == ("CQ-2026-000002", True, 1)
    assert not elsewhere.exists()


def test_a_changed_proof_is_refused(ports: Ports, home: Path, tmp_path: Path) -> None:
    command(ports, "keys", "create", home=home)
    issue(ports)
    made = json.loads(command(ports, "log", "prove", NUMBER, home=home).out)
    made["facts"]["student_name"] = "Somebody Else"
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(made))
    assert command(ports, "log", "check", str(file), home=home).code == 1


def test_a_store_that_lost_a_certificate_is_found_out_by_an_older_head(
    ports: Ports, home: Path, tmp_path: Path
) -> None:
    command(ports, "keys", "create", home=home)
    issue(ports)
    issue(ports, "CQ-2026-000002")
    head = str(tmp_path / "head.json")
    command(ports, "log", "head", head, home=home)
    compared = command(ports, "log", "check", head, home=home)
    assert (compared.code, "begins with" in compared.err) == (0, True)
    poorer = replace(fake_ports(home), notary=ports.notary)
    issue(poorer, "CQ-2026-000002")
    found = command(poorer, "log", "check", head, home=home)
    assert (found.code, "removed or changed" in found.err) == (1, True)


def test_a_seal_carries_the_head_of_the_log(ports: Ports, home: Path, tmp_path: Path) -> None:
    seal = str(tmp_path / "seal.json")
    assert command(ports, "audit", "seal", seal, home=home).code == 0
    assert "log" not in json.loads(Path(seal).read_text())
    command(ports, "keys", "create", home=home)
    issue(ports)
    command(ports, "audit", "seal", seal, home=home)
    assert command(ports, "audit", "verify", "--anchors", seal, home=home).code == 0
    assert "Certificates: 1" in command(ports, "log", "check", seal, home=home).out


def test_the_verification_page_is_one_file(ports: Ports, home: Path, tmp_path: Path) -> None:
    command(ports, "keys", "create", home=home)
    page = tmp_path / "index.html"
    assert command(ports, "trust", "page", str(page), home=home).code == 0
    assert KeyNotary(home / "keys").keys()[0].public in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_gets_the_page_and_the_lists_that_certificates_name(
    ports: Ports, home: Path, tmp_path: Path, there: bool
) -> None:
    command(ports, "keys", "create", home=home)
    issue(ports)
    site = tmp_path / "V"
    if there:
        site.mkdir()
        (site / "STATUS").write_text("an old one")
    ran = command(ports, "trust", "page", str(site) if there else f"{site}/", home=home)
    names = ["STATUS", "STATUS-SUSPENSION", "STATUS-SUPERSEDED", "STATUS-EXPIRED", "index.html"]
    assert (ran.code, ran.out.splitlines()) == (0, [str(site / name) for name in names])
    assert sorted(path.name for path in site.iterdir()) == sorted(names)
    lists = {name: json.loads((site / name).read_text(encoding="utf-8")) for name in names[:-1]}
    keys = KeyNotary(home / "keys").keys()
    for name, one in lists.items():
        assert one["id"] == f"{PAGE}/{name}", "it is found at the address that it names"
        assert check_proof(one, keys).good
    with ports.store.read() as unit:
        record = unit.certificates.get(NUMBER)
    assert record is not None and record.proof is not None
    status = json.loads(record.proof.credential)["credentialStatus"]
    assert status["statusListCredential"] == lists["STATUS"]["id"]
    assert status["statusPurpose"] == lists["STATUS"]["credentialSubject"]["statusPurpose"]


def test_a_folder_that_cannot_be_written_is_left_without_drafts(ports: Ports, home: Path, tmp_path: Path) -> None:
    command(ports, "keys", "create", home=home)
    site = tmp_path / "V"
    (site / "index.html").mkdir(parents=True)  # in the way of the last file
    refused = command(ports, "trust", "page", str(site), home=home)
    assert (refused.code, "cannot be written" in refused.err) == (4, True)
    assert not [path for path in site.iterdir() if path.name.startswith(".")]


def test_the_credential_is_written_as_it_was_issued(ports: Ports, home: Path, tmp_path: Path) -> None:
    command(ports, "keys", "create", home=home)
    issue(ports)
    file = tmp_path / "badge.json"
    assert command(ports, "certificate", "credential", NUMBER, str(file), home=home).code == 0
    with ports.store.read() as unit:
        record = unit.certificates.get(NUMBER)
    assert record is not None and record.proof is not None
    assert file.read_text(encoding="utf-8") == f"{record.proof.credential}\n"
    both: Any = json.loads(command(ports, "certificate", "credential", NUMBER, "--suite", "rdfc", home=home).out)
    assert [one["cryptosuite"] for one in both["proof"]] == ["eddsa-jcs-2022", "eddsa-rdfc-2022"]


def test_a_certificate_from_before_signatures_has_no_credential(ports: Ports, home: Path) -> None:
    issue(ports, signed=False)
    refused = command(ports, "certificate", "credential", NUMBER, home=home)
    assert (refused.code, "before certificates were signed" in refused.err) == (3, True)


@pytest.mark.parametrize("words", [("trust", "export"), ("trust", "page"), ("keys", "export"), ("log", "head")])
def test_a_file_that_cannot_be_written_is_a_sentence(ports: Ports, home: Path, words: tuple[str, str]) -> None:
    command(ports, "keys", "create", home=home)
    refused = command(ports, *words, str(home / "nowhere" / "file"), home=home)
    assert (refused.code, "cannot be written" in refused.err) == (4, True)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b"{}"])
def test_a_file_that_is_no_proof_is_a_sentence(ports: Ports, home: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "proof.json"
    file.write_bytes(content)
    assert command(ports, "log", "check", str(file), home=home).code == 3
    assert command(ports, "log", "check", str(tmp_path / "none.json"), home=home).code == 3

"""From the command that issues to the page that checks: what this program writes, the page believes, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cequiz.adapters.proof.notary import KeyNotary
from cequiz.clock import SystemClock
from cequiz.services import loading
from cequiz.services.ports import Ports
from tests.builders import bank, course
from tests.frontends.cli.test_commands import PROVIDER, ZONE, passed
from tests.frontends.desks import command, fake_ports, universal_time
from tests.papers import press
from tests.storing import open_store
from tests.web.conftest import Browser
from tests.web.making import VERIFY_AT


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    """Return a house that signs with a key of its own and draws real pages."""
    open_store(tmp_path).close()  # for the store's key, which locks the provider's
    with universal_time(monkeypatch):
        made = replace(fake_ports(tmp_path), clock=SystemClock(), notary=KeyNotary(tmp_path / "keys"), press=press())
        loading.load(made, banks=[bank()], courses=[course()], actor="test")
        yield made


def said(ports: Ports, *arguments: str) -> str:
    """Run a command and return what it printed."""
    ran = command(ports, *arguments, home=ports.folder.parent)
    assert ran.code == 0, ran.err
    return ran.out.strip()


def issued(ports: Ports, name: str) -> str:
    """Return the number of a certificate of somebody who has just passed."""
    student = said(ports, "student", "add", "--name", name, "--email", f"{len(name)}@example.org")
    passed(ports, student)
    said(ports, "evaluate", "course", "--student", student, "--decline")
    known = json.loads(said(ports, "certificate", "list", "--json"))
    return str(known[-1]["number"])


def published(ports: Ports, browser: Browser, folder: Path) -> None:
    """Open the page as `trust page` writes it now."""
    said(ports, "trust", "page", str(folder / "page.html"))
    browser.open_page((folder / "page.html").read_text("utf-8"))


def file_of(ports: Ports, number: str) -> Path:
    """Return the file of a certificate."""
    (file,) = ports.folder.glob(f"**/{number}*.pdf")
    return file


def test_a_certificate_is_believed_until_it_is_revoked_and_after_the_key_has_changed(
    ports: Ports, browser: Browser, tmp_path: Path
) -> None:
    said(ports, "provider", "set", *PROVIDER, *ZONE, "--verify-at", VERIFY_AT)
    first = issued(ports, "Zoë <Müller> & Σία")
    published(ports, browser, tmp_path)
    assert browser.choose(file_of(ports, first)) == "in_force"
    assert browser.fields()["name"] == "Zoë <Müller> & Σία"
    with ports.store.read() as unit:
        record = unit.certificates.get(first)
    assert record is not None
    assert record.proof is not None
    assert browser.paste(record.proof.code) == "in_force"
    assert browser.fields() == {field.name: field.text for field in record.facts.printed_fields()}
    assert browser.paste(record.proof.credential) == "in_force"

    said(ports, "keys", "rotate")
    second = issued(ports, "Ann After")
    assert browser.choose(file_of(ports, second)) == "unknown_key", "the page is from before the new key"
    said(ports, "certificate", "revoke", first, "--reason", "issued in error")
    published(ports, browser, tmp_path)
    assert browser.choose(file_of(ports, second)) == "in_force"
    assert browser.choose(file_of(ports, first)) == "revoked"
    assert "in use until" in browser.text("facts")
    assert browser.text("log-known").endswith(": 2")


def test_a_certificate_with_a_signature_in_the_file_itself_is_read_as_well(
    ports: Ports, browser: Browser, tmp_path: Path
) -> None:
    pytest.importorskip("pyhanko", reason="pyHanko is not installed: files are not signed themselves")
    said(ports, "provider", "set", *PROVIDER, *ZONE, "--verify-at", VERIFY_AT)
    said(ports, "keys", "create", "--pdf")
    number = issued(ports, "Ann Signed")
    published(ports, browser, tmp_path)
    file = file_of(ports, number)
    assert b"/ByteRange" in file.read_bytes()
    assert browser.choose(file) == "in_force"

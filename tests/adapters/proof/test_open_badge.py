"""The credential says what the page says, in the words of Open Badges 3.0."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cequiz.errors import NotAllowed
from tests.adapters.proof.provers import AT, PAGE, notary, proof
from tests.papers import facts


def document(folder: Path, **changes: Any) -> dict[str, Any]:
    signs = notary(folder / "keys")
    made = signs.prove(facts(**changes).frozen(), index=7, at=AT, verify_at=PAGE)
    found: dict[str, Any] = json.loads(made.credential)
    return found


def test_every_printed_field_is_in_it_word_for_word(tmp_path: Path) -> None:
    name = "Zoë <b>O'Brien</b> & محمد"
    subject = document(tmp_path, student_name=name)["credentialSubject"]
    expected = [[one.name, one.text] for one in facts(student_name=name).frozen().printed_fields()]
    assert subject["printed"] == expected
    assert subject["identifier"][0]["identityHash"] == name


def test_it_has_what_open_badges_requires(tmp_path: Path) -> None:
    badge = document(tmp_path)
    achievement = badge["credentialSubject"]["achievement"]
    assert badge["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert badge["issuer"]["id"].startswith("did:key:z6Mk")
    assert badge["validFrom"] == "2026-11-22T12:00:00Z"
    assert {"id", "type", "name", "description", "criteria"} <= set(achievement)
    assert isinstance(badge["proof"], list)


def test_hours_are_a_number_only_where_nothing_can_round_them(tmp_path: Path) -> None:
    assert document(tmp_path / "a")["credentialSubject"]["creditsEarned"] == 16
    for hours in ("1.5", "sixteen", "NaN", "Infinity"):
        assert "creditsEarned" not in document(tmp_path / hours, ce_hours=hours)["credentialSubject"]


def test_it_names_its_place_in_the_list_of_revocations(tmp_path: Path) -> None:
    assert document(tmp_path)["credentialStatus"] == {
        "id": "https://example.org/V/STATUS#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://example.org/V/STATUS",
    }


def test_a_provider_without_a_page_names_its_key(tmp_path: Path) -> None:
    signs = notary(tmp_path / "keys")
    status = json.loads(proof(signs, verify_at="").credential)["credentialStatus"]
    assert status["statusListCredential"] == f"urn:cequiz:status:{signs.keys()[0].id}"


def test_a_specimen_is_never_signed(tmp_path: Path) -> None:
    signs = notary(tmp_path / "keys")
    with pytest.raises(NotAllowed, match="SPECIMEN"):
        signs.prove(facts(number=None), index=0, at=AT, verify_at="")


def test_a_certificate_without_score_and_licence_says_nothing_of_them(tmp_path: Path) -> None:
    subject = document(tmp_path, score="", pass_mark="", licences=())["credentialSubject"]
    assert not {"result", "licenseNumber"} & set(subject)
    assert subject["achievement"]["criteria"]["narrative"] == "The course was completed."

"""Proofs on credentials: the recommendation's own example, and nothing in a signed credential can be changed."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cequiz.adapters.proof.base_texts import from_base58
from cequiz.adapters.proof.data_integrity import add_proof, canonical_text, check_proof, did_of
from cequiz.domain.credential.proof import PublicKey
from tests.adapters.proof.provers import notary, proof

# W3C Data Integrity EdDSA Cryptosuites v1.0, appendix on eddsa-jcs-2022.
EXAMPLE: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
EXAMPLE_SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
EXAMPLE_PROOF = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"


def example_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(from_base58(EXAMPLE_SECRET[1:])[2:])


def test_the_example_of_the_recommendation_is_signed_as_there() -> None:
    signed = add_proof(EXAMPLE, key=example_key(), at=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC))
    made: Any = signed["proof"]
    assert made[0]["proofValue"] == EXAMPLE_PROOF
    assert made[0]["verificationMethod"].startswith("did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#")


def test_a_key_has_the_did_that_other_makers_give_it() -> None:
    public = bytes.fromhex("2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6")
    assert did_of(public) == "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Any]:
    signs = notary(tmp_path_factory.mktemp("house") / "keys")
    return json.loads(proof(signs).credential), signs.keys()


def test_a_credential_is_good_and_its_signer_known(signed: tuple[dict[str, Any], Any]) -> None:
    document, keys = signed
    checked = check_proof(document, keys)
    assert (checked.good, checked.key, checked.key_id) == (True, keys[0], keys[0].id)
    stranger = check_proof(document, ())
    assert (stranger.good, stranger.key, stranger.key_id) == (True, None, keys[0].id)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every leaf of a document."""
    if isinstance(value, dict):
        return [place for name, inner in value.items() for place in _places(inner, (*path, name))]
    if isinstance(value, list):
        return [place for number, inner in enumerate(value) for place in _places(inner, (*path, number))]
    return [path]


def _changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 8
    return f"{value}x" if isinstance(value, str) else "x"


def test_every_changed_value_is_refused(signed: tuple[dict[str, Any], Any]) -> None:
    document, keys = signed
    accepted = []
    for place in _places(document):
        other = copy.deepcopy(document)
        holder = other
        for step in place[:-1]:
            holder = holder[step]
        holder[place[-1]] = _changed(holder[place[-1]])
        if check_proof(other, keys).good:
            accepted.append(place)
    assert accepted == []


def test_every_flipped_bit_of_the_signature_is_refused(signed: tuple[dict[str, Any], Any]) -> None:
    document, keys = signed
    value = document["proof"][0]["proofValue"]
    for place, letter in enumerate(value):
        for other in {chr(ord(letter) ^ 1 << bit) for bit in range(7)}:
            changed = copy.deepcopy(document)
            changed["proof"][0]["proofValue"] = value[:place] + other + value[place + 1 :]
            assert not check_proof(changed, keys).good


@pytest.mark.parametrize("name", ["name", "validFrom", "credentialStatus", "credentialSubject"])
def test_what_was_left_out_is_missed(signed: tuple[dict[str, Any], Any], name: str) -> None:
    document, keys = signed
    assert not check_proof({key: value for key, value in document.items() if key != name}, keys).good


def test_what_was_added_is_seen(signed: tuple[dict[str, Any], Any]) -> None:
    document, keys = signed
    assert not check_proof({**document, "validUntil": "2030-01-01T00:00:00Z"}, keys).good


def test_who_signs_for_somebody_else_is_refused() -> None:
    victim = did_of(bytes(32))
    document = {**EXAMPLE, "issuer": {"id": victim}}
    assert not check_proof(add_proof(document, key=example_key(), at=datetime(2026, 1, 1, tzinfo=UTC)), ()).good


@pytest.mark.parametrize(
    "proofs",
    [
        None,
        [],
        "text",
        [3],
        {"cryptosuite": "eddsa-jcs-2022"},
        [{"cryptosuite": "eddsa-jcs-2022", "type": "DataIntegrityProof", "proofPurpose": "assertionMethod"}],
        [
            {
                "cryptosuite": "eddsa-jcs-2022",
                "type": "DataIntegrityProof",
                "proofPurpose": "assertionMethod",
                "verificationMethod": "did:key:z6Mk#z6Mk",
                "proofValue": "z1",
            }
        ],
    ],
)
def test_a_document_without_a_sound_proof_is_signed_by_nobody(proofs: Any) -> None:
    checked = check_proof({**EXAMPLE, "proof": proofs}, ())
    assert (checked.good, checked.key) == (False, None)


def test_two_proofs_of_one_kind_are_none(signed: tuple[dict[str, Any], Any]) -> None:
    document, keys = signed
    assert not check_proof({**document, "proof": document["proof"] * 2}, keys).good


def test_the_same_certificate_gives_the_same_credential(tmp_path: Path) -> None:
    signs = notary(tmp_path / "keys")
    first, second = proof(signs), proof(signs)
    assert first == second
    assert canonical_text(json.loads(first.credential)) == first.credential


def test_another_key_that_has_the_id_of_a_known_one_is_not_known() -> None:
    document = {**EXAMPLE, "issuer": did_of(example_key().public_key().public_bytes_raw())}
    document = add_proof(document, key=example_key(), at=datetime(2026, 11, 22, tzinfo=UTC))
    named = check_proof(document, []).key_id
    assert check_proof(document, [PublicKey(id=named, public="ab" * 32, made_at="")]).key is None

"""Another maker's verifier (`@digitalbazaar/vc`) agrees with us; it needs Node and its packages, see `tests/npm`."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cequiz.adapters.proof.keyring import Keyring
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.adapters.proof.rdf import add_rdf_proof
from cequiz.domain.credential.status_list import encode
from tests.adapters.proof.provers import PAGE, notary, proof

MODULES = Path(os.environ.get("CEQUIZ_TEST_NODE_MODULES", "/nowhere"))
SCRIPT = Path(__file__).resolve().parents[2] / "npm" / "verify.mjs"
CONTEXTS = Path(add_rdf_proof.__code__.co_filename).parent / "contexts"

needs_node = pytest.mark.skipif(
    not (MODULES / "@digitalbazaar" / "vc").is_dir() or shutil.which("node") is None,
    reason="Node or @digitalbazaar/vc is missing: npm install in tests/npm, and set CEQUIZ_TEST_NODE_MODULES",
)


@pytest.fixture(scope="module")
def signs(tmp_path_factory: pytest.TempPathFactory) -> KeyNotary:
    return notary(tmp_path_factory.mktemp("house") / "keys")


def credential(signs: KeyNotary) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(proof(signs).credential)
    return found


def status_list(signs: KeyNotary, *places: int) -> Any:
    """Return the list of revocations with these places set."""
    return signs.seal(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": f"{PAGE}/STATUS",
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "validFrom": "2026-11-22T12:00:00Z",
            "credentialSubject": {
                "id": f"{PAGE}/STATUS#list",
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": encode(places),
            },
        }
    )


def ask(document: dict[str, Any], revocations: Any) -> dict[str, Any]:
    """Return what the other verifier says."""
    badges = json.loads((CONTEXTS / "open-badges-3.0.3.json").read_text(encoding="utf-8"))
    question = {
        "credential": document,
        "documents": {
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": badges,
            f"{PAGE}/STATUS": revocations,
        },
        "modules": str(MODULES),
        "now": "2026-11-23T00:00:00Z",
    }
    done = subprocess.run(
        ["node", str(SCRIPT)], input=json.dumps(question), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@needs_node
def test_it_accepts_our_credential(signs: KeyNotary) -> None:
    assert ask(credential(signs), status_list(signs)) == {"verified": True, "statuses": [False], "words": []}


@needs_node
def test_it_refuses_a_changed_one(signs: KeyNotary) -> None:
    document = credential(signs)
    document["credentialSubject"]["creditsEarned"] = 24
    said = ask(document, status_list(signs))
    assert not said["verified"]
    assert "Invalid signature." in said["words"]


@needs_node
def test_it_sees_that_one_was_revoked(signs: KeyNotary) -> None:
    assert ask(credential(signs), status_list(signs, 6, 8))["statuses"] == [False]
    assert ask(credential(signs), status_list(signs, 7))["statuses"] == [True]


@needs_node
def test_it_refuses_a_changed_status_list(signs: KeyNotary) -> None:
    revocations = copy.deepcopy(status_list(signs, 7))
    revocations["credentialSubject"]["encodedList"] = encode([])
    assert not ask(credential(signs), revocations)["verified"]


@needs_node
def test_it_accepts_the_second_proof_and_refuses_it_on_a_changed_credential(signs: KeyNotary) -> None:
    both: Any = add_rdf_proof(signs.keyring, credential(signs))
    assert ask(both, status_list(signs))["verified"]
    alone: Any = {**both, "proof": [both["proof"][1]]}
    assert ask(alone, status_list(signs))["verified"]
    alone["credentialSubject"]["printed"][0][1] = "Another provider"
    assert not ask(alone, status_list(signs))["verified"]


def test_the_second_proof_leaves_the_first_as_it_was(signs: KeyNotary) -> None:
    document = credential(signs)
    both: Any = add_rdf_proof(signs.keyring, document)
    assert both["proof"][0] == document["proof"][0]
    assert both["proof"][1]["cryptosuite"] == "eddsa-rdfc-2022"
    assert add_rdf_proof(signs.keyring, document) == both
    assert {**both, "proof": document["proof"]} == document


def test_nothing_that_was_changed_gets_a_second_proof(signs: KeyNotary, tmp_path: Path) -> None:
    from cequiz.errors import Refused

    document = credential(signs)
    document["name"] = "Another"
    with pytest.raises(Refused, match="not one that this provider has signed"):
        add_rdf_proof(signs.keyring, document)
    stranger = Keyring(tmp_path / "provider", store_key=tmp_path / "store.key")
    with pytest.raises(Refused, match="not one that this provider has signed"):
        add_rdf_proof(stranger, credential(signs))

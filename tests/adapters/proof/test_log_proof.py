"""Proofs from the log: they show one certificate, and nothing else passes for one."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from cequiz.adapters.proof.log_proof import check_log_proof, read_head
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.domain.canonical import Json, canonical
from cequiz.domain.credential import merkle
from cequiz.errors import CequizError, FoundProblems, Refused
from tests.adapters.proof.provers import notary
from tests.papers import facts

NUMBERS = [f"CQ-2026-{place:06}" for place in range(1, 6)]
FACTS = [facts(number=number).frozen().to_json() for number in NUMBERS]
LEAVES = [merkle.leaf_hash(canonical(one)) for one in FACTS]


@pytest.fixture(scope="module")
def signs(tmp_path_factory: pytest.TempPathFactory) -> KeyNotary:
    return notary(tmp_path_factory.mktemp("house") / "keys")


def head(signs: KeyNotary, size: int) -> Any:
    root = merkle.root(LEAVES[:size]).hex()
    at = "2026-11-22T12:00:00Z"
    subject: dict[str, Json] = {"type": "CertificateLogHead", "size": size, "root": root, "at": at}
    return signs.seal(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential"],
            "validFrom": at,
            "credentialSubject": subject,
        }
    )


def proof(signs: KeyNotary, index: int = 2, *, since: int = 3) -> Any:
    made = {
        "format": "cequiz-log-proof/1",
        "number": NUMBERS[index],
        "index": index,
        "facts": FACTS[index],
        "path": [one.hex() for one in merkle.inclusion(LEAVES, index)],
        "head": head(signs, len(LEAVES)),
        "since": {"head": head(signs, since), "path": [one.hex() for one in merkle.consistency(LEAVES, since)]},
    }
    return json.loads(json.dumps(made))


def test_a_proof_shows_its_certificate_and_the_older_head(signs: KeyNotary) -> None:
    shown = check_log_proof(proof(signs), signs.keys())
    assert (shown.number, shown.index, shown.head.size) == (NUMBERS[2], 2, 5)
    assert shown.since is not None and shown.since.size == 3
    assert ("name", "Name", "Marisol Ortega-Quinn") in shown.printed


def _changes(document: Any) -> list[Any]:
    def changed(**new: Any) -> Any:
        return {**copy.deepcopy(document), **new}

    other = copy.deepcopy(document)
    other["facts"]["student_name"] = "Somebody Else"
    since = copy.deepcopy(document["since"])
    since["path"][0] = "00" * 32
    return [
        other,
        changed(index=1),
        changed(number=NUMBERS[0]),
        changed(path=document["path"][:-1]),
        changed(path=["00" * 32, *document["path"][1:]]),
        changed(head=document["since"]["head"]),
        changed(since=since),
    ]


@pytest.mark.parametrize("place", range(7))
def test_a_changed_proof_shows_nothing(signs: KeyNotary, place: int) -> None:
    with pytest.raises(FoundProblems):
        check_log_proof(_changes(proof(signs))[place], signs.keys())


def test_a_changed_head_is_refused(signs: KeyNotary) -> None:
    changed = head(signs, 4)
    changed["credentialSubject"]["size"] = 5
    with pytest.raises(FoundProblems, match="does not fit"):
        read_head(changed, signs.keys())


def test_a_head_of_another_provider_is_not_believed(signs: KeyNotary, tmp_path: Path) -> None:
    stranger = notary(tmp_path / "keys")
    with pytest.raises(FoundProblems, match="not known here"):
        read_head(head(stranger, 4), signs.keys())


def test_a_head_is_found_in_what_carries_one(signs: KeyNotary) -> None:
    signed = head(signs, 4)
    for document in (signed, {"format": "cequiz-trust/1", "log": signed}, {"head": signed}):
        assert read_head(document, signs.keys()).size == 4


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"log": None},
        {"credentialSubject": "x"},
        {"credentialSubject": {"type": "CertificateLogHead", "size": True, "root": "", "at": ""}},
        {"credentialSubject": {"type": "CertificateLogHead", "size": -1, "root": "", "at": ""}},
        {"format": "cequiz-log-proof/1", "facts": {"a": 1.5}, "index": 0, "path": []},
    ],
)
def test_what_is_no_proof_is_a_sentence(signs: KeyNotary, document: Any) -> None:
    for check in (read_head, check_log_proof):
        with pytest.raises(Refused, match="nothing of a certificate log"):
            check(document, signs.keys())


@pytest.mark.parametrize("path", [None, "x", [3], ["zz"], ["00"], ["00" * 32] * 65])
def test_a_path_that_is_none_is_a_sentence(signs: KeyNotary, path: Any) -> None:
    with pytest.raises(CequizError) as refused:
        check_log_proof({**proof(signs), "path": path}, signs.keys())
    assert refused.value.sentence

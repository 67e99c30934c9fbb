"""The command and the page say the same of everything that a forger may hand in, or one of them was fooled."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest

from cequiz.adapters.proof.base_texts import from_base32, to_base32, to_base58
from cequiz.adapters.proof.observing import observe_text
from cequiz.adapters.proof.reading import exhibits, read_trust
from cequiz.domain.canonical import Json
from cequiz.errors import Refused
from cequiz.services.verifying import Means, verify
from tests.web.asking import ask
from tests.web.making import INDEX, Lists, Signer, fresh, paper, trust

SIGNER, OTHER = Signer(), Signer(seed="eve")
PAPER = paper()
CODE, CREDENTIAL = SIGNER.code(PAPER), SIGNER.credential(PAPER)
HEAD, _, BODY = CODE.partition("#")
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group of Ed25519: a signature whose S is greater by it fits the same equation, and must not count."""


def command(text: str, held: dict[str, Json]) -> str:
    """Return the verdict of the command, in the words of the page."""
    known = read_trust(json.dumps(held))
    at = datetime.now(UTC)
    try:
        (exhibit,) = exhibits(observe_text(text.encode("utf-8", "surrogatepass")), known.keys)
    except Refused:
        return "unreadable"
    found = verify(Means(at=at, trust=known), exhibit)
    unchecked = found.verdict.good and not found.checked
    return "not_checked" if unchecked else str(found.verdict.standing).replace("valid", "in_force").replace("-", "_")


def compare(texts: dict[str, str], held: dict[str, Json] | None = None) -> dict[str, str]:
    """Return the one verdict on each text.

    Raises:
        AssertionError: there are two.
    """
    held = held or trust(SIGNER)
    kinds = ["credential" if text.lstrip("\ufeff \n").startswith("{") else "code" for text in texts.values()]
    answers = ask(zip(kinds, texts.values(), strict=True), trust=held)
    page = {name: answer["kind"] for name, answer in zip(texts, answers, strict=True)}
    here = {name: command(text, held) for name, text in texts.items()}
    assert here == page
    return here


def message(change: Any) -> str:
    """Return the code with its four parts changed, in CBOR."""
    return f"{HEAD}#{to_base32(cbor2.dumps(cbor2.CBORTag(18, change(*cbor2.loads(from_base32(BODY)).value))))}"


def claimed(plain: bytes) -> str:
    """Return the code with other claims, deflated."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    payload = pack.compress(plain) + pack.flush()
    return message(lambda protected, _, __, signature: [protected, {}, payload, signature])


def forged_codes() -> Iterator[tuple[str, str]]:
    """Yield codes that nobody signed so."""
    kid = cbor2.loads(cbor2.loads(from_base32(BODY)).value[0])[4]
    claims = cbor2.loads(zlib.decompress(cbor2.loads(from_base32(BODY)).value[2], -15))
    yield "another name", claimed(cbor2.dumps([*claims[:5], "Eve Evil", *claims[6:]]))
    yield "the header in another order", message(lambda _, o, p, s: [cbor2.dumps({4: kid, 1: -8}), o, p, s])
    yield "another algorithm", message(lambda _, o, p, s: [cbor2.dumps({1: -7, 4: kid}), o, p, s])
    yield "no algorithm", message(lambda _, o, p, s: [cbor2.dumps({4: kid}), o, p, s])
    yield "one header more", message(lambda _, o, p, s: [cbor2.dumps({1: -8, 4: kid, 3: 0}), o, p, s])
    yield "the key in the open header", message(lambda _, __, p, s: [cbor2.dumps({1: -8}), {4: kid}, p, s])
    yield "an open header", message(lambda h, _, p, s: [h, {1: -8}, p, s])
    yield "a key of nine bytes", message(lambda _, o, p, s: [cbor2.dumps({1: -8, 4: kid + b"0"}), o, p, s])
    yield "detached", message(lambda h, o, _, s: [h, o, None, s])
    yield "no payload", message(lambda h, o, _, s: [h, o, b"", s])
    yield "no signature", message(lambda h, o, p, _: [h, o, p, b""])
    yield "zeros for a signature", message(lambda h, o, p, _: [h, o, p, bytes(64)])
    yield "half a signature", message(lambda h, o, p, s: [h, o, p, s[:32]])
    yield (
        "S plus the order",
        message(
            lambda h, o, p, s: [h, o, p, s[:32] + (int.from_bytes(s[32:], "little") + ORDER).to_bytes(32, "little")]
        ),
    )
    yield "five parts", message(lambda h, o, p, s: [h, o, p, s, b""])
    yield "untagged", f"{HEAD}#{to_base32(cbor2.dumps(cbor2.loads(from_base32(BODY)).value))}"
    endless = b"\xd2\x9f" + from_base32(BODY)[2:] + b"\xff"
    yield "of unknown length", f"{HEAD}#{to_base32(endless)}"
    yield "more behind", f"{HEAD}#{to_base32(from_base32(BODY) + bytes(5))}"
    yield "a bomb", claimed(cbor2.dumps([1, 1, 2, "x" * 10_000_000]))
    yield "hours as a number", claimed(cbor2.dumps([*claims[:3], 16.0, *claims[4:]]))
    yield "a field twice", claimed(cbor2.dumps([*claims, 2, "Eve Evil"]))
    yield "an unknown field", claimed(cbor2.dumps([*claims, 77, "Eve Evil"]))
    yield "a place below zero", claimed(cbor2.dumps([1, -1, *claims[2:]]))
    yield "a place beyond all lists", claimed(cbor2.dumps([1, 2**40, *claims[2:]]))
    yield "a large place", claimed(cbor2.dumps([1, 999_999_999, *claims[2:]]))
    yield "true for a place", claimed(cbor2.dumps([1, True, *claims[2:]]))
    yield "claims of unknown length", claimed(b"\x9f" + cbor2.dumps(claims)[2:] + b"\xff")
    yield "an integer in a long form", claimed(b"\x98\x04\x01\x18\x05\x01\x61x")
    yield "a tagged text", claimed(cbor2.dumps([1, 5, 2, cbor2.CBORTag(32, "x")]))
    yield "deep", claimed(b"\x81" * 3000 + b"\x00")
    yield "letters beside", f"{HEAD}#{BODY}A"
    yield "escaped", CODE.replace("#", "%23")
    yield "full width", CODE.translate({ord(one): ord(one) + 0xFEE0 for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"})
    yield "another key", OTHER.code(PAPER)
    yield "nothing", f"{HEAD}#"


def test_a_forged_code_is_good_for_neither() -> None:
    verdicts = compare(dict(forged_codes()))
    assert set(verdicts.values()) <= {"altered", "unreadable", "unknown_key"}
    assert verdicts["another name"] == "altered"
    assert verdicts["S plus the order"] == "altered"
    assert verdicts["another key"] == "unknown_key"


def test_a_code_is_good_however_it_was_copied() -> None:
    ways = {"as it is": CODE, "lower": CODE.lower(), "bare": BODY, "lines": "\n".join(CODE), "marked": f"\ufeff{CODE}"}
    assert set(compare(ways).values()) == {"in_force"}


def forged_credentials() -> Iterator[tuple[str, str]]:  # noqa: PLR0915 - a list of tricks, one a line
    """Yield credentials that nobody signed so."""
    name = PAPER.student_name

    def changed(change: Any) -> str:
        document = json.loads(CREDENTIAL)
        change(document)
        return json.dumps(document)

    def put(*path: str | int, to: Any) -> str:
        def change(document: Any) -> None:
            for step in path[:-1]:
                document = document[step]
            document[path[-1]] = to

        return changed(change)

    proof = json.loads(CREDENTIAL)["proof"][0]
    other = json.loads(OTHER.credential(PAPER))["proof"][0]
    yield "another name", CREDENTIAL.replace(name, "Eve Evil")
    yield "a look-alike", CREDENTIAL.replace("Marisol", "M\u0430risol")
    yield (
        "named twice, the good one last",
        CREDENTIAL.replace('"printed":', '"printed":[["name","Eve Evil"]],"printed":'),
    )
    yield "named twice by an escape", CREDENTIAL.replace('"proof":', '"pr\\u006fof":[],"proof":')
    yield "named twice, deep", CREDENTIAL.replace('"statusListIndex":', '"statusListIndex":"3","statusListIndex":')
    yield "not a number", CREDENTIAL.replace('"@context":', '"a":NaN,"@context":')
    yield "infinite", CREDENTIAL.replace('"@context":', '"a":-Infinity,"@context":')
    yield "too large a number", CREDENTIAL.replace('"@context":', '"a":1e999,"@context":')
    yield "a number that rounds", CREDENTIAL.replace('"@context":', '"a":9007199254740993,"@context":')
    yield "a prototype", CREDENTIAL.replace('"@context":', '"__proto__":{"printed":[["name","Eve"]]},"@context":')
    yield "half a character", CREDENTIAL.replace("Marisol", "\\ud83dMarisol")
    yield "deep", CREDENTIAL.replace('"@context":', f'"a":{"[" * 200}{"]" * 200},"@context":')
    yield "too deep", f'{{"a":{"[" * 60_000}{"]" * 60_000}}}'
    yield "too long", CREDENTIAL + " " * 300_000 + "\n}"
    yield "a comment", CREDENTIAL[:-1] + "/**/}"
    yield "two proofs, one bad", put("proof", to=[proof, {**proof, "proofValue": proof["proofValue"][:-1] + "2"}])
    yield "two proofs, one of another", put("proof", to=[proof, other])
    yield "another's proof", put("proof", to=[other])
    yield "no proof", put("proof", to=[])
    yield "a proof that is none", put("proof", to="yes")
    yield "proofs that are none", put("proof", to=[None, 7])
    yield "another suite", put("proof", 0, "cryptosuite", to="eddsa-rdfc-2022")
    yield "another purpose", put("proof", 0, "proofPurpose", to="authentication")
    yield "another type", put("proof", 0, "type", to="Ed25519Signature2020")
    yield "another day", put("proof", 0, "created", to="2099-01-01T00:00:00Z")
    yield "another method", put("proof", 0, "verificationMethod", to=other["verificationMethod"])
    yield "no method", put("proof", 0, "verificationMethod", to="did:web:harbour.example#k")
    yield "a long method", put("proof", 0, "verificationMethod", to=f"did:key:z{'2' * 5000}#z{'2' * 5000}")
    yield "a low-order key", put("proof", 0, "verificationMethod", to=_method(b"\x01" + bytes(31)))
    yield "a method that is a list", put("proof", 0, "verificationMethod", to=[])
    yield "no value", put("proof", 0, "proofValue", to="")
    yield "a value of zeros", put("proof", 0, "proofValue", to="z" + "1" * 64)
    yield "an empty context", put("proof", 0, "@context", to=[])
    yield "another issuer", put("issuer", "id", to=other["verificationMethod"].partition("#")[0])
    yield "an issuer that is a list", put("issuer", to=[])
    yield "a context more", put("@context", to=["https://eve.example/context"])
    yield "another place", put("credentialStatus", "statusListIndex", to="5")
    yield "a place below zero", put("credentialStatus", "statusListIndex", to="-5")
    yield "a place that is a number", put("credentialStatus", "statusListIndex", to=INDEX)
    yield "a place in other digits", put("credentialStatus", "statusListIndex", to="٩٤")
    yield "a place that is half a number", put("credentialStatus", "statusListIndex", to=1.5)
    yield "several places", put("credentialStatus", to=[json.loads(CREDENTIAL)["credentialStatus"]])
    yield "no place", put("credentialStatus", to=None)
    yield "an unknown field", put("credentialSubject", "printed", to=[["nick", "Eve"]])
    yield "no fields", put("credentialSubject", "printed", to=[])
    yield "a field that is a number", put("credentialSubject", "printed", to=[["name", 7]])
    yield "a field twice", put("credentialSubject", "printed", to=[["name", "a"], ["name", "b"]])
    yield "no subject", put("credentialSubject", to=[])
    yield "a status list", json.dumps(trust(SIGNER)["status"]["revocation"])  # type: ignore[call-overload,index]
    yield "a list", f"[{CREDENTIAL}]"
    yield "another key", OTHER.credential(PAPER)


def _method(public: bytes) -> str:
    did = "z" + to_base58(b"\xed\x01" + public)
    return f"did:key:{did}#{did}"


def test_a_forged_credential_is_good_for_neither() -> None:
    verdicts = compare(dict(forged_credentials()))
    assert set(verdicts.values()) <= {"altered", "unreadable", "unknown_key"}
    assert verdicts["another name"] == verdicts["two proofs, one bad"] == "altered"
    assert verdicts["named twice, the good one last"] == verdicts["not a number"] == "unreadable"


def test_a_credential_is_good_however_it_is_written_down() -> None:
    document = json.loads(CREDENTIAL)
    ways = {
        "as it is": CREDENTIAL,
        "pretty": json.dumps(document, indent=4, sort_keys=True),
        "in ASCII": json.dumps(document, ensure_ascii=True),
        "other numbers": CREDENTIAL.replace('"creditsEarned":16', '"creditsEarned":1.60e1'),
        "marked": f"\ufeff{CREDENTIAL}",
    }
    assert ways["other numbers"] != CREDENTIAL
    assert set(compare(ways).values()) == {"in_force"}


def test_any_changed_character_means_the_same_to_both() -> None:
    dice = random.Random(11)
    texts = {}
    for number in range(150):
        whole = CREDENTIAL if number % 2 else CODE
        place = dice.randrange(len(whole))
        texts[str(number)] = whole[:place] + dice.choice('"\\{}[]:,A2z\u00e9 ') + whole[place + 1 :]
    compare(texts)


@pytest.mark.parametrize("days", [-40, -1, 0.5, 2])
@pytest.mark.parametrize("purpose", ["revocation", "suspension", "superseded", "expired", ""])
def test_lists_of_any_age_mean_the_same_to_both(days: float, purpose: str) -> None:
    lists = Lists(made=datetime.now(UTC) + timedelta(days=days), set_in={purpose: [INDEX]})
    compare({"code": CODE}, trust(SIGNER, lists))


@pytest.mark.parametrize("index", [131_071, 131_072, 999_999_999])
def test_a_place_that_no_list_has_is_not_checked(index: int) -> None:
    verdicts = compare({"code": SIGNER.code(PAPER, index=index)}, trust(SIGNER, fresh()))
    assert verdicts["code"] == ("in_force" if index < 131_072 else "not_checked")

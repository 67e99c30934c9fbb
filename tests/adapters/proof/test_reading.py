"""Signed parts read as they were signed or not at all; a trust file is believed as far as its own keys go."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cequiz.adapters.proof.observing import Observed, observe_text
from cequiz.adapters.proof.reading import exhibits, read_trust
from cequiz.domain.credential.facts import Field
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.credential.trust import Answer
from cequiz.domain.credential.verification import Kind, Signed, Source, Standing, judge
from cequiz.errors import Refused
from tests.papers import facts, texts
from tests.sealed import AT, School, school

FACTS = facts().frozen()
HOSTILE = [
    "O'Brien & <b>Sons</b>",
    "</para><img src='/etc/hostname'/>",
    "[link=x]Zoë[/link] %s {0} \\1",
    "\x1b[31mred\x1b[0m",
    "a\u202eb\u2066c",
    "nul\0nul",
    "\ud7ff\ue000\U0001f600",
    "long " * 300,
]


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> School:
    return school(tmp_path_factory.mktemp("harbour"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> School:
    return school(tmp_path_factory.mktemp("other"), name="Another School")


def read(text: str, keys: tuple[PublicKey, ...]) -> Signed:
    """Return what a pasted code or credential says."""
    (exhibit,) = exhibits(observe_text(text.encode()), keys)
    (signed,) = exhibit.signed
    return signed


def said(fields: tuple[Field, ...]) -> dict[str, str]:
    return {field.name: field.text for field in fields}


def test_a_code_and_a_credential_say_every_field_and_who_signed(harbour: School) -> None:
    proof = harbour.proof(FACTS)
    for text, source in ((proof.code, Source.CODE), (proof.credential, Source.CREDENTIAL)):
        found = read(text, harbour.notary.keys())
        assert (found.source, found.good, found.index, found.key_id) == (source, True, 7, proof.key_id)
        assert said(found.fields) == texts(FACTS)


@pytest.mark.parametrize(
    "pasted",
    [
        lambda code: code.lower(),
        lambda code: f"  {code}\n",
        lambda code: " ".join(code[start : start + 40] for start in range(0, len(code), 40)),
        lambda code: "\r\n".join(code[start : start + 76] for start in range(0, len(code), 76)),
        lambda code: f"https://harbour.example/V#{code.partition('#')[2]}",
        lambda code: f"CEQUIZ:V#{code.partition('#')[2]}",
        lambda code: code.partition("#")[2],
    ],
)
def test_a_code_may_be_pasted_in_any_shape(harbour: School, pasted: Callable[[str], str]) -> None:
    assert read(pasted(harbour.proof(FACTS).code), harbour.notary.keys()).good is True


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_come_out_as_they_went_in(harbour: School, name: str) -> None:
    signed = facts(student_name=name).frozen()
    proof = harbour.proof(signed)
    for text in (proof.code, proof.credential):
        assert said(read(text, harbour.notary.keys()).fields)["name"] == name


def test_a_key_that_is_not_known_is_kept_apart_from_a_signature_that_does_not_fit(
    harbour: School, other: School
) -> None:
    proof = harbour.proof(FACTS)
    for text in (proof.code, proof.credential):
        assert read(text, other.notary.keys()).good is None
        assert read(text, ()).good is None
    changed = proof.credential.replace("Marisol", "Marisal")
    assert read(changed, ()).good is False
    assert read(changed, harbour.notary.keys()).good is False


def _worth(text: str, keys: tuple[PublicKey, ...]) -> Standing | None:
    """Return what a text is worth; None where it is refused."""
    try:
        (exhibit,) = exhibits(observe_text(text.encode("utf-8", "surrogateescape")), keys)
    except Refused as refusal:
        assert refusal.sentence.endswith(".")
        return None
    return judge(exhibit, answer=Answer()).standing


def test_no_letter_of_a_code_can_be_another_one(harbour: School) -> None:
    code = harbour.proof(FACTS).code
    start = code.index("#") + 1
    for place in range(start, len(code)):
        other_letter = "A" if code[place] != "A" else "B"
        worth = _worth(code[:place] + other_letter + code[place + 1 :], harbour.notary.keys())
        assert worth in {None, Standing.ALTERED, Standing.UNKNOWN_KEY}, place


def test_no_byte_of_a_credential_can_be_another_one(harbour: School) -> None:
    credential = harbour.proof(FACTS).credential.encode()
    for place in range(len(credential)):
        changed = bytearray(credential)
        changed[place] ^= 1 << (place % 7)
        text = bytes(changed).decode("utf-8", "replace")
        assert _worth(text, harbour.notary.keys()) in {None, Standing.ALTERED, Standing.UNKNOWN_KEY}, place


def test_what_is_no_credential_is_refused_with_a_sentence(harbour: School) -> None:
    whole = json.loads(harbour.proof(FACTS).credential)
    subject = whole["credentialSubject"]
    broken: list[Any] = [
        {},
        {**whole, "credentialSubject": []},
        {**whole, "credentialStatus": {"statusListIndex": "-1"}},
        {**whole, "credentialStatus": {"statusListIndex": "1" * 20}},
        {**whole, "credentialSubject": {**subject, "printed": []}},
        {**whole, "credentialSubject": {**subject, "printed": [["name", 1]]}},
        {**whole, "credentialSubject": {**subject, "printed": [["name", "a"], ["name", "b"]]}},
        {**whole, "credentialSubject": {**subject, "printed": [["colour", "red"]]}},
        {**whole, "credentialSubject": {**subject, "printed": [["name", "a"]] * 1000}},
    ]
    for document in broken:
        with pytest.raises(Refused, match="not the credential"):
            read(json.dumps(document), harbour.notary.keys())
    for text in ('{"a": 1, "a": 2}', "{" * 100_000, '{"a": ' + "[" * 50_000, "{]"):
        with pytest.raises(Refused):
            read(text, harbour.notary.keys())


def test_a_pdf_whose_parts_cannot_be_read_is_altered_and_says_which(harbour: School) -> None:
    proof = harbour.proof(FACTS)
    observed = Observed(kind=Kind.PDF, page=texts(FACTS), codes=(proof.code[:-40],), credentials=("{}",), additions=2)
    (exhibit,) = exhibits(observed, harbour.notary.keys())
    verdict = judge(exhibit, answer=Answer())
    assert verdict.standing is Standing.ALTERED
    assert [(one.label, one.printed) for one in verdict.differences] == [
        ("Page", "something was put on it"),
        ("Attached credential", "cannot be read"),
        ("Signed code", "cannot be read"),
    ]


def test_a_trust_file_tells_the_provider_its_keys_and_the_lives(harbour: School) -> None:
    trust = read_trust(json.dumps(harbour.trust({7: Life.REVOKED})))
    assert (trust.provider, trust.keys) == ("Harbour School", harbour.notary.keys())
    assert trust.answer(7, AT).life is Life.REVOKED
    assert trust.answer(8, AT).life is Life.ISSUED
    assert trust.answer(8, AT + timedelta(days=31)).life is None


def test_a_list_of_an_earlier_key_still_counts_after_a_change_of_keys(tmp_path: Path) -> None:
    provider = school(tmp_path)
    old = provider.trust({7: Life.SUSPENDED})
    provider.notary.rotate(at=AT)
    assert len(provider.notary.keys()) == 2
    now = {**old, "keys": provider.trust()["keys"]}
    assert read_trust(json.dumps(now)).answer(7, AT).life is Life.SUSPENDED
    with pytest.raises(Refused, match="does not fit"):
        read_trust(json.dumps({**old, "keys": [vars(provider.notary.keys()[-1])]}))


def _swap(trust: dict[str, Any]) -> None:
    trust["status"]["expired"] = trust["status"]["superseded"]


def _clear(trust: dict[str, Any]) -> None:
    subject = trust["status"]["revocation"]["credentialSubject"]
    subject["encodedList"] = trust["status"]["expired"]["credentialSubject"]["encodedList"]


def _prolong(trust: dict[str, Any]) -> None:
    trust["status"]["revocation"]["validUntil"] = (AT + timedelta(days=300)).isoformat()


def _rename_key(trust: dict[str, Any]) -> None:
    trust["keys"][0]["id"] = "0123456789abcdef"


def _exchange_key(trust: dict[str, Any]) -> None:
    trust["keys"][0]["public"] = "00" * 32


def _unsign(trust: dict[str, Any]) -> None:
    del trust["status"]["revocation"]["proof"]


def _leave_out(trust: dict[str, Any]) -> None:
    del trust["status"]["suspension"]


def _forge_head(trust: dict[str, Any]) -> None:
    trust["log"] = {"credentialSubject": {"type": "CertificateLogHead", "size": 1}}


@pytest.mark.parametrize(
    "change", [_swap, _clear, _prolong, _rename_key, _exchange_key, _unsign, _leave_out, _forge_head]
)
def test_a_trust_file_that_was_changed_is_refused(harbour: School, change: Callable[[dict[str, Any]], None]) -> None:
    trust = json.loads(json.dumps(harbour.trust({7: Life.REVOKED})))
    change(trust)
    with pytest.raises(Refused, match="The trust file was changed"):
        read_trust(json.dumps(trust))


def test_a_list_that_another_provider_signed_is_refused(harbour: School, other: School) -> None:
    trust = harbour.trust({7: Life.REVOKED})
    trust["status"]["revocation"] = other.status_list("revocation", [])
    with pytest.raises(Refused, match="`revocation` does not fit"):
        read_trust(json.dumps(trust))


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"format": "cequiz-trust/2"}', "\0", '{"a":1,"a":1}'])
def test_what_is_no_trust_file_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Refused) as caught:
        read_trust(text)
    assert caught.value.hint


def test_any_damage_to_a_trust_file_ends_in_a_sentence(harbour: School) -> None:
    whole = json.dumps(harbour.trust({7: Life.REVOKED}))
    dice = random.Random(4)
    for _ in range(150):
        place = dice.randrange(len(whole))
        damaged = whole[:place] + chr(dice.randrange(32, 127)) + whole[place + 1 :]
        try:
            answer = read_trust(damaged).answer(7, AT)
        except Refused as refusal:
            assert refusal.sentence
        else:  # words beside the lists, or the same letter; without lists it says that nothing was checked
            assert answer.life in {Life.REVOKED, None}
            assert answer.life is not None or '"status"' not in damaged

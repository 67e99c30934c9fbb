"""The page's modules, asked in Node: what was signed is read, and nothing else is, to the last bit."""

from __future__ import annotations

import base64
import gzip
import json
import random
import zlib
from io import BytesIO
from typing import Any

import cbor2
import pikepdf
import pytest
import rfc8785

from cequiz.adapters.proof.base_texts import from_base32, to_base32, to_base58
from cequiz.domain.canonical import Json
from tests.web.asking import ask
from tests.web.making import INDEX, Signer, attach, changed, fresh, paper, trust

REFUSED = {"altered", "unreadable", "unknown_key"}


def without_lists(signer: Signer) -> dict[str, Json]:
    """Return a trust file of keys alone, which is quick to check against."""
    return trust(signer, status={})


def packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_every_field_of_a_code_and_of_a_credential_is_read_as_it_was_signed(signer: Signer) -> None:
    one = paper(student_name="Σία Ђорђевић 李 שרה")
    questions = [("code", signer.code(one)), ("credential", signer.credential(one))]
    for answer in ask(questions, trust=trust(signer)):
        assert answer["kind"] == "in_force"
        assert answer["index"] == INDEX
        assert [(field["name"], field["text"]) for field in answer["fields"]] == [
            (field.name, field.text) for field in one.printed_fields()
        ]


def test_every_flipped_bit_of_a_code_is_refused(signer: Signer) -> None:
    code = signer.code(paper()).rpartition("#")[2]
    message = from_base32(code)
    flipped = [
        ("code", to_base32(message[:at] + bytes([message[at] ^ 1 << bit]) + message[at + 1 :]))
        for at in range(len(message))
        for bit in range(8)
    ]
    answers = ask([("code", code), *flipped], trust=without_lists(signer))
    assert answers[0]["kind"] == "not_checked", "the code itself is good"
    assert {answer["kind"] for answer in answers[1:]} <= REFUSED


def test_a_code_with_another_character_is_refused_even_where_its_bytes_would_be_the_same(signer: Signer) -> None:
    code = signer.code(paper()).rpartition("#")[2]
    # The last character holds bits that no byte uses.
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    others = [("code", code[:-1] + letter) for letter in letters if letter != code[-1]]
    assert {answer["kind"] for answer in ask(others, trust=without_lists(signer))} <= REFUSED


def test_codes_may_come_with_spaces_line_breaks_and_small_letters(signer: Signer) -> None:
    code = signer.code(paper())
    bare = code.rpartition("#")[2]
    written = [
        code,
        bare,
        bare.lower(),
        f"  {code[:60]}\r\n{code[60:]}\n",
        " ".join(bare[at : at + 8] for at in range(0, len(bare), 8)),
    ]
    assert {answer["kind"] for answer in ask([("code", one) for one in written], trust=trust(signer))} == {"in_force"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Marisol Ortega-Quinn", "Marisol Ortega-Quinm"),
        ("16 CE hours", "61 CE hours"),
        (f'"{INDEX}"', f'"{INDEX + 1}"'),
        ("eddsa-jcs-2022", "eddsa-jcs-2023"),
        ("assertionMethod", "authentication"),
        ("DataIntegrityProof", "DataIntegrityproof"),
        ('"proofValue":"z', '"proofValue":"zz'),
        ("urn:cequiz:printed", "urn:cequiz:Printed"),
        ('"awardedDate"', '"awardeddate"'),
        ('"printed":[["provider"', '"printed":[["number"'),
        ("2026-11-22T12:00:00Z", "2026-11-22T12:00:01Z"),
    ],
)
def test_a_credential_that_was_changed_anywhere_is_refused(signer: Signer, old: str, new: str) -> None:
    text = changed(signer.credential(paper()), old, new)
    (answer,) = ask([("credential", text)], trust=trust(signer))
    assert answer["kind"] in REFUSED


def test_a_credential_of_another_key_is_unknown_even_where_it_names_the_provider(signer: Signer) -> None:
    stranger = Signer(seed="somebody else")
    answers = ask([("credential", stranger.credential(paper())), ("code", stranger.code(paper()))], trust=trust(signer))
    assert [answer["kind"] for answer in answers] == ["unknown_key", "unknown_key"]
    assert all(answer["fields"] for answer in answers), "what it says is shown, unproven"


def test_a_key_whose_id_is_not_its_own_is_not_trusted(signer: Signer) -> None:
    stranger = Signer(seed="somebody else").public
    key = {"id": signer.public.id, "public": stranger.public, "made_at": stranger.made_at, "retired_at": ""}
    (answer,) = ask([("code", signer.code(paper()))], trust=trust(signer, keys=[key]))
    assert answer["kind"] == "unknown_key"


def test_signed_statements_that_are_no_certificates_are_not_taken_for_one(signer: Signer) -> None:
    held: dict[str, Any] = trust(signer)
    statements = [held["log"], *held["status"].values()]
    answers = ask([("credential", json.dumps(one)) for one in statements], trust=held)
    assert {answer["kind"] for answer in answers} == {"unreadable"}


@pytest.mark.parametrize(
    "claims",
    [
        [1, 5],
        [2, 5, 1, "CQ-1"],
        [1, -1, 1, "CQ-1"],
        [1, 5, 99, "field of nobody"],
        [1, 5, 1, "CQ-1", 1, "CQ-2"],
        [1, 5, 1, 2],
        [1, 5, "number", "CQ-1"],
        {1: 5},
    ],
)
def test_signed_claims_that_are_no_certificate_are_not_shown_as_one(signer: Signer, claims: Any) -> None:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    payload = deflate.compress(cbor2.dumps(claims)) + deflate.flush()
    protected = cbor2.dumps({1: -8, 4: bytes.fromhex(signer.public.id)})
    signature = signer.key.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    code = to_base32(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature])))
    (answer,) = ask([("code", code)], trust=trust(signer))
    assert (answer["kind"], answer["reason"]) == ("unreadable", "not_a_certificate")


def test_small_codes_that_would_grow_beyond_measure_are_refused(signer: Signer) -> None:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = deflate.compress(cbor2.dumps([1, 5, 1, "A" * 3_000_000])) + deflate.flush()
    protected = cbor2.dumps({1: -8, 4: bytes.fromhex(signer.public.id)})
    signature = signer.key.sign(cbor2.dumps(["Signature1", protected, b"", bomb]))
    code = to_base32(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, bomb, signature])))
    answers = ask(
        [
            ("code", code),
            ("inflate", {"data": packed(gzip.compress(b"\0" * 10_000_000)), "format": "gzip", "limit": 1 << 22}),
        ],
        trust=trust(signer),
    )
    assert answers[0]["kind"] == "unreadable"
    assert answers[1] == {"refused": "too_large"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x18\x05",  # not the shortest form
        b"\x19\x00\x20",
        b"\x9f\xff",  # of unknown length
        b"\x5f\x41a\xff",
        b"\xf5",
        b"\xfb" + b"\0" * 8,
        b"\x1b" + b"\xff" * 8,
        b"\x82\x01",  # ends early
        b"\x01\x01",  # goes on
        b"\xa2\x01\x01\x01\x02",  # the same key twice
        b"\xa1\x61a\x01",  # a key of text
        b"\x61\xff",  # not UTF-8
        b"\x81" * 50 + b"\x01",
        b"\x9a\xff\xff\xff\xff" + b"\x01" * 1000,
        b"\x5a\xff\xff\xff\xff",
    ],
)
def test_cbor_that_we_would_not_write_is_refused(data: bytes) -> None:
    (answer,) = ask([("cbor", packed(data))])
    assert "refused" in answer


def test_json_is_canonical_as_the_rfc_has_it() -> None:
    values: list[Any] = [
        {"b": 1, "a": [True, None, "x"], "": {}},
        {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7, "</script>": 8},
        [0.5, 1e21, 1e-7, 333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001, -0.0, 16.0],
        '\u20ac$\x0f\nA\'B"\\\\"/\u2028',
        {"__proto__": {"a": 1}, "constructor": 2},
    ]
    answers = ask([("canonical", json.dumps(value)) for value in values])
    assert answers == [rfc8785.dumps(value).decode() for value in values]
    assert (
        ask([("canonical", '"\\ud800"'), ("canonical", "[" * 60 + "]" * 60)]) == [{"refused": "not_a_certificate"}] * 2
    )


def test_texts_stand_for_the_bytes_that_we_write() -> None:
    samples = [b"", b"\0", b"\0\0\xff", bytes(range(34)), b"\xed\x01" + b"\x07" * 32, b"\xff" * 64]
    questions = [
        (about, write(data))
        for about, write in (
            ("base32", to_base32),
            ("base58", to_base58),
            ("base64url", lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()),
        )
        for data in samples
    ]
    assert ask(questions) == [data.hex() for data in samples] * 3
    strange = [
        ("base32", "AB1"),
        ("base32", "A"),
        ("base32", "AB="),
        ("base58", "0"),
        ("base64url", "A"),
        ("base64url", "A+=="),
    ]
    assert all("refused" in answer for answer in ask(strange))


def test_lists_decide_as_they_do_everywhere(signer: Signer) -> None:
    cases: dict[str, tuple[str, ...]] = {
        "revoked": ("revocation",),
        "suspended": ("revocation", "suspension"),
        "superseded": ("revocation", "superseded"),
        "expired": ("expired",),
        "in_force": (),
    }
    for kind, purposes in cases.items():
        held = trust(signer, fresh(**{purpose: [INDEX] for purpose in purposes}))
        neighbours = [signer.code(paper(), index=INDEX + step) for step in (-1, 1)]
        answers = ask([("code", one) for one in [signer.code(paper()), *neighbours]], trust=held)
        assert [answer["kind"] for answer in answers] == [kind, "in_force", "in_force"]


def test_a_place_beyond_the_lists_is_not_called_in_force(signer: Signer) -> None:
    (answer,) = ask([("code", signer.code(paper(), index=131_072))], trust=trust(signer))
    assert (answer["kind"], answer["reason"]) == ("not_checked", "missing")


def test_a_list_in_the_place_of_another_is_not_believed(signer: Signer) -> None:
    held: dict[str, Any] = trust(signer)
    held["status"] = {**held["status"], "revocation": held["status"]["expired"]}
    (answer,) = ask([("code", signer.code(paper()))], trust=held)
    assert (answer["kind"], answer["reason"]) == ("not_checked", "unsigned")


def test_the_page_speaks_the_reader_s_language() -> None:
    wanted = [["es-MX", "en"], ["fr-FR", "es"], ["de"], [], ["EN-us"], ["constructor", "es"]]
    assert ask([("language", one) for one in wanted]) == ["es", "es", "en", "en", "en", "es"]


def test_what_moves_or_hides_characters_is_made_visible() -> None:
    given = ["a\u202eb", "tab\tline\n", "\x1b[31m", "zero\u200bwidth", "नमस्ते क\u200dष", "José 李", "\U000e0041"]
    assert ask([("visible", one) for one in given]) == [
        "a[U+202E]b",
        "tab[U+0009]line[U+000A]",
        "[U+001B][31m",
        "zero[U+200B]width",
        "नमस्ते क\u200dष",
        "José 李",
        "[U+E0041]",
    ]


def small_pdf(credential: str, *, packed_objects: bool) -> bytes:
    """Return a PDF of one empty page with a credential attached."""
    file = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        attach(pdf, credential)
        mode = pikepdf.ObjectStreamMode.generate if packed_objects else pikepdf.ObjectStreamMode.disable
        pdf.save(file, object_stream_mode=mode, static_id=True)
    return file.getvalue()


@pytest.mark.parametrize("packed_objects", [False, True])
def test_damaged_files_end_in_a_reason_and_never_in_another_record(signer: Signer, packed_objects: bool) -> None:
    credential = signer.credential(paper())
    whole = small_pdf(credential, packed_objects=packed_objects)
    chance = random.Random(11)
    damaged = [whole[: chance.randrange(len(whole))] for _ in range(100)]
    for _ in range(400):
        bent = bytearray(whole)
        for _ in range(chance.choice([1, 1, 3, 20])):
            bent[chance.randrange(len(bent))] = chance.choice(b"<>[]()/%0123456789 \nR\0\xff")
        damaged.append(bytes(bent))
    answers = ask([("pdf", packed(one)) for one in [whole, *damaged]])
    assert answers[0] == credential
    for answer in answers[1:]:
        assert answer == credential or isinstance(answer, dict) or changes_nothing(answer, credential)


def changes_nothing(answer: str, credential: str) -> bool:
    """Whether a damaged record that could still be read is one that the signature refuses."""
    (verdict,) = ask([("credential", answer)], trust=without_lists(Signer()))
    return answer != credential and verdict["kind"] in REFUSED


@pytest.mark.parametrize(
    "body",
    [
        b"trailer\n<< /Prev /Loop >>",
        b"0 1\n0000000009 00000 n \ntrailer\n<< /Root 0 0 R >>",
        b"trailer\n" + b"<</A" * 10_000,
        b"trailer\n<< /Root " + b"(" * 200_000,
        b"trailer\n" + b"% \n" * 400_000,
        b"99999999 999999\n",
        b"trailer\n<< /Prev 9 /XRefStm 9 >>",
    ],
    ids=["strange", "nothing", "deep", "open", "comments", "endless", "circle"],
)
def test_files_made_to_keep_the_page_busy_end_soon(body: bytes) -> None:
    (answer,) = ask([("pdf", packed(b"%PDF-1.7\nxref\n" + body + b"\nstartxref\n9\n%%EOF"))])
    assert "refused" in answer


def test_a_table_that_repeats_itself_without_end_is_left() -> None:
    table = (
        b"9 0 obj\n<< /Type /XRef /W [0 0 0] /Size 9 /Index ["
        + b"0 9999999 " * 1000
        + b"] /Length 4 >>\nstream\nabcd\n"
    )
    (answer,) = ask([("pdf", packed(b"%PDF-1.7\n" + table + b"endstream\nstartxref\n9\n%%EOF"))])
    assert answer == {"refused": "pdf_unreadable"}

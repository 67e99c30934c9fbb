"""The code on the page: it says what was printed, and not one bit of it can be changed."""

from __future__ import annotations

import zlib
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from cequiz.adapters.proof.base_texts import from_base32, to_base32
from cequiz.adapters.proof.cose import make_code, open_code, signed_by
from cequiz.adapters.proof.keyring import key_id
from cequiz.domain.credential.claims import pack, unpack
from cequiz.domain.credential.proof import PublicKey
from cequiz.errors import Refused
from tests.adapters.proof.provers import PAGE, notary, proof
from tests.papers import facts

# RFC 8032, section 7.1, test 1: a key that everyone knows.
SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
    "655141438e7a100b"
)
PRIVATE = Ed25519PrivateKey.from_private_bytes(SECRET)
KEY = PublicKey(id=key_id(bytes.fromhex(PUBLIC)), public=PUBLIC, made_at="2026-01-01T00:00:00Z")


def sample() -> str:
    claims = pack(facts().frozen().printed_fields(), index=7)
    return make_code(claims, key=PRIVATE, key_id=KEY.id, verify_at=PAGE)


def packed(payload: object, *, deflated: bool = False) -> str:
    """Return a code that is signed well and holds any payload."""
    plain = payload if deflated and isinstance(payload, bytes) else cbor2.dumps(payload)
    pack_ = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = plain if deflated else pack_.compress(plain) + pack_.flush()
    protected = cbor2.dumps({1: -8, 4: bytes.fromhex(KEY.id)})
    signature = PRIVATE.sign(cbor2.dumps(["Signature1", protected, b"", body]))
    return "CEQUIZ:V#" + to_base32(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, body, signature])))


def test_signatures_are_those_of_rfc_8032() -> None:
    assert signed_by(KEY, bytes.fromhex(SIGNATURE), b"")
    assert not signed_by(KEY, bytes.fromhex(SIGNATURE), b"x")


def test_a_code_says_every_printed_field_and_who_signed() -> None:
    opened = open_code(sample(), [KEY])
    index, fields = unpack(opened.claims)
    assert (index, opened.key_id, opened.key, opened.good) == (7, KEY.id, KEY, True)
    assert [(one.name, one.text) for one in fields] == [
        (one.name, one.text) for one in facts().frozen().printed_fields()
    ]


def test_a_code_opens_the_providers_page_and_fits_on_paper() -> None:
    code = sample()
    assert code.startswith("HTTPS://EXAMPLE.ORG/V#")
    assert code == code.upper()
    assert len(code) < 1100
    assert make_code([1, 0, 1, "x"], key=PRIVATE, key_id=KEY.id, verify_at="").startswith("CEQUIZ:V#")


def test_the_message_is_a_tagged_sign1_that_other_libraries_read() -> None:
    message = cbor2.loads(from_base32(sample().partition("#")[2]))
    protected, unprotected, payload, signature = message.value
    assert message.tag == 18
    assert (cbor2.loads(protected), unprotected, len(signature)) == ({1: -8, 4: bytes.fromhex(KEY.id)}, {}, 64)
    assert cbor2.loads(zlib.decompress(payload, -15))[:2] == [1, 7]


def test_every_flipped_bit_is_refused() -> None:
    address, _, text = sample().partition("#")
    message = from_base32(text)
    accepted = []
    for place in range(8 * len(message)):
        changed = bytearray(message)
        changed[place // 8] ^= 0x80 >> place % 8
        try:
            opened = open_code(f"{address}#{to_base32(bytes(changed))}", [KEY])
        except Refused:
            continue
        if opened.good:  # None is that of another key's id, which is not known
            accepted.append(place)
    assert accepted == []


def test_a_code_may_be_pasted_with_spaces_breaks_and_in_lower_case() -> None:
    code = sample()
    spaced = "\n ".join(code[start : start + 40] for start in range(0, len(code), 40))
    for pasted in (code.lower(), spaced, code.partition("#")[2], f"  {code}\n"):
        assert open_code(pasted, [KEY]).good


def test_a_code_of_an_unknown_key_is_neither_good_nor_bad() -> None:
    opened = open_code(sample(), [])
    assert (opened.key, opened.good, opened.key_id) == (None, None, KEY.id)


def test_a_key_that_calls_itself_by_anothers_id_signs_nothing() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    code = make_code([1, 0, 1, "x"], key=stranger, key_id=KEY.id, verify_at="")
    assert open_code(code, [KEY]).good is False


@pytest.mark.parametrize(
    "code",
    [
        "",
        "#",
        "HTTPS://EXAMPLE.ORG/V#",
        "https://example.org/another/code",
        "A" * 20_000,
        "CEQUIZ:V#" + to_base32(cbor2.dumps([1, 2, 3, 4])),
        "CEQUIZ:V#" + to_base32(cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"", b""]))),
        "CEQUIZ:V#" + to_base32(b"\xd2" * 60),
        packed("text"),
        packed({"a": 1}),
        packed([1, 0, 1, [1]]),
        packed([1, 0, 1, b"bytes"]),
        packed([1, True, 1, "x"]),
        packed([1, 0, 1, 1.5]),
        packed([1, 0, 1, "x" * 16_384]),
        packed(b"no deflate", deflated=True),
        packed(zlib.compress(b"x")[2:-4][:-1], deflated=True),
    ],
)
def test_what_is_no_code_is_refused_with_a_sentence(code: str) -> None:
    with pytest.raises(Refused, match="does not hold a certificate"):
        open_code(code, [KEY])


def test_a_code_that_inflates_beyond_all_measure_is_refused_at_once() -> None:
    pack_ = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = pack_.compress(bytes(4_000_000)) + pack_.flush()
    with pytest.raises(Refused, match="does not hold"):
        open_code(packed(bomb, deflated=True), [KEY])


@pytest.mark.parametrize(
    "longer", [b"\x9f\x01\x00\x01\x61x\xff", b"\x98\x04\x01\x00\x01\x61x", b"\x84\x01\x00\x01\x61x\x00"]
)
def test_claims_in_another_encoding_are_refused(longer: bytes) -> None:
    pack_ = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    with pytest.raises(Refused, match="does not hold"):
        open_code(packed(pack_.compress(longer) + pack_.flush(), deflated=True), [KEY])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_reader(data: bytes) -> None:
    for payload in (to_base32(data), to_base32(b"\xd2" + data), packed(data, deflated=True)):
        try:
            assert open_code(payload, [KEY]).claims is not None
        except Refused as refused:
            assert refused.hint


def test_the_notarys_code_is_the_one_that_is_read(tmp_path: Path) -> None:
    signs = notary(tmp_path / "keys")
    assert open_code(proof(signs).code, signs.keys()).good

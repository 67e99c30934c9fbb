"""Status lists: what they say of a certificate survives writing and reading, and what is no list is refused."""

from __future__ import annotations

import base64
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.status_list import SIZE, decode, encode, list_name, purposes_of
from cequiz.domain.credential.trust import Purpose


@given(st.sets(st.integers(0, SIZE - 1), max_size=20))
def test_exactly_the_written_places_are_read(places: set[int]) -> None:
    bits = decode(encode(places))
    assert len(bits) * 8 == SIZE
    assert {
        8 * place + bit for place, byte in enumerate(bits) if byte for bit in range(8) if byte & 0x80 >> bit
    } == places


def test_a_list_grows_when_it_is_full() -> None:
    bits = decode(encode([SIZE]))
    assert len(bits) * 8 == 2 * SIZE
    assert bits[SIZE // 8] == 0x80


def test_the_same_list_is_the_same_text() -> None:
    assert encode([5, 3]) == encode([3, 5, 5])


def _packed(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zabc",
        "u!!!",
        "u",
        _packed(b"not gzip"),
        _packed(zlib.compress(bytes(SIZE // 8))),
        _packed(gzip.compress(bytes(10))),
        _packed(gzip.compress(bytes(SIZE // 8))[:-1]),
        _packed(gzip.compress(bytes(SIZE // 8)) + b"more"),
        _packed(gzip.compress(bytes(64 * 1024 * 1024))),
    ],
    ids=["empty", "other-base", "letters", "nothing", "plain", "zlib", "short", "cut", "longer", "bomb"],
)
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a status list"):
        decode(text)


@pytest.mark.parametrize("life", [life for life in Life if life not in {Life.ISSUED, Life.EXPIRED}])
def test_whoever_reads_the_revocations_alone_sees_everything_without_force(life: Life) -> None:
    assert Purpose.REVOCATION in purposes_of(life)


def test_every_state_has_a_mixture_of_its_own() -> None:
    assert len({purposes_of(life) for life in Life}) == len(Life)


def test_every_list_has_a_name_of_its_own() -> None:
    for page in ("", "https://example.org/V"):
        assert len({list_name("0" * 16, page, purpose) for purpose in Purpose}) == len(Purpose)
    assert list_name("0" * 16, "https://example.org/V") == "https://example.org/V/STATUS"
    assert list_name("0" * 16, "") == "urn:cequiz:status:0000000000000000"

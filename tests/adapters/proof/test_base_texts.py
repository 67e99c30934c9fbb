"""Bytes as text: known examples, the way back, and no second way to write the same bytes."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.adapters.proof import base_texts

_BOTH = [
    (base_texts.to_base32, base_texts.from_base32),
    (base_texts.to_base58, base_texts.from_base58),
]


def test_base32_is_that_of_rfc_4648() -> None:
    assert [base_texts.to_base32(b"foobar"[:length]) for length in range(7)] == [
        "",
        "MY",
        "MZXQ",
        "MZXW6",
        "MZXW6YQ",
        "MZXW6YTB",
        "MZXW6YTBOI",
    ]


@given(st.binary(max_size=700))
def test_base32_is_that_of_python(data: bytes) -> None:
    assert base_texts.to_base32(data) == base64.b32encode(data).decode().rstrip("=")


def test_base58_is_that_of_its_draft() -> None:
    assert base_texts.to_base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert base_texts.to_base58(bytes.fromhex("0000287fb4cd")) == "11233QC4"


@pytest.mark.parametrize(("there", "back"), _BOTH)
@given(data=st.binary(max_size=80))
def test_bytes_come_back(there: Callable[[bytes], str], back: Callable[[str], bytes], data: bytes) -> None:
    assert back(there(data)) == data


@pytest.mark.parametrize(
    ("back", "text"),
    [
        (base_texts.from_base32, "MZ"),  # the last letter says more than the bytes hold
        (base_texts.from_base32, "MY======"),
        (base_texts.from_base32, "my"),
        (base_texts.from_base32, "M"),
        (base_texts.from_base32, "M0"),
        (base_texts.from_base32, "MÄ"),
        (base_texts.from_base58, "0"),
        (base_texts.from_base58, "l"),
        (base_texts.from_base58, "2" * 201),
    ],
)
def test_a_second_way_to_write_bytes_is_refused(back: Callable[[str], bytes], text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011, RUF100 - the words are for programmers
        back(text)

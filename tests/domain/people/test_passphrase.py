"""What may be a passphrase: long ones of any kind, and not those that everybody tries first."""

from __future__ import annotations

import pytest

from cequiz.domain.people.passphrase import check_passphrase
from cequiz.errors import Refused


@pytest.mark.parametrize(
    "passphrase",
    [
        "four plain words",
        "áéíóú ñ ü ß œ æ ø",
        "Ω≈ç√∫˜µ≤≥÷åß∂ƒ©",
        "x1!x1!x1!x1!x1?",
        "  leading and trailing  ",
        "w" + "ab" * 127,
    ],
)
def test_any_long_text_is_a_passphrase(passphrase: str) -> None:
    assert check_passphrase(passphrase, email="ana@example.org") == passphrase


@pytest.mark.parametrize(
    "passphrase",
    [
        "fourteen chars",
        " " * 20,
        "x" * 257,
        "aaaaaaaaaaaaaaaa",
        "passwordpassword",
        "123123123123123",
        "12345678901234567890",
        "abcdefghijklmnopq",
        "ponmlkjihgfedcba",
        "QWERTYUIOPASDFGHJ",
        "Correct Horse Battery Staple",
        "ana.maria@example.org",
    ],
)
def test_what_is_short_or_tried_first_is_none(passphrase: str) -> None:
    with pytest.raises(Refused):
        check_passphrase(passphrase, email="Ana.Maria@example.org")

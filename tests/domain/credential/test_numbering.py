"""Numbers: readable aloud, never ambiguous."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.credential.numbering import Number, parse_number
from cequiz.errors import Refused


@given(st.integers(2000, 9999), st.integers(1, 999_999_999), st.integers(0, 999))
def test_every_number_reads_back(year: int, sequence: int, revision: int) -> None:
    number = Number(year, sequence, revision)
    assert parse_number(f" {str(number).lower()} ") == number


def test_a_correction_keeps_the_number_and_counts() -> None:
    number = Number(2026, 123)
    assert str(number) == "CQ-2026-000123"
    assert str(number.corrected()) == "CQ-2026-000123-R1"
    assert str(number.corrected().corrected()) == "CQ-2026-000123-R2"


@pytest.mark.parametrize("text", ["", "CQ-2026-12", "CQ-2026-000123-R0", "CQ-2026-000123x", "CQ-26-000123", "1;--"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Refused, match="not a certificate number") as caught:
        parse_number(text)
    assert "CQ-2026-000123" in caught.value.hint

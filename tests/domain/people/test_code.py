"""Codes that people copy: given in groups, read however they are typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.people.code import read_code, spelled

CODES = st.text(alphabet="23456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=10, max_size=10)


def test_a_code_is_given_in_two_groups() -> None:
    assert spelled("ABCDEFGHJK") == "ABCDE-FGHJK"


@given(CODES)
def test_what_was_given_is_read_back(code: str) -> None:
    for typed in (spelled(code), spelled(code).lower(), f"  {code} ", " ".join(code), spelled(code).replace("-", "–")):
        assert read_code(typed) == code

"""Which characters are refused, and how they are spelled out."""

from __future__ import annotations

import pytest

from cequiz.domain.text import first_unsafe, visible


def test_a_carriage_return_is_never_safe_a_tab_and_a_line_feed_only_between_lines() -> None:
    assert first_unsafe("a\rb") == "\r"
    assert first_unsafe("a\tb\nc") is None
    assert first_unsafe("a\tb", line=True) == "\t"
    assert visible("a\r\nb", line=False) == "a\\x0d\nb"


@pytest.mark.parametrize(("text", "shown"), [("\x1b", "\\x1b"), ("\u202e", "\\u202e"), ("\U000e0041", "\\U000e0041")])
def test_a_character_that_hides_is_spelled_out(text: str, shown: str) -> None:
    assert visible(f"a{text}b") == f"a{shown}b"

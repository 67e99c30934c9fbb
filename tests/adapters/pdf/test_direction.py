"""Lines that run in two directions stand on the page as Unicode says."""

from __future__ import annotations

import pytest
from bidi import get_display  # type: ignore[import-untyped] # it has no types
from hypothesis import given
from hypothesis import strategies as st

from cequiz.adapters.pdf.direction import levels, runs_right_to_left, visual

SIGNS = st.sampled_from("abcé אבגדה محمد 1234 ٣٤٥ ()[]{} .,:/+-%$€#!'\" \u0301\u064e\u05b8")


@given(st.text(SIGNS, max_size=24))
def test_signs_stand_where_another_implementation_puts_them(text: str) -> None:
    assert "".join(visual(text, levels(text))) == get_display(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë (אבג) (דה) 12", "Zoë (גבא) (הד) 12"),
        ("אבג (Zoë) 12:30", "12:30 (Zoë) גבא"),
        ("אבג", "גבא"),
        ("123", "123"),
        ("", ""),
    ],
)
def test_names_in_two_scripts_read_as_they_should(text: str, shown: str) -> None:
    turned = str.maketrans("()", ")(")  # brackets inside of text that runs from right to left are turned round
    found = levels(text)
    pieces = [one.translate(turned) if level % 2 else one for one, level in zip(text, found, strict=True)]
    assert "".join(visual(pieces, found)) == shown


def test_text_without_right_to_left_letters_is_left_alone() -> None:
    assert not runs_right_to_left("Zoë Ω Щ 王 12")
    assert runs_right_to_left("Zoë א")
    assert set(levels("Zoë, 12 %")) == {0}

"""Names, addresses and licences: what is accepted is what will be printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.people.student import Licence, clean_email, clean_name, parse_licence
from cequiz.errors import InvalidText, Refused


@pytest.mark.parametrize(
    "name",
    ["Zoë <b> & 'Quote\" O’Brien", "José", "王小明", "محمد", "Ольга", "[C2] the Axis", "{name}", "=1+1", "../etc"],
)
def test_every_printable_name_is_kept_as_typed(name: str) -> None:
    assert clean_name(f"  {name} ") == name


def test_a_decomposed_name_is_stored_composed() -> None:
    assert clean_name("Jose\u0301") == "José"


@pytest.mark.parametrize(
    ("bad", "point"),
    [("a\x1b[31m", "U+001B"), ("a\u202eb", "U+202E"), ("a\nb", "U+000A"), ("a\u2066b", "U+2066"), ("a\x9bb", "U+009B")]
    + [(f"a{chr(number)}b", f"U+{number:04X}") for number in (0xAD, 0x200B, 0x2060, 0x3164, 0xE0041)],
)
def test_a_character_that_deceives_is_refused_by_its_code_point(bad: str, point: str) -> None:
    with pytest.raises(InvalidText) as caught:
        clean_name(bad)
    assert point in caught.value.sentence
    assert bad not in caught.value.sentence


@given(st.text())
def test_no_name_gets_through_with_a_control_character(text: str) -> None:
    try:
        name = clean_name(text)
    except InvalidText:
        return
    assert name
    assert all(character.isprintable() or not character.isascii() for character in name)


@pytest.mark.parametrize("bad", ["", "   ", "x" * 201])
def test_an_empty_or_endless_name_is_refused(bad: str) -> None:
    with pytest.raises(InvalidText):
        clean_name(bad)


def test_addresses_keep_their_local_part_and_fold_their_domain() -> None:
    assert clean_email(" Ann.Lee@Example.ORG ") == "Ann.Lee@example.org"


@pytest.mark.parametrize("bad", ["", "ann", "ann@", "@example.org", "a b@example.org", "a@b@c"])
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(Refused):
        clean_email(bad)


def test_an_address_cannot_hide_a_character() -> None:
    with pytest.raises(InvalidText, match=r"U\+200B"):
        clean_email("ann\u200b@example.org")


def test_a_licence_is_a_state_and_a_number() -> None:
    assert parse_licence("fl:MA 12345") == Licence("FL", "MA 12345")
    assert str(Licence("FL", "MA12345")) == "FL:MA12345"
    for bad in ("MA12345", ":12", "FL:", "FLOR:1", "FL:\u202e1"):
        with pytest.raises(Refused):
            parse_licence(bad)

"""A provider is complete, or is refused with the thing that is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cequiz.domain.credential.provider import Provider, Signatory
from cequiz.errors import InvalidText, Refused
from tests.builders import NOON
from tests.papers import SCHOOL


def test_a_provider_comes_back_from_its_json() -> None:
    with_instructor = replace(SCHOOL, instructor=Signatory("Dana", "LMT"))
    assert Provider.from_json(SCHOOL.to_json()) == SCHOOL
    assert Provider.from_json(with_instructor.to_json()) == with_instructor


def test_local_time_is_that_of_its_zone() -> None:
    assert SCHOOL.local(NOON).hour == 7


@pytest.mark.parametrize(
    "address",
    ["https://school.example", "https://School.Example/V", "https://school.example:8443/CE/V1.0_A-B/", "HTTPS://A.B/"],
)
def test_a_verification_page_that_a_code_in_capitals_opens_is_taken(address: str) -> None:
    assert replace(SCHOOL, verify_at=address).verify_at == address


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://school.example/V", "no https address"),
        ("school.example/V", "no https address"),
        ("https:///V", "no https address"),
        ("https://user:secret@school.example/V", "no https address"),
        ("https://school.example:99999/V", "no https address"),
        ("https://[bad/V", "no https address"),
        ("https://school.example/V?x=1", "query or a fragment"),
        ("https://school.example/V#", "query or a fragment"),
        ("https://school.example/V?", "query or a fragment"),
        ("https://school.example/verify", "not in capitals"),
        ("https://school.example/V%20A", "not in capitals"),
        ("https://school.example/\u00dc", "not in capitals"),
        ("https://school.example/V A", "not in capitals"),
    ],
)
def test_a_verification_page_that_a_code_could_not_open_is_refused(address: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        replace(SCHOOL, verify_at=address)
    assert caught.value.hint


@pytest.mark.parametrize("zone", ["", "Nowhere/At-All", "../../etc/passwd", "/etc/localtime"])
def test_a_time_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(Refused, match="time zone") as caught:
        replace(SCHOOL, time_zone=zone)
    assert "America/New_York" in caught.value.hint


@pytest.mark.parametrize("what", ["name", "contact", "address"])
def test_an_empty_text_is_named(what: str) -> None:
    with pytest.raises(InvalidText, match=f"{what} is empty"):
        Provider(**{**vars(SCHOOL), what: " "})


@pytest.mark.parametrize("person", [Signatory("", "Office"), Signatory("Lee", "")])
def test_an_administrator_has_a_name_and_a_role(person: Signatory) -> None:
    with pytest.raises(InvalidText, match="administrator"):
        replace(SCHOOL, administrator=person)


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\u202egnp", "two\nlines"])
def test_text_that_deceives_a_reader_is_refused(hidden: str) -> None:
    with pytest.raises(InvalidText, match=r"U\+"):
        replace(SCHOOL, name=f"School {hidden}")
    with pytest.raises(InvalidText, match=r"U\+"):
        replace(SCHOOL, instructor=Signatory("Dana", hidden))

"""Verifying compares every printed field, and says what the record is worth today."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.credential.verification import Standing, compare
from tests.papers import facts, texts

NAMES = sorted(texts(facts()))


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("issued", Standing.VALID),
        ("superseded", Standing.SUPERSEDED),
        ("suspended", Standing.SUSPENDED),
        ("revoked", Standing.REVOKED),
        ("expired", Standing.EXPIRED),
        ("", Standing.UNKNOWN),
        (None, Standing.UNKNOWN),
        ("something new", Standing.UNKNOWN),
    ],
)
def test_the_newest_status_decides(status: str | None, standing: Standing) -> None:
    found = compare(texts(facts()), facts(), status)
    assert found.standing is standing
    assert found.good is (status == "issued")
    assert not found.differences


@given(st.sampled_from(NAMES), st.text(max_size=20))
def test_any_changed_field_is_found_and_named(name: str, other: str) -> None:
    printed = texts(facts())
    changed = {**printed, name: f"{printed[name]}!{other}"}
    found = compare(changed, facts(), "issued")
    assert found.standing is Standing.ALTERED
    assert [one.recorded for one in found.differences] == [printed[name]]


def test_a_removed_and_an_added_field_are_found() -> None:
    printed = texts(facts(approvals=()))
    assert compare(printed, facts(), "issued").differences[0].label == "Approvals"
    added = compare(texts(facts()), facts(approvals=()), "issued")
    assert added.standing is Standing.ALTERED
    assert added.differences[0].recorded == ""


def test_how_lines_were_broken_does_not_matter() -> None:
    printed = {name: text.replace(" ", "\n  ") for name, text in texts(facts()).items()}
    assert compare(printed, facts(), "issued").good


def test_an_altered_certificate_is_altered_even_when_it_was_revoked() -> None:
    assert compare({**texts(facts()), "hours": "160 CE hours"}, facts(), "revoked").standing is Standing.ALTERED


def test_without_a_record_it_is_a_specimen_or_unknown() -> None:
    assert compare(texts(facts(number=None)), None, None).standing is Standing.SPECIMEN
    assert compare(texts(facts()), None, None).standing is Standing.UNKNOWN
    assert not compare(texts(facts()), None, None).good


def test_frozen_facts_of_a_specimen_have_no_standing() -> None:
    preview = facts(number=None)
    assert compare(texts(preview), preview, "issued").standing is Standing.SPECIMEN

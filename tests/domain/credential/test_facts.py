"""Facts: one list of what is printed, and a frozen form that survives the store."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from cequiz.domain.canonical import canonical
from cequiz.domain.credential.facts import ApprovalFact, Facts, LicenceFact, date_text
from cequiz.domain.credential.provider import Signatory
from tests.papers import facts, texts


def test_a_board_finds_every_fact_in_the_words_that_it_expects() -> None:
    printed = texts(facts())
    assert printed["title"] == "Certificate of Achievement"
    assert printed["hours"] == "16 CE hours"
    assert printed["completed"] == "November 22, 2026"
    assert printed["examination"] == "Passed with 92 %, 75 % required"
    assert printed["licences"] == "License FL MA12345"
    assert printed["approvals"] == "NCBTMB, provider 1234567, course 98765"
    assert printed["instructor"] == "Dana Sample, LMT"
    assert "specimen" not in printed


def test_the_unit_is_never_ceu() -> None:
    assert not any("CEU" in text for text in texts(facts()).values())


def test_what_is_empty_is_not_printed() -> None:
    bare = facts(licences=(), approvals=(), subjects=(), score="", footer="", place="")
    assert {"licences", "approvals", "subjects", "examination", "footer", "place"}.isdisjoint(texts(bare))


def test_numbers_that_no_board_gave_are_not_invented() -> None:
    assert str(ApprovalFact("FL", "", "20-1", "T", "16")) == "FL, course 20-1"
    assert str(ApprovalFact("FL", "", "", "T", "16")) == "FL"


def test_a_specimen_says_so_and_has_no_number() -> None:
    printed = texts(facts(number=None))
    assert printed["specimen"] == "SPECIMEN"
    assert "number" not in printed


def test_a_revision_note_is_printed_on_a_revision_only() -> None:
    assert "revision" not in texts(facts(revision_note="name corrected"))
    assert texts(facts(revision=1, revision_note="name corrected"))["revision"] == "name corrected"


@pytest.mark.parametrize(
    "one",
    [
        facts(),
        facts(number=None, licences=(), approvals=(), subjects=()),
        facts(
            revision=2,
            revision_note="Ζωή",
            licences=(LicenceFact("FL", "1"), LicenceFact("CA", "2")),
            instructors=(Signatory("A", ""), Signatory("B", "LMT")),
            approvals=(ApprovalFact("X", "", "", "T", "1.5"),),
        ),
    ],
)
def test_facts_come_back_from_their_json_with_the_same_digest(one: Facts) -> None:
    again = Facts.from_json(json.loads(canonical(one.to_json())))
    assert again == one
    assert again.digest() == one.digest()


def test_any_changed_fact_changes_the_digest() -> None:
    changes: list[dict[str, Any]] = [
        {"student_name": "X"},
        {"ce_hours": "1"},
        {"number": None},
        {"completed_on": date(2026, 1, 1)},
    ]
    assert len({facts().digest(), *(facts(**change).digest() for change in changes)}) == 5


def test_dates_do_not_depend_on_the_locale() -> None:
    assert date_text(date(2026, 3, 1)) == "March 1, 2026"
    assert date_text(date(2027, 12, 31)) == "December 31, 2027"

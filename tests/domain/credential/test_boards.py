"""Boards: a certificate that a board would reject is never issued, and a good one is never held up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.bank.course import Approval
from cequiz.domain.credential.boards import (
    GENERIC,
    BoardPack,
    Breach,
    accepts_title,
    breaches,
    breaches_of_text,
    speaks_of_ceu,
    told,
)
from cequiz.domain.credential.facts import LicenceFact
from cequiz.domain.credential.provider import Signatory
from cequiz.domain.text import visible
from tests.papers import facts

SOURCE = "The board's own questions and answers"
CHECKED = date(2026, 11, 22)


def pack(**changes: Any) -> BoardPack:
    asked: dict[str, Any] = {
        "id": "sample",
        "name": "Sample Board",
        "required": frozenset({"name", "licences", "hours", "instructor", "approvals"}),
        "titles": {"home-study": ("Certificate of Achievement", "Certificate of Attendance")},
        "retroactive_days": 365,
        "licence_states": ("FL",),
        "source": SOURCE,
        "checked_on": CHECKED,
    }
    return BoardPack(**{**asked, **changes})


def approval(**changes: Any) -> Approval:
    asked = {
        "board": "Sample",
        "title": "Essential Assessments",
        "hours": "16",
        "from": "2026-01-01",
        "to": "2027-12-31",
    }
    return Approval.model_validate({**asked, **changes})


def rules(found: tuple[Breach, ...]) -> list[str]:
    return [one.rule for one in found]


def test_a_certificate_that_satisfies_its_board_is_let_through() -> None:
    assert breaches(pack(), facts(), approval()) == ()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"licences": ()}, "licence_states.FL"),
        ({"licences": (LicenceFact("NY", "27"),)}, "licence_states.FL"),
        ({"licences": (LicenceFact("NY", "FL 5"),)}, "licence_states.FL"),
        ({"instructors": ()}, "required.instructor"),
        ({"approvals": ()}, "required.approvals"),
        ({"document_title": "Certificate of Completion"}, "titles.home-study"),
        ({"course_title": "Essential Assessment"}, "approval.title"),
        ({"ce_hours": "16.5"}, "approval.hours"),
        ({"ce_hours": "1.6"}, "approval.hours"),
        ({"completed_on": date(2024, 12, 31)}, "approval.dates"),
        ({"completed_on": date(2028, 1, 1)}, "approval.dates"),
        ({"footer": "This course is worth 16 CEUs."}, "unit"),
    ],
)
def test_what_a_board_would_reject_is_named_by_its_rule(changes: dict[str, Any], rule: str) -> None:
    assert rule in rules(breaches(pack(), facts(**changes), approval()))


def test_a_breach_tells_rule_source_and_date() -> None:
    assert told(breaches(pack(), facts(ce_hours="12"), approval())) == (
        f"Sample Board ({SOURCE}, checked on 2026-11-22):",
        "- The certificate has 12 CE hours, approved are 16 CE hours. (rule approval.hours)",
    )


def test_a_missing_licence_is_told_once() -> None:
    found = rules(breaches(pack(required=frozenset({"licences"})), facts(licences=()), approval()))
    assert found == ["licence_states.FL"]


def test_a_body_is_printed_by_its_own_name_and_an_unknown_one_as_the_course_has_it() -> None:
    called = pack(names=("sb",))
    assert [called.body(one) for one in ("SB", "sample board", called.id)] == ["Sample Board"] * 3
    assert pack(id=GENERIC).body("Utah Board") == "Utah Board"


def test_hours_that_are_written_in_another_unit_on_the_page_are_refused() -> None:
    printed = {one.name: one.text for one in facts().printed_fields()}
    for unit in ("16 CEU", "16 hours", "16", ""):
        found = breaches_of_text(pack(), {**printed, "hours": unit}, None, completed_on=date(2026, 11, 22))
        assert "unit" in rules(found), unit


def test_space_that_a_page_breaks_differently_is_no_breach() -> None:
    printed = {one.name: "  ".join(one.text.split(" ")) + "\n" for one in facts().printed_fields()}
    assert breaches_of_text(pack(), printed, approval(), completed_on=date(2026, 11, 22)) == ()


def test_a_school_that_has_the_wrong_unit_in_its_name_is_not_refused_for_it() -> None:
    assert breaches(pack(), facts(provider_name="The CEU School", provider_contact="ceu@example.org"), approval()) == ()


def test_a_delivery_that_the_source_does_not_speak_of_may_have_any_title() -> None:
    assert breaches(pack(), facts(delivery="Webinar", document_title="Record of Study"), approval()) == ()
    assert accepts_title(pack(), "live", "Anything")
    assert not accepts_title(pack(), "home-study", "Anything")


def test_a_board_that_does_not_ask_for_exact_titles_is_not_asked_of() -> None:
    assert breaches(pack(exact_approval=False), facts(ce_hours="12", course_title="Other"), approval()) == ()


def test_without_an_approval_only_the_page_itself_is_looked_at() -> None:
    assert breaches(pack(), facts(course_title="Other", completed_on=date(1999, 1, 1)), None) == ()


@pytest.mark.parametrize(
    ("text", "wrong"), [("16 CEUs", True), ("1.6 c.e.u.", True), ("16 CE hours", False), ("Museum", False)]
)
def test_the_unit_that_is_ten_times_too_large_is_known(text: str, wrong: bool) -> None:
    assert speaks_of_ceu(text) is wrong


DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@given(DAYS, st.integers(0, 2000), st.integers(0, 800), st.integers(-3000, 4000))
def test_an_approval_covers_exactly_its_days(start: date, length: int, back: int, offset: int) -> None:
    end, completed = start + timedelta(days=length), start + timedelta(days=offset)
    found = breaches(
        pack(retroactive_days=back),
        facts(completed_on=completed),
        approval(**{"from": start.isoformat(), "to": end.isoformat()}),
    )
    assert (rules(found) == []) is (-back <= offset <= length)


def test_an_approval_at_the_beginning_of_the_calendar_does_not_fail() -> None:
    early = approval(**{"from": "0001-01-01", "to": "0001-06-01"})
    assert breaches(pack(), facts(completed_on=date(1, 3, 1)), early) == ()


TEXT = st.text(min_size=1, max_size=40).map(visible).map(lambda text: text if text.strip() else f"a{text}")


@given(title=TEXT, other=TEXT)
def test_a_title_passes_only_when_it_is_the_approved_one(title: str, other: str) -> None:
    same = title.split() == other.split()
    found = breaches(pack(), facts(course_title=title), approval(title=other))
    assert ("approval.title" in rules(found)) is not same


@given(st.sets(st.sampled_from(["FL", "NY", "TX", "CA"])), st.sets(st.sampled_from(["FL", "NY", "TX"])))
def test_every_state_that_is_asked_for_and_only_that_is_missed(has: set[str], asked: set[str]) -> None:
    found = breaches(
        pack(licence_states=tuple(sorted(asked)), required=frozenset()),
        facts(licences=tuple(LicenceFact(state, "MA1") for state in sorted(has))),
        approval(),
    )
    assert set(rules(found)) == {f"licence_states.{state}" for state in asked - has}


@given(st.sets(st.sampled_from(["licences", "instructor", "subjects", "approvals", "place", "examination"])))
def test_every_empty_field_that_is_required_is_missed_and_no_other(emptied: set[str]) -> None:
    empty: dict[str, dict[str, Any]] = {
        "licences": {"licences": ()},
        "instructor": {"instructors": ()},
        "subjects": {"subjects": ()},
        "approvals": {"approvals": ()},
        "place": {"place": ""},
        "examination": {"score": ""},
    }
    changes = {key: value for name in emptied for key, value in empty[name].items()}
    found = breaches(pack(required=frozenset(empty), licence_states=()), facts(**changes), approval())
    assert set(rules(found)) == {f"required.{name}" for name in emptied}


def test_a_board_is_known_by_any_of_its_names() -> None:
    board = pack(names=("Sample Board of Massage",))
    assert all(map(board.is_called, ("SAMPLE", "sample  board", "Sample Board of MASSAGE")))
    assert not board.is_called("Samples")


def test_every_signatory_can_satisfy_the_rule_for_instructors() -> None:
    assert breaches(pack(), facts(instructors=(Signatory("Dana Sample", ""),)), approval()) == ()

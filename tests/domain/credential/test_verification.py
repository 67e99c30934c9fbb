"""Verifying compares every printed field, and says what the record is worth today."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.trust import Answer
from cequiz.domain.credential.verification import (
    Exhibit,
    Kind,
    Signed,
    Source,
    Standing,
    Verdict,
    compare,
    fault,
    fields_of,
    judge,
)
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


def part(source: Source, *, good: bool | None = True, **changes: Any) -> Signed:
    """Return a signed part of the sample certificate; `key_id`, `index` and facts can be others."""
    key_id, index = changes.pop("key_id", "0123456789abcdef"), changes.pop("index", 7)
    return Signed(
        source=source, key_id=key_id, good=good, index=index, fields=facts(**changes).frozen().printed_fields()
    )


def paper(*, good: bool | None = True, page: dict[str, Any] | None = None, **changes: Any) -> Exhibit:
    """Return a whole PDF: page, code and credential of the sample certificate; the page can say something else."""
    return Exhibit(
        kind=Kind.PDF,
        page=texts(facts(**(changes if page is None else page))),
        signed=(part(Source.CODE, good=good, **changes), part(Source.CREDENTIAL, good=good, **changes)),
        complete=True,
    )


def told(verdict: Verdict) -> list[tuple[str, str, str, Source]]:
    return [(one.label, one.printed, one.recorded, one.source) for one in verdict.differences]


@pytest.mark.parametrize(
    ("life", "standing"),
    [
        (None, Standing.VALID),
        (Life.ISSUED, Standing.VALID),
        (Life.SUPERSEDED, Standing.SUPERSEDED),
        (Life.SUSPENDED, Standing.SUSPENDED),
        (Life.REVOKED, Standing.REVOKED),
        (Life.EXPIRED, Standing.EXPIRED),
    ],
)
def test_a_signed_certificate_is_worth_what_its_life_says(life: Life | None, standing: Standing) -> None:
    for exhibit in (paper(), Exhibit(kind=Kind.CODE, signed=(part(Source.CODE),))):
        assert judge(exhibit, answer=Answer(life=life)) == Verdict(standing)


def test_a_record_whose_life_is_not_known_is_not_called_valid() -> None:
    assert judge(paper(), record=facts(), answer=Answer()).standing is Standing.UNKNOWN


@pytest.mark.parametrize("life", [None, *Life])
def test_a_key_that_nobody_knows_is_said_whatever_the_life(life: Life | None) -> None:
    assert judge(paper(good=None), answer=Answer(life=life)).standing is Standing.UNKNOWN_KEY


@pytest.mark.parametrize("good", [True, None])
@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_the_page_is_compared_with_what_was_signed(name: str, good: bool | None) -> None:
    exhibit = replace(paper(good=good), page={**texts(facts()), name: "something else"})
    verdict = judge(exhibit, answer=Answer(life=Life.ISSUED))
    assert verdict.standing is Standing.ALTERED
    (found,) = verdict.differences
    assert (found.printed, found.recorded) == ("something else", texts(facts())[name])
    assert (found.source, found.against) == (Source.PAGE, Source.CODE)


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        ((), [("Signed code", "missing", "", Source.CODE), ("Attached credential", "missing", "", Source.CREDENTIAL)]),
        ((part(Source.CODE),), [("Attached credential", "missing", "", Source.CREDENTIAL)]),
        ((part(Source.CREDENTIAL),), [("Signed code", "missing", "", Source.CODE)]),
        (
            (part(Source.CODE, good=False), part(Source.CREDENTIAL)),
            [("Signature", "does not fit", "", Source.CODE)],
        ),
        (
            (part(Source.CODE), part(Source.CREDENTIAL, ce_hours="61")),
            [("Hours", "61 CE hours", "16 CE hours", Source.CREDENTIAL)],
        ),
        (
            # The part whose signature fits is believed, whichever it is.
            (part(Source.CODE, good=None, ce_hours="61"), part(Source.CREDENTIAL)),
            [("Hours", "61 CE hours", "16 CE hours", Source.CODE)],
        ),
        (
            (part(Source.CODE), part(Source.CREDENTIAL, index=8)),
            [("Place in the status list", "8", "7", Source.CREDENTIAL)],
        ),
        (
            (part(Source.CODE), part(Source.CREDENTIAL, key_id="fedcba9876543210")),
            [("Key", "fedcba9876543210", "0123456789abcdef", Source.CREDENTIAL)],
        ),
        (
            (part(Source.CODE), part(Source.CREDENTIAL), part(Source.CREDENTIAL, student_name="Else")),
            [("Name", "Else", "Marisol Ortega-Quinn", Source.CREDENTIAL)],
        ),
    ],
)
def test_parts_that_are_missing_damaged_or_of_two_certificates_are_listed(
    signed: tuple[Signed, ...], expected: list[tuple[str, str, str, Source]]
) -> None:
    verdict = judge(replace(paper(), signed=signed), answer=Answer(life=Life.ISSUED))
    assert verdict.standing is Standing.ALTERED
    assert told(verdict) == expected


def test_a_fault_that_reading_found_makes_it_altered() -> None:
    added = fault("Page", "something was put on it", Source.PAGE)
    assert judge(replace(paper(), faults=(added,)), answer=Answer()).differences == (added,)
    assert judge(replace(paper(), seal=False), answer=Answer()).standing is Standing.ALTERED
    assert judge(replace(paper(), seal=True), answer=Answer()).good


def test_everything_is_compared_with_the_record_of_the_store() -> None:
    verdict = judge(paper(ce_hours="61"), record=facts(), index=8, answer=Answer(life=Life.ISSUED))
    assert verdict.standing is Standing.ALTERED
    assert {(one.label, one.source) for one in verdict.differences} == {
        ("Hours", Source.PAGE),
        ("Hours", Source.CODE),
        ("Hours", Source.CREDENTIAL),
        ("Place in the status list", Source.CODE),
        ("Place in the status list", Source.CREDENTIAL),
    }


def test_a_preview_has_no_standing_and_needs_no_signature() -> None:
    preview = Exhibit(kind=Kind.PDF, page=texts(facts(number=None)), complete=True)
    assert judge(preview, answer=Answer()).standing is Standing.SPECIMEN
    dressed_up = replace(paper(), page=texts(facts(number=None)))
    assert judge(dressed_up, answer=Answer()).standing is Standing.ALTERED


def test_nothing_signed_and_no_record_is_unknown() -> None:
    assert judge(Exhibit(kind=Kind.PDF, page=texts(facts())), answer=Answer()).standing is Standing.UNKNOWN


def test_what_is_shown_are_the_signed_texts_of_every_field_that_stands_anywhere() -> None:
    forged = replace(paper(), page={**texts(facts(footer="")), "hours": "61 CE hours", "revision": "none"})
    shown = {field.name: field.text for field in fields_of(forged)}
    assert shown == {**texts(facts()), "revision": "none"}

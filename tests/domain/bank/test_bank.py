"""A bank as a value: lossless, hashed by its content, strict in its fields."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cequiz.domain.bank.bank import Bank, bank_schema
from cequiz.domain.bank.types import question_types
from cequiz.errors import NotFound
from tests.domain.bank.samples import OPTIONS, bank, bank_data, multiple_data, options, question, true_false_data

SCHEMA = Path(__file__).parents[3] / "question_banks" / "schema" / "bank-1.json"


def test_every_file_in_the_types_folder_is_a_type() -> None:
    assert list(question_types()) == [
        "cloze",
        "label_figure",
        "matching",
        "multiple",
        "numeric",
        "ordering",
        "short_answer",
        "single",
        "true_false",
    ]


def test_a_bank_comes_back_from_its_json_as_it_was() -> None:
    original = bank(
        multiple_data(id="m", method="right-minus-wrong", floor="0.5", points="1.50", waive={"W08": "why"}),
        true_false_data(id="t", rationale="It does."),
        multiple_data(id="f", figure="atlas", enemies=["m"], tests=["one"], shuffle="false", version="3"),
        figures={"atlas": {"file": "a.png", "alt": "The atlas"}},
        authors=[{"name": "A. Author"}],
    )
    text = json.dumps(original.to_json())
    assert Bank.from_json(json.loads(text)) == original
    assert Bank.from_json(json.loads(text)).content_hash() == original.content_hash()


def test_scalars_become_what_their_fields_mean() -> None:
    item = question(points="1.50", version="7", shuffle="false")
    assert (item.points, item.version, item.shuffle) == (Fraction(3, 2), 7, False)
    assert item.review.on == date(2026, 11, 22)


@pytest.mark.parametrize(
    "changes",
    [
        {"points": "0"},
        {"points": "-1"},
        {"points": "1_000"},
        {"points": "inf"},
        {"points": "nan"},
        {"points": "1e3"},
        {"points": "0x1F"},
        {"points": "9" * 5_000},
        {"version": "0"},
        {"version": "1.0"},
        {"version": "٣"},
        {"shuffle": "yes"},
        {"shuffle": "True"},
        {"review": {"status": "approved", "by": "me", "on": "2026-02-30"}},
        {"review": {"status": "approved", "by": "me", "on": "20260101"}},
        {"options": options(*"abcdefghijk", "l")},
        {"options": options("a")},
        {"waive": {"E01": "why"}},
        {"waive": {"W08": "  "}},
        {"id": "Upper"},
        {"id": "a" * 65},
        {"id": "newline\n"},
        {"stem": None},
    ],
)
def test_what_a_field_cannot_mean_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        question(**changes)


def test_the_content_hash_follows_what_the_student_sees_and_the_key() -> None:
    plain = question()
    hashes = {
        plain.content_hash(),
        question(stem="Which muscle turns the head on the neck to its own side?").content_hash(),
        question(options=options(*[str(option["text"]) for option in OPTIONS], key=1)).content_hash(),
        question(shuffle="false").content_hash(),
        question(points="2").content_hash(),
    }
    assert len(hashes) == 5


def test_the_content_hash_ignores_what_the_student_never_sees() -> None:
    plain = question()
    assert question(rationale="Because.", difficulty="hard", enemies=["x"]).content_hash() == plain.content_hash()


def test_the_hash_of_a_bank_does_not_depend_on_defaults_being_spelled_out() -> None:
    assert bank(bank_data()["questions"][0] | {"points": "1.0", "version": "1"}).content_hash() == bank().content_hash()


def test_a_question_is_found_by_its_id_or_refused_by_name() -> None:
    assert bank().question("oci-action").id == "oci-action"
    with pytest.raises(NotFound, match="no question nobody"):
        bank().question("nobody")


def test_the_schema_for_editors_is_the_one_that_is_shipped() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json.loads(json.dumps(bank_schema()))


def test_the_schema_asks_for_what_the_format_requires() -> None:
    single = bank_schema()["$defs"]["Single"]
    assert {"id", "objective", "references", "options", "claim"} <= set(single["required"])
    assert single["additionalProperties"] is False

"""A report as a value: what people see of it, and what programs get."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from cequiz.domain.canonical import Json
from cequiz.domain.report import Align, Column, Report, cell_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        ("Zoë", "Zoë"),
        (["FL 1", "NY 2"], "FL 1, NY 2"),
        ({"a": 3, "b": 0}, "a: 3, b: 0"),
        ([], ""),
    ],
)
def test_a_value_is_words_for_people(value: Json, text: str) -> None:
    """A table would show `None`, `True` or brackets."""
    assert cell_text(value) == text


def test_programs_get_the_instant_in_universal_time_and_every_value_as_it_is() -> None:
    """A program on another machine would take the report for an older one, or have to read words."""
    there = datetime(2026, 11, 22, 10, 4, 5, tzinfo=timezone(timedelta(hours=-5)))
    report = Report(
        id="sample",
        title="Sample",
        made_at=there,
        columns=(Column("a", "A"), Column("n", "N", Align.RIGHT)),
        rows=[{"a": ["x"], "n": None}],
        summary={"rows": 1},
    )
    assert report.to_json() == {
        "id": "sample",
        "title": "Sample",
        "made_at": "2026-11-22T15:04:05Z",
        "covers": "",
        "columns": [
            {"key": "a", "heading": "A", "align": "left"},
            {"key": "n", "heading": "N", "align": "right"},
        ],
        "rows": [{"a": ["x"], "n": None}],
        "notes": [],
        "summary": {"rows": 1},
    }

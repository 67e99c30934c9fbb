"""How a person is recognised in a text: a number alone is nobody's name."""

from __future__ import annotations

import pytest

from cequiz.domain.people.remains import Known, Trace, flat
from cequiz.domain.people.student import Licence

CORA = Known(
    names=frozenset({"Cora Lane"}),
    emails=frozenset({"cora@example.org"}),
    licences=frozenset(
        {Licence("GA", "123456"), Licence("TX", "2026"), Licence("FL", "MA4711"), Licence("AL", "33601")}
    ),
)


@pytest.mark.parametrize(
    ("text", "trace"),
    [
        ("the class of CORA\nlane", Trace.NAMES),
        ("Coral Lane", Trace.NONE),
        ("cora@example.org,80", Trace.NAMES),
        ("GA:123456", Trace.NAMES),
        ("licence GA 123456", Trace.NAMES),
        ("the licence MA4711", Trace.NAMES),
        ("MA47110", Trace.NONE),
        ("provider 123456", Trace.MAY),
        ("GA:1234567", Trace.NONE),
        ("made on 2026-11-22", Trace.MAY),
        ("AL:33601", Trace.NAMES),
        ("Main Street 1, Mobile, AL 33601", Trace.MAY),
    ],
)
def test_only_what_stands_for_nobody_else_names_a_person(text: str, trace: Trace) -> None:
    """A purge would delete the reports of others, because a year or a provider's number is in them."""
    assert CORA.finder.trace(flat(text)) is trace


@pytest.mark.parametrize(
    ("text", "trace"),
    [
        ("\x09\x00\x00Cora Lane\x02", Trace.NAMES),
        ("\u0100cora lane\u0100", Trace.NAMES),
        ("\x09\x00\x00Cora Lanex", Trace.MAY),
        ("\x09\x00\x00FL:MA47115\x00", Trace.MAY),
        ("\x09\x00\x002026\x00", Trace.MAY),
        ("nobody", Trace.NONE),
    ],
)
def test_in_a_sheet_letters_of_the_program_may_stand_beside_a_word(text: str, trace: Trace) -> None:
    assert CORA.finder.trace(flat(text), sheet=True) is trace


def test_a_finder_of_nothing_finds_nothing() -> None:
    nobody = Known(names=frozenset({""}), emails=frozenset(), licences=frozenset())
    assert nobody.finder.trace(flat("anything at all")) is Trace.NONE

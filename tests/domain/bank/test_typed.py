"""What a typed answer earns, and what may be typed at all."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cequiz.bootstrap import bundled_lexicon
from cequiz.domain.bank.types.numeric import Numeric
from cequiz.domain.bank.types.short_answer import ShortAnswer
from cequiz.errors import InvalidResponse
from tests.builders import question

NERVE: dict[str, Any] = {
    "accept": [{"text": "axillary nerve"}, {"text": "circumflex nerve", "credit": "1/2"}],
    "spelling": "tolerant",
}
MILLIGRAMS: dict[str, Any] = {"unit": {"canonical": "mg", "accept": {"g": "1000", "\N{MICRO SIGN}g": "0.001"}}}


def short(**fields: Any) -> ShortAnswer:
    frame = question(type="short_answer", **fields)
    del frame["options"]
    return ShortAnswer.model_validate(frame)


def numeric(answer: str = "42", **fields: Any) -> Numeric:
    frame = question(type="numeric", answer=answer, **fields)
    del frame["options"]
    return Numeric.model_validate(frame)


def refusal(found: ShortAnswer | Numeric, text: object) -> InvalidResponse:
    with pytest.raises(InvalidResponse) as caught:
        found.accept({"text": text})  # type: ignore[dict-item] # wrong on purpose in some cases
    return caught.value


def test_a_short_answer_earns_the_credit_of_the_best_accepted_text() -> None:
    found = short(**NERVE)
    earned = {text: found.mark({"text": text}) for text in ("Axillary  NERVE", "circumflex nerve", "radial nerve")}
    assert earned == {"Axillary  NERVE": 1, "circumflex nerve": Fraction(1, 2), "radial nerve": 0}
    assert found.mark(None) == 0
    assert found.mark(found.key()) == 1


def test_exact_spelling_keeps_diacritics_and_forgives_no_slip() -> None:
    found = short(accept=[{"text": "a\N{LATIN SMALL LETTER N WITH TILDE}o"}])
    composed = "A\N{LATIN CAPITAL LETTER N WITH TILDE}O"
    assert found.mark({"text": composed}) == 1
    assert found.mark({"text": "an\N{COMBINING TILDE}o"}) == 1, "the same letters, written in another way"
    assert found.mark({"text": "ano"}) == 0
    assert found.mark({"text": "a\N{LATIN SMALL LETTER N WITH TILDE}os"}, bundled_lexicon()) == 0


def test_the_review_shows_what_was_typed_beside_what_is_right() -> None:
    (part,) = short(**NERVE).parts({"text": " circumflex nerve"})
    assert (part.given, part.right, part.share) == (" circumflex nerve", "axillary nerve", Fraction(1, 2))
    (part,) = numeric(**MILLIGRAMS).parts(None)
    assert (part.given, part.right, part.share) == (None, "42 mg", Fraction(0))


def test_a_near_miss_is_told_of_the_text_as_it_was_typed() -> None:
    found = short(accept=[{"text": "internal rotation"}], spelling="tolerant")
    (miss,) = found.near_misses({"text": "External rotation"}, bundled_lexicon())
    assert (miss.part, miss.given, miss.pair) == ("", "External rotation", ("external", "internal"))
    assert found.near_misses({"text": "traction"}, bundled_lexicon()) == ()
    assert found.near_misses(None, bundled_lexicon()) == ()


def test_the_nearest_accepted_text_counts_not_the_dearest() -> None:
    found = short(
        accept=[{"text": "flexibility"}, {"text": "flexibilitas", "credit": "1/2"}],
        spelling="tolerant",
    )
    assert found.mark({"text": "flexibilitass"}, bundled_lexicon()) == Fraction(1, 2)


@pytest.mark.parametrize("text", ["", "   ", "a\nb", "a\u202eb", "x" * 501, None, 7, ["a"]])
def test_what_cannot_be_an_answer_is_refused(text: object) -> None:
    assert refusal(short(**NERVE), text).sentence


@given(text=st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=60))
def test_a_typed_text_is_kept_as_it_is_and_never_earns_more_than_all(text: str) -> None:
    found = short(**NERVE)
    if not text.strip():
        return
    once = found.accept({"text": text})
    assert once == {"text": text} == found.accept(once) == found.fill(found.filled(once))
    assert 0 <= found.mark(once, bundled_lexicon()) <= 1


@pytest.mark.parametrize(
    "fields",
    [
        {"accept": []},
        {"accept": [{"text": "  "}]},
        {"accept": [{"text": "a", "credit": "1/2"}]},
        {"accept": [{"text": "a"}, {"text": " A "}]},
        {"accept": [{"text": "a"}, {"text": "b", "credit": "0"}]},
        {"accept": [{"text": "a"}, {"text": "b", "credit": "3/2"}]},
        {"accept": [{"text": "a"}, {"text": "b", "credit": "1/0"}]},
        {"accept": [{"text": "a"}, {"text": "b", "credit": "half"}]},
        {"accept": [{"text": "a"}], "spelling": "loose"},
    ],
)
def test_a_short_answer_that_cannot_be_marked_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        short(**fields)


def test_whatever_decides_a_mark_is_in_the_content_hash() -> None:
    hashes = {
        short(**NERVE).content_hash(),
        short(**NERVE | {"spelling": "exact"}).content_hash(),
        short(accept=NERVE["accept"][:1], spelling="tolerant").content_hash(),
        short(accept=[NERVE["accept"][0], {"text": "circumflex nerve"}], spelling="tolerant").content_hash(),
        numeric().content_hash(),
        numeric(tolerance={"absolute": "1"}).content_hash(),
        numeric(tolerance={"percent": "1"}).content_hash(),
        numeric(unit={"canonical": "mg"}).content_hash(),
        numeric(**MILLIGRAMS).content_hash(),
    }
    assert len(hashes) == 9


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("42", 1),
        (" 42 mg ", 1),
        ("42mg", 1),
        ("42 MG", 1),
        ("+42", 1),
        ("0.042 g", 1),
        ("0,042 g", 1),
        ("42000 \N{GREEK SMALL LETTER MU}g", 1),
        ("44.1", 1),
        ("39.9", 1),
        ("44.1000000001", 0),
        ("39,89", 0),
        ("-42", 0),
        ("\N{MINUS SIGN}42", 0),
        (".5", 0),
        ("0,500", 0),
        ("42 g", 0),
    ],
)
def test_a_number_is_right_within_its_tolerance_borders_included(text: str, share: int) -> None:
    found = numeric(tolerance={"percent": "5"}, **MILLIGRAMS)
    assert found.accept({"text": text}) == {"text": text}
    assert found.mark({"text": text}) == share


def test_percent_is_of_the_answers_size_and_no_tolerance_is_none() -> None:
    below = numeric("-40", tolerance={"percent": "10"})
    assert [below.mark({"text": text}) for text in ("-36", "-44", "-35.9", "-44.1")] == [1, 1, 0, 0]
    assert [numeric("0.1").mark({"text": text}) for text in ("0.1", "0.10", "0.1000001")] == [1, 1, 0]
    assert numeric("3", tolerance={"absolute": "0.5"}).mark({"text": "3,5"}) == 1


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1,000", "Write 1000, or write 1.000 with a point."),
        ("-12,500", "Write 12500, or write 12.500 with a point."),
        ("1.000,5", "Write thousands without any mark, and decimals after a point: 1000.5"),
        ("1,000.5", "Write thousands without any mark, and decimals after a point: 1000.5"),
        ("1 000", "Write thousands without any mark, and decimals after a point: 1000.5"),
        ("1/2", "Write digits, such as 42, -3 or 0.5."),
        ("forty-two", "Write digits, such as 42, -3 or 0.5."),
        ("10\N{SUPERSCRIPT TWO}", "Write digits, such as 42, -3 or 0.5."),
        ("\N{VULGAR FRACTION ONE HALF}", "Write digits, such as 42, -3 or 0.5."),
        ("5.", "Write digits, such as 42, -3 or 0.5."),
        ("--3", "Write digits, such as 42, -3 or 0.5."),
        ("42 kg", "Write the number with one of: mg, g, \N{MICRO SIGN}g."),
        ("1e3", "Write the number in full, such as 1000 or 0.001."),
        ("1.5 x 10", "Write the number in full, such as 1000 or 0.001."),
        ("10^3", "Write the number in full, such as 1000 or 0.001."),
        ("5 e", "Write the number with one of: mg, g, \N{MICRO SIGN}g."),
    ],
)
def test_what_is_no_number_is_refused_with_how_to_write_it(text: str, hint: str) -> None:
    assert refusal(numeric(**MILLIGRAMS), text).hint == hint


def test_a_unit_is_refused_where_there_is_none() -> None:
    assert refusal(numeric(), "42 mg").hint == "This question takes a number alone."


def test_the_case_of_a_unit_counts_only_where_two_units_differ_by_it() -> None:
    found = numeric("1", unit={"canonical": "mm", "accept": {"Mm": "1000000000"}})
    assert [found.mark({"text": text}) for text in ("1 mm", "1 Mm")] == [1, 0]
    assert "MM" in refusal(found, "1 MM").sentence


@given(value=st.decimals(-(10**6), 10**6, places=3), comma=st.booleans())
def test_every_plain_decimal_is_read_exactly(value: object, comma: bool) -> None:
    text = f"{value}0"  # four decimals, so that no comma can part thousands
    found = numeric(str(Fraction(text)) if Fraction(text).denominator == 1 else text.rstrip("0"))
    assert found.mark({"text": text.replace(".", ",") if comma else text}) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"tolerance": {}},
        {"tolerance": {"absolute": "1", "percent": "1"}},
        {"tolerance": {"absolute": "-1"}},
        {"unit": {"canonical": "mg", "accept": {"g": "0"}}},
        {"unit": {"canonical": "mg", "accept": {" m g": "2"}}},
        {"unit": {"canonical": "2"}},
        {"unit": {"canonical": "-"}},
    ],
)
def test_a_numeric_question_that_cannot_be_marked_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        numeric(**fields)


def test_the_student_is_told_the_unit_and_nothing_of_the_key() -> None:
    found = numeric(**MILLIGRAMS)
    assert found.slots()[0].unit == "mg"
    assert "42" not in str(found.asked())
    assert "nerve" not in str(short(**NERVE).asked())
    assert (found.missing(None), found.missing({"text": "1"}), found.guess()) == (1, 0, Fraction(0))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (short(**NERVE), short(**{**NERVE, "spelling": "exact"})),
        (short(**NERVE), short(accept=[{"text": "axillary nerve"}], spelling="tolerant")),
        (numeric(), numeric(tolerance={"absolute": "1"})),
        (numeric(**MILLIGRAMS), numeric(unit={"canonical": "mg"})),
    ],
)
def test_what_a_text_earns_is_part_of_the_items_identity(
    one: ShortAnswer | Numeric, other: ShortAnswer | Numeric
) -> None:
    """A student is shown the same, and marked otherwise: a record must name the one that was meant."""
    assert (one.asked(), one.key()) == (other.asked(), other.key())
    assert one.judged_by() != other.judged_by()
    assert one.content_hash() != other.content_hash()

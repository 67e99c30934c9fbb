"""Blind keying: the sheet gives no key away, and answers are held against the wording they were given to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.blind import BlindItem, BlindSheet, blind_items, compare
from tests.domain.bank.samples import OPTIONS, bank, multiple_data, question_data, true_false_data


def keyed(key: str, **changes: object) -> dict[str, object]:
    """A question whose right option has this letter."""
    options = [{"id": one["id"], "text": one["text"]} for one in OPTIONS]
    for option in options:
        if option["id"] == key:
            option["correct"] = "true"
    return question_data(options=options, **changes)


def filled(items: tuple[BlindItem, ...], **answers: str) -> BlindSheet:
    """A sheet that came back; ids with an underscore for the hyphen."""
    given = {name.replace("_", "-"): answer for name, answer in answers.items()}
    done = tuple(one.model_copy(update={"answer": given.get(one.id, "")}) for one in items)
    return BlindSheet(format="cequiz-blind/1", bank="neck-anatomy", version="2026.1", by="a reader", items=done)


@given(st.sampled_from("abcd"), st.sampled_from("abcd"))
def test_the_sheet_is_the_same_whatever_the_key_is(one: str, other: str) -> None:
    assert blind_items(bank(keyed(one))) == blind_items(bank(keyed(other)))


def test_only_items_with_options_are_on_it_and_no_retired_ones() -> None:
    retired = {"status": "retired", "by": "somebody", "on": "2026-11-22"}
    asked = bank(
        keyed("a", id="one"),
        multiple_data(id="two"),
        true_false_data(id="three"),
        keyed("a", id="four", review=retired),
    )
    assert [one.id for one in blind_items(asked)] == ["one", "two"]


def test_answers_agree_disagree_or_are_open() -> None:
    asked = bank(
        keyed("a", id="one"), keyed("b", id="two"), multiple_data(id="three", right="ac"), keyed("d", id="four")
    )
    found = compare(asked, filled(blind_items(asked), one="a", two="C", three="c, a"))
    assert found.agreed == ("one", "three")
    assert [(one.question, one.key, one.answer) for one in found.disagreed] == [("two", ("b",), ("c",))]
    assert found.unanswered == ("four",)


def test_an_option_that_is_not_there_is_no_answer() -> None:
    asked = bank(keyed("a", id="one"), keyed("b", id="two"))
    found = compare(asked, filled(blind_items(asked), one="z", two="b"))
    assert (found.unknown, found.agreed, found.disagreed) == (("one",), ("two",), ())


def test_an_answer_to_another_wording_counts_neither_way() -> None:
    before: Bank = bank(keyed("a", id="one"), keyed("b", id="two"), keyed("c", id="gone"))
    sheet = filled(blind_items(before), one="a", two="b", gone="c")
    other = "Which muscle turns the head to the other side?"
    reworded = bank(keyed("a", id="one", stem=other), keyed("d", id="two"), keyed("a", id="new"))
    found = compare(reworded, sheet)
    assert found.changed == ("one", "gone")
    assert found.absent == ("new",)
    assert [one.question for one in found.disagreed] == ["two"]

"""W26 and W28: no student learns that a test proves something, or loses a point by a key that is in doubt."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.bank.lint.said import asked, said
from tests.domain.bank.samples import question_data

OTHERS = ("It shows the age of a tear", "It measures the strength", "It replaces the history")


@pytest.mark.parametrize(
    ("stem", "key"),
    [
        ("Which test confirms a tear of the anterior cruciate ligament?", "The Lachman test"),
        ("Which clinical sign proves that the long thoracic nerve is cut?", "Winging"),
        ("If the Lachman test is positive, which tear does the test confirm?", "A cruciate tear"),
        ("Which of these tests reliably diagnoses a disc herniation?", "The slump test"),
        ("What does a positive Lachman test tell the therapist?", "It confirms a ligament tear"),
        ("What does a positive Lachman test tell the therapist?", "A positive test proves a tear"),
    ],
)
def test_a_test_that_is_said_to_be_certain_is_told(stem: str, key: str) -> None:
    (found,) = said("W26", asked(stem, key, *OTHERS))
    assert found.loc[2] in ("stem", "options")


@pytest.mark.parametrize(
    ("stem", "texts"),
    [
        # A distractor may overstate; a key may deny, or leave it to imaging.
        ("What does a positive Lachman test tell?", ("It makes a tear likely", "It confirms a tear", *OTHERS[:2])),
        ("What does a positive Lachman test tell?", ("It does not confirm a tear", *OTHERS)),
        ("What does a positive Lachman test call for?", ("Imaging that confirms a tear", *OTHERS)),
        ("What does a positive test leave open?", ("Whether it confirms a tear at all", *OTHERS)),
        ("Why can no single test confirm a disc herniation?", ("Too many are positive", *OTHERS)),
        ("A client asks whether this test proves a slipped disc. Which reply fits?", ("Ask a physician", *OTHERS)),
        ("Which test is used when a client has two diagnoses at once?", ("The slump test", *OTHERS)),
        ("Which test supports a tear that the surgeon later confirms?", ("The Lachman test", *OTHERS)),
        ("Which form does a client sign to confirm an appointment?", ("A consent form", *OTHERS)),
    ],
)
def test_what_is_denied_asked_or_left_to_others_is_no_claim(stem: str, texts: tuple[str, ...]) -> None:
    assert said("W26", asked(stem, *texts)) == []


def read(*agreed: bool, status: str = "approved") -> dict[str, Any]:
    """Return an item that was read blind so often, each time with this result."""
    blind = [
        {"by": f"reader {place}", "on": "2026-11-20", "agreed": str(one).lower()} for place, one in enumerate(agreed)
    ]
    return question_data(review={"status": status, "by": "somebody", "on": "2026-11-22", "blind": blind})


def test_an_approved_item_whose_last_reader_found_another_answer_is_told() -> None:
    (found,) = said("W28", read(True, False))
    assert found.loc == ("questions", 0, "review", "blind", 1)
    assert "reader 1" in found.message
    assert "2026-11-20" in found.message


@pytest.mark.parametrize(
    "data",
    [read(), read(True), read(False, True), read(False, status="draft"), read(False, status="retired")],
    ids=["unread", "agreed", "mended", "draft", "retired"],
)
def test_items_that_were_mended_or_are_not_approved_are_left_alone(data: dict[str, Any]) -> None:
    assert said("W28", data) == []

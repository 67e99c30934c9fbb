"""Whether a form can be drawn."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from cequiz.domain.bank.blueprint import Shortfall, enemies_of, shortfalls
from cequiz.domain.bank.question import Question
from tests.domain.bank.samples import many, question, question_data


def test_enough_approved_items_make_a_form() -> None:
    assert shortfalls({"D4": 3}, [question(data) for data in many(3)]) == ()


def test_drafts_do_not_count() -> None:
    draft = {"status": "draft", "by": "me", "on": "2026-01-01"}
    pool = [question(data) for data in many(2)] + [question(id="draft", review=draft)]
    assert shortfalls({"D4": 3}, pool) == (Shortfall("D4", 3, 2),)


def test_enemies_do_not_stand_in_one_form_whoever_of_them_says_so() -> None:
    pool = [question(data) for data in many(3)] + [question(id="other", enemies=["item-0"])]
    assert shortfalls({"D4": 3}, pool) == ()
    assert shortfalls({"D4": 4}, pool) == (Shortfall("D4", 4, 3),)


def test_an_item_is_given_up_for_two_of_its_enemies() -> None:
    hub = question(id="hub", enemies=["item-0", "item-1", "item-2"])
    assert shortfalls({"D4": 3}, [hub, *(question(data) for data in many(3))]) == ()


def test_enemies_of_different_objectives_are_weighed_against_each_other() -> None:
    pool = [question(id="one", enemies=["two"]), question(id="two", objective="D3")]
    assert sum(short.needed - short.available for short in shortfalls({"D4": 1, "D3": 1}, pool)) == 1


def test_a_very_large_group_of_enemies_is_estimated_in_time() -> None:
    ring = [question(question_data(id=f"n{n}", enemies=[f"n{(n + 1) % 400}"])) for n in range(400)]
    assert shortfalls({"D4": 100}, ring) == ()


@st.composite
def pools(draw: st.DrawFn) -> list[Question]:
    """Up to seven items of two objectives with any enemies."""
    ids = [f"n{n}" for n in range(draw(st.integers(1, 7)))]
    return [
        question(
            id=name,
            objective=draw(st.sampled_from(["D3", "D4"])),
            enemies=draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)),
        )
        for name in ids
    ]


@settings(deadline=None)
@given(pools(), st.integers(1, 4), st.integers(1, 4))
def test_it_agrees_with_trying_every_form(pool: list[Question], three: int, four: int) -> None:
    enemies = enemies_of(pool)
    drawable = any(
        sum(pool[n].objective == "D3" for n in form) == three and not any(enemies[n] & set(form) for n in form)
        for form in combinations(range(len(pool)), three + four)
    )
    assert (shortfalls({"D3": three, "D4": four}, pool) == ()) is drawable

"""Whether a form can be drawn."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cequiz.domain.bank.blueprint import Shortfall, shortfalls
from cequiz.domain.bank.question import Question
from tests.domain.bank.samples import bank, many, question, question_data


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


def case_of(name: str, *objectives: str, enemies: tuple[str, ...] = (), **changes: Any) -> tuple[Question, ...]:
    """The questions of a case, one an objective."""
    inside = [question_data(id=f"{name}-{n}", objective=objective) for n, objective in enumerate(objectives)]
    data = {"id": name, "type": "case", "vignette": "A runner has pain.", "questions": inside, "enemies": enemies}
    return bank(data | changes).items


def test_a_case_is_counted_whole_or_not_at_all() -> None:
    twins = case_of("one", "D4", "D4") + case_of("two", "D4", "D4")
    assert shortfalls({"D4": 4}, twins) == ()
    assert shortfalls({"D4": 3}, twins) == (Shortfall("D4", 3, 2),)
    assert shortfalls({"D4": 3}, (*twins, question())) == ()


def test_a_case_counts_for_every_objective_of_its_questions() -> None:
    mixed = case_of("one", "D4", "D3")
    assert shortfalls({"D4": 1, "D3": 1}, mixed) == ()
    assert shortfalls({"D4": 1}, mixed) == (Shortfall("D4", 1, 0),)


def test_a_case_with_a_question_that_is_not_approved_does_not_count() -> None:
    one, _ = case_of("one", "D4", "D4")
    assert shortfalls({"D4": 1}, [one]) == (Shortfall("D4", 1, 0),)


def test_a_case_and_its_enemies_are_weighed_against_each_other() -> None:
    case = case_of("one", "D4", "D4", enemies=("item-0",))
    pool = [*case, *(question(data) for data in many(2))]
    assert shortfalls({"D4": 3}, pool) == ()
    assert shortfalls({"D4": 4}, pool) == (Shortfall("D4", 4, 3),)
    assert shortfalls({"D4": 3}, [*case_of("one", "D4", "D4"), question(enemies=["one"])]) == (Shortfall("D4", 3, 2),)


@st.composite
def pools(draw: st.DrawFn) -> list[Question]:
    """Up to five questions and three cases of two objectives with any enemies."""
    ids = [f"n{n}" for n in range(draw(st.integers(0, 5)))] + [f"c{n}" for n in range(draw(st.integers(0, 3)))]
    objectives = st.sampled_from(["D3", "D4"])
    pool: list[Question] = []
    for name in ids:
        enemies = draw(st.lists(st.sampled_from([one for one in ids if one != name] or ["x"]), max_size=2, unique=True))
        if name.startswith("c"):
            pool += case_of(name, *draw(st.lists(objectives, min_size=2, max_size=3)), enemies=tuple(enemies))
        else:
            pool.append(question(id=name, objective=draw(objectives), enemies=enemies))
    return pool


@settings(deadline=None)
@given(pools(), st.integers(1, 4), st.integers(1, 4))
def test_it_agrees_with_trying_every_form(pool: list[Question], three: int, four: int) -> None:
    wanted = Counter({"D3": three, "D4": four})
    named = {question.id: (question.case.id if question.case else question.id) for question in pool}
    blocks = sorted(set(named.values()))
    members = {block: [question for question in pool if named[question.id] == block] for block in blocks}

    def possible(form: tuple[str, ...]) -> bool:
        drawn = [question for block in form for question in members[block]]
        peaceful = not any(enemy in form for question in drawn for enemy in question.enemies)
        return peaceful and Counter(question.objective for question in drawn) == wanted

    forms = (form for length in range(1, len(blocks) + 1) for form in combinations(blocks, length))
    assert (shortfalls(wanted, pool) == ()) is any(possible(form) for form in forms)

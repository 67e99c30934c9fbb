"""Drawing a form: the blueprint is met, enemies never meet, a seed repeats a draw."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.blueprint import shortfalls
from cequiz.domain.exam.form import Form, FormItem, PoolItem, draw
from cequiz.errors import NotAllowed
from tests import samples
from tests.builders import bank, bank_json, question


def pool_of(source: Bank) -> list[PoolItem]:
    return [PoolItem(source.id, source.version, one) for one in source.items]


POOL = pool_of(bank(counts={"D1": 8, "D2": 5, "D3": 3}))
KEYS = st.sampled_from([item.key for item in POOL])
blueprints = st.fixed_dictionaries({"D1": st.integers(1, 8), "D2": st.integers(1, 5), "D3": st.integers(1, 3)})


@given(blueprint=blueprints, seed=st.text())
def test_every_form_meets_the_blueprint_and_shows_no_item_twice(blueprint: dict[str, int], seed: str) -> None:
    form = draw(POOL, blueprint=blueprint, seed=seed)
    assert Counter(item.objective for item in form.items) == blueprint
    assert len({item.key for item in form.items}) == len(form.items)
    assert all(sorted(item.order) == ["a", "b", "c", "d"] for item in form.items)


@given(seed=st.text(), order=st.randoms(use_true_random=False))
def test_a_seed_repeats_a_draw_whatever_the_order_of_the_pool(seed: str, order: st.DataObject) -> None:
    shuffled = list(POOL)
    order.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis types its randoms as data objects
    assert draw(shuffled, blueprint={"D1": 3, "D2": 2}, seed=seed) == draw(
        POOL, blueprint={"D1": 3, "D2": 2}, seed=seed
    )


def test_two_seeds_give_different_forms_and_option_orders() -> None:
    forms = [draw(POOL, blueprint={"D1": 4, "D2": 3}, seed=str(seed)) for seed in range(20)]
    assert len({tuple(item.key for item in form.items) for form in forms}) > 15
    assert len({item.order for form in forms for item in form.items}) > 12


@given(seen=st.sets(st.sampled_from([item.key for item in POOL])), seed=st.text())
def test_seen_items_come_only_when_the_unseen_do_not_suffice(seen: set[str], seed: str) -> None:
    form = draw(POOL, blueprint={"D1": 4}, seed=seed, seen=frozenset(seen))
    fresh = [item.key for item in POOL if item.question.objective == "D1" and item.key not in seen]
    repeated = [item.key for item in form.items if item.key in seen]
    assert len(repeated) == max(0, 4 - len(fresh))


def test_enemies_never_stand_in_one_form_even_when_only_one_side_names_the_other() -> None:
    data = bank_json(counts={"D1": 3})
    data["questions"][0]["enemies"] = ["d1-2"]
    pool = pool_of(Bank.from_json(data))
    for seed in range(40):
        keys = {item.question for item in draw(pool, blueprint={"D1": 2}, seed=str(seed)).items}
        assert not {"d1-1", "d1-2"} <= keys
    with pytest.raises(NotAllowed, match="blueprint"):
        draw(pool, blueprint={"D1": 3}, seed="x")


def test_only_approved_items_are_drawn() -> None:
    data = bank_json(counts={"D1": 3})
    data["questions"][0]["review"]["status"] = "retired"
    pool = pool_of(Bank.from_json(data))
    assert {item.question for item in draw(pool, blueprint={"D1": 2}, seed="x").items} == {"d1-2", "d1-3"}


def test_an_option_pinned_last_stays_last_and_an_unshuffled_item_keeps_its_order() -> None:
    data = bank_json(counts={"D1": 1})
    pinned = question("pinned")
    pinned["options"][1]["pin"] = "last"
    data["questions"] = [pinned, question("fixed", shuffle=False)]
    pool = pool_of(Bank.from_json(data))
    for seed in range(20):
        orders = {item.question: item.order for item in draw(pool, blueprint={"D1": 2}, seed=str(seed)).items}
        assert orders["pinned"][-1] == "b"
        assert orders["fixed"] == ("a", "b", "c", "d")


def test_an_item_survives_its_journey_through_json() -> None:
    for item in draw(POOL, blueprint={"D1": 2, "D3": 1}, seed="x").items:
        assert FormItem.from_json(item.to_json()) == item


def test_a_form_tells_where_an_item_stands() -> None:
    form: Form = draw(POOL, blueprint={"D1": 2}, seed="x")
    assert form.position(form.items[1].key) == 1
    with pytest.raises(KeyError):
        form.position("sample/elsewhere")


def case(name: str, *objectives: str, **changes: Any) -> dict[str, Any]:
    """The JSON of a case with one question an objective."""
    inside = [question(f"{name}-{n}", objective=objective) for n, objective in enumerate(objectives, start=1)]
    return {"id": name, "type": "case", "vignette": "A runner has pain.", "questions": inside} | changes


def mixed_pool(*cases: dict[str, Any], counts: dict[str, int]) -> list[PoolItem]:
    data = bank_json(counts={"D1": 0, "D2": 0})
    singles = [question(f"{name.lower()}-{n}", objective=name) for name, count in counts.items() for n in range(count)]
    return pool_of(Bank.from_json(data | {"questions": [*cases, *singles]}))


@st.composite
def pools(draw: st.DrawFn) -> list[PoolItem]:
    """Up to six single items and four cases of two objectives."""
    objectives = st.sampled_from(["D1", "D2"])
    numbers = range(draw(st.integers(1, 4)))
    cases = [case(f"c{n}", *draw(st.lists(objectives, min_size=1, max_size=4))) for n in numbers]
    return mixed_pool(*cases, counts={"D1": draw(st.integers(0, 3)), "D2": draw(st.integers(0, 3))})


@given(pool=pools(), one=st.integers(0, 6), two=st.integers(0, 6), seed=st.text(max_size=5))
def test_a_case_is_never_split_and_the_blueprint_is_met(pool: list[PoolItem], one: int, two: int, seed: str) -> None:
    blueprint = {name: count for name, count in (("D1", one), ("D2", two)) if count}
    drawable = shortfalls(blueprint, [item.question for item in pool]) == ()
    try:
        form = draw(pool, blueprint=blueprint, seed=seed)
    except NotAllowed:
        assert not drawable
        return
    assert drawable
    assert Counter(item.objective for item in form.items) == blueprint
    for name in {item.case for item in form.items if item.case}:
        places = [place for place, item in enumerate(form.items) if item.case == name]
        whole = [item.question.id for item in pool if item.question.case and item.question.case.id == name]
        assert places == list(range(places[0], places[0] + len(places)))
        assert [form.items[place].question for place in places] == whole


def test_the_item_of_a_case_says_so_and_survives_its_journey_through_json() -> None:
    form = draw(mixed_pool(case("runner", "D1", "D1"), counts={"D1": 1}), blueprint={"D1": 3}, seed="x")
    assert {item.question: item.case for item in form.items} == {"runner-1": "runner", "runner-2": "runner", "d1-0": ""}
    for item in form.items:
        assert FormItem.from_json(item.to_json()) == item
        assert ("case" in item.to_json()) is (item.question != "d1-0")


def test_cases_take_their_turn_with_single_items() -> None:
    pool = mixed_pool(case("runner", "D1", "D1"), counts={"D1": 6})
    with_case = sum(any(item.case for item in draw(pool, blueprint={"D1": 4}, seed=str(n)).items) for n in range(60))
    assert 10 < with_case < 60


def test_a_form_that_chance_would_hardly_find_is_found() -> None:
    # Unseen single items come first, and with them the two cases of seen items no longer fit.
    pool = mixed_pool(case("one", "D1", "D1", "D1"), case("two", "D1", "D1", "D1"), counts={"D1": 1})
    seen = frozenset(item.key for item in pool if item.question.case)
    assert len(draw(pool, blueprint={"D1": 6}, seed="x", seen=seen).items) == 6


def test_enemies_of_a_case_never_meet_it() -> None:
    pool = mixed_pool(case("runner", "D1", "D1", enemies=["d1-0"]), counts={"D1": 3})
    for seed in range(40):
        drawn = draw(pool, blueprint={"D1": 3}, seed=str(seed)).items
        assert not ({"d1-0", "runner-1"} <= {item.question for item in drawn})
    with pytest.raises(NotAllowed):
        draw(pool, blueprint={"D1": 5}, seed="x")


def test_an_item_may_name_a_case_as_its_enemy() -> None:
    data = bank_json(counts={"D1": 0}) | {"questions": [case("runner", "D1", "D1"), question("q", enemies=["runner"])]}
    with pytest.raises(NotAllowed):
        draw(pool_of(Bank.from_json(data)), blueprint={"D1": 3}, seed="x")


@given(seen=st.sets(KEYS), missed=st.sets(KEYS), seed=st.text())
def test_of_the_seen_items_the_missed_come_first(seen: set[str], missed: set[str], seed: str) -> None:
    wrong = frozenset(missed & seen)
    form = draw(POOL, blueprint={"D1": 5}, seed=seed, seen=frozenset(seen), missed=wrong)
    own = {item.key for item in POOL if item.question.objective == "D1"}
    repeated = [item.key for item in form.items if item.key in seen]
    assert len(repeated) == max(0, 5 - len(own - seen))
    assert sum(key in wrong for key in repeated) == min(len(repeated), len(own & wrong))


@given(
    pool=pools(),
    size=st.integers(0, 35),
    marks=st.lists(st.sampled_from(["", "seen", "missed"]), min_size=24, max_size=24),
    feud=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    seed=st.text(max_size=3),
)
def test_no_seen_item_is_drawn_while_unseen_ones_fill_the_form_whatever_cases_and_enemies_stand_in_the_way(
    pool: list[PoolItem], size: int, marks: list[str], feud: tuple[int, int], seed: str
) -> None:
    first, second = (place % len(pool) for place in feud)
    enemy = pool[first].question.model_copy(update={"enemies": (pool[second].question.id,)})
    pool = [replace(item, question=enemy) if place == first else item for place, item in enumerate(pool)]
    told = {item.key: note for item, note in zip(pool, marks, strict=False)}
    seen, missed = ({key for key, note in told.items() if note in notes} for notes in (("seen", "missed"), ("missed",)))
    fresh = [item.question for item in pool if item.key not in seen]
    blueprints = (+Counter(D1=one, D2=two) for one in range(6) for two in range(6))
    filled = [one for one in blueprints if shortfalls(one, fresh) == ()]  # the empty one at least
    blueprint = filled[size % len(filled)]
    form = draw(pool, blueprint=blueprint, seed=seed, seen=frozenset(seen), missed=frozenset(missed))
    assert Counter(item.objective for item in form.items) == blueprint
    assert not {item.key for item in form.items} & seen
    assert form == draw(pool[::-1], blueprint=blueprint, seed=seed, seen=frozenset(seen), missed=frozenset(missed))


def test_seen_single_items_wait_where_unseen_cases_fill_the_form() -> None:
    pool = mixed_pool(case("one", "D1", "D1", "D1"), case("two", "D1", "D1", "D1"), counts={"D1": 2})
    seen = frozenset({"sample/d1-0"})
    for seed in range(20):
        form = draw(pool, blueprint={"D1": 6}, seed=str(seed), seen=seen)
        assert {item.case for item in form.items} == {"one", "two"}


def test_a_weak_objective_chooses_first_where_enemies_leave_a_choice() -> None:
    data = bank_json(counts={"D1": 3, "D2": 3})
    data["questions"][0]["enemies"] = ["d2-1"]
    pool = pool_of(Bank.from_json(data))
    seen = frozenset(f"sample/d{n}-{m}" for n in (1, 2) for m in (2, 3))
    for weak, fresh in ((("D2", "D1"), "sample/d2-1"), (("D1", "D2"), "sample/d1-1")):
        for seed in range(10):
            form = draw(pool, blueprint={"D1": 1, "D2": 1}, seed=str(seed), seen=seen, weak=weak)
            assert fresh in {item.key for item in form.items}


def test_unknown_weak_objectives_change_nothing() -> None:
    blueprint = {"D1": 3, "D2": 2}
    assert draw(POOL, blueprint=blueprint, seed="x", weak=("D9",)) == draw(POOL, blueprint=blueprint, seed="x")


def test_every_type_is_shown_in_an_order_of_its_own_choices() -> None:
    pool = pool_of(samples.bank())
    orders: dict[str, set[tuple[str, ...]]] = {}
    for seed in range(12):
        for item in draw(pool, blueprint={"D1": 9, "D2": 3}, seed=str(seed)).items:
            asked = next(one.question for one in pool if one.question.id == item.question)
            assert sorted(item.order) == sorted(choice.id for choice in asked.choices())
            orders.setdefault(item.question, set()).add(item.order)
    for name in ("q-matching", "q-ordering", "q-cloze", "q-label", "q-single"):
        assert len(orders[name]) > 3, name
    assert orders["q-short"] == orders["q-numeric"] == {()}

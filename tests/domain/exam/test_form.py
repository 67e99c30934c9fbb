"""Drawing a form: the blueprint is met, enemies never meet, a seed repeats a draw."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.bank.bank import Bank
from cequiz.domain.exam.form import Form, FormItem, PoolItem, draw
from cequiz.errors import NotAllowed
from tests.builders import bank, bank_json, question


def pool_of(source: Bank) -> list[PoolItem]:
    return [PoolItem(source.id, source.version, one) for one in source.questions]


POOL = pool_of(bank(counts={"D1": 8, "D2": 5, "D3": 3}))
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

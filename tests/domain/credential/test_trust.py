"""Status lists answer for the day they were made: fresh ones for better or worse, old ones only for what is final."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.status_list import purposes_of
from cequiz.domain.credential.trust import Answer, Purpose, StatusList, Trust, Unchecked

MADE = datetime(2026, 11, 1, tzinfo=UTC)
UNTIL = MADE + timedelta(days=30)
PLACE = 9


def bits(*places: int) -> bytes:
    """Return a short list with these bits set."""
    found = bytearray(4)
    for place in places:
        found[place // 8] |= 0x80 >> place % 8
    return bytes(found)


def trust(life: Life) -> Trust:
    """Return what a provider says of the certificate at `PLACE`."""
    return Trust(
        provider="Harbour School",
        keys=(),
        lists={
            purpose: StatusList(
                bits=bits(*([PLACE] if purpose in purposes_of(life) else [])), valid_from=MADE, valid_until=UNTIL
            )
            for purpose in Purpose
        },
    )


@pytest.mark.parametrize("life", Life)
def test_a_fresh_list_tells_the_life_and_how_old_it_is(life: Life) -> None:
    found = trust(life).answer(PLACE, UNTIL)
    assert found == Answer(life=life, where="trust", as_of=MADE)
    assert trust(life).answer(PLACE + 1, UNTIL).life is Life.ISSUED


@pytest.mark.parametrize(
    ("life", "told"),
    [
        (Life.ISSUED, None),
        (Life.SUSPENDED, None),
        (Life.REVOKED, Life.REVOKED),
        (Life.SUPERSEDED, Life.SUPERSEDED),
        (Life.EXPIRED, Life.EXPIRED),
    ],
)
def test_an_old_list_tells_only_what_is_never_undone(life: Life, told: Life | None) -> None:
    assert trust(life).answer(PLACE, UNTIL + timedelta(seconds=1)).life is told


@pytest.mark.parametrize("life", Life)
def test_a_list_of_tomorrow_counts_against_a_certificate_alone(life: Life) -> None:
    told = None if life is Life.ISSUED else life
    assert trust(life).answer(PLACE, MADE - timedelta(days=1, seconds=1)).life is told
    assert trust(life).answer(PLACE, MADE - timedelta(hours=23)).life is life, "clocks differ"


@pytest.mark.parametrize("missing", Purpose)
def test_what_some_of_the_lists_say_against_it_counts(missing: Purpose) -> None:
    whole = trust(Life.REVOKED)
    lists = {purpose: one for purpose, one in whole.lists.items() if purpose is not missing}
    told = None if missing is Purpose.REVOCATION else Life.REVOKED
    assert replace(whole, lists=lists).answer(PLACE, MADE).life is told


@pytest.mark.parametrize("missing", Purpose)
def test_without_all_four_lists_nothing_was_checked(missing: Purpose) -> None:
    whole = trust(Life.ISSUED)
    lists = {purpose: one for purpose, one in whole.lists.items() if purpose is not missing}
    assert replace(whole, lists=lists).answer(PLACE, MADE).life is None


def test_a_place_behind_the_end_of_a_list_was_not_checked() -> None:
    assert trust(Life.ISSUED).answer(32, MADE).life is None


def test_why_nothing_was_checked_is_known_with_the_day_of_the_list() -> None:
    whole = trust(Life.ISSUED)
    old = whole.answer(PLACE, UNTIL + timedelta(seconds=1))
    assert old == Answer(where="trust", as_of=MADE, until=UNTIL, unchecked=Unchecked.OLD)
    assert trust(Life.SUSPENDED).answer(PLACE, UNTIL + timedelta(days=9)) == old
    assert whole.answer(PLACE, MADE - timedelta(days=2)).unchecked is Unchecked.EARLY
    assert whole.answer(32, MADE).unchecked is Unchecked.INCOMPLETE
    assert replace(whole, lists={}).answer(PLACE, MADE) == Answer(unchecked=Unchecked.NONE)


@given(st.sets(st.integers(0, 31)), st.integers(0, 31))
def test_a_bit_is_the_one_of_its_place(places: set[int], place: int) -> None:
    assert StatusList(bits=bits(*places), valid_from=MADE, valid_until=UNTIL).says(place) is (place in places)

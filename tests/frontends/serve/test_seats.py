"""Who makes room for whom: strangers before students, the oldest first, and nobody who is leaving anyway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cequiz.errors import Refused
from cequiz.frontends.serve.peer import Peer
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.seats import one_too_many, refuse_full, who_leaves

RULES = ServeRules(most_sessions=6, most_per_address=4)


@dataclass(eq=False)
class Somebody:
    """Somebody who is served."""

    name: str
    student_id: str | None = None
    address: str = "here"
    in_exam: bool = False
    leaving: bool = False
    working: bool = False
    quiet_for: float = 3600.0

    @property
    def peer(self) -> Peer:
        """The other end."""
        return Peer(way="ssh", address=self.address)

    def stop(self, words: Callable[[], str]) -> None:
        """Stay."""

    def hang_up(self) -> None:
        """Stay."""


def leaves(there: list[Somebody], *, address: str = "here", student_id: str | None = None) -> list[str]:
    """Return the names of those who leave for somebody new."""
    found = who_leaves(there, RULES, address=address, student_id=student_id)
    return [one.name for one in there if one in found]


@pytest.mark.parametrize("student_id", [None, "S-9"])
def test_the_oldest_stranger_makes_room_for_anybody(student_id: str | None) -> None:
    near = [Somebody(f"near {number}") for number in range(4)]
    far = [Somebody(f"far {number}", address=f"there {number}") for number in range(6)]
    assert leaves(near[:3], student_id=student_id) == [], "a whole class may sign in at the screen at once"
    assert leaves(near, student_id=student_id) == ["near 0"]
    assert leaves(far, student_id=student_id) == ["far 0"]
    assert leaves([*far[:2], *near], student_id=student_id) == ["near 0"], "one who leaves makes room twice"


def test_a_student_who_comes_takes_a_strangers_place_where_it_is_full() -> None:
    students = [Somebody(f"student {number}", f"S-{number}") for number in range(3)]
    assert leaves([*students, Somebody("stranger")], student_id="S-9") == ["stranger"]
    house = [Somebody(f"student {number}", f"S-{number}", f"there {number}") for number in range(5)]
    assert leaves([*house, Somebody("stranger", address="far")], student_id="S-9") == ["stranger"]


def test_a_class_that_is_too_large_does_not_put_itself_out_in_turns() -> None:
    """If this fails, whoever is typing the passphrase is thrown out by the next one who comes, again and again."""
    near = [Somebody(f"near {number}", quiet_for=59.0) for number in range(4)]
    with pytest.raises(Refused, match="from your network"):
        leaves(near)
    assert leaves([*near[:3], Somebody("slow", quiet_for=60.0)]) == ["slow"]
    assert leaves(near, student_id="S-9") == ["near 0"], "who has signed in already is kept out by no stranger"


def test_nobody_is_put_out_while_their_passphrase_is_looked_at() -> None:
    near = [Somebody(f"near {number}", working=True) for number in range(3)]
    assert leaves([*near, Somebody("idle", quiet_for=1.0)], student_id="S-9") == ["idle"]
    busy = [*near, Somebody("near 3", working=True)]
    with pytest.raises(Refused, match="from your network"):
        leaves(busy)
    assert leaves(busy, student_id="S-9") == ["near 0"]


def test_a_house_full_of_students_is_known_without_asking_who_comes() -> None:
    students = [Somebody(f"student {number}", f"S-{number}", f"there {number}") for number in range(6)]
    with pytest.raises(Refused, match="at the moment"):
        refuse_full(students, RULES)
    refuse_full([*students[:5], Somebody("stranger")], RULES)
    refuse_full([*students[:5], Somebody("gone", "S-9", leaving=True)], RULES)


@pytest.mark.parametrize("student_id", [None, "S-9"])
def test_no_student_makes_room_for_another(student_id: str | None) -> None:
    near = [Somebody(f"student {number}", f"S-{number}") for number in range(4)]
    with pytest.raises(Refused, match="from your network"):
        leaves(near, student_id=student_id)
    house = [Somebody(f"student {number}", f"S-{number}", f"there {number}") for number in range(6)]
    with pytest.raises(Refused, match="at the moment"):
        leaves(house, student_id=student_id)


def test_whoever_is_put_down_keeps_no_place() -> None:
    """If this fails, who loads the page again in a full house waits for their own seat."""
    near = [Somebody(f"student {number}", f"S-{number}", leaving=number == 2) for number in range(4)]
    assert leaves(near, student_id="S-9") == []


def test_a_student_who_signs_in_once_more_ends_the_oldest_that_is_in_no_exam() -> None:
    own = [Somebody("exam", "S-1", in_exam=True), *(Somebody(f"screen {number}", "S-1") for number in range(3))]
    others = [Somebody("other", "S-2", address="far")]
    assert leaves([*others, *own[:3]], address="far", student_id="S-1") == []
    assert leaves([*others, *own], address="far", student_id="S-1") == ["screen 0"]
    assert leaves(own, student_id="S-1") == ["screen 0"], "and needs no other's place"
    sitting = [Somebody(f"exam {number}", "S-1", in_exam=True) for number in range(4)]
    found = one_too_many(sitting, RULES, "S-1")
    assert found is sitting[0], "lines that were lost and are not found dead yet keep nobody out of the exam"

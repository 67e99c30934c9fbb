"""The office's door: who comes in, who waits, who is locked out, and what each may do."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.domain.house_rules import HouseRules
from cequiz.domain.people.staff import Right, Role
from cequiz.errors import InvalidText, NotAllowed, NotFound, Refused, WrongState
from cequiz.services import admitting
from cequiz.services.ports import Ports, Store
from tests.fakes import FakeClock, FakePassphrases
from tests.services.test_issue_race import opened

GOOD, BAD = "correct horse battery", "incorrect horse"


@pytest.fixture
def door(ports: Ports) -> Ports:
    """Return ports with one administrator."""
    admitting.create_first(ports, name="Ada Office", passphrase=GOOD, actor="os:me")
    return ports


def attempt(ports: Ports, passphrase: str, name: str = "Ada Office") -> str:
    """Try to sign in and return what was said."""
    try:
        admitting.sign_in(ports, name=name, passphrase=passphrase)
    except NotAllowed as error:
        return f"{error.sentence} {error.hint}"
    return "in"


def deeds(ports: Ports) -> list[tuple[str, str]]:
    """Return who did what, oldest first."""
    with ports.store.read() as unit:
        return [(one.actor, one.deed) for one in unit.audit.all()]


def test_only_an_empty_office_takes_a_first_administrator(door: Ports) -> None:
    with pytest.raises(WrongState, match="administrator already"):
        admitting.create_first(door, name="Eve", passphrase=GOOD, actor="os:eve")


class Waiting(FakePassphrases):
    """Hashes that are ready only when somebody else's is too."""

    def __init__(self, barrier: threading.Barrier) -> None:
        self._barrier = barrier

    def hash(self, passphrase: str) -> str:
        """Return the hash once both have come so far."""
        self._barrier.wait(timeout=30)
        return super().hash(passphrase)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_of_two_who_come_into_an_empty_office_at_once_one_is_its_administrator(
    request: pytest.FixtureRequest, ports: Ports, tmp_path: Path, kind: str
) -> None:
    """If this fails, somebody who opens the program at the right moment administers another's office."""
    address = request.getfixturevalue("postgres_url") if kind == "postgres" else ""
    barrier = threading.Barrier(2)
    with opened(tmp_path, address) as one, opened(tmp_path, address) as other, ThreadPoolExecutor(2) as pool:

        def come(store: Store, name: str) -> str:
            own = replace(ports, store=store, passphrases=Waiting(barrier))
            try:
                return admitting.create_first(own, name=name, passphrase=GOOD, actor=f"os:{name}").name
            except WrongState as error:
                return error.sentence

        asked = [pool.submit(come, store, name) for store, name in ((one, "Ada"), (other, "Eve"))]
        said = {each.result(timeout=60) for each in asked}
        seats = [seat.staff.name for seat in admitting.seats(replace(ports, store=one))]
    assert len(seats) == 1
    assert said == {seats[0], "The office has an administrator already."}


def test_reasons_of_the_office_stand_with_its_deeds(door: Ports) -> None:
    [seat] = admitting.seats(door)
    other = admitting.create(door, name="Bo", role=Role.PROCTOR, passphrase=GOOD, actor="a", reason=" a new proctor ")
    admitting.set_passphrase(door, staff_id=seat.staff.id, passphrase=BAD, actor="a", reason="forgotten")
    admitting.unlock(door, staff_id=other.id, actor="a")
    with door.store.read() as unit:
        told = [(one.deed, one.details.get("reason")) for one in unit.audit.all()][-3:]
    assert told == [
        ("staff.created", "a new proctor"),
        ("staff.passphrase_set", "forgotten"),
        ("staff.unlocked", None),
    ]
    with pytest.raises(InvalidText):
        admitting.unlock(door, staff_id=other.id, actor="a", reason="he \u202e called")
    assert deeds(door)[-1] == ("a", "staff.unlocked")


def test_a_name_is_taken_once_whatever_its_capitals_and_accents(door: Ports) -> None:
    with pytest.raises(NotAllowed, match="already"):
        admitting.create(door, name="ÁDA  office", role=Role.AUDITOR, passphrase=GOOD, actor="a")
    with pytest.raises(Refused, match="at least 15"):
        admitting.create(door, name="Bob", role=Role.AUDITOR, passphrase="short", actor="a")
    assert [one.staff.name for one in admitting.seats(door)] == ["Ada Office"]


def test_signing_in_is_on_record_with_the_persons_own_name(door: Ports) -> None:
    staff = admitting.sign_in(door, name="ada OFFICE", passphrase=GOOD)
    assert deeds(door)[-1] == (staff.actor, "staff.signed_in")
    assert admitting.names(door) == {staff.actor: "Ada Office"}


def test_after_two_failures_every_try_waits_twice_as_long(door: Ports, clock: FakeClock) -> None:
    assert "wrong" in attempt(door, BAD)
    assert "wrong" in attempt(door, BAD)
    assert "wrong" in attempt(door, BAD)
    assert attempt(door, GOOD) == "Not so fast. Wait 2 seconds, then try again."
    clock.advance(timedelta(seconds=2))
    assert "wrong" in attempt(door, BAD)
    clock.advance(timedelta(seconds=3))
    assert attempt(door, GOOD) == "Not so fast. Wait 1 second, then try again."
    clock.advance(timedelta(seconds=1))
    assert attempt(door, GOOD) == "in"
    assert "wrong" in attempt(door, BAD)  # the count began anew


def lock_out(ports: Ports, clock: FakeClock, name: str = "Ada Office") -> None:
    """Fail until the name is locked out."""
    for _ in range(ports.rules.sign_in_failures):
        clock.advance(timedelta(seconds=30))
        assert "wrong" in attempt(ports, BAD, name)


def test_five_failures_lock_a_name_out_for_a_quarter_of_an_hour(door: Ports, clock: FakeClock) -> None:
    lock_out(door, clock)
    assert "locked out for 15 minutes" in attempt(door, GOOD)
    assert deeds(door)[-1] == ("system:door", "staff.locked_out")
    clock.advance(timedelta(minutes=14, seconds=59))
    assert "locked out for 1 minute;" in attempt(door, GOOD)
    clock.advance(timedelta(seconds=1))
    assert attempt(door, GOOD) == "in"


def test_a_clock_that_was_set_back_locks_nobody_out_for_longer(door: Ports, clock: FakeClock) -> None:
    lock_out(door, clock)
    clock.set_wall(-timedelta(days=1))
    assert attempt(door, GOOD) == "in"


def test_an_unknown_name_is_answered_and_locked_out_like_a_known_one(door: Ports, clock: FakeClock) -> None:
    known = [attempt(door, BAD), attempt(door, BAD), attempt(door, BAD), attempt(door, BAD)]
    assert [attempt(door, BAD, "Nobody") for _ in known] == known
    with door.store.read() as unit:
        assert {one.subject for one in unit.audit.all() if one.deed == "staff.sign_in_failed"} == {"unknown"} | {
            one.staff.id for one in admitting.seats(door)
        }


def test_an_administrator_can_unlock_a_name_or_set_a_new_passphrase(door: Ports, clock: FakeClock) -> None:
    [seat] = admitting.seats(door)
    lock_out(door, clock)
    assert admitting.seats(door)[0].locked_until is not None
    admitting.unlock(door, staff_id=seat.staff.id, actor="os:me")
    assert attempt(door, GOOD) == "in"
    lock_out(door, clock)
    admitting.set_passphrase(door, staff_id=seat.staff.id, passphrase=BAD, actor="os:me")
    assert attempt(door, BAD) == "in"


def test_the_house_decides_how_many_failures_lock_out(door: Ports, clock: FakeClock) -> None:
    strict = replace(door, rules=HouseRules(sign_in_failures=1, sign_in_lock_minutes=60))
    lock_out(strict, clock)
    assert "locked out for 60 minutes" in attempt(strict, GOOD)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.ADMINISTRATOR, set(Right)),
        (Role.PROCTOR, {Right.READ, Right.PROCTOR}),
        (Role.AUDITOR, {Right.READ, Right.KEYS, Right.OVERSEE, Right.PACK}),
    ],
)
def test_each_role_may_do_what_it_is_for(door: Ports, role: Role, rights: set[Right]) -> None:
    staff = admitting.create(door, name="Other", role=role, passphrase=GOOD, actor="a")
    for right in Right:
        if right in rights:
            assert admitting.admit(door, staff.id, right) == staff
        else:
            with pytest.raises(NotAllowed, match="Your role"):
                admitting.admit(door, staff.id, right)


def test_who_was_dismissed_comes_in_no_more_and_may_do_nothing(door: Ports) -> None:
    other = admitting.create(door, name="Other", role=Role.PROCTOR, passphrase=GOOD, actor="a")
    admitting.set_active(door, staff_id=other.id, active=False, reason="left", actor="a")
    assert "wrong" in attempt(door, GOOD, "Other")
    with pytest.raises(NotAllowed, match="any more"):
        admitting.admit(door, other.id, Right.READ)
    admitting.set_active(door, staff_id=other.id, active=True, reason="back", actor="a")
    assert attempt(door, GOOD, "Other") == "in"


def test_the_last_administrator_stays(door: Ports) -> None:
    [seat] = admitting.seats(door)
    with pytest.raises(NotAllowed, match="Nobody could administer"):
        admitting.change_role(door, staff_id=seat.staff.id, role=Role.AUDITOR, reason="asked", actor="a")
    with pytest.raises(NotAllowed, match="Nobody could administer"):
        admitting.set_active(door, staff_id=seat.staff.id, active=False, reason="r", actor="a")
    assert admitting.find(door, "ada office") == seat.staff
    with pytest.raises(NotFound):
        admitting.find(door, "Eve")

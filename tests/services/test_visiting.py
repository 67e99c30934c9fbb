"""Visits: who stays signed in over a lost line, until when, and who fetches which certificate with a link."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from cequiz.domain.people.student import Student
from cequiz.errors import NotAllowed, NotFound, StorageBusy
from cequiz.services import enrolling, visiting
from cequiz.services.enrolling import register, reset_passphrase, set_passphrase
from cequiz.services.loading import load
from cequiz.services.merging import merge
from cequiz.services.ports import Enrolment, Ports, Unit
from cequiz.services.retaining import purge
from cequiz.services.signing_in import sign_in
from cequiz.services.standing import SignedIn, standing
from cequiz.services.starting import start
from tests.builders import NOON, course, exam_json
from tests.contract.test_records import AWARD, PDF, certificate
from tests.fakes import FakeClock, FakeStore, FakeUnit

WORDS = "four plain words here"
IDLE = timedelta(minutes=20)
HOME, ELSEWHERE, COOKIE = "192.0.2.7", "198.51.100.9", "a cookie of 256 bits"


@pytest.fixture
def ana(ports: Ports) -> str:
    """Return the id of a student who has a certificate."""
    made = register(ports, name="Ana", email="ana@example.org", passphrase=WORDS, actor="test")
    with ports.store.write() as unit:
        earned(unit, made.id)
    return made.id


def earned(unit: Unit, who: str) -> None:
    unit.enrolments.add(
        Enrolment(id=f"E-{who}", student_id=who, course_id="course", course_version="1", enrolled_at=NOON)
    )
    unit.awards.add(replace(AWARD, student_id=who))
    unit.certificates.add(certificate(), actor="a")


def signed_in(ports: Ports, who: str) -> SignedIn:
    with ports.store.read() as unit:
        found = unit.students.get(who)
    assert found is not None
    return SignedIn(found, standing(ports, who))


def begin(ports: Ports, who: str, *, binding: str = COOKIE) -> str:
    return visiting.begin(ports, signed_in(ports, who), way="web", address=HOME, binding=binding)


def back(ports: Ports, token: str, *, address: str = HOME, binding: str = COOKIE) -> Student:
    return visiting.resume(ports, token, address=address, idle=IDLE, binding=binding).student


def test_no_visit_begins_under_a_passphrase_that_was_changed_since_the_sign_in(ports: Ports, ana: str) -> None:
    """If this fails, whoever knew the old passphrase comes back with what their browser keeps."""
    found = signed_in(ports, ana)
    set_passphrase(ports, student_id=ana, passphrase="another four plain words", actor="test")
    with pytest.raises(NotAllowed):
        visiting.begin(ports, found, way="web", address=HOME, binding=COOKIE)
    begin(ports, ana)


def test_a_visit_goes_on_after_the_line_was_lost(ports: Ports, ana: str) -> None:
    token = begin(ports, ana)
    for _ in range(2):
        assert back(ports, token).id == ana


def test_two_visits_have_two_tokens_and_neither_stands_in_the_store(ports: Ports, ana: str) -> None:
    tokens = {begin(ports, ana), begin(ports, ana)}
    assert len(tokens) == 2
    with ports.store.read() as unit:
        for token in tokens:
            assert unit.visits.get(token) is None
            kept = unit.visits.get(hashlib.sha256(token.encode()).hexdigest())
            assert kept is not None
            assert HOME not in str(kept)
            assert COOKIE not in str(kept)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "0" * 64])
def test_a_token_that_nobody_was_given_lets_nobody_in(ports: Ports, ana: str, token: str) -> None:
    begin(ports, ana)
    with pytest.raises(NotAllowed, match="visit has ended"):
        back(ports, token)


@pytest.mark.parametrize(("made", "shown"), [(COOKIE, ""), (COOKIE, "another"), ("", COOKIE)])
def test_a_token_counts_only_with_what_it_was_bound_to(ports: Ports, ana: str, made: str, shown: str) -> None:
    token = begin(ports, ana, binding=made)
    with pytest.raises(NotAllowed, match="visit has ended"):
        back(ports, token, binding=shown)
    assert back(ports, token, binding=made).id == ana


def test_a_visit_ends_by_signing_out_and_after_the_hours_of_the_house(ports: Ports, ana: str, clock: FakeClock) -> None:
    left, stayed = begin(ports, ana), begin(ports, ana)
    visiting.end(ports, left)
    visiting.end(ports, left)
    with pytest.raises(NotAllowed):
        back(ports, left)
    clock.advance(timedelta(hours=ports.rules.visit_hours) - timedelta(seconds=1))
    assert visiting.stay(ports, stayed) == clock.read().wall + timedelta(seconds=1)
    assert back(ports, stayed).id == ana
    clock.advance(timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        back(ports, stayed)


def test_a_window_that_was_only_closed_is_no_way_in_for_the_next_person(
    ports: Ports, ana: str, clock: FakeClock
) -> None:
    token = begin(ports, ana)
    clock.advance(IDLE - timedelta(seconds=1))
    assert back(ports, token).id == ana
    clock.advance(IDLE - timedelta(seconds=1))
    assert back(ports, token).id == ana  # the line was there in between
    clock.advance(IDLE)
    with pytest.raises(NotAllowed, match="visit has ended"):
        back(ports, token)


def test_whoever_stays_may_come_back_however_long_ago_they_signed_in(ports: Ports, ana: str, clock: FakeClock) -> None:
    token = begin(ports, ana)
    for _ in range(40):
        clock.advance(visiting.SEEN_EVERY)
        visiting.stay(ports, token)
    assert back(ports, token).id == ana


def test_nobody_who_stays_wakes_a_visit_that_has_ended(ports: Ports, ana: str) -> None:
    token = begin(ports, ana)
    visiting.end(ports, token)
    with pytest.raises(NotAllowed, match="visit has ended"):
        visiting.stay(ports, token)
    with pytest.raises(NotAllowed):
        back(ports, token)


def test_a_visit_at_a_forgotten_line_stays_while_an_exam_is_open_at_another(ports: Ports, ana: str) -> None:
    """If this fails, a copy of the tab in another process throws the student out of the running exam."""
    load(ports, courses=[course("lasting", exams=[exam_json()])], actor="test")
    token = begin(ports, ana)
    sitting = start(ports, student_id=ana, exam_ref="lasting/quiz", attested=True, actor="x")
    visiting.end_forgotten(ports, token)
    assert back(ports, token).id == ana
    sitting.submit()
    visiting.end_forgotten(ports, token)
    with pytest.raises(NotAllowed):
        back(ports, token)


def test_a_line_that_stays_open_is_told_when_the_hours_of_the_house_are_over(
    ports: Ports, ana: str, clock: FakeClock
) -> None:
    token = begin(ports, ana)
    clock.advance(timedelta(hours=ports.rules.visit_hours))
    with pytest.raises(NotAllowed, match="visit has ended"):
        visiting.stay(ports, token)


def test_a_long_lost_line_leads_back_to_an_open_exam_and_to_nothing_once_its_time_is_over(
    ports: Ports, ana: str, clock: FakeClock
) -> None:
    """If this fails, a student loses an exam to a lost line, or whoever comes next finds somebody signed in."""
    bea = register(ports, name="Bea", email="bea@example.org", passphrase=WORDS, actor="test").id
    load(ports, courses=[course("long", exams=[exam_json(time_limit="1h")])], actor="test")
    start(ports, student_id=ana, exam_ref="long/quiz", attested=True, actor="test")
    sitting, idle = begin(ports, ana), begin(ports, bea)
    clock.advance(IDLE)
    with pytest.raises(NotAllowed):
        back(ports, idle)
    assert back(ports, sitting).id == ana
    clock.advance(timedelta(hours=1))
    with pytest.raises(NotAllowed):
        back(ports, sitting)


def _set(ports: Ports, who: str) -> None:
    enrolling.set_passphrase(ports, student_id=who, passphrase="another four words", actor="os:admin")


def _reset(ports: Ports, who: str) -> None:
    reset_passphrase(ports, student_id=who, actor="os:admin")


def _choose(ports: Ports, who: str) -> None:
    code = reset_passphrase(ports, student_id=who, actor="os:admin").shown
    token = begin(ports, who)
    sign_in(ports, email="ana@example.org", passphrase=code, new="another four words", address=HOME)
    with pytest.raises(NotAllowed):
        back(ports, token)


def _merge(ports: Ports, who: str) -> None:
    register(ports, name="Ana", email="new@example.org", passphrase=WORDS, actor="test")
    merge(ports, from_id=who, into_id="new@example.org", reason="added twice", actor="os:admin")


@pytest.mark.parametrize("change", [_set, _reset, _choose, _merge])
def test_every_visit_and_link_ends_when_the_account_changes(
    ports: Ports, ana: str, change: Callable[[Ports, str], None]
) -> None:
    token = begin(ports, ana)
    link = visiting.offer(ports, token, number="CQ-2026-000001")
    change(ports, ana)
    with pytest.raises(NotAllowed):
        back(ports, token)
    with pytest.raises(NotAllowed):
        visiting.offer(ports, token, number="CQ-2026-000001")
    with pytest.raises(NotFound):
        visiting.fetch(ports, link, binding=COOKIE)


def test_a_visit_that_goes_on_from_elsewhere_is_told_in_the_audit_record(ports: Ports, ana: str) -> None:
    token = begin(ports, ana)
    for address in (HOME, ELSEWHERE, ELSEWHERE):
        assert back(ports, token, address=address).id == ana
    with ports.store.read() as unit:
        moved = [one for one in unit.audit.all() if one.deed == "student.visit_moved"]
    assert [one.subject for one in moved] == [ana]
    assert moved[0].details["from"] != moved[0].details["to"]
    assert ELSEWHERE not in str(moved)


def test_a_link_hands_the_certificate_over_once(ports: Ports, ana: str) -> None:
    link = visiting.offer(ports, begin(ports, ana), number="CQ-2026-000001")
    assert visiting.fetch(ports, link, binding=COOKIE) == ("CQ-2026-000001.pdf", PDF)
    with pytest.raises(NotFound, match="does not work any more"):
        visiting.fetch(ports, link, binding=COOKIE)


def test_a_link_is_over_after_a_minute(ports: Ports, ana: str, clock: FakeClock) -> None:
    link = visiting.offer(ports, begin(ports, ana), number="CQ-2026-000001")
    clock.advance(timedelta(seconds=60))
    with pytest.raises(NotFound):
        visiting.fetch(ports, link, binding=COOKIE)


@pytest.mark.parametrize("shown", ["", "another"])
def test_a_link_in_another_browser_hands_nothing_over_and_stays_good_in_its_own(
    ports: Ports, ana: str, shown: str
) -> None:
    link = visiting.offer(ports, begin(ports, ana), number="CQ-2026-000001")
    with pytest.raises(NotFound):
        visiting.fetch(ports, link, binding=shown)
    assert visiting.fetch(ports, link, binding=COOKIE) == ("CQ-2026-000001.pdf", PDF)


class BusyStore(FakeStore):
    """A store that somebody else writes to, for longer than anybody waits."""

    busy = True

    @contextmanager
    def write(self) -> Iterator[FakeUnit]:
        if self.busy:
            raise StorageBusy("The store is busy.")
        with super().write() as unit:
            yield unit


def test_guessed_links_never_wait_for_those_who_write(ports: Ports) -> None:
    """If this fails, a browser that asks for nonsense all day holds up everybody's answers."""
    with pytest.raises(NotFound):
        visiting.fetch(replace(ports, store=BusyStore()), "guessed", binding=COOKIE)


def test_nobody_is_offered_the_certificate_of_somebody_else(ports: Ports, ana: str) -> None:
    bea = register(ports, name="Bea", email="bea@example.org", passphrase=WORDS, actor="test")
    token = begin(ports, bea.id)
    for number in ("CQ-2026-000001", "CQ-2026-000009", "", "../x"):
        with pytest.raises(NotFound, match="no certificate"):
            visiting.offer(ports, token, number=number)


def test_visits_that_are_over_do_not_pile_up(ports: Ports, ana: str, clock: FakeClock) -> None:
    token = begin(ports, ana)
    clock.advance(timedelta(hours=ports.rules.visit_hours, seconds=1))
    begin(ports, ana)
    with ports.store.read() as unit:
        assert unit.visits.get(hashlib.sha256(token.encode()).hexdigest()) is None


def test_a_purge_takes_visits_and_places_along(ports: Ports, clock: FakeClock) -> None:
    who = register(ports, name="Bea", email="bea@example.org", passphrase=WORDS, actor="test", address=HOME).id
    clock.advance(timedelta(days=9 * 366))
    token = begin(ports, who)
    sign_in(ports, email="bea@example.org", passphrase=WORDS, address=HOME)
    purge(ports, student=who, reason="the years are over", actor="os:admin")
    with pytest.raises(NotAllowed):
        back(ports, token)
    with ports.store.read() as unit:
        assert not unit.door.knows(who, unit.door.tag(HOME))
    with pytest.raises(NotAllowed, match="is wrong"):
        sign_in(ports, email=who, passphrase=WORDS, address=HOME)

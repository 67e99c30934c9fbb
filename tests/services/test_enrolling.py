"""People: who registers can sign in, and is printed as typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cequiz.domain.house_rules import HouseRules
from cequiz.domain.people.student import Licence
from cequiz.errors import InvalidText, NotAllowed, NotFound, Refused
from cequiz.services.enrolling import enrol, register, student, students
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.signing_in import sign_in
from tests.builders import course
from tests.fakes import FakeClock

WORDS = "four plain words here"


def test_whoever_registers_can_sign_in_and_only_with_the_passphrase(ports: Ports) -> None:
    made = register(
        ports,
        name="  Zoë O’Brien ",
        email="Zoe@Example.org",
        licences=[Licence("FL", "MA1")],
        passphrase=WORDS,
        actor="test",
    )
    assert made.name == "Zoë O’Brien"
    assert sign_in(ports, email="zoe@example.org", passphrase=WORDS).student == made
    for email, passphrase in (("zoe@example.org", "something else"), ("nobody@example.org", WORDS)):
        with pytest.raises(NotAllowed, match="e-mail address or the passphrase"):
            sign_in(ports, email=email, passphrase=passphrase)


def test_a_short_passphrase_and_a_taken_address_are_refused(ports: Ports) -> None:
    with pytest.raises(Refused, match="15 characters"):
        register(ports, name="Sample", email="s@example.org", passphrase="short", actor="test")
    register(ports, name="Sample", email="s@example.org", actor="test")
    with pytest.raises(NotAllowed, match="registered already"):
        register(ports, name="Other", email="S@EXAMPLE.org", actor="test")
    assert len(students(ports)) == 1


def test_a_name_that_no_font_can_print_is_refused_with_its_code_point(ports: Ports) -> None:
    with pytest.raises(InvalidText, match=r"U\+1F600"):
        register(ports, name="Ann 😀", email="a@example.org", actor="test")


def test_a_student_is_found_by_id_or_address(ports: Ports) -> None:
    made = register(ports, name="Sample", email="s@example.org", actor="test")
    assert student(ports, made.id) == student(ports, "s@example.org") == made
    with pytest.raises(NotFound, match="S-none"):
        student(ports, "S-none")


def test_an_enrolment_keeps_the_version_of_its_day(ports: Ports) -> None:
    made = register(ports, name="Sample", email="s@example.org", actor="test")
    first = enrol(ports, student_id=made.id, course_id="course", actor="test")
    load(ports, courses=[course(version="2")], actor="test")
    assert enrol(ports, student_id=made.id, course_id="course", actor="test") == first
    assert first.course_version == "1"


def test_a_licence_that_no_font_can_print_is_refused_and_a_repeated_one_is_kept_once(ports: Ports) -> None:
    with pytest.raises(InvalidText, match=r"No font here can print U\+690E.* in the licence") as caught:
        register(ports, name="Ann", email="a@example.org", licences=[Licence("FL", "椎骨")], actor="test")
    assert "cequiz fonts add" in caught.value.hint
    twice = [Licence("FL", "MA1"), Licence("FL", "MA1")]
    assert register(ports, name="Ann", email="a@example.org", licences=twice, actor="test").licences == (twice[0],)


@pytest.mark.parametrize("passphrase", [" " * 12, "x" * 1001])
def test_blanks_and_books_are_no_passphrases(ports: Ports, passphrase: str) -> None:
    with pytest.raises(Refused):
        register(ports, name="Ann", email="a@example.org", passphrase=passphrase, actor="test")


def test_students_are_searched_and_cut_off_by_name(ports: Ports) -> None:
    for name in ("Bea Vorn", "Ana Vorn", "Cem Other"):
        register(ports, name=name, email=f"{name[:3]}@example.org".lower(), actor="test")
    assert [one.name for one in students(ports, words="VORN")] == ["Ana Vorn", "Bea Vorn"]
    assert [one.name for one in students(ports, words="vorn", limit=1)] == ["Ana Vorn"]
    assert len(students(ports, limit=2)) == 2


def test_nobody_fills_the_store_with_registrations_from_one_place(ports: Ports, clock: FakeClock) -> None:
    def come(number: int, *, address: str = "192.0.2.7") -> None:
        register(
            ports, name="Sample", email=f"s{number}@example.org", passphrase=WORDS, actor="line:web", address=address
        )

    for number in range(60):
        come(number)
    with pytest.raises(NotAllowed, match="Too many tries from your address"):
        come(60)
    come(61, address="198.51.100.9")
    register(ports, name="Sample", email="here@example.org", actor="os:admin")
    clock.advance(timedelta(hours=1))
    come(60)


def test_a_school_decides_how_many_register_from_one_address(ports: Ports) -> None:
    few = replace(ports, rules=HouseRules(newcomers_per_hour=2))
    for number in range(2):
        register(few, name="Sample", email=f"s{number}@example.org", actor="line:web", address="192.0.2.7")
    with pytest.raises(NotAllowed, match="Too many tries from your address"):
        register(few, name="Sample", email="s2@example.org", actor="line:web", address="192.0.2.7")


def test_a_house_that_adds_its_students_itself_lets_nobody_register_over_a_line(ports: Ports) -> None:
    """Else anybody registers other people's addresses, and they find them taken."""
    closed = replace(ports, rules=HouseRules(registration_over_a_line=False))
    with pytest.raises(NotAllowed, match="Nobody can register here over the network") as caught:
        register(closed, name="Ann", email="a@example.org", actor="line:web", address="192.0.2.7")
    assert "one-time code" in caught.value.hint
    assert register(closed, name="Ann", email="a@example.org", actor="os:admin").email == "a@example.org"

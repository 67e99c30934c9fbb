"""Retiring: nothing new begins on what is out of use, who is under way goes on, and every exam keeps its items."""

from __future__ import annotations

import pytest

from cequiz.errors import InvalidText, NotAllowed, NotFound, WrongState
from cequiz.services import enrolling, practice_shelf, reporting, retiring
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.retiring import Kind
from cequiz.services.starting import start
from tests.builders import bank, course
from tests.services.earned import audit, deeds, join


def retire(ports: Ports, kind: Kind, name: str) -> list[str]:
    done = retiring.retire(ports, kind=kind, name=name, reason="a misprint", actor="os:ana")
    return [f"{one.id}@{one.version}" for one in done]


def reinstate(ports: Ports, kind: Kind, name: str) -> None:
    retiring.reinstate(ports, kind=kind, name=name, reason="mended", actor="os:ana")


def drawn_from(ports: Ports, student: str) -> set[str]:
    sitting = start(ports, student_id=student, exam_ref="course/quiz", attested=True, actor="test")
    return {item.bank_version for item in sitting.attempt.form.items}


def test_new_attempts_are_drawn_from_the_newest_version_in_use(ports: Ports) -> None:
    load(ports, banks=[bank(version="2")], actor="test")
    assert retire(ports, Kind.BANK, "sample@2") == ["sample@2"]
    assert drawn_from(ports, join(ports)) == {"1"}
    reinstate(ports, Kind.BANK, "sample@2")
    assert drawn_from(ports, join(ports, email="other@example.org")) == {"2"}


def test_a_bank_that_an_exam_needs_is_not_retired(ports: Ports) -> None:
    with pytest.raises(NotAllowed, match="could not be drawn"):
        retire(ports, Kind.BANK, "sample")
    assert retiring.retired(ports, Kind.BANK) == frozenset()
    assert "bank.retired" not in deeds(ports)


def test_an_older_version_that_is_too_small_keeps_the_newer_one_in_use(ports: Ports) -> None:
    load(ports, banks=[bank("small", counts={"D1": 1})], actor="test")
    load(ports, banks=[bank("small", version="2", counts={"D1": 4})], actor="test")
    needs = course(
        "other", exams=[{**course().exams[0].model_dump(mode="json"), "banks": ["small"], "blueprint": {"D1": 3}}]
    )
    load(ports, courses=[needs], actor="test")
    with pytest.raises(NotAllowed, match="could not be drawn"):
        retire(ports, Kind.BANK, "small@2")
    retire(ports, Kind.COURSE, "other")
    assert retire(ports, Kind.BANK, "small@2") == ["small@2"], "nobody can start that exam any more"


def test_a_retired_course_that_somebody_is_enrolled_in_still_needs_its_banks(ports: Ports) -> None:
    join(ports)
    retire(ports, Kind.COURSE, "course")
    with pytest.raises(NotAllowed, match="could not be drawn"):
        retire(ports, Kind.BANK, "sample")


def test_a_retired_course_takes_nobody_new_and_who_is_enrolled_goes_on(ports: Ports) -> None:
    inside = join(ports)
    outside = enrolling.register(ports, name="Late", email="late@example.org", actor="test").id
    retire(ports, Kind.COURSE, "course")
    assert drawn_from(ports, inside) == {"1"}
    with pytest.raises(NotAllowed, match="is retired"):
        enrolling.enrol(ports, student_id=outside, course_id="course", actor="admin")
    with pytest.raises(NotAllowed, match="is retired"):
        drawn_from(ports, outside)


def test_home_offers_a_retired_course_only_to_those_in_it(ports: Ports) -> None:
    inside = join(ports)
    outside = enrolling.register(ports, name="Late", email="late@example.org", actor="test").id
    retire(ports, Kind.COURSE, "course")
    shown = {who: reporting.home(ports.store, ports.clock, student_id=who).courses for who in (inside, outside)}
    assert ([card.course.id for card in shown[inside]], shown[outside]) == (["course"], ())


def test_who_enrols_later_gets_the_newest_version_in_use(ports: Ports) -> None:
    load(ports, courses=[course(version="2")], actor="test")
    retire(ports, Kind.COURSE, "course@2")
    student = join(ports)
    with ports.store.read() as unit:
        enrolment = unit.enrolments.get(student, "course")
    assert enrolment is not None
    assert enrolment.course_version == "1"


def test_a_name_without_a_version_means_all_of_them(ports: Ports) -> None:
    load(ports, courses=[course(version="2")], actor="test")
    assert retire(ports, Kind.COURSE, "course") == ["course@1", "course@2"]
    with pytest.raises(WrongState, match="retired already"):
        retire(ports, Kind.COURSE, "course@1")
    reinstate(ports, Kind.COURSE, "course@1")
    assert retiring.retired(ports, Kind.COURSE) == {("course", "2")}
    with pytest.raises(WrongState, match="is in use"):
        reinstate(ports, Kind.COURSE, "course@1")


def test_what_is_not_there_and_what_has_no_reason_is_refused(ports: Ports) -> None:
    for kind, name in ((Kind.BANK, "none"), (Kind.BANK, "sample@9"), (Kind.COURSE, "none")):
        with pytest.raises(NotFound):
            retire(ports, kind, name)
    with pytest.raises(InvalidText):
        retiring.retire(ports, kind=Kind.COURSE, name="course", reason=" ", actor="os:ana")


def test_every_retirement_is_in_the_audit_record_with_its_reason(ports: Ports) -> None:
    load(ports, banks=[bank(version="2")], actor="test")
    retire(ports, Kind.BANK, "sample@2")
    reinstate(ports, Kind.BANK, "sample@2")
    last = audit(ports)[-2:]
    assert [(one.deed, one.subject, one.actor) for one in last] == [
        ("bank.retired", "sample", "os:ana"),
        ("bank.reinstated", "sample", "os:ana"),
    ]
    assert [one.details for one in last] == [
        {"version": "2", "reason": "a misprint"},
        {"version": "2", "reason": "mended"},
    ]


def test_practice_draws_on_the_newest_version_in_use_too(ports: Ports) -> None:
    practising = course(version="2", practice={"enabled": True, "exam_items": "always"})
    load(ports, banks=[bank(version="2")], courses=[practising], actor="test")
    student = join(ports)
    with ports.store.read() as unit:
        before = practice_shelf.read_shelf(unit, student_id=student, course_id="course")
    retire(ports, Kind.BANK, "sample@2")
    with ports.store.read() as unit:
        after = practice_shelf.read_shelf(unit, student_id=student, course_id="course", known=before)
    assert (before.banks["sample"].version, after.banks["sample"].version) == ("2", "1")

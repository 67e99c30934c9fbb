"""Taking many people in and correcting what is written about one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.people.licences import LicenceFormat
from cequiz.domain.people.roll import Slip, read_roll
from cequiz.domain.people.student import Licence
from cequiz.errors import InvalidText, NotAllowed, NotFound, WrongState
from cequiz.services import retiring
from cequiz.services.enrolling import register, student, students
from cequiz.services.ports import Ports
from cequiz.services.rolling import certificates_touched, correct, plan, reissue, take_in
from tests.fakes import FakeBoards
from tests.services.earned import earn, issue, join, set_school


def test_a_roll_comes_in_as_a_whole_or_not_at_all(ports: Ports) -> None:
    register(ports, name="Old", email="old@example.org", actor="test")
    newcomers, _ = read_roll("name,email\nNew,new@example.org\nAgain,OLD@example.org\n漢,kanji@example.org\n")
    found = take_in(ports, newcomers, actor="test")
    assert not found.students
    assert [(slip.line, slip.column) for slip in found.slips] == [(3, 7), (4, 1)]
    assert plan(ports, newcomers) == found, "a plan finds what loading finds"
    assert len(students(ports)) == 1
    found = take_in(ports, newcomers[:1], actor="test")
    assert not found.slips
    assert student(ports, "new@example.org") == found.students[0]


def test_a_roll_enrols_in_courses_that_there_are(ports: Ports) -> None:
    newcomers, _ = read_roll("name,email,course\nAnn,ann@example.org,course\nBea,bea@example.org,\n")
    (ann, bea) = take_in(ports, newcomers, actor="test").students
    with ports.store.read() as unit:
        assert [one.course_id for one in unit.enrolments.of(ann.id)] == ["course"]
        assert not unit.enrolments.of(bea.id)
    text = "name,email,course\nAnn,ann@example.org,nowhere\n,eva at home,nowhere\n"
    wrong, slips = read_roll(text)
    places = [(one.line, one.column) for one in plan(ports, wrong, slips=slips).slips]
    assert places == [(2, 5), (2, 21), (3, 1), (3, 2), (3, 14)], "what is wrong with file and records, at once"
    wrong, _ = read_roll("name,email,course\nCaz,caz@example.org,nowhere\n")
    found = take_in(ports, wrong, actor="test")
    assert found.slips == (Slip(2, 21, "There is no course nowhere."),)
    retiring.retire(ports, kind=retiring.Kind.COURSE, name="course", reason="old", actor="test")
    late, _ = read_roll("name,email,course\nDan,dan@example.org,course\n")
    assert "is retired" in plan(ports, late).slips[0].words


def test_odd_and_shared_licences_keep_nobody_out_and_are_told_with_their_place(ports: Ports) -> None:
    florida = LicenceFormat(
        state="FL", pattern=r"MA\d+", example="MA12345", source="somewhere", checked_on=date(2026, 11, 23)
    )
    pack = BoardPack(
        id="fl", name="FL", required=frozenset(), licence_formats=(florida,), source="", checked_on=date(2026, 11, 23)
    )
    ports = replace(ports, boards=FakeBoards(pack))
    there = register(ports, name="Old", email="old@example.org", licences=[Licence("FL", "MA1")], actor="test")
    text = (
        "name,email,licences\nAnn,ann@example.org,FL:MA1\nBea,bea@example.org,NY:27;FL:12\nCaz,caz@example.org,ny:27\n"
    )
    newcomers, _ = read_roll(text)
    found = take_in(ports, newcomers, actor="test")
    assert [one.name for one in found.students] == ["Ann", "Bea", "Caz"]
    assert [(one.line, one.column, one.words) for one in found.warnings] == [
        (2, 21, f"the licence FL:MA1 is that of Old ({there.id}) too"),
        (3, 21, "FL:12 does not look like a licence of FL, such as MA12345."),
        (4, 21, "the licence NY:27 is that of line 3 too"),
    ]


def test_a_stopped_import_adds_nobody(ports: Ports) -> None:
    newcomers, _ = read_roll("name,email\nAnn,ann@example.org\nBea,bea@example.org\n")
    told: list[tuple[int, int]] = []
    with pytest.raises(WrongState, match="stopped"):
        take_in(ports, newcomers, actor="x", progress=lambda done, of: told.append((done, of)), stop=lambda: bool(told))
    assert told == [(2, 2)], "they were written, and taken back"
    assert not students(ports)


def test_a_corrected_name_names_the_certificates_that_show_the_old_one_until_they_are_issued_anew(ports: Ports) -> None:
    set_school(ports)
    someone = join(ports)
    earn(ports, someone)
    first = issue(ports, someone)
    assert certificates_touched(ports, someone) == ()
    correct(ports, student_id=someone, name="Sample Q. Student", actor="os:admin")
    (touched,) = certificates_touched(ports, "s@example.org")
    assert (touched.number, touched.name) == (first.number, "Sample Student")
    (again,) = reissue(ports, [touched.number], reason="name corrected", actor="os:admin")
    assert (again.facts.student_name, again.facts.supersedes) == ("Sample Q. Student", first.number)
    assert certificates_touched(ports, someone) == ()
    correct(ports, student_id=someone, licences=[], actor="os:admin")
    assert [one.number for one in certificates_touched(ports, someone)] == [again.number], "licences are facts too"


def test_a_correction_is_on_record_with_what_was_before(ports: Ports) -> None:
    first = register(ports, name="Samle", email="s@example.org", actor="test")
    after = correct(ports, student_id="s@example.org", name="Sample", licences=[Licence("FL", "MA1")], actor="os:admin")
    assert student(ports, first.id) == after
    assert (after.name, after.email, after.licences) == ("Sample", "s@example.org", (Licence("FL", "MA1"),))
    with ports.store.read() as unit:
        record = unit.audit.all()[-1]
    assert record.deed == "student.corrected"
    assert record.details == {"name": {"from": "Samle", "to": "Sample"}, "licences": {"from": [], "to": ["FL:MA1"]}}


def test_a_correction_that_cannot_be_is_refused(ports: Ports) -> None:
    register(ports, name="Sample", email="s@example.org", actor="test")
    register(ports, name="Other", email="o@example.org", actor="test")
    with pytest.raises(NotAllowed, match="registered already"):
        correct(ports, student_id="s@example.org", email="O@example.org", actor="x")
    with pytest.raises(InvalidText):
        correct(ports, student_id="s@example.org", name="漢", actor="x")
    with pytest.raises(WrongState):
        correct(ports, student_id="s@example.org", name="Sample", actor="x")
    with pytest.raises(NotFound):
        correct(ports, student_id="nobody", name="X", actor="x")
    assert student(ports, "s@example.org").name == "Sample"

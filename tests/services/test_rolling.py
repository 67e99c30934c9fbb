"""Taking many people in and correcting what is written about one."""

from __future__ import annotations

import pytest

from cequiz.domain.people.roll import read_roll
from cequiz.domain.people.student import Licence
from cequiz.errors import InvalidText, NotAllowed, NotFound, WrongState
from cequiz.services.enrolling import register, student, students
from cequiz.services.ports import Ports
from cequiz.services.rolling import correct, take_in


def test_a_roll_comes_in_as_a_whole_or_not_at_all(ports: Ports) -> None:
    register(ports, name="Old", email="old@example.org", actor="test")
    newcomers, _ = read_roll("name,email\nNew,new@example.org\nAgain,OLD@example.org\n漢,kanji@example.org\n")
    added, slips = take_in(ports, newcomers, actor="test")
    assert not added
    assert [(slip.line, slip.column) for slip in slips] == [(3, 7), (4, 1)]
    assert len(students(ports)) == 1
    added, slips = take_in(ports, newcomers[:1], actor="test")
    assert not slips
    assert student(ports, "new@example.org") == added[0]


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

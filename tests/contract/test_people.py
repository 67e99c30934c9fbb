"""Students: facts that are corrected, and many who come in at once."""

from __future__ import annotations

from dataclasses import replace

from cequiz.domain.people.student import Licence
from cequiz.services.ports import AuditRecord, Enrolment, Merge, Store
from tests.builders import NOON
from tests.storing import student


def test_corrected_facts_take_the_place_of_the_old_ones(store: Store) -> None:
    with store.write() as unit:
        unit.students.add(student("S-1"), passphrase_hash="hash", at=NOON)
        unit.students.add(student("S-2"), passphrase_hash=None, at=NOON)
    corrected = replace(student("S-1"), name="Ana", email="ANA@example.org", licences=(Licence("TX", "1"),))
    with store.write() as unit:
        unit.students.replace(corrected)
    with store.read() as unit:
        assert unit.students.get("S-1") == corrected
        assert unit.students.by_email("ana@EXAMPLE.org") == corrected
        assert unit.students.by_email(student("S-1").email) is None
        assert unit.students.passphrase_hash("S-1") == "hash"
        assert unit.students.get("S-2") == student("S-2")


def test_many_come_in_at_once_as_if_one_after_the_other(store: Store) -> None:
    """Who was imported signs in, sits exams and stands in the records like everybody else."""
    people = [student(f"S-{number}") for number in range(5)]
    records = [AuditRecord(at=NOON, actor="test", deed="student.registered", subject=one.id) for one in people]
    places = [
        Enrolment(id=f"E-{one.id}", student_id=one.id, course_id="course", course_version="1", enrolled_at=NOON)
        for one in people
    ]
    with store.write() as unit:
        unit.audit.add(replace(records[0], deed="before"))
        unit.students.add_all(people, at=NOON)
        unit.enrolments.add_all(places)
        unit.audit.add_all(records)
        unit.students.add_all([], at=NOON)
        unit.audit.add_all([])
        unit.audit.add(replace(records[0], deed="after"))
    with store.read() as unit:
        assert [unit.students.get(one.id) for one in people] == people
        assert unit.students.passphrase_hash("S-1") is None
        assert [unit.enrolments.get(one.id, "course") for one in people] == places
        assert [(one.deed, one.subject) for one in unit.audit.all()] == [
            ("before", "S-0"),
            *(("student.registered", one.id) for one in people),
            ("after", "S-0"),
        ]
    assert not store.verify_chains().findings


def test_addresses_and_licences_that_somebody_has_are_found_among_thousands(store: Store) -> None:
    """An import must tell who is there already, however long its list is."""
    zed = replace(student("S-2", email="Zed@Example.org"), name="Zed", licences=(Licence("ny", "27"),))
    gone = replace(student("S-3"), licences=(Licence("TX", "9"),), merged_into="S-2")
    with store.write() as unit:
        unit.students.add(student("S-1"), passphrase_hash=None, at=NOON)
        unit.students.add(zed, passphrase_hash=None, at=NOON)
        unit.students.add(student("S-3"), passphrase_hash=None, at=NOON)
        unit.merges.merge(Merge(from_id=gone.id, into_id=zed.id, reason="twice", actor="test", at=NOON), numbers={})
    asked = {"zed@example.org", *(f"nobody{number}@example.org" for number in range(3_000))}
    with store.read() as unit:
        assert unit.students.known(asked) == {"zed@example.org"}
        assert unit.students.known(set()) == frozenset()
        wanted = {"ny:27", "fl:ma12345", "tx:9", *(f"ca:{number}" for number in range(3_000))}
        assert unit.students.holders(wanted) == {
            "ny:27": ("S-2", "Zed"),
            "fl:ma12345": ("S-1", student("S-1").name),
        }

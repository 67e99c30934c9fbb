"""A corrected student: the facts change, everything else about the person stays."""

from __future__ import annotations

from dataclasses import replace

from cequiz.domain.people.student import Licence
from cequiz.services.ports import Store
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

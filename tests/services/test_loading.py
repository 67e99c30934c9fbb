"""Loading is all or nothing, and what is loaded never changes."""

from __future__ import annotations

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.errors import NotAllowed, NotFound
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from tests.builders import bank, bank_json, course, exam_json


def test_loading_the_same_content_again_changes_nothing(ports: Ports) -> None:
    again = load(ports, banks=[bank()], courses=[course()], actor="test")
    assert [one.new for one in again] == [False, False]
    with ports.store.read() as unit:
        assert len(unit.banks.versions()) == len(unit.courses.versions()) == 1


def test_other_content_under_a_loaded_version_is_refused_and_nothing_of_the_load_stays(ports: Ports) -> None:
    changed = bank_json()
    changed["questions"][0]["stem"] = "Another stem, but the same version?"
    with pytest.raises(NotAllowed, match="other content") as caught:
        load(ports, banks=[bank("fresh"), Bank.from_json(changed)], actor="test")
    assert "new `version`" in caught.value.hint
    with ports.store.read() as unit:
        assert unit.banks.latest("fresh") is None


def test_a_new_version_stands_beside_the_old_one(ports: Ports) -> None:
    load(ports, banks=[bank(version="2")], actor="test")
    with ports.store.read() as unit:
        assert [one.version for one in unit.banks.versions()] == ["1", "2"]
        newest = unit.banks.latest("sample")
        assert newest is not None
        assert newest.version == "2"


def test_a_course_needs_its_banks(ports: Ports) -> None:
    lonely = course("lonely", exams=[exam_json(banks=["nowhere"])])
    with pytest.raises(NotFound, match="nowhere"):
        load(ports, courses=[lonely], actor="test")


def test_what_was_loaded_is_in_the_audit_record(ports: Ports) -> None:
    with ports.store.read() as unit:
        assert [(one.deed, one.subject) for one in unit.audit.all()] == [
            ("bank.loaded", "sample"),
            ("course.loaded", "course"),
        ]

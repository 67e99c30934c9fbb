"""Loading is all or nothing, and what is loaded never changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.errors import NotAllowed, NotFound, Refused
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from tests.builders import bank, bank_json, course, exam_json
from tests.papers import press


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


def test_a_course_that_could_not_be_drawn_is_refused(ports: Ports) -> None:
    greedy = course("greedy", exams=[exam_json(blueprint={"D1": 500, "D2": 2})])
    with pytest.raises(NotAllowed, match="D1 needs 500 items, 6 can stand"):
        load(ports, courses=[greedy], actor="test")
    with ports.store.read() as unit:
        assert unit.courses.latest("greedy") is None


def test_a_bank_that_would_break_a_loaded_course_is_refused(ports: Ports) -> None:
    with pytest.raises(NotAllowed, match="course/quiz of version 1 could not be drawn: D2"):
        load(ports, banks=[bank(version="2", counts={"D1": 6})], actor="test")
    with ports.store.read() as unit:
        newest = unit.banks.latest("sample")
    assert newest is not None
    assert newest.version == "1"


def test_a_course_that_no_certificate_could_carry_is_refused_at_the_door(ports: Ports) -> None:
    real = replace(ports, press=press())
    for changes, words in (({"title": "A" * 900}, "too long"), ({"instructors": [{"name": "椎骨"}]}, r"U\+690E")):
        with pytest.raises(Refused, match=words):
            load(real, courses=[course("unprintable", **changes)], actor="test")
    with ports.store.read() as unit:
        assert unit.courses.latest("unprintable") is None


@pytest.mark.parametrize(("title", "hours"), [("Sample Course, Part 1", "16"), ("Sample Course", "24")])
def test_an_approval_for_another_title_or_other_hours_is_refused(ports: Ports, title: str, hours: str) -> None:
    approval = {"board": "ncbtmb", "title": title, "hours": hours, "from": "2026-01-01", "to": "2027-01-01"}
    with pytest.raises(NotAllowed, match="approval by ncbtmb"):
        load(ports, courses=[course("approved", approvals=[approval])], actor="test")
    load(
        ports,
        courses=[course("approved", approvals=[{**approval, "title": "Sample Course", "hours": "16"}])],
        actor="test",
    )

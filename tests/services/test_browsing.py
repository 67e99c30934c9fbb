"""Browsing: what the office sees of banks, courses and questions is what is loaded, drawn and marked."""

from __future__ import annotations

from typing import Any

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.change import ChangeKind
from cequiz.domain.bank.question import Status
from cequiz.errors import NotFound
from cequiz.services import browsing, queueing, retiring, supplying, tallying
from cequiz.services.enrolling import register
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.retiring import Kind
from cequiz.services.starting import start
from tests.builders import bank_json, course


def version_two(**first: Any) -> Bank:
    """Return the sample bank as version 2, its first question changed, its last one gone."""
    data = bank_json(version="2")
    data["questions"][0] |= first
    return Bank.from_json({**data, "questions": data["questions"][:-1]})


def test_the_shelf_tells_what_is_in_use_and_how_its_questions_stand(ports: Ports) -> None:
    draft = {"review": {"status": "draft", "by": "x", "on": "2026-01-01"}}
    load(ports, banks=[version_two(**draft)], actor="test")
    newer, older = browsing.shelf(ports).banks
    assert (newer.version.version, newer.in_use, dict(newer.states)) == (
        "2",
        True,
        {Status.APPROVED: 10, Status.DRAFT: 1},
    )
    assert (older.version.version, older.in_use, older.states) == ("1", False, {})
    retiring.retire(ports, kind=Kind.BANK, name="sample@2", reason="why", actor="test")
    newer, older = browsing.shelf(ports).banks
    assert (newer.retired, newer.in_use, older.in_use) == (True, False, True)
    (line,) = browsing.shelf(ports).courses
    assert (line.version.id, line.in_use, line.retired) == ("course", True, False)


def test_a_bank_without_a_version_is_the_one_in_use(ports: Ports) -> None:
    load(ports, banks=[version_two()], actor="test")
    assert browsing.bank_page(ports, "sample").bank.version == "2"
    assert browsing.bank_page(ports, "sample@1").bank.version == "1"
    retiring.retire(ports, kind=Kind.BANK, name="sample@2", reason="why", actor="test")
    page = browsing.bank_page(ports, "sample")
    assert (page.bank.version, page.in_use, page.retired, page.versions) == ("1", True, False, ("1", "2"))
    for name in ("sample@3", "other", ""):
        with pytest.raises(NotFound):
            browsing.bank_page(ports, name)


def sit(ports: Ports) -> str:
    """Sit the exam, answer `b` and challenge the first item; return its key."""
    student = register(ports, name="Sample", email="s@example.org", actor="test")
    sitting = start(ports, student_id=student.id, exam_ref="course/quiz", attested=True, actor="test")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": "b"})
    key = sitting.attempt.form.items[0].key
    sitting.challenge(key, reason="Not clear.")
    sitting.submit()
    tallying.catch_up(ports)
    return key


def test_a_question_brings_its_statistics_its_history_and_what_waits(ports: Ports) -> None:
    key = sit(ports)
    page = browsing.item_page(ports, key)
    assert page.key == key
    assert page.own is not None
    assert (page.own.drawn, page.own.options) == (1, {"b": 1})
    assert [entry.kind for entry in page.waiting] == [queueing.Kind.CHALLENGE]
    (line,) = [one for one in browsing.bank_page(ports, "sample").items if f"sample/{one.question.id}" == key]
    assert (line.statistics, line.waiting) == (page.own, 1)
    assert [(step.version, step.first) for step in page.history] == [("1", True)]


def test_another_wording_has_statistics_of_its_own(ports: Ports) -> None:
    sit(ports)
    drawn = {one.question_id for one in tallying.statistics(ports)}
    load(ports, banks=[version_two(stem="Another stem?")], actor="test")
    page = browsing.item_page(ports, "sample/d1-1")
    assert page.own is None
    assert len(page.statistics) == ("d1-1" in drawn)
    assert [[one.kind for one in step.changes] for step in page.history] == [[ChangeKind.STEM], []]
    with pytest.raises(NotFound):
        browsing.item_page(ports, "sample/d2-6")  # it is gone in version 2
    assert browsing.item_page(ports, "sample@1/d2-6").history[-1].first


def test_questions_are_chosen_by_state_objective_and_words(ports: Ports) -> None:
    draft = {"review": {"status": "draft", "by": "x", "on": "2026-01-01"}, "stem": "¿Qué músculo?"}
    load(ports, banks=[version_two(**draft)], actor="test")
    items = browsing.bank_page(ports, "sample").items

    def ids(**wanted: Any) -> list[str]:
        return [one.question.id for one in browsing.chosen(items, **wanted)]

    assert ids(state=Status.DRAFT) == ids(words="que MUSCULO") == ["d1-1"]
    assert ids(objective="D2") == [f"d2-{number}" for number in range(1, 6)]
    assert ids(objective="D2", words="third of d2-4") == ["d2-4"]
    assert ids(state=Status.RETIRED) == []
    assert len(ids()) == 11


def test_an_entry_of_the_queue_leads_to_the_question_as_it_was_drawn(ports: Ports) -> None:
    key = sit(ports)
    name = key.partition("/")[2]
    data = bank_json(version="2")
    for one in data["questions"]:
        one["stem"] = "Another stem?"
    load(ports, banks=[Bank.from_json(data)], actor="test")
    (entry,) = queueing.entries(ports)
    drawn = browsing.drawn_item(ports, entry)
    assert drawn is not None
    assert (drawn[0].version, drawn[1].stem) == ("1", f"Which option is the right one for {name}?")


def test_a_course_tells_what_its_exams_need_and_its_banks_have(ports: Ports) -> None:
    retired = {"review": {"status": "retired", "by": "x", "on": "2026-01-01"}}
    load(ports, banks=[version_two(**retired)], actor="test")
    page = supplying.course_page(ports, "course")
    assert [(one.objective, one.needed, one.approved, one.others) for one in page.supplies] == [
        ("D1", 2, 5, 1),
        ("D2", 2, 5, 0),
    ]
    assert (page.in_use, page.retired, page.name) == (True, False, "course@1")
    with pytest.raises(NotFound):
        supplying.course_page(ports, "course@9")


def test_a_retired_course_is_still_shown(ports: Ports) -> None:
    load(ports, courses=[course("other")], actor="test")
    retiring.retire(ports, kind=Kind.COURSE, name="other", reason="why", actor="test")
    page = supplying.course_page(ports, "other")
    assert (page.retired, page.in_use) == (True, False)


def test_only_banks_that_differ_from_what_is_loaded_are_compared(ports: Ports) -> None:
    new = Bank.from_json(bank_json("fresh"))
    same = Bank.from_json(bank_json())
    found = browsing.against_loaded(ports, [new, same, version_two(stem="Another stem?")])
    assert [(one.before, one.after, one.changed, one.removed) for one in found] == [
        ("sample@1", "sample@2", ("d1-1",), ("d2-6",))
    ]

"""Any answers and any changes of keys, one after the other: what was foreseen happens, and nobody loses untold."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cequiz.domain.exam.marking import percent_text
from cequiz.errors import WrongState
from cequiz.services import proposing, rekeying
from cequiz.services.corrections import KeyChange
from cequiz.services.earning import ground, progress
from cequiz.services.enrolling import find_course
from cequiz.services.foreseeing import Preview, Request, Turn, preview
from cequiz.services.issuing import settle
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.starting import start
from tests.builders import bank, course, exam_json
from tests.fakes import FakeClock
from tests.frontends.desks import fake_ports
from tests.services.earned import join, set_school

BANKS = ("one", "two")
QUESTIONS = ("d1-1", "d1-2", "d1-3", "d1-4")

sheets = st.lists(st.sampled_from("bbbc"), min_size=4, max_size=4)
students = st.lists(st.tuples(sheets, sheets), min_size=1, max_size=3)
wishes = st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from("bcd"), min_size=1, max_size=3)
changes = st.lists(st.tuples(st.sampled_from(BANKS), wishes, st.booleans()), min_size=1, max_size=4)


def house(clock: FakeClock, folder: Path) -> Ports:
    """Two exams of four items each, both required, and a provider that issues."""
    ports = fake_ports(folder, clock=clock)
    set_school(ports)
    exams = [exam_json(name, banks=[name], blueprint={"D1": 4}) for name in BANKS]
    load(
        ports,
        banks=[bank(name, counts={"D1": 4}) for name in BANKS],
        courses=[course(exams=exams, evaluation={"required": False, "questions": []})],
        actor="test",
    )
    return ports


def sit(ports: Ports, student: str, name: str, sheet: list[str]) -> None:
    sitting = start(ports, student_id=student, exam_ref=f"course/{name}", attested=True, actor="test")
    answers = dict(zip(QUESTIONS, sheet, strict=True))
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": answers[item.question]})
    sitting.submit()


def wanted(ports: Ports, name: str, wish: dict[str, str]) -> tuple[KeyChange, ...]:
    questions = rekeying.newest(ports, name)
    return tuple(
        rekeying.rekeyed(questions.question(one), bank=name, response={"choice": choice})
        for one, choice in wish.items()
    )


def check(ports: Ports, seen: Preview, *, take_away: bool) -> None:
    """What was foreseen has happened, and every award stands on what the scores say now."""
    with ports.store.read() as unit:
        for effect in seen.effects:
            score = unit.scores.latest(effect.header.id)
            assert score == effect.remark.after
            assert take_away or effect.remark.after.passed or not effect.remark.before.passed
            assert (effect.turn is Turn.FAILS) <= take_away
        for student in unit.students.all():
            found = find_course(unit, "course", student_id=student.id)
            stands = progress(unit, student_id=student.id, course=found)
            assert (stands.award is not None) == all(one.passed for one in stands.required)
            if stands.award is not None:
                deciding = ground(unit, stands.award, found)
                assert deciding is not None
                assert deciding.percent == stands.award.percent
                paper = unit.certificates.of_award(stands.award.id)[-1]
                status = unit.certificates.status(paper.number)
                assert status is not None
                assert (status.status, paper.facts.score) == ("issued", f"{percent_text(stands.award.percent)} %")


@settings(max_examples=60, deadline=None)
@given(people=students, deeds=changes)
def test_whatever_is_changed_is_what_was_foreseen(
    tmp_path_factory: pytest.TempPathFactory,
    people: list[tuple[list[str], list[str]]],
    deeds: list[tuple[str, dict[str, str], bool]],
) -> None:
    clock = FakeClock()
    ports = house(clock, tmp_path_factory.mktemp("house"))
    for place, sheets_of in enumerate(people):
        student = join(ports, email=f"s{place}@example.org")
        for name, sheet in zip(BANKS, sheets_of, strict=True):
            clock.advance(timedelta(hours=1))
            sit(ports, student, name, sheet)
        settle(ports, student_id=student, course_id="course", actor="test")
    for name, wish, take_away in deeds:
        clock.advance(timedelta(hours=1))
        request = Request(bank=name, changes=wanted(ports, name, wish), take_away=take_away)
        try:
            seen = preview(ports, request)
        except WrongState:
            continue  # that is the key already
        proposing.submit(ports, seen, reason="new edition", actor="os:ana")
        check(ports, seen, take_away=take_away)

"""Changing keys where it is less simple: several exams, renewals, floors, what the student is shown, odd banks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.canonical import Json
from cequiz.domain.exam.remark import Drop
from cequiz.errors import NotAllowed
from cequiz.services import enrolling, papers, proposing, rekeying, retiring
from cequiz.services.consequences import Outcome
from cequiz.services.corrections import KeyChange
from cequiz.services.evaluating import evaluate
from cequiz.services.foreseeing import Note, Preview, Request, Turn, preview
from cequiz.services.grading import result
from cequiz.services.issuing import settle
from cequiz.services.loading import load
from cequiz.services.ports import CertificateRecord, Ports
from cequiz.services.starting import start
from tests import samples
from tests.builders import bank, course, exam_json
from tests.fakes import FakeClock
from tests.services.earned import join, set_school

OFTEN = {"limit": 3, "wait": "1h", "prefer_unseen": True}


def exam(name: str, bank_id: str, **changes: Any) -> dict[str, Any]:
    return exam_json(name, banks=[bank_id], **{"blueprint": {"D1": 4}, "attempts": OFTEN, **changes})


def use(ports: Ports, *banks: str, **changes: Any) -> None:
    """Load a course with one exam a bank, named like the bank; every bank has four items of D1."""
    made: Course = course(version="2", exams=[exam(name, name, **changes) for name in banks])
    load(ports, banks=[bank(name, counts={"D1": 4}) for name in banks], courses=[made], actor="test")


def sit(ports: Ports, student: str, name: str, **answers: str) -> str:
    sitting = start(ports, student_id=student, exam_ref=f"course/{name}", attested=True, actor="test")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": answers.get(item.question.replace("-", "_"), "b")})
    sitting.submit()
    return sitting.attempt.id


def look(ports: Ports, bank_id: str, choice: str = "c", *, take_away: bool = False) -> Preview:
    found = rekeying.newest(ports, bank_id).question("d1-1")
    change = rekeying.rekeyed(found, bank=bank_id, response={"choice": choice})
    return preview(ports, Request(bank=bank_id, changes=(change,), take_away=take_away))


def apply(ports: Ports, seen: Preview) -> proposing.Submitted:
    return proposing.submit(ports, seen, reason="new edition", actor="os:ana")


def earned(ports: Ports, student: str) -> CertificateRecord:
    evaluate(ports, student_id=student, course_id="course", answers=None, actor="test")
    record = settle(ports, student_id=student, course_id="course", actor="test").certificate
    assert record is not None
    return record


def status(ports: Ports, number: str) -> str:
    newest = papers.certificate(ports, number)[1]
    assert newest is not None
    return newest.status


def test_one_of_several_exams_says_which_others_are_still_to_be_passed(ports: Ports) -> None:
    use(ports, "one", "two")
    student = join(ports)
    sit(ports, student, "one", d1_1="c", d1_2="c")
    (found,) = look(ports, "one").consequences
    assert found.outcome is Outcome.MISSING
    assert found.missing == ("Pass the exam Sample exam.", "Give, or decline, the course evaluation.")


def test_a_score_that_is_not_the_printed_one_moves_no_certificate(ports: Ports, clock: FakeClock) -> None:
    set_school(ports)
    use(ports, "one", "two")
    student = join(ports)
    sit(ports, student, "one")
    clock.advance(timedelta(days=1))
    sit(ports, student, "two", d1_3="a")
    record = earned(ports, student)
    assert record.facts.score == "75 %"
    done = apply(ports, look(ports, "one"))
    assert ([one.turn for one in done.preview.effects], done.preview.consequences) == ([Turn.SCORE], ())
    assert status(ports, record.number) == "issued"


def test_a_certificate_falls_with_any_of_the_passes_it_needs(ports: Ports, clock: FakeClock) -> None:
    set_school(ports)
    use(ports, "one", "two")
    student = join(ports)
    sit(ports, student, "one", d1_4="a")
    clock.advance(timedelta(days=1))
    sit(ports, student, "two")
    record = earned(ports, student)
    (found,) = apply(ports, look(ports, "one", take_away=True)).preview.consequences
    assert (found.outcome, found.number) == (Outcome.REVOKED, record.number)
    assert status(ports, record.number) == "revoked"
    clock.advance(timedelta(days=1))
    sit(ports, student, "one", d1_1="c")
    again = settle(ports, student_id=student, course_id="course", actor="test").certificate
    assert again is not None
    assert (again.number, status(ports, again.number)) == ("CQ-2026-000002", "issued")
    assert again.facts.completed_on == record.facts.completed_on + timedelta(days=1)


def test_a_certificate_of_an_earlier_cycle_is_corrected_too(ports: Ports, clock: FakeClock) -> None:
    set_school(ports)
    use(ports, "one")
    student = join(ports)
    sit(ports, student, "one")
    record = earned(ports, student)
    clock.advance(timedelta(days=400))
    enrolling.renew(ports, student_id=student, course_id="course", actor="admin")
    second = sit(ports, student, "one", d1_1="c", d1_2="a")
    seen = look(ports, "one")
    assert [(one.outcome, one.number) for one in seen.consequences] == [
        (Outcome.SUPERSEDED, record.number),
        (Outcome.MISSING, ""),
    ]
    notes = {one.header.id: (one.turn, one.notes) for one in seen.effects}
    assert notes[second] == (Turn.PASSES, (Note.ALREADY,))
    apply(ports, seen)
    assert status(ports, record.number) == "superseded"
    assert papers.certificate(ports, f"{record.number}-R1")[0].facts.cycle == 1


def test_an_attempt_of_an_earlier_cycle_earns_nothing_in_the_one_under_way(ports: Ports, clock: FakeClock) -> None:
    set_school(ports)
    use(ports, "one")
    student = join(ports)
    first = sit(ports, student, "one", d1_1="c", d1_2="c")
    clock.advance(timedelta(days=1))
    sit(ports, student, "one")
    earned(ports, student)
    clock.advance(timedelta(days=400))
    enrolling.renew(ports, student_id=student, course_id="course", actor="admin")
    seen = look(ports, "one")
    notes = {one.header.id: one.notes for one in seen.effects}
    assert notes[first] == (Note.EARLIER_CYCLE, Note.ALREADY)
    assert [one.outcome for one in seen.consequences] == [Outcome.SUPERSEDED]


def test_whoever_sits_the_exam_again_at_this_moment_is_named(ports: Ports, clock: FakeClock) -> None:
    use(ports, "one")
    student = join(ports)
    sit(ports, student, "one", d1_1="c", d1_2="c")
    clock.advance(timedelta(hours=2))
    running = start(ports, student_id=student, exam_ref="course/one", attested=True, actor="test")
    seen = look(ports, "one")
    assert seen.effects[0].notes == (Note.RUNNING,)
    assert seen.running == (running.attempt.id,)


def test_a_floor_that_is_missed_is_said_beside_a_reached_pass_mark(ports: Ports) -> None:
    use(ports, "one", section_floors={"D1": "100"})
    student = join(ports)
    sit(ports, student, "one", d1_1="c", d1_2="c")
    (effect,) = look(ports, "one").effects
    assert (effect.turn, effect.notes) == (Turn.SCORE, (Note.FLOOR,))


def test_a_kept_pass_is_shown_by_the_key_it_was_marked_by(ports: Ports) -> None:
    use(ports, "one")
    kept, other = join(ports), join(ports, email="other@example.org")
    attempts = sit(ports, kept, "one", d1_4="a"), sit(ports, other, "one")
    apply(ports, look(ports, "one"))
    for attempt, right in zip(attempts, ("b", "c"), strict=True):
        shown = {one.question.id: one for one in result(ports, attempt).review.items}
        assert shown["d1-1"].key == {"choice": right}
        assert shown["d1-1"].mark.right is (right == "b")


MATCHED: Mapping[str, Json] = {"p1": "p2", "p2": "p1", "p3": "p3"}
"""The first two right sides the other way round."""


def test_an_answer_to_a_matching_keeps_its_words_under_another_key(ports: Ports) -> None:
    every = Bank.from_json({**samples.bank_json(), "id": "every"})
    told = {"after_pass": "full", "after_fail": "full"}
    asked = course(version="2", exams=[exam_json(banks=["every"], blueprint={"D1": 9, "D2": 3}, review=told)])
    load(ports, banks=[every], courses=[asked], actor="test")
    student = join(ports)
    sitting = start(ports, student_id=student, exam_ref="course/quiz", attested=True, actor="test")
    sitting.answer("every/q-matching", {"pairs": dict(MATCHED)})
    sitting.submit()
    question = rekeying.newest(ports, "every").question("q-matching")
    change = rekeying.rekeyed(question, bank="every", response={"pairs": dict(MATCHED)})
    done = apply(ports, preview(ports, Request(bank="every", changes=(change,))))
    (effect,) = done.preview.effects
    assert effect.remark.after.earned - effect.remark.before.earned == Fraction(2, 3)
    shown = next(one for one in result(ports, sitting.attempt.id).review.items if one.question.id == "q-matching")
    parts = [(part.label, part.given, part.right) for part in shown.question.parts(shown.response)]
    assert parts == [("Alpha", "Second", "Second"), ("Beta", "First", "First"), ("Gamma", "Third", "Third")]
    texts = {choice.id: choice.text for choice in shown.question.choices()}
    before = {choice.id: choice.text for choice in question.choices()}
    (item,) = [one for one in sitting.attempt.form.items if one.question == "q-matching"]
    assert [texts[one] for one in shown.order] == [before[one] for one in item.order]


def test_a_key_brings_no_retired_bank_back(ports: Ports) -> None:
    use(ports, "one")
    student = join(ports)
    sit(ports, student, "one", d1_1="c", d1_2="c")
    load(ports, banks=[bank("two", counts={"D1": 4})], courses=[course(version="3")], actor="test")
    with ports.store.write() as unit:
        unit.enrolments.renew(replace(unit.enrolments.of(student)[0], course_version="3"))
    retiring.retire(ports, kind=retiring.Kind.COURSE, name="course@2", reason="over", actor="admin")
    retiring.retire(ports, kind=retiring.Kind.BANK, name="one", reason="over", actor="admin")
    seen = look(ports, "one")
    assert (seen.bank, [one.turn for one in seen.effects]) == (None, [Turn.PASSES])
    apply(ports, seen)
    with ports.store.read() as unit:
        assert [one.version for one in unit.banks.versions() if one.id == "one"] == ["1"]


def test_an_attempt_of_which_nothing_would_be_left_is_refused(ports: Ports) -> None:
    single = course(version="2", exams=[exam("one", "one", blueprint={"D1": 1})])
    load(ports, banks=[bank("one", counts={"D1": 2})], courses=[single], actor="test")
    attempt = sit(ports, join(ports), "one")
    with ports.store.read() as unit:
        score = unit.scores.latest(attempt)
    assert score is not None
    drawn = score.marks[0].item.partition("/")[2]
    request = Request(bank="one", changes=(rekeying.dropped(drawn, bank="one", drop=Drop.EXCLUDE),))
    with pytest.raises(NotAllowed, match="Nothing would be left"):
        preview(ports, request)
    credit = Request(bank="one", changes=(rekeying.dropped(drawn, bank="one", drop=Drop.CREDIT),))
    assert preview(ports, credit).effects[0].turn is Turn.SAME


def test_a_key_that_makes_a_question_unsound_is_refused(ports: Ports) -> None:
    use(ports, "one")
    sit(ports, join(ports), "one")
    question = rekeying.newest(ports, "one").question("d1-1")
    fields = rekeying.rekeyed(question, bank="one", response={"choice": "c"}).fields
    assert fields is not None
    options: Any = fields["options"]
    both = KeyChange(bank="one", question="d1-1", fields={"options": [{**one, "correct": True} for one in options]})
    with pytest.raises(NotAllowed, match="E01"):
        preview(ports, Request(bank="one", changes=(both,)))

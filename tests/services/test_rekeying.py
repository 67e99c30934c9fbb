"""Changing keys: what is foreseen is what happens, old scores stay on record, and a pass falls only when told to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.exam.marking import Score
from cequiz.domain.exam.remark import Drop
from cequiz.domain.people.staff import Role, Staff
from cequiz.errors import InvalidResponse, NotAllowed, NotFound, Stopped, WrongState
from cequiz.services import correcting, issuing, papers, proposing, rekeying, timing
from cequiz.services.consequences import Outcome
from cequiz.services.corrections import KeyChange, in_force
from cequiz.services.evaluating import evaluate
from cequiz.services.foreseeing import Note, Preview, Request, Turn, preview
from cequiz.services.grading import result
from cequiz.services.issuing import settle
from cequiz.services.loading import load
from cequiz.services.ports import CertificateRecord, Ports
from cequiz.services.starting import start
from tests.builders import bank, bank_json, course, exam_json
from tests.fakes import FakeClock
from tests.services.earned import audit, deeds, join, set_school
from tests.storing import open_store


@pytest.fixture
def ports(ports: Ports) -> Ports:
    """The sample course with an exam that draws the whole of a small bank, so that everybody gets every item."""
    often = {"limit": 3, "wait": "1h", "prefer_unseen": True}
    small = course(version="2", exams=[exam_json(banks=["small"], blueprint={"D1": 4}, attempts=often)])
    load(ports, banks=[bank("small", counts={"D1": 4})], courses=[small], actor="test")
    return ports


def sit(ports: Ports, student: str, **answers: str) -> str:
    """Sit the exam with `b`, which is right, unless `d1_3="c"` says otherwise; `-` leaves an item open."""
    sitting = start(ports, student_id=student, exam_ref="course/quiz", attested=True, actor="test")
    for item in sitting.attempt.form.items:
        choice = answers.get(item.question.replace("-", "_"), "b")
        if choice != "-":
            sitting.answer(item.key, {"choice": choice})
    sitting.submit()
    return sitting.attempt.id


def people(ports: Ports, count: int) -> list[str]:
    return [join(ports, name=f"Student {number}", email=f"s{number}@example.org") for number in range(count)]


def key(ports: Ports, question: str, choice: str) -> KeyChange:
    found = rekeying.newest(ports, "small").question(question)
    return rekeying.rekeyed(found, bank="small", response={"choice": choice})


def ask(ports: Ports, *changes: KeyChange, take_away: bool = False, version: str = "") -> Preview:
    return preview(ports, Request(bank="small", changes=changes, take_away=take_away, version=version))


def apply(ports: Ports, *changes: KeyChange, take_away: bool = False) -> proposing.Submitted:
    seen = ask(ports, *changes, take_away=take_away)
    return proposing.submit(ports, seen, reason="the textbook changed", actor="os:ana")


def score(ports: Ports, attempt: str) -> Score:
    with ports.store.read() as unit:
        found = unit.scores.latest(attempt)
    assert found is not None
    return found


def decline_evaluation(ports: Ports, student: str) -> None:
    evaluate(ports, student_id=student, course_id="course", answers=None, actor="test")


def certificate(ports: Ports, student: str) -> CertificateRecord | None:
    return settle(ports, student_id=student, course_id="course", actor="test").certificate


def status(ports: Ports, number: str) -> str:
    newest = papers.certificate(ports, number)[1]
    assert newest is not None
    return newest.status


def test_a_preview_tells_of_every_attempt_and_changes_nothing(ports: Ports) -> None:
    right, wrong, other = people(ports, 3)
    first = sit(ports, right)  # b everywhere: 4 of 4
    second = sit(ports, wrong, d1_1="c", d1_2="c")  # 2 of 4, and c is what should have been right for d1-1
    third = sit(ports, other, d1_1="d")  # 3 of 4 either way
    before = deeds(ports)
    seen = ask(ports, key(ports, "d1-1", "c"))
    told = [
        (one.header.id, one.turn, str(one.remark.before.earned), str(one.remark.after.earned)) for one in seen.effects
    ]
    assert told == [(first, Turn.SCORE, "4", "3"), (second, Turn.PASSES, "2", "3"), (third, Turn.SAME, "3", "3")]
    assert [(one.kind.value, one.question, one.before, one.after) for one in seen.told] == [("key", "d1-1", "B", "C")]
    assert seen.bank is not None
    assert (seen.bank.version, seen.bank.question("d1-1").version) == ("1.1", 2)
    assert deeds(ports) == before
    assert score(ports, second).revision == 1


def test_applying_keeps_the_old_scores_and_says_why_in_the_audit_record(ports: Ports) -> None:
    (student,) = people(ports, 1)
    attempt = sit(ports, student, d1_1="c", d1_2="c")
    apply(ports, key(ports, "d1-1", "c"))
    new = score(ports, attempt)
    assert (new.revision, new.earned, new.passed, new.cause.value) == (2, Fraction(3), True, "submitted")
    records = {one.deed: one for one in audit(ports)}
    assert records["score.remarked"].subject == attempt
    assert records["score.remarked"].details["reason"] == "the textbook changed"
    assert records["score.remarked"].details["before"] == {
        "earned": "2",
        "possible": "4",
        "percent": "50",
        "passed": False,
    }
    assert records["bank.key_changed"].subject == "small"
    assert records["bank.key_changed"].details["version"] == "1.1"
    assert rekeying.newest(ports, "small").version == "1.1"


def test_a_course_that_is_earned_now_gets_its_award_and_its_certificate(ports: Ports, clock: FakeClock) -> None:
    set_school(ports)
    (student,) = people(ports, 1)
    attempt = sit(ports, student, d1_1="c", d1_2="c")
    decline_evaluation(ports, student)
    clock.advance(timedelta(days=3))
    seen = ask(ports, key(ports, "d1-1", "c"))
    assert [(one.outcome, one.student_id, one.paper) for one in seen.consequences] == [(Outcome.EARNED, student, True)]
    done = proposing.submit(ports, seen, reason="the textbook changed", actor="os:ana")
    assert done.papers is not None
    (record,) = done.papers.certificates
    assert record.facts.score == "75 %"
    ended = score(ports, attempt).finished_at
    assert record.facts.completed_on == ended.date(), "the day the exam was passed, not the day of the correction"


def test_a_pass_that_lacks_something_else_says_what(ports: Ports) -> None:
    (student,) = people(ports, 1)
    sit(ports, student, d1_1="c", d1_2="c")
    (one,) = ask(ports, key(ports, "d1-1", "c")).consequences
    assert (one.outcome, one.missing) == (Outcome.MISSING, ("Give, or decline, the course evaluation.",))


def test_a_printed_score_that_changes_supersedes_the_certificate(ports: Ports) -> None:
    set_school(ports)
    (student,) = people(ports, 1)
    sit(ports, student)
    decline_evaluation(ports, student)
    before = certificate(ports, student)
    assert before is not None
    done = apply(ports, key(ports, "d1-1", "c"))
    assert [(one.outcome, one.number, one.before, one.after) for one in done.preview.consequences] == [
        (Outcome.SUPERSEDED, before.number, "100 %", "75 %")
    ]
    after = certificate(ports, student)
    assert after is not None
    assert (after.number, after.facts.score) == (f"{before.number}-R1", "75 %")
    assert after.facts.completed_on == before.facts.completed_on
    assert status(ports, before.number) == "superseded"


def test_a_pass_is_kept_unless_somebody_says_so(ports: Ports) -> None:
    set_school(ports)
    (student,) = people(ports, 1)
    attempt = sit(ports, student, d1_4="a")  # 3 of 4, a pass that hangs on d1-1
    decline_evaluation(ports, student)
    record = certificate(ports, student)
    assert record is not None
    done = apply(ports, key(ports, "d1-1", "c"))
    assert [one.turn for one in done.preview.effects] == [Turn.KEPT]
    assert (score(ports, attempt).revision, score(ports, attempt).passed) == (1, True)
    assert status(ports, record.number) == "issued"
    kept = next(one for one in audit(ports) if one.deed == "bank.key_changed").details["kept"]
    assert kept == [attempt]


def test_a_pass_that_is_taken_away_revokes_the_certificate_and_can_be_earned_anew(
    ports: Ports, clock: FakeClock
) -> None:
    set_school(ports)
    (student,) = people(ports, 1)
    attempt = sit(ports, student, d1_4="a")
    decline_evaluation(ports, student)
    record = certificate(ports, student)
    assert record is not None
    done = apply(ports, key(ports, "d1-1", "c"), take_away=True)
    assert [one.turn for one in done.preview.effects] == [Turn.FAILS]
    assert [one.outcome for one in done.preview.consequences] == [Outcome.REVOKED]
    assert (score(ports, attempt).revision, score(ports, attempt).passed) == (2, False)
    entry = papers.certificate(ports, record.number)[1]
    assert entry is not None
    assert (entry.status, entry.reason) == (Life.REVOKED, "re-marked: the textbook changed")
    assert certificate(ports, student) is None
    clock.advance(timedelta(days=1))
    sit(ports, student, d1_1="c")
    again = certificate(ports, student)
    assert again is not None
    assert (again.number, again.facts.score) == ("CQ-2026-000002", "100 %")


def test_a_later_attempt_that_was_only_needed_because_of_the_wrong_key_keeps_the_day(
    ports: Ports, clock: FakeClock
) -> None:
    set_school(ports)
    (student,) = people(ports, 1)
    first = sit(ports, student, d1_1="c", d1_2="c")
    clock.advance(timedelta(days=5))
    second = sit(ports, student, d1_2="a")
    decline_evaluation(ports, student)
    record = certificate(ports, student)
    assert record is not None
    done = apply(ports, key(ports, "d1-1", "c"))
    notes = {one.header.id: (one.turn, one.notes) for one in done.preview.effects}
    assert notes == {first: (Turn.PASSES, (Note.ALREADY,)), second: (Turn.KEPT, ())}
    assert done.preview.consequences == ()
    assert certificate(ports, student) == record
    assert score(ports, first).passed


def test_an_award_that_was_taken_away_moves_to_an_earlier_attempt_that_passes_now(
    ports: Ports, clock: FakeClock
) -> None:
    set_school(ports)
    (student,) = people(ports, 1)
    first = sit(ports, student, d1_1="c", d1_2="c")
    clock.advance(timedelta(days=5))
    sit(ports, student, d1_2="a")
    decline_evaluation(ports, student)
    record = certificate(ports, student)
    assert record is not None
    done = apply(ports, key(ports, "d1-1", "c"), take_away=True)
    (one,) = done.preview.consequences
    ended = score(ports, first).finished_at
    assert (one.outcome, one.completed_at) == (Outcome.SUPERSEDED, ended)
    assert done.papers is not None
    (corrected,) = done.papers.certificates
    assert (corrected.facts.score, corrected.facts.completed_on) == ("75 %", ended.date()), "the day is printed too"


def test_voided_attempts_are_never_touched(ports: Ports) -> None:
    (student,) = people(ports, 1)
    attempt = sit(ports, student, d1_1="c", d1_2="c")
    timing.void(ports, attempt_id=attempt, reason="sat by somebody else", actor="admin")
    seen = ask(ports, key(ports, "d1-1", "c"))
    assert (seen.effects, seen.voided) == ((), 1)


def test_an_open_attempt_is_marked_by_the_corrected_key_when_it_ends(ports: Ports) -> None:
    (student,) = people(ports, 1)
    sitting = start(ports, student_id=student, exam_ref="course/quiz", attested=True, actor="test")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": "c" if item.question == "d1-1" else "b"})
    done = apply(ports, key(ports, "d1-1", "c"))
    assert (done.preview.running, done.preview.effects) == ((sitting.attempt.id,), ())
    sitting.submit()
    ended = score(ports, sitting.attempt.id)
    assert (ended.revision, ended.earned) == (1, Fraction(4))
    shown = next(one for one in result(ports, sitting.attempt.id).review.items if one.question.id == "d1-1")
    assert (shown.key, shown.mark.right) == ({"choice": "c"}, True)


def test_the_newest_change_counts_for_what_ends_later(ports: Ports) -> None:
    (student,) = people(ports, 1)
    sitting = start(ports, student_id=student, exam_ref="course/quiz", attested=True, actor="test")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": "b"})
    apply(ports, key(ports, "d1-1", "c"))
    apply(ports, key(ports, "d1-1", "b"))
    assert rekeying.newest(ports, "small").version == "1.2"
    sitting.submit()
    assert score(ports, sitting.attempt.id).earned == 4


def test_what_was_looked_at_is_what_is_applied(ports: Ports) -> None:
    one, other = people(ports, 2)
    sit(ports, one, d1_1="c")
    seen = ask(ports, key(ports, "d1-1", "c"))
    sit(ports, other, d1_1="c")
    with pytest.raises(WrongState, match="another attempt that ended"):
        proposing.submit(ports, seen, reason="the textbook changed", actor="os:ana")
    assert rekeying.newest(ports, "small").version == "1"
    assert ask(ports, key(ports, "d1-1", "c")).digest != seen.digest


def test_an_item_that_is_dropped_gives_everybody_its_points_or_leaves_the_sum(ports: Ports) -> None:
    load(ports, banks=[bank("small", version="2", counts={"D1": 5})], actor="test")
    (student,) = people(ports, 1)
    attempt = sit(ports, student, d1_1="a", d1_2="a", d1_3="a", d1_4="a", d1_5="a")
    dropped = score(ports, attempt).marks[0].item.partition("/")[2]
    credit = ask(ports, rekeying.dropped(dropped, bank="small", drop=Drop.CREDIT)).effects[0].remark.after
    assert (credit.earned, credit.possible) == (Fraction(1), Fraction(4))
    done = apply(ports, rekeying.dropped(dropped, bank="small", drop=Drop.EXCLUDE))
    after = score(ports, attempt)
    assert (after.earned, after.possible) == (Fraction(0), Fraction(3))
    assert not rekeying.newest(ports, "small").question(dropped).is_scored
    assert [(one.kind.value, one.after) for one in done.preview.told] == [("review", "retired")]


def test_an_item_that_an_exam_needs_is_not_dropped(ports: Ports) -> None:
    (student,) = people(ports, 1)
    sit(ports, student)
    with pytest.raises(NotAllowed, match="could not be drawn"):
        ask(ports, rekeying.dropped("d1-1", bank="small", drop=Drop.CREDIT))


def test_attempts_that_were_asked_in_other_words_are_left_alone(ports: Ports) -> None:
    old, new = people(ports, 2)
    first = sit(ports, old, d1_1="c")
    data = bank_json("small", version="2", counts={"D1": 4})
    data["questions"][0]["stem"] = "Asked in other words?"
    load(ports, banks=[Bank.from_json(data)], actor="test")
    second = sit(ports, new, d1_1="c")
    done = apply(ports, key(ports, "d1-1", "c"))
    assert (done.preview.reworded, [one.header.id for one in done.preview.effects]) == (1, [second])
    assert score(ports, first).revision == 1


def test_a_key_that_was_corrected_by_loading_can_be_re_marked_later(ports: Ports) -> None:
    (student,) = people(ports, 1)
    attempt = sit(ports, student, d1_1="c", d1_2="c")
    data = bank_json("small", version="2", counts={"D1": 4})
    for option in data["questions"][0]["options"]:
        option["correct"] = option["id"] == "c"
    load(ports, banks=[Bank.from_json(data)], actor="test")
    done = apply(ports, key(ports, "d1-1", "c"))
    assert (done.preview.bank, done.preview.told[0].after) == (None, "C")
    assert score(ports, attempt).passed
    with pytest.raises(WrongState, match="the key already"):
        ask(ports, key(ports, "d1-1", "c"))


def test_the_keys_of_a_file_are_compared_with_the_newest_version(ports: Ports) -> None:
    data = bank_json("small", version="9", counts={"D1": 4})
    data["questions"][2]["stem"] = "Asked in other words?"
    with pytest.raises(WrongState, match="No key differs"):
        rekeying.differences(ports, Bank.from_json(data))
    for question in data["questions"][:3]:
        for option in question["options"]:
            option["correct"] = option["id"] == "d"
    found = rekeying.differences(ports, Bank.from_json(data))
    assert [one.question for one in found] == ["d1-1", "d1-2"], "a question in other words has no other key"
    assert len(ask(ports, *found).told) == 2


@pytest.mark.parametrize("asked", ["2026-final", "1.1"])
def test_a_version_may_be_named(ports: Ports, asked: str) -> None:
    seen = ask(ports, key(ports, "d1-1", "c"), version=asked)
    assert seen.bank is not None
    assert seen.bank.version == asked
    proposing.submit(ports, seen, reason="the textbook changed", actor="os:ana")
    with pytest.raises(NotAllowed, match="already"):
        ask(ports, key(ports, "d1-1", "d"), version=asked)


def test_a_version_that_is_none_is_refused(ports: Ports) -> None:
    with pytest.raises(NotAllowed, match="would not be sound"):
        ask(ports, key(ports, "d1-1", "c"), version="no version")


def test_a_second_change_goes_by_the_first_one_too(ports: Ports) -> None:
    (student,) = people(ports, 1)
    attempt = sit(ports, student, d1_4="a")  # 3 of 4 by the first keys
    apply(ports, key(ports, "d1-1", "c"))  # would be 2 of 4: the pass is kept
    apply(ports, key(ports, "d1-4", "a"))  # 3 of 4 by all keys of today
    assert (score(ports, attempt).earned, score(ports, attempt).percent) == (Fraction(3), Fraction(75))
    assert score(ports, attempt).revision == 2


def test_long_looking_can_be_stopped(ports: Ports) -> None:
    for student in people(ports, 2):
        sit(ports, student)
    told: list[tuple[int, int]] = []
    request = Request(bank="small", changes=(key(ports, "d1-1", "c"),))
    with pytest.raises(Stopped):
        preview(ports, request, progress=lambda *at: told.append(at), stop=lambda: len(told) == 1)
    assert told == [(1, 2)]


def test_what_cannot_be_a_key_is_refused(ports: Ports) -> None:
    with pytest.raises(InvalidResponse):
        key(ports, "d1-1", "z")
    with pytest.raises(NotFound):
        ask(ports, rekeying.dropped("nothing", bank="small", drop=Drop.CREDIT))
    with pytest.raises(NotFound):
        rekeying.newest(ports, "nothing")


def test_a_second_person_has_to_approve_where_the_house_says_so(ports: Ports) -> None:
    ports = replace(ports, rules=replace(ports.rules, second_approver=True))
    (student,) = people(ports, 1)
    attempt = sit(ports, student, d1_1="c", d1_2="c")
    done = apply(ports, key(ports, "d1-1", "c"))
    assert (done.proposal.state, done.papers, score(ports, attempt).revision) == ("waiting", None, 1)
    waiting = done.proposal.id
    seen, same = proposing.look(ports, waiting)
    assert same
    with pytest.raises(NotAllowed, match="cannot approve"):
        proposing.approve(ports, proposal_id=waiting, seen=seen, reason="I am sure", actor="os:ana")
    approved = proposing.approve(ports, proposal_id=waiting, seen=seen, reason="checked", actor="staff:O-2")
    assert (approved.proposal.state, approved.proposal.decider) == ("applied", "staff:O-2")
    assert score(ports, attempt).passed
    with pytest.raises(WrongState, match="was applied"):
        proposing.decline(ports, proposal_id=waiting, reason="too late", actor="staff:O-2")


def test_the_proposer_cannot_approve_by_signing_in_elsewhere_under_the_same_name(ports: Ports) -> None:
    """One person would be both: at the command line, and in the office."""
    ports = replace(ports, rules=replace(ports.rules, second_approver=True))
    ana = Staff(id="O-1", name="Ana", role=Role.ADMINISTRATOR)
    with ports.store.write() as unit:
        unit.staff.add(ana, passphrase_hash="x", at=ports.clock.read().wall)
    (student,) = people(ports, 1)
    sit(ports, student, d1_1="c")
    waiting = apply(ports, key(ports, "d1-1", "c")).proposal.id  # by os:ana
    seen, _ = proposing.look(ports, waiting)
    with pytest.raises(NotAllowed, match="cannot approve"):
        proposing.approve(ports, proposal_id=waiting, seen=seen, reason="I am sure", actor=ana.actor)
    proposing.approve(ports, proposal_id=waiting, seen=seen, reason="checked", actor="os:ben")


def test_a_proposal_that_would_do_something_else_now_has_to_be_looked_at_again(ports: Ports) -> None:
    ports = replace(ports, rules=replace(ports.rules, second_approver=True))
    one, other = people(ports, 2)
    sit(ports, one, d1_1="c")
    waiting = apply(ports, key(ports, "d1-1", "c")).proposal.id
    sit(ports, other, d1_1="c")
    seen, same = proposing.look(ports, waiting)
    assert not same
    with pytest.raises(WrongState, match="another attempt that ended"):
        proposing.approve(ports, proposal_id=waiting, seen=seen, reason="checked", actor="staff:O-2")
    proposing.renew(ports, proposal_id=waiting, seen=seen, reason="looked again", actor="staff:O-2")
    approved = proposing.approve(ports, proposal_id=waiting, seen=seen, reason="checked", actor="os:ana")
    assert approved.proposal.state == "applied"


def test_a_declined_proposal_changes_nothing(ports: Ports) -> None:
    ports = replace(ports, rules=replace(ports.rules, second_approver=True))
    (student,) = people(ports, 1)
    attempt = sit(ports, student, d1_1="c")
    waiting = apply(ports, key(ports, "d1-1", "c")).proposal.id
    proposing.decline(ports, proposal_id=waiting, reason="the key stands in the textbook", actor="staff:O-2")
    assert score(ports, attempt).revision == 1
    assert [one.state for one in proposing.proposals(ports)] == ["declined"]
    assert proposing.proposals(ports, open_only=True) == ()
    assert deeds(ports)[-2:] == ["proposal.made", "proposal.declined"]


def test_the_whole_way_on_a_real_store_leaves_every_chain_sound(ports: Ports, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    real = replace(ports, store=store)
    often = {"limit": 3, "wait": "1h", "prefer_unseen": True}
    small = course(version="2", exams=[exam_json(banks=["small"], blueprint={"D1": 4}, attempts=often)])
    load(real, banks=[bank("small", counts={"D1": 4})], courses=[small], actor="test")
    set_school(real)
    winner, loser = people(real, 2)
    sit(real, winner, d1_1="c", d1_2="c")
    sit(real, loser, d1_4="a")
    for student in (winner, loser):
        decline_evaluation(real, student)
    lost = certificate(real, loser)
    assert lost is not None
    done = apply(real, key(real, "d1-1", "c"), take_away=True)
    assert [(one.outcome, one.student_id) for one in done.preview.consequences] == [
        (Outcome.EARNED, winner),
        (Outcome.REVOKED, loser),
    ]
    assert done.papers is not None
    assert [one.facts.student_name for one in done.papers.certificates] == ["Student 0"]
    assert status(real, lost.number) == "revoked"
    assert store.verify_chains().findings == ()
    store.close()


@pytest.mark.parametrize("later", [timedelta(days=1), -timedelta(hours=2)], ids=["clock-right", "clock-set-back"])
def test_a_pass_that_was_taken_away_and_comes_back_is_certified_anew(
    ports: Ports, clock: FakeClock, later: timedelta
) -> None:
    """With the clock set back, the command would say that the revoked certificate was issued."""
    set_school(ports)
    (student,) = people(ports, 1)
    sit(ports, student, d1_4="a")
    decline_evaluation(ports, student)
    assert certificate(ports, student) is not None
    clock.advance(timedelta(hours=3))
    apply(ports, key(ports, "d1-1", "c"), take_away=True)
    clock.advance(later)
    done = apply(ports, key(ports, "d1-1", "b"))
    assert [one.outcome for one in done.preview.consequences] == [Outcome.EARNED]
    assert done.papers is not None
    (record,) = done.papers.certificates
    assert (record.number, record.facts.score) == ("CQ-2026-000002", "75 %")
    assert certificate(ports, student) == record
    assert deeds(ports).count("award.made") == 2


def test_the_last_change_of_a_key_counts_although_the_clock_was_set_back(ports: Ports, clock: FakeClock) -> None:
    """Of two hosts one may be late: its change would lose against the one that it took back."""
    first, second = people(ports, 2)
    running = start(ports, student_id=first, exam_ref="course/quiz", attested=True, actor="test")
    for item in running.attempt.form.items:
        running.answer(item.key, {"choice": "b"})
    apply(ports, key(ports, "d1-1", "c"))
    clock.set_wall(-timedelta(hours=1))
    apply(ports, key(ports, "d1-1", "b"))
    assert running.submit().percent == 100
    assert score(ports, sit(ports, second)).percent == 100
    with ports.store.read() as unit:
        assert [one.fields == key(ports, "d1-1", "b").fields for one in in_force(unit)] == [False, True]


def test_the_day_of_completion_moves_with_the_pass_although_the_score_is_the_same(
    ports: Ports, clock: FakeClock
) -> None:
    """The certificate would go on printing a day on which nothing was passed."""
    set_school(ports)
    (student,) = people(ports, 1)
    sit(ports, student, d1_4="a")  # hangs on d1-1
    decline_evaluation(ports, student)
    before = certificate(ports, student)
    assert before is not None
    apply(ports, key(ports, "d1-1", "c"), take_away=True)
    clock.advance(timedelta(days=2))
    second = sit(ports, student, d1_1="c", d1_4="a")
    later = certificate(ports, student)
    assert later is not None
    assert (later.facts.score, later.facts.completed_on) == ("75 %", score(ports, second).finished_at.date())
    clock.advance(timedelta(days=2))
    done = apply(ports, key(ports, "d1-1", "b"), take_away=True)  # now the first attempt passes, and the second fails
    assert [(one.outcome, one.before, one.after) for one in done.preview.consequences] == [
        (Outcome.SUPERSEDED, "75 %", "75 %")
    ]
    assert done.papers is not None
    (record,) = done.papers.certificates
    assert (record.facts.supersedes, record.facts.completed_on) == (
        later.number,
        before.facts.completed_on,
    )


def test_a_suspended_certificate_stays_suspended_when_its_score_changes(ports: Ports) -> None:
    """A change of a key would let somebody's certificate back in force while a complaint about it is looked into."""
    set_school(ports)
    (student,) = people(ports, 1)
    sit(ports, student)
    decline_evaluation(ports, student)
    before = certificate(ports, student)
    assert before is not None
    correcting.move(ports, before.number, to=Life.SUSPENDED, reason="complaint", actor="os:ana")
    done = apply(ports, key(ports, "d1-1", "c"))
    assert done.papers is not None
    (record,) = done.papers.certificates
    life = [(number, entry.status, entry.reason) for number, entry in papers.history(ports, record.number)]
    assert life[-2:] == [(record.number, "issued", ""), (record.number, "suspended", "complaint")]
    correcting.move(ports, record.number, to=Life.ISSUED, reason="settled", actor="os:ana")
    assert status(ports, record.number) == "issued"


def test_what_was_interrupted_between_the_scores_and_the_papers_is_finished_later(
    ports: Ports, clock: FakeClock
) -> None:
    """After a power cut, a certificate would print the old score for ever, and a regained one would never come."""
    set_school(ports)
    loser, winner = people(ports, 2)
    sit(ports, loser, d1_4="a")
    sit(ports, winner, d1_1="c")
    for student in (loser, winner):
        decline_evaluation(ports, student)
        assert certificate(ports, student) is not None
    apply(ports, key(ports, "d1-1", "c"), take_away=True)
    clock.advance(timedelta(days=1))
    seen = ask(ports, key(ports, "d1-1", "b"))
    with rekeying.as_foreseen(ports, seen) as unit:  # everything but the papers, as where the machine goes down
        rekeying.apply_in(ports, unit, seen, reason="back again", actor="os:ana", proposal_id="K-1")
    assert [one.student.id for one in issuing.due(ports)] == [loser]
    (issued,) = issuing.issue_due(ports, actor="os:ana").certificates
    assert (issued.facts.student_name, issued.facts.score) == ("Student 0", "75 %")
    (corrected,) = correcting.catch_up(ports, actor="os:ana").certificates
    assert (corrected.number, corrected.facts.score) == ("CQ-2026-000002-R2", "75 %")
    assert correcting.catch_up(ports, actor="os:ana") == issuing.Issued((), ())

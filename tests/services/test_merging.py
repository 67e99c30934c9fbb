"""Merging: two records of one person become one, nothing is lost, and what cannot be one is refused with the reason."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.people.accommodation import Accommodation
from cequiz.domain.people.student import Licence
from cequiz.errors import InvalidText, NotAllowed, NotFound, Refused, WrongState
from cequiz.services import (
    accommodating,
    correcting,
    enrolling,
    grading,
    issuing,
    merging,
    practising,
    reporting,
    signing_in,
)
from cequiz.services.earning import course_progress
from cequiz.services.earning import earn as make_award
from cequiz.services.evaluating import evaluate
from cequiz.services.issuing import due, issue_due, settle
from cequiz.services.loading import load
from cequiz.services.ports import Hold, Ports, ReportBatch, Reported, Store, Window
from cequiz.services.reports.roster import roster
from cequiz.services.rolling import correct
from cequiz.services.starting import start
from tests.builders import NOON, bank, bank_json, course
from tests.fakes import FakeClock
from tests.services.earned import audit, earn, issue, join, pass_exam, set_school
from tests.storing import open_store

WHY = "added twice"


def two(ports: Ports) -> tuple[str, str]:
    """Return the one who leaves and the one who stays."""
    return join(ports, email="old@example.org"), join(ports, email="new@example.org", name="Sample Q. Student")


def fail_exam(ports: Ports, student: str) -> None:
    pass_exam(ports, student, answer="a")


def unite(ports: Ports, old: str, new: str) -> merging.MergePlan:
    return merging.merge(ports, from_id=old, into_id=new, reason=WHY, actor="os:admin")


def test_everything_goes_over_and_the_old_id_leads_to_the_one_who_stays(ports: Ports) -> None:
    old, new = two(ports)
    set_school(ports)
    earn(ports, old)
    paper = issue(ports, old)
    plan = merging.preview(ports, from_id="old@example.org", into_id=new)
    assert plan.moves == {
        "enrolments": 1, "attempts": 1, "awards": 1, "certificates": 1, "evaluations": 1, "practice": 0,
    }  # fmt: skip
    assert not plan.collisions
    assert unite(ports, old, new) == plan
    assert enrolling.student(ports, old).id == enrolling.student(ports, "old@example.org").id == new
    assert [one.id for one in enrolling.students(ports)] == [new]
    assert course_progress(ports, student_id=new, course_id="course").award is not None
    card = reporting.home(ports.store, ports.clock, student_id=new).courses[0]
    assert (card.certificate, card.passed_all, card.evaluated) == (paper.number, True, True)
    with ports.store.read() as unit:
        kept = unit.certificates.get(paper.number)
        assert kept is not None
        assert kept.facts.student_name == "Sample Student", "certificates keep the name they were issued under"
    assert settle(ports, student_id=old, course_id="course", actor="test").certificate == paper


def test_the_merge_is_on_record_with_its_reason(ports: Ports) -> None:
    old, new = two(ports)
    unite(ports, old, new)
    record = audit(ports)[-1]
    assert (record.deed, record.subject, record.actor) == ("student.merged", old, "os:admin")
    assert (record.details["into"], record.details["reason"]) == (new, WHY)
    with ports.store.read() as unit:
        assert [(one.from_id, one.into_id, one.reason) for one in unit.merges.all()] == [(old, new, WHY)]


def test_who_was_merged_cannot_sign_in_and_is_told_the_address_only_with_the_right_passphrase(ports: Ports) -> None:
    old, new = two(ports)
    enrolling.set_passphrase(ports, student_id=old, passphrase="four plain words", actor="test")
    unite(ports, old, new)
    with pytest.raises(NotAllowed, match="have become one") as caught:
        signing_in.sign_in(ports, email="old@example.org", passphrase="four plain words")
    assert caught.value.hint == "Sign in with new@example.org."
    with pytest.raises(NotAllowed, match="is wrong") as caught:
        signing_in.sign_in(ports, email="old@example.org", passphrase="another guess")
    assert "new@example.org" not in caught.value.whole


def test_the_one_who_stays_may_take_the_old_address_over(ports: Ports) -> None:
    old, new = two(ports)
    enrolling.set_passphrase(ports, student_id=new, passphrase="four plain words", actor="test")
    unite(ports, old, new)
    correct(ports, student_id=new, email="old@example.org", actor="os:admin")
    assert signing_in.sign_in(ports, email="old@example.org", passphrase="four plain words").student.id == new


def test_attempts_are_numbered_by_start_and_their_limits_count_together(ports: Ports, clock: FakeClock) -> None:
    old, new = two(ports)
    for student in (new, old, new):
        fail_exam(ports, student)
        clock.advance(timedelta(days=2))
    plan = unite(ports, old, new)
    with ports.store.read() as unit:
        headers = unit.attempts.headers(student_id=new)
    assert [one.number for one in headers] == [1, 2, 3]
    assert plan.numbers == {one.id: one.number for one in headers}
    assert grading.result(ports, headers[1].id).attempt.student_id == new
    assert grading.result(ports, headers[1].id).attempt.number == 2
    with pytest.raises(NotAllowed, match="used up"):
        start(ports, student_id=new, exam_ref="course/quiz", attested=True, actor="t")


def test_an_award_for_the_same_course_and_cycle_cannot_stand_twice(ports: Ports) -> None:
    old, new = two(ports)
    set_school(ports)
    for student in (old, new):
        earn(ports, student)
        issue(ports, student)
    plan = merging.preview(ports, from_id=old, into_id=new)
    (said,) = plan.collisions
    assert "Both have earned course, version 1, in cycle 1: revoke the certificate CQ-2026-000001 or" in said
    with ports.store.write() as unit:
        (award, _) = unit.awards.all()
        batch = ReportBatch(id="B-1", kind="ce-broker", body={}, actor="t", made_at=NOON)
        unit.batches.add(batch, [Reported(batch_id="B-1", award_id=award.id, licence="FL:MA1")])
    (_, told) = merging.preview(ports, from_id=old, into_id=new).collisions
    assert told.startswith("CQ-2026-000001 was reported to a board (batch B-1)")
    with pytest.raises(NotAllowed, match="CQ-2026-000002 as issued twice"):
        unite(ports, old, new)
    assert enrolling.student(ports, old).id == old


@pytest.mark.parametrize("revoked", ["old", "new"])
def test_a_course_that_was_earned_twice_is_one_after_one_certificate_was_revoked(ports: Ports, revoked: str) -> None:
    """Whoever was added twice and finished twice would have two records for ever."""
    old, new = two(ports)
    set_school(ports)
    papers = {}
    for name, student in (("old", old), ("new", new)):
        earn(ports, student)
        papers[name] = issue(ports, student)
    correcting.move(ports, papers[revoked].number, to=Life.REVOKED, reason="issued twice", actor="os:admin")
    plan = unite(ports, old, new)
    gone = papers[revoked].award_id
    assert [one.id for one in plan.ended] == [gone]
    assert any(gone in note and "counts in no cycle" in note for note in plan.notes)
    assert audit(ports)[-1].details["ended"] == [gone]
    stays = papers["new" if revoked == "old" else "old"]
    assert settle(ports, student_id=new, course_id="course", actor="test").certificate == stays
    with ports.store.read() as unit:
        awards = {one.id: (one.student_id, one.cycle) for one in unit.awards.of(new, "course")}
    assert awards == {stays.award_id: (new, 1), gone: (new, 0)}
    assert due(ports) == ()
    assert {one.number for one in issue_due(ports, actor="test").certificates} == set()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_course_that_was_earned_twice_keeps_the_real_records_whole(
    request: pytest.FixtureRequest, ports: Ports, tmp_path: Path, kind: str
) -> None:
    """The place of an award is taken once: the merge would fail, or the records not verify any more."""
    store: Store = request.getfixturevalue("postgres_store") if kind == "postgres" else open_store(tmp_path)
    real = replace(ports, store=store)
    load(real, banks=[bank()], courses=[course()], actor="test")
    set_school(real)
    old, new = two(real)
    for student in (old, new):
        earn(real, student)
    papers = {student: issue(real, student) for student in (old, new)}
    correcting.move(real, papers[new].number, to=Life.REVOKED, reason="issued twice", actor="os:admin")
    unite(real, old, new)
    assert settle(real, student_id=new, course_id="course", actor="test").certificate == papers[old]
    assert due(real) == ()
    with real.store.read() as unit:
        assert sorted(one.cycle for one in unit.awards.of(new, "course")) == [0, 1]
    assert not real.store.verify_chains().findings
    assert [row["status"] for row in roster(real).rows] == ["issued", "revoked"]
    store.close()


def test_three_records_of_one_person_who_finished_each_time_become_one(ports: Ports) -> None:
    """The second merge would find the place taken that the first one gave."""
    set_school(ports)
    people = [join(ports, email=f"{count}@example.org") for count in range(3)]
    for student in people:
        earn(ports, student)
        issue(ports, student)
    for student in people[:2]:
        with ports.store.read() as unit:
            (award,) = unit.awards.of(student, "course")
            number = unit.certificates.of_award(award.id)[-1].number
        correcting.move(ports, number, to=Life.REVOKED, reason="issued twice", actor="os:admin")
        unite(ports, student, people[2])
    with ports.store.read() as unit:
        assert sorted(one.cycle for one in unit.awards.of(people[2], "course")) == [-1, 0, 1]


def test_a_course_earned_twice_without_paper_says_what_to_do_first(ports: Ports) -> None:
    """The way out would name certificates that do not exist."""
    old, new = two(ports)
    for student in (old, new):
        earn(ports, student)
        make_award(ports, student_id=student, course_id="course", actor="test")
    assert "issue what is due" in " ".join(merging.preview(ports, from_id=old, into_id=new).collisions)


def test_what_was_reported_under_the_licence_of_who_leaves_is_reported_again(ports: Ports) -> None:
    """The board keeps the hours under a number that the person gave up, and nothing is due."""
    old, new = two(ports)
    correct(ports, student_id=old, licences=(Licence("FL", "MA1"),), actor="test")
    correct(ports, student_id=new, licences=(Licence("FL", "MA2"),), actor="test")
    earn(ports, old)
    award = make_award(ports, student_id=old, course_id="course", actor="test").award
    assert award is not None
    with ports.store.write() as unit:
        batch = ReportBatch(id="B-1", kind="ce-broker", body={}, actor="test", made_at=ports.clock.read().wall)
        unit.batches.add(batch, [Reported(batch_id="B-1", award_id=award.id, licence="FL:MA1")])
    plan = unite(ports, old, new)
    assert "1 completion that was reported under another licence will be reported again." in plan.notes
    with ports.store.read() as unit:
        assert [one.requeued for one in unit.batches.lines("B-1")] == [True]
    assert [one.deed for one in audit(ports)][-1] == "report.requeued"


def test_a_running_exam_of_either_is_waited_for(ports: Ports) -> None:
    old, new = two(ports)
    sitting = start(ports, student_id=new, exam_ref="course/quiz", attested=True, actor="t")
    with pytest.raises(NotAllowed, match=f"{sitting.attempt.id} of {new} is running"):
        unite(ports, old, new)
    sitting.submit()
    unite(ports, old, new)


def test_an_award_without_paper_keeps_the_pass_it_rests_on(ports: Ports, clock: FakeClock) -> None:
    old, new = two(ports)
    pass_exam(ports, new)  # passed, but not evaluated: no award
    clock.advance(timedelta(days=1))
    earn(ports, old)
    set_school(ports)
    with ports.store.read() as unit:
        assert not unit.awards.all()
    award = make_award(ports, student_id=old, course_id="course", actor="test").award
    assert "issue the certificate first" in merging.preview(ports, from_id=old, into_id=new).collisions[0]
    assert len(issue_due(ports, actor="os:admin").certificates) == 1
    unite(ports, old, new)
    after = course_progress(ports, student_id=new, course_id="course").award
    assert award is not None
    assert after == replace(award, student_id=new)
    assert due(ports) == ()


def test_the_enrolment_that_was_earned_counts_with_its_version(ports: Ports) -> None:
    old = join(ports, email="old@example.org")
    set_school(ports)
    earn(ports, old)
    issue(ports, old)
    load(ports, courses=[course(version="2")], actor="test")
    new = join(ports, email="new@example.org")
    plan = unite(ports, old, new)
    (kept,) = plan.enrolments
    assert (kept.student_id, kept.course_version) == (new, "1")
    assert "Both are enrolled in course; version 1, cycle 1 counts." in plan.notes
    assert course_progress(ports, student_id=new, course_id="course").award is not None


def test_attempts_of_cycles_before_stay_before_the_cycle_under_way(ports: Ports, clock: FakeClock) -> None:
    old, new = two(ports)
    set_school(ports)
    earn(ports, old)
    issue(ports, old)
    enrolling.renew(ports, student_id=old, course_id="course", actor="test")
    unite(ports, old, new)
    with ports.store.read() as unit:
        kept = unit.enrolments.get(new, "course")
        assert kept is not None
        assert (kept.cycle, kept.earlier) == (2, {"quiz": 1})
    assert not course_progress(ports, student_id=new, course_id="course").required[0].passed, "cycle 2 begins anew"


def test_different_cycles_in_which_both_did_something_are_refused(ports: Ports) -> None:
    old, new = two(ports)
    set_school(ports)
    earn(ports, old)
    issue(ports, old)
    enrolling.renew(ports, student_id=old, course_id="course", actor="test")
    fail_exam(ports, new)
    with pytest.raises(NotAllowed, match="different renewal cycles of course"):
        unite(ports, old, new)


def test_the_accommodation_goes_over_unless_the_one_who_stays_has_one(ports: Ports) -> None:
    old, new = two(ports)
    accommodating.grant(ports, student_id=old, profile=Accommodation(breaks=True), reason="letter", actor="test")
    unite(ports, old, new)
    assert accommodating.profile_of(ports, new) == Accommodation(breaks=True)
    assert "breaks" not in str(audit(ports)), "what was granted is no business of the audit record"
    third = join(ports, email="third@example.org")
    accommodating.grant(ports, student_id=third, profile=Accommodation(untimed=True), reason="letter", actor="test")
    plan = unite(ports, third, new)
    assert f"Both have an accommodation; that of {new} counts." in plan.notes
    assert accommodating.profile_of(ports, new) == Accommodation(breaks=True)


def test_a_legal_hold_goes_over(ports: Ports) -> None:
    old, new = two(ports)
    with ports.store.write() as unit:
        at = ports.clock.read().wall
        unit.retention.hold(Hold(student_id=old, placed=True, reason="lawsuit", actor="test", at=at))
    unite(ports, old, new)
    with ports.store.read() as unit:
        assert new in unit.retention.held()


def test_both_evaluations_are_kept_and_the_one_of_who_stays_counts(ports: Ports) -> None:
    old, new = two(ports)
    for student, stars in ((old, None), (new, None)):
        evaluate(ports, student_id=student, course_id="course", answers=stars, actor="test")
    assert f"Both have evaluated course; that of {new} counts." in unite(ports, old, new).notes


def test_what_is_no_pair_is_refused(ports: Ports) -> None:
    old, new = two(ports)
    with pytest.raises(Refused, match="same student"):
        unite(ports, old, "old@example.org")
    with pytest.raises(NotFound):
        unite(ports, "S-none", new)
    with pytest.raises(NotFound):
        unite(ports, old, "S-none")
    with pytest.raises(InvalidText):
        merging.merge(ports, from_id=old, into_id=new, reason=" ", actor="x")
    unite(ports, old, new)
    with pytest.raises(WrongState, match=f"was merged into {new} before"):
        unite(ports, old, new)


def test_a_chain_of_merges_is_followed_to_its_end(ports: Ports) -> None:
    first, second = two(ports)
    third = join(ports, email="third@example.org")
    fail_exam(ports, first)
    unite(ports, first, second)
    unite(ports, second, third)
    assert enrolling.student(ports, first).id == third
    with ports.store.read() as unit:
        assert [one.student_id for one in unit.attempts.headers()] == [third]


def test_on_the_real_store_chains_receipts_and_care_hold_and_a_changed_column_is_found(
    ports: Ports, clock: FakeClock, tmp_path: Path
) -> None:
    real = replace(ports, store=open_store(tmp_path))
    load(real, banks=[bank()], courses=[course()], actor="test")
    first, second = two(real)
    third = join(real, email="third@example.org")
    set_school(real)
    for student in (second, first, second, third):
        fail_exam(real, student)
        clock.advance(timedelta(days=2))
    pass_exam(real, first)
    with real.store.read() as unit:
        receipts = {one.id: (grading.result(real, one.id).receipt, one.head) for one in unit.attempts.headers()}
    unite(real, first, second)
    unite(real, second, third)
    with real.store.read() as unit:
        headers = unit.attempts.headers(student_id=third)
        assert [one.number for one in headers] == [1, 2, 3, 4, 5]
        assert {one.id: (grading.result(real, one.id).receipt, one.head) for one in headers} == receipts
        assert [one.id for one in unit.students.all()] == [third]
        assert unit.listings.students("sample", Window()).total == 1
    assert not real.store.verify_chains().findings
    real.store.close()
    with sqlite3.connect(tmp_path / "cequiz.db") as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not raw.execute("PRAGMA foreign_key_check").fetchall()
        raw.execute("UPDATE attempt SET number = 9 WHERE number = 5")
        raw.execute("UPDATE attempt SET student_id = ? WHERE number = 4", (first,))
    raw.close()
    again = open_store(tmp_path)
    found = again.verify_chains().findings
    again.close()
    assert len(found) == 2
    assert all("another student or exam" in one.words for one in found)


def test_licences_that_only_the_leaving_one_has_are_told(ports: Ports) -> None:
    old = enrolling.register(ports, name="A", email="a@example.org", licences=[Licence("TX", "1")], actor="t").id
    new = enrolling.register(ports, name="A", email="b@example.org", actor="t").id
    assert f"{new} does not have the licences TX:1." in merging.preview(ports, from_id=old, into_id=new).notes


def test_an_award_that_was_read_before_the_merge_is_put_on_paper_of_who_stays(ports: Ports) -> None:
    old, new = two(ports)
    set_school(ports)
    earn(ports, old)
    award = make_award(ports, student_id=old, course_id="course", actor="test").award
    assert award is not None
    unite(ports, old, new)
    record, made = issuing.issue(ports, award, actor="test")
    assert made
    assert record.facts.student_name == "Sample Q. Student"


def test_a_screen_that_is_still_open_for_the_old_id_shows_the_home_of_who_stays(ports: Ports) -> None:
    old, new = two(ports)
    pass_exam(ports, old)
    unite(ports, old, new)
    home = reporting.home(ports.store, ports.clock, student_id=old)
    assert home.student is not None
    assert (home.student.id, home.courses[0].passed_all) == (new, True)


def test_what_a_screen_of_the_old_id_still_does_is_done_for_who_stays(ports: Ports) -> None:
    practice_course = course(version="2", practice={"enabled": True, "banks": ["extra"]})
    extra = bank_json("extra")
    for one in extra["questions"]:
        one["stem"] = f"Practise {one['id']}?"  # what an exam asks is not practised
    load(ports, banks=[Bank.from_json(extra)], courses=[practice_course], actor="test")
    old, new = two(ports)
    practice = practising.begin(ports, student_id=old, course_id="course")
    unite(ports, old, new)
    practice.check({"choice": "b"})
    evaluate(ports, student_id=old, course_id="course", answers=None, actor="test")
    with ports.store.read() as unit:
        assert len(unit.practices.answers(new, "course")) == 1
        assert unit.evaluations.get(new, "course") is not None

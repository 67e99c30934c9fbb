"""Reporting again: what a board was told wrong is told anew, and nothing else is; what counts no more says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.people.student import Licence
from cequiz.errors import NotAllowed, WrongUsage
from cequiz.services import correcting, merging, rolling
from cequiz.services.reports import batches, ce_broker
from cequiz.services.reports.ce_broker import Reason, Roster
from cequiz.services.reports.due import due
from tests.builders import course
from tests.fakes import FakeClock, FakeStore
from tests.services.reports.conftest import APPROVAL, MIAMI, School, school_on

TWO = (Licence("FL", "MA1"), Licence("FL", "MA77"))


def export(school: School) -> Roster:
    return ce_broker.export(school.ports, actor="staff:P-1")


def batch_of(found: Roster) -> str:
    assert found.batch is not None
    return found.batch.id


def post(school: School, found: Roster) -> None:
    batches.post(school.ports, batch_id=batch_of(found), actor="staff:P-1")


def award_of(school: School, student: str) -> str:
    with school.ports.store.read() as unit:
        return next(one.id for one in unit.awards.all() if one.student_id == student)


def test_of_two_licences_only_the_corrected_one_is_reported_again(school: School) -> None:
    """The board would get the licence that was right a second time."""
    student = school.complete("Ana", TWO)
    post(school, export(school))
    rolling.correct(
        school.ports, student_id=student, licences=(Licence("FL", "MA1"), Licence("FL", "MA78")), actor="test"
    )
    assert [row["licence"] for row in due(school.ports).rows] == ["FL:MA78"]
    again = export(school)
    assert [line.licence for line in again.lines] == ["MA78"]
    (row,) = due(school.ports).rows
    assert row["what"] == f"in batch {batch_of(again)}, not posted"
    post(school, again)
    assert due(school.ports).rows == []


def test_a_licence_that_was_given_up_makes_no_new_line_and_no_debt(school: School) -> None:
    """The other licence would go to the board again, or the list of what is due never be empty."""
    student = school.complete("Ana", TWO)
    post(school, export(school))
    rolling.correct(school.ports, student_id=student, licences=TWO[:1], actor="test")
    found = export(school)
    assert (found.lines, found.left_out, found.batch) == ((), (), None)
    assert due(school.ports).rows == []


def test_a_merge_reports_again_what_was_told_under_the_other_licence(school: School) -> None:
    """The board keeps the hours under a licence of nobody, and nothing is due."""
    old = school.complete("Ana", (Licence("FL", "MA11111"),))
    new = school.join("Ana", (Licence("FL", "MA22222"),))
    post(school, export(school))
    merging.merge(school.ports, from_id=old, into_id=new, reason="added twice", actor="test")
    assert [row["licence"] for row in due(school.ports).rows] == ["FL:MA22222"]
    assert [line.licence for line in export(school).lines] == ["MA22222"]


def test_a_batch_that_counts_no_more_says_so_and_names_the_newer_one(school: School) -> None:
    """The old file would be handed in, with the licence that is wrong."""
    student = school.complete("Ana", (Licence("FL", "MA1"),))
    school.complete("Ben", (Licence("FL", "MA5"),))
    first = batch_of(export(school))
    assert batches.outdated(school.ports, first) == ()
    rolling.correct(school.ports, student_id=student, licences=(Licence("FL", "MA2"),), actor="test")
    assert batches.outdated(school.ports, first) == ("1 line of it counts no more, and waits for the next file.",)
    newer = batch_of(export(school))
    said = (f"1 line of it counts no more: the batch {newer} says it anew.",)
    assert batches.outdated(school.ports, first) == said
    report = batches.batch_report(school.ports, first)
    assert report.notes[:1] == said
    assert {row["licence"]: row["again"] for row in report.rows} == {"FL:MA1": False, "FL:MA5": False}
    batches.post(school.ports, batch_id=first, actor="staff:P-1")
    assert [row["name"] for row in due(school.ports).rows] == ["Ana"], "the old batch settles only what it still says"
    with school.ports.store.read() as unit:
        (posted,) = [one for one in unit.audit.all() if one.deed == "report.posted"]
    assert posted.details == {"outdated": 1}


def test_what_was_taken_away_is_not_promised_to_be_reported_again(school: School) -> None:
    """Somebody would wait for a report that never goes out, and the board never be told."""
    student = school.complete("Ana")
    found = export(school)
    number = school.number_of(student)
    correcting.move(school.ports, number, to=Life.REVOKED, reason="cheated", actor="test")
    with pytest.raises(NotAllowed, match="is not in force") as caught:
        batches.requeue(school.ports, what=number, reason="x", actor="test")
    assert f"The batch {batch_of(found)} reports this completion (FL:MA12345)" in str(caught.value.hint)
    post(school, found)
    with school.ports.store.read() as unit:
        (said,) = batches.told_boards(unit, award_of(school, student))
    assert said.startswith(f"FL was told of this completion (FL:MA12345, batch {batch_of(found)})")


def test_an_award_can_be_put_back_inside_a_transaction_and_nothing_is_nothing(school: School) -> None:
    """Who earned a course again would stay reported as it was before."""
    student = school.complete("Ana")
    award = award_of(school, student)
    with school.ports.store.write() as unit:
        assert batches.requeue_award(school.ports, unit, award_id=award, reason="earned again", actor="test") == ()
    export(school)
    with school.ports.store.write() as unit:
        (line,) = batches.requeue_award(school.ports, unit, award_id=award, reason="earned again", actor="test")
    assert (line.licence, school.deeds()[-1]) == ("FL:MA12345", "report.requeued")
    assert len(export(school).lines) == 1


def test_one_person_who_was_added_twice_is_not_reported_twice(school: School) -> None:
    """The file has two lines that say the same, and nobody is told who they are."""
    first = school.complete("Ana", MIAMI)
    second = school.complete("Anna", MIAMI)
    found = export(school)
    assert len(found.lines) == 1
    assert [(one.student_id, one.reason) for one in found.left_out] == [(second, Reason.TWICE)]
    (note,) = found.notes
    assert f"Ana ({first}) and Anna ({second}) have the same licence FL:MA12345." in note
    assert batches.batch_report(school.ports, batch_of(found)).notes == (note,)
    later = ce_broker.preview(school.ports)
    assert (later.lines, [one.reason for one in later.left_out]) == ((), [Reason.TWICE]), "neither in the next file"


@pytest.mark.parametrize("state", ["Florida", "F", "", "XX", "F_"])
def test_what_is_no_state_is_refused(school: School, state: str) -> None:
    """`--state Florida` would look like a state in which nobody is to be reported."""
    with pytest.raises(WrongUsage, match="is not a state"):
        ce_broker.preview(school.ports, state=state)
    with pytest.raises(WrongUsage, match="is not a state"):
        ce_broker.export(school.ports, state=state, actor="test")


def test_two_approvals_of_one_board_owe_one_report(tmp_path: Path) -> None:
    """Everybody would be listed twice, and counted twice as overdue."""
    twice = course(approvals=[APPROVAL, {**APPROVAL, "from": "2026-06-01", "course_number": "20-1"}])
    school = school_on(FakeStore(), tmp_path, FakeClock(), taught=twice)
    school.complete("Ana")
    report = due(school.ports)
    assert ([row["what"] for row in report.rows], report.summary["due"]) == (["not reported"], 1)

"""The roster for CE Broker, cell by cell, and that nobody is in two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.people.licences import LicenceFormat
from cequiz.domain.people.student import Licence
from cequiz.errors import NotFound, WrongState
from cequiz.services import correcting, evaluating, proposing, providing, rekeying, rolling, timing
from cequiz.services.foreseeing import Request, preview
from cequiz.services.grading import load_attempt
from cequiz.services.ports import HouseRules
from cequiz.services.reports import batches, ce_broker
from cequiz.services.reports.ce_broker import Reason, Roster
from cequiz.services.reports.due import due
from tests.builders import course
from tests.fakes import FakeBoards, FakeClock, FakeStore
from tests.papers import SCHOOL
from tests.services.reports.conftest import APPROVAL, FLORIDA, MIAMI, School, approved, school_on


def export(school: School) -> Roster:
    return ce_broker.export(school.ports, actor="staff:P-1")


def reasons(found: Roster) -> dict[str, Reason]:
    return {one.name: one.reason for one in found.left_out}


def test_the_columns_a_to_j_are_those_of_ce_broker(school: School) -> None:
    """CE Broker refuses the file, or reports the wrong person.

    A the provider's number without `50-`; B the course's without `20-`; C and D empty; E the licence; F M/D/YYYY in
    the provider's zone; G and H with their words; I and J for partial credit only.
    """
    school.wait_until(datetime(2026, 12, 3, 4, 30, tzinfo=UTC))  # half past eleven on the evening before in Miami
    school.complete("Ñandú", MIAMI)
    (line,) = export(school).lines
    assert line.cells() == (
        "12345",
        "678901",
        "",
        "",
        "MA12345",
        "12/2/2026",
        "State=FL",
        "Profession=MA",
        "",
        "",
    )


def test_a_course_without_a_tracking_number_goes_by_its_own_id(tmp_path: Path) -> None:
    """Column C stands in for B; both at once, or neither, is refused."""
    school = school_on(FakeStore(), tmp_path, FakeClock(), taught=approved(course_number=None))
    school.complete()
    (line,) = export(school).lines
    assert line.cells()[:5] == ("12345", "", "course", "", "MA12345")


def test_the_profession_is_the_houses_own(school: School) -> None:
    """A school of another profession would report all its people as massage therapists."""
    school.complete()
    other = replace(school.ports, rules=HouseRules(ce_broker_profession="MX"))
    assert ce_broker.preview(other).lines[0].cells()[7] == "Profession=MX"


def test_nobody_is_reported_twice(school: School) -> None:
    """CE Broker asks for a file that holds nobody it has seen."""
    school.complete("Ana")
    first = export(school)
    assert (len(first.lines), first.batch is not None) == (1, True)
    again = export(school)
    assert (again.lines, again.batch) == ((), None)
    school.complete("Ben", (Licence("FL", "MA2"),))
    assert [line.licence for line in export(school).lines] == ["MA2"]
    assert len(batches.batches(school.ports).rows) == 2


def test_a_preview_keeps_nothing(school: School) -> None:
    """Looking would use people up."""
    school.complete()
    assert ce_broker.preview(school.ports).lines == ce_broker.preview(school.ports).lines != ()
    assert batches.batches(school.ports).rows == []
    assert "report.exported" not in school.deeds()


def test_who_is_left_out_is_told_with_the_reason(school: School) -> None:
    """Somebody would wait for a report that never goes out, and nobody would know why."""
    school.complete("No licence", (Licence("NY", "27"),), issue=False)
    school.complete("No paper", issue=False)
    revoked = school.complete("Revoked")
    correcting.move(school.ports, school.number_of(revoked), to=Life.REVOKED, reason="cheated", actor="test")
    school.complete("Formula", (Licence("FL", "=1+1"),))
    found = export(school)
    assert (found.lines, found.batch) == ((), None)
    assert reasons(found) == {
        "No licence": Reason.NO_LICENCE,
        "No paper": Reason.NO_CERTIFICATE,
        "Revoked": Reason.NOT_IN_FORCE,
        "Formula": Reason.ODD_LICENCE,
    }
    told = {row["reason"] for row in ce_broker.left_out_report(found).rows}
    assert "no licence of this state on record" in told


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"provider_number": None}, Reason.NO_NUMBER),
        ({"to": "2026-11-21"}, Reason.NOT_COVERED),
        ({"from": "2026-11-23"}, Reason.NOT_COVERED),
    ],
)
def test_an_approval_must_have_a_number_and_cover_the_day(
    tmp_path: Path, changes: dict[str, object], reason: Reason
) -> None:
    """CE Broker would reject the line, and the person would count as reported."""
    school = school_on(FakeStore(), tmp_path, FakeClock(), taught=approved(**changes))
    school.complete("Ana", issue=False)
    assert reasons(export(school)) == {"Ana": reason}


def test_a_course_that_florida_has_not_approved_is_not_reported(tmp_path: Path) -> None:
    """A course of another state would be reported, or everybody of it be listed as left out."""
    school = school_on(FakeStore(), tmp_path, FakeClock(), taught=course())
    school.complete()
    found = export(school)
    assert (found.lines, found.left_out) == ((), ())


def test_another_state_has_its_own_people(school: School) -> None:
    """A licence of Georgia would go to Florida's board."""
    school.complete("Ana", (Licence("FL", "MA1"), Licence("GA", "2")))
    assert ce_broker.preview(school.ports, state="GA").lines == ()
    assert [line.licence for line in ce_broker.preview(school.ports, state="fl").lines] == ["MA1"]


def test_a_course_can_be_chosen_and_must_exist(school: School) -> None:
    """A slip of the finger would export everybody, or nobody without a word."""
    school.complete()
    assert len(ce_broker.preview(school.ports, course_id="course").lines) == 1
    with pytest.raises(NotFound, match="no course other"):
        ce_broker.preview(school.ports, course_id="other")


def test_a_batch_keeps_what_its_file_said_and_is_posted_once(school: School) -> None:
    """A lost file could not be written again; two people would hand in the same one."""
    school.complete()
    found = export(school)
    assert found.batch is not None
    view = batches.batch(school.ports, found.batch.id)
    assert view.cells == (found.lines[0].cells(),)
    assert [one.licence for one in view.lines] == ["FL:MA12345"]
    assert batches.post(school.ports, batch_id=found.batch.id, actor="staff:P-1").poster == "staff:P-1"
    with pytest.raises(WrongState, match="was posted already"):
        batches.post(school.ports, batch_id=found.batch.id, actor="staff:P-1")
    with pytest.raises(NotFound, match="There is no batch B-9"):
        batches.post(school.ports, batch_id="B-9", actor="staff:P-1")
    assert [one for one in school.deeds() if one.startswith("report.")] == ["report.exported", "report.posted"]


def test_a_completion_is_reported_again_for_a_reason(school: School) -> None:
    """A line that CE Broker rejected could never be mended."""
    student = school.complete()
    first = export(school)
    number = school.number_of(student)
    batches.requeue(school.ports, what=number, reason="rejected", actor="staff:P-1")
    with pytest.raises(NotFound, match="in no batch, or will be reported again already"):
        batches.requeue(school.ports, what=number, reason="rejected", actor="staff:P-1")
    assert first.batch is not None
    (row,) = batches.batch_report(school.ports, first.batch.id).rows
    assert (row["again"], row["reason"]) == (True, "rejected")
    (line,) = export(school).lines
    assert line.award_id == first.lines[0].award_id
    assert school.deeds()[-2:] == ["report.requeued", "report.exported"]


def test_a_corrected_licence_is_reported_again_by_itself(school: School) -> None:
    """The board would keep the hours under a number that is not the person's."""
    student = school.complete()
    other = school.complete("Ben", (Licence("FL", "MA2"),))
    export(school)
    rolling.correct(school.ports, student_id=other, name="Benjamin", actor="test")
    rolling.correct(school.ports, student_id=other, licences=(Licence("FL", "MA2"), Licence("NY", "1")), actor="test")
    assert export(school).lines == ()
    rolling.correct(school.ports, student_id=student, licences=(Licence("FL", "MA99999"),), actor="test")
    assert [line.licence for line in export(school).lines] == ["MA99999"]
    assert "report.requeued" in school.deeds()
    (first, *_) = [str(row["id"]) for row in reversed(batches.batches(school.ports).rows)]
    told = {row["licence"]: row["reason"] for row in batches.batch_report(school.ports, first).rows}
    assert told == {"FL:MA12345": "the licence was corrected", "FL:MA2": None}


def test_numbers_without_a_prefix_stay_as_they_are(tmp_path: Path) -> None:
    """A number that merely holds `50-` would lose a part of it."""
    taught = course(approvals=[{**APPROVAL, "provider_number": "1250-7", "course_number": "320-1"}])
    school = school_on(FakeStore(), tmp_path, FakeClock(), taught=taught)
    school.complete()
    assert export(school).lines[0].cells()[:2] == ("1250-7", "320-1")


def void_the_second(school: School, student: str) -> None:
    with school.ports.store.read() as unit:
        _, second = unit.attempts.headers(student_id=student)
    timing.void(school.ports, attempt_id=second.id, reason="x", actor="other", take_away=True)


def revoke(school: School, student: str) -> None:
    number = school.number_of(student)
    correcting.move(school.ports, number, to=Life.REVOKED, reason="x", actor="other")


def relicense(school: School, student: str) -> None:
    rolling.correct(school.ports, student_id=student, licences=(Licence("FL", "MA9"),), actor="other")


def move_house(school: School, _: str) -> None:
    providing.set_provider(school.ports, replace(SCHOOL, time_zone="Pacific/Kiritimati"), actor="other")


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (void_the_second, [("MA12345", "11/22/2026")]),
        (revoke, []),
        (relicense, [("MA9", "11/25/2026")]),
        (move_house, [("MA12345", "11/26/2026")]),
    ],
)
def test_what_somebody_changes_while_a_file_is_gathered_is_in_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    deed: Callable[[School, str], None],
    said: list[tuple[str, str]],
) -> None:
    """The board would be told of a day or a licence that is wrong, and nothing would be due any more."""
    school = school_on(FakeStore(), tmp_path, FakeClock())
    student = school.join()
    first = school.sit(student, right=2)
    with school.ports.store.read() as unit:
        asked = load_attempt(unit, first).form.items[3].question
    school.clock.advance(timedelta(days=3))
    school.sit(student)
    evaluating.evaluate(school.ports, student_id=student, course_id="course", answers=None, actor="test")
    school.issue(student)
    found = rekeying.newest(school.ports, "sample").question(asked)
    change = rekeying.rekeyed(found, bank="sample", response={"choice": "a"})
    seen = preview(school.ports, Request(bank="sample", changes=(change,)))
    proposing.submit(school.ports, seen, reason="the textbook changed", actor="test")
    looked, waiting = ce_broker._gathered, [deed]

    def looking(*args: Any, **named: Any) -> Roster:
        found = looked(*args, **named)
        if waiting:
            waiting.pop()(school, student)
        return found

    monkeypatch.setattr(ce_broker, "_gathered", looking)
    lines = [(one.licence, one.cells()[5]) for one in export(school).lines]
    assert lines == said


@pytest.mark.parametrize("taken", ["reported", "other"])
def test_of_a_course_that_was_issued_twice_the_certificate_that_stays_is_reported(school: School, taken: str) -> None:
    """Once the reported one was revoked the other would be left out for ever, as reported already."""
    first = school.complete("Ana")
    export(school)
    second = school.complete("Anna")
    assert reasons(export(school)) == {"Anna": Reason.TWICE}
    number = school.number_of(first if taken == "reported" else second)
    correcting.move(school.ports, number, to=Life.REVOKED, reason="issued twice", actor="test")
    assert len(export(school).lines) == (1 if taken == "reported" else 0)


def test_each_state_is_told_by_itself(tmp_path: Path) -> None:
    """Who was reported to Florida would never be reported to Georgia."""
    approvals = [APPROVAL, {**APPROVAL, "board": "ga", "provider_number": "50-9", "course_number": "20-8"}]
    school = school_on(FakeStore(), tmp_path, FakeClock(), taught=course(approvals=approvals))
    georgia = replace(FLORIDA, id="ga", name="Georgia", licence_states=("GA",), report_within_days=10)
    school.ports = replace(school.ports, boards=FakeBoards(FLORIDA, georgia))
    ana = school.complete("Ana", (Licence("FL", "MA1"), Licence("GA", "MT2")))
    first = ce_broker.export(school.ports, actor="test")
    assert [line.licence for line in first.lines] == ["MA1"]
    assert first.batch is not None
    batches.post(school.ports, batch_id=first.batch.id, actor="test")
    assert [(row["board"], row["licence"]) for row in due(school.ports).rows] == [("Georgia", "GA:MT2")]
    second = ce_broker.export(school.ports, state="GA", actor="test")
    assert [line.cells()[:5] for line in second.lines] == [("9", "8", "", "", "MT2")]
    assert ce_broker.export(school.ports, state="GA", actor="test").lines == ()
    rolling.correct(school.ports, student_id=ana, licences=(Licence("FL", "MA1"), Licence("GA", "MT22")), actor="test")
    assert ce_broker.export(school.ports, actor="test").lines == (), "Florida was told right, and takes nobody twice"
    assert [one.licence for one in ce_broker.export(school.ports, state="GA", actor="test").lines] == ["MT22"]


def test_odd_licences_and_courses_without_an_approval_are_told_before_and_kept_with_the_batch(school: School) -> None:
    """A mistyped number goes to the board, or a course that lost its approval is never missed."""
    day = date(2026, 11, 1)
    numbers = LicenceFormat(state="FL", pattern="MA[0-9]+", example="MA12345", source="a page", checked_on=day)
    ports = replace(school.ports, boards=FakeBoards(replace(FLORIDA, licence_formats=(numbers,))))
    school.complete("Ana", (Licence("FL", "XY12"),))
    before = ce_broker.preview(ports).notes
    assert len(before) == 1
    assert "XY12" in before[0]
    made = ce_broker.export(ports, actor="staff:P-1")
    assert made.batch is not None
    assert batches.batch_report(ports, made.batch.id).notes == before


def test_completions_of_courses_that_no_board_of_the_state_approved_are_counted(tmp_path: Path) -> None:
    """Somebody waits for a report of a course that nobody approved, and nothing says so."""
    school = school_on(FakeStore(), tmp_path, FakeClock(), taught=course())
    school.complete("Ana", issue=False)
    school.complete("Nora", (Licence("NY", "1"),), issue=False)
    assert ce_broker.preview(school.ports).notes == ("1 completion of a course without an approval of FL: course.",)

"""Whoever takes away what a board was told of learns at once whom to tell."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.services import evaluating
from cequiz.services.grading import load_attempt
from cequiz.services.reports import batches, ce_broker
from tests.fakes import FakeClock, FakeStore
from tests.frontends.desks import command
from tests.services.reports.conftest import School, school_on


@pytest.fixture
def school(tmp_path: Path) -> School:
    return school_on(FakeStore(), tmp_path, FakeClock())


def handed_in(school: School) -> str:
    batch = ce_broker.export(school.ports, actor="test").batch
    assert batch is not None
    batches.post(school.ports, batch_id=batch.id, actor="test")
    return batch.id


def test_revoking_what_was_reported_says_that_the_board_was_told(school: School) -> None:
    """Florida would go on counting the hours of a certificate that was revoked."""
    number = school.number_of(school.complete())
    batch = handed_in(school)
    done = command(school.ports, "certificate", "revoke", number, "--reason", "sat by somebody else")
    assert done.code == 0
    assert f"FL was told of this completion (FL:MA12345, batch {batch})" in done.err
    again = command(school.ports, "report", "requeue", number, "--reason", "again")
    assert again.code == 3
    assert "will be reported again" not in again.err


def test_revoking_what_nobody_was_told_of_says_nothing_of_boards(school: School) -> None:
    number = school.number_of(school.complete())
    done = command(school.ports, "certificate", "revoke", number, "--reason", "sat by somebody else")
    assert "was told" not in done.err


def test_voiding_what_another_attempt_carries_asks_first_and_says_what_is_to_be_done(school: School) -> None:
    """The day of a certificate would be wrong, and a board have been told of it, without anybody knowing."""
    student = school.join()
    first = school.sit(student, right=2)
    with school.ports.store.read() as unit:
        asked = load_attempt(unit, first).form.items[3].question
    school.clock.advance(timedelta(days=3))
    second = school.sit(student)
    evaluating.evaluate(school.ports, student_id=student, course_id="course", answers=None, actor="test")
    number = school.issue(student).number
    batch = handed_in(school)
    rekey = ("bank", "rekey", f"sample/{asked}", "--key", "a", "--apply", "--reason", "x")
    assert command(school.ports, *rekey).code == 0
    void = ("attempt", "void", second, "--reason", "sat by somebody else", "--yes")
    refused = command(school.ports, *void)
    assert refused.code == 3
    assert "Another attempt has passed too" in refused.err
    done = command(school.ports, *void, "--take-away")
    assert done.code == 0
    assert "The course course is earned by another attempt now, on 22 November 2026." in done.err
    assert f"The certificate {number} is in force and not true any more: `cequiz certificate issue`" in done.err
    assert f"FL was told of another day of this completion (FL:MA12345, batch {batch})" in done.err
    assert command(school.ports, "certificate", "issue").code == 0
    shown = command(school.ports, "certificate", "show", number, "--json")
    assert '"superseded"' in shown.out


def test_voiding_what_was_reported_says_whom_to_tell_before_and_after(school: School) -> None:
    student = school.complete()
    batch = handed_in(school)
    with school.ports.store.read() as unit:
        (attempt,) = unit.attempts.headers(student_id=student)
    asked = command(school.ports, "attempt", "void", attempt.id, "--reason", "x", "--take-away", typed="no\n")
    assert asked.code == 2
    done = command(school.ports, "attempt", "void", attempt.id, "--reason", "x", "--take-away", "--yes")
    assert f"batch {batch}" in done.err
    shown = command(school.ports, "report", "batch", "show", batch)
    assert "the board must be told" in shown.out


def test_voiding_as_json_names_what_was_revoked_and_whom_to_tell(school: School) -> None:
    """A program that voids would not learn that a board has to be told."""
    student = school.complete()
    number, batch = school.number_of(student), handed_in(school)
    with school.ports.store.read() as unit:
        (attempt,) = unit.attempts.headers(student_id=student)
    done = command(school.ports, "attempt", "void", attempt.id, "--reason", "x", "--take-away", "--yes", "--json")
    said = json.loads(done.out)
    assert (said["status"], said["revoked"], said["to_correct"]) == ("voided", [number], [])
    assert [batch in one for one in said["boards"]] == [True]
    shown = command(school.ports, "report", "batch", "show", batch)
    assert "the board must be told" in shown.out
    assert command(school.ports, "report", "ce-broker", "--dry-run").out == ""

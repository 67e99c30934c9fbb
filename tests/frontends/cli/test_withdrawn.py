"""Whoever takes away what a board was told of learns at once whom to tell."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    assert command(school.ports, "report", "ce-broker", "--dry-run").out == ""

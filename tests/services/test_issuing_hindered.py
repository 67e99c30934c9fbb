"""Issuing when something outside is in the way: no room for files, keys that are lost, a clock that is wrong."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.adapters.proof.notary import KeyNotary
from cequiz.errors import EnvironmentFailed, NotAllowed
from cequiz.services import correcting, keykeeping
from cequiz.services.batching import batch
from cequiz.services.issuing import due, issue_due, settle
from cequiz.services.papers import certificates
from cequiz.services.ports import Ports
from tests.adapters.proof.provers import keys_folder
from tests.fakes import FakeClock
from tests.papers import SCHOOL
from tests.services.earned import earn, issue, join, set_school


def test_what_is_issued_is_told_even_where_its_file_cannot_be_written(ports: Ports) -> None:
    set_school(ports)
    earn(ports, join(ports))
    ports.folder.write_text("in the way", encoding="utf-8")
    done = issue_due(ports, actor="test")
    assert [one.number for one in done.certificates] == ["CQ-2026-000001"], "its number is given: it must be known"
    assert [type(one.error) for one in done.refused] == [EnvironmentFailed]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is no folder that refuses files to everybody")
def test_a_batch_into_a_folder_that_takes_no_files_issues_nothing(ports: Ports) -> None:
    set_school(ports)
    earn(ports, join(ports))
    with pytest.raises(EnvironmentFailed, match="/proc/self cannot be written"):
        batch(ports, course_id="course", folder=Path("/proc/self"), actor="test")
    assert len(due(ports)) == 1, "nobody has a number that nobody was told of"


@pytest.fixture
def signing(ports: Ports, tmp_path: Path) -> Ports:
    """Return ports with the real notary, one certificate signed and its keys gone."""
    folder = keys_folder(tmp_path / "keys")
    made = replace(ports, notary=KeyNotary(folder))
    set_school(made)
    student = join(made)
    earn(made, student)
    issue(made, student)
    shutil.rmtree(folder / "provider")
    return replace(made, notary=KeyNotary(folder))


def test_no_new_key_is_made_in_silence_where_the_old_one_is_lost(signing: Ports) -> None:
    earn(signing, join(signing, email="two@example.org"))
    (refused,) = issue_due(signing, actor="test").refused
    assert "which signed earlier certificates, is missing" in refused.error.sentence
    with pytest.raises(NotAllowed, match="is missing"):
        set_school(signing)
    assert signing.notary.keys() == ()


def test_a_lost_key_is_replaced_where_that_is_asked_for(signing: Ports) -> None:
    earn(signing, join(signing, email="two@example.org"))
    made = keykeeping.create(signing, actor="test")
    (issued,) = issue_due(signing, actor="test").certificates
    assert issued.proof is not None
    assert issued.proof.key_id == made.id


def test_a_clock_that_was_set_back_dates_no_certificate_before_its_completion(ports: Ports, clock: FakeClock) -> None:
    set_school(ports)
    student = join(ports)
    earn(ports, student)
    clock.set_wall(timedelta(days=-365))
    with pytest.raises(NotAllowed, match="2025-11-22, which is before 2026-11-22"):
        settle(ports, student_id=student, course_id="course", actor="test")
    clock.set_wall(timedelta(minutes=-5))
    assert issue(ports, student).number == "CQ-2026-000001", "minutes do no harm, and nothing was used up"


def test_a_clock_that_was_set_back_dates_no_correction_before_what_it_corrects(ports: Ports, clock: FakeClock) -> None:
    set_school(ports)
    student = join(ports)
    earn(ports, student)
    number = issue(ports, student).number
    set_school(ports, replace(SCHOOL, contact="new@harbour.example"))
    clock.set_wall(timedelta(days=-2))
    with pytest.raises(NotAllowed, match="which is before 2026-11-22"):
        correcting.correct(ports, number, actor="test")
    assert [one.status for one in certificates(ports)] == ["issued"]

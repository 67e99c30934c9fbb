"""Long reports tell how far they are and can be stopped; a stopped one returns nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cequiz.domain.people.student import Licence
from cequiz.domain.report import Report
from cequiz.errors import Stopped
from cequiz.services.ports import Ports
from cequiz.services.reports.due import due
from cequiz.services.reports.enrolments import enrolments
from cequiz.services.reports.evaluations import evaluations
from cequiz.services.reports.pacing import Stop, Tell, paced
from cequiz.services.reports.results import results
from cequiz.services.reports.roster import roster
from tests.fakes import FakeClock, FakeStore
from tests.services.reports.conftest import School, school_on

Make = Callable[[Ports, Tell, Stop], Report]

REPORTS: dict[str, Make] = {
    "results": lambda ports, tell, stop: results(ports, progress=tell, stop=stop),
    "roster": lambda ports, tell, stop: roster(ports, progress=tell, stop=stop),
    "enrolments": lambda ports, tell, stop: enrolments(ports, progress=tell, stop=stop),
    "due": lambda ports, tell, stop: due(ports, progress=tell, stop=stop),
    "evaluations": lambda ports, tell, stop: evaluations(ports, course_id="course", progress=tell, stop=stop),
}


@pytest.fixture
def school(tmp_path: Path) -> School:
    """Return a school with somebody in every report."""
    made = school_on(FakeStore(), tmp_path, FakeClock())
    made.complete("Ana")
    made.complete("Ben", (Licence("FL", "MA2"),))
    return made


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_tells_how_far_it_is(school: School, name: str) -> None:
    """Whoever waits sees a screen that stands still."""
    told: list[tuple[int, int]] = []
    REPORTS[name](school.ports, lambda done, of: told.append((done, of)), lambda: False)
    assert told
    assert all(0 < done <= of for done, of in told)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_that_is_stopped_is_none(school: School, name: str) -> None:
    """Half a report would be filed as a whole one."""
    with pytest.raises(Stopped):
        REPORTS[name](school.ports, lambda done, of: None, lambda: True)


def test_it_is_asked_between_pieces_and_not_only_at_the_beginning() -> None:
    """A report of a hundred thousand lines would go on to its end whatever is pressed."""
    told: list[tuple[int, int]] = []
    seen = []
    with pytest.raises(Stopped):
        for one in paced(range(1_700), lambda done, of: told.append((done, of)), lambda: len(told) == 2):
            seen.append(one)
    assert told == [(500, 1700), (1000, 1700)]
    assert seen == list(range(1_000))

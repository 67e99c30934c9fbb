"""An import of thousands while somebody sits an exam: no answer is refused, and none waits for all of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cequiz.adapters.store.engine import Settings
from cequiz.domain.people.roll import read_roll
from cequiz.services.rolling import take_in
from tests.fakes import FakeClock
from tests.services.reports.conftest import school_on
from tests.storing import answer, begin, open_store

PEOPLE = 4_000
PATIENCE = 2_500
"""Milliseconds. Writing so many people one after the other holds the lock for twice as long, all of them at once for a
tenth of it."""


def test_answers_keep_being_saved_while_thousands_are_taken_in(tmp_path: Path) -> None:
    lines = (f"Person {number},p{number}@example.org,FL:MA{number},course" for number in range(PEOPLE))
    newcomers, slips = read_roll("\n".join(("name,email,licences,course", *lines)))
    assert not slips
    with (
        open_store(tmp_path) as office,
        open_store(tmp_path, Settings(ballast=0, busy_ms=PATIENCE)) as exam,
        ThreadPoolExecutor(1) as hands,
    ):
        ports = school_on(office, tmp_path, FakeClock()).ports
        begin(exam)
        coming = hands.submit(take_in, ports, newcomers, actor="test")
        saved = 0
        while not coming.done():
            exam.append(answer(saved), expected_seq=saved + 1)
            saved += 1
        assert len(coming.result().students) == PEOPLE
        assert saved > 1, "nobody waits for the whole import"
        with exam.read() as unit:
            assert len(unit.attempts.events("A-1")) == saved + 1
            assert unit.students.known({f"p{PEOPLE - 1}@example.org"})
        assert not exam.verify_chains().findings

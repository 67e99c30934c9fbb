"""The database server stands still with every line open: the screen says so in time, and then saves by itself."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

pytest.importorskip("asyncssh", reason="students come over SSH")
pytest.importorskip("pyte", reason="screens are read with pyte")

from tests.postgres import private_server
from tests.served.guests import over_ssh
from tests.served.servers import serving
from tests.served.students import Candidate, furnish, house_at

IN_TIME = 15.0
"""Seconds until the screen must have said it; it says so after five, on a machine that is not busy."""


async def test_an_answer_that_the_database_does_not_take_is_told_as_not_saved_until_it_is(tmp_path: Path) -> None:
    """If this fails, somebody is told for ever that an answer is being saved, and it is lost."""
    with private_server() as database:
        url = database.address("postgres")
        house = house_at(tmp_path, url=url)
        furnish(house.ports())
        candidate = Candidate.begin(house.ports(), 1)
        house.close()
        async with serving(tmp_path, "ssh", url=url) as served, over_ssh(served.port, candidate.email) as guest:
            await guest.shows("Question 1 of")
            await guest.press("a", "✓ Saved: A.")
            database.stall()
            pressed = time.monotonic()
            await guest.press("b", "… Saving: B")
            await guest.shows("! NOT SAVED: B. The records do not answer", "1 not saved")
            assert time.monotonic() - pressed < IN_TIME
            await guest.shows("! NOT SAVED: B. The database server is not")
            database.go_on()
            await guest.shows("✓ Saved: B.")
            await guest.press("n", "Question 2 of")
            await guest.press("c", "✓ Saved: C.")
        with house.ports().store.read() as unit:
            events = [event for event in unit.attempts.events(candidate.attempt) if event.kind == "answered"]
        assert len(events) == 3
        assert not house.ports().store.verify_chains().findings
        house.close()

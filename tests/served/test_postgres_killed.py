"""The database server is killed: screens say what is not saved, until it is, by itself and once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

pytest.importorskip("asyncssh", reason="students come over SSH")
pytest.importorskip("pyte", reason="screens are read with pyte")

from tests.postgres import private_server
from tests.served.guests import over_ssh
from tests.served.servers import PATIENCE, Served, serving
from tests.served.students import Candidate, Tally, furnish, house_at

STUDENTS = 4


async def every(events: Iterable[asyncio.Event]) -> None:
    """Wait until all of them are set."""
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(event.wait() for event in events))


async def test_answers_wait_for_the_database_server_and_are_saved_once(tmp_path: Path) -> None:
    with private_server() as database:
        url = database.address("postgres")
        house = house_at(tmp_path, url=url)
        furnish(house.ports())
        candidates = [Candidate.begin(house.ports(), number) for number in range(1, STUDENTS + 1)]
        house.close()
        tally = Tally(STUDENTS * 3)

        async def sit(candidate: Candidate, served: Served) -> None:
            async with over_ssh(served.port, candidate.email) as guest:
                await candidate.answer(guest, tally.count)

        async with serving(tmp_path, "ssh", url=url) as served, asyncio.TaskGroup() as sitting:
            for one in candidates:
                sitting.create_task(sit(one, served))
            await tally.enough()
            database.kill()
            await every(one.unsaved for one in candidates)
            database.start()
            await every(one.saved_after_all for one in candidates)
            tally.expect(STUDENTS * 2)
            await tally.enough()
            served.kill()
        for one in candidates:
            one.compare(house.ports())
        assert not house.ports().store.verify_chains().findings
        house.close()

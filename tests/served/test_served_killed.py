"""The server is killed while students answer: what screens called saved is there, and everybody goes on from there."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

pytest.importorskip("asyncssh", reason="students come over SSH")
pytest.importorskip("aiohttp", reason="students come with browsers")
pytest.importorskip("pyte", reason="screens are read with pyte")

from cequiz.bootstrap import House
from tests.served.guests import Guest, SshGuest, browser, over_ssh, over_the_web
from tests.served.servers import PATIENCE, Served, serving
from tests.served.students import BEGINNING, Back, Candidate, Tally, furnish, house_at

STUDENTS = 6
KILLS = 2


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    made = house_at(home)
    furnish(made.ports())
    yield made
    made.close()


@pytest.fixture(params=["file", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """Return where the records are: the address of a database server, or nothing for a file in the home."""
    return "" if request.param == "file" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def anywhere(home: Path, url: str) -> Iterator[House]:
    made = house_at(home, url=url)
    furnish(made.ports())
    yield made
    made.close()


@asynccontextmanager
async def at_the_exam(way: str, served: Served, email: str) -> AsyncIterator[Guest]:
    """Sign in and take the running exam up."""
    if way == "ssh":
        async with over_ssh(served.port, email) as guest:
            yield guest
        return
    async with browser(served.port) as session, over_the_web(session) as guest:
        await guest.sign_in(email)
        await guest.go_on()
        yield guest


async def sit(guest: Guest, candidate: Candidate, *, back_at: Back, all_in: asyncio.Barrier, tally: Tally) -> None:
    """Be at the right question, and once everybody is answer until the line is gone."""
    await back_at.shows(guest)
    await all_in.wait()
    await candidate.answer(guest, tally.count)


def compared(house: House, candidates: list[Candidate]) -> dict[str, Back]:
    """Compare everybody's memory with the records, and return where each must be back."""
    found = {one.email: one.compare(house.ports()) for one in candidates}
    assert not house.ports().store.verify_chains().findings
    house.close()
    return found


@pytest.mark.parametrize("way", ["ssh", "web"])
async def test_a_killed_server_loses_nothing_that_a_screen_called_saved(
    home: Path, anywhere: House, url: str, way: str
) -> None:
    chance = random.Random(20261123)
    candidates = [Candidate.begin(anywhere.ports(), number) for number in range(1, STUDENTS + 1)]
    anywhere.close()

    async def take_part(one: Candidate, served: Served, all_in: asyncio.Barrier, tally: Tally) -> None:
        async with at_the_exam(way, served, one.email) as guest:
            await sit(guest, one, back_at=back_at[one.email], all_in=all_in, tally=tally)

    async def come_back(one: Candidate, served: Served) -> None:
        async with at_the_exam(way, served, one.email) as guest:
            await back_at[one.email].shows(guest)

    back_at = {one.email: BEGINNING for one in candidates}
    for _ in range(KILLS):
        tally, all_in = Tally(STUDENTS + chance.randrange(STUDENTS * 2)), asyncio.Barrier(STUDENTS)
        async with serving(home, way, url=url) as served, asyncio.TaskGroup() as sitting:
            for one in candidates:
                sitting.create_task(take_part(one, served, all_in, tally))
            await tally.enough()
            served.kill()
        back_at = compared(anywhere, candidates)
    assert any(not press.saved for one in candidates for press in one.pressed), "nobody was interrupted"
    async with serving(home, way, url=url) as served:
        await asyncio.gather(*(come_back(one, served) for one in candidates))


async def test_of_two_workers_one_is_killed_and_the_others_students_notice_nothing(home: Path, house: House) -> None:
    one, other = (Candidate.begin(house.ports(), number) for number in (1, 2))
    house.close()
    async with serving(home, "ssh", "--workers", "2") as served, over_ssh(served.port, one.email) as guest:
        mine = served.worker_of(guest.port)
        async with elsewhere(served, other.email, than=mine) as neighbour, asyncio.TaskGroup() as sitting:
            tally, its = Tally(4), Tally(4)
            sitting.create_task(one.answer(guest, tally.count))
            sitting.create_task(other.answer(neighbour, its.count))
            await tally.enough()
            await killed(mine)
            await guest.gone()
            async with over_ssh(served.port, one.email) as back:
                await one.compare(house.ports()).shows(back)
                tally.expect(2)
                its.expect(2)
                sitting.create_task(one.answer(back, tally.count))
                await asyncio.gather(tally.enough(), its.enough())
                served.kill()
    compared(house, [one, other])


async def killed(process: int) -> None:
    """Kill a process, and wait for its end: until then, the system may still give it the line of whoever comes."""
    end, ended = os.pidfd_open(process), asyncio.Event()
    asyncio.get_running_loop().add_reader(end, ended.set)
    try:
        os.kill(process, signal.SIGKILL)
        async with asyncio.timeout(PATIENCE):
            await ended.wait()
    finally:
        asyncio.get_running_loop().remove_reader(end)
        os.close(end)


@asynccontextmanager
async def elsewhere(served: Served, email: str, *, than: int) -> AsyncIterator[SshGuest]:
    """Sign in until another worker has the line: the system spreads them as it likes."""
    for _ in range(64):
        async with over_ssh(served.port, email) as guest:
            if served.worker_of(guest.port) != than:
                yield guest
                return
    pytest.fail("every line came to the same worker")


async def test_a_browser_comes_back_by_itself_to_a_server_that_was_killed(home: Path, house: House) -> None:
    candidate = Candidate.begin(house.ports(), 1)
    house.close()
    tally = Tally(3)
    async with serving(home, "web") as served:
        async with browser(served.port) as session, over_the_web(session) as guest, asyncio.TaskGroup() as sitting:
            await guest.sign_in(candidate.email)
            await guest.go_on()
            sitting.create_task(candidate.answer(guest, tally.count))
            await tally.enough()
            served.kill()
        visit, [cookie], port = guest.visit, list(session.cookie_jar), served.port
    back_at = compared(house, [candidate])[candidate.email]
    async with (
        serving(home, "web", port=port) as served,
        browser(port, cookie=(cookie.key, cookie.value)) as session,
        over_the_web(session, visit=visit) as guest,
    ):
        await back_at.shows(guest)

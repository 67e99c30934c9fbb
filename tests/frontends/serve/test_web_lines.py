"""Lines that take nothing, and lines that say anything: each harms nobody but itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from cequiz.domain.people.student import Student
from cequiz.errors import NotAllowed
from cequiz.frontends.serve.host import Host
from cequiz.frontends.serve.journal import LOG
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.session import Session
from cequiz.frontends.serve.web_guard import binding, new_cookie
from cequiz.frontends.serve.web_session import WebLine
from cequiz.frontends.tui import mishap
from cequiz.frontends.tui.app import CequizApp
from cequiz.services import visiting
from cequiz.services.standing import SignedIn, standing
from tests.frontends.serve.web_stage import PATIENCE, Tab, serving, web_stage
from tests.frontends.tui.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return web_stage(tmp_path)


class Stuck:
    """A line that says hello and then takes nothing and says nothing, until it is closed."""

    def __init__(self, visit: str | None = None) -> None:
        self._visit = visit
        self._over = asyncio.Event()
        self.code: int | None = None
        """What it was closed with."""

    @property
    def closed(self) -> bool:
        """Whether it is."""
        return self._over.is_set()

    async def receive(self) -> WSMessage:
        """Say hello."""
        hello = json.dumps(["hello", {"width": 200, "height": 60, "visit": self._visit}])
        return WSMessage(WSMsgType.TEXT, hello, None)

    async def send_bytes(self, data: bytes) -> None:
        """Take nothing."""
        await self._over.wait()
        raise ConnectionError

    async def send_json(self, value: object) -> None:
        """As above."""
        await self.send_bytes(b"")

    async def close(self, *, code: int) -> None:
        """Close."""
        self.code = code
        self._over.set()

    def lose(self) -> None:
        """Lose the line, as by closing the tab."""
        self._over.set()

    async def __aiter__(self) -> AsyncIterator[WSMessage]:
        await self._over.wait()
        nothing: tuple[WSMessage, ...] = ()
        for message in nothing:
            yield message


def begun(stage: Stage, student: Student, *, binding: str) -> str:
    """Begin a visit of a student in a browser."""
    found = SignedIn(student, standing(stage.ports, student.id))
    return visiting.begin(stage.ports, found, way="web", address="192.0.2.1", binding=binding)


async def test_a_line_that_takes_nothing_fills_no_memory_and_is_given_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cequiz.frontends.serve.web_session._SECONDS_TO_END", 0.2)
    host = Host(stage.house, ServeRules(slow_line_seconds=1.5))
    async with host.running(), asyncio.timeout(PATIENCE):
        socket = cast(web.WebSocketResponse, Stuck())
        line = WebLine(host, socket, address="192.0.2.1", binding=binding(new_cookie()), stopping=lambda: False)
        serving_it = asyncio.create_task(line.run())
        largest = 0
        while not serving_it.done():
            for guest in host.guests:
                assert isinstance(guest, Session)
                guest.feed(b"\x1b[B\x1b[A" * 10)  # down the list and up again: each one is drawn
            largest = max(largest, len(line._drawn))
            await asyncio.sleep(0.01)
        assert host.guests == ()
        assert 0 < largest < 512 * 1024


async def test_whoever_has_a_slow_line_stays_signed_in_and_their_page_comes_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, half a minute of bad network in an exam ends in a request for the passphrase, or for ever."""
    monkeypatch.setattr("cequiz.frontends.serve.web_session._SECONDS_TO_END", 0.2)
    monkeypatch.setattr("cequiz.frontends.serve.web_session._MUCH", 1)  # so that one screen is more than it takes
    student, bound = stage.student(), binding(new_cookie())
    visit = begun(stage, student, binding=bound)
    host, socket = Host(stage.house, ServeRules(slow_line_seconds=0.5)), Stuck(visit)
    line = WebLine(
        host, cast(web.WebSocketResponse, socket), address="192.0.2.1", binding=bound, stopping=lambda: False
    )
    async with host.running(), asyncio.timeout(PATIENCE):
        await line.run()
    assert socket.code == WSCloseCode.GOING_AWAY
    back = visiting.resume(stage.ports, visit, address="192.0.2.1", idle=timedelta(minutes=20), binding=bound)
    assert back.student.id == student.id


async def test_whoever_leaves_over_a_line_that_takes_nothing_has_left(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, a line that hangs keeps its place and its visit for as long as it likes."""
    monkeypatch.setattr("cequiz.frontends.serve.web_session._SECONDS_TO_END", 0.2)
    student, bound = stage.student(), binding(new_cookie())
    visit = begun(stage, student, binding=bound)
    host, socket = Host(stage.house), Stuck(visit)
    line = WebLine(
        host, cast(web.WebSocketResponse, socket), address="192.0.2.1", binding=bound, stopping=lambda: False
    )
    async with host.running(), asyncio.timeout(PATIENCE):
        serving_it = asyncio.create_task(line.run())
        while not line._drawn:  # the first screen is on its way
            await asyncio.sleep(0.01)
        [guest] = host.guests
        assert isinstance(guest, Session)
        guest.feed(b"\x11")
        await serving_it
    assert socket.code == WSCloseCode.OK
    with pytest.raises(NotAllowed):
        visiting.resume(stage.ports, visit, address="192.0.2.1", idle=timedelta(minutes=20), binding=bound)


async def test_whoever_asks_to_leave_has_left_even_if_the_line_is_lost_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, who closes the tab right after Ctrl-Q leaves a signed-in stay to the next at this computer."""
    student, bound = stage.student(), binding(new_cookie())
    visit = begun(stage, student, binding=bound)
    host, socket = Host(stage.house), Stuck(visit)
    line = WebLine(
        host, cast(web.WebSocketResponse, socket), address="192.0.2.1", binding=bound, stopping=lambda: False
    )
    leaving, put_down = asyncio.Event(), CequizApp.put_down

    async def slowly(app: CequizApp) -> str:
        leaving.set()
        while not socket.closed:
            await asyncio.sleep(0.01)
        return await put_down(app)

    monkeypatch.setattr(CequizApp, "put_down", slowly)
    async with host.running(), asyncio.timeout(PATIENCE):
        serving_it = asyncio.create_task(line.run())
        while not line._drawn:
            await asyncio.sleep(0.01)
        [guest] = host.guests
        assert isinstance(guest, Session)
        guest.feed(b"\x11")
        await leaving.wait()
        socket.lose()
        await serving_it
    with pytest.raises(NotAllowed):
        visiting.resume(stage.ports, visit, address="192.0.2.1", idle=timedelta(minutes=20), binding=bound)


async def test_nothing_that_a_line_says_disturbs_another(stage: Stage, tmp_path: Path) -> None:
    stage.student()
    chance = Random(20260101)
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as good:
        visit = await good.sign_in()
        for number in range(24):
            async with served.tab(browser, visit=visit if number % 2 else None, hello=number % 5 != 0) as bad:
                await anything(bad, chance)
        await good.type("?")
        await good.shows("help")
        assert served.task.done() is False
    assert not (tmp_path / mishap.LOG).exists()
    log = tmp_path / LOG
    assert " in the loop" not in (log.read_text() if log.exists() else "")


async def anything(tab: Tab, chance: Random) -> None:
    """Say many things that make no sense, until the line is closed for it."""
    for _ in range(60):
        try:
            await tab.socket.send_str(nonsense(chance))
        except ConnectionError:
            return
        if tab.socket.closed:
            return
        await asyncio.sleep(0)


def nonsense(chance: Random) -> str:
    """Return a message: mostly of the protocol with odd contents, now and then something else."""
    keys = "".join(chance.choice("\x1b[]();?<>0123456789MmABCDHFRcuy~\x07\x9b\x00\r\tanx\u202eé😀") for _ in range(40))
    number: Any = chance.choice([0, -1, 7, 80, 10**9, 10**400, 1.5, True, None, "80", [], float("inf")])
    match chance.randrange(12):
        case 0:
            return json.dumps(["resize", {"width": number, "height": chance.randrange(-5, 300)}])
        case 1:
            return json.dumps(["resize", {"width": chance.randrange(-5, 900), "height": chance.randrange(-5, 300)}])
        case 2 if chance.randrange(6) == 0:
            return keys
        case 3 if chance.randrange(6) == 0:
            return json.dumps([chance.choice(["stdin", "hello", "resize", 7, None]), number])
        case 4:
            return json.dumps([chance.choice(["ping", "focus", "blur", keys]), number])
        case _:
            return json.dumps(["stdin", keys])

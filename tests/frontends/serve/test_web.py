"""A browser at the server: the page, a stay that outlives its line, and a certificate handed over."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from http.cookies import SimpleCookie
from itertools import product
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import WSCloseCode, WSMsgType, WSServerHandshakeError
from yarl import URL

from cequiz.domain.exam.attempt import Status
from cequiz.errors import EnvironmentFailed, NotAllowed, Refused, StorageBusy
from cequiz.frontends.serve.host import Guest, Host
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.web import serve_web
from cequiz.frontends.serve.web_guard import PROTOCOL, Doors
from cequiz.services import visiting
from cequiz.services.ports import Ports
from cequiz.services.standing import SignedIn
from tests.frontends.serve.web_stage import PATIENCE, Served, Tab, serving, web_stage, with_certificate
from tests.frontends.tui.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return web_stage(tmp_path)


async def started(tab: Tab) -> None:
    """Start the exam from the home screen."""
    await tab.shows("Sample exam", "ready")
    await tab.type("\r")
    await tab.shows("a accept")
    await tab.type("a")
    await tab.shows("s start")
    await tab.type("s")
    await tab.shows("Question 1 of 4")


async def answered(tab: Tab) -> None:
    """Answer the first question, and go on to the second."""
    await tab.type("a")
    await tab.shows("Saved: A")
    await tab.type("n")
    await tab.shows("Question 2 of 4")


async def test_a_reload_leads_back_to_the_same_question_with_its_answer(stage: Stage) -> None:
    stage.student()
    async with serving(stage) as served, served.browser() as browser:
        async with served.tab(browser) as tab:
            visit = await tab.sign_in()
            await started(tab)
            await answered(tab)
        async with served.tab(browser, visit=visit, size=(100, 30)) as tab:
            await tab.shows("Question 2 of 4", "1 answered")
            await tab.type("p")
            await tab.shows("Question 1 of 4", "Saved: A")
            assert tab.told == []


async def test_a_line_that_was_lost_without_a_word_leads_back_as_well(stage: Stage) -> None:
    stage.student()
    async with serving(stage) as served, served.browser() as browser:
        async with served.tab(browser) as tab:
            visit = await tab.sign_in()
            await started(tab)
            await answered(tab)
            await tab.drop()
        async with served.tab(browser, visit=visit) as tab:
            await tab.shows("Question 2 of 4", "1 answered")


async def test_another_server_of_the_house_takes_the_stay_up(stage: Stage) -> None:
    stage.student()
    async with serving(stage) as first, first.browser() as browser:
        async with first.tab(browser) as tab:
            visit = await tab.sign_in()
            await started(tab)
            await answered(tab)
        [cookie] = browser.cookie_jar
    async with serving(stage) as second, second.stranger() as browser:
        browser.cookie_jar.update_cookies({cookie.key: cookie.value}, response_url=URL(second.origin))
        async with second.tab(browser, visit=visit) as tab:
            await tab.shows("Question 2 of 4", "1 answered")


async def test_a_second_tab_takes_the_exam_over_and_the_first_says_so(stage: Stage) -> None:
    stage.student()
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as first:
        visit = await first.sign_in()
        await started(first)
        async with served.tab(browser, visit=visit) as second:
            await second.shows("Question 1 of 4")
            await answered(second)
            await first.type("b")
            await first.shows("open elsewhere")


async def test_a_token_without_its_cookie_lets_nobody_in(stage: Stage) -> None:
    stage.student()
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as tab:
        visit = await tab.sign_in()
        async with served.browser() as thief, served.tab(thief, visit=visit) as other:
            await other.hears("forget")
            await other.shows("Welcome. Sign in")
            assert "Ana" not in other.text


async def test_a_tab_that_was_closed_long_ago_lets_nobody_in(stage: Stage) -> None:
    stage.student()
    async with serving(stage, rules=ServeRules(idle_minutes=20)) as served, served.browser() as browser:
        async with served.tab(browser) as tab:
            visit = await tab.sign_in()
        stage.clock.advance(timedelta(minutes=19))
        async with served.tab(browser, visit=visit) as tab:
            await tab.shows("Ana Souza")
        stage.clock.advance(timedelta(minutes=21))
        async with served.tab(browser, visit=visit) as tab:
            await tab.hears("forget")
            await tab.shows("Welcome. Sign in")


async def test_a_line_that_stays_up_keeps_the_stay(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, whoever worked for an hour and then reloads the page is asked for the passphrase."""
    monkeypatch.setattr(visiting, "SEEN_EVERY", timedelta(seconds=0.05))
    stage.student()
    async with serving(stage) as served, served.browser() as browser:
        async with served.tab(browser) as tab:
            visit = await tab.sign_in()
            stage.clock.advance(timedelta(minutes=30))
            then = stage.ports.clock.read().wall
            await tab.until(lambda: seen(stage, visit) >= then)
        async with served.tab(browser, visit=visit) as tab:
            await tab.shows("Ana Souza")


def seen(stage: Stage, visit: str) -> datetime:
    """Return when the line of a visit was last known to be there."""
    with stage.ports.store.read() as unit:
        found = unit.visits.get(sha256(visit.encode()).hexdigest())
    assert found is not None
    return found.seen_at


async def test_signing_out_ends_the_stay_and_the_page_forgets_it(stage: Stage) -> None:
    stage.student()
    async with serving(stage) as served, served.browser() as browser:
        async with served.tab(browser) as tab:
            visit = await tab.sign_in()
            await tab.shows("o sign out")
            await tab.type("o")
            await tab.hears("forget")
            await tab.shows("Welcome. Sign in")
        async with served.tab(browser, visit=visit) as tab:
            await tab.hears("forget")
            await tab.shows("Welcome. Sign in")


async def test_signing_out_ends_the_other_lines_of_the_same_stay(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, whoever duplicates a tab and signs out of one leaves the other for the next person."""
    monkeypatch.setattr(visiting, "SEEN_EVERY", timedelta(seconds=0.05))
    stage.student()
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as tab:
        visit = await tab.sign_in()
        await tab.shows("o sign out")
        async with served.tab(browser, visit=visit) as copy:
            await copy.shows("Ana Souza")
            await tab.type("o")
            assert "You signed out in another tab" in await copy.hears("ended")
            assert await copy.closed() == WSCloseCode.OK
        await tab.shows("Welcome. Sign in")
        assert "ended" not in dict(tab.told)


async def test_the_hours_of_a_stay_end_an_open_line_and_cut_no_exam(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, a line that is kept open keeps somebody signed in for days, or throws them out of their exam."""
    looks = asyncio.Queue[bool]()
    stay = visiting.stay

    def noted(*arguments: Any, **named: Any) -> datetime:
        try:
            found = stay(*arguments, **named)
        except NotAllowed:
            looks.put_nowait(False)
            raise
        looks.put_nowait(True)
        return found

    monkeypatch.setattr(visiting, "SEEN_EVERY", timedelta(seconds=0.05))
    monkeypatch.setattr(visiting, "stay", noted)
    student = stage.student()
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as tab:
        visit = await tab.sign_in()
        await started(tab)
        ends_in(stage, visit, seconds=5)
        await looked(looks, good=True)
        await looked(looks, good=True)
        stage.clock.advance(timedelta(seconds=5))
        await looked(looks, good=False)
        await looked(looks, good=False)
        await answered(tab)
        with stage.ports.store.read() as unit:
            [header] = unit.attempts.headers(student_id=student.id)
        assert header.standing.status is Status.OPEN
        await tab.type("ss")
        await tab.shows("Hand in (y)")
        await tab.type("y")
        assert "Sign in again." in await tab.hears("ended")


async def looked(looks: asyncio.Queue[bool], *, good: bool) -> None:
    """Wait for a look at the visit that begins from now on, or after one that is under way."""
    while not looks.empty():
        looks.get_nowait()
    async with asyncio.timeout(PATIENCE):
        while await looks.get() is not good:
            pass


def ends_in(stage: Stage, visit: str, *, seconds: int) -> None:
    """Let a visit have begun so long ago that it is over soon."""
    key = sha256(visit.encode()).hexdigest()
    with stage.ports.store.write() as unit:
        found = unit.visits.get(key)
        assert found is not None
        unit.visits.end(key)
        unit.visits.add(replace(found, ends_at=stage.ports.clock.read().wall + timedelta(seconds=seconds)))


async def test_a_copy_of_the_tab_that_nobody_touches_ends_alone(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, a tab that was copied and forgotten throws the student out of the running exam."""
    monkeypatch.setattr(visiting, "SEEN_EVERY", timedelta(seconds=0.05))
    stage.student()
    rules = ServeRules(idle_minutes=0.08)
    async with serving(stage, rules=rules) as served, served.browser() as browser, served.tab(browser) as tab:
        visit = await tab.sign_in()
        await tab.shows("Ana Souza")
        async with served.tab(browser, visit=visit) as copy:
            await copy.shows("Ana Souza")
            await started(tab)
            then = stage.ports.clock.read().wall + timedelta(seconds=1)
            assert "Nobody was here" in await copy.hears("ended")
            assert "forget" in dict(copy.told)
            stage.clock.advance(timedelta(seconds=1))
            await tab.until(lambda: seen(stage, visit) >= then)
            await answered(tab)
            assert "ended" not in dict(tab.told)


async def test_the_oldest_of_too_many_copies_of_a_tab_ends_alone(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, who opens a fifth copy of the tab is thrown out of the running exam, and of all of them."""
    monkeypatch.setattr(visiting, "SEEN_EVERY", timedelta(seconds=0.05))
    stage.student()
    async with (
        serving(stage) as served,
        served.browser() as browser,
        served.tab(browser) as tab,
        AsyncExitStack() as open_tabs,
    ):
        visit = await tab.sign_in()
        copies = [await open_tabs.enter_async_context(served.tab(browser, visit=visit)) for _ in range(3)]
        for copy in copies:
            await copy.shows("Ana Souza")
        await started(tab)
        newest = await open_tabs.enter_async_context(served.tab(browser, visit=visit))
        assert "too many places" in await copies[0].hears("ended")
        assert "forget" in dict(copies[0].told)
        then = stage.ports.clock.read().wall + timedelta(seconds=1)
        stage.clock.advance(timedelta(seconds=1))
        await tab.until(lambda: seen(stage, visit) >= then)
        await newest.shows("Question 1 of 4")
        await answered(newest)  # where the exam is now; each tab can take it over again
        await tab.type("b")
        await tab.shows("open elsewhere", "r take over")
        for one in (tab, *copies[1:], newest):
            assert "ended" not in dict(one.told)


async def test_whoever_leaves_has_left_this_computer(stage: Stage) -> None:
    stage.student()
    async with serving(stage) as served, served.browser() as browser:
        async with served.tab(browser) as tab:
            visit = await tab.sign_in()
            await started(tab)
            await tab.type("\x11")
            assert "Sample exam goes on until 22 November 2026" in await tab.hears("ended")
            assert [kind for kind, _ in tab.told] == ["visit", "forget", "ended"]
            assert "Sample exam goes on until 22 November 2026" in tab.text
            assert await tab.closed() == WSCloseCode.OK
        async with served.tab(browser, visit=visit) as tab:
            await tab.shows("Welcome. Sign in")


async def test_whoever_does_nothing_for_long_is_signed_out(stage: Stage) -> None:
    stage.student()
    async with (
        serving(stage, rules=ServeRules(idle_minutes=0.05, stranger_minutes=0.05)) as served,
        served.browser() as browser,
        served.tab(browser) as tab,
    ):
        await tab.sign_in()
        await tab.hears("forget")
        assert await tab.closed() == WSCloseCode.OK
        assert "you are signed out" in tab.text
        assert "you are signed out" in await tab.hears("ended"), "they have not left: nobody was there"


async def test_what_went_wrong_is_what_the_page_says(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, the page says "You have left" to somebody whose screens have just broken."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("cequiz.frontends.serve.session.ServedApp", broken)
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as tab:
        assert "Something unexpected happened (ZeroDivisionError)" in await tab.hears("ended")


async def test_a_server_that_ends_sends_everybody_back_and_ends_no_stay(stage: Stage) -> None:
    stage.student()
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as tab:
        await tab.sign_in()
        await started(tab)
        await served.stop()
        assert await tab.closed() == WSCloseCode.SERVICE_RESTART
        assert [kind for kind, _ in tab.told] == ["visit"]
        assert "restarted" in tab.text


async def test_a_certificate_is_handed_over_once_and_to_its_browser_only(stage: Stage) -> None:
    number = with_certificate(stage, stage.student())
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as tab:
        await tab.sign_in()
        await tab.shows(number)
        await tab.type("\x1b[F")
        await tab.type("\r")
        await tab.shows("d download")
        await tab.type("d")
        path = await tab.hears("certificate")
        await tab.shows("among the downloads")
        async with browser.get(path) as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "application/pdf"
            assert answer.headers["Content-Disposition"] == f'attachment;filename="{number}.pdf"'
            assert answer.headers["Cache-Control"] == "no-store"
            with stage.ports.store.read() as unit:
                record = unit.certificates.get(number)
            assert record is not None
            assert await answer.read() == record.pdf
        async with browser.get(path) as again:
            assert (again.status, await again.text()) == (
                404,
                "This link does not work any more. A link works once and for a minute. Ask for another one.\n",
            )


async def test_a_link_is_worth_nothing_in_another_browser(stage: Stage) -> None:
    number = with_certificate(stage, stage.student())
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as tab:
        visit = await tab.sign_in()
        for other in (served.stranger(), served.browser()):
            link = visiting.offer(stage.ports, visit, number=number)
            async with other as thief, thief.get(f"/certificate/{link}") as answer:
                assert answer.status == 404
                assert number not in await answer.text()


async def test_a_full_server_says_so_and_the_stay_goes_on(stage: Stage) -> None:
    stage.student()
    full = ServeRules(most_sessions=1)
    async with serving(stage, rules=full) as served, served.browser() as browser, served.tab(browser) as tab:
        visit = await tab.sign_in()
        async with served.tab(browser, visit=visit) as other:  # which the page tries again by itself
            assert await other.closed() == WSCloseCode.TRY_AGAIN_LATER
            assert other.told == []
        async with served.tab(browser) as stranger:
            assert "Too many people" in await stranger.hears("ended")


async def test_who_comes_back_to_a_house_full_of_students_costs_the_store_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, a class that is sent away asks the store anew with each try, which those who sit pay for."""
    stage.student()
    rules = ServeRules(most_sessions=1)
    async with serving(stage, rules=rules) as served, served.browser() as browser, served.tab(browser) as tab:
        visit = await tab.sign_in()
        asked: list[str] = []
        resume = visiting.resume

        def noted(ports: Ports, token: str, **more: Any) -> SignedIn:
            asked.append(token)
            return resume(ports, token, **more)

        monkeypatch.setattr(visiting, "resume", noted)
        async with served.tab(browser, visit=visit) as other:
            assert await other.closed() == WSCloseCode.TRY_AGAIN_LATER
        assert asked == []


async def test_whoever_loads_the_page_again_in_a_full_house_gets_their_own_seat_back(stage: Stage) -> None:
    """If this fails, a reload in a full classroom ends in "too many people", or in a request for the passphrase."""
    stage.student()
    full = ServeRules(most_sessions=1)
    async with serving(stage, rules=full) as served, served.browser() as browser:
        async with served.tab(browser) as tab:
            visit = await tab.sign_in()
            await started(tab)
        codes: list[int | None] = [WSCloseCode.TRY_AGAIN_LATER]
        async with asyncio.timeout(PATIENCE):
            while codes[-1] == WSCloseCode.TRY_AGAIN_LATER:
                async with served.tab(browser, visit=visit) as tab:
                    await tab.until(lambda: "Question" in tab.text or tab.socket.closed)
                    codes.append(tab.socket.close_code)
        assert codes[-1] is None


async def test_whoever_finds_the_last_seat_taken_keeps_the_stay(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, a student for whom there is no room for a moment must type the passphrase again."""
    stage.student()
    async with serving(stage) as served, served.browser() as browser:
        async with served.tab(browser) as tab:
            visit = await tab.sign_in()
        with monkeypatch.context() as patch:
            patch.setattr(Host, "seat", no_seat)  # there was room when they were let in, and is none now
            async with served.tab(browser, visit=visit) as tab:
                assert await tab.closed() == WSCloseCode.TRY_AGAIN_LATER
                assert tab.told == []
        async with served.tab(browser, visit=visit) as tab:
            await tab.shows("Ana Souza")


def no_seat(host: Host, guest: Guest) -> AbstractContextManager[None]:
    raise Refused("Full.")


async def test_a_store_that_does_not_answer_is_tried_again_by_the_page(stage: Stage) -> None:
    stage.student()
    async with serving(stage) as served, served.browser() as browser:
        async with served.tab(browser) as tab:
            visit = await tab.sign_in()
        stage.house.broken = StorageBusy("The store is busy.", hint="")
        async with served.tab(browser, visit=visit) as tab:
            assert await tab.closed() == WSCloseCode.TRY_AGAIN_LATER
            assert tab.told == []
        stage.house.broken = None
        async with served.tab(browser, visit=visit) as tab:
            await tab.shows("Ana Souza")


async def test_a_browser_without_cookies_is_told(stage: Stage) -> None:
    async with serving(stage) as served, served.stranger() as browser, served.tab(browser) as tab:
        assert "cookie" in await tab.hears("ended")


async def test_what_no_page_says_ends_that_line_and_no_other(stage: Stage) -> None:
    stage.student()
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as good:
        visit = await good.sign_in()
        for message in ("x", "[]", '["stdin", 7]', '["hello", {"width": 80, "height": 24}]', "[" * 60_000):
            async with served.tab(browser, visit=visit) as bad:
                await bad.shows("Ana Souza")
                await bad.socket.send_str(message)
                assert await bad.closed() == WSCloseCode.POLICY_VIOLATION
        await started(good)


async def test_a_line_that_does_not_begin_like_the_page_is_closed(stage: Stage) -> None:
    async with serving(stage) as served, served.browser() as browser:
        for first in ('["stdin", "a"]', "x", '["later"]'):
            async with served.tab(browser, hello=False) as tab:
                await tab.socket.send_str(first)
                assert await tab.closed() == WSCloseCode.POLICY_VIOLATION


async def test_a_line_that_says_nothing_is_closed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cequiz.frontends.serve.web_session._SECONDS_TO_GREET", 0.1)
    async with serving(stage) as served, served.browser() as browser, served.tab(browser, hello=False) as tab:
        assert await tab.closed() == WSCloseCode.POLICY_VIOLATION


async def test_a_line_that_only_pings_is_closed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, a line that never says who it is stays for as long as it pings, and counts nowhere."""
    monkeypatch.setattr("cequiz.frontends.serve.web_session._SECONDS_TO_GREET", 0.3)
    async with serving(stage) as served, served.browser() as browser, served.tab(browser, hello=False) as tab:
        with pytest.raises(ConnectionError):
            async with asyncio.timeout(PATIENCE):
                while True:
                    await tab.socket.ping(b"still here")
                    await asyncio.sleep(0.02)
        assert await tab.closed() == WSCloseCode.POLICY_VIOLATION


async def test_a_crowd_of_lines_from_one_address_is_bounded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, one address fills the server with lines that say nothing, from behind a proxy that is trusted."""
    monkeypatch.setattr("cequiz.frontends.serve.web._SPARE", 1)
    async with (
        serving(stage, rules=ServeRules(most_per_address=1), proxies=["127.0.0.1"]) as served,
        served.browser() as browser,
        served.tab(browser, hello=False),
    ):
        async with served.tab(browser, hello=False) as second:
            with pytest.raises(WSServerHandshakeError) as refused:
                async with served.tab(browser):
                    pass
            assert refused.value.status == 429
            await second.drop()
        async with asyncio.timeout(PATIENCE):
            while True:  # the server notices in its own time
                try:
                    async with served.tab(browser) as tab:
                        await tab.shows("Welcome")
                    break
                except WSServerHandshakeError:
                    await asyncio.sleep(0.01)


async def test_a_ping_is_answered_and_a_flood_of_them_ends_the_line(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, pings pass by every limit on what one line may say."""
    monkeypatch.setattr("cequiz.frontends.serve.web_guard.Pace._PATIENCE", 0.2)
    monkeypatch.setattr("cequiz.frontends.serve.web_guard.Pace._AT_ONCE", 0.2)
    async with serving(stage) as served, served.browser() as browser:
        for flood in ("ping", "pong"):
            async with served.tab(browser) as bad:
                await bad.shows("Welcome")
                with pytest.raises(ConnectionError):
                    async with asyncio.timeout(PATIENCE):
                        while True:
                            await getattr(bad.socket, flood)(b"x")
                await bad.closed()


async def test_a_browser_that_pings_gets_its_answer(stage: Stage) -> None:
    """If this fails, a browser or a proxy that asks for a sign of life takes the server for gone."""
    async with (
        serving(stage) as served,
        served.browser() as browser,
        browser.ws_connect("/line", origin=served.origin, protocols=[PROTOCOL], autoping=False) as socket,
    ):
        await socket.ping(b"there?")
        answer = await socket.receive(timeout=PATIENCE)
        assert (answer.type, answer.data) == (WSMsgType.PONG, b"there?")
        await socket.send_str('["hello", {"width": 80, "height": 24}]')
        await socket.ping(b"and now?")
        while (answer := await socket.receive(timeout=PATIENCE)).type is not WSMsgType.PONG:
            assert answer.type is WSMsgType.BINARY
        assert answer.data == b"and now?"


async def test_bytes_and_messages_that_are_too_large_end_the_line(stage: Stage) -> None:
    async with serving(stage) as served, served.browser() as browser:
        async with served.tab(browser) as tab:
            await tab.shows("Welcome")
            await tab.socket.send_bytes(b"\x00" * 100)
            assert await tab.closed() == WSCloseCode.POLICY_VIOLATION
        async with served.tab(browser) as tab:
            await tab.shows("Welcome")
            await tab.type("a" * 70_000)
            assert await tab.closed() == WSCloseCode.MESSAGE_TOO_BIG


async def test_a_flood_ends_its_own_line_and_disturbs_no_other(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cequiz.frontends.serve.web_guard.Pace._PATIENCE", 0.2)
    monkeypatch.setattr("cequiz.frontends.serve.web_guard.Pace._AT_ONCE", 0.2)
    stage.student()
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as good:
        await good.sign_in()
        async with served.tab(browser) as bad:
            await bad.shows("Welcome")
            with pytest.raises(ConnectionError):
                while True:
                    await bad.type("?")
            await bad.closed()
        await started(good)


async def test_only_the_page_of_this_server_opens_a_line(stage: Stage) -> None:
    async with serving(stage) as served, served.browser() as browser:
        for origin in ("https://evil.example", f"https://127.0.0.1:{served.port}", "http://127.0.0.1", "null"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await browser.ws_connect("/line", origin=origin, protocols=["cequiz.1"])
            assert refused.value.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await browser.ws_connect("/line", origin=served.origin, protocols=["cequiz.0"])
        assert refused.value.status == 400


async def test_the_page_is_sent_with_everything_that_keeps_it_to_itself(stage: Stage) -> None:
    async with serving(stage) as served, served.stranger() as browser, browser.get("/") as page:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Server"] == "cequiz"
        assert "Strict-Transport-Security" not in page.headers
        [cookie] = SimpleCookie(page.headers["Set-Cookie"]).values()
        assert (cookie.key, cookie["httponly"], cookie["samesite"], cookie["secure"]) == ("cequiz", True, "Lax", "")


async def test_behind_a_proxy_with_tls_the_cookie_is_secure_and_the_address_the_forwarded_one(stage: Stage) -> None:
    stage.student()
    rules, origin = ServeRules(most_per_address=1, stranger_keeps_seconds=0.0), "https://exam.example.org"
    served_there = serving(stage, rules=rules, origins=[origin], proxies=["127.0.0.1"])
    async with served_there as served, served.stranger() as browser:
        through = {"Host": "exam.example.org", "X-Forwarded-For": "192.0.2.1"}
        async with browser.get("/", headers=through) as page:
            assert page.headers["Strict-Transport-Security"].startswith("max-age=")
            [cookie] = SimpleCookie(page.headers["Set-Cookie"]).values()
            assert (cookie.key, cookie["secure"], cookie["path"]) == ("__Host-cequiz", True, "/")
            assert f"connect-src 'self' wss://{origin[8:]};" in page.headers["Content-Security-Policy"]
        through["Cookie"] = f"{cookie.key}={cookie.value}"
        open_line = partial(browser.ws_connect, "/line", origin=origin, protocols=["cequiz.1"])
        hello = '["hello", {"width": 80, "height": 24, "visit": null}]'
        async with open_line(headers=through) as one:
            await one.send_str(hello)
            assert (await one.receive()).type is aiohttp.WSMsgType.BINARY
            async with open_line(headers=through) as two:
                await two.send_str(hello)
                while (said := await one.receive()).type is aiohttp.WSMsgType.BINARY:
                    pass
                assert "had to make room" in said.data
            through["X-Forwarded-For"] = "192.0.2.2"
            async with open_line(headers=through) as three:
                await three.send_str(hello)
                assert (await three.receive()).type is aiohttp.WSMsgType.BINARY


async def test_the_server_does_not_answer_to_names_that_are_not_its_own(stage: Stage) -> None:
    async with serving(stage) as served:
        status, headers, _ = await asked(served, b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        assert status == 421
        assert "set-cookie" not in headers


async def test_nothing_but_the_page_and_its_files_is_there(stage: Stage) -> None:
    async with serving(stage) as served:
        for path in (
            "/static/",
            "/page/",
            "/page/../web.py",
            "/page/%2e%2e/web.py",
            "/terminal/",
            "/line/x",
            "/ws",
            "//",
            "/%00",
        ):
            status, _, _ = await asked(served, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode())
            assert (path, status) == (path, 404)


async def test_only_get_is_answered(stage: Stage) -> None:
    methods = ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]
    places = {"/": "GET, HEAD", "/healthz": "GET, HEAD", "/line": "GET", "/certificate/x": "GET"}
    asked_for = [*product(methods, places), ("HEAD", "/line"), ("HEAD", "/certificate/x")]
    async with serving(stage) as served, served.stranger() as browser:
        for method, path in asked_for:
            async with browser.request(method, path) as answer:
                assert (method, answer.status, answer.headers["Allow"]) == (method, 405, places[path])


async def test_whoever_asks_for_the_head_alone_gets_it_without_the_body(stage: Stage) -> None:
    async with serving(stage) as served:
        for path, told in {"/": 200, "/healthz": 200, "/page/page.css": 200, "/nothing": 404}.items():
            request = f"%s {path} HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n"
            status, headers, body = await asked(served, (request % "HEAD").encode())
            _, whole, sent = await asked(served, (request % "GET").encode())
            assert (path, status, body) == (path, told, "")
            length = f"content-length: {len(sent.encode())}\r\n"
            assert length in headers
            assert length in whole


async def test_page_refusals_and_screens_speak_what_the_browser_asks_for(stage: Stage) -> None:
    stage.student()
    async with serving(stage) as served, served.browser() as browser:
        browser.headers["Accept-Language"] = "fr-FR,es-MX;q=0.9,en;q=0.8"
        async with browser.get("/") as page:
            assert '<html lang="es">' in await page.text()
        async with browser.get("/nothing") as answer:
            assert (await answer.text()).startswith("Aquí no hay nada")
        async with served.tab(browser) as tab:
            await tab.shows("Le damos la bienvenida")
        browser.headers["Accept-Language"] = "fr"
        async with served.tab(browser) as tab:
            await tab.shows("Welcome. Sign in")


NO_HTTP = [
    b"garbage\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 1000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
]


async def test_what_is_no_http_is_refused_in_a_plain_word(stage: Stage) -> None:
    async with serving(stage) as served:
        for request in NO_HTTP:
            status, headers, body = await asked(served, request)
            assert (request[:12], status, body) == (request[:12], 400, "Bad Request\n")
            assert "content-security-policy" in headers


async def test_whoever_asks_too_slowly_is_cut_off(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cequiz.frontends.serve.web._SECONDS_TO_ASK", 0.2)
    async with serving(stage) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: ")
        async with asyncio.timeout(PATIENCE):
            assert await reader.read() == b""
        writer.close()


async def test_no_connection_lasts_but_a_line(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cequiz.frontends.serve.web._SECONDS_TO_TAKE", 2.0)  # the page itself has no more either
    async with serving(stage) as served, served.browser() as browser, served.tab(browser) as tab:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: ")
        async with asyncio.timeout(PATIENCE):
            assert await reader.read() == b""
        writer.close()
        await tab.shows("Welcome")
        await tab.type("?")
        await tab.shows("help")


async def test_a_crowd_of_connections_from_one_address_is_bounded(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cequiz.frontends.serve.web._SPARE", 2)
    async with serving(stage, rules=ServeRules(most_per_address=1)) as served:
        crowd = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(5)]
        question = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode()
        answers = []
        for reader, writer in crowd:
            try:
                writer.write(question)
                answers.append(bool(await reader.read()))
            except ConnectionError:
                answers.append(False)
            writer.close()
        assert answers == [True, True, True, False, False]
        status, _, body = await asked(served, question)
        assert (status, body) == (200, "well\n")


async def test_the_watchman_is_told_whether_the_store_answers(stage: Stage) -> None:
    async with (
        serving(stage) as served,
        served.stranger() as browser,
        browser.get("/healthz", headers={"Host": "10.0.0.1"}) as answer,
    ):
        assert (answer.status, await answer.text()) == (200, "well\n")
    async with serving(stage) as served, served.stranger() as browser:
        stage.house.broken = StorageBusy("The store /secret/place is busy.", hint="")
        async with browser.get("/healthz") as answer:
            assert (answer.status, await answer.text()) == (503, "unwell\n")


async def test_a_port_that_is_taken_is_named(stage: Stage) -> None:
    async with serving(stage) as served:
        with pytest.raises(EnvironmentFailed, match=rf"Port {served.port} is in use already"):
            await serve_web(stage.house, host="127.0.0.1", port=served.port, ready=lambda _: None, doors=Doors())


async def asked(served: Served, request: bytes) -> tuple[int, str, str]:
    """Send bytes and return status, headers and body of what comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(request)
    async with asyncio.timeout(PATIENCE):
        answer = (await reader.read()).decode()
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), head.lower(), body

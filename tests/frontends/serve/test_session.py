"""What a person over a line sees, and what their end, their noise or their silence does to others: nothing."""

from __future__ import annotations

import asyncio
import gc
import io
import sys
import threading
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import Context
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from cequiz.domain.exam.attempt import Status
from cequiz.domain.house_rules import HouseRules
from cequiz.domain.people.student import Student
from cequiz.frontends.serve import standing as watching
from cequiz.frontends.serve.app import ServedApp
from cequiz.frontends.serve.host import Host
from cequiz.frontends.serve.peer import Peer
from cequiz.frontends.serve.session import HUNG_UP
from cequiz.frontends.serve.terminal import ENTER, LEAVE
from cequiz.frontends.tui import mishap
from cequiz.frontends.tui.house_app import HouseApp
from cequiz.frontends.tui.mishap import LOG
from cequiz.language import speak, tr
from cequiz.services.grading import load_attempt
from cequiz.services.ports import Ack
from cequiz.services.standing import SignedIn, standing
from tests.frontends.serve.lines import PATIENCE, Stay, served
from tests.frontends.tui.stage import Stage


class SlowStore:
    """Holds every write of a stage's store at the door until it is let go."""

    def __init__(self, stage: Stage) -> None:
        self.let_go = threading.Event()
        self.held = threading.Event()
        self._append = stage.store.append
        stage.store.append = self._wait  # type: ignore[method-assign]

    def _wait(self, draft: Any, **more: Any) -> Ack:
        self.held.set()
        assert self.let_go.wait(60)
        return self._append(draft, **more)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return a stage with the sample course loaded."""
    found = Stage(tmp_path)
    found.load()
    return found


@asynccontextmanager
async def in_exam(host: Host, student: Student, **more: Any) -> AsyncIterator[Stay]:
    """Open a running exam."""
    stay = Stay(host, student, resume=True, **more)
    await stay.far.shows("Question 1 of 4")
    try:
        yield stay
    finally:
        stay.session.hang_up()
        await stay.code()


async def test_somebody_comes_and_goes_and_their_terminal_is_as_before(stage: Stage) -> None:
    student = stage.student()
    async with served(stage) as host:
        stay = Stay(host, student)
        await stay.far.shows("Ana Souza")
        stay.session.feed(b"\x11")
        assert await stay.code() == 0
        assert stay.session.app is None
        assert host.guests == ()
    assert bytes(stay.far.raw).startswith(ENTER.encode())
    assert bytes(stay.far.raw).endswith(LEAVE.encode())


async def test_the_last_words_come_after_the_screens(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with served(stage) as host, in_exam(host, student) as stay:
        stay.session.feed(b"\x11")
        await stay.code()
        assert "goes on until" in stay.far.last_words
        assert stay.far.last_words.endswith("\r\n")
        assert stay.far.last_words.count("\n") == stay.far.last_words.count("\r\n")


async def test_who_loses_the_line_is_back_at_the_same_question(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with served(stage) as host:
        async with in_exam(host, student) as stay:
            await stay.press(b"b", "Saved: B.")
            await stay.press(b"n", "Question 2 of 4")
            await stay.press(b"a", "Saved: A.")
            await stay.press(b"p", "Question 1 of 4")
            stay.session.hang_up()
            again = Stay(host, student, resume=True)  # faster than the lost line is put down
            assert await stay.code() == HUNG_UP
        await again.far.shows("2 answered")
        await again.far.shows("Question 1 of 4")
        assert "another window" not in again.far.raw.decode(), "the line that was lost is no window"
        with stage.store.read() as unit:
            attempt = load_attempt(unit, sitting.attempt.id)
        assert attempt.status is Status.OPEN
        assert len(attempt.responses) == 2
        again.session.hang_up()
        await again.code()


async def test_who_has_the_exam_open_in_two_windows_is_told(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with served(stage) as host, in_exam(host, student), in_exam(host, student) as second:
        await second.far.shows("This exam is open in another window")


async def test_a_lost_line_ends_although_the_store_does_not_answer(stage: Stage) -> None:
    student, other = stage.student(), stage.student("Rui Reis", email="rui@example.org")
    sitting = stage.start(student)
    async with served(stage, leaving_seconds=4.0) as host:
        async with in_exam(host, student) as stay:
            slow = SlowStore(stage)
            stay.session.feed(b"b")
            await asyncio.to_thread(slow.held.wait, PATIENCE)
            stay.session.hang_up()
            neighbour = Stay(host, other)
            await neighbour.far.shows("Rui Reis")
            assert await asyncio.wait_for(stay.task, PATIENCE) == HUNG_UP
            neighbour.session.hang_up()
            await neighbour.code()
        slow.let_go.set()
    with stage.store.read() as unit:
        kinds = [event.kind for event in unit.attempts.events(sitting.attempt.id)]
    assert "answered" in kinds, "what was asked for is done, also when nobody waits any more"


async def test_what_nobody_foresaw_ends_one_session_with_a_sentence(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    ana, rui = stage.student(), stage.student("Rui Reis", email="rui@example.org")

    def boom() -> None:
        answer = "a very private answer"
        raise ZeroDivisionError(answer)

    async with served(stage) as host:
        broken, well = Stay(host, ana), Stay(host, rui)
        await broken.far.shows("Ana Souza")
        await well.far.shows("Rui Reis")
        assert broken.session.app is not None
        broken.session.app.call_later(boom)
        assert await broken.code() == 4
        assert "Something unexpected happened (ZeroDivisionError)" in broken.far.last_words
        assert str(stage.house.settings.home) not in broken.far.last_words
        await well.press(b"?", "Help")
        well.session.hang_up()
        await well.code()
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")
    log = (stage.house.settings.home / LOG).read_text()
    assert "ZeroDivisionError" in log
    assert "private" not in log


async def test_what_nobody_foresaw_is_not_written_in_the_loop(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, a slow disk holds everybody whenever one session breaks."""
    writers: list[str] = []
    monkeypatch.setattr(mishap, "record", lambda *_, **__: writers.append(threading.current_thread().name))

    def boom() -> None:
        raise ZeroDivisionError

    student = stage.student()
    async with served(stage) as host:
        stay = Stay(host, student)
        await stay.far.shows("Ana Souza")
        assert stay.session.app is not None
        stay.session.app.call_later(boom)
        assert await stay.code() == 4
    assert writers == ["cequiz-journal"]


async def test_keys_of_strangers_put_nothing_off(stage: Stage) -> None:
    """If this fails, anybody who connects and types keeps the memory from being cleared."""
    student = stage.student()
    async with served(stage) as host:
        stranger = Stay(host)
        await stranger.far.shows("Register")
        host.last_key = 0.0
        stranger.session.feed(b"a")
        assert host.last_key == 0.0
        known = Stay(host, student)
        await known.far.shows("Ana Souza")
        known.session.feed(b"?")
        assert host.last_key > 0.0
        for stay in (stranger, known):
            stay.session.hang_up()
            await stay.code()


async def test_an_app_that_cannot_even_begin_ends_with_a_sentence(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: HouseApp, desk: object) -> None:
        msg = "no theme"
        raise LookupError(msg)

    monkeypatch.setattr(HouseApp, "__init__", refuse)
    async with served(stage) as host:
        stay = Stay(host)
        assert await stay.code() == 4
        assert "Something unexpected happened (LookupError)" in stay.far.raw.decode()
    assert capfd.readouterr().err == ""


async def test_streams_are_the_real_ones_whoever_goes_first(stage: Stage) -> None:
    student = stage.student()
    before = sys.stdout, sys.stderr
    async with served(stage) as host:
        first, second = Stay(host, student), Stay(host, student)
        await first.far.shows("Ana Souza")
        await second.far.shows("Ana Souza")
        for stay in (first, second):
            stay.session.feed(b"\x11")
            await stay.code()
            assert (sys.stdout, sys.stderr) == before
    assert (sys.stdout, sys.stderr) == before


async def test_tasks_are_made_as_the_loop_made_them(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def eager(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(asyncio, "eager_task_factory", eager, raising=False)
    student = stage.student()
    async with served(stage) as host:
        stay = Stay(host, student)
        await stay.far.shows("Ana Souza")
        assert asyncio.get_running_loop().get_task_factory() is None
        stay.session.hang_up()
        await stay.code()


async def test_a_line_that_takes_nothing_keeps_nothing_and_gets_the_screen_later(stage: Stage) -> None:
    student = stage.student()
    async with served(stage) as host:
        stay = Stay(host, student)
        await stay.far.shows("Ana Souza")
        stay.session.pause_writing()
        before = len(stay.far.raw)
        stay.session.feed(b"\x1b[B\x1b[A" * 20 + b"?")
        app = stay.session.app
        assert app is not None
        while app.screen.__class__.__name__ != "HelpScreen":
            await asyncio.sleep(0)
        assert len(stay.far.raw) == before
        stay.far.screen.reset()
        stay.session.resume_writing()
        await stay.far.shows("Help")
        stay.session.hang_up()
        await stay.code()


async def test_a_line_that_never_takes_anything_is_taken_for_lost(stage: Stage) -> None:
    student = stage.student()
    async with served(stage, slow_line_seconds=0.05) as host:
        stay = Stay(host, student)
        await stay.far.shows("Ana Souza")
        stay.session.pause_writing()
        assert await stay.code() == HUNG_UP


async def test_a_line_that_breaks_while_it_is_written_to_is_lost(stage: Stage) -> None:
    async with served(stage) as host:
        stay = Stay(host)

        def broken(_: bytes) -> None:
            raise ConnectionResetError

        stay.session._write = broken
        assert await stay.code() == HUNG_UP


@pytest.mark.parametrize("flood", [b"x" * 40_000, b"\x1b[200~" + b"y" * 20_000], ids=["keys", "a paste without end"])
async def test_who_floods_is_hung_up_on_and_nobody_else(stage: Stage, flood: bytes) -> None:
    ana, rui = stage.student(), stage.student("Rui Reis", email="rui@example.org")
    async with served(stage, most_unread=30_000, most_pasted=10_000) as host:
        loud, quiet = Stay(host, ana), Stay(host, rui)
        await loud.far.shows("Ana Souza")
        await quiet.far.shows("Rui Reis")
        loud.session.feed(flood)
        assert await loud.code() == HUNG_UP
        await quiet.press(b"?", "Help")
        quiet.session.hang_up()
        await quiet.code()


async def test_a_burst_of_keys_is_obeyed_in_order_while_others_go_on(stage: Stage) -> None:
    ana, rui = stage.student(), stage.student("Rui Reis", email="rui@example.org")
    async with served(stage) as host:
        quick, calm = Stay(host, ana), Stay(host, rui)
        await quick.far.shows("Ana Souza")
        quick.session.feed(b"\x1b[B\x1b[A" * 2000)
        await calm.far.shows("Rui Reis")
        await calm.press(b"?", "Help")
        assert quick.session._inbox, "the burst is still being obeyed"
        for stay in (quick, calm):
            stay.session.hang_up()
            await stay.code()


async def test_silence_signs_out_at_home(stage: Stage) -> None:
    student = stage.student()
    out: list[str] = []
    async with served(stage, idle_minutes=0.002) as host:
        stay = Stay(host, student, on_signed_out=lambda: out.append("out"))
        assert await stay.code() == 0
        assert "you are signed out" in stay.far.last_words
    assert out == ["out"], "whoever keeps the line must forget the person too"


async def test_silence_never_ends_an_open_exam(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with served(stage, idle_minutes=60.0) as host, in_exam(host, student) as stay:
        object.__setattr__(host.rules, "idle_minutes", 0.0)
        stay.session._watch_idleness()
        await stay.press(b"b", "Saved: B.")
        assert not stay.task.done()


async def test_nobody_at_the_sign_in_is_not_waited_for_long(stage: Stage) -> None:
    async with served(stage, stranger_minutes=0.002) as host:
        stay = Stay(host)
        assert await stay.code() == 0


async def test_the_line_tells_its_size_and_nonsense_is_brought_within_limits(stage: Stage) -> None:
    student = stage.student()
    async with served(stage) as host:
        stay = Stay(host, student, size=(0, 100_000))
        stay.far.screen.resize(200, 20)
        stay.session.resize(80, 24)
        stay.far.screen.resize(24, 80)
        await stay.far.shows("Ana Souza")
        stay.session.resize(10_000, 10_000)
        app = stay.session.app
        assert app is not None
        while tuple(app.size) != (250, 100):
            await asyncio.sleep(0)
        stay.session.hang_up()
        await stay.code()


async def test_each_session_speaks_its_own_language(stage: Stage) -> None:
    async with served(stage) as host:
        one = Stay(host, peer=Peer(way="web", address="a", language="es"))
        other = Stay(host, peer=Peer(way="web", address="b"))
        await other.far.shows("Sign in")
        await one.far.shows("frase de contraseña")
        for stay in (one, other):
            stay.session.hang_up()
            await stay.code()


@pytest.mark.parametrize(
    ("term", "wanted", "unwanted"),
    [("xterm-256color", b"38;5;", b"38;2;"), ("xterm-kitty", b"38;2;", b"nothing"), ("xterm", b"\x1b[", b"38;2;")],
)
async def test_colours_are_those_of_the_terminal_and_not_of_the_host(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, term: str, wanted: bytes, unwanted: bytes
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    student = stage.student()
    async with served(stage) as host:
        stay = Stay(host, student, peer=Peer(way="ssh", address="a", term=term))
        await stay.far.shows("Ana Souza")
        stay.session.hang_up()
        await stay.code()
    assert wanted in stay.far.raw
    assert unwanted not in stay.far.raw


async def test_sessions_side_by_side_each_have_the_colours_of_their_terminal(stage: Stage) -> None:
    student, other = stage.student(), stage.student("Rui Lima", email="rui@example.org")
    async with served(stage) as host:
        rich = Stay(host, student, peer=Peer(way="ssh", address="a", term="xterm-kitty"))
        await rich.far.shows("Ana Souza")
        poor = Stay(host, other, peer=Peer(way="ssh", address="a", term="xterm"))
        await poor.far.shows("Rui Lima")
        for stay in (rich, poor):
            stay.session.hang_up()
            await stay.code()
    assert b"38;2;" in rich.far.raw
    assert b"38;2;" not in poor.far.raw
    assert b"48;2;" not in poor.far.raw


async def test_no_command_of_textual_writes_on_the_host(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.chdir(away)
    student = stage.student()
    async with served(stage) as host:
        stay = Stay(host, student)
        await stay.far.shows("Ana Souza")
        app = stay.session.app
        assert app is not None
        for action in ("screenshot", "suspend_process", "command_palette", "show_help_panel"):
            await app.run_action(action)
        app.deliver_screenshot()
        app.save_screenshot()
        app.deliver_text(io.StringIO("text"), save_directory=away)
        stay.session.feed(b"\x10")
        stay.session.hang_up()
        await stay.code()
    assert list(away.iterdir()) == []


async def test_hang_up_at_any_moment_of_the_beginning_ends_the_session(stage: Stage) -> None:
    student = stage.student()
    async with served(stage) as host:
        for turns in range(0, 40, 3):
            stay = Stay(host, student)
            for _ in range(turns):
                await asyncio.sleep(0)
            stay.session.hang_up()
            assert await stay.code() == HUNG_UP
        assert host.guests == ()


async def test_who_waits_for_a_session_may_be_cancelled(stage: Stage) -> None:
    student = stage.student()
    async with served(stage) as host:
        stay = Stay(host, student)
        await stay.far.shows("Ana Souza")
        stay.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stay.task
        assert host.guests == ()


async def test_sessions_that_ended_leave_nothing(stage: Stage) -> None:
    student = stage.student()
    apps: list[weakref.ref[ServedApp]] = []
    async with served(stage) as host:
        for _ in range(10):
            stays = [Stay(host, student) for _ in range(4)]
            for stay in stays:
                await stay.far.shows("Ana Souza")
                stay.session.feed(b"\x1b[B\x1b[A")
                assert stay.session.app is not None
                apps.append(weakref.ref(stay.session.app))
            for stay in stays:
                stay.session.hang_up()
                await stay.code()
            del stays, stay
        assert len(apps) == 40
        # Timers that were cancelled hold their context until their time has come, a few seconds at most.
        async with asyncio.timeout(PATIENCE):
            while any(one() is not None for one in apps):
                await asyncio.sleep(0.25)
                gc.collect()


async def test_a_page_that_changes_its_size_all_the_time_is_laid_out_seldom(stage: Stage) -> None:
    async with served(stage) as host:
        stay = Stay(host)
        await stay.far.shows("Register")
        app, driver = stay.session.app, stay.session._driver
        assert app is not None
        assert driver is not None
        laid_out: list[tuple[int, int]] = []
        resize = driver.resize

        def counted(columns: int, rows: int) -> None:
            laid_out.append((columns, rows))
            resize(columns, rows)

        driver.resize = counted  # type: ignore[method-assign]
        for number in range(300):
            stay.session.resize(100 + number % 50, 40)
        stay.session.resize(90, 30)
        async with asyncio.timeout(PATIENCE):
            while tuple(app.size) != (90, 30):
                await asyncio.sleep(0.01)
        assert len(laid_out) <= 2, "the first one and the last one"
        stay.session.hang_up()
        await stay.code()


async def test_who_is_idle_in_an_exam_is_not_looked_at_all_the_time(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with served(stage, idle_minutes=60.0) as host, in_exam(host, student) as stay:
        object.__setattr__(host.rules, "idle_minutes", 0.0)
        stay.session._watch_idleness()
        later = stay.session._idle
        assert later is not None
        assert later.when() - asyncio.get_running_loop().time() > 20


async def test_a_passphrase_that_is_changed_elsewhere_ends_the_session_and_not_the_exam(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with served(stage, standing_seconds=0.05) as host, in_exam(host, student) as stay:
        with stage.store.write() as unit:
            unit.students.set_passphrase(student.id, "another hash")
        await stay.code()
        assert "Sign in again." in stay.far.last_words
        assert "goes on until" in stay.far.last_words
        with stage.store.read() as unit:
            assert load_attempt(unit, sitting.attempt.id).status is Status.OPEN


async def test_nobody_stays_signed_in_for_longer_than_the_house_lets_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, a line that is kept open keeps somebody signed in for days, or its end cuts their exam."""
    student = stage.student()
    stage.start(student)
    looks, looked = count(), asyncio.Event()

    def noted(*arguments: Any) -> str:
        if next(looks) > 2:
            loop.call_soon_threadsafe(looked.set)
        return standing(*arguments)

    loop = asyncio.get_running_loop()
    async with served(stage, standing_seconds=0.05, idle_minutes=6000.0) as host, in_exam(host, student) as stay:
        over = host.now() + stage.ports.rules.visit_hours * 3600
        monkeypatch.setattr(host, "now", lambda: over)
        monkeypatch.setattr(watching, "standing", noted)
        await asyncio.wait_for(looked.wait(), PATIENCE)
        await stay.press(b"b", "Saved: B.")
        await stay.press(b"ss", "Hand in (y)")
        stay.session.feed(b"y")
        await stay.code()
        assert "for as long as this provider allows. Sign in again." in stay.far.last_words


async def test_a_watch_that_fails_goes_on_watching(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, one fault of the store lets a session live on under a passphrase that was changed."""
    student = stage.student()
    loop, failed = asyncio.get_running_loop(), asyncio.Event()

    def fail(*_: object) -> str:
        loop.call_soon_threadsafe(failed.set)
        raise ZeroDivisionError

    async with served(stage, standing_seconds=0.05) as host:
        stay = Stay(host, student)
        await stay.far.shows("Ana Souza")
        monkeypatch.setattr(watching, "standing", fail)
        await asyncio.wait_for(failed.wait(), PATIENCE)
        monkeypatch.setattr(watching, "standing", standing)
        with stage.store.write() as unit:
            unit.students.set_passphrase(student.id, "another hash")
        await stay.code()
        assert "Sign in again." in stay.far.last_words


async def test_who_signs_in_on_the_screen_is_watched_too(stage: Stage) -> None:
    student = stage.student()
    async with served(stage, standing_seconds=0.05) as host:
        stay = Stay(host)
        await stay.far.shows("Register")
        stay.session._desk.sign_in(SignedIn(student, standing(stage.ports, student.id)))
        watch = stay.session._watch
        assert watch is not None
        with stage.store.write() as unit:
            unit.students.set_passphrase(student.id, "another hash")
        await stay.code()
        assert "Sign in again." in stay.far.last_words


async def test_the_servers_farewell_is_in_the_persons_language(stage: Stage) -> None:
    async with served(stage) as host:
        stay = Stay(host, peer=Peer(way="web", address="a", language="es"))
        await stay.far.shows("frase de contraseña")
        await host.stopping()
        await stay.code()
        spanish = Context().run(_in_spanish, "The server is being restarted. Sign in again in a minute.")
        assert spanish in stay.far.last_words
        assert "The server is being restarted" not in stay.far.last_words


def _in_spanish(sentence: str) -> str:
    speak("es")
    return tr(sentence)


async def test_keys_hold_no_place_for_ever_where_nobody_signs_in(stage: Stage) -> None:
    """If this fails, a program that presses a key now and then keeps a seat from a student."""
    async with served(stage, stranger_total_minutes=0.02) as host:
        stay = Stay(host)
        while not stay.task.done():
            stay.session.feed(b"\x1b[B")
            await asyncio.wait({stay.task}, timeout=0.1)
        assert await stay.code() == 0
        assert "Nobody has signed in here for a while." in stay.far.last_words
        assert stay.session.told == "Nobody has signed in here for a while. Connect again."


async def test_where_the_house_adds_its_students_nobody_fills_in_a_form_for_nothing(stage: Stage) -> None:
    rules = HouseRules(registration_over_a_line=False)
    stage.house.settings = replace(stage.house.settings, rules=rules)
    async with served(stage) as host:
        stay = Stay(host)
        await stay.far.shows("Register")
        await stay.press(b"\x1b[B\r", "Nobody can register here over the network.")
        stay.session.hang_up()
        await stay.code()

"""What sessions of one process share: limits, threads, the log, the collector, and a good end for everybody."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any, cast

import pytest

from cequiz.errors import Refused, StorageBusy
from cequiz.frontends.serve import collecting, slow
from cequiz.frontends.serve.collecting import (
    CENSUS,
    FEW,
    LONGEST,
    MANY,
    MOST_ENDED,
    PAUSE,
    SETTLING,
    SILENCE,
    THRESHOLDS,
    TOO_MUCH,
    Collector,
)
from cequiz.frontends.serve.host import Host
from cequiz.frontends.serve.in_order import InOrder
from cequiz.frontends.serve.journal import LOG, Journal
from cequiz.frontends.serve.peer import Peer
from cequiz.frontends.tui import mishap
from tests.fakes import FakeClock
from tests.frontends.serve.lines import PATIENCE, Stay, served
from tests.frontends.tui.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return a stage with the sample course loaded."""
    found = Stage(tmp_path)
    found.load()
    return found


async def test_no_more_come_in_than_the_rules_say(stage: Stage) -> None:
    async with served(stage, most_sessions=3, most_per_address=2) as host:
        people = [stage.student(f"Person {name}", email=f"{name}@example.org") for name in "ABC"]
        stays = [Stay(host, one, address="one") for one in people[:2]]
        for stay in stays:
            await stay.far.shows("Person")
        with pytest.raises(Refused, match="from your network"):
            host.admit("one")
        refused = Stay(host, address="one")
        assert await refused.code() == 3
        assert "Too many people are signed in from your network." in refused.far.raw.decode()
        stays.append(Stay(host, people[2], address="two"))
        await stays[2].far.shows("Person C")
        with pytest.raises(Refused, match="at the moment"):
            host.admit("three")
        stays[0].session.hang_up()
        await stays[0].code()
        host.admit("one")
        for stay in stays[1:]:
            stay.session.hang_up()
            await stay.code()


async def test_who_stands_at_the_sign_in_makes_room_and_reads_why(stage: Stage) -> None:
    """If this fails, a few screens at which nobody signs in keep students out of their exams."""
    async with served(stage, most_sessions=2, stranger_keeps_seconds=0.0) as host:
        first, second, third = (Stay(host, address=f"192.0.2.{number}") for number in range(3))
        await third.far.shows("Sign in")
        assert await first.code() == 0
        assert "had to make room" in first.far.last_words
        student = Stay(host, stage.student())
        await student.far.shows("Ana Souza")
        assert await second.code() == 0
        assert not third.task.done()
        for stay in (student, third):
            stay.session.hang_up()
            await stay.code()


async def test_one_student_does_not_take_everybodys_seats(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with served(stage, most_per_student=2) as host:
        sitting = Stay(host, student, resume=True)
        await sitting.far.shows("Question 1 of 4")
        home, newest = Stay(host, student), Stay(host, student)
        await newest.far.shows("Ana Souza")
        assert await home.code() == 0
        assert "signed in at too many places" in home.far.last_words
        assert not sitting.task.done(), "an exam is the last that ends by it"
        for stay in (sitting, newest):
            stay.session.hang_up()
            await stay.code()


async def test_when_the_server_stops_everybody_is_told_and_every_deed_is_done(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    done: list[str] = []
    hold = threading.Event()
    async with served(stage) as host:
        at_home, sitting = (
            Stay(host, stage.student("Rui Reis", email="r@example.org")),
            Stay(host, student, resume=True),
        )
        await at_home.far.shows("Rui Reis")
        await sitting.far.shows("Question 1 of 4")
        deeds = InOrder(host.deeds)
        deeds.submit(hold.wait, PATIENCE)
        deeds.submit(done.append, "done")
        ending = asyncio.create_task(host.stopping())
        await at_home.code()
        await sitting.code()
        await ending
        hold.set()
        with pytest.raises(Refused, match="being restarted"):
            host.admit("anybody")
        late = Stay(host)
        assert await late.code() == 3
    assert done == ["done"]
    assert "The server is being restarted" in at_home.far.last_words
    assert "The server is being restarted" in sitting.far.last_words
    assert "goes on until" in sitting.far.last_words


async def test_a_store_that_cannot_be_opened_is_told_before_anybody_comes(stage: Stage) -> None:
    stage.house.broken = StorageBusy("Another program holds the store.")
    with pytest.raises(StorageBusy):
        async with Host(stage.house).running():
            raise AssertionError


async def test_what_was_set_for_serving_is_set_back(stage: Stage) -> None:
    before = gc.get_threshold(), sys.stdout, sys.stderr, threading.excepthook, sys.unraisablehook
    async with served(stage):
        assert gc.get_threshold() == THRESHOLDS
        assert gc.get_freeze_count() > 10_000
    assert (gc.get_threshold(), sys.stdout, sys.stderr, threading.excepthook, sys.unraisablehook) == before
    assert gc.get_freeze_count() == 0
    assert not [one for one in threading.enumerate() if one.name in {"cequiz-watch", "cequiz-journal"}]


async def test_what_nobody_catches_is_logged_without_its_words(stage: Stage, capfd: pytest.CaptureFixture[str]) -> None:
    home = stage.house.settings.home

    def boom() -> None:
        msg = "a very private answer"
        raise ValueError(msg)

    async with served(stage):
        loop = asyncio.get_running_loop()
        loop.call_soon(boom)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")
    assert "ValueError in the loop" in (home / LOG).read_text()
    assert "in boom" in (home / mishap.LOG).read_text()
    assert "private" not in (home / LOG).read_text() + (home / mishap.LOG).read_text()


async def test_who_holds_the_loop_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, place = threading.Event(), slow._place

    def seen(frame: FrameType | None) -> str:
        try:
            return place(frame)
        finally:
            looked.set()

    def a_slow_handler(secret: str) -> None:
        assert secret
        assert looked.wait(PATIENCE)

    monkeypatch.setattr(slow, "_place", seen)
    lines: list[str] = []
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell(line: str) -> None:
        lines.append(line)
        loop.call_soon_threadsafe(told.set)

    with slow.watched(tell):
        await asyncio.sleep(0)
        a_slow_handler("a very private answer")
        await asyncio.wait_for(told.wait(), PATIENCE)
    assert "a_slow_handler" in lines[0]
    assert "private" not in lines[0]


def test_deeds_of_one_person_are_done_in_order_and_cannot_be_taken_back() -> None:
    done: list[tuple[str, int]] = []
    with ThreadPoolExecutor(3) as pool:
        begun, hold = threading.Event(), threading.Event()
        ana, rui = InOrder(pool), InOrder(pool)
        ana.submit(begun.set)
        held = ana.submit(hold.wait, PATIENCE)
        orders = [ana.submit(done.append, ("ana", number)) for number in range(50)]
        assert begun.wait(PATIENCE)
        assert not held.cancel()
        assert not any(order.cancel() for order in orders)
        assert rui.submit(lambda: "side by side").result(PATIENCE) == "side by side"
        broken = rui.submit(lambda: 1 // 0)
        assert isinstance(broken.exception(PATIENCE), ZeroDivisionError)
        assert rui.submit(lambda: "and on").result(PATIENCE) == "and on"
        ana.shutdown()
        with pytest.raises(RuntimeError):
            ana.submit(print)
        hold.set()
    assert done == [("ana", number) for number in range(50)]


def test_a_deed_that_is_asked_for_at_the_last_moment_runs_beside_no_other() -> None:
    class Heap:
        def __init__(self) -> None:
            self.given: list[Callable[[], None]] = []

        def submit(self, work: Callable[[], None]) -> None:
            self.given.append(work)

    class Door:
        """A lock at whose second opening somebody slips in: between the last look at the queue and what follows."""

        def __init__(self, slip: Callable[[], None]) -> None:
            self._slip = slip
            self._left = 2

        def __enter__(self) -> None:
            self._left -= 1

        def __exit__(self, *_: object) -> None:
            if self._left == 0:
                self._slip()

    heap, done = Heap(), list[int]()
    queue = InOrder(cast("Any", heap))
    queue.submit(done.append, 1)

    def slip() -> None:
        queue._lock = threading.Lock()
        queue.submit(done.append, 2)
        queue.submit(done.append, 3)

    queue._lock = cast("Any", Door(slip))
    heap.given.pop(0)()
    assert len(heap.given) == 1, "or two threads would do one person's deeds side by side"
    while heap.given:
        heap.given.pop(0)()
    assert done == [1, 2, 3]


def test_deeds_that_were_asked_for_are_done_although_the_pool_ends() -> None:
    done: list[int] = []
    pool = ThreadPoolExecutor(1)
    hold = threading.Event()
    queue = InOrder(pool)
    queue.submit(hold.wait, PATIENCE)
    for number in range(10):
        queue.submit(done.append, number)
    pool.shutdown(wait=False)
    hold.set()
    pool.shutdown(wait=True)
    assert done == list(range(10))


def test_a_pool_of_few_threads_serves_many() -> None:
    with ThreadPoolExecutor(2) as pool:
        queues = [InOrder(pool) for _ in range(100)]
        assert [one.submit(threading.current_thread).result(PATIENCE).name for one in queues]
        assert len(pool._threads) <= 2


def test_the_log_escapes_what_would_move_a_cursor_and_begins_anew_when_it_is_large(tmp_path: Path) -> None:
    path = tmp_path / "home" / LOG
    journal = Journal(path, FakeClock(), largest=2000)
    journal.note("before it is open")
    with journal.open():
        for number in range(41):
            journal.note(f"line {number} \x1b[2J\nforged " + "x" * 1000)
    with journal.open():
        journal.note("the last one")
    text = path.with_name(f"{LOG}.1").read_text() + path.read_text()
    assert "\x1b" not in text
    assert "\nforged" not in text
    assert "the last one" in path.read_text()
    assert path.stat().st_size <= 3000
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_disk_that_takes_no_log_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / LOG, FakeClock())
    with journal.open():
        journal.note("nowhere")


class Day:
    """A clock that is told the time, and people who come and go."""

    def __init__(self) -> None:
        self.now = 0.0
        self.here = 0
        self.last_key = 0.0
        self.collector = Collector(lambda: self.now, here=lambda: self.here, last_key=lambda: self.last_key)


def test_everything_is_collected_where_nobody_notices() -> None:
    """If this fails, everybody's keys wait for a second now and then, or the memory fills up."""
    day = Day()

    def due() -> bool:
        return day.collector.due

    assert not due(), "nothing has happened"
    day.collector.ended()
    assert due(), "nobody is here"
    day.collector.look()
    assert not due(), "it is done"
    day.now += SETTLING
    assert due(), "timers may have held what had ended"
    day.collector.look()
    day.now += SETTLING
    assert not due(), "nothing has happened since"
    day.collector.ended()
    day.here, day.now, day.last_key = 5, 100.0, 99.5
    assert not due(), "somebody types"
    day.now += PAUSE
    assert not due(), "it is little, and somebody thinks"
    day.now = day.last_key + SILENCE
    assert due(), "nobody has typed for long"
    day.collector.look()
    assert not due(), "it is done"
    day.last_key = day.now
    for _ in range(MOST_ENDED):
        day.collector.ended()
    assert not due(), "somebody types, however much has gathered"
    day.now += PAUSE
    assert due(), "nobody has typed for a moment, and much has gathered"
    day.collector.look()
    day.now = day.last_key = day.now + LONGEST
    assert not due(), "somebody types"
    day.now += PAUSE
    assert due(), "it was too long ago"
    day.collector.look()
    day.last_key = day.now
    for _ in range(TOO_MUCH * MOST_ENDED):
        assert not due(), "somebody types"
        day.collector.ended()
    assert due(), "who types all the time must not fill the memory"
    day.collector.look()
    day.now = day.last_key = day.now + TOO_MUCH * LONGEST
    assert due(), "nor in silence"


class Ring:
    """Something that goes only when somebody looks for it."""

    def __init__(self) -> None:
        self.itself = self


def test_while_people_type_what_is_new_is_collected_and_what_lasts_is_not_looked_at_again() -> None:
    day = Day()
    day.here, day.now, day.last_key = 5, 1.0, 1.0
    before = gc.isenabled()
    gc.disable()
    try:
        gc.freeze()
        lost = [weakref.ref(one) for one in [Ring() for _ in range(FEW)]]
        day.collector.look()
        assert not any(one() for one in lost), "screens that were closed are gone within a second"
        kept = [Ring()]
        for _ in range(2):
            once = [Ring() for _ in range(FEW)]
            day.collector.look()
        lasted = weakref.ref(kept.pop())
        del once
        more = [Ring() for _ in range(FEW)]
        day.collector.look()
        assert lasted() is not None, "what has lasted through a look holds nobody up at the next"
        assert len(more) == FEW
        late = weakref.ref(Ring())
        stays: list[object] = [[] for _ in range(MANY)]
        day.collector.look()
        assert len(gc.get_objects()) < MANY, "so much at once is not looked through while somebody types"
        assert late() is not None
        assert len(stays) == MANY
        day.collector.ended()
        day.here = 0
        day.collector.look()
        assert late() is None, "nobody is here: everything is looked through"
        assert lasted() is None
    finally:
        gc.unfreeze()
        if before:
            gc.enable()


def test_screens_that_were_closed_while_people_typed_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, a class that opens and closes help for an hour takes gigabytes."""
    monkeypatch.setattr(collecting, "MOST_LEFT", 10_000)
    day, before = Day(), gc.isenabled()
    day.here, day.now, day.last_key = 5, 1.0, 1.0
    gc.disable()
    try:
        day.collector._collect_all()

        def use(screens: int) -> weakref.ref[Ring]:
            rings = [Ring() for _ in range(screens)]
            gc.freeze()
            return weakref.ref(rings[0])

        closed = use(12_000)
        day.now = day.last_key = day.now + CENSUS
        day.collector.look()
        assert closed() is not None, "somebody types"
        day.here += 5
        day.now += PAUSE
        assert not day.collector.due, "it may be those who have come"
        day.here -= 5
        day.collector.look()
        assert closed() is None, "nobody has typed for a moment, and much has gathered"
        closed = use(12_000 * TOO_MUCH)
        day.now = day.last_key = day.now + CENSUS
        day.collector.look()
        assert closed() is None, "who types all the time must not fill the memory"
    finally:
        gc.unfreeze()
        if before:
            gc.enable()


def test_looking_for_garbage_breaks_nothing_that_another_thread_builds() -> None:
    """If this fails, an answer is lost now and then, and with it the line: its thread ends with a `SystemError`."""
    day = Day()
    day.here, day.now, day.last_key = 5, 1.0, 1.0
    over, broken = threading.Event(), list[BaseException]()

    def build() -> None:
        while not over.is_set():
            try:
                tuple(number for number in range(300))
            except SystemError as error:
                broken.append(error)

    switching, builder = sys.getswitchinterval(), threading.Thread(target=build)
    sys.setswitchinterval(1e-5)
    builder.start()
    try:
        for _ in range(4_000):
            day.collector.look()
    finally:
        over.set()
        builder.join()
        sys.setswitchinterval(switching)
        gc.unfreeze()
    assert broken == []


async def test_what_is_drawn_anew_leaves_nothing_for_the_collector(stage: Stage) -> None:
    async with served(stage) as host:
        stay = Stay(host)
        await stay.far.shows("Register")
        for _round in range(2):
            gc.collect()
            gc.disable()
            try:
                for key in (b"\x1b[B", b"\x1b[A") * 10:
                    drawn = len(stay.far.raw)
                    stay.session.feed(key)
                    await stay.far.draws(after=drawn)
                left = gc.collect()
            finally:
                gc.enable()
        assert left < 500, "twenty pictures of a screen are some thousand objects"
        stay.session.hang_up()
        await stay.code()


@pytest.mark.parametrize(
    ("peer", "colours"),
    [
        (Peer(way="ssh", address="a"), "256"),
        (Peer(way="ssh", address="a", colour_term="truecolor"), "truecolor"),
        (Peer(way="web", address="a", term="xterm-direct"), "truecolor"),
        (Peer(way="ssh", address="a", term="xterm"), "standard"),
        (Peer(way="ssh", address="a", term="vt100"), ""),
    ],
)
def test_a_terminal_gets_the_colours_it_has(peer: Peer, colours: str) -> None:
    assert peer.colours == colours


async def test_a_deed_that_never_ends_does_not_keep_the_server(stage: Stage) -> None:
    hold = threading.Event()
    try:
        async with asyncio.timeout(PATIENCE):
            async with served(stage, deeds_seconds=0.05) as host:
                host.deeds.submit(hold.wait, PATIENCE)
        assert all(one.daemon for one in threading.enumerate() if one.name.startswith("cequiz-deed"))
        assert "left undone" in (stage.house.settings.home / LOG).read_text()
    finally:
        hold.set()


async def test_what_nobody_expected_is_written_by_another_thread(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    writers: list[str] = []

    def record(*_: object, **__: object) -> None:
        writers.append(threading.current_thread().name)

    monkeypatch.setattr(mishap, "record", record)
    async with served(stage) as host:
        assert "ValueError" in host.unforeseen(ValueError("private"))
    assert writers == ["cequiz-journal"]

"""What Textual makes of bytes from a line, and what a line gets of Textual; also a guard of the private imports."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.widgets import Static

from cequiz.frontends.serve.terminal import ENTER, LEAVE, TerminalDriver
from tests.frontends.serve.lines import PATIENCE, FarEnd


class Listener(App[None]):
    """An app that notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[Any, ...]] = []
        self.changed = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield Static("a text that stands still", id="still")

    def note(self, *what: Any) -> None:
        self.told.append(what)
        self.changed.set()

    def on_key(self, event: events.Key) -> None:
        self.note(event.key, event.character)

    def on_paste(self, event: events.Paste) -> None:
        self.note("paste", event.text)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.note("mouse", event.screen_x, event.screen_y, event.button)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.note("scroll", event.screen_x, event.screen_y)

    def on_resize(self, event: events.Resize) -> None:
        self.note("size", event.size.width, event.size.height)

    async def has_heard(self, *what: Any) -> None:
        """Wait until it was told something."""
        async with asyncio.timeout(PATIENCE):
            while what not in self.told:
                self.changed.clear()
                await self.changed.wait()

    @property
    def keys(self) -> list[str]:
        """The keys, by name."""
        return [one[0] for one in self.told if one[0] not in {"size", "paste", "mouse", "scroll"}]


class Connected:
    """An app on a terminal."""

    def __init__(self) -> None:
        self.app = Listener()
        self.far = FarEnd()
        self.begun: asyncio.Future[TerminalDriver] = asyncio.get_running_loop().create_future()
        made = partial(TerminalDriver, send=self.far.write, started=self.begun.set_result)
        self.app.driver_class = cast("type[Driver]", made)


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[Listener, TerminalDriver, FarEnd]]:
    """Run an app on a terminal, and hand out both and what the terminal shows."""
    one = Connected()
    task = asyncio.create_task(one.app.run_async(size=(80, 24)))
    driver = await one.begun
    await one.far.shows("a text that stands still")
    try:
        yield one.app, driver, one.far
    finally:
        one.app.exit()
        await task


async def test_keys_arrive_as_keys_wherever_their_bytes_are_cut() -> None:
    async with connected() as (app, driver, _):
        for byte in "\x1b[A\x1b[Bñ你a\r\x01\x1b[1;5C\x1bOP".encode():
            driver.feed(bytes([byte]))
        await app.has_heard("f1", None)
        assert app.keys == ["up", "down", "ñ", "你", "a", "enter", "ctrl+a", "ctrl+right", "f1"]


async def test_bytes_that_are_no_text_are_replaced_and_the_next_key_is_heard() -> None:
    async with connected() as (app, driver, _):
        driver.feed(b"\xff\xfea")
        await app.has_heard("a", "a")
        assert [one[1] for one in app.told if one[0] != "size"] == ["\ufffd", "\ufffd", "a"]


async def test_a_lone_escape_becomes_a_key_without_another_byte() -> None:
    async with connected() as (app, driver, _):
        driver.feed(b"\x1b")
        await app.has_heard("escape", "\x1b")
        assert app.keys == ["escape"]


async def test_pasted_text_is_one_text_and_no_keys() -> None:
    async with connected() as (app, driver, _):
        for piece in (b"\x1b[20", b"0~one ", "zwö\nthr".encode()[:6], "zwö\nthr".encode()[6:], b"ee\x1b[201", b"~x"):
            driver.feed(piece)
        await app.has_heard("x", "x")
        assert ("paste", "one zwö\nthree") in app.told
        assert app.keys == ["x"]


async def test_the_mouse_is_heard_inside_of_the_terminal_only() -> None:
    async with connected() as (app, driver, _):
        driver.feed(b"\x1b[<0;9999;9999M\x1b[<0;5;7M\x1b[<65;2;3M")
        await app.has_heard("scroll", 1.0, 2.0)
        assert [one for one in app.told if one[0] == "mouse"] == [("mouse", 4.0, 6.0, 1)]


async def test_the_line_tells_the_size_and_nobody_else() -> None:
    async with connected() as (app, driver, far):
        driver.feed(b"\x1b[48;9000;9000;0;0t")
        far.screen.resize(30, 100)
        driver.resize(100, 30)
        await app.has_heard("size", 100, 30)
        assert not [one for one in app.told if one[0] == "size" and one[1] == 9000]


async def test_numbers_that_textual_does_not_expect_cost_nothing_but_themselves() -> None:
    async with connected() as (app, driver, _):
        for odd in (
            b"\x1b[1114112u",
            b"\x1b[65:97;1;1u",
            b"\x1b[<;;M",
            b"\x1b[48;1;1;0;0t\x1b[<0;3;3M",
            b"\x1b[99;99R",
        ):
            driver.feed(odd)
        driver.feed(b"z")
        await app.has_heard("z", "z")


async def test_noise_never_ends_the_app_nor_makes_it_deaf() -> None:
    noise = random.Random(7)
    marks = [
        b"\x1b",
        b"[",
        b"<",
        b";",
        b"M",
        b"u",
        b"t",
        b"~",
        b"\x1b[20",
        b"\x9b",
        b"\xf0\x9f",
        b"0",
        b"9" * 20,
        b"\x00",
    ]
    async with connected() as (app, driver, _):
        for _round in range(40):
            driver.feed(b"".join(noise.choice(marks) for _ in range(30)) + noise.randbytes(10).replace(b"\x11", b""))
            await driver.read_by_app()
        driver.feed(b"\x1b[201~" + b" " * 40 + b"\x1b[201~q")
        await app.has_heard("q", "q")


async def test_a_terminal_is_entered_and_given_back_and_asked_nothing() -> None:
    one = Connected()
    task = asyncio.create_task(one.app.run_async(size=(80, 24)))
    driver = await one.begun
    await one.far.shows("a text that stands still")
    one.app.exit()
    await task
    driver.write("too late")
    driver.flush()
    assert bytes(one.far.raw).startswith(ENTER.encode())
    assert bytes(one.far.raw).endswith(LEAVE.encode())
    for left_on in ("?1000h", "?1003h", "?2004h", "?1004h", "?1049h"):
        assert f"\x1b[{left_on[:-1]}l" in LEAVE
    for question in (b"$p", b"\x1b[c", b"\x1b[6n", b"\x1b[>", b"\x1b[?u"):
        assert question not in one.far.raw


async def test_a_line_that_takes_nothing_gets_nothing_and_then_the_whole_screen() -> None:
    async with connected() as (app, driver, far):
        driver.pause()
        before = len(far.raw)
        for number in range(200):
            app.query_one("#still", Static).update(f"picture {number}")
            driver.feed(b"k")
            await driver.read_by_app()
        assert len(far.raw) == before
        assert not driver._written
        far.screen.reset()
        driver.resume()
        await far.shows("picture 199")


async def test_nothing_of_the_host_is_opened_or_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with connected() as (app, driver, far):
        app.open_url("https://example.org")
        app.deliver_text(io.StringIO("secret"), save_directory=tmp_path)
        assert not driver.can_suspend
        driver.suspend_application_mode()
        driver.feed(b"s")
        await app.has_heard("s", "s")
        assert "a text that stands still" in far.text
    assert list(tmp_path.iterdir()) == []

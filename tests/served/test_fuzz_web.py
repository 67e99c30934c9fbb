"""What may come to the web server that no browser sends, beside a student who answers questions in one."""

from __future__ import annotations

import asyncio
import json
import random
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from cequiz.frontends.serve import web
from cequiz.frontends.serve.rules import ServeRules
from tests.frontends.serve.web_stage import PATIENCE, Served, Tab, serving, web_stage
from tests.served.hostile import MARK, Witness, assert_no_fault, soon

_REFUSED = (aiohttp.ClientError, OSError, TimeoutError, EOFError)
"""What a hostile program hears, and does not mind."""


@dataclass
class Seen:
    """The witness's tab, with all bytes that came."""

    tab: Tab
    keys: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    raw: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        draw = self.tab._drawn.feed

        def feed(data: bytes) -> None:
            self.raw.extend(data)
            draw(data)

        vars(self.tab._drawn)["feed"] = feed
        self._typing = asyncio.create_task(self._type())

    async def shows(self, words: str) -> None:
        """Wait until words are on the screen."""
        await self.tab.shows(words)

    def type(self, keys: str) -> None:
        """Press keys."""
        self.keys.put_nowait(keys)

    def forget(self) -> None:
        """Look only at what comes from now on."""
        self.raw.clear()

    async def close(self) -> None:
        """Press nothing more."""
        self._typing.cancel()
        await asyncio.wait({self._typing})

    async def _type(self) -> None:
        while True:
            await self.tab.type(await self.keys.get())


@asynccontextmanager
async def beside_a_witness(
    home: Path, capfd: pytest.CaptureFixture[str], rules: ServeRules | None = None
) -> AsyncIterator[tuple[Served, Witness]]:
    """Serve, with somebody in an exam, and see afterwards that it left no trace of a fault."""
    stage = web_stage(home)
    ana = stage.student()
    stage.student(f"Rui {MARK}", email="rui@example.org")
    sitting = stage.start(ana)
    async with serving(stage, rules=rules) as served, served.browser() as browser, served.tab(browser) as tab:
        await tab.sign_in()
        await tab.shows("Ana Souza")
        await tab.type("\r")
        await tab.shows("(y)")
        await tab.type("y")
        await tab.shows("Question 1 of 4")
        seen = Seen(tab)
        witness = Witness(stage, sitting, seen)
        await witness.answers()
        try:
            yield served, witness
            await witness.answers()
        finally:
            await seen.close()
    assert_no_fault(home, *capfd.readouterr())


async def test_messages_that_no_page_sends(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said: list[str | bytes] = [
        "",
        "nothing",
        "null",
        "[]",
        "{}",
        '["hello"]',
        '["hello", {"width": "80", "height": 24}]',
        '["hello", {"width": 1e400, "height": NaN}]',
        '["hello", {"width": true, "height": -1}]',
        '["stdin", 5]',
        '["stdin", null]',
        '["resize", {"width": 1e999, "height": {}}]',
        '["resize", {"width": 99999999999999999999999, "height": -5}]',
        '["stdin", "\\ud800"]',
        json.dumps(["stdin", f"\x1b]0;{MARK}"]),
        json.dumps(["stdin", f"\x1b[200~{MARK * 8_000}"]),
        json.dumps(["unknown", MARK]),
        "[" * 60_000,
        "9" * 60_000,
        f'["stdin", "{"x" * 60_000}"]',
        b"\xff\x00",
        MARK.encode() * 9_000,
    ]
    async with beside_a_witness(tmp_path, capfd) as (served, witness):
        async with served.browser() as browser:
            for number, message in enumerate(said):
                for hello in (True, False):
                    with suppress(*_REFUSED):
                        async with served.tab(browser, hello=hello) as tab:
                            if isinstance(message, str):
                                await tab.socket.send_str(message)
                            else:
                                await tab.socket.send_bytes(message)
                            if hello:
                                await tab.say("resize", {"width": number * 99, "height": -number})
                                await tab.type(MARK)
                if number % 5 == 0:
                    await witness.answers()
        await witness.answers()


def _frame(opcode: int, body: bytes, *, flags: int = 0x80, masked: bool = True, length: int | None = None) -> bytes:
    """Return a frame as a client sends it, or as none does."""
    size = len(body) if length is None else length
    bit = 0x80 if masked else 0
    if size < 126:
        head = bytes([flags | opcode, bit | size])
    elif size < 2**16:
        head = bytes([flags | opcode, bit | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([flags | opcode, bit | 127]) + size.to_bytes(8, "big")
    return head + (b"\x00" * 4 if masked else b"") + body


_HELLO = _frame(1, b'["hello",{"width":80,"height":24,"visit":null}]')


async def test_frames_that_are_none(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(4)
    bomb = zlib.compress(b"\x00" * 20_000_000)
    sent: list[bytes] = [
        _frame(1, b"\xff\xfe\xfd"),
        _frame(1, b'["stdin","x"]', masked=False),
        _frame(1, b"", length=2**63 - 1),
        _frame(2, b"", length=2**31),
        _frame(1, bomb[:30_000], flags=0xC0),
        _frame(1, b'["std', flags=0) + _frame(0, b'in","x"]'),
        _frame(0, b"a rest of nothing"),
        _frame(1, b"[", flags=0) * 3,
        (_frame(1, b"[", flags=0) + _frame(0, b"[" * 100, flags=0) * 2_000),
        _frame(9, b"p" * 125) * 5_000,
        _frame(9, b"p" * 200),
        _frame(10, b"") * 5_000,
        _frame(8, b"\x03"),
        _frame(8, b"\x00\x00\xff\xff"),
        _frame(3, b"reserved"),
        _frame(15, b"reserved"),
        _frame(1, b'["stdin","j"]') * 3_000,
        _frame(1, json.dumps(["stdin", "j" * 10_000]).encode()),
        chance.randbytes(5_000),
        b"GET / HTTP/1.1\r\n\r\n",
    ]
    async with beside_a_witness(tmp_path, capfd) as (served, witness), served.browser() as browser:
        cookies = "; ".join(f"{one.key}={one.value}" for one in browser.cookie_jar)
        for number, data in enumerate(sent):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(_upgrade(served, cookies))
            assert b"101" in await reader.readline()
            with suppress(*_REFUSED):
                writer.write(_HELLO * (number % 2) + data)
                await writer.drain()
                await witness.answers()
            writer.transport.abort()
        await soon(lambda: "Saved" in witness_words(witness))


def witness_words(witness: Witness) -> str:
    """Return what the witness's screen shows."""
    terminal = witness._terminal
    assert isinstance(terminal, Seen)
    return terminal.tab.text


def _upgrade(served: Served, cookies: str, more: str = "") -> bytes:
    return (
        f"GET /line HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nOrigin: {served.origin}\r\nCookie: {cookies}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: cequiz.1\r\n{more}\r\n"
    ).encode()


async def test_requests_that_no_browser_makes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    host = b"Host: 127.0.0.1\r\n"
    asked = [
        b"",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"SSH-2.0-wrong\r\n",
        b"GET / HTTP/9.9\r\n" + host + b"\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /%00%ff%zz HTTP/1.1\r\n" + host + b"\r\n",
        b"GET //evil.example/ HTTP/1.1\r\n" + host + b"\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\n" + host + b"\r\n",
        b"GET http://[::1 HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /certificate/" + MARK.encode() * 500 + b" HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /certificate/%00%e2%80%ae HTTP/1.1\r\n" + host + b"Cookie: cequiz=\xff\xfe; =;;=\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:99999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: [::1%25x]\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + host + host + b"\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + host + b"X: y\r\n" * 20_000 + b"\r\n",
        b"GET / HTTP/1.1\r\n" + host + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + host + b"Content-Length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + host + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
        b"GET / HTTP/1.1\r\n" + host + b"Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnotgzippd",
        b"GET / HTTP/1.1\r\n" + host + b"Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc",
        b"GET / HTTP/1.1\r\n" + host + b"Expect: 100-continue\r\nContent-Length: 10\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + host + b"Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 10_000,
        b"CONNECT evil.example:443 HTTP/1.1\r\n" + host + b"\r\n",
        b"OPTIONS * HTTP/1.1\r\n" + host + b"\r\n",
        b"\x00\x01 / HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n" * 50,
        b"GET /line HTTP/1.1\r\n" + host + b"Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://127.0.0.1\r\n"
        b"Sec-WebSocket-Protocol: cequiz.1\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: \xff\r\n\r\n",
        b"GET /line HTTP/1.1\r\n" + host + b"Origin: http://127.0.0.1\r\nSec-WebSocket-Protocol: cequiz.1\r\n\r\n",
    ]
    async with beside_a_witness(tmp_path, capfd) as (served, witness):
        for number, request in enumerate(asked):
            answer = await _ask(served, request)
            assert b"root:" not in answer
            assert not answer.startswith(b"HTTP/1.1 5"), (request[:200], answer[:200])
            assert MARK.encode() not in answer
            if number % 6 == 0:
                await witness.answers()


async def _ask(served: Served, request: bytes) -> bytes:
    """Send a request as it is, and return what is answered until the line closes, or nothing comes for a while."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    answer = bytearray()
    with suppress(*_REFUSED):
        writer.write(request)
        writer.write_eof()
        async with asyncio.timeout(2):
            while data := await reader.read(65_536):
                answer += data
    writer.transport.abort()
    return bytes(answer)


async def test_connections_that_say_little_and_slowly_are_closed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with beside_a_witness(tmp_path, capfd) as (served, witness):
        monkeypatch.setattr(web, "_SECONDS_TO_TAKE", 0.5)  # not for the witness, who has to load a page first
        slow = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(40)]
        try:
            async with asyncio.timeout(PATIENCE):
                while not all(reader.at_eof() for reader, _ in slow):
                    for reader, writer in slow:
                        with suppress(OSError):
                            writer.write(b"G")
                            await asyncio.wait_for(reader.read(1_000), 0.001)
                    await witness.answers()
        except TimeoutError:
            raise AssertionError("a connection that never asks is still open") from None
        finally:
            for _, writer in slow:
                writer.transport.abort()

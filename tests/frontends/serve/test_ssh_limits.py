"""What one person, or one program, can take from everybody else over SSH: not much."""

from __future__ import annotations

import asyncio
import random
import socket
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

import asyncssh
import pytest

from cequiz.domain.people.student import Student
from cequiz.errors import NotAllowed
from cequiz.frontends.serve import session, ssh, ssh_door, ssh_line
from cequiz.frontends.serve.journal import LOG
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.ssh_door import MOST_TRIES, Door, SignIn
from cequiz.frontends.serve.ssh_gate import Gate, Place
from cequiz.services.standing import SignedIn
from tests.frontends.serve.ssh_stage import PATIENCE, Person, Served, screens, serving
from tests.frontends.tui.stage import PASSPHRASE
from tests.services.earned import earn, issue, set_school

_ENDLESS = 2**31 - 1
"""A window of bytes that nobody waits for."""


async def test_who_only_stands_at_the_door_makes_room_for_whoever_comes(tmp_path: Path) -> None:
    """If this fails, a handful of silent connections shuts a whole school out."""
    async with serving(tmp_path, rules=ServeRules(most_per_address=2)) as served:
        student = served.stage.student()
        silent = [await _knock(served) for _ in range(3)]
        await served.until(lambda: len(served.doors) == 3)
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Ana Souza")
            await _closed(silent[0])
            assert not silent[1][0].at_eof(), "the oldest makes room, and nobody else"
            assert not silent[2][0].at_eof()
        await _leave(*silent)
    assert "made room 127.0.0.1" in (tmp_path / LOG).read_text()


async def test_a_guest_who_makes_room_reads_why(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, rules=ServeRules(most_per_address=1)) as served,
        served.client("exam", None) as first,
        screens(first) as screen,
    ):
        await screen.shows("Welcome. Sign in")
        async with served.client("exam", None) as second:
            await screen.shows("had to make room")
            async with asyncio.timeout(PATIENCE):
                await first.wait_closed()
            assert not second.is_closed()


async def test_who_is_turned_away_reads_a_sentence(tmp_path: Path) -> None:
    """Also before any keys are exchanged; the program of whoever comes shows it and ends."""
    async with serving(tmp_path, rules=ServeRules(most_per_address=1)) as served:
        student = served.stage.student()
        async with AsyncExitStack() as stack:
            for _ in range(3):
                await stack.enter_async_context(served.client(student.email))
            with pytest.raises(asyncssh.DisconnectError, match="Too many people are at the door"):
                await stack.enter_async_context(served.client(student.email))
        await served.until(lambda: not served.doors)
    assert "turned away 127.0.0.1" in (tmp_path / LOG).read_text()


def test_the_gate_counts_a_network_of_the_sixth_version_as_one_and_forgets_who_left() -> None:
    gate = Gate(ServeRules(most_sessions=3, most_per_address=1))
    busy = partial(gate.enter, put_out=lambda: False)
    place = busy("2001:db8::1")
    assert place is not None
    assert busy("2001:db8::ffff") is None
    assert busy("::ffff:192.0.2.1") is not None
    assert busy("192.0.2.1") is None
    gate.pass_in(place)
    for _ in range(2):
        inside = busy("2001:db8::2")
        assert inside is not None
        gate.pass_in(inside)
    assert busy("2001:db8::3") is None, "three connections for one session are enough"
    gate.leave(place)
    gate.leave(place)
    assert busy("2001:db8::3") is not None
    assert vars(gate)["_open"].keys() == {"2001:db8::", "192.0.2.1"}


def test_strangers_have_half_of_the_connections_and_the_oldest_one_makes_room() -> None:
    gate, out = Gate(ServeRules(most_sessions=2, most_per_address=2)), list[str]()

    def come(name: str, *, working: bool = False) -> Place | None:
        def put_out() -> bool:
            if not working:
                out.append(name)
            return not working

        return gate.enter(f"192.0.2.{name}", put_out=put_out)

    for name in ("1", "2", "3"):
        assert come(name, working=name == "1")
    inside = come("4")
    assert inside is not None
    assert out == ["2"], "the first one waits for the server, which puts nobody out"
    gate.pass_in(inside)
    assert come("5")
    assert come("6")
    assert out == ["2", "3"], "a student who is in is nobody's room"


async def test_the_door_waits_for_people_and_cuts_nobody_off_who_waits_for_it() -> None:
    """If this fails, half a school that comes at once is cut off without a word."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(name: str, passphrase: str, *, new: str | None, address: str) -> SignedIn:
        begun.set()
        await go_on.wait()
        raise NotAllowed("No.")

    door, connection, log = _door(ServeRules(sign_in_seconds=0.0, refusal_seconds=0.0), slow)
    trying = asyncio.create_task(door.validate_password("ana", "words"))
    await begun.wait()
    for _ in range(20):
        await asyncio.sleep(0)
    assert not log, "the server is slow, not she"
    go_on.set()
    assert not await trying
    async with asyncio.timeout(PATIENCE):
        await connection.ended.wait()
    assert "nobody signed in within 0 s" in log[-1]


async def test_who_guesses_is_slow() -> None:
    async def refuse(name: str, passphrase: str, *, new: str | None, address: str) -> SignedIn:
        raise NotAllowed("No.")

    door, _, _ = _door(ServeRules(refusal_seconds=0.2), refuse)
    before = asyncio.get_running_loop().time()
    assert not await door.validate_password("ana", "words")
    assert asyncio.get_running_loop().time() - before >= 0.19


async def test_when_the_server_is_full_the_next_one_reads_a_sentence(tmp_path: Path) -> None:
    async with serving(tmp_path, rules=ServeRules(most_sessions=1)) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Ana Souza")
            async with screens(connection) as second:
                await second.shows("Too many people are signed in at the moment.")
                async with asyncio.timeout(PATIENCE):
                    await second.process.wait_closed()
                assert second.process.exit_status == 3
            done = await connection.run("plain", input="")
            assert "Too many people" in str(done.stdout)
            assert done.exit_status == 3


async def test_three_wrong_passphrases_end_the_connection(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        served.stage.student()
        person = Person(*[["not the passphrase"]] * 10)
        with pytest.raises(asyncssh.DisconnectError):
            async with served.client("ana@example.org", None, client_factory=lambda: person):
                pass
        assert len(person.asked) == MOST_TRIES


async def test_a_hundred_tries_at_once_are_counted_before_any_is_looked_at() -> None:
    looked_at = 0

    async def refuse(name: str, passphrase: str, *, new: str | None, address: str) -> SignedIn:
        nonlocal looked_at
        looked_at += 1
        await asyncio.sleep(0)
        raise NotAllowed("No.")

    door, connection, _ = _door(ServeRules(refusal_seconds=0.0), refuse)
    found = await asyncio.gather(*(door.validate_password("ana", f"try {number}") for number in range(100)))
    assert looked_at == MOST_TRIES
    assert not any(found)
    assert connection.closed


async def test_changing_the_name_again_and_again_ends_the_connection() -> None:
    door, connection, _ = _door(ServeRules(), cast(Any, None))
    for number in range(10):
        assert door.begin_auth(f"student-{number}")
    assert not connection.closed
    door.begin_auth("one more")
    assert connection.closed


async def test_who_exchanges_keys_all_the_time_is_hung_up_on(tmp_path: Path) -> None:
    """If this fails, one connection can keep the server busy with nothing."""
    async with serving(tmp_path) as served, served.client("exam", None) as connection:
        for _ in range(20):
            connection._send_kexinit()
            connection._kexinit_sent = True
            with suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    while not connection._kex_complete:
                        await asyncio.sleep(0.01)
        await served.until(lambda: not served.doors)


async def test_who_says_nothing_is_not_waited_for(tmp_path: Path) -> None:
    async with serving(tmp_path, rules=ServeRules(sign_in_seconds=0.2)) as served:
        silent = await _knock(served)
        await _closed(silent)
        await _leave(silent)


async def test_a_channel_on_which_nothing_is_asked_for_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_line, "_SILENT", 0.1)
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection:

            def nothing() -> asyncssh.SSHClientSession[bytes]:
                raise LookupError  # the channel is open by now, and nothing is ever asked for on it

            with pytest.raises(LookupError):
                await connection.create_session(nothing)
            (door,) = served.doors
            assert len(door.lines) == 1
            await served.until(lambda: not door.lines)


async def test_a_connection_without_a_channel_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_door, "_EMPTY_SECONDS", 0.1)
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection:
            await connection.run("nothing")
            async with asyncio.timeout(PATIENCE):
                await connection.wait_closed()


async def test_a_connection_opens_so_many_channels_and_no_more(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection:
            opened = [await connection.create_process("plain", encoding=None) for _ in range(4)]
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.create_process("plain")
            opened[0].close()
            await opened[0].wait_closed()
            (door,) = served.doors
            await served.until(lambda: len(door.lines) == 3)
            assert (await connection.run("nothing")).exit_status == 2


async def test_a_flood_of_variables_and_sizes_is_not_kept(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        flood = {f"NAME_{number}": "x" * 1_000 for number in range(500)}
        async with served.client(student.email) as connection, screens(connection, env=flood) as screen:
            await screen.shows("Ana Souza")
            (door,) = served.doors
            (line,) = door.lines
            assert line.channel.get_environment() == {}
            for number in range(2_000):
                screen.process.change_terminal_size(60 + number % 60, 30)
            screen.process.change_terminal_size(100, 31)
            app = served.session.app
            assert app is not None
            await served.until(lambda: tuple(app.size) == (100, 31))


async def test_a_line_that_takes_nothing_is_not_drawn_for_and_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_SETTLING", 0.0)  # so that there is much to draw
    async with serving(tmp_path, rules=ServeRules(slow_line_seconds=0.5)) as served:
        student = served.stage.student()
        connection = await _connect_narrowly(served, student)
        async with connection, screens(connection, window=_ENDLESS) as screen:
            await screen.shows("Ana Souza")
            (door,) = served.doors
            most = 0
            _read_nothing(connection)
            async with asyncio.timeout(PATIENCE):
                while served.host.guests:
                    screen.process.change_terminal_size(100, random.randint(50, 100))
                    most = max(most, _unsent(door))
                    await asyncio.sleep(0.01)
            assert most < 500_000
            connection.abort()


async def test_who_asks_for_files_and_reads_nothing_fills_no_memory(tmp_path: Path) -> None:
    async with serving(tmp_path, rules=ServeRules(slow_line_seconds=0.5)) as served:
        student = served.stage.student()
        set_school(served.stage.ports)
        earn(served.stage.ports, student.id)
        record = issue(served.stage.ports, student.id)
        connection = await _connect_narrowly(served, student)
        async with connection:
            process = await connection.create_process(subsystem="sftp", encoding=None, window=_ENDLESS)
            (door,) = served.doors
            path = f"certificates/{record.number}.pdf".encode()
            process.stdin.write(_packet(b"\x01", 3))
            process.stdin.write(_packet(b"\x03", 1, path, 1, 0))
            await process.stdout.read(1)
            _read_nothing(connection)
            most = 0
            async with asyncio.timeout(PATIENCE):
                while served.doors:
                    with suppress(OSError):
                        for number in range(2, 200):
                            process.stdin.write(_packet(b"\x05", number, b"\x00" * 4, 0, 0, 1 << 20))
                    most = max(most, _unsent(door))
                    await asyncio.sleep(0.01)
            assert 0 < most < 1_000_000
            connection.abort()


async def test_a_line_that_is_dead_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh, "_KEEPALIVE", 0.1)
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Ana Souza")
            _read_nothing(connection)
            await served.until(lambda: not served.host.guests and not served.doors)
            connection.abort()


async def test_noise_disturbs_nobody_and_leaves_no_trace_of_a_fault(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(7)
    async with serving(tmp_path) as served:
        student = served.stage.student()
        served.stage.start(student).leave(orderly=False)
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Question 1 of 4")
            for _ in range(30):
                reader, writer = await _knock(served)
                start = chance.choice(
                    [b"", b"SSH-2.0-noise\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x00\x00\x00\x0c\x0a\x14"]
                )
                writer.write(start + chance.randbytes(chance.randint(0, 3_000)))
                await _leave((reader, writer))
            async with served.client("exam", None) as other, screens(other) as noisy:
                await noisy.shows("Sample exam")
                for _ in range(40):
                    noisy.process.stdin.write(chance.randbytes(chance.randint(1, 200)))
                screen.forget()
                screen.type("b")
                await screen.shows("Saved: B.")
    log = (tmp_path / "cequiz-serve.log").read_text()
    assert "in the loop" not in log
    assert not (tmp_path / "cequiz-errors.log").exists()
    said = capfd.readouterr()
    assert "Traceback" not in said.out + said.err


async def test_a_screen_that_is_opened_while_everything_closes_is_no_fault(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Ana Souza")
            app = served.session.app
            assert app is not None

            def leave_and_open() -> None:
                app.exit()
                app.action_help()

            app.call_later(leave_and_open)
            async with asyncio.timeout(PATIENCE):
                await screen.process.wait_closed()
            assert screen.process.exit_status == 0
            assert "Something unexpected" not in screen.text
    assert not (tmp_path / "cequiz-errors.log").exists()


async def test_what_nobody_expected_is_a_sentence_for_one_and_nothing_for_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError(PASSPHRASE)

    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Ana Souza")
            with monkeypatch.context() as patched:
                patched.setattr(ssh, "sign_in", broken)
                person = Person([PASSPHRASE], [PASSPHRASE], [PASSPHRASE])
                with pytest.raises(asyncssh.Error):
                    async with served.client(student.email, None, client_factory=lambda: person):
                        pass
                assert "Something unexpected happened (ZeroDivisionError)" in person.asked[1][0]
            with monkeypatch.context() as patched:
                patched.setattr(ssh_line, "PlainSession", broken)
                done = await connection.run("plain")
                assert done.exit_status == 4
                assert "Something unexpected happened (ZeroDivisionError)" in str(done.stderr)
            screen.forget()
            screen.type("?")
            await screen.shows("Esc")
    assert PASSPHRASE not in (tmp_path / "cequiz-errors.log").read_text()
    said = capfd.readouterr()
    assert "Traceback" not in said.out + said.err


class _Connection:
    """The little of a connection that a door asks of it while nobody is in."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    @property
    def closed(self) -> bool:
        """Whether it was."""
        return self.ended.is_set()

    def get_extra_info(self, name: str, default: object = None) -> object:
        """Return the ends."""
        return {"peername": ("192.0.2.7", 40_000), "sockname": ("192.0.2.1", 8022)}.get(name, default)

    def _send_kexinit(self) -> None:
        """Exchange no keys."""

    def send_packet(self, kind: int, *parts: bytes) -> None:
        """Send nothing."""

    def disconnect(self, code: int, reason: str) -> None:
        """Note it."""
        self.ended.set()


def _door(rules: ServeRules, sign_in: SignIn) -> tuple[Door, _Connection, list[str]]:
    """Return a door, the connection that stands at it, and what it logs."""
    log: list[str] = []
    door = Door(
        gate=Gate(rules),
        rules=rules,
        sign_in=sign_in,
        banner="",
        told=lambda error: error.whole,
        log=log.append,
        channel=lambda _: cast(Any, None),
        gone=lambda _: None,
    )
    connection = _Connection()
    door.connection_made(cast(Any, connection))
    return door, connection, log


async def _connect_narrowly(served: Served, student: Student) -> asyncssh.SSHClientConnection:
    """Connect with little room on the network for what is not read."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", served.port))
    return await asyncssh.connect(
        sock=narrow, username=student.email, password=PASSPHRASE, known_hosts=None, config=None
    )


def _read_nothing(connection: asyncssh.SSHClientConnection) -> None:
    """Take nothing more from the network, as a program or a machine that sleeps."""
    transport = connection._transport
    assert isinstance(transport, asyncio.ReadTransport)
    transport.pause_reading()


def _unsent(door: Door) -> int:
    """Return the bytes that the server keeps for a connection."""
    transport = door.connection._transport
    return transport.get_write_buffer_size() if isinstance(transport, asyncio.WriteTransport) else 0


def _packet(kind: bytes, *parts: int | bytes) -> bytes:
    """Return a packet of the file protocol; an offset is two numbers."""
    body = kind + b"".join(
        part.to_bytes(4, "big") if isinstance(part, int) else len(part).to_bytes(4, "big") + part for part in parts
    )
    return len(body).to_bytes(4, "big") + body


RawLine = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _knock(served: Served) -> RawLine:
    """Connect and say nothing."""
    return await asyncio.open_connection("127.0.0.1", served.port)


async def _closed(line: RawLine) -> None:
    """Wait until the server has closed a line."""
    async with asyncio.timeout(PATIENCE):
        with suppress(ConnectionError):
            while await line[0].read(1_024):
                pass


async def _leave(*lines: RawLine) -> None:
    for _, writer in lines:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

"""What a program may send to the SSH server that is no student's, beside a student who answers questions."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from asyncssh.channel import SSHChannel, SSHClientChannel
from asyncssh.packet import Boolean, String, UInt32

from tests.frontends.serve.ssh_stage import Screen, Served, screens, serving
from tests.served.hostile import MARK, Witness, assert_no_fault, foreign, soon

_REFUSED = (asyncssh.Error, OSError, ValueError, EOFError)
"""What a hostile program hears, and does not mind."""


@asynccontextmanager
async def beside_a_witness(home: Path, capfd: pytest.CaptureFixture[str]) -> AsyncIterator[tuple[Served, Witness]]:
    """Serve, with somebody in an exam, and see afterwards that it left no trace of a fault."""
    async with serving(home) as served:
        ana = served.stage.student()
        served.stage.student(f"Rui {MARK}", email="rui@example.org")
        sitting = served.stage.start(ana)
        async with served.client(ana.email) as connection, screens(connection) as screen:
            await soon(lambda: "Question 1 of 4" in screen.text or "(y)" in screen.text)
            if "Question 1 of 4" not in screen.text:
                screen.type("y")
            await screen.shows("Question 1 of 4")
            witness = Witness(served.stage, sitting, screen)
            await witness.answers()
            yield served, witness
            await witness.answers()
    assert_no_fault(home, *capfd.readouterr())


async def test_noise_and_cut_greetings_on_many_connections(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(3)
    greetings = [
        b"",
        b"SSH-2.0-noise\r\n",
        b"SSH-1.5-old\r\n",
        b"SSH-2.0-" + MARK.encode() * 2_000 + b"\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"SSH-2.0-n\r\n\xff\xff\xff\xff\x00",
        b"SSH-2.0-n\r\n\x00\x00\x00\x0c\x0a\x14",
        b"SSH-2.0-n\r\n\x00\x00\x00\x0c\x0b\x05" + b"\x00" * 10,
        b"\r\n" * 5_000,
    ]
    async with beside_a_witness(tmp_path, capfd) as (served, witness):

        async def knock(number: int) -> None:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
                writer.write(greetings[number % len(greetings)] + chance.randbytes(chance.randint(0, 2_000)))
                if number % 3:
                    writer.write_eof()
                    async with asyncio.timeout(5):
                        await reader.read(1_000)
                writer.transport.abort()

        for _ in range(6):
            await asyncio.gather(*(knock(number) for number in range(10)), return_exceptions=True)
            await witness.answers()
        await soon(lambda: len(served.doors) == 1)


async def test_requests_that_no_student_makes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    asked: list[tuple[bytes, tuple[bytes, ...]]] = [
        (b"env", (String("LD_PRELOAD"), String("/x"))),
        (b"env", (String("LANG"), String(b"\xff\x00\x1b]0;x\x07"))),
        (b"env", (String("LANG"),)),
        (b"env", (b"\xff\xff\xff\xff",)),
        (b"env", (String(b"\xff\xfe"), String(b""))),
        (b"x11-req", (Boolean(False), String("MIT"), String("00"), UInt32(0))),
        (b"auth-agent-req@openssh.com", ()),
        (b"subsystem", (String("netconf"),)),
        (b"subsystem", (String(b"\xff\xfe"),)),
        (b"exec", (String(b"\xff\xfe\x00"),)),
        (b"exec", (b"\x00\x00\x00\x09ab",)),
        (b"signal", (String("KILL"),)),
        (b"signal", (String(b"\xff"),)),
        (b"break", (UInt32(2**32 - 1),)),
        (b"window-change", (UInt32(2**32 - 1), UInt32(0), UInt32(2**32 - 1), UInt32(0))),
        (b"window-change", (b"\x00",)),
        (b"pty-req", (String(b"\xff\x1b[2J"), *(UInt32(2**32 - 1),) * 4, String(b"\x81\x00"))),
        (b"pty-req", (String("x" * 60_000), *(UInt32(0),) * 4, String(b"\x00"))),
        (b"pty-req", (String("xterm"),)),
        (b"exit-status", (UInt32(0),)),
        (b"\xff\xfe", ()),
        (b"shell", (b"more",)),
        (b"shell", ()),
        (b"shell", ()),
        (b"x" * 60_000, ()),
    ]
    answered = 0
    async with beside_a_witness(tmp_path, capfd) as (served, witness):
        for user, password in (("exam", None), ("rui@example.org", "correct horse battery")):
            for number, (name, parts) in enumerate(asked):
                with suppress(*_REFUSED):
                    async with asyncio.timeout(4), served.client(user, password) as connection:
                        channel = await _bare(connection)
                        await channel._make_request(name, *parts)
                        answered += 1
                        await channel._make_request(b"window-change", *(UInt32(number),) * 4)
                if number % 6 == 0:
                    await witness.answers()
        for sizes in (0, 2**32 - 1):
            async with served.client("rui@example.org") as connection:
                channel = await _bare(connection)
                modes = String(b"\x81\xff\xff\xff\xff\x00")
                assert await channel._make_request(b"pty-req", String("xterm\x1b]0;x"), *(UInt32(sizes),) * 4, modes)
                assert await channel._make_request(b"shell")
                await soon(lambda: len(served.host.guests) > 1)
                await witness.answers()
        assert answered > len(asked), "most requests are answered, with a no"


async def test_nothing_is_forwarded_and_no_command_of_the_host_runs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with beside_a_witness(tmp_path, capfd) as (served, witness):
        async with served.client("rui@example.org") as connection:
            ways: list[Callable[[], Awaitable[Any]]] = [
                lambda: connection.open_connection("127.0.0.1", served.port),
                lambda: connection.open_unix_connection("/tmp/x"),
                lambda: connection.start_server(lambda *_: None, "", 0),
                lambda: connection.start_unix_server(lambda *_: None, "/tmp/x"),
                connection.open_tun,
            ]
            for way in ways:
                with pytest.raises((asyncssh.Error, asyncssh.ChannelListenError)):
                    await way()
        for command in (
            "sh",
            "rm -rf /",
            f"{MARK}\x1b]0;x\x07",
            "x" * 30_000,
            "plain a b c",
            "plain \x1b[2J",
        ):
            async with served.client("rui@example.org") as connection:
                done = await connection.run(command, input="", encoding=None)
                assert done.exit_status
                told = bytes(done.stdout or b"") + bytes(done.stderr or b"")  # type: ignore[arg-type]  # bytes, as asked for
                assert not foreign(told), told
        await witness.answers()


async def test_packets_of_files_that_are_none(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(5)
    packets = [
        b"\xff\xff\xff\xff\x01",
        b"\x00\x00\x00\x00",
        b"\x00\x00\x00\x05\x01\xff\xff\xff\xff",
        b"\x00\x00\x00\x01\x03",
        *(_framed(bytes([kind]) + chance.randbytes(chance.randint(0, 60))) for kind in [*range(1, 24), 200, 255]),
        *(
            _framed(bytes([kind]) + b"\x00\x00\x00\x01\x00\x00\x00\x0b/etc/passwd" + b"\x00" * 20)
            for kind in range(3, 22)
        ),
    ]
    heard = 0
    async with beside_a_witness(tmp_path, capfd) as (served, witness):
        for number, packet in enumerate(packets):
            with suppress(*_REFUSED, TimeoutError):
                async with asyncio.timeout(5), served.client("rui@example.org") as connection:
                    process = await connection.create_process(subsystem="sftp", encoding=None)
                    if number % 2:
                        process.stdin.write(_framed(b"\x01\x00\x00\x00\x03"))
                    process.stdin.write(packet)
                    process.stdin.write_eof()
                    told = await process.stdout.read()
                    assert b"root:" not in told
                    heard += bool(told)
            if number % 10 == 0:
                await witness.answers()
    assert heard > len(packets) // 3, "there was a server to be hostile to"


async def test_keys_in_one_packet_sizes_in_a_storm_and_noise_on_open_screens(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(9)
    async with beside_a_witness(tmp_path, capfd) as (served, witness):
        async with served.client("rui@example.org") as connection, screens(connection) as screen:
            await screen.shows("Rui")
            for _ in range(8):
                _shower(screen, chance)
                for number in range(100):
                    screen.process.change_terminal_size(number * 977 % 90_000, number * 31 % 50_000)
                await witness.answers()
            assert not foreign(bytes(screen.raw))
        async with served.client("exam", None) as connection:
            line = await connection.create_process("plain", encoding=None, term_type="dumb")
            for _ in range(8):
                with suppress(*_REFUSED):
                    line.stdin.write(chance.randbytes(200) + MARK.encode() * 10 + b"\x1b]0;x\x07\r\n")
                await witness.answers()
            line.close()


async def test_who_goes_in_the_middle_of_signing_in_leaves_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with beside_a_witness(tmp_path, capfd) as (served, witness):
        for patience in range(12):
            with suppress(*_REFUSED, TimeoutError):
                async with asyncio.timeout(patience / 50), served.client(f"{MARK}\x1b[2J@{patience}", "x" * 1_000):
                    pass
        for user in ("", "\x00", "x" * 20_000, "../../etc/passwd", "' or 1=1 --", "\u202eexam"):
            with suppress(*_REFUSED):
                async with served.client(user, MARK):
                    pass
        await witness.answers()
        await soon(lambda: len(served.doors) == 1)
        assert len(served.host.guests) == 1


async def _bare(connection: asyncssh.SSHClientConnection) -> SSHClientChannel[bytes]:
    """Open a channel on which nothing has been asked for yet."""
    channel: SSHClientChannel[bytes] = SSHClientChannel(
        connection, asyncio.get_running_loop(), "strict", None, "strict", 65_536, 32_768
    )
    await SSHChannel._open(channel, b"session")
    channel._session = asyncssh.SSHClientSession()
    channel.resume_reading()
    return channel


def _framed(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body


def _shower(screen: Screen, chance: random.Random) -> None:
    """Send a packet full of keys, or of noise."""
    with suppress(*_REFUSED):
        screen.process.stdin.write(
            chance.choice([b"j" * 10_000, b"?\x1b" * 500, chance.randbytes(3_000), b"\x1b[<0;9999999999;1M" * 200])
        )

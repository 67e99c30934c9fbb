"""`cequiz serve ssh`: the program that serves, with a real client, real signals and a real store."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path

import asyncssh
import pytest
import yaml

from cequiz.frontends.cli import serve
from cequiz.frontends.serve.ssh_keys import NAME, fingerprint, load_or_make_host_key
from tests.builders import bank_json, course_json
from tests.frontends.cli.test_end_to_end import cequiz, environment
from tests.frontends.desks import command, fake_ports
from tests.frontends.serve.ssh_stage import PATIENCE, Screen, screens

PASSPHRASE = "a passphrase of four words"

_STARTS = 60.0
"""Seconds for a program to start on a machine that is busy."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small course."""
    files = tmp_path_factory.mktemp("files")
    (files / "bank.yaml").write_text(yaml.safe_dump(bank_json()), encoding="utf-8")
    (files / "course.yaml").write_text(yaml.safe_dump(course_json()), encoding="utf-8")
    made = tmp_path_factory.mktemp("home") / "cequiz"
    assert cequiz(made, "course", "load", str(files / "course.yaml")).returncode == 0
    return made


def somebody(home: Path, email: str) -> str:
    """Add a student who has a passphrase, and return the id."""
    student = cequiz(home, "student", "add", "--name", "Sample", "--email", email).stdout.strip()
    assert cequiz(home, "student", "reset-passphrase", student, typed=f"{PASSPHRASE}\n").returncode == 0
    return student


@asynccontextmanager
async def server(home: Path, *options: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int, str]]:
    """Run the program until it listens; what it said is given with its port."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cequiz", "serve", "ssh", "--host", "127.0.0.1", *options),
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert program.stderr is not None
    said = ""
    try:
        async with asyncio.timeout(_STARTS):
            while "Students connect" not in said:
                line = await program.stderr.readline()
                assert line, said
                said += line.decode()
        found = re.search(r"port (\d+)", said)
        assert found is not None
        yield program, int(found[1]), said
    finally:
        if program.returncode is None:
            program.kill()
        await program.wait()


@asynccontextmanager
async def at_the_screen(port: int, user: str) -> AsyncIterator[Screen]:
    """Sit at the screens of a server."""
    connection = await asyncssh.connect(
        "127.0.0.1", port, username=user, password=PASSPHRASE, known_hosts=None, client_keys=None, config=None
    )
    async with connection, screens(connection) as screen:
        yield screen
        connection.abort()


async def ended(program: asyncio.subprocess.Process) -> int:
    """Wait for the program's end and return its exit code."""
    async with asyncio.timeout(PATIENCE):
        return await program.wait()


async def test_the_program_serves_until_it_is_told_to_end(home: Path) -> None:
    async with server(home, "--port", "0", "--name", "exams.example.org:22") as (program, port, said):
        assert fingerprint(load_or_make_host_key(home / "keys" / NAME)) in said
        assert "ssh -p 22 exam@exams.example.org" in said
        async with at_the_screen(port, somebody(home, "told@example.org")) as screen:
            await screen.shows("Sample exam")
            program.send_signal(signal.SIGTERM)
            await screen.shows("The server is being restarted.")
        assert await ended(program) == 0


async def test_students_are_told_a_name_that_they_can_reach(home: Path) -> None:
    async with server(home, "--port", "0", "--host", "0.0.0.0") as (_, port, said):
        assert f"ssh -p {port} exam@{socket.gethostname()}" in said
        assert "exam@0.0.0.0" not in said


async def test_every_answer_that_was_shown_as_saved_outlives_a_server_that_is_killed(home: Path) -> None:
    student = somebody(home, "killed@example.org")
    async with server(home, "--port", "0") as (program, port, _), at_the_screen(port, student) as screen:
        await screen.shows("Sample exam")
        screen.type("\r")
        await screen.shows("Accept")
        screen.type("a")
        screen.type("s")
        await screen.shows("Question 1 of 4")
        for number in range(2):
            screen.forget()
            screen.type("c")
            await screen.shows("Saved: C.")
            screen.forget()
            screen.type("n")
            await screen.shows(f"Question {number + 2} of 4")
        program.kill()
        await ended(program)
    async with server(home, "--port", "0") as (program, port, _):
        async with at_the_screen(port, student) as screen:
            await screen.shows("Question 2 of 4", "2 answered", "Saved: C.")
        program.send_signal(signal.SIGINT)
        assert await ended(program) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="several processes on one port need SO_REUSEPORT")
async def test_workers_share_a_port_and_a_student_may_reach_any_of_them(home: Path) -> None:
    student = somebody(home, "hops@example.org")
    async with server(home, "--port", "0", "--workers", "2") as (program, port, _):
        for _ in range(6):
            async with at_the_screen(port, student) as screen:
                await screen.shows("Sample exam")
        program.send_signal(signal.SIGTERM)
        assert await ended(program) == 0
    log = (home / "cequiz-serve.log").read_text()
    assert f"signed in {student}" in log


def test_a_port_that_is_taken_is_a_sentence_and_the_environments_exit_code(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ran = command(fake_ports(tmp_path), "serve", "ssh", "--host", "127.0.0.1", "--port", port, home=tmp_path)
    assert ran.code == 4
    assert port in ran.err
    assert "--port" in ran.err


def test_without_the_library_the_program_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(serve, "find_spec", nothing)
    ran = command(fake_ports(tmp_path), "serve", "ssh", home=tmp_path)
    assert ran.code == 4
    assert "asyncssh" in ran.err
    assert "pip install 'cequiz[serve]'" in ran.err


@pytest.mark.parametrize("name", ["exams example", "exams.example.org:port", "exams:0", "a:99999", ";rm", "[::1"])
def test_a_name_that_is_none_is_refused_before_anything_is_made(tmp_path: Path, name: str) -> None:
    ran = command(fake_ports(tmp_path), "serve", "ssh", "--name", name, home=tmp_path / "home")
    assert ran.code == 2
    assert name in ran.err
    assert not (tmp_path / "home").exists()


def test_names_may_come_with_a_port_and_may_be_addresses() -> None:
    assert serve.public_name("", 8022) is None
    assert serve.public_name("exams.example.org", 8022) == ("exams.example.org", 8022)
    assert serve.public_name("exams.example.org:22", 8022) == ("exams.example.org", 22)
    assert serve.public_name("[2001:db8::1]:22", 8022) == ("2001:db8::1", 22)
    assert serve.public_name("[2001:db8::1]", 8022) == ("2001:db8::1", 8022)
    assert serve.public_name("2001:db8::1", 8022) == ("2001:db8::1", 8022)

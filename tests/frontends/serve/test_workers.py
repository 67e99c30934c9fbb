"""Several processes on one port: told to end, started again, and never left alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from cequiz.errors import EnvironmentFailed, WrongUsage
from cequiz.frontends.serve import workers
from cequiz.frontends.serve.workers import kept_port, run_workers

HEAD = """
import os, signal, socket, sys, threading
from cequiz.frontends.serve.workers import kept_port, run_workers

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def until_told():
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    return told
"""


@contextmanager
def program(text: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program, and end it and its workers whatever happens."""
    process = subprocess.Popen(
        [sys.executable, "-c", HEAD + textwrap.dedent(text)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


def line(process: subprocess.Popen[str]) -> list[str]:
    """Return the next line that a program or its workers said, in words."""
    assert process.stdout is not None
    return process.stdout.readline().split()


SERVE = """
def run(number):
    told = until_told()
    say("up", number, os.getpid())
    told.wait()
    say("down", number)
    return 0

sys.exit(run_workers(2, run, pause=0.1))
"""


def test_a_signal_reaches_every_worker_and_all_end_well() -> None:
    with program(SERVE) as process:
        up = sorted(line(process)[:2] for _ in range(2))
        assert up == [["up", "0"], ["up", "1"]]
        process.send_signal(signal.SIGTERM)
        assert sorted(line(process) for _ in range(2)) == [["down", "0"], ["down", "1"]]
        assert process.wait(30) == 0


def test_a_worker_that_dies_is_started_again() -> None:
    with program(SERVE) as process:
        lines = {number: int(pid) for _, number, pid in (line(process) for _ in range(2))}
        os.kill(lines["1"], signal.SIGKILL)
        word, number, pid = line(process)
        assert (word, number) == ("up", "1")
        assert int(pid) != lines["1"]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_what_was_to_be_ignored_stays_ignored() -> None:
    """If this fails, a server that was begun with nohup ends with the terminal."""
    ignoring = "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    with program(ignoring + SERVE) as process:
        for _ in range(2):
            line(process)
        os.killpg(process.pid, signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        assert sorted(line(process) for _ in range(2)) == [["down", "0"], ["down", "1"]]
        assert process.wait(30) == 0


def test_a_wish_that_comes_twice_ends_the_workers_well() -> None:
    text = """
    def run(number):
        again = threading.Semaphore(0)
        signal.signal(signal.SIGTERM, lambda *_: again.release())
        say("up")
        again.acquire()
        say("told")
        again.acquire(timeout=0.5)
        say("down", number)
        return 0

    sys.exit(run_workers(2, run))
    """
    with program(text) as process:
        assert [line(process) for _ in range(2)] == [["up"], ["up"]]
        process.send_signal(signal.SIGTERM)
        assert [line(process) for _ in range(2)] == [["told"], ["told"]]
        process.send_signal(signal.SIGTERM)
        assert sorted(line(process) for _ in range(2)) == [["down", "0"], ["down", "1"]]
        assert process.wait(30) == 0


def test_what_cannot_begin_is_not_tried_for_ever() -> None:
    with program("sys.exit(run_workers(2, lambda number: 4, pause=5.0))") as process:
        assert process.wait(30) == 4


def test_workers_end_when_their_parent_is_killed() -> None:
    with program(SERVE) as process:
        for _ in range(2):
            line(process)
        process.kill()
        assert sorted(line(process) for _ in range(2)) == [["down", "0"], ["down", "1"]]


def test_workers_share_a_port() -> None:
    text = """
    with kept_port("127.0.0.1", 0, shared=True) as port:
        def run(number):
            told = until_told()
            listening = socket.socket()
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listening.bind(("127.0.0.1", port))
            listening.listen()
            say("up", port)
            while not told.is_set():
                there, _ = listening.accept()
                there.sendall(str(number).encode())
                there.close()
            return 0
        sys.exit(run_workers(2, run))
    """
    with program(text) as process:
        port, again = (int(line(process)[1]) for _ in range(2))
        assert port == again
        answered = set()
        for _ in range(60):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as there:
                answered.add(there.recv(1))
        assert answered == {b"0", b"1"}


def test_one_worker_is_this_process() -> None:
    assert run_workers(1, lambda number: number + os.getpid()) == os.getpid()


def test_several_workers_are_refused_where_there_is_no_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(WrongUsage, match="Several workers"):
        run_workers(2, lambda _: 0)


def test_a_port_that_somebody_has_is_refused_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for shared in (False, True):
            with (
                pytest.raises(EnvironmentFailed, match=f"Port {port} is in use already"),
                kept_port("127.0.0.1", port, shared=shared),
            ):
                pass


def test_a_port_is_held_on_every_address_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, workers begin to listen and one of them finds the port taken on the second address."""
    known = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in ("127.0.0.1", "127.0.0.2", "127.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: known)
    with workers._bound("both.example", 0, reuse=False) as (first, second):
        assert first.getsockname()[0] == "127.0.0.1"
        assert second.getsockname() == ("127.0.0.2", first.getsockname()[1])
        first.listen()
        second.listen()
        port = second.getsockname()[1]
        first.close()
        with (
            pytest.raises(EnvironmentFailed, match=f"Port {port} is in use"),
            workers._bound("both.example", port, reuse=False),
        ):
            pass


def test_a_name_that_nobody_has_is_refused_in_words() -> None:
    with (
        pytest.raises(EnvironmentFailed, match=r"Nothing can listen on name\.invalid"),
        kept_port("name.invalid", 0, shared=False),
    ):
        pass


def test_a_kept_port_is_free_for_workers_and_for_nobody_once_they_listen() -> None:
    with kept_port("127.0.0.1", 0, shared=True) as port, workers._bound("127.0.0.1", port, reuse=True) as (mine,):
        mine.listen()
        with pytest.raises(EnvironmentFailed), kept_port("127.0.0.1", port, shared=True):
            pass


def test_a_worker_that_hangs_is_started_again() -> None:
    """If this fails, whoever reaches the worker that hangs waits for ever, and so does who comes back to it."""
    text = """
    import asyncio, time
    from cequiz.frontends.serve.until_told import until_told as until_signal

    def run(number):
        async def serve():
            say("up", number, os.getpid())
            if number == 1:
                time.sleep(60)
            await asyncio.sleep(60)

        return until_signal(serve, hung=0.5)

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.exit(run_workers(2, run, pause=0.1))
    """
    with program(text) as process:
        before = {pid for _, _, pid in (line(process) for _ in range(2))}
        word, number, pid = line(process)
        assert (word, number) == ("up", "1")
        assert pid not in before
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0

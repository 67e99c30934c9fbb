"""Lines from pipes and terminals, and waiting that notices a deadline."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator

import pytest

from cequiz.frontends.plain.console import Console, SelectSource, Signal, ThreadSource, never, open_source

Sources = Callable[[int], SelectSource | ThreadSource]


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    for descriptor in (reading, writing):
        try:
            os.close(descriptor)
        except OSError:
            continue  # the test closed it


@pytest.fixture(params=["select", "thread"])
def source(request: pytest.FixtureRequest) -> Sources:
    if request.param == "select" and sys.platform == "win32":
        pytest.skip("Windows cannot wait for a pipe this way")
    kind = SelectSource if request.param == "select" else ThreadSource
    return lambda descriptor: kind(descriptor, encoding="utf-8", echoes=False)


def test_lines_come_one_by_one_however_they_arrive(pipe: tuple[int, int], source: Sources) -> None:
    reading, writing = pipe
    os.write(writing, "eins\nzw\u00f6lf\nlast".encode())
    os.close(writing)
    lines = source(reading)
    assert [lines.line(never) for _ in range(5)] == ["eins", "zw\u00f6lf", "last", Signal.END, Signal.END]


def test_bytes_that_are_no_text_end_nothing(pipe: tuple[int, int], source: Sources) -> None:
    reading, writing = pipe
    os.write(writing, b"\xff\xfeb\nc\n")
    os.close(writing)
    lines = source(reading)
    assert [lines.line(never) for _ in range(3)] == ["\ufffd\ufffdb", "c", Signal.END]


def test_what_becomes_due_is_noticed_without_a_key(pipe: tuple[int, int], source: Sources) -> None:
    reading, writing = pipe
    lines = source(reading)
    assert lines.line(lambda: True) is Signal.DUE
    os.write(writing, b"b\n")
    assert lines.line(never) == "b"
    # A reading thread that were still there could take the lines of the next test's pipe.
    os.close(writing)
    assert lines.line(never) is Signal.END


def test_an_input_that_cannot_be_read_has_ended(pipe: tuple[int, int], source: Sources) -> None:
    # As when a terminal hangs up: here nothing can be read because the descriptor is gone.
    reading, _ = pipe
    os.close(reading)
    assert source(reading).line(never) is Signal.GONE


def test_a_closed_input_has_no_line() -> None:
    assert open_source(None).line(never) is Signal.END


def test_a_stream_in_memory_is_read_too() -> None:
    lines = open_source(io.StringIO("b\n\nx"))
    screen = io.StringIO()
    console = Console(lines, screen)
    assert [console.ask("> ") for _ in range(4)] == ["b", "", "x", Signal.END]
    # Nobody typed, so the program itself ends each prompt's line.
    assert screen.getvalue() == "> \n" * 4


def test_text_that_could_act_on_a_terminal_is_spelled_out() -> None:
    screen = io.StringIO()
    Console(open_source(None), screen).say("a\x1b[2Jb\u202ec\r\nd\re\tf")
    assert screen.getvalue() == "a\\x1b[2Jb\\u202ec\nd\ne\tf\n"

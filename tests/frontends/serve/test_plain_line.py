"""A line between a person far away and a talk in a thread: nothing is lost, nothing grows, nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from cequiz.frontends.plain.console import Console, Signal, never
from cequiz.frontends.serve.plain_line import PlainLine
from tests.frontends.serve.lines import PATIENCE

Talk = Callable[[Console], object]


class Far:
    """The far end: what arrives there."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.came = asyncio.Event()

    def write(self, data: bytes) -> None:
        """Take what is sent."""
        self.data += data
        self.came.set()

    @property
    def text(self) -> str:
        """Everything that arrived."""
        return self.data.decode()

    async def shows(self, words: str) -> None:
        """Wait until words have arrived."""
        try:
            async with asyncio.timeout(PATIENCE):
                while words not in self.text:
                    self.came.clear()
                    await self.came.wait()
        except TimeoutError:
            raise AssertionError(f"{words!r} did not come, but: {self.text[-2000:]}") from None


def opened(far: Far, *, echo: bool = True) -> PlainLine:
    """Return a line to the far end that looks up quickly."""
    return PlainLine(far.write, echo=echo, looks=0.01)


def console(line: PlainLine) -> Console:
    """Return the near end."""
    return line.console(told=lambda error: error.whole)


async def ask(line: PlainLine, *, due: Callable[[], bool] = never) -> str | Signal:
    """Ask once, in a thread."""
    return await asyncio.to_thread(console(line).ask, "> ", due=due)


async def test_a_question_an_answer_and_what_shows_of_them() -> None:
    far = Far()
    line = opened(far)
    near = console(line)

    def talk() -> str | Signal:
        near.say("Question 1\nb) Two")
        return near.ask("> ")

    asked = asyncio.create_task(asyncio.to_thread(talk))
    await far.shows("> ")
    line.feed(b"b\r")
    assert await asked == "b"
    await far.shows("b\r\n")
    assert far.text == "Question 1\r\nb) Two\r\n> b\r\n"


async def test_what_is_typed_ahead_shows_where_it_is_asked_for() -> None:
    far = Far()
    line = opened(far)
    line.feed(b"b\rc\r")
    assert [await ask(line), await ask(line)] == ["b", "c"]
    await far.shows("c\r\n")
    assert far.text == "> b\r\n> c\r\n"


async def test_a_passphrase_typed_ahead_does_not_show_either() -> None:
    far = Far()
    line = opened(far)
    line.feed(b"ana@example.org\r  correct horse \r")
    assert await ask(line) == "ana@example.org"
    assert await asyncio.to_thread(line.ask_secret, "Passphrase: ") == "  correct horse "
    await far.shows("Passphrase: \r\n")
    assert "horse" not in far.text


async def test_what_becomes_due_is_told_and_nothing_begun_is_lost() -> None:
    far = Far()
    line = opened(far)
    line.feed(b"= axil")
    assert await ask(line, due=lambda: "axil" in far.text) is Signal.DUE
    line.feed(b"lary\r")
    assert await ask(line) == "= axillary"
    await far.shows("> = axillary")


async def test_a_pipe_that_ends_ends_the_talk_after_its_last_line() -> None:
    far = Far()
    line = opened(far, echo=False)
    line.feed(b"b\nlast")
    line.end()
    assert [await ask(line) for _ in range(4)] == ["b", "last", Signal.END, Signal.END]
    assert await asyncio.to_thread(line.ask_secret, "Passphrase: ") is Signal.END
    await asyncio.to_thread(line.flush)
    await far.shows("Passphrase: \n")
    assert far.text == "> \n" * 4 + "Passphrase: \n"


async def test_a_lost_line_is_no_leaving_and_what_was_sent_before_counts() -> None:
    far = Far()
    line = opened(far)
    line.feed(b"b\rhalf")
    line.hang_up()
    assert [await ask(line) for _ in range(3)] == ["b", Signal.GONE, Signal.GONE]
    assert far.text == ""


async def test_a_flood_on_a_lost_line_is_obeyed_only_where_it_still_counts() -> None:
    """If this fails, the server goes on with a thousand commands of somebody who is long gone."""
    line = opened(Far())
    counts = True
    line.obeys_lost = lambda: counts
    line.feed(b"a\r" + b"l\r" * 1000)
    line.hang_up()
    assert await ask(line) == "a"
    counts = False
    assert await ask(line) is Signal.GONE


async def test_a_lost_line_ends_a_talk_that_waits() -> None:
    far = Far()
    line = opened(far)
    asked = asyncio.create_task(ask(line))
    await far.shows("> ")
    line.hang_up()
    async with asyncio.timeout(PATIENCE):
        assert await asked is Signal.GONE


async def test_the_host_can_end_a_talk_and_its_words_are_still_read() -> None:
    far = Far()
    line = opened(far)
    line.feed(b"typed ahead\r")
    line.stop()
    assert await ask(line) is Signal.GONE
    near = console(line)
    near.say("The server is being restarted.")
    await asyncio.to_thread(line.flush)
    await far.shows("restarted.\r\n")


async def test_text_of_others_cannot_act_on_the_terminal() -> None:
    far = Far()
    line = opened(far)
    await asyncio.to_thread(console(line).ask, "\x1b]0;title\x07\u202e> ", due=lambda: True)
    await far.shows("> ")
    assert "\x1b" not in far.text
    assert "\x07" not in far.text
    assert "\u202e" not in far.text


async def test_who_types_without_end_is_asked_to_wait_and_what_is_kept_has_a_limit() -> None:
    far = Far()
    told: list[bool] = []
    line = PlainLine(far.write, echo=False, wait=told.append, looks=0.01)
    for _ in range(1_000):
        line.feed(b"b\n" * 500)
    assert told == [True]

    def count() -> int:
        lines = 0
        while line.line(lambda: True) == "b":
            lines += 1
        return lines

    assert await asyncio.to_thread(count) == 64 * 1024
    await asyncio.sleep(0)
    assert told == [True, False]


async def test_who_reads_nothing_holds_the_talk_and_not_the_memory() -> None:
    far = Far()
    full, reads = asyncio.Event(), asyncio.Event()

    async def drained() -> None:
        full.set()
        await reads.wait()

    line = PlainLine(far.write, echo=True, drained=drained, looks=0.01)
    near = console(line)

    def talk() -> None:
        for _ in range(50):
            near.say("x" * 10_000)
            line.flush()

    talking = asyncio.create_task(asyncio.to_thread(talk))
    async with asyncio.timeout(PATIENCE):
        await full.wait()
        assert not talking.done()
        assert len(far.data) < 100_000
        reads.set()
        await talking
    assert not line.lost

"""Bytes that no terminal sends, into a session beside somebody who answers questions."""

from __future__ import annotations

import asyncio
import gc
import random
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from textual.message import Message

from cequiz.domain.people.student import Student
from cequiz.frontends.serve.session import HUNG_UP
from cequiz.frontends.serve.terminal import Keyboard
from tests import builders
from tests.frontends.serve.lines import Stay, served
from tests.frontends.serve.test_plain_session import Talk
from tests.frontends.tui.stage import Stage
from tests.served.hostile import (
    MARK,
    Resize,
    Step,
    Witness,
    assert_no_fault,
    foreign,
    joined,
    pieces,
    steps,
)


class Far:
    """The witness's end of a session."""

    def __init__(self, stay: Stay) -> None:
        self._stay = stay

    @property
    def raw(self) -> bytearray:
        return self._stay.far.raw

    async def shows(self, words: str) -> None:
        await self._stay.far.shows(words)

    def type(self, keys: str) -> None:
        self._stay.session.feed(keys.encode())

    def forget(self) -> None:
        self._stay.far.raw.clear()


class Stand:
    """A host with a witness, kept over many examples in one loop."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.runner = asyncio.Runner()
        self.stage = Stage(home)
        self.stage.load()
        self.guests: list[Student | None] = [None]
        self.apps: weakref.WeakSet[Any] = weakref.WeakSet()

    def __enter__(self) -> Self:
        self.runner.run(self._begin())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.runner.run(self._end())
        self.runner.close()

    async def _begin(self) -> None:
        self._serving = served(self.stage)
        self.host = await self._serving.__aenter__()
        ana = self.stage.student()
        sitting = self.stage.start(ana)
        self._calm = Stay(self.host, ana, address="192.0.2.9", resume=True)
        await self._calm.far.shows("Question 1 of 4")
        self.witness = Witness(self.stage, sitting, Far(self._calm))
        rui = self.stage.student(f"Rui {MARK}", email="rui@example.org")
        self.stage.start(rui)
        self.guests += [rui]

    async def _end(self) -> None:
        self._calm.session.hang_up()
        await self._calm.code()
        await self._serving.__aexit__(None, None, None)

    async def attack(self, guest: Student | None, taken: Sequence[Step], *, at_once: bool) -> bytes:
        """Send it all, and return what the attacker's own terminal got."""
        stay = Stay(self.host, guest, resume=True)
        if not at_once:
            await stay.far.until(lambda: stay.session.app is not None and stay.far.text.strip())
        self.apps.update(app for app in [stay.session.app] if app is not None)
        for step in taken:
            if isinstance(step, Resize):
                stay.session.resize(step.columns, step.rows)
            else:
                stay.session.feed(step)
            await asyncio.sleep(0)
        await self.witness.answers()
        stay.session.hang_up()
        assert await stay.code() in (0, HUNG_UP)
        return bytes(stay.far.raw)


@contextmanager
def stand(home: Path) -> Iterator[Stand]:
    """Serve, and see afterwards that nothing went wrong and nothing is kept."""
    with Stand(home) as found:
        yield found
        for _ in range(50):
            gc.unfreeze()  # a host looks through what has lasted only when it is quiet
            gc.collect()
            if len(found.apps) <= 2:
                break
            found.runner.run(asyncio.sleep(0.1))
        assert len(found.apps) <= 2, "who has left takes no memory any more"
    assert_no_fault(home)


@settings(max_examples=60)
@given(st.lists(pieces, max_size=6), st.integers(1, 40))
def test_a_keyboard_takes_anything_and_what_it_does_not_tell_it_counts(sent: list[bytes], cut: int) -> None:
    async def type_all() -> None:
        told: list[Message] = []
        keyboard = Keyboard(told.append)
        data = b"".join(sent)[:2_000]
        for start in range(0, len(data), cut):
            keyboard.feed(data[start : start + cut])
        told.clear()
        keyboard.feed(b"k" * 100)
        keyboard.close()
        assert told or keyboard.unfinished >= 100, "or a session could be filled by what never becomes a key"

    asyncio.run(type_all())


def test_whatever_somebody_sends_who_answers_beside_them_notices_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with stand(tmp_path) as here:

        @settings(max_examples=25, database=None, phases=[Phase.generate], report_multiple_bugs=False)
        @given(st.sampled_from([0, 1]), steps, st.booleans())
        def attacked(guest: int, taken: list[Step], at_once: bool) -> None:
            raw = here.runner.run(here.attack(here.guests[guest], taken, at_once=at_once))
            assert not foreign(raw), "what was sent in never comes back as more than text"

        attacked()
    assert_no_fault(tmp_path, *capfd.readouterr())


def test_keys_that_lead_everywhere_lead_to_no_fault(tmp_path: Path) -> None:
    chance = random.Random(11)
    keys = [bytes([code]) for code in range(128)] + [
        b"\x1b[A",
        b"\x1b[B",
        b"\x1b[6~",
        b"\x1bOP",
        b"?\x11",
        b"?\x1b",
        b"!\x11",
    ]

    async def roam(here: Stand) -> None:
        stay = Stay(here.host, chance.choice(here.guests), resume=chance.random() < 0.5)
        with suppress(AssertionError):
            await stay.far.shows(" ")
        for _ in range(chance.randint(1, 30)):
            stay.session.feed(b"".join(chance.choices(keys, k=chance.randint(1, 8))))
            for _ in range(chance.randint(0, 6)):
                await asyncio.sleep(0)
        await here.witness.answers()
        stay.session.hang_up()
        assert await stay.code() in (0, HUNG_UP)

    with stand(tmp_path) as here:
        for _ in range(15):
            here.runner.run(roam(here))


def test_a_storm_of_sizes_keys_and_pasted_text_is_survived(tmp_path: Path) -> None:
    storm: list[Step] = [Resize(number % 700 - 100, (number * 7) % 300 - 50) for number in range(1_000)]
    floods: list[list[Step]] = [
        storm,
        [b"ab" * 5_000],
        [b"\x1b[200~" + MARK.encode() * 150_000],
        [b"\x1b[200~" + MARK.encode() * 100 + b"\x1b[201~"] * 50,
        [b"\x1b[<35;99999999999999999999;1M" * 2_000],
        [b"\x1b]0;" + b"y" * 200_000],
        [b"\x1b[97;5:1u\x1b[I\x1b[O" * 1_000],
    ]
    with stand(tmp_path) as here:
        for guest in here.guests:
            for flood in floods:
                raw = here.runner.run(here.attack(guest, flood, at_once=False))
                assert not foreign(raw)
                assert len(raw) < 3_000_000 + len(joined(flood))


async def test_names_that_would_command_a_terminal_are_only_text_at_screens_and_in_lines(tmp_path: Path) -> None:
    evil = "Eve\x1b]0;x\x07\x1b[5n\x1b[?47h\x9b5n\x00\u202e\u2028\x7f[bold]"
    stage = Stage(tmp_path)
    sample = builders.course()
    exams = tuple(exam.model_copy(update={"title": f"{evil} exam"}) for exam in sample.exams)
    # What a store holds that somebody changed by hand: the doors let none of this in.
    stage.load(course=sample.model_copy(update={"title": f"{evil} course", "exams": exams}))
    student = replace(stage.student(), name=evil)
    with stage.store.write() as unit:
        unit.students.replace(student)
    async with served(stage) as host:
        stay = Stay(host, student)
        await stay.far.shows("Eve")
        for keys, words in ((b"?", "Show what the keys do here"), (b"\x1b", "Eve"), (b"\r", "Eve")):
            await stay.press(keys, words)
        stay.session.hang_up()
        await stay.code()
        assert not (found := foreign(bytes(stay.far.raw))), found
        talk = Talk(host, student=student)
        await talk.far.shows("Eve")
        talk.line.feed(b"1\r")
        talk.line.end()
        await talk.left()
        assert not (found := foreign(bytes(talk.far.data))), found
    assert_no_fault(tmp_path)

"""Talks in plain lines, many in one process: each in its thread and its language, none disturbed by another's end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.events import EventKind
from cequiz.domain.people.student import Student
from cequiz.frontends.plain.home import HomeTalk
from cequiz.frontends.serve import standing as watching
from cequiz.frontends.serve.host import Host
from cequiz.frontends.serve.peer import Peer
from cequiz.frontends.serve.plain_line import PlainLine
from cequiz.frontends.serve.plain_session import PlainSession
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.session import HUNG_UP
from cequiz.frontends.tui.outside import OverALine
from cequiz.services import grading
from cequiz.services.standing import standing
from tests.frontends.serve.lines import PATIENCE, let_in
from tests.frontends.serve.test_plain_line import Far
from tests.frontends.tui.stage import PASSPHRASE, Stage

PEER = Peer(way="ssh", address="192.0.2.7")


class Talk:
    """One person at the far end of a line."""

    def __init__(
        self,
        host: Host,
        *,
        peer: Peer = PEER,
        echo: bool = True,
        student: Student | None = None,
        exam_ref: str | None = None,
    ) -> None:
        self.far = Far()
        self.line = PlainLine(self.far.write, echo=echo, looks=0.01)
        outside, signed_in = OverALine("ssh"), let_in(host, student)
        self.session = PlainSession(
            host, peer=peer, line=self.line, outside=outside, signed_in=signed_in, exam_ref=exam_ref
        )
        self.code = asyncio.create_task(self.session.run())

    async def type(self, *lines: str) -> None:
        """Type lines, each when the prompt for it has come."""
        for line in lines:
            self.line.feed(f"{line}\r".encode())
            await self.far.shows(f"{line}\r\n")

    async def left(self) -> int:
        """Wait for the end and return the exit code."""
        async with asyncio.timeout(PATIENCE):
            return await self.code


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return a stage with the sample course."""
    made = Stage(tmp_path)
    made.load()
    return made


@asynccontextmanager
async def hosting(stage: Stage, **rules: Any) -> AsyncIterator[Host]:
    """Serve a stage."""
    host = Host(stage.house, ServeRules(**rules))
    async with host.running():
        yield host


def attempt(stage: Stage) -> Attempt:
    """Return the only attempt."""
    (header,) = grading.attempts(stage.ports)
    return grading.attempt(stage.ports, header.id)[0]


async def test_signing_in_answering_and_leaving(stage: Stage) -> None:
    stage.student()
    async with hosting(stage) as host:
        talk = Talk(host)
        talk.line.feed(f"ana@example.org\r{PASSPHRASE}\r".encode())
        await talk.far.shows("Welcome, Ana Souza.")
        await talk.far.shows("1  Sample exam: ready; 4 questions, 10 minutes; 2 attempts left")
        await talk.type("1", "yes", "b")
        await talk.far.shows("Saved: B.")
        await talk.type("x", "x")
        assert await talk.left() == 0
    assert PASSPHRASE not in talk.far.text
    assert "Continue with: sit course/quiz" in talk.far.text
    assert len(attempt(stage).responses) == 1


async def test_a_lost_line_leaves_the_exam_running_and_the_student_comes_back_to_it(stage: Stage) -> None:
    student = stage.student()
    async with hosting(stage) as host:
        talk = Talk(host, student=student, exam_ref="course/quiz")
        await talk.type("yes", "b", "b")
        await talk.far.shows("Question 3 of 4")
        talk.session.hang_up()
        assert await talk.left() == HUNG_UP
        assert attempt(stage).status is Status.OPEN
        with stage.store.read() as unit:
            kinds = [event.kind for event in unit.attempts.events(attempt(stage).id)]
        assert EventKind.SUSPENDED not in kinds
        again = Talk(host, student=student, exam_ref="course/quiz")
        await again.far.shows("You continue this exam: 2 of 4 questions answered.")
        await again.type("b", "b", "s", "yes")
        await again.far.shows("Receipt: ")
        again.session.hang_up()
        await again.left()
    assert len(attempt(stage).responses) == 4


async def test_what_is_typed_ahead_at_home_ends_with_the_line(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, somebody who floods and leaves keeps the server busy."""
    student, listed, known = stage.student(), [], HomeTalk._list

    def counted(talk: HomeTalk) -> None:
        listed.append(talk)
        known(talk)

    monkeypatch.setattr(HomeTalk, "_list", counted)
    async with hosting(stage) as host:
        talk = Talk(host, student=student)
        await talk.far.shows("> ")
        talk.line.feed(b"l\r" * 2000)
        talk.session.hang_up()
        assert await talk.left() == HUNG_UP
    assert len(listed) < 500


async def test_a_pipe_of_answers_is_a_whole_exam_and_its_code_tells_how_it_ended(stage: Stage) -> None:
    student = stage.student()
    async with hosting(stage) as host:
        talk = Talk(host, student=student, exam_ref="quiz", echo=False)
        talk.line.feed(b"yes\na\na\na\na\ns\nyes\n")
        talk.line.end()
        assert await talk.left() == 1
    assert "Not passed" in talk.far.text


async def test_when_the_server_stops_everybody_is_told_and_the_exam_goes_on(stage: Stage) -> None:
    student = stage.student()
    async with hosting(stage) as host:
        talk = Talk(host, student=student, exam_ref="quiz")
        await talk.type("yes", "b")
        await talk.far.shows("Question 2 of 4")
        await host.stopping()
        await talk.left()
        assert "It goes on until" in talk.far.text
        assert "The server is being restarted." in talk.far.text
    assert attempt(stage).status is Status.OPEN


async def test_who_types_nothing_is_signed_out_but_not_out_of_an_exam(stage: Stage) -> None:
    student = stage.student()
    async with hosting(stage, idle_minutes=0) as host:
        talk = Talk(host, student=student)
        assert await talk.left() == 0
        await talk.far.shows("Nobody was here for a while: you are signed out.")
    async with hosting(stage) as host:
        talk = Talk(host, student=student, exam_ref="quiz")
        await talk.type("yes", "b")
        await talk.far.shows("Question 2 of 4")
        host.rules = replace(host.rules, idle_minutes=0)
        talk.session._watch_idleness()
        await talk.type("b")
        await talk.far.shows("Question 3 of 4")
        talk.session.hang_up()
        await talk.left()


async def test_one_talk_that_breaks_disturbs_no_other_and_names_no_place(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    student = stage.student()
    real = HomeTalk._obey

    def breaks(talk: HomeTalk, reply: str) -> None:
        if reply == "break":
            raise ValueError("somebody's answer")
        real(talk, reply)

    monkeypatch.setattr(HomeTalk, "_obey", breaks)
    async with hosting(stage) as host:
        one, other = Talk(host, student=student), Talk(host, student=student)
        await other.far.shows("> ")
        await one.type("break")
        assert await one.left() == 4
        await other.type("?")
        await other.far.shows("leave")
        await other.type("x")
        assert await other.left() == 0
    assert "Something unexpected happened (ValueError)." in one.far.text
    assert str(stage.house.settings.home) not in one.far.text
    assert "somebody's answer" not in one.far.text


async def test_a_full_house_is_said(stage: Stage) -> None:
    student = stage.student()
    async with hosting(stage, most_sessions=1) as host:
        one = Talk(host, student=student)
        await one.far.shows("> ")
        other = Talk(host, student=student)
        assert await other.left() == 3
        await other.far.shows("Too many people are signed in at the moment.")
        one.session.hang_up()
        await one.left()


async def test_each_talk_speaks_the_language_of_its_line(stage: Stage) -> None:
    student = stage.student()
    async with hosting(stage) as host:
        spanish = Talk(host, peer=replace(PEER, language="es"), student=student, exam_ref="quiz")
        english = Talk(host, student=student, exam_ref="quiz")
        await spanish.far.shows("Examen: ")
        await english.far.shows("Exam: ")
        for talk in (spanish, english):
            talk.session.hang_up()
            await talk.left()


async def test_whatever_is_sent_a_talk_ends_with_its_line_and_says_no_traceback(stage: Stage) -> None:
    student = stage.student()
    chance = random.Random(7)
    async with hosting(stage) as host:
        talks = [Talk(host, student=None if number % 2 else student) for number in range(8)]
        for _ in range(40):
            for talk in talks:
                talk.line.feed(chance.randbytes(200).replace(b"\x03", b"\r"))
            await asyncio.sleep(0)
        for talk in talks:
            talk.session.hang_up()
            await talk.left()
            assert "Traceback" not in talk.far.text
            assert "Something unexpected" not in talk.far.text
        assert host.guests == ()


async def test_who_reads_the_briefing_for_long_is_signed_out_as_at_home(stage: Stage) -> None:
    student = stage.student()
    async with hosting(stage, idle_minutes=60) as host:
        talk = Talk(host, student=student, exam_ref="quiz")
        await talk.far.shows("yes")
        host.rules = replace(host.rules, idle_minutes=0)
        talk.session._watch_idleness()
        await talk.left()
        assert "Nobody was here for a while: you are signed out." in talk.far.text


@pytest.mark.parametrize("at_the_door", [True, False])
async def test_a_passphrase_that_is_changed_before_the_first_look_at_it_is_seen_to_be_another(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, at_the_door: bool
) -> None:
    """If this fails, whoever was signed in while a busy server had no time to look stays in under the old one."""
    student, may_look = stage.student(), Event()

    def late(*arguments: Any) -> str:
        may_look.wait(PATIENCE)
        return standing(*arguments)

    monkeypatch.setattr(watching, "standing", late)
    async with hosting(stage) as host:
        talk = Talk(host, student=student if at_the_door else None)
        if not at_the_door:
            talk.line.feed(f"ana@example.org\r{PASSPHRASE}\r".encode())
        await talk.far.shows("Type a number")
        with stage.store.write() as unit:
            unit.students.set_passphrase(student.id, "another hash")
        may_look.set()
        await talk.left()
        assert "Sign in again." in talk.far.text


async def test_a_passphrase_that_is_changed_elsewhere_ends_the_talk_and_not_the_exam(stage: Stage) -> None:
    student = stage.student()
    async with hosting(stage, standing_seconds=0.05) as host:
        talk = Talk(host, student=student, exam_ref="quiz")
        await talk.type("yes", "b")
        await talk.far.shows("Question 2 of 4")
        with stage.store.write() as unit:
            unit.students.set_passphrase(student.id, "another hash")
        await talk.left()
        assert "Sign in again." in talk.far.text
        assert "It goes on until" in talk.far.text
    assert attempt(stage).status is Status.OPEN

"""Students who answer without a pause, and remember what the screen called saved; and what is on record of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cequiz.bootstrap import House
from cequiz.domain.exam.events import EventKind
from cequiz.domain.people.student import Student
from cequiz.services.enrolling import register
from cequiz.services.grading import load_attempt
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.starting import start
from cequiz.settings import Settings
from tests import builders
from tests.frontends.tui.stage import PASSPHRASE
from tests.served.guests import Guest
from tests.served.servers import PATIENCE, surroundings

QUESTIONS = 12
EXAM = "course/quiz"
PLACE = re.compile(r"Question (\d+) of \d+")
_LETTERS = "abcd"


def house_at(home: Path, *, url: str = "") -> House:
    """Return the house of a home, as a program there has it."""
    return House(Settings.read(surroundings(home, url=url)))


def furnish(ports: Ports, **exam: Any) -> None:
    """Load a course whose exam has twelve questions and an hour."""
    terms: dict[str, Any] = {"blueprint": {"D1": 6, "D2": 6}, "time_limit": "60m", **exam}
    course = builders.course(exams=[builders.exam_json(**terms)], evaluation={"required": False, "questions": []})
    load(ports, banks=[builders.bank()], courses=[course], actor="test")


def enrol(ports: Ports, number: int = 1) -> Student:
    """Register a student who can sign in."""
    return register(
        ports,
        name=f"Sample Student {number}",
        email=f"student{number}@example.org",
        passphrase=PASSPHRASE,
        actor="test",
    )


class Tally:
    """Counts what students were told is saved, and tells when it is enough."""

    def __init__(self, enough: int) -> None:
        """Count to a number."""
        self._left = enough
        self._enough = asyncio.Event()

    def expect(self, more: int) -> None:
        """Count anew, to another number."""
        self._left = more
        self._enough.clear()

    def count(self) -> None:
        """Count one more."""
        self._left -= 1
        if self._left <= 0:
            self._enough.set()

    async def enough(self) -> None:
        """Wait until so many are counted."""
        async with asyncio.timeout(PATIENCE):
            await self._enough.wait()


@dataclass
class Press:
    """One answer that was pressed."""

    place: int
    letter: str
    saved: bool = False
    """Whether the screen said so."""


@dataclass(frozen=True)
class Back:
    """Where somebody must be who comes back: at the question of before, or at the one they were about to leave."""

    least: int
    most: int
    answered: int

    async def shows(self, guest: Guest) -> None:
        """Wait until it is so."""
        wanted = f"{self.answered} answered"
        assert await guest.until(lambda text: PLACE.search(text) is not None and wanted in text), guest.text
        assert self.least <= shown_place(guest.text) <= self.most, f"{self}\n{guest.text}"


BEGINNING = Back(1, 1, 0)
"""Where somebody begins."""


@dataclass
class Candidate:
    """A student in an exam."""

    email: str
    attempt: str
    place: int = 1
    """The question they are at, or on their way to."""
    pressed: list[Press] = field(default_factory=list)
    unsaved: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the screen says that an answer is not saved."""
    saved_after_all: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it says that the same answer is saved now."""

    @classmethod
    def begin(cls, ports: Ports, number: int) -> Candidate:
        """Register a student and start their exam."""
        student = enrol(ports, number)
        sitting = start(ports, student_id=student.id, exam_ref=EXAM, attested=True, actor="test")
        return cls(student.email, sitting.attempt.id)

    async def answer(self, guest: Guest, told: Callable[[], None], *, most: int = 10_000) -> None:
        """Answer one question after the other, each twice, until the line is gone or so many are saved."""
        assert await guest.until(lambda text: PLACE.search(text) is not None), guest.text
        for turn in range(1, most + 1):
            self.place = place = shown_place(guest.text)
            # No letter twice in a row: what the screen says can only be about the one that was pressed last.
            press = Press(place, _LETTERS[len(self.pressed) % 4])
            self.pressed.append(press)
            await guest.type(press.letter)
            if not await self._saved(guest, press):
                return
            press.saved = True
            told()
            if turn % 2 == 0 and place < QUESTIONS:
                self.place += 1
                await guest.type("n")
                if not await guest.until(partial(_shows_question, place + 1)):
                    return

    async def _saved(self, guest: Guest, press: Press) -> bool:
        said, unsaid = f"✓ Saved: {press.letter.upper()}.", f"NOT SAVED: {press.letter.upper()}."

        def holds(text: str) -> bool:
            if unsaid in text:
                self.unsaved.set()
            return said in text and _shows_question(press.place, text)

        came = await guest.until(holds)
        if came and self.unsaved.is_set():
            self.saved_after_all.set()
        return came

    def compare(self, ports: Ports) -> Back:
        """Compare what was pressed with what is on record, and return where they must be back.

        What was called saved is there, in its order and once; of the rest, only what was pressed can be there.
        """
        with ports.store.read() as unit:
            attempt = load_attempt(unit, self.attempt)
            events = unit.attempts.events(self.attempt)
        places = {item.key: number for number, item in enumerate(attempt.form.items, start=1)}
        kept = []
        for event in events:
            response = event.payload.get("response")
            if event.kind is EventKind.ANSWERED and isinstance(response, Mapping):
                place = places[str(event.payload["item"])]
                order = attempt.form.items[place - 1].order
                kept.append((place, _LETTERS[order.index(str(response["choice"]))]))
        rest = list(reversed(kept))
        for press in self.pressed:
            if rest and rest[-1] == (press.place, press.letter):
                rest.pop()
            else:
                assert not press.saved, f"{press} was called saved; on record are {kept}, of {self.pressed}"
        assert not rest, f"nobody pressed {rest} of {kept}"
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        return Back(kept[-1][0] if kept else 1, self.place, len(attempt.responses))


def _shows_question(place: int, text: str) -> bool:
    return f"Question {place} of" in text


def shown_place(text: str) -> int:
    """Return the number of the question that is shown."""
    found = PLACE.search(text)
    assert found is not None, text
    return int(found[1])

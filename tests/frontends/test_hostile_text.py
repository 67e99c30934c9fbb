"""No text acts on a terminal, by whatever way it comes out: names, banks, files and words that somebody made to harm.

Such text is refused where it comes in; here it is put behind those doors, as somebody might who changes the store.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from cequiz.__main__ import _tell
from cequiz.domain.people.student import Student, clean_email, clean_name, clean_words
from cequiz.domain.text import UNSAFE
from cequiz.errors import CequizError, NotFound, WrongState
from cequiz.frontends.cli.bar import Bar
from cequiz.frontends.plain.console import Console, TextSource
from cequiz.frontends.serve.host import Host
from cequiz.frontends.serve.journal import Journal
from cequiz.frontends.serve.peer import Peer
from cequiz.frontends.serve.session import Session
from cequiz.frontends.serve.ssh_door import shown_banner
from cequiz.frontends.tui import mishap
from cequiz.frontends.tui.harmless import harmless
from cequiz.frontends.tui.outside import OverALine
from cequiz.services.ports import Ports
from cequiz.services.standing import SignedIn, standing
from tests import builders
from tests.builders import NOON
from tests.fakes import FakeClock
from tests.frontends.desks import command, fake_ports
from tests.frontends.tui.stage import Stage

HOSTILE = "Ann\x1b]0;owned\x07\x9b31m\u202eevil\x00\rrow\x1b[2J\u2066end"
"""A window title, colours by C1, a reversed order, NUL, a carriage return, a cleared screen, an isolate."""

ROOT = Path(__file__).parents[2] / "src" / "cequiz"
_DRAWING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]22;[a-z-]*\x07")
"""What a terminal is told on purpose: colours, places, modes, the shape of the pointer."""


def acting(text: str) -> list[str]:
    """Return what could act on a terminal; the ends of lines are no such thing."""
    return UNSAFE.findall(text.replace("\r\n", "\n"))


def hostile_ports(folder: Path) -> Ports:
    """Return ports whose store holds a student, a course and a bank that no door of the program would let in."""
    ports = fake_ports(folder)
    fill(ports)
    return ports


def fill(ports: Ports) -> None:
    sound = builders.course()
    quiz = sound.exams[0].model_copy(update={"title": f"Exam {HOSTILE}"})
    bank = builders.bank()
    with ports.store.write() as unit:
        unit.students.add(
            Student(id="S-1", name=HOSTILE, email=f"{HOSTILE}@example.org"), passphrase_hash=None, at=NOON
        )
        unit.courses.add(sound.model_copy(update={"title": f"Course {HOSTILE}", "exams": (quiz,)}), at=NOON)
        unit.banks.add(bank.model_copy(update={"title": f"Bank {HOSTILE}"}), at=NOON)


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\x9b", "\u202e", "\x00", "\n", "\u2066", "\x7f"])
def test_no_door_lets_such_a_character_in(character: str) -> None:
    for clean in (clean_name, clean_email, partial(clean_words, what="reason")):
        with pytest.raises(CequizError):
            clean(f"Ann{character}@example.org")


@pytest.mark.parametrize(
    "line",
    [
        ["student", "list"],
        ["student", "list", "--json"],
        ["student", "show", "S-1"],
        ["student", "show", "S-1", "--json"],
        ["course", "list"],
        ["course", "list", "--json"],
        ["course", "show", "course"],
        ["course", "show", "course", "--json"],
        ["bank", "list"],
        ["bank", "list", "--json"],
        ["bank", "show", "sample"],
        ["student", "show", HOSTILE],
        ["attempt", "show", HOSTILE],
        ["certificate", "show", HOSTILE],
        ["bank", "check", f"/nowhere/{HOSTILE.replace(chr(0), '')}"],
        ["student", "add", "--name", HOSTILE, "--email", "a@example.org"],
        [HOSTILE],
    ],
    ids=lambda line: ascii(" ".join(line))[1:40],
)
def test_nothing_that_a_command_prints_acts(tmp_path: Path, line: list[str]) -> None:
    ran = command(hostile_ports(tmp_path), *line, home=tmp_path / "home")
    assert acting(ran.out + ran.err) == []
    assert "Ann" in ran.out + ran.err or "U+001B" in ran.err


def test_nothing_that_is_said_line_by_line_acts() -> None:
    screen = io.StringIO()
    console = Console(TextSource(iter(("yes\n",))), screen)
    console.say(HOSTILE)
    console.ask(f"{HOSTILE}: ")
    assert acting(screen.getvalue()) == []
    assert screen.getvalue().count("Ann") == 2


def test_no_last_word_and_no_bar_acts() -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    err = Screen()
    _tell(err, HOSTILE)
    Bar(err, HOSTILE)(1, 2)
    assert acting(err.getvalue().removeprefix("\r").replace("\n\r", "\n")) == []
    assert err.getvalue().count("Ann") == 2


def test_no_line_of_a_log_acts_or_breaks_in_two(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "serve.log", FakeClock())
    with journal.open():
        journal.note(f"{HOSTILE}\nforged line")
    [line] = (tmp_path / "serve.log").read_text("utf-8").splitlines()
    assert acting(line) == []
    try:
        raise NotFound(HOSTILE)
    except NotFound as error:
        words = mishap.record(error, tmp_path, at=NOON)
    assert acting(words + (tmp_path / mishap.LOG).read_text("utf-8")) == []
    assert "owned" not in (tmp_path / mishap.LOG).read_text("utf-8")


def test_the_banner_before_anybody_has_signed_in_does_not_act() -> None:
    assert acting(shown_banner(HOSTILE)) == []
    assert "Ann" in shown_banner(HOSTILE)


def test_a_line_that_is_drawn_stays_as_wide_without_what_acts() -> None:
    assert harmless(HOSTILE) == "Ann]0;owned31mevilrow[2Jend"
    assert harmless("a\u115fb") == "a\ufffd\ufffdb"
    assert harmless("José \u05d0\u200d\u4e2d 👩‍👩‍👧") == "José \u05d0\u200d\u4e2d 👩‍👩‍👧"


class Line:
    """The other end: everything that was sent, and a way to wait for words."""

    def __init__(self) -> None:
        self.sent = bytearray()
        self._more = asyncio.Event()

    def write(self, data: bytes) -> None:
        self.sent += data
        self._more.set()

    @property
    def text(self) -> str:
        """What was sent, without what only draws."""
        return _DRAWING.sub("", self.sent.decode("utf-8"))

    async def shows(self, words: str) -> None:
        async with asyncio.timeout(20):
            while words not in self.text:
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def served(stage: Stage) -> AsyncIterator[tuple[Session, Line]]:
    """Serve the hostile student over a line."""
    host, line = Host(stage.house), Line()
    with stage.store.read() as unit:
        student = unit.students.get("S-1")
    assert student is not None
    async with host.running():
        session = Session(
            host,
            peer=Peer(way="ssh", address="192.0.2.7"),
            write=line.write,
            size=(100, 40),
            outside=OverALine("ssh"),
            signed_in=SignedIn(student, standing(stage.ports, student.id)),
        )
        running = asyncio.create_task(session.run())
        yield session, line
        session.hang_up()
        await running


async def test_nothing_that_the_screens_draw_acts(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    fill(stage.ports)
    async with served(stage) as (session, line):
        await line.shows("Ann")
        session.feed(b"\r")
        await line.shows("The answers are my own.")
        stage.house.broken = WrongState(f"Broken {HOSTILE}", hint=HOSTILE)
        session.feed(b"as")
        await line.shows("Broken")
        stage.house.broken = None
        session.stop(lambda: f"Last words {HOSTILE}")
        await line.shows("Last words")
    assert acting(line.text) == []


async def test_a_notification_does_not_act(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    fill(stage.ports)
    async with served(stage) as (session, line):
        await line.shows("Ann")
        assert session.app is not None
        session.app.notify(f"Told {HOSTILE}", title=HOSTILE, markup=False)
        await line.shows("Told")
        session.app.title = f"Title {HOSTILE}"
    assert acting(line.text) == []


_WAYS_OUT = re.compile(r"\bprint\(|\b_?(?:out|err|stdout|stderr)\.(?:write|writelines)\(")

_KNOWN = {
    "__main__.py",
    "frontends/cli/attempt_time.py",
    "frontends/cli/bank_blind.py",
    "frontends/cli/bank_check.py",
    "frontends/cli/bar.py",
    "frontends/cli/certificate_batch.py",
    "frontends/cli/config.py",
    "frontends/cli/desk.py",
    "frontends/cli/page_picture.py",
    "frontends/cli/report_out.py",
    "frontends/cli/student_records.py",
    "frontends/plain/console.py",
    "frontends/serve/ssh_line.py",
}
"""Where text leaves the program for a terminal: each makes it harmless, or writes none that others made."""


def test_there_is_no_other_way_out_to_a_terminal() -> None:
    """Whoever writes to a stream in another file must look at what it may say, and then add the file."""
    found = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if "adapters" not in path.parts and _WAYS_OUT.search(re.sub(r"desk\.print\(", "", path.read_text("utf-8")))
    }
    assert found <= _KNOWN

"""Students come with OpenSSH's own clients: the screens, and their certificates by `scp` and `sftp`."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import shlex
import shutil
import struct
import termios
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("asyncssh", reason="students come over SSH")
pytest.importorskip("pyte", reason="screens are read with pyte")

from cequiz.domain.bank.options import OptionQuestion
from cequiz.services.issuing import settle
from cequiz.services.papers import certificates
from cequiz.services.providing import set_provider
from cequiz.services.starting import start
from tests.frontends.tui.stage import PASSPHRASE
from tests.frontends.tui.test_afterwards import SCHOOL
from tests.served.guests import SIZE, Guest
from tests.served.servers import PATIENCE, Served, serving
from tests.served.students import EXAM, Candidate, enrol, furnish, house_at

_MISSING = [name for name in ("ssh", "scp", "sftp") if shutil.which(name) is None]

pytestmark = pytest.mark.skipif(
    bool(_MISSING), reason=f"OpenSSH's {', '.join(_MISSING)} not installed (Debian and Ubuntu: openssh-client)"
)


@dataclass
class School:
    """A provider's machine with one student who has a certificate, and one in an exam."""

    home: Path
    passed: str
    """The id of the first one."""
    number: str
    pdf: bytes
    candidate: Candidate


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    house = house_at(tmp_path / "home")
    ports = house.ports()
    furnish(ports)
    set_provider(ports, SCHOOL, actor="test")
    student = enrol(ports)
    sitting = start(ports, student_id=student.id, exam_ref=EXAM, attested=True, actor="test")
    for item in sitting.attempt.form.items:
        question = sitting.questions[item.key]
        assert isinstance(question, OptionQuestion)
        sitting.answer(item.key, question.respond(question.right_ids()))
    sitting.submit()
    settle(ports, student_id=student.id, course_id="course", actor="test")
    [line] = certificates(ports)
    with ports.store.read() as unit:
        record = unit.certificates.get(line.number)
    assert record is not None
    yield School(tmp_path / "home", student.id, line.number, record.pdf, Candidate.begin(ports, 2))
    house.close()


class Clients:
    """OpenSSH's programs on a student's machine, that knows nothing of the server yet."""

    def __init__(self, folder: Path, served: Served) -> None:
        folder.mkdir()
        self.folder = folder
        answer = folder / "passphrase"
        answer.write_text(f"#!/bin/sh\necho {shlex.quote(PASSPHRASE)}\n")
        answer.chmod(0o700)
        self.surroundings = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SSH_")},
            **{"SSH_ASKPASS": str(answer), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": "none", "TERM": "xterm-256color"},
        }
        self.options = [
            *("-F", "none", "-o", f"UserKnownHostsFile={folder / 'known_hosts'}"),
            *("-o", "StrictHostKeyChecking=accept-new", "-o", "PubkeyAuthentication=no"),
            *("-o", "NumberOfPasswordPrompts=1", "-o", f"Port={served.port}"),
        ]

    async def run(self, program: str, *arguments: str, typed: str = "") -> str:
        """Run a program to its end, and return what it said; it must have worked."""
        process = await asyncio.create_subprocess_exec(
            *(program, *self.options, *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=self.folder,
            env=self.surroundings,
        )
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate(typed.encode())
        assert process.returncode == 0, said.decode()
        return said.decode()

    @asynccontextmanager
    async def screens(self, user: str) -> AsyncIterator[TerminalGuest]:
        """Sit at a terminal in which `ssh` runs."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
        process = await asyncio.create_subprocess_exec(
            *("ssh", *self.options, "-tt", f"{user}@127.0.0.1"),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=self.surroundings,
            start_new_session=True,
        )
        os.close(theirs)
        guest = TerminalGuest(ours, process)
        try:
            yield guest
        finally:
            guest.drop()
            await process.wait()
            await guest.gone()


class TerminalGuest(Guest):
    """Somebody at a terminal."""

    def __init__(self, terminal: int, process: asyncio.subprocess.Process) -> None:
        self._terminal = os.fdopen(terminal, "r+b", buffering=0)
        self._process = process
        super().__init__()

    async def type(self, keys: str) -> None:
        """Press keys."""
        self._terminal.write(keys.encode())

    def drop(self) -> None:
        """Lose the line."""
        with suppress(ProcessLookupError):
            self._process.kill()

    async def _read(self) -> None:
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), self._terminal)
        with suppress(OSError):  # how a terminal tells that nobody is at its other end
            while data := await reader.read(4096):
                self._drawn(data)


async def test_students_with_the_clients_of_openssh_sit_exams_and_fetch_their_certificates(
    tmp_path: Path, school: School
) -> None:
    """If this fails, the commands that students are told do not work for them."""
    async with serving(school.home, "ssh") as served:
        clients = Clients(tmp_path / "student", served)
        async with clients.screens(school.candidate.email) as guest:
            await guest.shows("Question 1 of")
            await guest.press("a", "✓ Saved: A.")
        async with clients.screens(school.candidate.email) as guest:
            await guest.shows("Question 1 of", "✓ Saved: A.")
        source = f"{school.passed}@127.0.0.1:certificates/{school.number}.pdf"
        await clients.run("scp", source, "by-sftp.pdf")
        await clients.run("scp", "-O", source, "by-scp.pdf")
        wishes = f"ls certificates\nget certificates/{school.number}.pdf by-hand.pdf\n"
        told = await clients.run("sftp", f"{school.passed}@127.0.0.1", typed=wishes)
        assert f"{school.number}.pdf" in told
        for name in ("by-sftp.pdf", "by-scp.pdf", "by-hand.pdf"):
            assert (clients.folder / name).read_bytes() == school.pdf, name
        told = await clients.run("ssh", f"{school.passed}@127.0.0.1", "plain")
        assert "Sample exam" in told

"""What answers on a channel of an SSH connection: the screens, the line mode, or the folder of certificates.

A terminal gets the screens. `plain` gets the line mode, with or without a terminal; so does a terminal that says it can
draw nothing. Programs that fetch files get the student's folder. Whatever else is asked for gets a sentence: there is
no shell here and no command of the host.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import asyncssh

from cequiz.domain.text import visible
from cequiz.errors import CequizError, NotAllowed, WrongUsage
from cequiz.frontends.serve.peer import Peer
from cequiz.frontends.serve.plain_line import PlainLine
from cequiz.frontends.serve.plain_session import PlainSession
from cequiz.frontends.serve.session import BROKEN, Session
from cequiz.frontends.serve.sftp import FOLDER, CertificateFolder, Paper, papers_of
from cequiz.frontends.serve.ssh_door import told_to_guest
from cequiz.frontends.tui.outside import OverALine
from cequiz.language import SOURCE, languages, speak, tr
from cequiz.services.accommodating import profile_of
from cequiz.services.places import place_of
from cequiz.services.standing import SignedIn, standing
from cequiz.settings import asked_language

if TYPE_CHECKING:
    from asyncssh.channel import SSHChannel
    from asyncssh.packet import SSHPacket

    from cequiz.frontends.serve.host import Guest, Host
    from cequiz.frontends.serve.ssh_door import Door

PLAIN = "plain"
"""The one command."""

_SPEECHLESS = frozenset({"", "dumb", "unknown"})
"""What terminals call themselves that can only take text, one line after the other."""

_TOLD = frozenset({"CEQUIZ_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "COLORTERM"})
"""What a student's own machine may tell of itself; nothing of it reaches the host's environment."""

_LONGEST_TOLD = 64
"""Bytes of one such value."""

_PIECE = 4_096
"""Bytes that are taken from the line at once."""

_SETTLING = 0.05
"""Seconds in which sizes that follow each other, as while a window is drawn larger, are one."""

_SILENT = 15.0
"""Seconds after which a channel on which nothing was asked for is closed."""


class Fetching(OverALine):
    """Somebody who came over SSH: certificates are fetched with the programs that came with it."""

    def __init__(self, who: Callable[[], str | None], *, reached: tuple[str, int]) -> None:
        """Take who is signed in, and under which name and port this server is reached."""
        super().__init__("ssh")
        self._who = who
        self._host, self._port = reached

    def words(self, name: str) -> str:
        """Return the command that fetches a certificate; nothing for a SPECIMEN, which lies in no folder."""
        who = self._who()
        if who is None or name.startswith("SPECIMEN"):
            return ""
        host = f"[{self._host}]" if ":" in self._host else self._host
        command = f"scp -P {self._port} {who}@{host}:{FOLDER}/{name} ."
        return tr("On your own machine, in another window, this fetches it: {command}", command=command)


class Line(asyncssh.SSHServerProcess[bytes]):
    """One channel."""

    def __init__(self, door: Door, host: Host, *, reached: tuple[str, int]) -> None:
        """Take the connection, the process's host, and under which name and port students reach it."""
        signed_in = door.signed_in
        super().__init__(self._serve, self._folder if signed_in else None, 3, signed_in is not None)
        self._door = door
        self._host = host
        self._reached = reached
        self._student = signed_in.student if signed_in else None
        self._signed_in = signed_in
        self._told: dict[str, str] = {}
        self._session: Session | None = None
        self._guest: Guest | None = None
        """Who is served here, at screens or in plain lines."""
        self._settling: asyncio.TimerHandle | None = None
        self._silent: asyncio.TimerHandle | None = None

    def connection_made(self, chan: SSHChannel[bytes]) -> None:
        """Wait for what is asked for, though not for ever."""
        super().connection_made(chan)
        # asyncssh keeps every variable that is sent, without a limit: only a few are let in instead.
        vars(chan)["_process_env_request"] = self._environment_told
        self._silent = asyncio.get_running_loop().call_later(_SILENT, chan.close)
        self._door.lines.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end of the channel as the end of the line."""
        for timer in (self._settling, self._silent):
            if timer is not None:
                timer.cancel()
        self._door.lines.discard(self)
        if self._guest is not None:
            self._guest.hang_up()
        super().connection_lost(exc)
        self._door.channel_closed()

    def stop(self, words: Callable[[], str]) -> None:
        """End from the server's side, and tell whoever is served here why."""
        if self._guest is not None:
            self._guest.stop(words)
        else:
            self.channel.close()

    def exec_requested(self, command: str) -> bool:
        """Answer every command, if only with a sentence."""
        return True

    def shell_requested(self) -> bool:
        """Answer."""
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """Open the folder of certificates to whoever has signed in, and nothing else."""
        return subsystem == "sftp" and self._student is not None

    def session_started(self) -> None:
        """Begin."""
        if self._silent is not None:
            self._silent.cancel()
        super().session_started()

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        """Tell the screens, once the size has settled."""
        if self._settling is None:
            self._settling = asyncio.get_running_loop().call_later(_SETTLING, self._settled)

    def signal_received(self, signal: str) -> None:
        """Nothing: a signal of somebody's own machine means nothing here."""

    def break_received(self, msec: int) -> bool:
        """Nothing, as above."""
        return False

    def pause_writing(self) -> None:
        """Stop drawing: the person's program does not take more."""
        super().pause_writing()
        if self._session is not None:
            self._session.pause_writing()

    def resume_writing(self) -> None:
        """Draw again, unless the connection as a whole is full."""
        super().resume_writing()
        if self._session is not None and self._door.writable.is_set():
            self._session.resume_writing()

    def connection_full(self) -> None:
        """Stop drawing: the network does not take more."""
        if self._session is not None:
            self._session.pause_writing()

    def connection_free(self) -> None:
        """Draw again, unless the person's program does not take it."""
        if self._session is not None and not self._write_paused:
            self._session.resume_writing()

    async def drained(self) -> None:
        """Wait until what was sent is on its way; a line that takes nothing for long is closed.

        Raises:
            ConnectionError: the line was lost.
        """
        try:
            async with asyncio.timeout(self._host.rules.slow_line_seconds):
                await self.drain(None)
                await self._door.writable.wait()
        except TimeoutError:
            self._door.connection.abort()
        except asyncssh.Error as error:
            raise ConnectionError from error

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        """Do what was asked for, and leave with its exit code."""
        house = self._host.house
        speak(_language(self._told) or house.settings.language)
        try:
            await self._stands()
            code = await self._answer((self.command or "").split())
        except CequizError as error:
            self._tell(told_to_guest(error, house.settings))
            code = error.exit_code
        except (OSError, asyncssh.Error):  # the line was lost while something was said
            return
        except Exception as error:  # noqa: BLE001 - the boundary: one channel's end is not another's
            self._tell(self._host.unforeseen(error))
            code = BROKEN
        if not self.channel.is_closing():
            self.exit(code)

    async def _stands(self) -> None:
        """Refuse a channel of somebody who would have to sign in anew by now.

        Raises:
            NotAllowed: the passphrase was changed since, or the record merged or purged.
        """
        house, signed_in = self._host.house, self._signed_in
        if signed_in is None:
            return
        if await asyncio.to_thread(lambda: standing(house.ports(), signed_in.student.id)) != signed_in.standing:
            raise NotAllowed(tr("Your passphrase or your record was changed."), hint=tr("Sign in again."))

    async def _answer(self, command: list[str]) -> int:
        if command[:1] == [PLAIN] and len(command) <= 2:
            return await self._plain(command[1] if len(command) == 2 else None)
        if command:
            raise WrongUsage(
                tr("There is no such command here."),
                hint=tr("Without a command the screens open; `plain` asks in plain lines."),
            )
        if self.term_type is None:
            raise WrongUsage(
                tr("The screens need a terminal."),
                hint=tr("Connect with `ssh -t`, or with the command `plain` to be asked in plain lines."),
            )
        if self.term_type in _SPEECHLESS or await self._prefers_lines():
            return await self._plain(None)
        return await self._screens()

    async def _prefers_lines(self) -> bool:
        """Whether the student's accommodation is to be asked in plain lines, as at any terminal of the house."""
        student, house = self._student, self._host.house
        if student is None:
            return False
        return (await asyncio.to_thread(lambda: profile_of(house.ports(), student.id))).plain

    async def _screens(self) -> int:
        """Show the screens until they are left."""
        session = self._guest = self._session = Session(
            self._host,
            peer=self._peer(),
            write=self.stdout.write,
            size=self._size(),
            outside=Fetching(lambda: session.student_id, reached=self._reached),
            signed_in=self._signed_in,
            on_signed_in=self._note_signed_in,
            resume=self._student is not None,
        )
        listening = asyncio.create_task(self._listen(session), name="cequiz ssh input")
        try:
            return await session.run()
        finally:
            self._guest = self._session = None
            listening.cancel()

    def _note_signed_in(self, found: SignedIn) -> None:
        self._door.pass_in()
        self._host.journal.note(f"ssh {self._door.address} {found.student.id} signed in on the screen")

    async def _listen(self, session: Session) -> None:
        """Pass on what the person types; the end of it is the end of the line."""
        with suppress(OSError, asyncssh.Error):
            while data := await self.stdin.read(_PIECE):
                session.feed(data)
                # Many keys that are at hand already must not keep the loop from everybody else.
                await asyncio.sleep(0)
        session.hang_up()

    async def _plain(self, exam: str | None) -> int:
        """Talk in plain lines until it is left."""
        terminal = self.term_type is not None
        may_send = asyncio.Event()
        may_send.set()
        line = PlainLine(
            self._write if terminal else self._write_as_in_a_file,
            echo=terminal,
            drained=self.drained,
            wait=lambda full: may_send.clear() if full else may_send.set(),
        )
        talk = self._guest = PlainSession(
            self._host,
            peer=self._peer(),
            line=line,
            outside=Fetching(lambda: talk.student_id, reached=self._reached),
            signed_in=self._signed_in,
            exam_ref=exam,
            on_signed_in=lambda _: self._door.pass_in(),
        )
        listening = asyncio.create_task(self._listen_to_lines(line, may_send), name="cequiz ssh input")
        try:
            code = await talk.run()
            await asyncio.sleep(0)  # what was said last is written in the loop's next round
            return code
        finally:
            self._guest = None
            listening.cancel()

    async def _listen_to_lines(self, line: PlainLine, may_send: asyncio.Event) -> None:
        """Pass on what the person types; after the end of it they may still read."""
        with suppress(OSError, asyncssh.Error):
            while data := await self.stdin.read(_PIECE):
                line.feed(data)
                await asyncio.sleep(0)
                await may_send.wait()
        line.end()

    def _write_as_in_a_file(self, data: bytes) -> None:
        """End lines as files do: nobody's terminal is on the other side."""
        self._write(data.replace(b"\r\n", b"\n"))

    def _write(self, data: bytes) -> None:
        if not self.channel.is_closing():
            self.stdout.write(data)

    def _folder(self, chan: SSHChannel[bytes]) -> asyncssh.SFTPServer:
        student, house = self._student, self._host.house
        assert student is not None  # noqa: S101 - nobody else gets this far
        self._host.journal.note(f"ssh {self._door.address} {student.id} opened the folder of certificates")

        async def look() -> tuple[Paper, ...]:
            try:
                await self._stands()
                return await asyncio.to_thread(lambda: papers_of(house.ports(), student.id))
            except CequizError as error:
                raise asyncssh.SFTPFailure(told_to_guest(error, house.settings)) from None

        return CertificateFolder(self.channel, look, self.drained)

    def _peer(self) -> Peer:
        return Peer(
            way="ssh",
            address=place_of(self._door.address),
            term=visible(self.term_type or ""),
            colour_term=self._told.get("COLORTERM", ""),
            language=_language(self._told),
        )

    def _size(self) -> tuple[int, int]:
        columns, rows, _, _ = self.term_size
        return columns or 80, rows or 24

    def _settled(self) -> None:
        self._settling = None
        if self._session is not None:
            self._session.resize(*self._size())

    def _environment_told(self, packet: SSHPacket) -> bool:
        """Take one of the few variables that matter, and refuse the rest."""
        name, value = packet.get_string(), packet.get_string()
        packet.check_end()
        if len(value) > _LONGEST_TOLD or not value.isascii() or name.decode("latin-1") not in _TOLD:
            return False
        self._told[name.decode("latin-1")] = visible(value.decode("ascii"))
        return True

    def _tell(self, words: str) -> None:
        """Say a sentence beside the data, where there is still somebody."""
        if not self.channel.is_closing():
            end = "\n" if self.term_type is None else "\r\n"
            self.stderr.write(f"{visible(words)}{end}".encode())


def _language(told: dict[str, str]) -> str:
    """Return the language to speak; empty for the house's own.

    Most machines say that they are English, wherever they stand, so that this alone says little.
    """
    if "CEQUIZ_LANGUAGE" in told:
        return told["CEQUIZ_LANGUAGE"]
    asked = asked_language(told)
    base = asked.partition(".")[0].replace("-", "_").partition("_")[0]
    return asked if base in languages() and base != SOURCE else ""

"""One person's screens over one line, inside a process that serves many.

The line gives bytes (`feed`), sizes (`resize`) and its end (`hang_up`), and takes bytes (`write`). A line that takes
nothing for the moment says so (`pause_writing`, `resume_writing`, as an asyncio protocol is told): meanwhile nothing
is drawn and nothing is kept, and afterwards the whole screen is drawn again. One that stays so is taken for lost. What
the person sends waits here while the screens are busy, up to a limit; somebody who floods is hung up on.

A session never raises and never holds the loop for another: what is slow is in threads, what hangs is let go, and
sizes that follow each other are laid out seldom, the last one always. Whoever is signed in is looked up again from
time to time: a passphrase that was changed elsewhere ends the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context, copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

from cequiz.domain.text import visible
from cequiz.errors import Refused
from cequiz.frontends.serve.app import ServedApp
from cequiz.frontends.serve.in_order import InOrder
from cequiz.frontends.serve.peer import Peer
from cequiz.frontends.serve.reluctant import Reluctant
from cequiz.frontends.serve.rules import HIGHEST, LOWEST, NARROWEST, WIDEST
from cequiz.frontends.serve.standing import until_fallen
from cequiz.frontends.serve.terminal import TerminalDriver
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.outside import Outside
from cequiz.language import speak, tr

if TYPE_CHECKING:
    from cequiz.frontends.serve.host import Host
    from cequiz.services.standing import SignedIn

_PIECE = 512
"""Bytes that are read at once; the loop is everybody's."""

_PUT_DOWN = 3.5
"""Seconds that putting an exam down may take; a little more than the app itself waits for."""

_SETTLING, _STRANGER_SETTLING = 0.4, 1.0
"""Seconds between two layouts, for somebody who is signed in and for anybody: each one holds the loop for everybody."""

_IN_EXAM = 30.0
"""Seconds until the next look at somebody who is idle in an exam, which is never ended by it."""

HUNG_UP = 129
"""The exit code of somebody whose line was lost, as of a program whose terminal was."""

BROKEN = 4


class Session:
    """One person's screens over one line."""

    def __init__(  # noqa: PLR0913 - a line has that many ends
        self,
        host: Host,
        *,
        peer: Peer,
        write: Callable[[bytes], None],
        size: tuple[int, int],
        outside: Outside,
        signed_in: SignedIn | None = None,
        on_signed_in: Callable[[SignedIn], None] | None = None,
        on_signed_out: Callable[[], None] | None = None,
        on_leaving: Callable[[], None] | None = None,
        resume: bool = False,
    ) -> None:
        """Make a session; nothing happens before `run`.

        Args:
            host: the process's host, which is running.
            peer: the other end of the line.
            write: takes bytes for the person at once, in the loop's thread; what it cannot send it keeps, and says
                `pause_writing`. An `OSError` from it is the end of the line.
            size: columns and rows of the terminal.
            outside: what the person may do with the world around the terminal.
            signed_in: who has signed in already; None shows the sign-in.
            on_signed_in: called in the loop with whoever has just signed in at the screen.
            on_signed_out: called in the loop when they sign out there.
            on_leaving: called in the loop when they begin to leave by their own wish.
            resume: whether an exam of theirs that runs is taken up at once.
        """
        self.peer = peer
        self.seated = False
        """Whether there was room: a session that was refused ends without having begun."""
        self.told = ""
        """What was said at the end: why it ended, until when an exam goes on; empty for nothing."""
        self._host = host
        self._write = write
        self._size = _believable(*size)
        self.forgotten = False
        """Whether it ends because nobody has touched a key for long."""
        self._door = Reluctant(host.doors, host.rules.refusal_seconds)
        self._desk = Desk(
            host.house,
            outside=outside,
            address=peer.address,
            writer=InOrder(host.deeds),
            door=self._door,
        )
        self._desk.lookout = host.lookout
        self._desk.on_signed_in = self._signed_in
        self._desk.on_signed_out = self._signed_out
        self._on_signed_in = on_signed_in
        self._on_signed_out = on_signed_out
        self._on_leaving = on_leaving
        self._known = signed_in
        self._student_id = signed_in.student.id if signed_in else None
        self._resume = resume
        self._context: Context = copy_context()
        self._app: ServedApp | None = None
        self._driver: TerminalDriver | None = None
        self._task: asyncio.Task[int] | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._over = asyncio.Event()
        self._code = HUNG_UP
        self._gone = False
        self._words: Callable[[], str] | None = None
        self._inbox = bytearray()
        self._arrived = asyncio.Event()
        self._paused = False
        self._patience: asyncio.TimerHandle | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._last_key = self._stranger_since = host.now()
        self._settling: asyncio.TimerHandle | None = None
        self._laid_out = (0, 0), 0.0
        self._watch: asyncio.Task[Callable[[], str]] | None = None

    @property
    def app(self) -> ServedApp | None:
        """The app while it runs; None before and after."""
        return self._app

    @property
    def student_id(self) -> str | None:
        """Who is signed in."""
        return self._desk.student.id if self._desk.student is not None else self._student_id

    @property
    def in_exam(self) -> bool:
        """Whether an exam is open here."""
        return self._desk.sitting is not None

    @property
    def working(self) -> bool:
        """Whether a passphrase is being looked at that was typed here."""
        return self._door.busy

    @property
    def quiet_for(self) -> float:
        """For how many seconds no key has been pressed here."""
        return self._host.now() - self._last_key

    @property
    def leaving(self) -> bool:
        """Whether it is being put down."""
        return self._gone or self._leaving is not None

    @property
    def put_out(self) -> bool:
        """Whether it was ended from the host's side: the person has not left, and other lines of theirs stay."""
        return self._words is not None

    async def run(self) -> int:
        """Show the screens until the person has left or the line is lost, and return the exit code; never raises."""
        try:
            with self._host.seat(self):
                self.seated = True
                return await self._stay()
        except Refused as refusal:
            self._say(refusal.whole)
            return refusal.exit_code

    def feed(self, data: bytes) -> None:
        """Take bytes from the person, cut anywhere."""
        if self._gone:
            return
        self._last_key = self._host.now()
        if self.student_id is not None:  # for strangers nothing is put off
            self._host.last_key = self._last_key
        if len(self._inbox) + len(data) > self._host.rules.most_unread:
            self._host.journal.note(f"{self.peer.way} {self.peer.address} sent more than anybody types: hung up")
            self.hang_up()
            return
        self._inbox += data
        self._arrived.set()

    def resize(self, columns: int, rows: int) -> None:
        """Take the terminal's new size once sizes have settled, within the limits of what a terminal's may be."""
        self._size = _believable(columns, rows)
        if self._driver is None or self._settling is not None:
            return
        pause = _SETTLING if self.student_id is not None else _STRANGER_SETTLING
        wait = self._laid_out[1] + pause - self._host.now()
        if wait <= 0:
            self._lay_out()
        else:
            self._settling = asyncio.get_running_loop().call_later(wait, self._lay_out)

    def _lay_out(self) -> None:
        self._settling = None
        if self._driver is not None and not self._gone and self._size != self._laid_out[0]:
            self._laid_out = self._size, self._host.now()
            self._driver.resize(*self._size)

    def pause_writing(self) -> None:
        """Draw nothing until `resume_writing`: the line takes nothing at the moment."""
        if self._paused or self._gone:
            return
        self._paused = True
        if self._driver is not None:
            self._driver.pause()
        self._patience = asyncio.get_running_loop().call_later(self._host.rules.slow_line_seconds, self.hang_up)

    def resume_writing(self) -> None:
        """Draw again: the line takes bytes."""
        self._paused = False
        self._stop_waiting()
        if self._driver is not None and not self._gone:
            self._driver.resume()

    def hang_up(self) -> None:
        """Take note that the line is lost: the exam goes on, as after any lost terminal."""
        if self._gone:
            return
        self._gone = True
        self._inbox.clear()
        self._leave(orderly=False)

    def stop(self, words: Callable[[], str]) -> None:
        """End the session from the host's side, and tell the person why.

        Args:
            words: returns what they read when the screen has gone, asked in their language; a sentence about an open
                exam is added.
        """
        if self._gone or self._leaving is not None:
            return
        self._words = words
        self._leave(orderly=False)

    async def _stay(self) -> int:
        loop = asyncio.get_running_loop()
        self._last_key = self._stranger_since = self._host.now()
        self._task = loop.create_task(self._show(), name="cequiz session", context=self._context)
        self._task.add_done_callback(self._ended)
        self._watch_idleness()
        if self._known is not None:
            self._watch_sign_in(self._known)
        if self._gone:  # before it began
            self._leave(orderly=False)
        try:
            await self._over.wait()
        except asyncio.CancelledError:
            self.hang_up()
            raise
        finally:
            for later in (self._idle, self._settling, self._watch):
                if later is not None:
                    later.cancel()
            self._stop_waiting()
            self._forget()
        return self._code

    async def _show(self) -> int:
        """Run the app; everything in here has the session's own context."""
        speak(self.peer.language or self._host.house.settings.language)
        await self._after_those_before()
        try:
            app = self._app = ServedApp(
                self._desk,
                terminal=partial(TerminalDriver, send=self._send, started=self._started, colours=self.peer.colours),
                colours=self.peer.colours,
                student_id=self._student_id,
                resume=self._resume,
                unforeseen=self._host.unforeseen,
                on_leaving=self._on_leaving,
            )
            await app.run_async(size=self._size)
        except Exception as error:  # noqa: BLE001 - the boundary: one session's end is not another's
            self._say(self._unforeseen(error))
            return BROKEN
        words = self._words() if self._words is not None else ""
        self._say("\n".join(part for part in (words, app.last_words.getvalue().strip()) if part))
        return HUNG_UP if self._gone else app.return_code or 0

    async def _after_those_before(self) -> None:
        """Wait until this student's lines that were lost just now have been put down: they are no other window."""
        before = {
            guest._leaving
            for guest in self._host.guests
            if isinstance(guest, Session) and guest._leaving is not None and guest.student_id == self._student_id
        }
        if self._resume and before:
            await asyncio.wait(before, timeout=_PUT_DOWN)

    def _started(self, driver: TerminalDriver) -> None:
        """Begin to read what the person sends; called in the app's task."""
        self._driver = driver
        if self._paused:
            driver.pause()
        self._lay_out()  # it may have changed since
        pump = asyncio.get_running_loop().create_task(self._read(driver), name="cequiz keys")
        assert self._task is not None  # noqa: S101 - we are inside it
        self._task.add_done_callback(lambda _: pump.cancel())
        pump.add_done_callback(self._read_all)

    async def _read(self, driver: TerminalDriver) -> None:
        """Give the app what the person sends, piece by piece, each when the one before has been obeyed."""
        while True:
            await self._arrived.wait()
            piece = bytes(self._inbox[:_PIECE])
            del self._inbox[:_PIECE]
            if not self._inbox:
                self._arrived.clear()
            driver.feed(piece)
            if driver.unfinished > self._host.rules.most_pasted:
                self.hang_up()
                return
            await driver.read_by_app()

    def _read_all(self, pump: asyncio.Task[None]) -> None:
        if not pump.cancelled() and (error := pump.exception()) is not None:
            self._unforeseen(error)
            self.hang_up()

    def _send(self, data: bytes) -> None:
        if self._gone:
            return
        try:
            self._write(data)
        except OSError:
            self.hang_up()

    def _say(self, words: str) -> None:
        """Write plain words on the person's own screen."""
        self.told = visible(" ".join(words.split()))
        if words:
            lines = "".join(f"{visible(line)}\r\n" for line in words.split("\n"))
            self._send(lines.encode("utf-8", "replace"))

    def _leave(self, *, orderly: bool) -> None:
        """Begin to leave, unless that is under way."""
        if self._leaving is not None or self._task is None or self._task.done():
            return
        self._leaving = self._host.keep(self._put_down(self._task, orderly=orderly), context=self._context)

    async def _put_down(self, task: asyncio.Task[int], *, orderly: bool) -> None:
        """Put an open exam down and end the app, by force where it does not end."""
        app = self._app
        if app is not None:
            app.orderly = orderly
            words = ""
            try:
                words = await asyncio.wait_for(app.put_down(), _PUT_DOWN)
            except TimeoutError:
                pass
            except Exception as error:  # noqa: BLE001 - the boundary: whatever it was, the app must end
                words = self._unforeseen(error)
            app.exit(return_code=self._desk.exit_code, message=None if self._gone else _plain(words))
        else:
            task.cancel()
        done, _ = await asyncio.wait({task}, timeout=self._host.rules.leaving_seconds - _PUT_DOWN)
        if not done:
            task.cancel()
            await asyncio.wait({task}, timeout=1.0)
        if not task.done():
            self._host.journal.note("a session that was left did not end in time")
            self._over.set()

    def _ended(self, task: asyncio.Task[int]) -> None:
        if not task.cancelled():
            error = task.exception()
            self._code = BROKEN if error is not None else task.result()
        self._over.set()

    def _forget(self) -> None:
        """Let go of everything that is large; somebody may hold the session a little longer."""
        self._gone = True
        self._app = None
        self._driver = None
        self._watch = None
        self._context = Context()

    def _unforeseen(self, error: BaseException) -> str:
        return self._host.unforeseen(error)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _watch_idleness(self) -> None:
        """Sign out who has not touched a key for long; never out of an open exam."""
        rules = self._host.rules
        nobody = self._desk.student is None and self._student_id is None
        limit = 60 * (rules.stranger_minutes if nobody else rules.idle_minutes)
        left = self._last_key + limit - self._host.now()
        if nobody:  # keys do not renew everything: nobody holds a place for others by pressing one now and then
            left = min(left, self._stranger_since + 60 * rules.stranger_total_minutes - self._host.now())
        if self._desk.sitting is None and left <= 0:
            if not nobody:
                self.forgotten = True
                self._desk.sign_out()  # so that whoever keeps the line forgets them too
            self.stop(nobody_signed_in if nobody else nobody_here)
            return
        wait = max(left, 0.05) if left > 0 else _IN_EXAM
        self._idle = asyncio.get_running_loop().call_later(wait, self._watch_idleness)

    def _signed_in(self, found: SignedIn) -> None:
        self._host.signed_in(self)
        self._watch_sign_in(found)
        if self._on_signed_in is not None:
            self._on_signed_in(found)

    def _signed_out(self) -> None:
        self._student_id = None
        self._stranger_since = self._host.now()
        if self._watch is not None:
            self._watch.cancel()
        if self._on_signed_out is not None:
            self._on_signed_out()

    def _watch_sign_in(self, found: SignedIn) -> None:
        """See to it that the session ends when the student would have to sign in anew."""

        def fallen(watch: asyncio.Task[Callable[[], str]]) -> None:
            if watch.cancelled():
                return
            if (error := watch.exception()) is not None:
                self._unforeseen(error)
            else:
                self.stop(watch.result())

        if self._watch is not None:
            self._watch.cancel()
        work = until_fallen(self._host, found, in_exam=lambda: self.in_exam)
        # In a context of its own: the timers of the one we are called in would keep its app.
        self._watch = asyncio.get_running_loop().create_task(work, name="cequiz sign-in", context=Context())
        self._watch.add_done_callback(fallen)


def nobody_here() -> str:
    """Return what is told where nobody has touched a key for long."""
    return tr("Nobody was here for a while: you are signed out.")


def nobody_signed_in() -> str:
    """Return what is told at a screen that waited for a sign-in for long."""
    return tr("Nobody has signed in here for a while. Connect again.")


def _believable(columns: int, rows: int) -> tuple[int, int]:
    """Return a size that a terminal may have."""
    return min(max(columns, NARROWEST), WIDEST), min(max(rows, LOWEST), HIGHEST)


def _plain(words: str) -> Any:
    from rich.text import Text  # noqa: PLC0415 - only where somebody is told something

    return Text(words) if words else None

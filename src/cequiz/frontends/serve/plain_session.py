"""One person's talk in plain lines inside a process that serves many: signing in, home, and what they choose there.

The talk holds a thread of the host while it lasts, and speaks its own language there. It never raises: a refusal is a
sentence on the person's line, and so is what nobody expected.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING

from cequiz.errors import CequizError, Refused
from cequiz.frontends.guest_words import guest_words
from cequiz.frontends.plain.home import HomeTalk
from cequiz.frontends.plain.patience import patient
from cequiz.frontends.plain.sign_in import sign_in
from cequiz.frontends.plain.sit import Exit
from cequiz.frontends.plain.ways import OverALine
from cequiz.frontends.serve.session import BROKEN, HUNG_UP, nobody_here, nobody_signed_in
from cequiz.frontends.serve.standing import until_fallen
from cequiz.language import speak

if TYPE_CHECKING:
    from cequiz.frontends.plain.console import Console, Signal
    from cequiz.frontends.serve.host import Host
    from cequiz.frontends.serve.peer import Peer
    from cequiz.frontends.serve.plain_line import PlainLine
    from cequiz.frontends.tui.outside import Outside
    from cequiz.services.ports import Ports
    from cequiz.services.standing import SignedIn

_IN_EXAM = 30.0
"""Seconds until the next look at somebody who types nothing in an exam, which is never ended by it."""


class PlainSession:
    """One person's talk over one line."""

    def __init__(
        self,
        host: Host,
        *,
        peer: Peer,
        line: PlainLine,
        outside: Outside,
        signed_in: SignedIn | None = None,
        exam_ref: str | None = None,
        on_signed_in: Callable[[str], None] | None = None,
    ) -> None:
        """Make a session; nothing happens before `run`.

        Args:
            host: the process's host, which is running.
            peer: the other end of the line.
            line: both ends of the talk.
            outside: says how a certificate is fetched.
            signed_in: who has signed in already; None asks on the line.
            exam_ref: an exam that is talked about at once, and nothing else; None for home.
            on_signed_in: called in the loop with the id of who has just signed in on the line.
        """
        self.peer = peer
        self._found = signed_in
        self._host = host
        self._line = line
        line.obeys_lost = self._answers_count
        self._outside = outside
        self._exam_ref = exam_ref
        self._on_signed_in = on_signed_in
        self._home: HomeTalk | None = None
        self._words: Callable[[], str] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._watch: asyncio.Task[Callable[[], str]] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._began = 0.0
        self._asked = 0
        """Passphrases that were asked for."""

    @property
    def student_id(self) -> str | None:
        """Who is signed in."""
        return self._found.student.id if self._found is not None else None

    @property
    def in_exam(self) -> bool:
        """Whether an exam is open here."""
        return self._home is not None and self._home.in_exam

    @property
    def working(self) -> bool:
        """Whether a passphrase is being looked at that was typed here."""
        return self.student_id is None and self._asked > 0 and not self._line.listens

    @property
    def quiet_for(self) -> float:
        """For how many seconds nothing has been typed here."""
        return self._host.now() - self._line.heard

    @property
    def leaving(self) -> bool:
        """Whether it is being put down."""
        return self._words is not None or self._line.lost

    async def run(self) -> int:
        """Talk until the person has left or the line is lost, and return the exit code; never raises."""
        loop = self._loop = asyncio.get_running_loop()
        self._began = loop.time()
        try:
            with self._host.seat(self):
                self._watch_idleness()
                if self._found is not None:
                    self._watch_sign_in(self._found)
                return await asyncio.shield(loop.run_in_executor(self._host.talks, copy_context().run, self._talk))
        except Refused as refusal:  # the house is full
            self._line.write(f"{refusal.whole}\n")
            self._line.flush()
            return refusal.exit_code
        except asyncio.CancelledError:
            self.hang_up()
            raise
        finally:
            for later in (self._idle, self._watch):
                if later is not None:
                    later.cancel()

    def hang_up(self) -> None:
        """Take note that the line is lost: an open exam goes on."""
        self._line.hang_up()

    def stop(self, words: Callable[[], str]) -> None:
        """End the talk from the host's side, and tell the person why, in words that are asked for in their language."""
        self._words = words
        self._line.stop()

    def _talk(self) -> int:
        """Talk; in a thread and a context of its own."""
        house = self._host.house
        speak(self.peer.language or house.settings.language)
        console = self._line.console(told=self._told)
        try:
            with patient(console, house.ports()) as ports:
                code = int(self._converse(console, ports))
        except CequizError as error:
            console.say(self._told(error))
            code = error.exit_code
        except Exception as error:  # noqa: BLE001 - the boundary: one talk's end is not another's
            console.say(self._host.unforeseen(error))
            code = BROKEN
        if self._words is not None:
            console.say(self._words())
        self._line.flush()
        return HUNG_UP if self._line.lost else code

    def _converse(self, console: Console, ports: Ports) -> Exit:
        if self._found is None:
            self._found = sign_in(console, ports, address=self.peer.address, ask_secret=self._ask_secret)
            if self._found is None:
                return Exit.REFUSED
            self._host.journal.note(f"{self.peer.way} {self.peer.address} {self._found.student.id} signed-in")
            assert self._loop is not None  # noqa: S101 - `run` is what began this
            self._loop.call_soon_threadsafe(self._signed_in, self._found)
        who = self._found.student.id
        actor = f"student:{who}"
        ways = OverALine(self._outside.words)
        address = self.peer.address
        self._home = HomeTalk(console, ports, student_id=who, actor=actor, ways=ways, address=address)
        return self._home.run() if self._exam_ref is None else self._home.sit(self._exam_ref)

    def _ask_secret(self, prompt: str) -> str | Signal:
        """Ask for a passphrase, from the second one on not at once: who guesses is slow."""
        if self._asked:
            time.sleep(self._host.rules.refusal_seconds)
        self._asked += 1
        return self._line.ask_secret(prompt)

    def _answers_count(self) -> bool:
        """Say whether an exam is talked about: answers that were typed before the line was lost belong to it."""
        return self._exam_ref is not None or (self._home is not None and self._home.in_exam)

    def _told(self, error: CequizError) -> str:
        return " ".join(part for part in guest_words(error, self._host.house.settings) if part)

    def _watch_idleness(self) -> None:
        """Sign out who has typed nothing for long; never out of an exam."""
        rules, loop = self._host.rules, asyncio.get_running_loop()
        limit = 60 * (rules.stranger_minutes if self.student_id is None else rules.idle_minutes)
        left = self._line.heard + limit - loop.time()
        if self.student_id is None:
            left = min(left, self._began + 60 * rules.stranger_total_minutes - loop.time())
        if left <= 0 and not self.in_exam:
            self.stop(nobody_signed_in if self.student_id is None else nobody_here)
            return
        self._idle = loop.call_later(max(left, 1.0) if left > 0 else _IN_EXAM, self._watch_idleness)

    def _signed_in(self, found: SignedIn) -> None:
        self._host.signed_in(self)
        self._watch_sign_in(found)
        if self._on_signed_in is not None:
            self._on_signed_in(found.student.id)

    def _watch_sign_in(self, found: SignedIn) -> None:
        """See to it that the talk ends when the student would have to sign in anew."""

        def fallen(watch: asyncio.Task[Callable[[], str]]) -> None:
            if watch.cancelled():
                return
            if (error := watch.exception()) is not None:
                self._host.unforeseen(error)
            else:
                self.stop(watch.result())

        work = until_fallen(self._host, found, in_exam=lambda: self.in_exam)
        self._watch = asyncio.get_running_loop().create_task(work, name="cequiz sign-in")
        self._watch.add_done_callback(fallen)

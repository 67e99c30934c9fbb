"""What the sessions of one process share: who is here, the threads, the log, and a good end.

It knows neither SSH nor the web; those bring the lines.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import Context
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from cequiz.errors import Refused
from cequiz.frontends.serve import seats, slow, strips
from cequiz.frontends.serve.collecting import Collector
from cequiz.frontends.serve.deeds import DeedThreads
from cequiz.frontends.serve.journal import LOG, Journal
from cequiz.frontends.serve.lookout import Lookout
from cequiz.frontends.serve.peer import Peer
from cequiz.frontends.serve.rules import ServeRules
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.bootstrap import House

T = TypeVar("T")


class Guest(Protocol):
    """Somebody who is served: at screens, or line by line."""

    @property
    def peer(self) -> Peer:
        """The other end of the line."""
        ...

    @property
    def student_id(self) -> str | None:
        """Who is signed in; None for a stranger."""
        ...

    @property
    def in_exam(self) -> bool:
        """Whether an exam is open there."""
        ...

    @property
    def working(self) -> bool:
        """Whether a passphrase is being looked at that was typed there."""
        ...

    @property
    def quiet_for(self) -> float:
        """For how many seconds no key has been pressed there; from the beginning, where none was."""
        ...

    @property
    def leaving(self) -> bool:
        """Whether it is being put down."""
        ...

    def stop(self, words: Callable[[], str]) -> None:
        """End from the host's side, and tell the person why, in words that are asked for in their language."""
        ...

    def hang_up(self) -> None:
        """End at once: there is nobody to tell."""
        ...


class Host:
    """One process's sessions."""

    def __init__(self, house: House, rules: ServeRules | None = None) -> None:
        """Make a host; it serves within `running`.

        Args:
            house: the whole program, shared by all.
            rules: the limits; None for the usual ones.
        """
        self.house = house
        self.rules = rules or ServeRules()
        self.journal = Journal(house.settings.home / LOG, house.clock)
        self.deeds = DeedThreads(self.rules.deed_threads, name="cequiz-deed")
        """Does what is written, for whoever asked; see `in_order`."""
        self.doors = ThreadPoolExecutor(self.rules.door_threads, thread_name_prefix="cequiz-door")
        """Looks at passphrases, which is slow on purpose: nobody who answers waits behind those who come."""
        self.talks = ThreadPoolExecutor(self.rules.most_sessions, thread_name_prefix="cequiz-talk")
        """Holds the conversations of line mode, each of which needs a thread while it lasts."""
        self.lookout = Lookout(house.ports, self.now, unforeseen=self.unforeseen)
        """Sees for all sessions whether others have written to the exams that are sat here."""
        self._guests: dict[Guest, None] = {}
        self._kept: set[asyncio.Task[Any]] = set()
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._closing = False
        self.last_key = self.now()
        """When somebody who is signed in pressed a key last, by `now`."""
        self._collector = Collector(self.now, here=lambda: len(self._guests), last_key=lambda: self.last_key)

    @property
    def guests(self) -> tuple[Guest, ...]:
        """Everybody who is served now, in the order of coming."""
        return tuple(self._guests)

    def now(self) -> float:
        """Return seconds of a clock that is only good for differences."""
        return time.monotonic()

    def admit(self, address: str, *, student_id: str | None = None) -> None:
        """Refuse one person more where there are too many, and nobody who would make room.

        Args:
            address: where they come from.
            student_id: who has signed in already; None for a stranger.

        Raises:
            Refused: the server is full, that address has too many already, or the server stops.
        """
        self._refuse_closing()
        seats.who_leaves(self.guests, self.rules, address=address, student_id=student_id)

    def admit_anybody(self) -> None:
        """Refuse whoever comes where it does not matter who it is, so that nobody need be asked who it is.

        Raises:
            Refused: every place is a student's, or the server stops.
        """
        self._refuse_closing()
        seats.refuse_full(self.guests, self.rules)

    def _refuse_closing(self) -> None:
        if self._closing:
            raise Refused(tr("The server is being restarted."), hint=tr("Sign in again in a minute."))

    def signed_in(self, guest: Guest) -> None:
        """Take note that somebody has signed in at their screen: a student has so many, and the oldest is ended."""
        if guest.student_id is not None:
            others = [one for one in self.guests if one is not guest]
            if (oldest := seats.one_too_many(others, self.rules, guest.student_id)) is not None:
                oldest.stop(seats.elsewhere)

    @contextmanager
    def seat(self, guest: Guest) -> Iterator[None]:
        """Count somebody as served while the context lasts.

        Raises:
            Refused: as for `admit`.
        """
        address, student_id = guest.peer.address, guest.student_id
        self.admit(address, student_id=student_id)
        for other, words in seats.who_leaves(self.guests, self.rules, address=address, student_id=student_id).items():
            self.journal.note(f"{other.peer.way} {other.peer.address} made room")
            other.stop(words)
        self._guests[guest] = None
        self._nobody.clear()
        try:
            yield
        finally:
            del self._guests[guest]
            self._collector.ended()
            if not self._guests:
                self._nobody.set()

    def keep(self, work: Coroutine[Any, Any, T], *, context: Context | None = None) -> asyncio.Task[T]:
        """Run something that must not be lost when whoever began it goes away."""
        task = asyncio.get_running_loop().create_task(work, context=context)
        self._kept.add(task)
        task.add_done_callback(self._kept.discard)
        return task

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve while the context lasts: open the store, load the screens, tune the process, and end in good order.

        Raises:
            EnvironmentFailed: the store cannot be opened.
        """
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self.rules.reading_threads, thread_name_prefix="cequiz-read"))
        await asyncio.to_thread(self.house.ports)
        _load_screens()
        with (
            self.journal.open(),
            self._quiet(loop),
            strips.forgetful(),
            self._collector.tuned(),
            slow.watched(self.journal.note),
        ):
            looking = asyncio.create_task(self.lookout.run(), name="cequiz lookout")
            try:
                yield
            finally:
                await self.stopping()
                looking.cancel()
                await asyncio.wait({looking})
                await self._finish_deeds()
                self.doors.shutdown(wait=False, cancel_futures=True)
                self.talks.shutdown(wait=False, cancel_futures=True)

    async def stopping(self) -> None:
        """Let nobody in any more, tell everybody, and return when all have gone or the time for it is over."""
        self._closing = True
        self._collector.rest()
        for guest in self.guests:
            guest.stop(lambda: tr("The server is being restarted. Sign in again in a minute."))
        await self._empty(self.rules.stopping_seconds)
        for guest in self.guests:
            guest.hang_up()
        await self._empty(self.rules.leaving_seconds)
        if self._kept:
            await asyncio.wait(set(self._kept), timeout=self.rules.leaving_seconds)

    async def _finish_deeds(self) -> None:
        """Let the deeds that run come to an end, though not for ever: what they wait for may never come."""
        self.deeds.shutdown(wait=False)
        done = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wait() -> None:
            self.deeds.shutdown()
            with suppress(RuntimeError):  # nobody waits any more
                loop.call_soon_threadsafe(done.set)

        threading.Thread(target=wait, name="cequiz-last-deeds", daemon=True).start()
        try:
            await asyncio.wait_for(done.wait(), self.rules.deeds_seconds)
        except TimeoutError:
            self.journal.note(f"deeds did not end in {self.rules.deeds_seconds:.0f} s: left undone")

    async def _empty(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._nobody.wait(), seconds)
        except TimeoutError:
            if self._guests:  # on a busy machine the last one may end together with the time for it
                self.journal.note(f"{len(self._guests)} sessions did not end in {seconds:.0f} s")

    @contextmanager
    def _quiet(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """Send what nobody catches into the log, without values, and give the streams back as they were."""
        streams = sys.stdout, sys.stderr
        told, thread_told, unraisable = loop.get_exception_handler(), threading.excepthook, sys.unraisablehook
        factory = loop.get_task_factory()

        def in_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            self._unforeseen(context.get("exception"), "the loop")

        def in_thread(args: threading.ExceptHookArgs) -> None:
            self._unforeseen(args.exc_value, "a thread")
            if thread_told is not threading.__excepthook__:
                thread_told(args)

        def at_the_end(args: sys.UnraisableHookArgs) -> None:
            self._unforeseen(args.exc_value, "an object's end")
            if unraisable is not sys.__unraisablehook__:
                unraisable(args)

        loop.set_exception_handler(in_loop)
        threading.excepthook, sys.unraisablehook = in_thread, at_the_end
        try:
            yield
        finally:
            loop.set_exception_handler(told)
            loop.set_task_factory(factory)
            threading.excepthook, sys.unraisablehook = thread_told, unraisable
            sys.stdout, sys.stderr = streams

    def unforeseen(self, error: BaseException) -> str:
        """Have an error recorded by the journal's thread, and return the sentence for the person at the line."""
        from cequiz.frontends.tui import mishap  # noqa: PLC0415 - loaded with the screens

        at = self.house.clock.read().wall
        self.journal.do(partial(mishap.record, error, self.house.settings.home, at=at, here=False))
        return mishap.sentence(error)

    def _unforeseen(self, error: BaseException | None, where: str) -> None:
        if error is None:
            self.journal.note(f"something unexpected in {where}")
            return
        self.unforeseen(error)
        self.journal.note(f"{type(error).__name__} in {where}")


def _load_screens() -> None:
    """Load what screens are loaded from when they are opened: nobody is to wait for that."""
    from cequiz.frontends.tui import student, widgets  # noqa: PLC0415 - a host that is only made loads nothing

    for package in (student, widgets):
        for found in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{found.name}")

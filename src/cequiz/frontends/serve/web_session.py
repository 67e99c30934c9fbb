"""One browser's line: the page's messages become keys and sizes, what is drawn becomes frames.

Who signs in at the screen gets a *visit*: the page keeps its token for as long as the tab is open, and a reload or a
lost line leads back to the same question. It counts only together with the cookie it was begun with. Whoever leaves or
signs out ends it; a line that is lost, or given up because it takes nothing, does not. A browser copies a tab together
with its visit: a line that is put out for others, or that nobody touches, ends alone, and its page forgets the token.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from cequiz.errors import CequizError, EnvironmentFailed, NotAllowed, Refused
from cequiz.frontends.guest_words import guest_words
from cequiz.frontends.serve.peer import Peer
from cequiz.frontends.serve.session import BROKEN, HUNG_UP, Session
from cequiz.frontends.serve.web_guard import Hello, Pace, Resized, Typed, Unheard, read_message
from cequiz.frontends.tui.outside import OverALine
from cequiz.language import tr
from cequiz.services import visiting
from cequiz.services.places import place_of

if TYPE_CHECKING:
    from cequiz.frontends.serve.host import Host
    from cequiz.frontends.tui.desk import Desk
    from cequiz.services.ports import Ports
    from cequiz.services.standing import SignedIn

T = TypeVar("T")

_SECONDS_TO_GREET = 10.0
"""How long a page may take until it says the first word."""

_SECONDS_TO_END = 5.0
"""How long the last words may take to arrive, and any other word that somebody waits for."""

_SIGNS_OF_LIFE = (WSMsgType.PING, WSMsgType.PONG)

_MUCH = 64 * 1024
"""Bytes that wait for a slow line before nothing more is drawn for it."""


class WebLine:
    """One browser's line, from its first word to its last."""

    def __init__(
        self,
        host: Host,
        socket: web.WebSocketResponse,
        *,
        address: str,
        binding: str,
        stopping: Callable[[], bool],
        language: str = "",
        visits: Counter[str] | None = None,
    ) -> None:
        """Take a line that is open.

        Args:
            host: the sessions under way.
            socket: the line.
            address: the browser's, behind the proxies that are trusted.
            binding: what is known of the browser's cookie; empty where it brought none.
            stopping: whether it is the server that ends, so that everybody is to come back.
            language: the one that the browser asks for; empty for the house's own.
            visits: how many lines of each visit are here, by its token; shared by all lines. None for this one alone.
        """
        self._host = host
        self._stopping = stopping
        self._socket = socket
        self._peer = Peer(way="web", address=place_of(address), colour_term="truecolor", language=language)
        self._binding = binding
        self._visit = ""
        self._visits = Counter[str]() if visits is None else visits
        self._ends_at: datetime | None = None
        """When the hours of the visit are over, as far as is known."""
        self._in_order = asyncio.Lock()
        self._deeds: set[asyncio.Task[None]] = set()
        self._drawn = bytearray()
        self._something = asyncio.Event()
        self._paused = False
        self._session: Session | None = None
        self._pace = Pace()

    async def run(self) -> None:
        """Serve the browser until it or its person is gone."""
        returning = False
        try:
            hello = await self._greeted()
            returning = bool(hello.visit)
            self._host.admit_anybody()
            found = await self._known(hello.visit)
            self._host.admit(self._peer.address, student_id=found.student.id if found else None)
        except Unheard:
            await self._finish(WSCloseCode.POLICY_VIOLATION)
        except EnvironmentFailed:
            await self._finish(WSCloseCode.TRY_AGAIN_LATER)  # which the page does by itself
        except CequizError as error:
            if returning and isinstance(error, Refused):
                # Often the seat is still taken by their own line of before, which is being put down.
                await self._finish(WSCloseCode.TRY_AGAIN_LATER)
            else:
                await self._end(" ".join(part for part in guest_words(error, self._host.house.settings) if part))
        else:
            await self._serve(hello.size, found)
        finally:
            self._let_go()

    async def offer(self, number: str) -> None:
        """Have the page fetch a certificate.

        Raises:
            CequizError: it cannot be offered.
        """
        async with self._in_order:
            token = self._visit
        if not token:
            raise NotAllowed(
                tr("Nothing can be handed over now."), hint=tr("Sign out, sign in again and try once more.")
            )
        link = await self._ask(lambda ports: visiting.offer(ports, token, number=number))
        await self._tell("certificate", f"/certificate/{link}")

    async def _greeted(self) -> Hello:
        """Return the first word."""
        try:
            async with asyncio.timeout(_SECONDS_TO_GREET):  # for all of it: a ping is no greeting
                message = await self._socket.receive()
                while message.type in _SIGNS_OF_LIFE:
                    await self._answer_sign(message)
                    message = await self._socket.receive()
        except (ConnectionError, TimeoutError):
            raise Unheard from None
        hello = read_message(message.data) if message.type is WSMsgType.TEXT else None
        if not isinstance(hello, Hello):
            raise Unheard
        if not self._binding:
            raise NotAllowed(
                tr("Your browser has sent no cookie."), hint=tr("Allow cookies for this page and load it again.")
            )
        return hello

    async def _known(self, token: str) -> SignedIn | None:
        """Return whoever's visit goes on, None where somebody must sign in."""
        if not token:
            return None
        address, binding = self._peer.address, self._binding
        idle = timedelta(minutes=self._host.rules.idle_minutes)
        try:
            found = await self._ask(
                lambda ports: visiting.resume(ports, token, address=address, idle=idle, binding=binding)
            )
        except Refused:
            await self._tell("forget", None)
            return None
        self._hold(token)
        self._log(f"{found.student.id} came back")
        return found

    async def _serve(self, size: tuple[int, int], signed_in: SignedIn | None) -> None:
        session = self._session = Session(
            self._host,
            peer=self._peer,
            write=self._write,
            size=size,
            outside=Browser(self),
            signed_in=signed_in,
            on_signed_in=self._signed_in,
            on_signed_out=self._signed_out,
            on_leaving=self._signed_out,
            resume=signed_in is not None,
        )
        helpers = [asyncio.create_task(work) for work in (self._hear(session), self._draw(session), self._stay())]
        try:
            code = await session.run()
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.wait({*helpers, *self._deeds})
        if not self._socket.closed:
            await self._say_goodbye(code, session)

    async def _hear(self, session: Session) -> None:
        """Give the session what the page says, at a pace that a person can keep."""
        loop = asyncio.get_running_loop()
        try:
            async for message in self._socket:
                if message.type in _SIGNS_OF_LIFE:
                    await self._answer_sign(message)
                    continue
                if message.type is not WSMsgType.TEXT:
                    raise Unheard
                wait = self._pace.wait(len(message.data), at=loop.time())
                match read_message(message.data):
                    case Typed(data):
                        session.feed(data)
                    case Resized((columns, rows)):
                        session.resize(columns, rows)
                    case Hello():
                        raise Unheard
                if wait:
                    await asyncio.sleep(wait)
        except Unheard:
            self._log("said what no page says: hung up")
            session.hang_up()
            await self._socket.close(code=WSCloseCode.POLICY_VIOLATION)
        except ConnectionError:
            pass  # it went away while it was answered
        finally:
            session.hang_up()

    async def _answer_sign(self, message: WSMessage) -> None:
        """Answer a ping and take note of a pong, at the pace of everything else: both cost as much as a word.

        Raises:
            Unheard: there have been too many.
            ConnectionError: the line is gone.
        """
        wait = self._pace.wait(len(message.data), at=asyncio.get_running_loop().time())
        if message.type is WSMsgType.PING:
            await self._socket.pong(message.data)
        if wait:
            await asyncio.sleep(wait)

    async def _stay(self) -> None:
        """Keep that somebody is there for as long as the line is, and end the line when the visit has ended.

        It may have ended by its hours, or at another tab: a browser copies a tab together with its visit. Its hours cut
        no exam that is open here: they end the line when the exam is over.
        """
        while True:
            if token := self._visit:
                try:
                    self._ends_at = await self._ask(partial(visiting.stay, token=token))
                except NotAllowed:
                    # Else it has just ended from here.
                    if token == self._visit and self._session is not None and not self._sits_on(self._session):
                        self._session.stop(visit_over)
                except CequizError:
                    pass  # a store that does not answer says nothing about anybody
            await asyncio.sleep(min(visiting.SEEN_EVERY.total_seconds(), self._host.rules.standing_seconds))

    def _sits_on(self, session: Session) -> bool:
        """Whether an exam is open here although the hours of the visit are over."""
        over = self._ends_at is not None and self._host.house.clock.read().wall >= self._ends_at
        return over and session.in_exam

    def _write(self, data: bytes) -> None:
        self._drawn += data
        self._something.set()
        if len(self._drawn) > _MUCH and not self._paused and self._session is not None:
            self._paused = True
            self._session.pause_writing()

    async def _draw(self, session: Session) -> None:
        """Send what is drawn, as fast as the line takes it."""
        try:
            while await self._something.wait():
                self._something.clear()
                if not await self._send_drawn():
                    return
                if self._paused:
                    self._paused = False
                    session.resume_writing()
        finally:
            session.hang_up()

    async def _send_drawn(self) -> bool:
        """Send all that waits, and return whether the line is still there."""
        data = bytes(self._drawn)
        self._drawn.clear()
        try:
            if data:
                await self._socket.send_bytes(data)
        except ConnectionError:
            return False
        return True

    async def _say_goodbye(self, code: int, session: Session) -> None:
        """Send the last words. Whoever has left has left this computer; whoever was put out is to come back."""
        if not session.seated:  # somebody else was faster: nobody has left, so that a visit goes on
            if self._visit:
                await self._finish(WSCloseCode.TRY_AGAIN_LATER)
            else:
                await self._end(session.told)
            return
        if code == HUNG_UP and not self._stopping():  # nobody left: the line was given up, and the page opens another
            await self._finish(WSCloseCode.GOING_AWAY)
            return
        if code != BROKEN and not self._stopping():
            await self._leave_visit(None if session.put_out else visiting.end)
        await self._end(session.told)  # why it ended; where nothing was said, the page says that they have left

    async def _end(self, words: str) -> None:
        """Have the page show that this was the end, and stay as it is; where the server ends, it is to come back."""
        if self._stopping():
            await self._finish(WSCloseCode.SERVICE_RESTART)
        else:
            await self._finish(WSCloseCode.OK, words)

    async def _finish(self, code: int, words: str | None = None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_SECONDS_TO_END):
                await self._send_drawn()
                if words is not None:
                    await self._tell("ended", words)
        with suppress(TimeoutError):
            async with asyncio.timeout(_SECONDS_TO_END):
                await self._socket.close(code=code)

    def _log(self, words: str) -> None:
        self._host.journal.note(f"web {self._peer.address} {words}")

    def _signed_in(self, found: SignedIn) -> None:
        self._log(f"{found.student.id} signed in")
        self._do(self._begin_visit(found))

    def _signed_out(self) -> None:
        forgotten = self._session is not None and self._session.forgotten
        self._do(self._leave_visit(visiting.end_forgotten if forgotten else visiting.end))

    def _do(self, deed: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(deed)
        self._deeds.add(task)
        task.add_done_callback(self._deeds.discard)

    async def _begin_visit(self, found: SignedIn) -> None:
        address, binding = self._peer.address, self._binding
        async with self._in_order:
            if self._visit:  # it goes on: nobody has signed in anew
                return
            # Without a visit everything works but a reload, which then asks for the passphrase.
            with suppress(CequizError):
                token = await self._ask(
                    lambda ports: visiting.begin(ports, found, way="web", address=address, binding=binding)
                )
                self._hold(token)
                await self._tell("visit", self._visit)

    async def _leave_visit(self, end: Callable[[Ports, str], None] | None) -> None:
        """Have the page forget the visit, and end it.

        Args:
            end: how it is ended; None where it goes on for its other lines.
        """
        async with self._in_order:
            token = self._let_go()
            if not token:
                return
            await self._tell("forget", None)
            if end is None or (end is visiting.end_forgotten and self._visits[token]):
                return
            with suppress(CequizError):
                await self._ask(lambda ports: end(ports, token))

    def _hold(self, token: str) -> None:
        """Take note that this is a line of a visit."""
        self._visit, self._ends_at = token, None
        self._visits[token] += 1

    def _let_go(self) -> str:
        """Be no line of a visit any more, and return its token; empty where it was none."""
        token, self._visit = self._visit, ""
        if token:
            self._visits -= Counter([token])
        return token

    async def _tell(self, kind: str, value: str | None) -> None:
        """Tell the page something; a line that is gone, or takes nothing, is noticed elsewhere."""
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(_SECONDS_TO_END):
                await self._socket.send_json([kind, value])

    async def _ask(self, work: Callable[[Ports], T]) -> T:
        return await asyncio.to_thread(lambda: work(self._host.house.ports()))


def visit_over() -> str:
    """Return what is told where a visit has ended while its line was open."""
    return tr("You signed out in another tab, or your time to be signed in is over. Sign in again.")


class Browser(OverALine):
    """What somebody at a browser may do with the world around the terminal: have their certificates."""

    hands_over = True

    def __init__(self, line: WebLine) -> None:
        """Make it for one line."""
        super().__init__("web")
        self._line = line

    async def hand_over(self, desk: Desk, number: str) -> str:
        """Have the page fetch the certificate.

        Raises:
            CequizError: it cannot be given.
        """
        await self._line.offer(number)
        return tr("The certificate is among the downloads of your browser.")

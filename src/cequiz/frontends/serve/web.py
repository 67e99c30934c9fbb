"""Exams in a browser: one page, the line it opens, and certificates by links that work once.

The server speaks HTTP and is meant to stand behind a proxy that speaks TLS. Every connection carries one request or
becomes a line, so that slow and half-finished ones are known by their age alone. Nothing that matters is only in
memory: a cookie and a token lead back to a stay, whichever process and host answers.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiohttp import web

from cequiz.errors import CequizError, Refused
from cequiz.frontends.guest_words import guest_words
from cequiz.frontends.serve.host import Host
from cequiz.frontends.serve.listening import cannot_listen
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.web_guard import MOST_BYTES, PROTOCOL, Caller, Doors, asked_language, binding, new_cookie
from cequiz.frontends.serve.web_health import Health
from cequiz.frontends.serve.web_page import (
    PageFile,
    certificate_headers,
    file_headers,
    page,
    page_files,
    page_headers,
    page_source,
    text_headers,
)
from cequiz.frontends.serve.web_session import WebLine
from cequiz.language import languages, speak, tr
from cequiz.services import visiting
from cequiz.services.places import place_of

if TYPE_CHECKING:
    from cequiz.bootstrap import House
    from cequiz.frontends.serve.journal import Journal

_SECONDS_TO_ASK = 10.0
"""How long a connection may take until its request is complete."""

_SECONDS_TO_TAKE = 60.0
"""How long a connection may last that is no line: until everything is asked for and taken."""

_SECONDS_TO_CLOSE = 3.0
"""How long a browser may take to agree that a line is closed."""

_HEARTBEAT = 30.0
"""Seconds of silence after which a browser is asked for a sign of life; after half of that again it is lost."""

_FETCHES = 2
"""Certificates that are looked for at once: using a link up is a write, and answers go first."""

_CERTIFICATE = "/certificate/"

_SPARE = 32
"""Connections beyond the lines themselves, for pages on their way."""


class WebServer(web.Server):
    """The listening end: bounds how many connections there are."""

    def __init__(self, site: Site) -> None:
        """Make the server of a site."""
        super().__init__(site.answer)
        self._site = site
        self._here: Counter[str] = Counter()
        self._places: dict[web.RequestHandler, str] = {}

    def __call__(self) -> web.RequestHandler:
        """Return what handles one connection."""
        return Connection(
            self,
            self._site.host.journal,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=_SECONDS_TO_ASK,
            lingering_time=0.0,
            access_log=None,
        )

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Count a connection, and end it at once where there are too many."""
        super().connection_made(handler, transport)
        peer = peer_of(transport)
        place = self._places[handler] = place_of(peer)
        self._here[place] += 1
        rules, doors = self._site.host.rules, self._site.doors
        alone = self._here[place] > rules.most_per_address + _SPARE and not doors.trusts(peer)
        if alone or len(self._places) > rules.most_sessions + 8 * _SPARE:
            transport.abort()

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """Count it no more."""
        self._here -= Counter([self._places.pop(handler)])
        super().connection_lost(handler, exc)


class Connection(web.RequestHandler):
    """One connection: it ends in time, and its mishaps are told without a word of what was sent."""

    def __init__(self, manager: web.Server, journal: Journal, **more: Any) -> None:
        """Take a connection.

        Args:
            manager: the server, as the library wants it.
            journal: takes what goes wrong.
            more: the library's own settings.
        """
        super().__init__(manager, **more)
        self._journal = journal
        self._wire: asyncio.Transport | None = None
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, and see to it that it ends, however slowly somebody asks or takes."""
        super().connection_made(transport)
        if isinstance(transport, asyncio.Transport):
            self._wire = transport  # the library forgets its own before everything is sent
            self.be_over_soon()

    def connection_lost(self, exc: BaseException | None) -> None:
        """End."""
        self.become_a_line()
        super().connection_lost(exc)

    def be_over_soon(self) -> None:
        """End in time, whatever the other end takes or does not take."""
        self.become_a_line()
        if self._wire is not None:
            self._end = asyncio.get_running_loop().call_later(_SECONDS_TO_TAKE, self._wire.abort)

    def become_a_line(self) -> None:
        """Stay for as long as it is needed."""
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer a request that is no HTTP, or that went wrong here."""
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._journal.note(f"web: a request failed: {type(exc).__name__}")
        if request.writer.output_size > 0:
            raise ConnectionError  # part of an answer is out already
        return _plain(HTTPStatus(status), HTTPStatus(status).phrase)

    def log_exception(self, *args: object, **kw: object) -> None:
        """Name the kind of mishap alone; the library would add where it happened, and with what."""
        self._journal.note(f"web: a connection failed: {type(kw.get('exc_info')).__name__}")


class Site:
    """Answers browsers."""

    def __init__(self, host: Host, doors: Doors) -> None:
        """Make the site.

        Args:
            host: the sessions under way.
            doors: the names it answers to.

        Raises:
            ImportError: the package with the terminal page is not installed.
        """
        self.host = host
        self.doors = doors
        self.stopping = False
        """Whether everybody is being sent away, to come back."""
        self._files: Mapping[str, PageFile] = page_files()
        self._page_source = page_source()
        self._health = Health(self._look, host.deeds)
        self._fetching = asyncio.Semaphore(_FETCHES)
        self._lines: Counter[str] = Counter()
        """How many lines there are from each place, whether or not somebody has a seat."""
        self._visits: Counter[str] = Counter()
        """How many lines of each visit there are, by its token."""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        wanted = asked_language(request.headers.get("Accept-Language", ""), languages())
        speak(wanted or self.host.house.settings.language)
        # To ask for a line's or a certificate's head would open the one and use the other up.
        methods = ("GET",) if request.path == "/line" or _names_certificate(request) else ("GET", "HEAD")
        if request.method not in methods:
            refusal = _plain(HTTPStatus.METHOD_NOT_ALLOWED, tr("Only GET is answered here."))
            refusal.headers["Allow"] = ", ".join(methods)
            return refusal
        if request.path == "/healthz":
            well = await self._health.well()
            return _plain(*((HTTPStatus.OK, "well") if well else (HTTPStatus.SERVICE_UNAVAILABLE, "unwell")))
        caller = self._caller(request)
        if caller is None:
            return _plain(HTTPStatus.MISDIRECTED_REQUEST, tr("This server is not known under that name."))
        if request.path == "/line":
            return await self._line(request, caller, language=wanted)
        response = await self._sent(request, caller)
        response.force_close()
        return response

    async def _sent(self, request: web.BaseRequest, caller: Caller) -> web.Response:
        if request.path == "/":
            return self._page(request, caller)
        if _names_certificate(request):
            return await self._certificate(request, caller)
        file = self._files.get(request.path)
        if file is None:
            return _plain(HTTPStatus.NOT_FOUND, tr("There is nothing here."), origin=caller.origin)
        return _file(file, request, caller)

    def _caller(self, request: web.BaseRequest) -> Caller | None:
        return self.doors.caller(
            peer=peer_of(request.transport),
            host=request.headers.get("Host", ""),
            forwarded=request.headers.getall("X-Forwarded-For", []),
            scheme=request.headers.get("X-Forwarded-Proto", ""),
        )

    def _page(self, request: web.BaseRequest, caller: Caller) -> web.Response:
        response = web.Response(body=page(self._page_source).encode("utf-8"), headers=page_headers(caller.origin))
        if not binding(request.cookies.get(caller.cookie, "")):
            # Not Strict: whoever comes by a link from another site would bring no cookie, and the new one would cut the
            # stays of their other tabs loose. A line has its origin checked, and a certificate's link works once.
            response.set_cookie(
                caller.cookie, new_cookie(), path="/", httponly=True, secure=caller.secure, samesite="Lax"
            )
        return response

    async def _certificate(self, request: web.BaseRequest, caller: Caller) -> web.Response:
        link = request.path.removeprefix(_CERTIFICATE)
        bound = binding(request.cookies.get(caller.cookie, ""))
        try:
            async with self._fetching:
                ports = await asyncio.to_thread(self.host.house.ports)
                name, pdf = await asyncio.to_thread(visiting.fetch, ports, link, binding=bound)
        except CequizError as error:
            status = HTTPStatus.NOT_FOUND if isinstance(error, Refused) else HTTPStatus.SERVICE_UNAVAILABLE
            told = " ".join(part for part in guest_words(error, self.host.house.settings) if part)
            return _plain(status, told, origin=caller.origin)
        return web.Response(body=pdf, headers=certificate_headers(name, caller.origin))

    def _look(self) -> bool:
        try:
            with self.host.house.ports().store.read() as unit:
                unit.students.get("")
        except CequizError:
            return False
        return True

    async def _line(self, request: web.BaseRequest, caller: Caller, *, language: str) -> web.StreamResponse:
        """Let a browser's line in; who it is, and whether there is room, is said over the line."""
        if request.headers.get("Origin") != caller.origin:
            return _plain(HTTPStatus.FORBIDDEN, tr("Only the page of this server may open a line."))
        asked = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        if PROTOCOL not in [name.strip() for name in asked]:
            return _plain(HTTPStatus.BAD_REQUEST, tr("Load the page again."))
        place = place_of(caller.address)
        if self._lines[place] >= self.host.rules.most_per_address + _SPARE:
            return _plain(HTTPStatus.TOO_MANY_REQUESTS, tr("Too many people are signed in from your network."))
        self._lines[place] += 1
        try:
            return await self._served(request, caller, language=language)
        finally:
            self._lines -= Counter([place])

    async def _served(self, request: web.BaseRequest, caller: Caller, *, language: str) -> web.StreamResponse:
        socket = web.WebSocketResponse(
            protocols=[PROTOCOL],
            heartbeat=_HEARTBEAT,
            timeout=_SECONDS_TO_CLOSE,
            # The line answers them itself, and counts them.
            autoping=False,
            max_msg_size=MOST_BYTES,
            # A window for each line costs more memory than its frames are long.
            compress=False,
        )
        await socket.prepare(request)
        line = WebLine(
            self.host,
            socket,
            address=caller.address,
            binding=binding(request.cookies.get(caller.cookie, "")),
            stopping=lambda: self.stopping,
            language=language,
            visits=self._visits,
        )
        connection = request.protocol
        if not isinstance(connection, Connection):
            raise TypeError
        connection.become_a_line()
        try:
            await line.run()
        finally:
            connection.be_over_soon()
        return socket


async def serve_web(
    house: House,
    *,
    host: str,
    port: int,
    ready: Callable[[int], None],
    doors: Doors | None = None,
    rules: ServeRules | None = None,
    shared: bool = False,
) -> None:
    """Serve until the task is cancelled; then nobody is let in any more, and everybody is put down and told to return.

    Args:
        house: the whole program.
        host: the address to listen on.
        port: the port; 0 for a free one.
        ready: called with the port once browsers can connect.
        doors: the names it answers to, and the proxies it believes; None for addresses of this machine, and none.
        rules: the limits; None for the usual ones.
        shared: whether other processes of this machine listen on the same port.

    Raises:
        EnvironmentFailed: the store cannot be opened, or the port cannot be had.
        ImportError: the package with the terminal page is not installed.
    """
    served = Host(house, rules)
    site = Site(served, doors or Doors())
    async with served.running():
        server = WebServer(site)
        listener = await _listen(server, host, port, shared=shared)
        try:
            ready(listener.sockets[0].getsockname()[1])
            await asyncio.get_running_loop().create_future()
        finally:
            site.stopping = True
            listener.close()
            await served.stopping()
            server.pre_shutdown()
            await server.shutdown(_SECONDS_TO_CLOSE)
            await listener.wait_closed()


async def _listen(server: WebServer, host: str, port: int, *, shared: bool) -> asyncio.Server:
    try:
        return await asyncio.get_running_loop().create_server(server, host, port, reuse_port=shared or None)
    except OSError as error:
        raise cannot_listen(error, host, port) from None


def peer_of(transport: asyncio.BaseTransport | None) -> str:
    """Return the address at the other end of a connection; empty once it is gone."""
    peer = transport.get_extra_info("peername") if transport is not None else None
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


def _names_certificate(request: web.BaseRequest) -> bool:
    return request.path.startswith(_CERTIFICATE)


def _file(file: PageFile, request: web.BaseRequest, caller: Caller) -> web.Response:
    headers = file_headers(file, caller.origin)
    if file.tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    if file.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=file.packed, headers={**headers, "Content-Encoding": "gzip"})
    return web.Response(body=file.content, headers=headers)


def _plain(status: HTTPStatus, sentence: str, *, origin: str = "") -> web.Response:
    response = web.Response(status=status, body=f"{sentence}\n".encode(), headers=text_headers(origin))
    response.force_close()
    return response

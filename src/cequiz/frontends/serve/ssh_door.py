"""Who stands at the door of the SSH server: one connection until somebody is signed in, and what it may open then.

The password is the student's passphrase. Where it is a one-time code of the office, the door asks for a new passphrase
twice. The user name `exam` needs no password and leads to the sign-in screen. Nothing is forwarded: no port, no agent,
no picture of another screen. What happens on an open channel is `ssh_line`'s.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

import asyncssh
from asyncssh.constants import (
    DISC_BY_APPLICATION,
    DISC_NO_MORE_AUTH_METHODS_AVAILABLE,
    DISC_TOO_MANY_CONNECTIONS,
    MSG_IGNORE,
    OPEN_RESOURCE_SHORTAGE,
)

from cequiz.domain.text import visible
from cequiz.errors import CequizError, PassphraseNeeded
from cequiz.frontends.guest_words import guest_words
from cequiz.frontends.serve.patience import Patience
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.seats import room_for_others
from cequiz.frontends.serve.ssh_gate import Gate, Place
from cequiz.frontends.serve.ssh_turning import turn_away
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.frontends.serve.ssh_line import Line
    from cequiz.services.standing import SignedIn
    from cequiz.settings import Settings

GUEST = "exam"
"""The user name of whoever signs in on the screen; no student's address or id is like it."""

MOST_TRIES = 3
"""Passphrases that one connection may try; throttling over connections is the house's."""

_MOST_NAMES = 10
"""User names that one connection may try."""

_MOST_CHANNELS = 4
"""Channels of one connection: a program that shares connections opens one a window."""

_WINDOW = 65_536
"""Bytes that somebody may send ahead on a channel; people type, and nothing is uploaded."""

_MOST_EXCHANGES, _EXCHANGES_WITHIN = 5, 60.0
"""How often a connection may exchange keys in so many seconds; programs do it once an hour, and it costs everybody."""

_LEAVING_SECONDS = 10.0
"""How long a connection that has to make room may take to end."""

_EMPTY_SECONDS = 30.0
"""After so long a connection without a channel is closed."""

Challenge = bool | tuple[str, str, str, Sequence[tuple[str, bool]]]
"""What asyncssh takes: an answer, or a name, instructions, their language, and prompts with whether they echo."""


class SignIn(Protocol):
    """Lets a student in."""

    async def __call__(self, name: str, passphrase: str, *, new: str | None, address: str) -> SignedIn:
        """Return who it is.

        Raises:
            PassphraseNeeded: the passphrase is a one-time code, and `new` is missing.
            CequizError: the two do not belong together, or it must wait.
        """
        ...


class Door(asyncssh.SSHServer):
    """One connection."""

    def __init__(
        self,
        *,
        gate: Gate,
        rules: ServeRules,
        sign_in: SignIn,
        banner: str,
        told: Callable[[CequizError], str],
        log: Callable[[str], None],
        channel: Callable[[Door], asyncssh.SSHServerSession[bytes]],
        gone: Callable[[Door], None],
    ) -> None:
        """Take what the connection needs.

        Args:
            gate: counts connections.
            rules: say how long is waited.
            sign_in: lets a student in.
            banner: what is shown before anybody is asked; empty for nothing.
            told: words a refusal for somebody of whom nothing is known.
            log: takes a line about the connection.
            channel: makes what answers on a channel.
            gone: is told of the end.
        """
        self._gate = gate
        self._rules = rules
        self._sign_in = sign_in
        self._banner = banner
        self._told = told
        self._log = log
        self._channel = channel
        self._gone = gone
        self._conn: asyncssh.SSHServerConnection | None = None
        self._place: Place | None = None
        self._patience = Patience(rules.sign_in_seconds, self._waited_too_long)
        """With a person who is to sign in; a passphrase that is looked at, or waits for that, is not their affair."""
        self._making_room = False
        self._signed_in: dict[str, SignedIn] = {}
        self._code: str | None = None
        self._tries = 0
        self._names = 0
        self._exchanges: deque[float] = deque(maxlen=_MOST_EXCHANGES)
        """When keys were exchanged last."""
        self._asking = asyncio.Lock()
        self._channels = 0
        self.lines: set[Line] = set()
        """What answers on the open channels."""
        self.writable = asyncio.Event()
        """Whether the network takes more of what this machine sends."""
        self.writable.set()
        self.address = ""
        """The person's."""
        self.reached = ""
        """The address of this machine that they came to."""
        self.port = 0
        """The port of this machine that they came to."""

    @property
    def connection(self) -> asyncssh.SSHServerConnection:
        """The connection."""
        assert self._conn is not None  # noqa: S101 - asyncssh tells of the connection first
        return self._conn

    @property
    def signed_in(self) -> SignedIn | None:
        """Who signed in, under the name that the connection was opened for in the end; None for a guest."""
        return self._signed_in.get(self.connection.get_extra_info("username", ""))

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Let a connection stand at the door, or close it at once where too many stand there."""
        self._conn = conn
        # asyncio tells the connection when the network takes no more; asyncssh itself does nothing with it.
        vars(conn).update(pause_writing=self._network_full, resume_writing=self._network_free)
        # asyncssh exchanges keys as often as it is asked; this is what it calls each time.
        vars(conn)["_send_kexinit"] = partial(self._exchange_keys, conn._send_kexinit)
        vars(conn)["send_packet"] = partial(_send_what_matters, conn.send_packet)
        # Never empty: that would stand for somebody at this machine.
        self.address = _part(conn.get_extra_info("peername"), 0) or "unknown"
        self.reached = _part(conn.get_extra_info("sockname"), 0)
        self.port = int(_part(conn.get_extra_info("sockname"), 1) or 0)
        self._place = self._gate.enter(self.address, put_out=self._make_room)
        if self._place is None:
            self._log(f"turned away {self.address}: too many connections")
            turn_away(conn, self._gate)
        else:
            self._patience.run()

    def _make_room(self) -> bool:
        """Begin to end the connection for somebody else, unless it waits for this server just now."""
        if self._patience.working:
            return False
        self._making_room = True
        self._patience.end()
        self._log(f"made room {self.address}")
        for line in tuple(self.lines):
            line.stop(room_for_others)
        if not self.lines:
            self.connection.disconnect(DISC_TOO_MANY_CONNECTIONS, room_for_others())
        asyncio.get_running_loop().call_later(_LEAVING_SECONDS, self.connection.abort)
        return True

    def _waited_too_long(self) -> None:
        self._log(f"hung up on {self.address}: nobody signed in within {self._rules.sign_in_seconds:.0f} s")
        self.connection.disconnect(DISC_BY_APPLICATION, tr("Nobody has signed in here for a while. Connect again."))

    def _exchange_keys(self, begin: Callable[[], None]) -> None:
        """Exchange keys, or end the connection where that is asked for all the time."""
        now = asyncio.get_running_loop().time()
        if len(self._exchanges) == _MOST_EXCHANGES and now - self._exchanges[0] < _EXCHANGES_WITHIN:
            self._log(f"hung up on {self.address}: exchanges keys all the time")
            self.connection.abort()
            return
        self._exchanges.append(now)
        begin()

    def _network_full(self) -> None:
        self.writable.clear()
        for line in tuple(self.lines):
            line.connection_full()

    def _network_free(self) -> None:
        self.writable.set()
        for line in tuple(self.lines):
            line.connection_free()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the connection no longer."""
        self.writable.set()
        if self._place is not None:
            self._gate.leave(self._place)
            self._place = None
            self._patience.end()
            self._log(f"gone {self.address}" + (f" ({type(exc).__name__})" if exc else ""))
        self._code = None
        self._gone(self)

    def begin_auth(self, username: str) -> bool:
        """Show the banner, and say whether this user name needs a password."""
        self._names += 1
        if self._names == 1 and self._banner:
            self.connection.send_auth_banner(f"{self._banner}\r\n")
        if self._names > _MOST_NAMES:
            self._give_up()
        return username != GUEST

    def auth_completed(self) -> None:
        """Count the connection as one whose person is known, unless it is a guest's, and wait for its first channel."""
        self._patience.end()
        if (who := self.signed_in) is not None:
            self.pass_in()
            self._log(f"signed in {who.student.id} from {self.address}")
        else:
            self._log(f"let in a guest from {self.address}")
        self._close_soon_if_empty()

    def pass_in(self) -> None:
        """Count the connection as one whose person is known: they have shown it at the door, or on the screen."""
        if self._place is not None:
            self._gate.pass_in(self._place)

    def password_auth_supported(self) -> bool:
        """Take a password in one piece, as programs that fetch files send it."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Say whether the passphrase is right.

        Raises:
            asyncssh.PasswordChangeRequired: it is a one-time code.
        """
        try:
            return await self._let_in(username, password) is None
        except PassphraseNeeded:
            raise asyncssh.PasswordChangeRequired(tr("The one-time code is right. Choose a new passphrase.")) from None

    async def change_password(self, username: str, old_password: str, new_password: str) -> bool:
        """Put a new passphrase in the place of a one-time code; a passphrase is not changed this way.

        Raises:
            asyncssh.PasswordChangeRequired: the new one is not good enough.
        """
        try:
            refused = await self._let_in(username, old_password, new_password)
        except PassphraseNeeded:
            return False
        if refused is not None and self._tries < MOST_TRIES:
            raise asyncssh.PasswordChangeRequired(refused)
        return refused is None

    def kbdint_auth_supported(self) -> bool:
        """Ask questions, so that a refusal can be told and a one-time code be exchanged."""
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Challenge:
        """Ask for the passphrase."""
        self._code = None
        return _question("", tr("Passphrase: "))

    async def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> Challenge:
        """Judge what was typed: the passphrase, or a new one twice."""
        code = self._code
        if len(responses) != (1 if code is None else 2):
            return False
        if code is not None and responses[0] != responses[1]:
            return self._ask_new(tr("The two are not the same."))
        try:
            refused = await self._let_in(username, code or responses[0], None if code is None else responses[0])
        except PassphraseNeeded as error:
            self._code = responses[0]
            return self._ask_new(self._told(error))
        if refused is None:
            return True
        if self._tries >= MOST_TRIES:
            return False
        return self._ask_new(refused) if code is not None else _question(refused, tr("Passphrase: "))

    def _ask_new(self, why: str) -> Challenge:
        return _question(why, tr("New passphrase: "), tr("The same again: "))

    async def _let_in(self, name: str, passphrase: str, new: str | None = None) -> str | None:
        """Return None when somebody is in, else why not; one try at a time, counted before it is looked at.

        Raises:
            PassphraseNeeded: the passphrase is a one-time code.
        """
        if self._tries >= MOST_TRIES:
            self._give_up()
            return tr("Too many tries.")
        self._tries += 1
        async with self._asking:
            try:
                with self._patience.at_work():
                    self._signed_in[name] = await self._sign_in(name, passphrase, new=new, address=self.address)
            except PassphraseNeeded:
                self._tries -= 1  # what was typed is right; the code is looked at once more together with the new one
                raise
            except CequizError as error:
                self._log(f"refused {self.address} ({type(error).__name__})")
                await asyncio.sleep(self._rules.refusal_seconds)
                if self._tries >= MOST_TRIES:
                    self._give_up()
                return self._told(error)
        return None

    def _give_up(self) -> None:
        """Close the connection: whoever goes on guessing must come again."""
        self.connection.disconnect(DISC_NO_MORE_AUTH_METHODS_AVAILABLE, tr("Too many tries."))

    def session_requested(
        self,
    ) -> tuple[asyncssh.SSHServerChannel[bytes], asyncssh.SSHServerSession[bytes]]:
        """Open a channel; what the student wants on it is asked next.

        Raises:
            asyncssh.ChannelOpenError: the connection has enough.
        """
        if self._channels >= _MOST_CHANNELS or self._making_room:
            raise asyncssh.ChannelOpenError(OPEN_RESOURCE_SHORTAGE, tr("This connection has enough open."))
        self._channels += 1
        return self.connection.create_server_channel(encoding=None, window=_WINDOW), self._channel(self)

    def channel_closed(self) -> None:
        """Take back a channel; a connection on which nothing is open any more is closed after a while."""
        self._channels -= 1
        if self._making_room:
            self._close_if_empty()
        else:
            self._close_soon_if_empty()

    def _close_soon_if_empty(self) -> None:
        if not self._channels and self._place is not None:
            asyncio.get_running_loop().call_later(_EMPTY_SECONDS, self._close_if_empty)

    def _close_if_empty(self) -> None:
        if not self._channels and self._place is not None:
            self.connection.close()


def told_to_guest(error: CequizError, settings: Settings) -> str:
    """Return the words of a refusal without what is the host's own."""
    return " ".join(part for part in guest_words(error, settings) if part)


def shown_banner(provider: str) -> str:
    """Return the line that is shown before anybody is asked for a passphrase."""
    if provider:
        return visible(tr("{provider}: exams and certificates.", provider=provider))
    return tr("Exams and certificates.")


def _send_what_matters(send: Callable[..., None], kind: int, *parts: bytes, **more: object) -> None:
    """Send a packet, unless it is an empty one.

    asyncssh sends an empty packet before every other, as old ciphers (CBC) need it that have no place here: with every
    frame of a screen one encryption and one call of the system more.
    """
    if kind != MSG_IGNORE:
        send(kind, *parts, **more)


def _question(why: str, *prompts: str) -> Challenge:
    return ("", visible(why), "", [(prompt, False) for prompt in prompts])


def _part(address: object, place: int) -> str:
    """Return a part of what a socket says of an end; empty for a line that has none."""
    return str(address[place]) if isinstance(address, tuple) and len(address) > place else ""

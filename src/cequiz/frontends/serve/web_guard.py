"""What is let in from the web: under which names, from whom, in which messages, and how many of them.

Everything a stranger sends is judged here, without a socket and without a clock of its own, so that each rule can be
tried by itself. This room knows neither sessions nor records.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from cequiz.errors import WrongUsage
from cequiz.frontends.serve.rules import HIGHEST, LOWEST, NARROWEST, WIDEST
from cequiz.language import tr

PROTOCOL = "cequiz.1"
"""What page and server agree on; a page of another version is not talked to."""

MOST_BYTES = 64 * 1024
"""The largest message; the page cuts what is pasted into much smaller ones."""

_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")
_VISIT = re.compile(r"[A-Za-z0-9_-]{1,256}")
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(?P<port>\d{1,5}))?")
_ASKED = re.compile(r"\s*(?P<tag>[A-Za-z0-9-]{1,40})\s*(?:;\s*q\s*=\s*(?P<weight>[01](?:\.\d{0,3})?)\s*)?")
_PORTS = {"http": "80", "https": "443"}

Network = IPv4Network | IPv6Network


class Unheard(ValueError):
    """A message that no page of ours sends."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whose browser it is, as far as the network tells."""

    address: str
    """The address behind the proxies that are trusted."""
    origin: str
    """Where the browser has the page from, such as `https://exam.example.org`."""

    @property
    def cookie(self) -> str:
        """The name of the cookie that binds a stay to its browser; the prefix keeps other hosts from setting it."""
        return "__Host-cequiz" if self.secure else "cequiz"

    @property
    def secure(self) -> bool:
        """Whether the browser speaks TLS with whoever stands in front."""
        return self.origin.startswith("https://")


@dataclass(frozen=True, kw_only=True)
class Doors:
    """By which names the server is known, and whose word about an address counts."""

    origins: tuple[str, ...] = ()
    """The origins it is served under; without any, it answers to `localhost` and to addresses alone.

    A name that nobody gave it may be somebody else's who lets it lead here, to speak with the server from a page of
    their own; an address cannot be made to lead elsewhere.
    """
    proxies: tuple[Network, ...] = ()

    @classmethod
    def read(cls, *, origins: Sequence[str], proxies: Sequence[str]) -> Doors:
        """Return the doors that are described by words of the command line.

        Raises:
            WrongUsage: an origin or an address that is none.
        """
        return cls(origins=tuple(map(_origin, origins)), proxies=tuple(map(_network, proxies)))

    def lets_read_along(self, host: str) -> bool:
        """Whether browsers of other machines are to come without TLS, so that the network reads passphrases.

        Args:
            host: the address that is listened on; it counts where no origin says how browsers come.
        """
        known = [origin.partition("://") for origin in self.origins]
        names = [_HOST.fullmatch(name) for scheme, _, name in known if scheme == "http"]
        return not all(map(_is_here, [name["name"] for name in names if name] if known else [host]))

    @property
    def hides_callers(self) -> bool:
        """Whether a proxy stands in front, as `https` needs one, whose word about addresses counts for nothing."""
        return not self.proxies and any(origin.startswith("https://") for origin in self.origins)

    def caller(self, *, peer: str, host: str, forwarded: Sequence[str] = (), scheme: str = "") -> Caller | None:
        """Return who asks; None where the server is not known by the name it was asked under.

        Args:
            peer: the address at the other end of the connection.
            host: the header `Host`.
            forwarded: the headers `X-Forwarded-For`, in order; they count only from a proxy that is trusted.
            scheme: the header `X-Forwarded-Proto`; as above.
        """
        trusted = self.trusts(peer)
        origin = self._asked(host.strip().lower(), scheme="https" if trusted and scheme == "https" else "http")
        if origin is None:
            return None
        hops = [hop for line in forwarded for hop in line.split(",")] if trusted else []
        return Caller(address=self._farthest(peer, hops), origin=origin)

    def _asked(self, host: str, *, scheme: str) -> str | None:
        found = _HOST.fullmatch(host)
        if found is None:
            return None
        for origin in self.origins:
            known, _, name = origin.partition("://")
            if name == host.removesuffix(f":{_PORTS[known]}"):
                return origin
        if self.origins or not (found["name"] == "localhost" or _is_address(found["name"])):
            return None
        return f"{scheme}://{host.removesuffix(f':{_PORTS[scheme]}')}"

    def _farthest(self, peer: str, hops: Sequence[str]) -> str:
        """Return the last address that no trusted proxy has; what stands before it anybody may have written."""
        for hop in reversed(hops):
            address = _bare(hop)
            if address is None:
                break
            if not self.trusts(address):
                return address
            peer = address
        return _bare(peer) or peer

    def trusts(self, address: str) -> bool:
        """Whether an address is that of a proxy whose word counts."""
        plain = _bare(address)
        return plain is not None and any(ip_address(plain) in network for network in self.proxies)


def new_cookie() -> str:
    """Return what a browser is bound by: 256 random bits."""
    return secrets.token_urlsafe(32)


def binding(cookie: str) -> str:
    """Return what is kept of a cookie, to know it again; empty for what is none of ours."""
    return sha256(cookie.encode("ascii")).hexdigest() if _COOKIE.fullmatch(cookie) else ""


def asked_language(header: str, there: Sequence[str]) -> str:
    """Return the language that a browser would rather have than any other there is; empty where it asks for none.

    Args:
        header: `Accept-Language`, such as `es-MX,es;q=0.9,en;q=0.8` (RFC 9110, 12.5.4).
        there: the languages there are.
    """
    asked = [found for part in header.split(",")[:20] if (found := _ASKED.fullmatch(part))]
    known = [(float(found["weight"] or 1), found["tag"].lower().partition("-")[0]) for found in asked]
    weight, name = max(
        ((weight, name) for weight, name in known if name in there), key=lambda one: one[0], default=(0.0, "")
    )
    return name if weight > 0 else ""


@dataclass(frozen=True)
class Hello:
    """The first message on every line."""

    size: tuple[int, int]
    """Columns and rows."""
    visit: str
    """The token of a stay that goes on; empty for none."""


@dataclass(frozen=True)
class Typed:
    """What was typed, pasted or clicked, in the terminal's own sequences."""

    data: bytes


@dataclass(frozen=True)
class Resized:
    """The page has another size."""

    size: tuple[int, int]


Message = Hello | Typed | Resized


def read_message(text: str) -> Message | None:
    """Return what the page says; None for a kind that is not known.

    Raises:
        Unheard: it is no message of the protocol.
    """
    try:
        # Nested deeper than Python follows, or a number with more digits than it reads, is no message either.
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise Unheard from None
    match message:
        case ["hello", {"width": width, "height": height, **more}]:
            visit = more.get("visit")
            return Hello(_size(width, height), visit if isinstance(visit, str) and _VISIT.fullmatch(visit) else "")
        case ["stdin", str(data)]:
            return Typed(data.encode("utf-8", "replace"))
        case ["resize", {"width": width, "height": height}]:
            return Resized(_size(width, height))
        case ["hello" | "stdin" | "resize", *_]:
            raise Unheard
        case [str(), *_]:
            return None
        case _:
            raise Unheard


class Pace:
    """How fast one page may speak: a hundred messages and 64 KiB a second, and four seconds' worth at once."""

    _MESSAGES, _BYTES, _AT_ONCE = 100, 64 * 1024, 4.0
    _PATIENCE = 10.0
    """Seconds for which a page may be slowed down without a break before it counts as a flood."""

    def __init__(self) -> None:
        self._until = 0.0
        """When what was said so far would have been said at an even pace."""
        self._slowed_since: float | None = None

    def wait(self, size: int, *, at: float) -> float:
        """Return for how many seconds nothing more is heard after a message.

        Args:
            size: of the message, in characters.
            at: seconds of a clock that only goes forward.

        Raises:
            Unheard: this has gone on for too long: nobody types like that.
        """
        self._until = max(self._until, at) + max(1 / self._MESSAGES, size / self._BYTES)
        wait = max(0.0, self._until - at - self._AT_ONCE)
        if wait == 0.0:
            self._slowed_since = None
        elif self._slowed_since is None:
            self._slowed_since = at
        elif at - self._slowed_since > self._PATIENCE:
            raise Unheard
        return wait


def _size(width: object, height: object) -> tuple[int, int]:
    return _within(width, NARROWEST, WIDEST), _within(height, LOWEST, HIGHEST)


def _within(number: object, least: int, most: int) -> int:
    if not isinstance(number, int) or isinstance(number, bool):
        raise Unheard
    return min(max(number, least), most)


def _origin(text: str) -> str:
    scheme, _, host = text.strip().lower().rstrip("/").partition("://")
    if scheme not in _PORTS or not _HOST.fullmatch(host):
        raise WrongUsage(
            tr("{origin} is no origin.", origin=text),
            hint=tr("Write it like https://exam.example.org, without a path."),
        )
    return f"{scheme}://{host.removesuffix(f':{_PORTS[scheme]}')}"


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        raise WrongUsage(
            tr("{address} is no address.", address=text), hint=tr("Write it like 127.0.0.1, ::1 or 10.0.0.0/8.")
        ) from None


def _bare(text: str) -> str | None:
    """Return an address without port, brackets and zone, an IPv4 address always as one; None for what is none."""
    text = text.strip().partition("%")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _is_here(name: str) -> bool:
    address = _bare(name)
    return name == "localhost" or (address is not None and ip_address(address).is_loopback)


def _is_address(name: str) -> bool:
    return _bare(name) is not None

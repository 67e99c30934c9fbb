"""Who issues certificates: name, contact, place, time zone and who signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cequiz.domain.canonical import Json
from cequiz.domain.credential.look import Look
from cequiz.domain.text import code_point, first_unsafe
from cequiz.errors import InvalidText, Refused
from cequiz.language import mark, tr

_CAPITALS = re.compile(r"[A-Z0-9/._-]*")
"""A path that is the same in capitals, of the characters that QR codes hold best."""


@dataclass(frozen=True)
class Signatory:
    """Somebody whose name stands under a signature line."""

    name: str
    role: str
    """Credentials or office: `LMT, BCTMB`, `Provider Administrator`."""

    def to_json(self) -> dict[str, Json]:
        """Return the signatory as JSON values."""
        return {"name": self.name, "role": self.role}

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Signatory:
        """Rebuild a signatory from `to_json`."""
        return cls(str(data["name"]), str(data["role"]))


@dataclass(frozen=True, kw_only=True)
class Provider:
    """The organisation that issues certificates.

    Raises:
        InvalidText: a text is empty or holds a control or bidi character.
        Refused: the time zone does not exist.
    """

    name: str
    contact: str
    """E-mail address, telephone or web address, as printed."""
    address: str
    """Where the provider is; the place of a home study certificate."""
    time_zone: str
    """IANA name, such as `America/New_York`; every date on a certificate is in it."""
    administrator: Signatory
    instructor: Signatory | None = None
    """Printed in place of the course's instructors where one is named."""
    verify_at: str = ""
    """The https address of the provider's verification page, which the code on the page opens; empty for none."""
    look: Look = field(default_factory=Look)
    """How its certificates look."""

    def __post_init__(self) -> None:
        texts = {
            mark("name"): self.name,
            mark("contact"): self.contact,
            mark("address"): self.address,
            mark("administrator's name"): self.administrator.name,
            mark("administrator's role"): self.administrator.role,
        }
        if self.instructor is not None:
            texts[mark("instructor's name")] = self.instructor.name
        for what, text in texts.items():
            if not text.strip():
                raise InvalidText(tr("The provider's {what} is empty.", what=tr(what)))
        for text in [*texts.values(), self.instructor.role if self.instructor else ""]:
            unsafe = first_unsafe(text, line=True)
            if unsafe is not None:
                raise InvalidText(
                    tr(
                        "A text of the provider holds the invisible character {code_point}.",
                        code_point=code_point(unsafe),
                    )
                )
        self._check_page()
        self.zone()

    def _check_page(self) -> None:
        """Refuse a verification page that the code on paper could not open.

        The code is in capitals, so that a scanner reads it well. Hosts do not mind, paths do.
        """
        if not self.verify_at:
            return
        try:
            parts = urlsplit(self.verify_at)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port, parts = None, None, urlsplit("")
        if parts.scheme != "https" or not host or port == 0 or parts.username is not None or parts.password is not None:
            raise Refused(
                tr("The verification page {address} has no https address.", address=self.verify_at),
                hint=tr("Give it as https://example.org/V"),
            )
        if parts.query or parts.fragment or any(sign in self.verify_at for sign in "?#"):
            raise Refused(
                tr(
                    "The address of the verification page {address} ends in a query or a fragment.",
                    address=self.verify_at,
                ),
                hint=tr("The code puts what it says after a # of its own: leave ? and # out."),
            )
        if not _CAPITALS.fullmatch(parts.path):
            raise Refused(
                tr("The path of the verification page {address} is not in capitals.", address=self.verify_at),
                hint=tr("The code is in capitals, and paths are not alike in both: give it as https://example.org/V"),
            )

    def zone(self) -> tzinfo:
        """Return the time zone.

        Raises:
            Refused: there is no zone of that name.
        """
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Refused(
                tr("There is no time zone {time_zone!r}.", time_zone=self.time_zone),
                hint=tr("Use an IANA name such as America/New_York."),
            ) from None

    def local(self, instant: datetime) -> datetime:
        """Return an instant as the provider's clocks show it."""
        return instant.astimezone(self.zone())

    def to_json(self) -> dict[str, Json]:
        """Return the provider as JSON values."""
        return {
            "name": self.name,
            "contact": self.contact,
            "address": self.address,
            "time_zone": self.time_zone,
            "administrator": self.administrator.to_json(),
            "instructor": self.instructor.to_json() if self.instructor else None,
            "verify_at": self.verify_at,
            "look": self.look.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Provider:
        """Rebuild a provider from `to_json`."""
        administrator, instructor = data["administrator"], data["instructor"]
        assert isinstance(administrator, Mapping)  # noqa: S101 - our own record, checked for the type checker
        return cls(
            name=str(data["name"]),
            contact=str(data["contact"]),
            address=str(data["address"]),
            time_zone=str(data["time_zone"]),
            administrator=Signatory.from_json(administrator),
            instructor=Signatory.from_json(instructor) if isinstance(instructor, Mapping) else None,
            verify_at=str(data.get("verify_at", "")),
            look=Look.from_json(look) if isinstance(look := data.get("look"), Mapping) else Look(),
        )

"""Where a database is: an address that was typed once, taken apart strictly and told without its password.

`CEQUIZ_DATABASE_URL` may hold a password, and what is typed wrongly is typed often. So an address that does not have
the one shape is refused without being repeated, and every sentence, log line and `repr` gets the told form. This room
imports the standard library only: `settings.py` asks it before any database library is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from cequiz.errors import EnvironmentFailed
from cequiz.language import tr

_SHAPE = re.compile(
    r"""
    (?: postgresql\+psycopg | postgresql | postgres ) ://
    (?: (?P<user> [^:/?\#@\s]* ) (?: : (?P<password> [^/?\#@\s]* ) )? @ )?
    (?P<where> (?: [\w.\-%]* | \[ [0-9A-Fa-f:.%]+ \] ) (?: : \d* )? )
    (?: / (?P<database> [^/?\#@\s]* ) )?
    (?: \? (?P<query> [^\#@\s]* ) )?
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True)
class Address:
    """Where a PostgreSQL database is, and who asks for it."""

    url: str = field(repr=False)
    """As the database library takes it, password included: for nobody's eyes."""
    told: str
    """The same for people: server and database, no password, no options."""

    @classmethod
    def read(cls, text: str) -> Address:
        """Return an address that somebody typed.

        Args:
            text: `postgresql+psycopg://user:password@server:port/database?options`; `postgresql://` and
                `postgres://` mean the same.

        Raises:
            EnvironmentFailed: it is no such address; what was typed is not repeated, for it may hold a password.
        """
        found = _SHAPE.fullmatch(text.strip())
        if found is None:
            raise EnvironmentFailed(
                tr("CEQUIZ_DATABASE_URL is not the address of a PostgreSQL database."),
                hint=tr(
                    "It looks like postgresql+psycopg://user:password@server/database; in a password @ is written"
                    " %40, / is %2F and ? is %3F. Unset it to use the file in CEQUIZ_HOME."
                ),
            )
        _, _, rest = text.strip().partition("://")
        options = dict(parse_qsl(found["query"] or "", keep_blank_values=True))
        server = found["where"] or options.get("host") or "localhost"
        base = unquote(found["database"] or options.get("dbname") or found["user"] or "")
        return cls(f"postgresql+psycopg://{rest}", f"postgresql://{_plain(server)}/{_plain(base)}")


def _plain(text: str) -> str:
    """Return text without what a terminal would not print."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)

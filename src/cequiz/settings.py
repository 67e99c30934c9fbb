"""What the surroundings decide: the only module that reads the environment."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cequiz.configuration import read_configuration
from cequiz.domain.house_rules import HouseRules
from cequiz.errors import EnvironmentFailed
from cequiz.language import tr

_KITTY = frozenset({"xterm-kitty", "xterm-ghostty"})
_SIXEL = ("foot", "mlterm", "contour", "yaft")
_SIXEL_PROGRAMS = frozenset({"WezTerm", "iTerm.app"})
"""Terminals that draw pictures, by what they call themselves in `TERM` and `TERM_PROGRAM`."""


@dataclass(frozen=True)
class Settings:
    """Where things live, and who runs the program."""

    home: Path
    """Holds `cequiz.db`, `keys/`, `certificates/`, `fonts/` and `config.toml`."""
    database_url: str | None = field(repr=False)
    """Where the records are in PostgreSQL, with the password if there is one; None for the file in `home`."""
    user: str
    """The operating-system user, recorded as the actor of deeds at the command line."""
    accessible: bool = False
    """Whether the person or the terminal asks for plain sequential text (`ACCESSIBLE`, `TERM=dumb`)."""
    language: str = ""
    """The language that is asked for, such as `es` or `es_MX.UTF-8`; empty where nobody asks for one."""

    pictures: str = ""
    """How the terminal takes pictures: `kitty`, `sixel`, or empty where characters are all it is known to take."""
    desktop: bool = False
    """Whether there is a desktop that could show a picture in a window."""
    key_passphrase: str = field(default="", repr=False)
    """Opens the provider's key where that was made with a passphrase (`CEQUIZ_KEY_PASSPHRASE`); empty for none."""
    rules: HouseRules = field(default_factory=HouseRules)
    """What the provider decided for the house, in `config.toml`."""

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "cequiz.db"

    @property
    def keys(self) -> Path:
        """The folder of keys."""
        return self.home / "keys"

    @property
    def store_key(self) -> Path:
        """The file of the key that the chains of the records are made with."""
        return self.keys / "store.key"

    @property
    def certificates(self) -> Path:
        """The folder of issued PDFs."""
        return self.home / "certificates"

    @property
    def fonts(self) -> Path:
        """The folder of fonts that the house has added."""
        return self.home / "fonts"

    @property
    def backups(self) -> Path:
        """The folder in which the office offers to write backups."""
        return Path(self.rules.backup_folder).expanduser() if self.rules.backup_folder else self.home / "backups"

    @property
    def actor(self) -> str:
        """How the operating-system user is named in records."""
        return f"os:{self.user}"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Return the settings that an environment gives.

        Args:
            environ: usually `os.environ`; `CEQUIZ_HOME`, `CEQUIZ_DATABASE_URL`, `CEQUIZ_KEY_PASSPHRASE`,
                `ACCESSIBLE`, `TERM` and what `asked_language` names count.

        Raises:
            EnvironmentFailed: `CEQUIZ_HOME` leads nowhere, `config.toml` there cannot be read, or
                `CEQUIZ_DATABASE_URL` is no address of a PostgreSQL database.
        """
        named = environ.get("CEQUIZ_HOME")
        home = _named_home(named) if named else _default_home()
        configured = read_configuration(home)
        return cls(
            home=home,
            database_url=_database_url(environ.get("CEQUIZ_DATABASE_URL", "")),
            user=_user(),
            accessible=bool(environ.get("ACCESSIBLE")) or environ.get("TERM") == "dumb",
            language=environ.get("CEQUIZ_LANGUAGE") or configured.language or asked_language(environ),
            pictures=_pictures(environ),
            desktop=bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
            or (sys.platform in {"darwin", "win32"} and "SSH_CONNECTION" not in environ),
            key_passphrase=environ.get("CEQUIZ_KEY_PASSPHRASE", ""),
            rules=configured.rules,
        )


def asked_language(environ: Mapping[str, str]) -> str:
    """Return the language that an environment asks for; empty where it asks for none.

    `CEQUIZ_LANGUAGE` goes first, then what POSIX has for messages: `LC_ALL`, `LC_MESSAGES`, `LANG`.
    """
    names = ("CEQUIZ_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    return next((value for name in names if (value := environ.get(name))), "")


def _pictures(environ: Mapping[str, str]) -> str:
    """Return how the terminal takes pictures, by the names of those that are known to take them.

    A terminal is not asked: an answer that comes late, as over a slow line, would be taken for keys.
    `CEQUIZ_PICTURES` (`kitty`, `sixel`, `blocks`) knows better.
    """
    asked = environ.get("CEQUIZ_PICTURES", "").lower()
    if asked in {"kitty", "sixel", "blocks"}:
        return "" if asked == "blocks" else asked
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if term.startswith(("screen", "tmux")):  # it stands between, and passes no pictures on
        return ""
    if term in _KITTY:
        return "kitty"
    return "sixel" if term.startswith(_SIXEL) or program in _SIXEL_PROGRAMS else ""


def _database_url(text: str) -> str | None:
    if not text.strip():
        return None
    from cequiz.adapters.store.postgres.address import Address  # noqa: PLC0415 - only with a database server

    return Address.read(text).url


def _named_home(named: str) -> Path:
    try:
        return Path(named).expanduser().absolute()
    except (RuntimeError, OSError):  # a person of whom nobody knows the home; a current folder that was removed
        raise EnvironmentFailed(
            tr("CEQUIZ_HOME leads nowhere: {path}.", path=named), hint=tr("Set it to the full path of a folder.")
        ) from None


def _default_home() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - not needed where CEQUIZ_HOME is set

    return user_data_path("cequiz", appauthor=False)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a uid without a name, as in containers
        return "unknown"

"""What the surroundings decide: the only module that reads the environment."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cequiz.errors import EnvironmentFailed
from cequiz.language import tr

_CONFIG = "config.toml"

_KITTY = frozenset({"xterm-kitty", "xterm-ghostty"})
_SIXEL = ("foot", "mlterm", "contour", "yaft")
_SIXEL_PROGRAMS = frozenset({"WezTerm", "iTerm.app"})
"""Terminals that draw pictures, by what they call themselves in `TERM` and `TERM_PROGRAM`."""


@dataclass(frozen=True)
class Settings:
    """Where things live, and who runs the program."""

    home: Path
    """Holds `cequiz.db`, `keys/`, `certificates/`, `fonts/` and `config.toml`."""
    database_url: str | None
    """Another store than the file in `home`; None for that file."""
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

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "cequiz.db"

    @property
    def keys(self) -> Path:
        """The folder of keys."""
        return self.home / "keys"

    @property
    def certificates(self) -> Path:
        """The folder of issued PDFs."""
        return self.home / "certificates"

    @property
    def fonts(self) -> Path:
        """The folder of fonts that the house has added."""
        return self.home / "fonts"

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
            EnvironmentFailed: `CEQUIZ_HOME` leads nowhere, or `config.toml` there cannot be read.
        """
        named = environ.get("CEQUIZ_HOME")
        home = _named_home(named) if named else _default_home()
        return cls(
            home=home,
            database_url=environ.get("CEQUIZ_DATABASE_URL") or None,
            user=_user(),
            accessible=bool(environ.get("ACCESSIBLE")) or environ.get("TERM") == "dumb",
            language=environ.get("CEQUIZ_LANGUAGE") or _configured_language(home) or asked_language(environ),
            pictures=_pictures(environ),
            desktop=bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
            or (sys.platform in {"darwin", "win32"} and "SSH_CONNECTION" not in environ),
            key_passphrase=environ.get("CEQUIZ_KEY_PASSPHRASE", ""),
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


def _configured_language(home: Path) -> str:
    """Return the `language` of the house's `config.toml`; empty where it has none.

    Raises:
        EnvironmentFailed: the file cannot be read, or is not TOML, or its `language` is not a text.
    """
    path = home / _CONFIG
    try:
        if not path.is_file():
            return ""
    except OSError:  # a home that cannot even be looked at: whoever opens it has the words for that
        return ""
    import tomllib  # noqa: PLC0415 - few houses have the file

    try:
        language = tomllib.loads(path.read_text(encoding="utf-8")).get("language", "")
    except OSError as error:
        raise EnvironmentFailed(
            tr("{path} cannot be read: {reason}.", path=path, reason=error.strerror), hint=tr("Check who owns it.")
        ) from None
    except ValueError as error:  # of text that is not UTF-8 as well
        raise EnvironmentFailed(
            tr("{path} is not a TOML file: {reason}.", path=path, reason=error), hint=tr("Correct it, or remove it.")
        ) from None
    if not isinstance(language, str):
        raise EnvironmentFailed(
            tr("The language in {path} is not a text.", path=path), hint=tr('Write it like this: language = "es"')
        )
    return language


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

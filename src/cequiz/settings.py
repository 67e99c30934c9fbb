"""What the surroundings decide: the only module that reads the environment."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cequiz.errors import EnvironmentFailed


@dataclass(frozen=True)
class Settings:
    """Where things live, and who runs the program."""

    home: Path
    """Holds `cequiz.db`, `keys/`, `certificates/` and `config.toml`."""
    database_url: str | None
    """Another store than the file in `home`; None for that file."""
    user: str
    """The operating-system user, recorded as the actor of deeds at the command line."""
    accessible: bool = False
    """Whether the person or the terminal asks for plain sequential text (`ACCESSIBLE`, `TERM=dumb`)."""

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
    def actor(self) -> str:
        """How the operating-system user is named in records."""
        return f"os:{self.user}"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Return the settings that an environment gives.

        Args:
            environ: usually `os.environ`; `CEQUIZ_HOME`, `CEQUIZ_DATABASE_URL`, `ACCESSIBLE` and `TERM` count.

        Raises:
            EnvironmentFailed: `CEQUIZ_HOME` leads nowhere.
        """
        named = environ.get("CEQUIZ_HOME")
        return cls(
            home=_named_home(named) if named else _default_home(),
            database_url=environ.get("CEQUIZ_DATABASE_URL") or None,
            user=_user(),
            accessible=bool(environ.get("ACCESSIBLE")) or environ.get("TERM") == "dumb",
        )


def _named_home(named: str) -> Path:
    try:
        return Path(named).expanduser().absolute()
    except (RuntimeError, OSError):  # a person of whom nobody knows the home; a current folder that was removed
        raise EnvironmentFailed(
            f"CEQUIZ_HOME leads nowhere: {named}.", hint="Set it to the full path of a folder."
        ) from None


def _default_home() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - not needed where CEQUIZ_HOME is set

    return user_data_path("cequiz", appauthor=False)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a uid without a name, as in containers
        return "unknown"

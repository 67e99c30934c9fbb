"""A server that goes, comes back, is cut off or is slow: nothing saved is lost, nothing is there twice."""

from __future__ import annotations

import select
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from cequiz.adapters.store.postgres.engine import PgSettings
from cequiz.adapters.store.postgres.failures import commit_failure, postgres_failure
from cequiz.adapters.store.postgres.server_clock import ServerClock
from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.clock import SystemClock
from cequiz.errors import (
    CequizError,
    StorageBusy,
    StorageDamaged,
    StorageFull,
    StorageIO,
    StorageReadOnly,
    WrongState,
)
from cequiz.services.persistence import durably
from cequiz.services.ports import Ack, AuditRecord
from tests.adapters.store.postgres.lines import Cut, Line
from tests.adapters.store.postgres.test_opening import tool
from tests.builders import NOON
from tests.postgres import private_server
from tests.storing import answer, begin

WRITERS = 4
KILLS = 3


@pytest.fixture
def line(postgres_made: tuple[str, Path]) -> Iterator[Line]:
    """Return a line to an empty store."""
    with Line(postgres_made[0]) as made:
        yield made


class Writer:
    """A student's program: it saves one answer after the other, and asks again until each is acknowledged."""

    def __init__(self, store: PostgresStore, attempt: str, away: threading.Barrier, back: threading.Barrier) -> None:
        self.acks: list[Ack] = []
        self.unknown = 0
        self.ended = threading.Event()
        self._store = store
        self._attempt = attempt
        self._away = away
        self._back = back
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self.ended.is_set():
            self.acks.append(self._save(len(self.acks)))

    def _save(self, number: int) -> Ack:
        draft = answer(number, attempt=self._attempt)
        while True:
            try:
                return durably(
                    self._store, lambda: self._store.append(draft, expected_seq=number + 1), in_doubt=self._doubt
                )
            except (StorageBusy, StorageIO):
                self._away.wait(60)
                self._back.wait(60)

    def _doubt(self) -> None:
        self.unknown += 1


def test_a_server_killed_again_and_again_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    with (
        private_server() as server,
        PostgresStore.open(server.address("postgres"), key_path=tmp_path / "store.key") as store,
    ):
        away, back = threading.Barrier(WRITERS + 1), threading.Barrier(WRITERS + 1)
        writers = []
        for number in range(1, WRITERS + 1):
            begin(store, f"A-{number}", who=f"S-{number}")
            writers.append(Writer(store, f"A-{number}", away, back))
        for writer in writers:
            writer.thread.start()
        for turn in range(1, KILLS + 1):
            while min(len(writer.acks) for writer in writers) < 20 * turn:
                writers[0].ended.wait(0.01)
            server.kill()
            away.wait(60)
            server.start()
            back.wait(60)
        while min(len(writer.acks) for writer in writers) < 20 * (KILLS + 1):
            writers[0].ended.wait(0.01)
        for writer in writers:
            writer.ended.set()
            writer.thread.join()
        with store.read() as unit:
            for number, writer in enumerate(writers, start=1):
                events = unit.attempts.events(f"A-{number}")[1:]
                assert events == tuple(ack.event for ack in writer.acks)
        assert store.verify_chains().findings == ()


def test_the_first_call_after_a_restart_works_by_itself(tmp_path: Path) -> None:
    with (
        private_server() as server,
        PostgresStore.open(server.address("postgres"), key_path=tmp_path / "store.key") as store,
    ):
        begin(store)
        deeds = (
            lambda: store.append(answer(0), expected_seq=1),
            lambda: begin(store, "A-2", number=2),
            lambda: store.home("S-1"),
            store.verify_chains,
            store.server_time,
        )
        for deed in deeds:
            with store.read() as one, store.read() as other:  # two lines that will be dead
                assert one.courses.versions() == other.courses.versions()
            server.kill()
            server.start()
            assert deed()


def test_while_the_server_is_away_it_is_said_and_nothing_is_done(tmp_path: Path) -> None:
    with (
        private_server() as server,
        PostgresStore.open(server.address("postgres"), key_path=tmp_path / "store.key") as store,
    ):
        begin(store)
        server.kill()
        with pytest.raises(StorageBusy, match="not there"):
            store.append(answer(0), expected_seq=1)
        with pytest.raises(StorageBusy, match="not there"), store.write():
            pass
        with pytest.raises(StorageBusy, match="not there"), store.read():
            pass
        with pytest.raises(StorageBusy, match="not there"):
            store.recover()
        server.start()
        assert store.append(answer(0), expected_seq=1).repeated is False


@pytest.mark.parametrize(("cut", "kept"), [(Cut.BEFORE_COMMIT, False), (Cut.AFTER_COMMIT, True)])
def test_an_answer_whose_fate_is_unknown_is_there_once_after_asking_again(
    line: Line, postgres_made: tuple[str, Path], cut: Cut, kept: bool
) -> None:
    with PostgresStore.open(line.url, key_path=postgres_made[1]) as store:
        begin(store)
        line.cut = cut
        with pytest.raises(StorageIO) as unknown:
            store.append(answer(0), expected_seq=1)
        assert "trying again is safe" in unknown.value.hint
        store.recover()
        assert store.append(answer(0), expected_seq=1).repeated is kept
        with store.read() as unit:
            assert len(unit.attempts.events("A-1")) == 2


@pytest.mark.parametrize(("cut", "kept"), [(Cut.BEFORE_COMMIT, 0), (Cut.AFTER_COMMIT, 1)])
def test_a_unit_whose_fate_is_unknown_says_so(line: Line, postgres_made: tuple[str, Path], cut: Cut, kept: int) -> None:
    with PostgresStore.open(line.url, key_path=postgres_made[1]) as store:
        line.cut = cut
        with pytest.raises(StorageIO) as unknown, store.write() as unit:
            unit.audit.add(AuditRecord(at=NOON, actor="a", deed="d", subject="s"))
        assert "look whether it was kept" in unknown.value.hint
        store.recover()
        with store.read() as unit:
            assert len(unit.audit.all()) == kept


def test_a_line_that_is_ended_in_the_midst_of_a_unit_has_kept_nothing(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key) as store, closing(tool(url)) as other:

        def be_ended() -> None:
            with store.write() as unit:
                unit.audit.add(AuditRecord(at=NOON, actor="a", deed="d", subject="s"))
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                unit.audit.add(AuditRecord(at=NOON, actor="a", deed="d", subject="s"))

        with pytest.raises(StorageBusy):
            be_ended()
        with store.write() as unit:
            assert unit.audit.all() == ()


def test_a_line_that_is_ended_in_the_midst_of_a_read_is_said_in_the_houses_own_words(
    postgres_made: tuple[str, Path],
) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key) as store, closing(tool(url)) as other:
        with pytest.raises(StorageBusy, match="not there"), store.read() as unit:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            unit.audit.all()
        with store.read() as unit:
            assert unit.audit.all() == ()


def test_a_statement_that_takes_too_long_gives_way(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    patient = PgSettings(lock_ms=200, statement_ms=300)
    with PostgresStore.open(url, key_path=key, settings=patient) as store, closing(tool(url)) as other:
        begin(store)
        with other.transaction():
            other.execute("LOCK TABLE audit_record IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(StorageBusy), store.read() as unit:
                unit.audit.all()
        with store.read() as unit:
            assert unit.audit.all()


def test_more_readers_than_connections_wait_their_turn_or_are_told(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key, settings=PgSettings(lock_ms=200, connections=1)) as store:
        with store.read(), pytest.raises(StorageBusy), store.read():
            pass
        with store.read() as unit:
            assert unit.audit.all() == ()


def test_tables_that_a_newer_program_changed_are_read_by_the_next_try(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key) as store, closing(tool(url)) as newer:
        for size in (200, 300):
            for _ in range(6):  # often enough for the driver to prepare the statement
                with store.read() as unit:
                    unit.audit.all()
            newer.execute(f"ALTER TABLE audit_record ALTER COLUMN deed TYPE varchar({size})")
            with pytest.raises(StorageBusy), store.read() as unit:
                unit.audit.all()
            with store.read() as unit:
                assert unit.audit.all() == ()
        for _ in range(6):
            with store.write() as unit:
                unit.audit.all()
        newer.execute("ALTER TABLE audit_record ALTER COLUMN deed TYPE varchar(400)")
        with pytest.raises(StorageBusy), store.write() as unit:
            unit.audit.all()
        with store.write() as unit:
            assert unit.audit.all() == ()


def test_a_line_that_the_server_ends_leaves_a_commit_in_doubt_whatever_it_says(
    postgres_made: tuple[str, Path],
) -> None:
    with closing(tool(postgres_made[0])) as connection:
        connection.execute("SET idle_in_transaction_session_timeout = '50ms'")
        connection.execute("BEGIN")
        assert select.select([connection.fileno()], [], [], 10)[0]  # the server has had enough
        with pytest.raises(psycopg.Error) as ended:
            connection.execute("COMMIT")
    assert type(commit_failure(ended.value)) is StorageIO
    assert type(commit_failure(psycopg.InterfaceError("the connection is lost"))) is StorageIO


def test_a_program_that_hangs_while_it_writes_holds_the_others_off_for_a_moment_only(
    postgres_made: tuple[str, Path],
) -> None:
    url, key = postgres_made
    hasty = PgSettings(idle_ms=300)
    with PostgresStore.open(url, key_path=key, settings=hasty) as hung, PostgresStore.open(url, key_path=key) as other:
        begin(other)
        with pytest.raises(StorageBusy), hung.write() as unit:
            assert not other.append(answer(0), expected_seq=1).repeated
            unit.audit.all()


def test_a_long_look_at_the_records_is_not_cut_off_as_a_program_that_hangs(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with (
        PostgresStore.open(url, key_path=key, settings=PgSettings(idle_ms=100)) as store,
        closing(tool(url)) as clock,
        store.read() as unit,
    ):
        clock.execute("SELECT pg_sleep(0.4)")
        assert unit.audit.all() == ()


def test_a_server_that_stops_flushing_while_it_runs_is_trusted_no_more(tmp_path: Path) -> None:
    clock = ServerClock(SystemClock())
    with (
        private_server() as server,
        PostgresStore.open(server.address("postgres"), key_path=tmp_path / "store.key", clock=clock) as store,
        closing(tool(server.address("postgres"))) as owner,
    ):
        owner.execute("ALTER SYSTEM SET synchronous_commit = off")
        owner.execute("ALTER SYSTEM SET full_page_writes = off")
        owner.execute("SELECT pg_reload_conf()")
        found = "on"
        while found == "on":
            with store.read() as unit:
                found = unit.audit._driver.execute("SELECT current_setting('full_page_writes')").fetchone()[0]
        with store.read() as unit:
            pinned = unit.audit._driver.execute("SELECT current_setting('synchronous_commit')").fetchone()[0]
        assert pinned == "on"
        store.keep(clock)
        with pytest.raises(StorageDamaged, match="full_page_writes=off"):
            begin(store)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53100", StorageFull),
        ("25006", StorageReadOnly),
        ("42501", StorageReadOnly),
        ("40001", StorageBusy),
        ("40P01", StorageBusy),
        ("55P03", StorageBusy),
        ("57P01", StorageBusy),
        ("08006", StorageBusy),
        ("XX001", StorageDamaged),
        ("23505", WrongState),
        ("P0001", WrongState),
    ],
)
def test_what_the_server_says_becomes_the_houses_own(
    postgres_made: tuple[str, Path], state: str, kind: type[CequizError]
) -> None:
    with closing(tool(postgres_made[0])) as connection:
        sql = (
            f"DO $$ BEGIN RAISE EXCEPTION 'the words' USING ERRCODE = '{state}', DETAIL = 'Key (email)=(a@b.c)'; END $$"
        )
        with pytest.raises(Exception, match="the words") as raised:
            connection.execute(sql)
    told = postgres_failure(raised.value)
    assert type(told) is kind
    assert "a@b.c" not in told.whole

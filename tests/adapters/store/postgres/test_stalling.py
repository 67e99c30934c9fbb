"""A server that stands still with every line open: nobody waits for ever, and what follows goes through."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cequiz.adapters.store.postgres.engine import PgSettings
from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.errors import StorageBusy, StorageIO
from tests.postgres import Server, private_server
from tests.storing import answer, begin

PATIENT = PgSettings(lock_ms=400, journey_ms=200, statement_ms=2_000)
"""A store that gives a stalled server up after a second or so."""

CONNECTING = 4.0
"""Seconds that a new line is waited for."""


def opened(server: Server, folder: Path) -> PostgresStore:
    """Open a store on a server."""
    address = server.address("postgres").replace("?", "?connect_timeout=2&", 1)
    return PostgresStore.open(address, key_path=folder / "store.key", settings=PATIENT)


def test_an_answer_to_a_stalled_server_is_given_up_and_saved_once_when_it_goes_on(tmp_path: Path) -> None:
    with private_server() as server, opened(server, tmp_path) as store:
        begin(store)
        store.append(answer(0), expected_seq=1)
        server.stall()
        began = time.monotonic()
        with pytest.raises((StorageBusy, StorageIO)):
            store.append(answer(1), expected_seq=2)
        assert time.monotonic() - began < PATIENT.answer_patience + CONNECTING
        server.go_on()
        assert store.append(answer(1), expected_seq=2).event.seq == 3
        with store.read() as unit:
            assert len(unit.attempts.events("A-1")) == 3


def test_reading_and_writing_on_a_stalled_server_are_given_up_too(tmp_path: Path) -> None:
    with private_server() as server, opened(server, tmp_path) as store:
        begin(store)
        server.stall()
        for deed in (lambda: store.home("S-1"), lambda: begin(store, "A-2", number=2), store.server_time):
            began = time.monotonic()
            with pytest.raises(StorageBusy):
                deed()
            assert time.monotonic() - began < PATIENT.answer_patience + CONNECTING
        server.go_on()
        begin(store, "A-2", number=2)


def test_a_server_that_stalls_in_the_middle_holds_nobody_who_turns_back(tmp_path: Path) -> None:
    with private_server() as server, opened(server, tmp_path) as store:
        began = time.monotonic()
        with pytest.raises(StorageBusy), store.write() as unit:
            server.stall()
            unit.students.get("S-1")
        assert time.monotonic() - began < 2 * CONNECTING
        server.go_on()
        with pytest.raises(LookupError), store.write():
            server.stall()
            raise LookupError
        server.go_on()
        begin(store)


def test_a_statement_may_take_as_long_as_the_server_lets_it(tmp_path: Path) -> None:
    with private_server() as server, opened(server, tmp_path) as store:
        with store._connections.lend() as connection:
            connection.exec_driver_sql("SELECT pg_sleep(1)")
        begin(store)

"""Opening a store in PostgreSQL: what is made, what is refused, and what is never said."""

from __future__ import annotations

import string
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.adapters.keys import draft_of
from cequiz.adapters.store.driver import GENERATION
from cequiz.adapters.store.postgres.address import Address
from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.bootstrap import House
from cequiz.errors import (
    CequizError,
    EnvironmentFailed,
    StorageBusy,
    StorageDamaged,
    StoreTooNew,
    WrongState,
)
from cequiz.settings import Settings
from tests.postgres import Databases, private_server
from tests.storing import answer, begin

_SECRET = st.text(alphabet=string.ascii_letters + string.digits + "%@:!$&'*+,;=~?#[]() \"\\éß/", min_size=8)


def tool(url: str) -> Any:
    """Return a connection of somebody who uses the database past cequiz."""
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)


def test_records_are_there_when_it_is_opened_again(postgres_url: str, tmp_path: Path) -> None:
    key = tmp_path / "keys" / "store.key"
    with PostgresStore.open(postgres_url, key_path=key) as store:
        begin(store)
        store.append(answer(0), expected_seq=1)
    assert not draft_of(key).exists()
    with PostgresStore.open(postgres_url, key_path=key) as store, store.read() as unit:
        assert [event.seq for event in unit.attempts.events("A-1")] == [1, 2]


def test_a_closed_store_says_so(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    store = PostgresStore.open(url, key_path=key)
    store.close()
    store.close()
    with pytest.raises(WrongState, match="closed"):
        store.append(answer(0), expected_seq=1)
    with pytest.raises(WrongState, match="closed"), store.read():
        pass
    with pytest.raises(WrongState, match="closed"), store.write():
        pass


def test_a_program_without_the_right_to_change_tables_can_use_them(
    postgres_made: tuple[str, Path],
) -> None:
    url, key = postgres_made
    with closing(tool(url)) as owner:
        owner.execute("DROP ROLE IF EXISTS cequiz_app")
        owner.execute("CREATE ROLE cequiz_app LOGIN")
        owner.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO cequiz_app")
        owner.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO cequiz_app")
        (database,) = owner.execute("SELECT current_database()").fetchone()
        owner.execute(f'REVOKE TEMPORARY ON DATABASE "{database}" FROM PUBLIC')
        with PostgresStore.open(url.replace("postgres@", "cequiz_app@", 1), key_path=key) as store:
            begin(store)
            assert store.append(answer(0), expected_seq=1).event.seq == 2
        owner.execute("DROP OWNED BY cequiz_app")
        owner.execute("DROP ROLE cequiz_app")


def test_another_programs_tables_are_left_as_they_are(postgres_url: str, tmp_path: Path) -> None:
    with closing(tool(postgres_url)) as other:
        other.execute("CREATE TABLE attempt (id int)")
        with pytest.raises(StorageDamaged, match="another program"):
            PostgresStore.open(postgres_url, key_path=tmp_path / "store.key")
        assert other.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (1,)
    assert not list(tmp_path.iterdir())


def test_a_newer_store_is_left_as_it_is(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with closing(tool(url)) as newer:
        newer.execute("UPDATE store_fact SET value = %s WHERE name = 'generation'", [str(GENERATION + 1)])
    with pytest.raises(StoreTooNew, match="newer"):
        PostgresStore.open(url, key_path=key)


def test_another_key_is_refused(postgres_made: tuple[str, Path], tmp_path: Path) -> None:
    url, _ = postgres_made
    other = tmp_path / "store.key"
    other.write_text("ab" * 32)
    other.chmod(0o600)
    with pytest.raises(StorageDamaged, match="not the one") as refused:
        PostgresStore.open(url, key_path=other)
    assert "every host" in refused.value.hint


def test_a_second_host_without_the_key_is_told_to_copy_it_and_makes_none(
    postgres_made: tuple[str, Path], tmp_path: Path
) -> None:
    url, _ = postgres_made
    with pytest.raises(StorageDamaged, match="missing") as refused:
        PostgresStore.open(url, key_path=tmp_path / "store.key")
    assert "Copy keys/store.key" in refused.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("whose", ["DATABASE", "ROLE"])
def test_a_setting_that_loses_saved_answers_is_refused(postgres_made: tuple[str, Path], whose: str) -> None:
    url, key = postgres_made
    with closing(tool(url)) as owner:
        (database,) = owner.execute("SELECT current_database()").fetchone()
        owner.execute("DROP ROLE IF EXISTS cequiz_careless")
        owner.execute("CREATE ROLE cequiz_careless LOGIN SUPERUSER")
        name = f'"{database}"' if whose == "DATABASE" else "cequiz_careless"
        owner.execute(f"ALTER {whose} {name} SET synchronous_commit = off")
        with pytest.raises(StorageDamaged, match="synchronous_commit=off"):
            PostgresStore.open(url.replace("postgres@", "cequiz_careless@", 1), key_path=key)
        owner.execute("DROP ROLE cequiz_careless")


def test_a_server_that_does_not_flush_is_refused(tmp_path: Path) -> None:
    with (
        private_server(settings=("fsync=off",)) as server,
        pytest.raises(StorageDamaged, match="fsync=off"),
    ):
        PostgresStore.open(server.address("postgres"), key_path=tmp_path / "store.key")


def test_a_database_with_another_encoding_is_refused(postgres_databases: Databases, tmp_path: Path) -> None:
    like = postgres_databases.make()
    with closing(tool(like)) as owner:
        owner.execute("DROP DATABASE IF EXISTS cequiz_latin")
        owner.execute("CREATE DATABASE cequiz_latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        latin = like.replace(like.split("?")[0].rpartition("/")[2], "cequiz_latin", 1)
        with pytest.raises(EnvironmentFailed, match="LATIN1"):
            PostgresStore.open(latin, key_path=tmp_path / "store.key")
        owner.execute("DROP DATABASE cequiz_latin WITH (FORCE)")
    postgres_databases.drop(like)


def test_a_server_that_is_not_there_is_said_within_seconds_and_without_the_password(tmp_path: Path) -> None:
    before = time.monotonic()
    with pytest.raises(StorageBusy, match="cannot be reached") as refused:
        PostgresStore.open("postgresql://me:sesame123@127.0.0.1:1/cequiz", key_path=tmp_path / "store.key")
    assert time.monotonic() - before < 5
    assert "postgresql://127.0.0.1:1/cequiz" in refused.value.sentence
    assert "CEQUIZ_DATABASE_URL" in refused.value.hint
    assert "sesame123" not in refused.value.whole
    assert refused.value.exit_code == 4


def test_a_database_that_is_not_there_is_said(postgres_url: str, tmp_path: Path) -> None:
    name = postgres_url.split("?", maxsplit=1)[0].rpartition("/")[2]
    with pytest.raises(StorageBusy, match="does not exist"):
        PostgresStore.open(postgres_url.replace(name, "nowhere", 1), key_path=tmp_path / "store.key")


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgresql", "postgres"])
def test_every_usual_way_to_write_an_address_is_understood(scheme: str) -> None:
    read = Address.read(f"{scheme}://me:se%40same@db.example.org:5433/house?sslmode=require")
    assert read.url == "postgresql+psycopg://me:se%40same@db.example.org:5433/house?sslmode=require"
    assert read.told == "postgresql://db.example.org:5433/house"
    assert "same" not in repr(read)


@pytest.mark.parametrize(
    "text", ["mysql://me@x/y", "sqlite:///x.db", "nonsense", "postgresql:/x", "postgresql://a b/c"]
)
def test_what_is_no_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(EnvironmentFailed, match="not the address") as refused:
        Settings.read({"CEQUIZ_HOME": "/nowhere", "CEQUIZ_DATABASE_URL": text})
    assert text not in refused.value.whole


@given(secret=_SECRET)
def test_no_password_however_it_is_typed_is_ever_told(secret: str) -> None:
    try:
        read = Address.read(f"postgresql://me:{secret}@db.example.org/house")
    except CequizError as refused:
        assert secret not in refused.whole
    else:
        assert read.told == "postgresql://db.example.org/house"
        assert secret not in repr(read)


def test_the_house_opens_the_store_that_the_environment_names(postgres_made: tuple[str, Path], tmp_path: Path) -> None:
    url, key = postgres_made
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "store.key").write_bytes(key.read_bytes())
    (tmp_path / "keys" / "store.key").chmod(0o600)
    settings = Settings.read({"CEQUIZ_HOME": str(tmp_path), "CEQUIZ_DATABASE_URL": url})
    assert url.rpartition("/")[2] not in repr(settings)
    with closing(House(settings)) as house:
        assert isinstance(house.ports().store, PostgresStore)
        assert house.ports().clock is house.clock
        assert house.ports().store.home(None).courses
    assert not settings.database.exists()


def test_a_store_whose_triggers_are_missing_can_be_read_but_not_written(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key) as store:
        begin(store)
    with closing(tool(url)) as careless:
        careless.execute("ALTER TABLE attempt_event DISABLE TRIGGER attempt_event_no_update")
        careless.execute("DROP TRIGGER score_no_delete ON score")
    with PostgresStore.open(url, key_path=key) as store:
        with pytest.raises(StorageDamaged, match="attempt_event_no_update, score_no_delete"):
            store.append(answer(0), expected_seq=1)
        with pytest.raises(StorageDamaged), store.write():
            pass
        with store.read() as unit:
            assert len(unit.attempts.events("A-1")) == 1
        assert "score_no_delete" in store.verify_chains().findings[0].words

"""The records' hand-written SQL means the same on PostgreSQL as on SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cequiz.adapters.store.postgres.driver import PgDriver, adapt, translated

BIGGEST = 2**63 - 1


@pytest.fixture
def driver(postgres_url: str) -> Iterator[PgDriver]:
    """Return the driver on an empty database."""
    with closing(psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True)) as connection:
        adapt(connection)
        yield PgDriver(connection)


@pytest.fixture
def both(driver: PgDriver) -> Iterator[tuple[Any, Any]]:
    """Return both databases' drivers, each with the same table."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as other:
        for one in (driver, other):
            one.execute("CREATE TABLE thing (name TEXT, number BIGINT)")
        other.execute("ALTER TABLE thing ADD COLUMN octets BLOB")
        driver.execute("ALTER TABLE thing ADD COLUMN octets BYTEA")
        yield driver, other


# One database serves all examples: each of them takes away what it put in.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    words=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    number=st.integers(-BIGGEST - 1, BIGGEST),
    octets=st.binary(),
)
def test_whatever_is_kept_comes_back(both: tuple[Any, Any], words: str, number: int, octets: bytes) -> None:
    """A name, an instant or a file would otherwise come back as something else."""
    found = []
    for one in both:
        one.execute("INSERT INTO thing VALUES (?, ?, ?)", (words, number, octets))
        mine = {"words": words, "number": number, "more": "than is named"}
        found.append(one.execute("SELECT * FROM thing WHERE name = :words AND number = :number", mine).fetchall())
        one.execute("DELETE FROM thing")
    assert found == [[(words, number, octets)]] * 2
    assert [type(value) for value in found[0][0]] == [str, int, bytes]


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("SELECT 'really?', CAST(? AS BIGINT)", ("really?", 7)),
        ("SELECT 'it''s :not a place?', CAST(? AS BIGINT)", ("it's :not a place?", 7)),
        ("SELECT '100 %', CAST(? AS BIGINT) % 4", ("100 %", 3)),
        ("SELECT 'student:' || CAST(? AS BIGINT)", ("student:7",)),
        ('SELECT CAST(? AS BIGINT) AS "a ? and a :b %"', (7,)),
        ("SELECT 'Zoë %s %(x)s', CAST(? AS BIGINT)", ("Zoë %s %(x)s", 7)),
    ],
)
def test_only_places_are_places(both: tuple[Any, Any], sql: str, wanted: tuple[object, ...]) -> None:
    """A question mark in a sentence would take the value of the next column."""
    assert [one.execute(sql, (7,)).fetchone() for one in both] == [wanted, wanted]


def test_a_cast_is_no_place(driver: PgDriver) -> None:
    """Two colons belong to PostgreSQL."""
    assert driver.execute("SELECT :one::text || 'x', :two::bigint", {"one": "a", "two": 2}).fetchone() == ("ax", 2)


def test_a_cursor_says_what_the_rooms_ask_it(both: tuple[Any, Any]) -> None:
    """Rows are read by name, walked, and counted when they were changed."""
    for one in both:
        one.execute("INSERT INTO thing VALUES (?, ?, ?), (?, ?, ?)", ("a", 1, b"\0", "b", None, b"\xff"))
        cursor = one.execute("SELECT name, number AS amount FROM thing ORDER BY name")
        assert [column[0] for column in cursor.description] == ["name", "amount"]
        assert list(cursor) == [("a", 1), ("b", None)]
        assert one.execute("UPDATE thing SET number = 3 WHERE name = :name", {"name": "a"}).rowcount == 1
        assert one.execute("SELECT 1 WHERE 1 = 2").fetchone() is None


def test_a_transaction_is_seen_and_taken_back(both: tuple[Any, Any]) -> None:
    """A failed answer must leave nothing, whichever database it was meant for."""
    for one in both:
        assert not one.in_transaction
        one.execute("BEGIN IMMEDIATE")
        one.execute("INSERT INTO thing VALUES ('a', 1, NULL)")
        assert one.in_transaction
        one.execute("ROLLBACK")
        assert not one.in_transaction
        assert one.execute("SELECT count(*) FROM thing").fetchone() == (0,)


def test_a_failed_transaction_can_be_taken_back(driver: PgDriver) -> None:
    """Otherwise the connection would refuse everything after the first refusal."""
    driver.execute("BEGIN IMMEDIATE")
    with pytest.raises(psycopg.errors.UndefinedTable):
        driver.execute("SELECT * FROM nothing")
    assert driver.in_transaction
    driver.execute("ROLLBACK")
    assert driver.execute("SELECT 1").fetchone() == (1,)


def test_a_reading_transaction_sees_one_state_and_writes_nothing(driver: PgDriver, postgres_url: str) -> None:
    """A check of every chain must not see half of what is written meanwhile."""
    driver.execute("CREATE TABLE thing (name TEXT)")
    driver.execute("BEGIN")
    assert driver.execute("SELECT count(*) FROM thing").fetchone() == (0,)
    with closing(psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True)) as other:
        other.execute("INSERT INTO thing VALUES ('late')")
    assert driver.execute("SELECT count(*) FROM thing").fetchone() == (0,)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        driver.execute("INSERT INTO thing VALUES ('mine')")
    driver.execute("ROLLBACK")
    assert driver.execute("SELECT count(*) FROM thing").fetchone() == (1,)


def test_a_number_is_sent_in_one_size(driver: PgDriver) -> None:
    """A statement would otherwise be prepared three times: for small, middling and large numbers."""
    sizes = {str(driver.execute("SELECT pg_typeof(?)::text", (one,)).fetchone()[0]) for one in (1, 2**17, BIGGEST)}
    assert sizes == {"bigint"}


@settings(max_examples=200)
@given(st.text(st.sampled_from("'\"?:% ab_1\n")))
def test_no_text_makes_the_translation_lose_any_of_it(sql: str) -> None:
    """What is no place stays in the statement, in its order."""
    kept = translated(sql).decode().replace("%%", "\0").replace("%s", "?")
    while "%(" in kept:
        before, _, rest = kept.partition("%(")
        name, _, after = rest.partition(")s")
        kept = f"{before}:{name}{after}"
    assert kept.replace("\0", "%") == sql

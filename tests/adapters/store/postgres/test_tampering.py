"""What tampering with the server's tables is found: the same as with a file, by the same chains and anchors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from cequiz.adapters.keys import load_key
from cequiz.adapters.store.postgres.driver import PgDriver
from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.services.ports import AuditRecord, ChainReport, Head
from tests.adapters.store.test_tampering import FOUND_BY_CHAINS, FOUND_WITH_ANCHORS, Tamper, fill
from tests.builders import NOON
from tests.figures import FIGURE
from tests.postgres import Databases
from tests.storing import open_store

REFUSED = {
    "a payload that is no text",
    "an audit record that is no text",
    "a head that is a number",
    "a bank that is a number",
}
"""What a server refuses from anybody, since its columns have types."""

Kept = tuple[str, Path, tuple[Head, ...]]
"""Address of a database, file of its key, anchors of the day before."""


class AsOwner(PgDriver):
    """The tables' owner at work: no trigger is asked, and octets are written as this database writes them."""

    def execute(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> Any:
        sql = sql.replace("CAST(x'ff' AS TEXT)", r"convert_from('\xff', 'UTF8')").replace("x'00'", r"'\x00'")
        return super().execute(sql, parameters)


@pytest.fixture(scope="module")
def original(
    postgres_databases: Databases, postgres_template: tuple[str, Path]
) -> Iterator[tuple[str, tuple[Head, ...]]]:
    """Return a database with two attempts and a record of each kind, and the anchors of that moment."""
    template, key = postgres_template
    address = postgres_databases.make(like=template)
    with PostgresStore.open(address, key_path=key) as store:
        fill(store)
        heads = tuple(store.heads())
    yield address, heads
    postgres_databases.drop(address)


@pytest.fixture
def kept(
    original: tuple[str, tuple[Head, ...]], postgres_databases: Databases, postgres_template: tuple[str, Path]
) -> Iterator[Kept]:
    """Return a copy of it that may be tampered with."""
    address = postgres_databases.make(like=original[0])
    yield address, postgres_template[1], original[1]
    postgres_databases.drop(address)


def tamper(kept: Kept, deed: Tamper) -> None:
    """Do it, past every trigger."""
    address, key_path, _ = kept
    with closing(psycopg.connect(address.replace("+psycopg", ""), autocommit=True)) as connection:
        connection.execute("SET session_replication_role = replica")
        deed(cast("Any", AsOwner(connection)), load_key(key_path))


def verify(kept: Kept, anchors: tuple[Head, ...] = ()) -> ChainReport:
    with PostgresStore.open(kept[0], key_path=kept[1]) as store:
        return store.verify_chains(anchors=anchors)


@pytest.mark.parametrize("name", sorted(FOUND_BY_CHAINS.keys() - REFUSED))
def test_the_chains_find_it_and_say_where(kept: Kept, name: str) -> None:
    """Whoever owns the tables could otherwise turn a failure into a pass."""
    chain, place, deed = FOUND_BY_CHAINS[name]
    tamper(kept, deed)
    found = {finding.chain: finding for finding in verify(kept).findings}
    assert chain in found
    assert found[chain].place == place, found[chain].words


@pytest.mark.parametrize("name", sorted(FOUND_WITH_ANCHORS))
def test_only_anchors_find_it(kept: Kept, name: str) -> None:
    """Receipts outside the database find what the key's holder did, and nothing else does."""
    place, deed = FOUND_WITH_ANCHORS[name]
    assert verify(kept, kept[2]).findings == ()
    tamper(kept, deed)
    assert verify(kept).findings == ()
    (finding,) = verify(kept, kept[2]).findings
    assert (finding.chain, finding.place) == ("anchor", place)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_no_text_cannot_be_put_there(kept: Kept, name: str) -> None:
    """The verifier need not expect it here."""
    with pytest.raises(psycopg.Error):
        tamper(kept, FOUND_BY_CHAINS[name][2])
    assert verify(kept, kept[2]).findings == ()


def test_a_picture_that_was_exchanged_is_found(kept: Kept) -> None:
    """A question must show the picture that was loaded."""
    with PostgresStore.open(kept[0], key_path=kept[1]) as store, store.write() as unit:
        unit.figures.add(FIGURE)
    assert verify(kept).findings == ()
    tamper(kept, lambda driver, _: driver.execute("UPDATE figure SET content = x'00'"))
    (finding,) = verify(kept).findings
    assert finding.chain == f"figure {FIGURE.sha256}"


def test_a_long_chain_is_walked_to_its_end(kept: Kept) -> None:
    """A chain is read in parts; a change in the last of them must be found as one in the first is."""
    before = verify(kept).records
    with PostgresStore.open(kept[0], key_path=kept[1]) as store, store.write() as unit:
        for number in range(1_100):
            unit.audit.add(AuditRecord(at=NOON, actor="a", deed="d", subject=f"number {number}"))
    report = verify(kept, kept[2])
    assert (report.findings, report.records) == ((), before + 1_100)
    tamper(kept, lambda driver, _: driver.execute("UPDATE audit_record SET actor = 'b' WHERE seq = 1090"))
    (finding,) = verify(kept).findings
    assert (finding.chain, finding.place) == ("audit_record", 1090)


def test_the_same_records_have_the_same_chains_in_both_databases(postgres_url: str, tmp_path: Path) -> None:
    """A store that moves to a server keeps its receipts: a hash depends on records and key, and on nothing else."""
    with open_store(tmp_path) as ours, PostgresStore.open(postgres_url, key_path=tmp_path / "keys/store.key") as other:
        for store in (ours, other):
            fill(store)
        assert tuple(ours.heads()) == tuple(other.heads())

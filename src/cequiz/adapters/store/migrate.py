"""Bringing a database to the newest schema: under one lock, in one transaction, after a backup.

Sixteen processes may start at once on an empty folder; one of them migrates and the others find it done. A crash in
the middle leaves the database as it was. Alembic is imported only when there is something to do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from cequiz.adapters.store import triggers
from cequiz.adapters.store.driver import APPLICATION_ID, GENERATION, best_sqlite, read_only
from cequiz.adapters.store.engine import Settings, make_engine
from cequiz.adapters.store.place import flush_folder
from cequiz.errors import Stopped, StorageDamaged, StoreTooNew
from cequiz.language import tr

_OFTEN = 50_000
"""Steps of SQLite's machine between two looks at a copy: a few milliseconds."""

_SCRIPTS = Path(__file__).with_name("migrations")


def generation(database: Path) -> int:
    """Return the schema generation of an existing database file, without changing anything.

    Raises:
        StorageDamaged: it is not a database of cequiz.
        StoreTooNew: a newer cequiz has written it.
    """
    with closing(read_only(database)) as driver:
        made_by = driver.execute("PRAGMA application_id").fetchone()[0]
        found = int(driver.execute("PRAGMA user_version").fetchone()[0])
        objects = driver.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if made_by != APPLICATION_ID and (made_by or found or objects):
        raise StorageDamaged(
            tr("{database} is a database of another program.", database=database),
            hint=tr("Choose another place with CEQUIZ_HOME; it was left as it is."),
        )
    if found > GENERATION:
        raise StoreTooNew(
            tr(
                "{database} was written by a newer cequiz (generation {found}, this one knows {generation}).",
                database=database,
                found=found,
                generation=GENERATION,
            ),
            hint=tr("Install the newer cequiz; the records were left as they are."),
        )
    return found


def upgrade(database: Path, settings: Settings, *, facts: Mapping[str, str]) -> None:
    """Bring a database to the newest schema; the caller holds the gate.

    Args:
        database: the file; it may be empty.
        settings: how to open it.
        facts: facts of the store that are written into a new one.
    """
    engine = make_engine(database, settings, migrating=True)
    try:
        with engine.connect() as connection, connection.begin():
            run_revisions(connection)
            triggers.install(connection.exec_driver_sql)
            for name, value in facts.items():
                connection.exec_driver_sql(
                    "INSERT OR IGNORE INTO store_fact (name, value) VALUES (?, ?)", (name, value)
                )
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {GENERATION}")
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise StorageDamaged(
                    tr("After the migration {number} references lead nowhere; nothing was changed.", number=len(broken))
                )
    finally:
        engine.dispose()
    flush_folder(database.parent)


def keep_copy(database: Path, *, of_generation: int) -> Path:
    """Write a complete copy beside the database before it is migrated, and return its path."""
    target = copy_name(database, of_generation=of_generation)
    copy_to(database, target)
    return target


def copy_name(database: Path, *, of_generation: int) -> Path:
    """Return where `keep_copy` writes."""
    return database.with_name(f"{database.name}.generation-{of_generation}")


def copy_to(database: Path, target: Path, *, told: Callable[[int], bool] | None = None) -> None:
    """Write a compact, consistent copy of a database, durably and 0600; an older file of that name is replaced.

    A plain copy of the file would miss what is still in the write-ahead log.

    Args:
        database: the file.
        target: the copy.
        told: told how many bytes are written so far, now and then; returns whether to stop.

    Raises:
        Stopped: it was stopped; nothing is left of the copy.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(read_only(database)) as driver, _told(driver, draft, told):
            # As bytes: a path is data, and need not be UTF-8.
            driver.execute("VACUUM INTO CAST(? AS TEXT)", (os.fsencode(draft),))
        file = os.open(draft, os.O_RDWR)
        try:
            os.fsync(file)
        finally:
            os.close(file)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    flush_folder(target.parent)


@contextmanager
def _told(driver: Any, draft: Path, told: Callable[[int], bool] | None) -> Iterator[None]:
    """Let somebody follow a copy, and stop it."""
    if told is None:
        yield
        return
    stopped = False

    def look() -> bool:
        nonlocal stopped
        stopped = told(draft.stat().st_size if draft.exists() else 0)
        return stopped

    driver.set_progress_handler(look, _OFTEN)
    try:
        yield
    except best_sqlite().OperationalError:
        if stopped:
            raise Stopped(tr("The copy was stopped."), hint=tr("Nothing was changed.")) from None
        raise
    finally:
        driver.set_progress_handler(None, 0)


def run_revisions(connection: object, *, stamp: bool = False) -> None:
    """Run the revisions that a database lacks, or only note that it needs none, in the caller's transaction.

    Args:
        connection: a connection of SQLAlchemy.
        stamp: the tables are there already, as this program knows them.
    """
    from alembic import command  # noqa: PLC0415 - a quarter of a second that only a migration should cost
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    (command.stamp if stamp else command.upgrade)(config, "head")

"""The mark of a file whose records were moved into a database server: it is the past, and is not written any more."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from cequiz.adapters.store.driver import best_sqlite, read_only
from cequiz.errors import WrongState
from cequiz.language import tr

MOVED = "moved_to"
"""The fact of the store that says where its records went, as an address without a password."""


def moved_to(driver: Any) -> str:
    """Return where a file's records went; empty where they are still in it."""
    row = driver.execute("SELECT value FROM store_fact WHERE name = ?", (MOVED,)).fetchone()
    return str(row[0]) if row is not None else ""


def moved_from(database: Path) -> str:
    """Return where a file's records went; empty where they are in it, or where that cannot be read."""
    try:
        with closing(read_only(database)) as driver:
            return moved_to(driver)
    except best_sqlite().Error:
        return ""


def mark_moved(driver: Any, told: str) -> None:
    """Note where a file's records went, or with an empty place that they are back; in the caller's transaction.

    Args:
        driver: a connection of the file.
        told: the address for people, without a password.
    """
    driver.execute("DELETE FROM store_fact WHERE name = ?", (MOVED,))
    if told:
        driver.execute("INSERT INTO store_fact (name, value) VALUES (?, ?)", (MOVED, told))


def words(told: str) -> str:
    """Return the sentence that says that a file is the past."""
    return tr("These records were moved to {database}; what is in this file is the past.", database=told)


def hint() -> str:
    """Return what to do about it."""
    return tr(
        "Set CEQUIZ_DATABASE_URL to that database. To go on with the file all the same, back it up and restore the"
        " backup."
    )


def refuse_moved(told: str) -> None:
    """Refuse to write into a file that is the past.

    Raises:
        WrongState: its records were moved.
    """
    if told:
        raise WrongState(words(told), hint=hint())

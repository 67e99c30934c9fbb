"""The database driver and what marks a file as ours, for every room that opens the file.

All of a process must use one and the same SQLite library on a file: when a second one closes it, the system drops
the locks of the first. So everyone asks here, the glance included; this module imports the standard library only.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sqlite3
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

APPLICATION_ID = 0x43515A31
"""`CQZ1` in the header of the file: what kind of database this is."""

GENERATION = 6
"""The newest schema this program knows: `user_version` in the file, and the number of the last migration."""


@cache
def best_sqlite() -> ModuleType:
    """Return the newest SQLite driver at hand: `pysqlite3` where it is installed and newer, else Python's own.

    SQLite before 3.51.3 has a rare bug that can damage a file which two connections checkpoint at once.
    """
    if importlib.util.find_spec("pysqlite3") is None:
        return sqlite3
    other = importlib.import_module("pysqlite3.dbapi2")
    return other if tuple(other.sqlite_version_info) > sqlite3.sqlite_version_info else sqlite3


def generation_of(driver: Any) -> int:
    """Return the generation of a database's schema, over a connection of either database's driver."""
    if getattr(driver, "dialect", "sqlite") == "sqlite":
        return int(driver.execute("PRAGMA user_version").fetchone()[0])
    return int(driver.execute("SELECT value FROM store_fact WHERE name = 'generation'").fetchone()[0])


def read_only(database: Path) -> Any:
    """Return a connection that cannot write, without transactions of its own making."""
    address = f"file:{quote(os.fsencode(database))}?mode=ro"
    return best_sqlite().connect(address, uri=True, isolation_level=None, timeout=30)

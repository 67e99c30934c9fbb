"""Trying again: what a service does when the store says that an outcome is unknown, or that a disk is full."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cequiz.errors import StorageFull, StorageIO
from cequiz.services.ports import Store

_RECOVERIES = 3
"""How often an unknown outcome is looked up before the student is told that the answer is not saved."""

T = TypeVar("T")


def durably(store: Store, deed: Callable[[], T], *, in_doubt: Callable[[], object] = lambda: None) -> T:
    """Do something that may be asked for again, until its outcome is known.

    Args:
        store: where it is done; it is opened anew, or given room, before the next try.
        deed: what is done; asked again, the store answers with what is there.
        in_doubt: called each time when it may have been done or not.

    Raises:
        EnvironmentFailed: it could not be done.
    """
    for _ in range(_RECOVERIES):
        try:
            return deed()
        except StorageIO:
            in_doubt()
            store.recover()
        except StorageFull:
            if not store.make_room():
                raise
    return deed()

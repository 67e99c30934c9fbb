"""Trying again: what a service does when the store says that an outcome is unknown, or that a disk is full."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from cequiz.errors import StorageBusy, StorageFull, StorageIO, StorageReadOnly
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
        StorageIO: whether it was done is unknown.
        EnvironmentFailed: it could not be done.
    """
    doubt: StorageIO | None = None
    for _ in range(_RECOVERIES):
        try:
            with _in_mind(doubt):
                return deed()
        except StorageIO as error:
            if error is doubt:
                raise
            doubt = error
            in_doubt()
            with _in_mind(doubt):
                store.recover()
        except StorageFull:
            if not store.make_room():
                raise
    with _in_mind(doubt):
        return deed()


@contextmanager
def _in_mind(doubt: StorageIO | None) -> Iterator[None]:
    """Keep in mind that an outcome is unknown: a store that cannot be asked says of its own try that nothing was kept.

    Raises:
        StorageIO: the doubt, where the store cannot be asked.
    """
    try:
        yield
    except (StorageBusy, StorageReadOnly) as error:
        if doubt is None:
            raise
        raise doubt from error

"""The records as a talk by line sees them: the same, and it is known while they are waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from cequiz.domain.exam.events import EventDraft
from cequiz.services.ports import Ack, ChainReport, Head, Heartbeat, HomeFacts, Standing, Store, Unit


class PatientStore:
    """A store whose waits are told of; everything it does the store behind it does."""

    def __init__(self, store: Store, waiting: Callable[[], AbstractContextManager[None]]) -> None:
        """Stand before a store.

        Args:
            store: does everything.
            waiting: entered for as long as it is waited for.
        """
        self._store = store
        self._waiting = waiting

    def write(self) -> AbstractContextManager[Unit]:
        """As `Store.write`."""
        return self._around(self._store.write)

    def read(self) -> AbstractContextManager[Unit]:
        """As `Store.read`."""
        return self._around(self._store.read)

    @contextmanager
    def _around(self, begin: Callable[[], AbstractContextManager[Unit]]) -> Iterator[Unit]:
        with self._waiting(), begin() as unit:
            yield unit

    def append(self, draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        """As `Store.append`."""
        with self._waiting():
            return self._store.append(draft, expected_seq=expected_seq, standing=standing)

    def beat(self, heartbeat: Heartbeat) -> None:
        """As `Store.beat`."""
        with self._waiting():
            self._store.beat(heartbeat)

    def home(self, student_id: str | None) -> HomeFacts:
        """As `Store.home`."""
        with self._waiting():
            return self._store.home(student_id)

    def recover(self) -> None:
        """As `Store.recover`."""
        with self._waiting():
            self._store.recover()

    def close(self) -> None:
        """As `Store.close`."""
        self._store.close()

    def make_room(self) -> bool:
        """As `Store.make_room`."""
        return self._store.make_room()

    def verify_chains(
        self,
        *,
        anchors: Sequence[Head] = (),
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> ChainReport:
        """As `Store.verify_chains`."""
        return self._store.verify_chains(anchors=anchors, progress=progress, stop=stop)

    def heads(self) -> Sequence[Head]:
        """As `Store.heads`."""
        return self._store.heads()

    def watch(self, wake: Callable[[str], None]) -> Callable[[], None]:
        """As `Store.watch`."""
        return self._store.watch(wake)

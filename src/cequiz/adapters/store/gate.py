"""Who may write now: one thread of one process, in the order of asking.

SQLite's own busy handler sleeps and tries again, so that one writer can starve the others for seconds. A `flock`
around every write transaction and checkpoint makes them queue (with 200 writers the longest wait fell from 4.1 to
1.3 seconds), is released by the kernel when a process is killed, and leaves no window for the WAL-reset bug of
SQLite before 3.51.3, which needs a checkpoint and a commit at the same time. Where `fcntl` is missing, SQLite's busy
timeout does what it can.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from types import TracebackType

from cequiz.errors import StorageBusy, WrongState
from cequiz.language import mark, tr

if sys.platform != "win32":
    import fcntl

_BUSY_HINT = mark("Close other cequiz programs that hang or were stopped, then try again.")


def open_lock(path: Path) -> int:
    """Return a descriptor of a lock file (0600), made if it is missing; a symbolic link is refused by the system."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0), 0o600)


class WriteGate:
    """The one door to writing; a context manager that cannot be entered twice by one thread."""

    def __init__(self, path: Path, *, patience: float = 30.0) -> None:
        """Remember the door.

        Args:
            path: the lock file; made when it is first used.
            patience: seconds to wait before `StorageBusy`.
        """
        self._path = path
        self._patience = patience
        self._thread = threading.Lock()
        self._owner: int | None = None
        self._file: int | None = None

    def __enter__(self) -> None:
        me = threading.get_ident()
        if self._owner == me:
            msg = "this thread is already inside a write transaction"
            raise RuntimeError(msg)
        if not self._thread.acquire(timeout=self._patience):
            raise StorageBusy(tr("Another part of this program holds the store."), hint=tr(_BUSY_HINT))
        try:
            self._lock()
        except BaseException:
            self._thread.release()
            raise
        self._owner = me

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._owner = None
        if sys.platform != "win32" and self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._thread.release()

    def close(self) -> None:
        """Give the lock file's descriptor back."""
        with self._thread:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _lock(self) -> None:
        if sys.platform == "win32":
            return
        if self._file is None:
            self._file = open_lock(self._path)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._queue(self._file)

    def _queue(self, file: int) -> None:
        """Wait in the kernel's queue, which is fair, but no longer than our patience lasts.

        `flock` knows no timeout, so a helper thread waits. If it is given up, its descriptor goes with it: whenever
        the lock arrives there, the thread closes it and so lets go at once.
        """
        if sys.platform == "win32":
            return
        arrived, given_up = threading.Event(), threading.Event()
        decided = threading.Lock()

        def wait() -> None:
            fcntl.flock(file, fcntl.LOCK_EX)
            with decided:
                if given_up.is_set():
                    os.close(file)
                else:
                    arrived.set()

        threading.Thread(target=wait, daemon=True, name="cequiz-gate").start()
        if arrived.wait(self._patience):
            return
        with decided:
            if arrived.is_set():
                return
            given_up.set()
            self._file = None
        raise StorageBusy(tr("Another program holds the store."), hint=tr(_BUSY_HINT))


class Presence:
    """Says that a session has the store open, so that nobody replaces it meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def share(self) -> None:
        """Be present, together with any number of others.

        Raises:
            StorageBusy: the store is being replaced at this moment.
        """
        self._take(exclusive=False)

    def alone(self) -> None:
        """Be the only one.

        Raises:
            WrongState: a session has the store open.
        """
        self._take(exclusive=True)

    def leave(self) -> None:
        """Be gone."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _take(self, *, exclusive: bool) -> None:
        if sys.platform == "win32":
            return
        file = open_lock(self._path)
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            if exclusive:
                raise WrongState(
                    tr("The store is in use."), hint=tr("Close every cequiz program, then try again.")
                ) from None
            raise StorageBusy(tr("The store is being replaced."), hint=tr("Wait until that is done.")) from None
        self._file = file

"""Several processes on one port, for more people than one core can serve.

The system spreads new connections over every process that listens (`SO_REUSEPORT`). The processes are forked from a
parent that has opened no store and runs no thread and no loop, though it may have loaded a library to look at a key.
It does nothing but start again who has died, and pass on the signal to end. Nothing in a worker's memory is truth:
whoever comes back may reach another one.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import Any

from cequiz.errors import WrongUsage
from cequiz.frontends.serve.listening import cannot_listen
from cequiz.frontends.serve.until_told import SAME_WISH
from cequiz.language import tr

PAUSE = 1.0
"""Seconds between a worker's death and the next, so that one that cannot live does not spin."""

_Address = tuple[socket.AddressFamily, Any]
"""A family, and an address as its sockets take it."""

_ENDS = ("SIGTERM", "SIGINT", "SIGHUP")


@contextmanager
def kept_port(host: str, port: int, *, shared: bool) -> Iterator[int]:
    """Make sure that a port can be had, and hold it for workers that share it; returns its number.

    Args:
        host: the address to listen on.
        port: the port; 0 for any that is free.
        shared: whether several processes will listen. Alone, the port is only looked at.

    Raises:
        EnvironmentFailed: somebody else has it, or it may not be had.
    """
    with _bound(host, port, reuse=False) as looked_at:
        number = int(looked_at[0].getsockname()[1])
    if not shared:
        yield port and number
        return
    with _bound(host, number, reuse=True):  # bound and not listening: they take no connections, and keep others away
        yield number


@contextmanager
def _bound(host: str, port: int, *, reuse: bool) -> Iterator[tuple[socket.socket, ...]]:
    """Hold a port on every address of a name, which is where a loop would listen."""
    with ExitStack() as held:
        found: list[socket.socket] = []
        try:
            for family, address in _addresses(host, port):
                one = held.enter_context(socket.socket(family, socket.SOCK_STREAM))
                if os.name == "posix":
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if reuse:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                if family == socket.AF_INET6:  # else it takes the port of the IPv4 addresses as well
                    one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                # Where any port will do, the first address chooses it for the others.
                number = port or (found[0].getsockname()[1] if found else 0)
                one.bind((address[0], number, *address[2:]))
                found.append(one)
        except OSError as error:
            raise cannot_listen(error, host, port) from None
        yield tuple(found)


def _addresses(host: str, port: int) -> tuple[_Address, ...]:
    """Return the addresses that a name has, each once."""
    known = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return tuple(dict.fromkeys((family, address) for family, _, _, _, address in known))


def run_workers(count: int, run: Callable[[int], int], *, pause: float = PAUSE) -> int:
    """Run something in so many processes until the program is told to end, and return the exit code.

    With 1 it is run in this process. Otherwise each process gets its number from 0; one that dies is started again,
    unless it ended with an exit code of its own in the first moment: what cannot begin is not tried for ever.

    Args:
        count: how many processes.
        run: serves until it is told to end by SIGTERM or SIGINT, and returns an exit code.
        pause: seconds between a death and a new start.

    Raises:
        WrongUsage: a system without `fork`, with more than one.
    """
    if count == 1:
        return run(0)
    if sys.platform == "win32" or not hasattr(socket, "SO_REUSEPORT"):
        raise WrongUsage(tr("Several workers need a system with SO_REUSEPORT, such as Linux."), hint="--workers 1")
    return _Parent(count, run, pause).watch()


class _Parent:
    """Starts workers, and ends them."""

    def __init__(self, count: int, run: Callable[[int], int], pause: float) -> None:
        self._count = count
        self._run = run
        self._pause = pause
        self._workers: dict[int, int] = {}
        self._born: dict[int, float] = {}
        self._ending: float | None = None
        """Since when, by the monotonic clock."""
        self._taken: tuple[str, ...] = ()
        """The signals that are heard."""
        self._code = 0
        self._alive: tuple[int, int] = os.pipe()
        """Both ends of a pipe into which nobody writes: it breaks when the parent is gone."""

    def watch(self) -> int:
        """Keep the workers alive until a signal ends them."""
        # What was to be ignored, as a lost terminal (nohup), stays ignored here and in the workers.
        self._taken = tuple(
            name for name in _ENDS if name == "SIGTERM" or signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN
        )
        before = {name: signal.signal(getattr(signal, name), self._end) for name in self._taken}
        try:
            for number in range(self._count):
                self._start(number)
            while self._workers:
                self._bury()
        finally:
            self._pass_on(signal.SIGKILL)
            for name, handler in before.items():
                signal.signal(getattr(signal, name), handler)
            for end in self._alive:
                os.close(end)
        return self._code

    def _start(self, number: int) -> None:
        # A signal between fork and the child's own handlers must neither be lost nor run the parent's.
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {getattr(signal, name) for name in _ENDS})
        try:
            child = os.fork()
            if child == 0:
                self._be_worker(number, blocked)
            self._workers[child] = number
            self._born[child] = time.monotonic()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        if self._ending is not None:  # told in the moment before
            self._pass_on(signal.SIGTERM)

    def _be_worker(self, number: int, blocked: set[signal.Signals] | set[int]) -> None:
        code = 4
        try:
            for name in self._taken:
                signal.signal(getattr(signal, name), signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
            os.close(self._alive[1])
            threading.Thread(target=_end_with_parent, args=(self._alive[0],), daemon=True).start()
            code = self._run(number)
        except KeyboardInterrupt:
            code = 130
        finally:
            # Nothing of the parent's is run again in the child: no exit handlers, no buffers written twice.
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _bury(self) -> None:
        """Wait for the next death, and start a new worker in its place."""
        try:
            child, status = os.wait()
        except ChildProcessError:
            self._workers.clear()
            return
        number = self._workers.pop(child, None)
        lived = time.monotonic() - self._born.pop(child, 0.0)
        if number is None:
            return
        code = os.waitstatus_to_exitcode(status)
        if self._ending is not None:
            return
        if code > 0 and lived < self._pause:
            self._code = code
            self._end(signal.SIGTERM, None)
            return
        time.sleep(max(self._pause - lived, 0.0))
        if self._ending is None:
            self._start(number)

    def _end(self, number: int, frame: FrameType | None) -> None:
        """Tell every worker to end; a second time, unless it is at once and so the same wish, make them."""
        now = time.monotonic()
        if self._ending is None:
            self._ending = now
            self._pass_on(signal.SIGTERM)
        elif now - self._ending > SAME_WISH:
            self._pass_on(signal.SIGKILL)

    def _pass_on(self, number: int) -> None:
        for child in tuple(self._workers):
            with suppress(ProcessLookupError):
                os.kill(child, number)


def _end_with_parent(pipe: int) -> None:
    """Wait until the parent is gone, then end as if it had said so: nobody else would."""
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)

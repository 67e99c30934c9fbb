"""Several presses at work: processes that draw certificates and read them back, for batches.

Drawing holds Python's lock, so threads would not help. Each process makes a press of its own once; only facts, look
and proof travel to it and bytes and texts come back: no key, no store. Processes are started anew (`spawn`) on every
system, because a forked one would inherit open transactions, and they end by themselves when their parent is gone.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING

from cequiz.errors import CequizError, EnvironmentFailed
from cequiz.language import speak, spoken, tr
from cequiz.services.ports.outside import Drawing, DrawMany, Sheaf

if TYPE_CHECKING:
    from cequiz.services.ports.outside import Press

_WORTH_A_PROCESS = 24
"""So many pages take about as long as starting a process takes."""

_MOST_PROCESSES = 8


def hands(pages: int, *, processors: int | None = None) -> int:
    """Return how many processes are worth starting for so many pages; 1 means none beside this one.

    Args:
        pages: how many pages are going to be drawn.
        processors: how many there are; what this process may use else.
    """
    usable = processors if processors is not None else _processors()
    return max(1, min(usable, _MOST_PROCESSES, pages // _WORTH_A_PROCESS))


@contextmanager
def drawing(make: Callable[[], Press], *, workers: int) -> Iterator[DrawMany]:
    """Hand out a function that draws many pages; the processes it needs live as long as the context.

    Args:
        make: makes a press; it has to be something that can be sent to a process, such as a partial of a class.
        workers: how many processes; with 1 everything is drawn here.
    """
    if workers == 1:
        press = make()
        yield lambda sheaf: (_draw_with(press, sheaf, place) for place in range(len(sheaf.pages)))
        return
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(make, spoken()))
    try:
        yield lambda sheaf: _through(pool, sheaf, workers)
    finally:
        pool.shutdown(cancel_futures=True)


def _through(pool: ProcessPoolExecutor, sheaf: Sheaf, workers: int) -> Iterator[Drawing | CequizError]:
    # A few pages travel together; not so many that one process is left with a long tail.
    size = max(1, min(8, len(sheaf.pages) // (workers * 2)))
    parts = [Sheaf(sheaf.pages[start : start + size], sheaf.look) for start in range(0, len(sheaf.pages), size)]
    try:
        for part in pool.map(_draw_part, parts):
            yield from part
    except BrokenProcessPool:
        raise EnvironmentFailed(
            tr("A process that draws certificates ended by itself."),
            hint=tr("What was issued is kept. Give the command again: it goes on from there."),
        ) from None


_press: Press | None = None
"""The press of a drawing process; in every other process there is none here."""


def _begin(make: Callable[[], Press], language: str) -> None:
    global _press  # noqa: PLW0603 - an executor has no other place for what its tasks share
    # Ctrl-C reaches the whole group; the parent decides what becomes of the work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    speak(language)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _press = make()


def _end_with_parent() -> None:
    """End when the parent was killed: the executor's own pipe would be waited on for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _draw_part(part: Sheaf) -> list[Drawing | CequizError]:
    if _press is None:
        raise RuntimeError  # the executor runs `_begin` first
    return [_draw_with(_press, part, place) for place in range(len(part.pages))]


def _draw_with(press: Press, sheaf: Sheaf, place: int) -> Drawing | CequizError:
    facts, proof = sheaf.pages[place]
    try:
        pdf = press.draw(facts, look=sheaf.look, proof=proof)
        return Drawing(pdf, dict(press.read_fields(pdf)))
    except CequizError as refusal:
        return refusal


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

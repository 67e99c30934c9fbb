"""A terminal that goes away, or a system that ends its programs, counts as the end of the input.

Knows signals and nothing of exams: whoever waits for a line is interrupted as by Ctrl-C and can leave in good order.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_NAMES = ("SIGTERM", "SIGHUP")
"""Windows knows no SIGHUP."""


class Hangup(KeyboardInterrupt):
    """The terminal hung up, or the program was asked to end."""


@contextmanager
def hangups() -> Iterator[None]:
    """Raise `Hangup` at the first of these signals; more of them change nothing, for then the program is leaving.

    Outside of the main thread, which alone may handle signals, nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [number for name in _NAMES if (number := getattr(signal, name, None)) is not None]
    # What was to be ignored (nohup) stays ignored.
    before = {number: kept for number in numbers if (kept := signal.getsignal(number)) is not signal.SIG_IGN}

    def hang_up(_number: int, _frame: FrameType | None) -> NoReturn:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise Hangup

    for number in before:
        signal.signal(number, hang_up)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

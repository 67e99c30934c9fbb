"""The machine's clocks, behind the `Clock` port.

The boot-time clock counts sleep. Linux tells which boot it counts from; elsewhere each process stands for a boot of
its own, so only UTC is compared between processes there.
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from cequiz.domain.exam.timekeeping import Stamp

_UNBELIEVABLE_NS = 20 * 365 * 86_400 * 10**9

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class SystemClock:
    """Reads the wall clock and a clock that neither sleeps nor is ever set."""

    def __init__(self) -> None:
        # A machine that has been on for decades has no boot clock worth comparing between processes.
        self._boot_id = _boot_id() if _boot_ns() < _UNBELIEVABLE_NS else _own_id()

    def read(self) -> Stamp:
        """Return both clocks at one moment."""
        return Stamp(datetime.now(UTC), _boot_ns() // 1000, self._boot_id)


def _boot_ns() -> int:
    # Linux counts sleep in CLOCK_BOOTTIME. macOS does in CLOCK_MONOTONIC_RAW (mach_continuous_time), Windows in
    # its monotonic clock.
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC_RAW"):
        if hasattr(time, name):
            return time.clock_gettime_ns(getattr(time, name))
    return time.monotonic_ns()


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return _own_id()


def _own_id() -> str:
    return f"process-{uuid.uuid4()}"

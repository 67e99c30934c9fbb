"""The system's clocks tell the time and go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cequiz.clock import SystemClock


def test_both_clocks_go_forward_together() -> None:
    clock = SystemClock()
    first, second = clock.read(), clock.read()
    assert abs(first.wall - datetime.now(UTC)) < timedelta(minutes=1)
    assert second.boot_us >= first.boot_us
    assert first.boot_id == second.boot_id == SystemClock().read().boot_id

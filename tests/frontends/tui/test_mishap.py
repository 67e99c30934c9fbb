"""The log of what nobody expected: whoever causes such things again and again does not fill the disk."""

from __future__ import annotations

from pathlib import Path

from cequiz.frontends.tui.mishap import LOG, record
from tests.builders import NOON


def test_the_log_keeps_the_newest_and_does_not_grow_for_ever(tmp_path: Path) -> None:
    for number in range(53):
        told = record(type(f"Odd{number}{'x' * 100_000}", (Exception,), {})(), tmp_path, at=NOON)
        assert str(tmp_path / LOG) in told
    logs = sorted(tmp_path.iterdir())
    assert [one.name for one in logs] == [LOG, f"{LOG}.1"]
    assert sum(one.stat().st_size for one in logs) < 3_000_000
    assert "Odd52x" in logs[0].read_text(encoding="utf-8") + logs[1].read_text(encoding="utf-8")

"""Exactly one flush an answer: fewer would be a promise not kept, more would be a student kept waiting."""

from __future__ import annotations

from pathlib import Path

from tests.durability.tracing import need_strace, record
from tests.durability.writer import prepare

ANSWERS = 40


def test_each_answer_is_flushed_once_before_it_is_acknowledged(tmp_path: Path) -> None:
    need_strace()
    folder = tmp_path / "store"
    prepare(folder)
    since, counts = 0, []
    for call in record(folder, tmp_path / "trace", "--answers", str(ANSWERS)):
        if call.name == "flush":
            since += 1
        elif call.name == "write":
            counts.append((call.data.split()[0], since))
            since = 0
    said = [word for word, _ in counts]
    assert said == [b"READY"] + [b"ACK"] * ANSWERS + [b"DONE"]
    assert 1 <= counts[1][1] <= 4  # the first one of a program also settles what an earlier one may have left
    assert [flushes for _, flushes in counts[2:-1]] == [1] * (ANSWERS - 1)

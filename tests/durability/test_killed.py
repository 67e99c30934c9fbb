"""Killing writers at any instant (kill -9) loses nothing they had acknowledged, and leaves a sound store."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cequiz.adapters.store.care import check
from tests.durability.tracing import ROOT
from tests.storing import begin, open_store


@pytest.mark.skipif(sys.platform == "win32", reason="the host forks its writers")
@pytest.mark.parametrize(("rounds", "writers"), [(60, 1), (25, 4)])
def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path, rounds: int, writers: int) -> None:
    with open_store(tmp_path) as store:
        for place in range(writers):
            begin(store, f"A-{place + 1}", number=place + 1)
    command = [sys.executable, "-m", "tests.durability.killing", str(tmp_path), str(rounds), str(writers), "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    acknowledged: list[list[str]] = json.loads(done.stdout)
    assert sum(map(len, acknowledged)) > rounds
    with open_store(tmp_path) as store:
        for place, keys in enumerate(acknowledged):
            with store.read() as unit:
                stored = [event.key for event in unit.attempts.events(f"A-{place + 1}")]
            assert set(keys) <= set(stored)
            assert len(stored) == len(set(stored))
            # at most the one that was under way at each kill is there without an acknowledgement
            assert len(stored) - 1 - len(keys) <= rounds
        assert store.verify_chains().findings == ()
    assert check(tmp_path / "cequiz.db").sound

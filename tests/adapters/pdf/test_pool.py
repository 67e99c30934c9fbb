"""Presses at work beside each other: the same bytes as one alone, in order, and no process is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from cequiz.adapters.pdf.pool import drawing, hands
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.errors import CequizError, EnvironmentFailed, Refused
from cequiz.services.ports import Drawing, Sheaf
from tests.papers import CERTIFICATES, facts, press

ALIKE = partial(ReportLabPress, CERTIFICATES)
ROOT = Path(__file__).resolve().parents[3]


def sheaf(count: int) -> Sheaf:
    return Sheaf([(facts(number=f"CQ-2026-{number:06}").frozen(), None) for number in range(1, count + 1)])


def pages(found: list[Drawing | CequizError]) -> list[Drawing]:
    assert all(isinstance(one, Drawing) for one in found)
    return [one for one in found if isinstance(one, Drawing)]


def test_two_processes_draw_the_same_bytes_as_one_and_in_order() -> None:
    with drawing(ALIKE, workers=2) as draw:
        together = pages(list(draw(sheaf(20))))
    alone = press()
    for drawn, (asked, proof) in zip(together, sheaf(20).pages, strict=True):
        assert drawn.fields["number"] == asked.number
        assert drawn.pdf == alone.draw(asked, proof=proof)
        assert drawn.fields == alone.read_fields(drawn.pdf)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_page_that_is_refused_says_why_and_the_others_are_drawn(workers: int) -> None:
    good, (long, _) = sheaf(3).pages, (facts(student_name="W" * 400).frozen(), None)
    with drawing(ALIKE, workers=workers) as draw:
        found = list(draw(Sheaf([good[0], (long, None), good[1]])))
    assert [isinstance(one, Drawing) for one in found] == [True, False, True]
    refusal = found[1]
    assert isinstance(refusal, Refused)
    assert refusal.sentence


def test_nothing_to_draw_draws_nothing() -> None:
    with drawing(ALIKE, workers=2) as draw:
        assert list(draw(Sheaf([]))) == []


def _die() -> ReportLabPress:
    os._exit(9)


def test_a_drawing_process_that_is_killed_is_an_ending_with_a_word() -> None:
    with drawing(_die, workers=2) as draw, pytest.raises(EnvironmentFailed, match="ended by itself") as caught:
        list(draw(sheaf(4)))
    assert "again" in caught.value.hint


@pytest.mark.parametrize(
    ("count", "processors", "expected"), [(1, 8, 1), (30, 8, 1), (60, 8, 2), (1000, 2, 2), (10_000, 64, 8), (0, 4, 1)]
)
def test_processes_are_started_only_where_they_are_worth_it(count: int, processors: int, expected: int) -> None:
    assert hands(count, processors=processors) == expected


PROGRAM = """
import sys, time
from pathlib import Path
from tests.adapters.pdf.test_pool import ALIKE, sheaf
from cequiz.adapters.pdf.pool import drawing
import multiprocessing
if __name__ == "__main__":
    with drawing(ALIKE, workers=2) as draw:
        for one in draw(sheaf(8)):
            pass
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        time.sleep(120)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_drawing_processes_end_when_their_program_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as program:
        assert program.stdout is not None
        children = [int(child) for child in program.stdout.readline().split()]
        assert len(children) == 2
        program.send_signal(signal.SIGKILL)
        program.wait(timeout=60)
        end = time.monotonic() + 60
        while any(map(_lives, children)) and time.monotonic() < end:
            time.sleep(0.05)  # other programs' endings give no sign
        assert not any(map(_lives, children))


def _lives(child: int) -> bool:
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return False
    # Where nobody collects it, an ended process still has its number.
    status = Path(f"/proc/{child}/status")
    return not (status.exists() and "State:\tZ" in status.read_text(encoding="utf-8"))

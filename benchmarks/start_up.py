"""How long the program takes to start, against the bare limit of the library it stands on.

`--version` is compared with `import typer`, `bank check` of the bundled course with `import yaml, pydantic`. Rounds
alternate, so that whatever else the machine does falls on both; the best half of each is compared by its median.

    python benchmarks/start_up.py [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

BANKS = Path(__file__).resolve().parents[1] / "question_banks"
ROUNDS = 15

PAIRS: tuple[tuple[str, Sequence[str], str, Sequence[str]], ...] = (
    ("cequiz --version", ["-m", "cequiz", "--version"], "import typer", ["-c", "import typer"]),
    ("cequiz --help", ["-m", "cequiz", "--help"], "import typer", ["-c", "import typer"]),
    (
        "cequiz bank check question_banks",
        ["-m", "cequiz", "bank", "check", str(BANKS)],
        "import yaml, pydantic",
        ["-c", "import yaml, pydantic"],
    ),
)


def seconds(arguments: Sequence[str], environ: dict[str, str]) -> float:
    """Return how long one fresh interpreter takes."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environ)
    return time.perf_counter() - start


def best_half(times: list[float]) -> float:
    """Return the median of the faster half."""
    return statistics.median(sorted(times)[: max(len(times) // 2, 1)])


def main() -> None:
    """Print one line a pair: both times in milliseconds and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "CEQUIZ_HOME": home}
        for name, ours, bare_name, bare in PAIRS:
            mine: list[float] = []
            limit: list[float] = []
            for _ in range(rounds):
                mine.append(seconds(ours, environ))
                limit.append(seconds(bare, environ))
            fast, floor = best_half(mine) * 1000, best_half(limit) * 1000
            print(f"{name}: {fast:.0f} ms, {bare_name}: {floor:.0f} ms, ratio {fast / floor:.2f} ({rounds} rounds)")


if __name__ == "__main__":
    main()

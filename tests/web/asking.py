"""Asks the modules of the verification page in Node, many questions in one run."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from cequiz.domain.credential.claims import FIELD_CODES

MODULES = Path(str(files("cequiz.adapters.verification_page"))) / "modules"
_ASK = Path(__file__).with_name("ask.mjs")


def ask(questions: Iterable[tuple[str, Any]], *, trust: Mapping[str, Any] | None = None) -> list[Any]:
    """Return the answers of the modules; `ask.mjs` names the kinds of questions."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: the modules of the verification page were not asked one by one")
    given = {
        "questions": [list(one) for one in questions],
        "trust": trust or {"provider": {"name": "Nobody"}, "keys": []},
        "fields": dict(FIELD_CODES),
        "now": datetime.now(UTC).isoformat(),
    }
    run = subprocess.run(
        [node, "--no-warnings", str(_ASK), str(MODULES)],
        input=json.dumps(given).encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()
    answers: list[Any] = json.loads(run.stdout)
    return answers

"""One certificate is one sequence of bytes: in every process, zone and order of work."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.domain.credential.look import Look
from cequiz.domain.credential.proof import Proof
from tests import papers
from tests.papers import facts

ROOT = Path(__file__).resolve().parents[3]
PROOF = Proof(key_id="0" * 16, index=7, code="HTTPS://HARBOUR.EXAMPLE/V#" + "AB2" * 290, credential='{"name": "Zoë"}')
NAME = "Zoë (محمد) Łukasiewicz प्रिया"
ELSEWHERE = """
import sys
from hashlib import sha256
from tests.adapters.pdf import test_deterministic as here
from tests import papers
press = papers.press()
if "second" in sys.argv:
    press.draw(papers.facts(student_name="Σία Ђорђевић สมชาย", number=None))
sys.stdout.write(sha256(here.drawn(press, sys.argv[1])).hexdigest())
"""


def drawn(press: ReportLabPress, template: str) -> bytes:
    """Return the sample certificate."""
    return press.draw(facts(student_name=NAME), look=Look(template=template), proof=PROOF)


@pytest.mark.parametrize(
    ("surroundings", "arguments"),
    [
        ({"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu"}, []),
        ({"PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": "86400", "LC_ALL": "C"}, ["second"]),
    ],
)
@pytest.mark.parametrize("template", ["classic", "modern", "plain"])
def test_another_process_draws_the_same_bytes(
    template: str, surroundings: dict[str, str], arguments: list[str]
) -> None:
    """A reprint would have another hash than the record says, and an honest certificate would be called altered."""
    there = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, template, *arguments],
        cwd=ROOT,
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout == sha256(drawn(papers.press(), template)).hexdigest()


def test_what_was_drawn_before_leaves_no_trace(press: ReportLabPress) -> None:
    """The second certificate of a batch would differ from its reprint."""
    alone = drawn(papers.press(), "classic")
    press.draw(facts(student_name="Σία Ђорђевић"), look=Look(template="plain"), proof=PROOF)
    assert drawn(press, "classic") == drawn(press, "classic") == alone

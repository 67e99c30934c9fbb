"""The examples of the manual are what the reader accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.load import read_paths
from cequiz.domain.bank.lint import PROFILES
from cequiz.domain.bank.types import question_types

MANUAL = (Path(__file__).parents[3] / "docs" / "bank-format.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(format:.*?)```", MANUAL, re.DOTALL)
TYPES = re.findall(r"```yaml\n(questions:.*?)```", MANUAL, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=["bank", "course", "syllabus"])
def test_an_example_can_be_copied(tmp_path: Path, example: str) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "suboccipital.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (tmp_path / "example.yaml").write_text(example, "utf-8")
    reading = read_paths([tmp_path], PROFILES["ncbtmb"])
    # The course names a bank that is not copied with it.
    assert [problem for problem in reading.problems if problem.code != Code.REFERENCE] == []


def test_the_examples_of_the_types_can_be_copied(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "suboccipital.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (types,) = TYPES
    (tmp_path / "example.yaml").write_text(EXAMPLES[0].partition("questions:")[0] + types, "utf-8")
    reading = read_paths([tmp_path])
    assert reading.problems == ()
    shown = {item.type for item in reading.banks[0].bank.items}
    assert shown == set(question_types()) - {"single", "multiple", "true_false"}


def test_every_code_of_the_reader_is_in_the_manual() -> None:
    table = MANUAL[MANUAL.index("| code |") :]
    spans = re.findall(r"\bR(\d\d)(?:-R(\d\d))?", table)
    named = {number for first, last in spans for number in range(int(first), int(last or first) + 1)}
    assert named >= {int(code.value[1:]) for code in Code}

"""`cequiz bank check`: problems as lines that editors and people can follow.

The file is read and judged elsewhere; here it is only said. Every text that came out of a file, its name included, is
shown with its control characters spelled out.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from cequiz.bootstrap import read_files
from cequiz.domain.bank.lint import PROFILES, Profile
from cequiz.domain.text import visible
from cequiz.errors import WrongUsage
from cequiz.frontends.checking import summary
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.adapters.bank_files.problems import Problem

_WIDEST = 100
"""Columns of a source line that are shown; the caret stays in sight."""


def run_bank_check(
    paths: Sequence[str],
    profile: str | None = None,
    *,
    as_json: bool = False,
    out: TextIO,
    err: TextIO,
) -> int:
    """Check files and folders, and say what was found.

    Args:
        paths: files and folders, as they were typed.
        profile: the name of a board's stricter rules, or None.
        as_json: one JSON array on `out` instead of lines.
        out: gets one line a problem, or the array.
        err: gets the source line with a caret under the place, and the summary.

    Returns:
        The exit code: 1 when there is an error, otherwise 0.

    Raises:
        WrongUsage: for a profile that does not exist.
        NotFound: for a path that does not exist.
    """
    reading = read_files(paths, find_profile(profile))
    say_problems(reading.problems, as_json=as_json, out=out, err=err)
    err.write(summary(reading) + "\n")
    return 1 if reading.has_errors else 0


def say_problems(problems: Sequence[Problem], *, as_json: bool, out: TextIO, err: TextIO) -> None:
    """Write problems: a line each with its source line on `err`, or one JSON array."""
    if as_json:
        json.dump([problem_json(problem) for problem in problems], out, ensure_ascii=True, indent=2)
        out.write("\n")
        return
    for problem in problems:
        out.write(problem_line(problem) + "\n")
        out.flush()
        err.write(source_lines(problem))


def find_profile(name: str | None) -> Profile | None:
    """Return the profile of this name; None for None.

    Raises:
        WrongUsage: when there is none of that name.
    """
    if name is None:
        return None
    if name not in PROFILES:
        raise WrongUsage(
            tr("There is no profile {name}.", name=visible(name)),
            hint=tr("Known are: {names}.", names=", ".join(PROFILES)),
        )
    return PROFILES[name]


def problem_line(problem: Problem) -> str:
    """Return `PATH:LINE:COLUMN: error|warning CODE message (question-id)` on one line."""
    where = f"{visible(problem.path)}:{problem.line}:{problem.column}"
    about = f" ({visible(problem.question_id)})" if problem.question_id else ""
    return f"{where}: {_level(problem)} {problem.code} {visible(problem.message)}{about}"


def problem_json(problem: Problem) -> dict[str, object]:
    """Return a problem as the object that `--json` prints."""
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "level": _level(problem),
        "code": problem.code,
        "message": problem.message,
        "question_id": problem.question_id,
    }


def source_lines(problem: Problem) -> str:
    """Return the source line and a caret under the place, or nothing where the line is empty."""
    if not problem.source.strip():
        return ""
    start = max(problem.column - 1 - _WIDEST // 2, 0)
    before = visible(problem.source[start : problem.column - 1].replace("\t", " "))
    after = visible(problem.source[problem.column - 1 : start + _WIDEST].replace("\t", " "))
    return f"    {before}{after}".rstrip() + f"\n    {' ' * _columns(before)}^\n"


def _level(problem: Problem) -> str:
    return "error" if problem.is_error else "warning"


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: wide characters two, combining marks none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )

"""Problems of files as rows, and the place of one in its file; what comes out of a file is shown as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets.option_list import Option

from cequiz.domain.bank.lint import Level
from cequiz.domain.text import visible
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.language import mark, tr, trn

if TYPE_CHECKING:
    from cequiz.adapters.bank_files.problems import Problem

MOST = 1_000
"""How many problems are listed; who has more begins with these."""

AROUND = 3
"""Lines of the file that are shown before and after the place."""

_LEVELS = {
    Level.ERROR: ("✗", mark("error"), "bold $error"),
    Level.WARNING: ("▲", mark("warning"), "bold $warning"),
    Level.BANK: ("▲", mark("warning"), "bold $warning"),
}


def problem_rows(problems: Sequence[Problem]) -> Iterator[Option]:
    """Yield one row a problem, those of each file below its name; the id of a row is the problem's place."""
    path = None
    for place, one in enumerate(problems[:MOST]):
        if one.path != path:
            path = one.path
            yield Option(Content(visible(path)).stylize("bold $primary"), disabled=True)
        sign, word, tone = _LEVELS[one.level]
        mark_ = Content.assemble((f"{sign} ", tone), (f"{one.line}:{one.column}".ljust(8), "$quiet"))
        text = Content.assemble((f"{tr(word)} ", tone), f"{one.code} {visible(one.message)}")
        yield Option(Hanging(mark_, text, one_line=True), id=str(place))
    more = len(problems) - MOST
    if more > 0:
        words = trn("{count} more is not shown.", "{count} more are not shown.", more)
        yield Option(Content(words).stylize("$quiet"), disabled=True)


def excerpt(problem: Problem, lines: Sequence[tuple[int, str]], *, width: int, height: int) -> Content:
    """Return a problem with its whole message, and the lines around its place with the column marked.

    Args:
        problem: which.
        lines: numbered lines of the file as `lines_around` returns them; none where the file cannot be read.
        width: cells there are.
        height: rows there are; fewer lines are shown around the place where there are few.
    """
    sign, word, tone = _LEVELS[problem.level]
    about = f" ({visible(problem.question_id)})" if problem.question_id else ""
    where = tr("line {line}, column {column}", line=problem.line, column=problem.column)
    head = [
        Content.assemble((f"{sign} {tr(word)} {problem.code}", tone), f"  {where}{about}"),
        Content(visible(problem.message)),
        Content(""),
    ]
    room = max(width - 8, 20)
    start = max(problem.column - 1 - room * 2 // 3, 0)
    around = min(max((height - 5) // 2, 0), AROUND)
    near = [one for one in lines if abs(one[0] - problem.line) <= around] or [(problem.line, problem.source)]
    return Content("\n").join([*head, *_numbered(problem, near, start, room)])


def lines_around(problem: Problem) -> tuple[tuple[int, str], ...]:
    """Return the numbered lines around a problem as the file has them now; none where it cannot be read any more."""
    first = max(problem.line - AROUND, 1)
    try:
        if not Path(problem.path).is_file():
            return ()  # a device or a pipe has no lines to go back to
        with Path(problem.path).open(encoding="utf-8-sig", errors="replace") as file:
            wanted = islice(file, first - 1, problem.line + AROUND)
            return tuple((number, text.rstrip("\r\n")) for number, text in enumerate(wanted, start=first))
    except (OSError, ValueError):
        return ()


def _numbered(problem: Problem, lines: Sequence[tuple[int, str]], start: int, room: int) -> Iterator[Content]:
    for number, text in lines:
        here = number == problem.line
        shown = _cut(text, start, room)
        sign = ("▶ ", "bold $error" if problem.is_error else "bold $warning") if here else ("  ", "")
        yield Content.assemble(sign, (f"{number:>4}  ", "$quiet"), (shown, "bold" if here else "$quiet"))
        if here:
            before = Content(_cut(text[: problem.column - 1], start, room)).cell_length
            yield Content(" " * (8 + before) + "▲").stylize("bold $error" if problem.is_error else "bold $warning")


def _cut(text: str, start: int, room: int) -> str:
    """Return the part of a line that is shown, its control characters spelled out."""
    flat = text.replace("\t", " ")[start : start + room]
    return visible(flat)[: room * 2]

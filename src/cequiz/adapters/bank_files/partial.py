"""Linting what a refused bank still holds, so that its author sees everything in one run.

A question that the schema refuses for a small thing (a key too many, a date of no calendar) is mended for the eyes of
the linter only: the refusal stands, and the mended value goes nowhere else.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pydantic import TypeAdapter, ValidationError

from cequiz.adapters.bank_files.document import Document, Node, step
from cequiz.domain.bank.bank import Figure, question_adapter
from cequiz.domain.bank.lint.finding import Finding, Loc
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types import question_types

_OPTIONAL = frozenset({"version", "tests", "points", "shuffle", "figure", "enemies", "rationale", "waive"})

_STAND_INS: Mapping[str, Node] = {
    "id": "unnamed",
    "stem": "Which of these fits the description best?",
    "cognitive": "recall",
    "difficulty": "medium",
    "claim": "anatomy",
    "review": {"status": "review", "by": "nobody", "on": "2000-01-01"},
    "scoring": {"method": "all-or-nothing"},
}
"""Values that no rule objects to by themselves."""

_ABOUT_THE_KEY = frozenset({"E01", "W08"})


def lintable_questions(document: Document, refused: Iterable[Loc]) -> Iterator[tuple[int, Question]]:
    """Yield the questions of a refused bank that can be linted, with their indexes."""
    wrong: dict[int, list[Loc]] = defaultdict(list)
    for loc in refused:
        if loc[:1] == ("questions",) and len(loc) > 1 and isinstance(loc[1], int):
            wrong[loc[1]].append(loc[2:])
    questions = document.value(("questions",))
    adapter = question_adapter()
    for index, raw in enumerate(questions if isinstance(questions, list) else []):
        mended = _mended(raw, wrong.get(index, []))
        try:
            yield index, adapter.validate_python(mended)
        except ValidationError:
            continue  # wrong in a way that leaves nothing to look at; its refusals are reported


def without_shadows(findings: Iterable[Finding], refused: Iterable[Loc]) -> Iterator[Finding]:
    """Leave out findings that are only the shadow of a refusal: a key that could not be read is no missing key."""
    spoilt = {loc[:2] for loc in refused if "options" in loc and len(loc) > 3}
    return (finding for finding in findings if not (finding.code in _ABOUT_THE_KEY and finding.loc[:2] in spoilt))


def objectives_of(document: Document) -> Mapping[str, str] | None:
    """Return the objectives that the bank names, or None when they make no mapping."""
    named = document.data.get("objectives") if isinstance(document.data, dict) else None
    return dict.fromkeys(named, "") if isinstance(named, dict) else None


def figures_of(document: Document) -> Mapping[str, Figure]:
    """Return the figures that the bank describes rightly."""
    named = document.data.get("figures") if isinstance(document.data, dict) else None
    adapter, figures = TypeAdapter(Figure), dict[str, Figure]()
    for name, raw in named.items() if isinstance(named, dict) else ():
        try:
            figures[name] = adapter.validate_python(raw)
        except ValidationError:
            continue  # its refusals are reported
    return figures


def _mended(raw: Node, wrong: Iterable[Loc]) -> Node:
    if not isinstance(raw, dict):
        return raw
    mended = copy.deepcopy(raw)
    for loc in wrong:
        path = loc[1:] if loc[:1] and loc[0] in question_types() else loc
        if len(path) == 1 and str(path[0]) in _STAND_INS:
            mended[str(path[0])] = copy.deepcopy(_STAND_INS[str(path[0])])
        elif path and (path[0] in _OPTIONAL or path[0] in _STAND_INS):
            mended.pop(str(path[0]), None)
            if path[0] in _STAND_INS:
                mended[str(path[0])] = copy.deepcopy(_STAND_INS[str(path[0])])
        elif path:
            _drop(mended, path)
    return mended


def _drop(node: Node, path: Loc) -> None:
    """Take the key at a path out of its mapping; items of a list stay, or the others would change their places."""
    inner: Node | None = node
    for segment in path[:-1]:
        inner = step(inner, segment)
    if isinstance(inner, dict):
        inner.pop(str(path[-1]), None)

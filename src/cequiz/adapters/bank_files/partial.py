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
from cequiz.domain.bank.bank import Figure, Placed, entry_types, question_adapter
from cequiz.domain.bank.lint.finding import Finding, Loc
from cequiz.domain.bank.question import CaseOf
from cequiz.domain.bank.types.case import CASE, passed_on

_OPTIONAL = frozenset({"version", "tests", "aspect", "points", "shuffle", "figure", "enemies", "rationale", "waive"})

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


def lintable_questions(document: Document, refused: Iterable[Loc]) -> Iterator[Placed]:
    """Yield the questions of a refused bank that can be linted, with their places."""
    wrong: dict[Loc, list[Loc]] = defaultdict(list)
    for loc in refused:
        bare = _without_types(loc)
        for length in (2, 4):
            if bare[length - 2 : length - 1] == ("questions",) and len(bare) >= length:
                wrong[bare[:length]].append(bare[length:])
    questions = document.value(("questions",))
    adapter = question_adapter()
    for place, raw, case in _entries(questions, wrong):
        try:
            question = adapter.validate_python(_mended(raw, wrong.get(place, [])))
        except ValidationError:
            continue  # wrong in a way that leaves nothing to look at; its refusals are reported
        yield place, question if case is None else question.in_case(case)


def without_shadows(findings: Iterable[Finding], refused: Iterable[Loc]) -> Iterator[Finding]:
    """Leave out findings that are only the shadow of a refusal: a key that could not be read is no missing key."""
    spoilt: set[Loc] = set()
    for loc in map(_without_types, refused):
        if "options" in loc and loc[-1] != "options":
            spoilt |= {loc[:2], loc[:4]} if loc[2:3] == ("questions",) else {loc[:2]}
    return (
        finding
        for finding in findings
        if not (finding.code in _ABOUT_THE_KEY and spoilt.intersection((finding.loc[:2], finding.loc[:4])))
    )


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


def _without_types(loc: Loc) -> Loc:
    """Return a path as the file has it: Pydantic puts the name of a type after the index of a question."""
    if loc[:1] != ("questions",):
        return loc
    kept: list[str | int] = []
    for segment in loc:
        after_index = len(kept) in (2, 4) and kept[-2] == "questions" and isinstance(kept[-1], int)
        if not (after_index and segment in entry_types()):
            kept.append(segment)
    return tuple(kept)


def _entries(questions: Node | None, wrong: Mapping[Loc, list[Loc]]) -> Iterator[tuple[Loc, Node, CaseOf | None]]:
    """Yield the questions as the file has them, those of a case with what the case passes on to them."""
    for index, raw in enumerate(questions if isinstance(questions, list) else []):
        place: Loc = ("questions", index)
        if not (isinstance(raw, dict) and raw.get("type") == CASE):
            yield place, raw, None
            continue
        own = {name: value for name, value in raw.items() if name != "questions"}
        mended = _mended(own, [loc for loc in wrong.get(place, []) if loc[:1] != ("questions",)])
        whole = passed_on({**mended, "questions": raw.get("questions")} if isinstance(mended, dict) else raw)
        inside = whole["questions"] if isinstance(whole.get("questions"), list) else []
        for number, inner in enumerate(inside):
            yield (*place, "questions", number), inner, _case(whole, number + 1, len(inside))


def _case(whole: Mapping[str, Node], place: int, length: int) -> CaseOf:
    name, story, figure = whole.get("id"), whole.get("vignette"), whole.get("figure")
    return CaseOf(
        id=name if isinstance(name, str) else "unnamed",
        vignette=story if isinstance(story, str) else "",
        figure=figure if isinstance(figure, str) else None,
        place=place,
        length=length,
    )


def _mended(raw: Node, wrong: Iterable[Loc]) -> Node:
    if not isinstance(raw, dict):
        return raw
    mended = copy.deepcopy(raw)
    for path in wrong:
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

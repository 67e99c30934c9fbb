"""E03: items and what they are made of can be told apart and hold text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cequiz.domain.bank.bank import Placed
from cequiz.domain.bank.lint.finding import Finding, Level, Loc, error
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.lint.told import ids, texts
from cequiz.domain.bank.question import Question
from cequiz.language import tr


def repeated_ids(questions: Iterable[Placed]) -> Iterator[Finding]:
    """E03: an id stands once in a bank, cases included, or records could not tell which item was answered."""
    first: dict[str, Loc] = {}
    for name, loc in _named(questions):
        before = first.setdefault(name, loc)
        if before != loc:
            yield Finding(
                code="E03",
                level=Level.ERROR,
                message=tr(
                    "the id {id} is used twice: item {number} of the bank has it already",
                    id=name,
                    number=int(before[1]) + 1,
                ),
                question_id=name,
                loc=(*loc, "id"),
            )


def unstable(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """E03: no empty stem, no empty text, and every id once."""
    if not question.stem.strip():
        yield error("E03", tr("the stem is empty"), "stem")
    for group in texts(question):
        for told in group:
            if not told.text.strip():
                yield error("E03", tr("the text of {id} is empty", id=told.id), *told.text_loc)
    for named in ids(question):
        seen: set[str] = set()
        for name, loc in named:
            if name in seen:
                yield error("E03", tr("the id {id} is used twice in this item", id=name), *loc)
            seen.add(name)


def _named(questions: Iterable[Placed]) -> Iterator[tuple[str, Loc]]:
    cases: set[Loc] = set()
    for loc, question in questions:
        if question.case is not None and loc[:2] not in cases:
            cases.add(loc[:2])
            yield question.case.id, loc[:2]
        yield question.id, loc

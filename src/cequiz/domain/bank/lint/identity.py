"""E03: items and options can be told apart and hold text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cequiz.domain.bank.lint.finding import Finding, Level, error
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Question


def repeated_ids(questions: Iterable[tuple[int, Question]]) -> Iterator[Finding]:
    """E03: an item id stands once in a bank, or records could not tell which item was answered."""
    first: dict[str, int] = {}
    for index, question in questions:
        before = first.setdefault(question.id, index)
        if before != index:
            yield Finding(
                code="E03",
                level=Level.ERROR,
                message=f"the id {question.id} is used twice: item {before + 1} of the bank has it already",
                question_id=question.id,
                loc=("questions", index, "id"),
            )


def unstable(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """E03: no empty stem, no empty option, and every option id once."""
    if not question.stem.strip():
        yield error("E03", "the stem is empty", "stem")
    if not isinstance(question, OptionQuestion):
        return
    seen: set[str] = set()
    for index, option in enumerate(question.options):
        if not option.text.strip():
            yield error("E03", f"the text of option {option.id} is empty", "options", index, "text")
        if option.id in seen:
            yield error("E03", f"the option id {option.id} is used twice in this item", "options", index, "id")
        seen.add(option.id)

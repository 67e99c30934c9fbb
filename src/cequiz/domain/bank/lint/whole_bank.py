"""B01, B03, B04, B05: what only a look at the whole bank shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.lint.finding import Finding, remark
from cequiz.domain.bank.lint.options import key_length
from cequiz.domain.bank.lint.stems import negatives
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Question, Status
from cequiz.language import tr

_ENOUGH_ITEMS = 10
"""Below this number of items a share says nothing."""

_UNEVEN_BY = 0.15
_LONGEST_SHARE = 0.40
_NEGATIVE_SHARE = 0.05


def lint_whole(bank: Bank) -> Iterator[Finding]:
    """Yield what the rules say about a bank as a whole; retired items do not count."""
    active = [question for question in bank.items if question.review.status is not Status.RETIRED]
    single = [item for item in active if isinstance(item, OptionQuestion) and len(item.right_ids()) == 1]
    yield from _positions([item for item in single if not item.shuffle])
    yield from _longest(single)
    yield from _negative(active)
    yield from _without_rationale(bank)


def _positions(items: Sequence[OptionQuestion]) -> Iterator[Finding]:
    """B01: where options are not shuffled, the key stands at every place about equally often."""
    if len(items) < _ENOUGH_ITEMS:
        return
    places = Counter(next(n for n, option in enumerate(item.options) if option.correct) for item in items)
    for place in range(max(len(item.options) for item in items)):
        able = [item for item in items if len(item.options) > place]
        fair = sum(1 / len(item.options) for item in able) / len(items)
        share = places[place] / len(items)
        if abs(share - fair) > _UNEVEN_BY:
            yield remark(
                "B01",
                tr(
                    "unshuffled items have the key at place {place} in {share}, {even} is even",
                    place=place + 1,
                    share=f"{share:.0%}",
                    even=f"{fair:.0%}",
                ),
                "questions",
            )


def _longest(items: Sequence[OptionQuestion]) -> Iterator[Finding]:
    """B03: a student who picks the longest option must not win by it."""
    longest = sum(1 for item in items if (lengths := key_length(item))[0] > max(lengths[1], default=0))
    if len(items) >= _ENOUGH_ITEMS and longest > _LONGEST_SHARE * len(items):
        yield remark(
            "B03",
            tr(
                "the key is the longest option in {count} of {number} items (more than {most})",
                count=longest,
                number=len(items),
                most=f"{_LONGEST_SHARE:.0%}",
            ),
            "questions",
        )


def _negative(items: Sequence[Question]) -> Iterator[Finding]:
    """B04: negative stems stay an exception."""
    found = sum(1 for item in items if negatives(item.stem))
    if found > _NEGATIVE_SHARE * len(items):
        sentence = tr(
            "{count} of {number} stems ask negatively (more than {most})",
            count=found,
            number=len(items),
            most=f"{_NEGATIVE_SHARE:.0%}",
        )
        yield remark("B04", sentence, "questions")


def _without_rationale(bank: Bank) -> Iterator[Finding]:
    """B05: a student who got it wrong can read why."""
    for loc, item in bank.placed():
        if item.review.status is Status.RETIRED or "B05" in item.waive:
            continue
        if not (item.rationale or "").strip() and not item.choice_rationales():
            finding = remark("B05", tr("the item has no rationale"), *loc)
            yield replace(finding, question_id=item.id)

"""E01, E02, E04, E05: the key is one, the options are four, texts are different, and the type is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cequiz.domain.bank.lint.finding import Finding, Level, Loc, error
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.lint.told import Told, texts
from cequiz.domain.bank.lint.words import fold
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Option, Question, Status
from cequiz.domain.bank.types.cloze import Cloze
from cequiz.language import tr

_USUAL_OPTIONS = 4


def one_key(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """E01 (H19, NC): one key among the options of an item or a blank; a multiple-response item has at least one."""
    match question:
        case OptionQuestion():
            yield from _keyed(question.options, ("options",), several=question.max_choices > 1)
        case Cloze():
            for name, blank in question.blanks.items():
                if blank.options is not None:
                    yield from _keyed(blank.options, ("blanks", name, "options"), several=False)


def four_options(question: Question, profile: Profile | None) -> Iterator[Finding]:
    """E02 (NC; H18 holds that three are often enough): exactly four options."""
    expected = profile.options if profile else _USUAL_OPTIONS
    if not isinstance(question, OptionQuestion) or len(question.options) == expected:
        return
    count = len(question.options)
    if profile:
        sentence = tr(
            "the item has {count} options, {board} demands exactly {expected}",
            count=count,
            board=profile.title,
            expected=expected,
        )
    else:
        sentence = tr("the item has {count} options, {expected} are usual", count=count, expected=expected)
    level = Level.ERROR if profile else Level.WARNING
    yield Finding(code="E02", level=level, message=sentence, loc=("options",))


def different_texts(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """E04 (H22): no two texts of a list are the same when case, space and punctuation do not count."""
    for group in texts(question):
        first: dict[str, Told] = {}
        for told in group:
            if not told.text.strip():
                continue
            before = first.setdefault(fold(told.text), told)
            meant = told.may_repeat and before.may_repeat and told.text == before.text
            if before is not told and not meant:
                yield error("E04", tr("{id} says the same as {other}", id=told.id, other=before.id), *told.text_loc)


def allowed_type(question: Question, profile: Profile | None) -> Iterator[Finding]:
    """E05 (NC): a scored exam of the profile does not allow every type."""
    if profile and question.type not in profile.allowed_types and question.review.status is not Status.RETIRED:
        sentence = tr(
            "{board} does not allow items of the type {type} in a scored exam", board=profile.title, type=question.type
        )
        yield error("E05", sentence, "type")


def _keyed(options: Sequence[Option], loc: Loc, *, several: bool) -> Iterator[Finding]:
    right = [index for index, option in enumerate(options) if option.correct]
    if not right:
        yield error("E01", tr("no option is marked correct: true"), *loc)
    elif len(right) > 1 and not several:
        sentence = tr("{count} options are marked correct, exactly one must be", count=len(right))
        yield error("E01", sentence, *loc, right[1], "correct")


RULES = (one_key, four_options, different_texts, allowed_type)

"""E01, E02, E04, E05: the key is one, the options are four and different, and the type is allowed."""

from __future__ import annotations

from collections.abc import Iterator

from cequiz.domain.bank.lint.finding import Finding, Level, error
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.lint.words import fold
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Question, Status

_USUAL_OPTIONS = 4


def one_key(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """E01 (H19, NC): a single-best-answer item has exactly one key; a multiple-response item has at least one."""
    if not isinstance(question, OptionQuestion):
        return
    right = len(question.right_ids())
    if right == 0:
        yield error("E01", "no option is marked correct: true", "options")
    elif right > 1 and question.max_choices == 1:
        second = [index for index, option in enumerate(question.options) if option.correct][1]
        yield error("E01", f"{right} options are marked correct, exactly one must be", "options", second, "correct")


def four_options(question: Question, profile: Profile | None) -> Iterator[Finding]:
    """E02 (NC; H18 holds that three are often enough): exactly four options."""
    expected = profile.options if profile else _USUAL_OPTIONS
    if not isinstance(question, OptionQuestion) or len(question.options) == expected:
        return
    demand = f"{profile.title} demands exactly {expected}" if profile else f"{expected} are usual"
    yield Finding(
        code="E02",
        level=Level.ERROR if profile else Level.WARNING,
        message=f"the item has {len(question.options)} options, {demand}",
        loc=("options",),
    )


def different_options(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """E04 (H22): no two options are the same when case, space and punctuation do not count."""
    if not isinstance(question, OptionQuestion):
        return
    first: dict[str, str] = {}
    for index, option in enumerate(question.options):
        if not option.text.strip():
            continue
        before = first.setdefault(fold(option.text), option.id)
        if before != option.id:
            yield error("E04", f"option {option.id} says the same as option {before}", "options", index, "text")


def allowed_type(question: Question, profile: Profile | None) -> Iterator[Finding]:
    """E05 (NC): a scored exam of the profile does not allow every type."""
    if profile and question.type in profile.forbidden_types and question.review.status is not Status.RETIRED:
        yield error("E05", f"{profile.title} does not allow items of the type {question.type} in a scored exam", "type")


RULES = (one_key, four_options, different_options, allowed_type)

"""E06, E08, B02, B06: does an exam fit its banks, and is passing it worth anything?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.blueprint import shortfalls
from cequiz.domain.bank.course import Course, Exam
from cequiz.domain.bank.lint.finding import Finding, Level, Loc, error, remark, warning
from cequiz.domain.bank.lint.pairs import lint_pairs
from cequiz.domain.bank.lint.practice import lint_practice
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.question import Question
from cequiz.language import tr

_SHARE_OFF = 0.05
_LIKELY_GUESS = 0.01


def lint_course(course: Course, banks: Mapping[str, Bank], profile: Profile | None = None) -> tuple[Finding, ...]:
    """Return what the rules find in the exams of a course.

    Args:
        course: the course.
        banks: the banks that are at hand, by id; an exam whose banks are not all there is checked on its own only.
        profile: a board's stricter rules.
    """
    findings: list[Finding] = []
    for index, exam in enumerate(course.exams):
        place: Loc = ("exams", index)
        found = [*_pass_mark(exam, place, profile)]
        if all(bank_id in banks for bank_id in exam.banks):
            own = [banks[bank_id] for bank_id in dict.fromkeys(exam.banks)]
            found += [*_against_banks(exam, place, own), *_across(exam, place, own)]
        findings += [one for one in found if one.level is Level.ERROR or one.code not in exam.waive]
    findings += _never_drawn(course, banks)
    findings += lint_practice(course, banks)
    return tuple(findings)


def _never_drawn(course: Course, banks: Mapping[str, Bank]) -> Iterator[Finding]:
    """E06 (H1): approved items that no blueprint asks for; a warning, because practice may still use them."""
    first_use: dict[str, Loc] = {}
    asked: dict[str, set[str]] = defaultdict(set)
    for index, exam in enumerate(course.exams):
        for place, bank_id in enumerate(exam.banks):
            first_use.setdefault(bank_id, ("exams", index, "banks", place))
            asked[bank_id] |= set(exam.blueprint)
    for bank_id, loc in first_use.items():
        if bank_id in banks:
            idle = Counter(item.objective for item in banks[bank_id].items if item.is_scored)
            for objective in sorted(set(idle) - asked[bank_id]):
                message = tr(
                    "no blueprint draws the {count} items of {objective} in bank {bank}",
                    count=idle[objective],
                    objective=objective,
                    bank=bank_id,
                )
                yield warning("E06", message, *loc)


def _pass_mark(exam: Exam, place: Loc, profile: Profile | None) -> Iterator[Finding]:
    """E08 (NC): the board's least pass mark."""
    if profile and exam.pass_mark < profile.least_pass_mark:
        sentence = tr(
            "the pass mark of exam {exam} is below the {least} % of {board}",
            exam=exam.id,
            least=profile.least_pass_mark,
            board=profile.title,
        )
        yield error("E08", sentence, *place, "pass_mark")


def _against_banks(exam: Exam, place: Loc, banks: Sequence[Bank]) -> Iterator[Finding]:
    known = {objective for bank in banks for objective in bank.objectives}
    for objective in exam.blueprint:
        if objective not in known:
            yield error(
                "E06",
                tr(
                    "the blueprint of exam {exam} names {objective}, an objective that none of its banks has",
                    exam=exam.id,
                    objective=objective,
                ),
                *place,
                "blueprint",
                objective,
            )
    pool = [question for bank in banks for question in bank.items if question.is_scored]
    drawable = [question for question in pool if question.objective in exam.blueprint]
    yield from _fillable(exam, place, pool, known)
    yield from _shares(exam, place, drawable)
    yield from _depth(exam, place, drawable)


def _across(exam: Exam, place: Loc, banks: Sequence[Bank]) -> Iterator[Finding]:
    """W19, W20: two items of different banks that can meet in one form; those of one bank are told with the bank."""
    if len(banks) < 2:
        return
    told = {(one.code, one.question_id, one.message) for bank in banks for one in lint_pairs(bank.placed())}
    together = [
        (loc, item)
        for bank in banks
        for loc, item in bank.placed()
        if item.is_scored and item.objective in exam.blueprint
    ]
    for one in lint_pairs(together):
        if (one.code, one.question_id, one.message) not in told:
            yield replace(one, loc=(*place, "banks"))


def _fillable(exam: Exam, place: Loc, pool: Sequence[Question], known: set[str]) -> Iterator[Finding]:
    """E08: there are enough approved items for one form."""
    if len(pool) < exam.length:
        yield error(
            "E08",
            tr(
                "exam {exam} has a form of {length} items, its banks hold {count} approved ones",
                exam=exam.id,
                length=exam.length,
                count=len(pool),
            ),
            *place,
            "banks",
        )
    for short in shortfalls(exam.blueprint, pool):
        if short.objective in known:
            yield error(
                "E08",
                tr(
                    "the blueprint of exam {exam} asks for {needed} items of {objective}, "
                    "{available} approved ones can stand in one form",
                    exam=exam.id,
                    needed=short.needed,
                    objective=short.objective,
                    available=short.available,
                ),
                *place,
                "blueprint",
                short.objective,
            )


def _shares(exam: Exam, place: Loc, drawable: Sequence[Question]) -> Iterator[Finding]:
    """B02: the pool is made up like the form."""
    have = Counter(question.objective for question in drawable)
    for objective, needed in exam.blueprint.items():
        wanted, share = needed / exam.length, have[objective] / max(len(drawable), 1)
        if have[objective] and abs(share - wanted) > _SHARE_OFF:
            yield remark(
                "B02",
                tr(
                    "{objective} is {share} of the items exam {exam} draws from, {wanted} of its form",
                    objective=objective,
                    share=f"{share:.0%}",
                    exam=exam.id,
                    wanted=f"{wanted:.0%}",
                ),
                *place,
                "blueprint",
                objective,
            )


def _depth(exam: Exam, place: Loc, drawable: Sequence[Question]) -> Iterator[Finding]:
    """B06: the chance to pass by guessing under the attempt policy, and attempts before items repeat."""
    have = Counter(question.objective for question in drawable)
    if any(have[objective] < needed for objective, needed in exam.blueprint.items()):
        return  # E08 has said so already
    chance = guess_pass(exam, drawable)
    if chance > _LIKELY_GUESS:
        yield remark(
            "B06",
            tr(
                "blind guessing passes exam {exam} with a chance of {chance} in {attempts} attempts",
                exam=exam.id,
                chance=f"{chance:.1%}",
                attempts=exam.attempts.limit,
            ),
            *place,
            "attempts",
        )
    fresh = min(have[objective] // needed for objective, needed in exam.blueprint.items())
    if fresh < exam.attempts.limit:
        yield remark(
            "B06",
            tr(
                "items of exam {exam} repeat after {fresh} of {attempts} attempts",
                exam=exam.id,
                fresh=fresh,
                attempts=exam.attempts.limit,
            ),
            *place,
            "attempts",
        )


def guess_pass(exam: Exam, drawable: Sequence[Question]) -> float:
    """Return the chance that blind guesses pass the exam within its attempts, from 0 to 1.

    Items of one objective count as equally hard to guess (their mean) and all items as worth the same; section floors
    are left out, so the chance is an upper bound where there are some.
    """
    outcomes = [1.0]
    for objective, needed in exam.blueprint.items():
        guesses = [question.guess() for question in drawable if question.objective == objective]
        chance = float(sum(guesses, Fraction(0)) / len(guesses))
        for _ in range(needed):
            outcomes = [
                (outcomes[right] * (1 - chance) if right < len(outcomes) else 0.0)
                + (outcomes[right - 1] * chance if right else 0.0)
                for right in range(len(outcomes) + 1)
            ]
    needed_right = ceil(exam.pass_mark * exam.length / 100)
    return float(1 - (1 - sum(outcomes[needed_right:])) ** exam.attempts.limit)

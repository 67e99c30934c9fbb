"""Rules of good items that a machine can check: one file per family, one table of findings.

The rules and their ids come from the NBME list of item flaws, Haladyna, Downing and Rodriguez (2002, H-numbers), the
home-study rules of NCBTMB (NC) and Pearson VUE (PV). They see questions, never files: a finding names its place by
the path of keys and indexes that leads to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from cequiz.domain.bank.bank import Bank, Placed
from cequiz.domain.bank.lint import (
    amounts,
    certainty,
    evidence,
    giveaways,
    grammar,
    keys,
    names,
    options,
    pairs,
    stems,
    whole_bank,
    whole_course,
)
from cequiz.domain.bank.lint.finding import Finding, Level
from cequiz.domain.bank.lint.identity import repeated_ids, unstable
from cequiz.domain.bank.lint.profile import PROFILES, Profile
from cequiz.domain.bank.question import Question

lint_course = whole_course.lint_course

__all__ = ["PROFILES", "Finding", "Level", "Profile", "is_waived", "lint_bank", "lint_course", "lint_items"]

ItemRule: TypeAlias = Callable[[Question, "Profile | None"], Iterator[Finding]]

_ITEM_RULES: Sequence[ItemRule] = (
    *keys.RULES,
    unstable,
    *evidence.RULES,
    *stems.RULES,
    *options.RULES,
    *giveaways.RULES,
    *grammar.RULES,
    *amounts.RULES,
    *names.RULES,
    *certainty.RULES,
)


def lint_bank(bank: Bank, profile: Profile | None = None) -> tuple[Finding, ...]:
    """Return everything the rules find in a bank: its items first, the bank as a whole last."""
    items = lint_items(bank.placed(), objectives=bank.objectives, profile=profile)
    return (*items, *whole_bank.lint_whole(bank))


def lint_items(
    questions: Iterable[Placed], *, objectives: Mapping[str, str] | None, profile: Profile | None = None
) -> tuple[Finding, ...]:
    """Return what the rules find in items, alone and against each other, for a bank that is perhaps not complete.

    Args:
        questions: each with its place in the bank, below which the places of the findings lie.
        objectives: the bank's objectives, or None when they are not known.
        profile: a board's stricter rules.
    """
    placed = tuple(questions)
    findings = list(repeated_ids(placed))
    for place, question in placed:
        found = [finding for rule in _ITEM_RULES for finding in rule(question, profile)]
        found += evidence.objective(question, objectives)
        findings += [
            replace(finding, question_id=question.id, loc=(*place, *finding.loc))
            for finding in found
            if not is_waived(question, finding)
        ]
    findings += pairs.lint_pairs(placed)
    return tuple(findings)


def is_waived(question: Question, finding: Finding) -> bool:
    """Return whether the item's author has waived this finding; errors cannot be waived."""
    return finding.level is not Level.ERROR and finding.code in question.waive

"""B08, W29: do the banks cover the syllabus, and does every item name tests that are in it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.lint.finding import Finding, remark, warning
from cequiz.domain.bank.syllabus import Covered, Syllabus, coverage
from cequiz.language import tr, trn


def lint_syllabus(syllabus: Syllabus, banks: Mapping[str, Bank]) -> tuple[Finding, ...]:
    """Return what is missing in the banks that a syllabus names.

    Args:
        syllabus: the syllabus.
        banks: those at hand, by id; while one of the syllabus's is not among them, nothing is called missing.
    """
    if any(name not in banks for name in syllabus.banks):
        return ()
    found = coverage(syllabus, [banks[name] for name in dict.fromkeys(syllabus.banks)])
    return tuple(
        finding
        for at, region in enumerate(syllabus.regions)
        for inner, test in enumerate(region.tests)
        for finding in _missing(syllabus, found[test.id], at, inner)
    )


def lint_named_tests(bank: Bank, syllabi: Sequence[Syllabus]) -> tuple[Finding, ...]:
    """W29: an item that names a test which no syllabus of its bank has covers nothing.

    Args:
        bank: whose items are looked at.
        syllabi: those that name this bank; with none, items may name what they like.
    """
    known = {test.id for syllabus in syllabi for test in syllabus.tests()}
    return tuple(
        replace(
            warning("W29", tr("the syllabus has no test {test}", test=name), *place, "tests", number),
            question_id=question.id,
        )
        for place, question in (bank.placed() if syllabi else ())
        for number, name in enumerate(question.tests)
        if name not in known and "W29" not in question.waive
    )


def _missing(syllabus: Syllabus, covered: Covered, at: int, inner: int) -> Iterator[Finding]:
    demand, loc = syllabus.demand, ("regions", at, "tests", inner)
    if len(covered.items) < demand.items:
        sentence = trn(
            "{count} approved item asks about the test {test}, and the syllabus wants {wanted}",
            "{count} approved items ask about the test {test}, and the syllabus wants {wanted}",
            len(covered.items),
            test=covered.test.id,
            wanted=demand.items,
        )
        yield remark("B08", sentence, *loc)
    elif len(covered.aspects) < demand.aspects:
        sentence = trn(
            "the items about the test {test} ask about {count} aspect, and the syllabus wants {wanted}",
            "the items about the test {test} ask about {count} aspects, and the syllabus wants {wanted}",
            len(covered.aspects),
            test=covered.test.id,
            wanted=demand.aspects,
        )
        yield remark("B08", sentence, *loc)

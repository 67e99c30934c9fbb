"""`cequiz bank coverage`: which items ask about each test of a syllabus, as a table, as Markdown or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from cequiz.domain.bank.question import Cognitive
from cequiz.domain.bank.syllabus import Covered, Syllabus, coverage
from cequiz.errors import NotFound
from cequiz.frontends.cli.files import read_sound
from cequiz.frontends.dates import percent
from cequiz.language import tr, trn

if TYPE_CHECKING:
    from cequiz.domain.bank.bank import Bank
    from cequiz.domain.bank.question import Question
    from cequiz.frontends.cli.desk import Desk


def show_coverage(desk: Desk, paths: Sequence[str], *, as_markdown: bool, as_json: bool) -> int:
    """Print what the banks among the files ask about the syllabi among them, and return the exit code.

    Raises:
        NotFound: there is no syllabus among the files.
    """
    reading = read_sound(desk, paths, as_json=as_json)
    if reading is None:
        return 1
    if not reading.syllabi:
        sentence = tr("There is no syllabus among these files.")
        raise NotFound(sentence, hint=tr("A syllabus says so itself: format: cequiz-syllabus/1"))
    banks = [one.bank for one in reading.banks]
    syllabi = [one.syllabus for one in reading.syllabi]
    if as_json:
        desk.document([record(one, banks) for one in syllabi])
        return 0
    for syllabus in syllabi:
        if as_markdown:
            for line in markdown(syllabus, banks):
                desk.print(line)
        else:
            _table(desk, syllabus, coverage(syllabus, banks))
    return 0


def markdown(syllabus: Syllabus, banks: Sequence[Bank]) -> Iterator[str]:
    """Yield the lines of a page: the pool by objective and cognitive level, then every test with its items."""
    found = coverage(syllabus, banks)
    own = [bank for bank in banks if bank.id in syllabus.banks]
    yield from _pool([question for bank in own for question in bank.items if question.is_scored], own)
    for region in syllabus.regions:
        items = {question.id for test in region.tests for _, question in found[test.id].items}
        tests = trn("{count} test", "{count} tests", len(region.tests))
        yield ""
        yield f"### {region.title} ({tests}, {trn('{count} item', '{count} items', len(items))})"
        yield ""
        yield _row(tr("TEST"), tr("ALSO CALLED"), tr("ASPECTS"), tr("ITEMS"))
        yield _row(*["---"] * 4)
        for test in region.tests:
            covered = found[test.id]
            names = ", ".join(f"`{question.id}`" for _, question in covered.items)
            yield _row(test.name, ", ".join(test.synonyms), ", ".join(covered.aspects), names)


def record(syllabus: Syllabus, banks: Sequence[Bank]) -> dict[str, object]:
    """Return the coverage for programs."""
    found = coverage(syllabus, banks)
    return {
        "syllabus": syllabus.id,
        "version": syllabus.version,
        "demand": {"items": syllabus.demand.items, "aspects": syllabus.demand.aspects},
        "tests": [
            {
                "region": region.id,
                "id": test.id,
                "name": test.name,
                "synonyms": list(test.synonyms),
                "aspects": [str(aspect) for aspect in found[test.id].aspects],
                "items": [f"{bank}/{question.id}" for bank, question in found[test.id].items],
            }
            for region in syllabus.regions
            for test in region.tests
        ],
    }


def _table(desk: Desk, syllabus: Syllabus, found: Mapping[str, Covered]) -> None:
    rows = [
        (region.id, test.id, str(len(found[test.id].items)), " ".join(found[test.id].aspects) or "-", test.name)
        for region in syllabus.regions
        for test in region.tests
    ]
    headings = (tr("REGION"), tr("TEST"), tr("ITEMS"), tr("ASPECTS"), tr("NAME"))
    desk.table(headings, rows, none=tr("The syllabus is empty."))
    short = sum(1 for one in found.values() if len(one.items) < syllabus.demand.items)
    narrow = sum(1 for one in found.values() if len(one.aspects) < syllabus.demand.aspects)
    desk.say(
        tr(
            "{tests} tests; {short} have fewer items than the syllabus wants, {narrow} fewer aspects.",
            tests=len(found),
            short=short,
            narrow=narrow,
        )
    )


def _pool(items: Sequence[Question], banks: Sequence[Bank]) -> Iterator[str]:
    titles = {name: title for bank in banks for name, title in bank.objectives.items()}
    yield _row(tr("OBJECTIVE"), tr("ITEMS"), *Cognitive)
    yield _row(*["---"] * (2 + len(Cognitive)))
    for objective in sorted(titles):
        own = [question for question in items if question.objective == objective]
        yield _row(f"{objective} {titles[objective]}", str(len(own)), *_levels(own))
    yield _row(tr("together"), str(len(items)), *_levels(items))


def _levels(items: Sequence[Question]) -> Iterator[str]:
    counts = Counter(question.cognitive for question in items)
    for level in Cognitive:
        share = Fraction(100 * counts[level], max(len(items), 1))
        yield f"{counts[level]} ({percent(Fraction(round(share)))})"


def _row(*cells: str) -> str:
    """Return a row of a Markdown table; a bar in a text would end its cell."""
    told = (cell.replace("\\", "\\\\").replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(told)} |"

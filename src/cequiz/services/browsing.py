"""Browsing: banks, courses and items as the office looks at them, with what is known of them. Nothing is changed here.

Statistics are read as they were counted last; `tallying.catch_up` brings them up to date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.change import Change
from cequiz.domain.bank.diff import BankDiff, compare
from cequiz.domain.bank.question import Question, Status
from cequiz.domain.text import folded
from cequiz.errors import NotFound
from cequiz.language import tr
from cequiz.services import figures, queueing, tallying
from cequiz.services.figures import FigureView
from cequiz.services.in_use import BANK, COURSE, bank_in_use, bank_versions_in_use
from cequiz.services.ports import BankVersion, CourseVersion, Ports, Unit
from cequiz.services.queueing import Entry, Kind
from cequiz.services.tallying import ItemStatistics


@dataclass(frozen=True, kw_only=True)
class BankLine:
    """One loaded version of a bank."""

    version: BankVersion
    retired: bool
    in_use: bool
    """Whether new attempts are drawn from it: it is the newest that is not retired."""
    states: Mapping[Status, int] = field(default_factory=dict)
    """How many questions stand where in review; told of the version in use only."""


@dataclass(frozen=True, kw_only=True)
class CourseLine:
    """One loaded version of a course."""

    version: CourseVersion
    retired: bool
    in_use: bool
    """Whether new students come into it: it is the newest that is not retired."""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Everything that is loaded, the newest version of each first."""

    banks: tuple[BankLine, ...]
    courses: tuple[CourseLine, ...]


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """One question of a bank in a list."""

    question: Question
    statistics: ItemStatistics | None = None
    """Of this very wording; None where it was never counted."""
    waiting: int = 0
    """How many challenges and near misses of it wait for a decision."""


@dataclass(frozen=True, kw_only=True)
class BankPage:
    """One version of a bank with its questions."""

    bank: Bank
    loaded_at: datetime
    retired: bool
    in_use: bool
    items: tuple[ItemLine, ...]
    versions: tuple[str, ...]
    """Every loaded version of the bank, oldest first."""

    @property
    def name(self) -> str:
        """`ID@VERSION`."""
        return f"{self.bank.id}@{self.bank.version}"


@dataclass(frozen=True, kw_only=True)
class VersionStep:
    """What a version of a bank did to one question."""

    version: str
    loaded_at: datetime
    changes: tuple[Change, ...]
    first: bool = False
    """Whether the question stands in this version for the first time."""


@dataclass(frozen=True, kw_only=True)
class ItemPage:
    """Everything that is known of one question."""

    bank: Bank
    question: Question
    figures: tuple[FigureView, ...]
    statistics: tuple[ItemStatistics, ...]
    """One of each wording that was drawn; that of this question comes first, where there is one."""
    history: tuple[VersionStep, ...]
    """The versions that changed it, the newest first."""
    waiting: tuple[Entry, ...]
    """Its challenges and near misses that wait for a decision."""

    @property
    def key(self) -> str:
        """`BANK/QUESTION`."""
        return f"{self.bank.id}/{self.question.id}"

    @property
    def own(self) -> ItemStatistics | None:
        """The statistics of this very wording."""
        wanted = self.question.content_hash()
        return next((one for one in self.statistics if one.content_hash == wanted), None)


def shelf(ports: Ports) -> Shelf:
    """Return every loaded version of every bank and course, by id and with the newest version first."""
    with ports.store.read() as unit:
        return Shelf(banks=_banks(unit), courses=_courses(unit))


def bank_page(ports: Ports, name: str) -> BankPage:
    """Return a version of a bank with what is known of its questions.

    Args:
        ports: the outside world.
        name: `ID@VERSION`, or `ID` for the version in use, or where none is, the newest.

    Raises:
        NotFound: there is none.
    """
    with ports.store.read() as unit:
        bank = find_bank(unit, name)
        retired = unit.retirements.retired(BANK)
        used = bank_versions_in_use(unit, bank.id)
        versions = [one for one in unit.banks.versions() if one.id == bank.id]
    waiting = Counter(entry.item for entry in _waiting(ports))
    known = {one.content_hash: one for one in tallying.statistics(ports, bank_id=bank.id)}
    return BankPage(
        bank=bank,
        loaded_at=next(one.loaded_at for one in versions if one.version == bank.version),
        retired=(bank.id, bank.version) in retired,
        in_use=bank.version in used[-1:],
        versions=tuple(one.version for one in versions),
        items=tuple(
            ItemLine(
                question=question,
                statistics=known.get(question.content_hash()),
                waiting=waiting[f"{bank.id}/{question.id}"],
            )
            for question in bank.items
        ),
    )


def chosen(
    items: Iterable[ItemLine], *, state: Status | None = None, objective: str = "", words: str = ""
) -> tuple[ItemLine, ...]:
    """Return the questions that stand so in review, belong to an objective, and have words in id, stem or choices."""
    wanted = folded(words)
    return tuple(
        one
        for one in items
        if state in (None, one.question.review.status)
        and objective in ("", one.question.objective)
        and (not wanted or wanted in _sought(one.question))
    )


def item_page(ports: Ports, name: str) -> ItemPage:
    """Return everything that is known of a question.

    Args:
        ports: the outside world.
        name: `BANK/QUESTION` in the version in use, or `BANK@VERSION/QUESTION`.

    Raises:
        NotFound: there is no such bank or question.
    """
    bank_name, _, question_id = name.rpartition("/")
    with ports.store.read() as unit:
        bank = find_bank(unit, bank_name)
        question = bank.question(question_id)
        history = _history(unit, bank.id, question_id)
    own = question.content_hash()
    statistics = tallying.statistics(ports, bank_id=bank.id, question_id=question_id)
    return ItemPage(
        bank=bank,
        question=question,
        figures=figures.views(question, bank.figures),
        statistics=tuple(sorted(statistics, key=lambda one: one.content_hash != own)),
        history=history,
        waiting=tuple(entry for entry in _waiting(ports) if entry.item == f"{bank.id}/{question_id}"),
    )


def drawn_item(ports: Ports, entry: Entry) -> tuple[Bank, Question] | None:
    """Return the question that an entry of the queue is about as it was drawn, with its bank.

    None where the entry is about none, or nothing is left that says which version it was.
    """
    bank_id, _, question_id = entry.item.partition("/")
    with ports.store.read() as unit:
        for item in _form(unit, entry.attempt_id):
            if f"{item[0]}/{item[2]}" == entry.item:
                bank = unit.banks.get(bank_id, item[1])
                return None if bank is None else (bank, bank.question(question_id))
    return None


def against_loaded(ports: Ports, banks: Sequence[Bank]) -> tuple[BankDiff, ...]:
    """Compare banks that are going to be loaded with the version of each that was loaded last; new ones are left out.

    A bank whose very content is loaded already has no difference to tell and is left out as well.
    """
    with ports.store.read() as unit:
        pairs = [(unit.banks.latest(bank.id), bank) for bank in banks]
    return tuple(
        compare(old, new) for old, new in pairs if old is not None and old.content_hash() != new.content_hash()
    )


def find_bank(unit: Unit, name: str) -> Bank:
    """Return a bank by `ID@VERSION`, or by `ID`: the version in use, or where none is, the newest.

    Raises:
        NotFound: there is none.
    """
    bank_id, _, version = name.partition("@")
    found = unit.banks.get(bank_id, version) if version else bank_in_use(unit, bank_id) or unit.banks.latest(bank_id)
    if found is None:
        raise NotFound(tr("There is no bank {name}.", name=name), hint=tr("`cequiz bank list` shows what is loaded."))
    return found


def _banks(unit: Unit) -> tuple[BankLine, ...]:
    versions, retired = unit.banks.versions(), unit.retirements.retired(BANK)
    newest = {one.id: one.version for one in versions if (one.id, one.version) not in retired}
    lines = []
    for one in versions:
        used = newest.get(one.id) == one.version
        bank = unit.banks.get(one.id, one.version) if used else None
        states = Counter(question.review.status for question in bank.items) if bank is not None else {}
        out = (one.id, one.version) in retired
        lines.append(BankLine(version=one, retired=out, in_use=used, states=states))
    lines.reverse()  # the newest first, which sorting by id leaves as it is
    return tuple(sorted(lines, key=lambda line: line.version.id))


def _courses(unit: Unit) -> tuple[CourseLine, ...]:
    versions, retired = unit.courses.versions(), unit.retirements.retired(COURSE)
    newest = {one.id: one.version for one in versions if (one.id, one.version) not in retired}
    lines = [
        CourseLine(version=one, retired=(one.id, one.version) in retired, in_use=newest.get(one.id) == one.version)
        for one in reversed(versions)
    ]
    return tuple(sorted(lines, key=lambda line: line.version.id))


def _waiting(ports: Ports) -> Sequence[Entry]:
    return queueing.entries(ports, kinds=(Kind.CHALLENGE, Kind.NEAR_MISS))


def _history(unit: Unit, bank_id: str, question_id: str) -> tuple[VersionStep, ...]:
    steps: list[VersionStep] = []
    before: Bank | None = None
    for version in (one for one in unit.banks.versions() if one.id == bank_id):
        bank = unit.banks.get(bank_id, version.version)
        if bank is None:
            continue
        was = before is not None and any(one.id == question_id for one in before.items)
        there = any(one.id == question_id for one in bank.items)
        if there and not was:
            steps.append(VersionStep(version=version.version, loaded_at=version.loaded_at, changes=(), first=True))
        elif was and before is not None:
            changes = compare(before, bank).of(question_id)
            if changes:
                steps.append(VersionStep(version=version.version, loaded_at=version.loaded_at, changes=changes))
        before = bank
    return tuple(reversed(steps))


def _form(unit: Unit, attempt_id: str) -> Iterable[tuple[str, str, str]]:
    """Yield bank, version and question of each item that an attempt was given."""
    events = unit.attempts.events(attempt_id)
    items = events[0].payload.get("form") if events else None
    for item in items if isinstance(items, list | tuple) else ():
        if isinstance(item, Mapping):
            yield str(item["bank"]), str(item["bank_version"]), str(item["question"])


def _sought(question: Question) -> str:
    choices = (choice.text for choice in question.choices())
    story = question.case.vignette if question.case is not None else ""
    return folded(" ".join((question.id, question.stem, story, *choices)))

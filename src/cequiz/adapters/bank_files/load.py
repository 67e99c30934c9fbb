"""Reading banks and courses from files and folders: all problems of all files in one run, and no exception for any."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from cequiz.adapters.bank_files import partial_course
from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import Document
from cequiz.adapters.bank_files.explain import Refusal, refusals
from cequiz.adapters.bank_files.figures import FoundFigure, find_figures, with_digests
from cequiz.adapters.bank_files.partial import figures_of, lintable_questions, objectives_of, without_shadows
from cequiz.adapters.bank_files.problems import Problem, shown
from cequiz.adapters.bank_files.source_file import SourceFile
from cequiz.adapters.bank_files.sources import bank_paths
from cequiz.domain.bank import bank as bank_module
from cequiz.domain.bank import course as course_module
from cequiz.domain.bank.bank import Bank, Figure
from cequiz.domain.bank.course import Course
from cequiz.domain.bank.fields import Value
from cequiz.domain.bank.lint import Finding, Level, Profile, lint_bank, lint_course, lint_items
from cequiz.domain.bank.lint.finding import warning

_V = TypeVar("_V", Bank, Course)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedBank:
    """A bank that the schema accepted, with its file, what else is to say about it, and its figures."""

    path: Path
    bank: Bank
    problems: tuple[Problem, ...]
    figures: Mapping[str, FoundFigure]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedCourse:
    """A course that the schema accepted, with its file and what else is to say about it."""

    path: Path
    course: Course
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that was read in one run.

    Attributes:
        files: how many files were read.
        banks: those that the schema accepted; they may have errors of the linter.
        courses: the same for courses.
        problems: of all files, in the order of the files and of the places in them.
    """

    files: int
    banks: tuple[SourcedBank, ...]
    courses: tuple[SourcedCourse, ...]
    problems: tuple[Problem, ...]

    @property
    def has_errors(self) -> bool:
        """True when nothing of it may be loaded."""
        return any(problem.is_error for problem in self.problems)


def read_paths(paths: Sequence[str | Path], profile: Profile | None = None) -> Reading:
    """Return everything that the files and folders hold, and everything that is wrong with it.

    Args:
        paths: files, and folders that are searched for `*.yaml` and `*.yml`; problems name them as they are typed.
        profile: a board's stricter rules.

    Raises:
        NotFound: for a path that does not exist or a folder without such files; never for what a file holds.
    """
    files = [SourceFile(source) for source in bank_paths(paths)]
    for file in files:
        _validate(file, profile)
    _refuse_twins(files)
    _check_enemies(files)
    for file in files:
        _check_course(file, files, profile)
    return Reading(
        files=len(files),
        banks=tuple(
            SourcedBank(path=file.path, bank=file.bank, problems=file.sorted_problems(), figures=file.figures)
            for file in files
            if file.bank is not None
        ),
        courses=tuple(
            SourcedCourse(path=file.path, course=file.course, problems=file.sorted_problems())
            for file in files
            if file.course is not None
        ),
        problems=tuple(problem for file in files for problem in file.sorted_problems()),
    )


def _validate(file: SourceFile, profile: Profile | None) -> None:
    if file.document is None or file.document.data is None:
        return
    match file.format:
        case bank_module.FORMAT:
            file.report_cuts()
            _validate_bank(file, file.document, profile)
        case course_module.FORMAT:
            file.report_cuts()
            _validate_course(file, file.document)
        case _:
            known = f"{bank_module.FORMAT} or {course_module.FORMAT}"
            file.at(("format",), Code.FORMAT, f"the file must say what it is: format: {known}")


def validated(document: Document, model: type[_V], file: SourceFile) -> tuple[_V | None, list[Refusal]]:
    """Return the value that a document holds, or None and what the schema refused."""
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        refused = list(refusals(error, document, model))
    _note_refusals(file, document, refused)
    return None, refused


def _note_refusals(file: SourceFile, document: Document, refused: Iterable[Refusal]) -> None:
    for refusal in refused:
        file.note(refusal.note, question_id=document.question_id(refusal.loc))


def _validate_bank(file: SourceFile, document: Document, profile: Profile | None) -> None:
    bank, refused = validated(document, Bank, file)
    if bank is not None:
        file.findings(lint_bank(bank, profile))
        file.questions = tuple(enumerate(bank.questions))
        _check_figure_names(file, bank.figures)
        file.figures = _check_figures(file, bank.figures)
        file.bank = with_digests(bank, file.figures)
        return
    places = [refusal.loc for refusal in refused]
    file.questions = tuple(lintable_questions(document, places))
    findings = lint_items(file.questions, objectives=objectives_of(document), profile=profile)
    file.findings(without_shadows(findings, places))
    _check_figure_names(file, document.value(("figures",)))
    _check_figures(file, figures_of(document))


def _validate_course(file: SourceFile, document: Document) -> None:
    file.course, refused = validated(document, Course, file)
    if file.course is not None:
        file.read_course = file.course, ()
        return
    course, more = partial_course.read_on(document, refused)
    _note_refusals(file, document, more)
    if course is not None:
        file.read_course = course, [refusal.loc for refusal in (*refused, *more)]


def _check_figures(file: SourceFile, figures: Mapping[str, Figure]) -> Mapping[str, FoundFigure]:
    found, wrong = find_figures(figures, file.path.parent)
    for name, sentence in wrong.items():
        file.at(("figures", name, "file"), Code.FIGURE, sentence)
    return found


def _check_figure_names(file: SourceFile, figures: object) -> None:
    """The figures that items name must be there."""
    names = set(figures) if isinstance(figures, Mapping) else set()
    for index, question in file.questions:
        if question.figure is not None and question.figure not in names:
            message = f"the bank has no figure {question.figure}"
            file.at(("questions", index, "figure"), Code.REFERENCE, message)


def _check_enemies(files: Sequence[SourceFile]) -> None:
    """An enemy may stand in another bank that feeds the same exam; one that stands nowhere is worth a warning."""
    ids = {question.id for file in files for _, question in file.questions}
    for file in files:
        for index, question in file.questions:
            for place, enemy in enumerate(question.enemies):
                if enemy not in ids:
                    message = f"there is no item {enemy} among these files that could be an enemy"
                    file.at(("questions", index, "enemies", place), Code.REFERENCE, message, level=Level.WARNING)


def _refuse_twins(files: Sequence[SourceFile]) -> None:
    """Two files must not both be version 2026.1 of one bank or course."""
    first: dict[tuple[str, str, str], SourceFile] = {}
    for file in files:
        value: Value | None = file.bank or file.course
        if isinstance(value, Bank | Course):
            before = first.setdefault((value.format, value.id, value.version), file)
            if before is not file:
                what = f"{value.id} {value.version} stands in {shown(before.name)} already"
                file.at(("id",), Code.VALUE, what)


def _check_course(file: SourceFile, files: Sequence[SourceFile], profile: Profile | None) -> None:
    if file.read_course is None:
        return
    course, mended = file.read_course
    banks = {bank.id: bank for bank in _nearest_last(file, files)}
    elsewhere = banks.keys() | {other.named_id for other in files if other.bank is None}
    findings = (*lint_course(course, banks, profile), *_unchecked(course, elsewhere))
    file.findings(partial_course.without_shadows(findings, mended))


def _unchecked(course: Course, known: Collection[str | None]) -> Iterator[Finding]:
    for index, exam in enumerate(course.exams):
        for place, bank_id in enumerate(exam.banks):
            if bank_id not in known:
                message = f"bank {bank_id} is not among these files: exam {exam.id} was not checked against it"
                yield warning(Code.REFERENCE, message, "exams", index, "banks", place)


def _nearest_last(file: SourceFile, files: Sequence[SourceFile]) -> Iterator[Bank]:
    """Yield the banks, those in the folders nearest to the course last, newer versions after older ones."""
    home = file.path.resolve().parent

    def nearness(other: SourceFile) -> tuple[int, str]:
        there = other.path.resolve().parent
        shared = sum(1 for _ in _shared(home.parts, there.parts))
        return shared, other.bank.version if other.bank else ""

    for other in sorted(files, key=nearness):
        if other.bank is not None:
            yield other.bank


def _shared(one: Sequence[str], other: Sequence[str]) -> Iterator[str]:
    for left, right in zip(one, other, strict=False):
        if left != right:
            return
        yield left

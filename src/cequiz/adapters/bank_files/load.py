"""Reading banks and courses from files and folders: all problems of all files in one run, and no exception for any."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from cequiz.adapters.bank_files import lexicon, partial_course
from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import Document, Note, Place
from cequiz.adapters.bank_files.explain import Refusal, refusals
from cequiz.adapters.bank_files.figures import FoundFigure, find_figures, with_digests
from cequiz.adapters.bank_files.partial import figures_of, lintable_questions, objectives_of, without_shadows
from cequiz.adapters.bank_files.parts import join_parts
from cequiz.adapters.bank_files.problems import Problem, shown
from cequiz.adapters.bank_files.source_file import SourceFile
from cequiz.adapters.bank_files.sources import bank_paths
from cequiz.domain.bank import bank as bank_module
from cequiz.domain.bank import course as course_module
from cequiz.domain.bank import syllabus as syllabus_module
from cequiz.domain.bank.bank import LANGUAGE_TAG, Bank, Figure
from cequiz.domain.bank.course import Course
from cequiz.domain.bank.fields import Value
from cequiz.domain.bank.lint import Finding, Level, Profile, lint_bank, lint_course, lint_items
from cequiz.domain.bank.lint.finding import Loc, warning
from cequiz.domain.bank.lint.whole_syllabus import lint_named_tests, lint_syllabus
from cequiz.domain.bank.syllabus import Syllabus
from cequiz.language import tr, trn
from cequiz.services.ports import FigureFile

_V = TypeVar("_V", Bank, Course, Syllabus)


_TOLD = 3
"""So many enemies of a bank that are not among the files are named; a bank alone may have dozens in others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedBank:
    """A bank that the schema accepted, with its file, what else is to say about it, and its figures."""

    path: Path
    bank: Bank
    problems: tuple[Problem, ...]
    figures: Mapping[str, FoundFigure]
    file: SourceFile = field(repr=False, compare=False)

    def problem(self, question_id: str, code: str, message: str) -> Problem:
        """Return something that only the store knows to be wrong with a question, at its place in the file."""
        loc = next((loc for loc, question in self.file.questions if question.id == question_id), ())
        place = self.file.document.place(loc) if self.file.document else Place(1, 1)
        return self.file.problem(Note(place, code, message), question_id=question_id)

    def figure_files(self) -> tuple[FigureFile, ...]:
        """Return the figures as the store keeps them."""
        return tuple(
            FigureFile(sha256=found.sha256, media_type=self.bank.figures[name].media_type, content=found.content)
            for name, found in self.figures.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedCourse:
    """A course that the schema accepted, with its file and what else is to say about it."""

    path: Path
    course: Course
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedSyllabus:
    """A syllabus that the schema accepted, with its file and what else is to say about it."""

    path: Path
    syllabus: Syllabus
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that was read in one run.

    Attributes:
        files: how many files were read.
        banks: those that the schema accepted; they may have errors of the linter.
        courses: the same for courses.
        syllabi: the same for syllabi.
        problems: of all files, in the order of the files and of the places in them.
    """

    files: int
    banks: tuple[SourcedBank, ...]
    courses: tuple[SourcedCourse, ...]
    syllabi: tuple[SourcedSyllabus, ...]
    problems: tuple[Problem, ...]

    @property
    def has_errors(self) -> bool:
        """True when nothing of it may be loaded."""
        return any(problem.is_error for problem in self.problems)


def read_paths(paths: Sequence[str | Path], profile: Profile | None = None, *, lint: bool = True) -> Reading:
    """Return everything that the files and folders hold, and everything that is wrong with it.

    Args:
        paths: files, and folders that are searched for `*.yaml` and `*.yml`; problems name them as they are typed.
        profile: a board's stricter rules.
        lint: False for files that are known to be good items, to read them in half the time: only what could not be
            stored is refused then.

    Raises:
        NotFound: for a path that does not exist or a folder without such files; never for what a file holds.
    """
    read = [SourceFile(source) for source in bank_paths(paths)]
    joined = {id(part) for file in read if file.format == bank_module.FORMAT for part in join_parts(file, read)}
    files = [file for file in read if id(file) not in joined]
    banks = [file for file in files if file.format == bank_module.FORMAT]
    for file in files:
        if file not in banks:
            _validate(file, profile)
    spared = _practised_only(files)
    for file in banks:
        _validate(file, None if file.named_id in spared else profile, lint=lint)
    _refuse_twins(files)
    _check_enemies(files)
    if lint:
        for file in files:
            _check_course(file, files, profile)
        _check_syllabi(files)
    return Reading(
        files=len(files) + sum(len(file.parts) for file in files),
        banks=tuple(
            SourcedBank(
                path=file.path, bank=file.bank, problems=file.sorted_problems(), figures=file.figures, file=file
            )
            for file in files
            if file.bank is not None
        ),
        courses=tuple(
            SourcedCourse(path=file.path, course=file.course, problems=file.sorted_problems())
            for file in files
            if file.course is not None
        ),
        syllabi=tuple(
            SourcedSyllabus(path=file.path, syllabus=file.syllabus, problems=file.sorted_problems())
            for file in files
            if file.syllabus is not None
        ),
        problems=tuple(problem for file in files for problem in file.sorted_problems()),
    )


def _practised_only(files: Sequence[SourceFile]) -> Collection[str | None]:
    """Return the banks that courses name for practice and no exam draws on: a board's rules are for scored exams."""
    courses = [file.read_course[0] for file in files if file.read_course is not None]
    scored = {bank for course in courses for exam in course.exams for bank in exam.banks}
    return {bank for course in courses for bank in course.practice_banks} - scored


def _validate(file: SourceFile, profile: Profile | None, *, lint: bool = True) -> None:
    if file.document is None or file.document.data is None:
        return
    match file.format:
        case bank_module.FORMAT:
            file.report_cuts()
            _validate_bank(file, file.document, profile, lint=lint)
        case course_module.FORMAT:
            file.report_cuts()
            _validate_course(file, file.document)
        case syllabus_module.FORMAT:
            file.report_cuts()
            file.syllabus, _ = validated(file.document, Syllabus, file)
        case bank_module.PART_FORMAT:
            file.report_cuts()
            sentence = tr("this is a part of a bank: check the bank's own file, which names it under parts")
            file.at(("bank",), Code.REFERENCE, sentence)
        case lexicon.FORMAT:
            for note in lexicon.wrong_in(file.document):
                file.note(note)
        case _:
            known = tr("{bank} or {course}", bank=bank_module.FORMAT, course=course_module.FORMAT)
            sentence = tr("the file must say what it is: format: {formats}", formats=known)
            file.at(("format",), Code.FORMAT, sentence)


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


def _validate_bank(file: SourceFile, document: Document, profile: Profile | None, *, lint: bool) -> None:
    bank, refused = validated(document, Bank, file)
    _check_language(file, document)
    if bank is not None:
        file.findings(lint_bank(bank, profile) if lint else ())
        file.questions = bank.placed()
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
    named = {(*loc, "figure"): question.figure for loc, question in file.questions}
    named |= {(*loc[:2], "figure"): question.case.figure for loc, question in file.questions if question.case}
    for loc, figure in named.items():
        if figure is not None and figure not in names:
            file.at(loc, Code.REFERENCE, tr("the bank has no figure {figure}", figure=figure))


def _check_language(file: SourceFile, document: Document) -> None:
    """A bank names its language the way browsers and screen readers know it (BCP 47)."""
    named = document.data.get("language") if isinstance(document.data, dict) else None
    if isinstance(named, str) and not LANGUAGE_TAG.fullmatch(named):
        sentence = tr("{language} is not the tag of a language, such as en, es or pt-BR", language=shown(named))
        file.at(("language",), Code.VALUE, sentence)


def _check_enemies(files: Sequence[SourceFile]) -> None:
    """An enemy may stand in another bank that feeds the same exam; one that stands nowhere is worth a warning."""
    questions = [question for file in files for _, question in file.questions]
    ids = {question.id for question in questions} | {question.case.id for question in questions if question.case}
    for file in files:
        missing = [(loc, enemy) for loc, enemy in dict.fromkeys(_enemies(file)) if enemy not in ids]
        for loc, enemy in missing[:_TOLD]:
            message = tr("there is no item {enemy} among these files that could be an enemy", enemy=enemy)
            file.at(loc, Code.REFERENCE, message, level=Level.WARNING)
        if missing[_TOLD:]:
            message = trn(
                "{count} more enemy is not among these files: give the folder with all banks of the exam",
                "{count} more enemies are not among these files: give the folder with all banks of the exam",
                len(missing) - _TOLD,
            )
            file.at(missing[_TOLD][0], Code.REFERENCE, message, level=Level.WARNING)


def _enemies(file: SourceFile) -> Iterator[tuple[Loc, str]]:
    """Yield every enemy that an item names, or that its case names for it, with its place."""
    for loc, question in file.questions:
        for home in (loc, loc[:2])[: 2 if question.case else 1]:
            named = file.document.value((*home, "enemies")) if file.document else None
            for place, enemy in enumerate(named if isinstance(named, list) else ()):
                if enemy in question.enemies:
                    yield (*home, "enemies", place), str(enemy)


def _refuse_twins(files: Sequence[SourceFile]) -> None:
    """Two files must not both be version 2026.1 of one bank or course."""
    first: dict[tuple[str, str, str], SourceFile] = {}
    for file in files:
        value: Value | None = file.bank or file.course or file.syllabus
        if isinstance(value, Bank | Course | Syllabus):
            before = first.setdefault((value.format, value.id, value.version), file)
            if before is not file:
                what = tr(
                    "{id} {version} stands in {file} already",
                    id=value.id,
                    version=value.version,
                    file=shown(before.name),
                )
                file.at(("id",), Code.VALUE, what)


def _check_course(file: SourceFile, files: Sequence[SourceFile], profile: Profile | None) -> None:
    if file.read_course is None:
        return
    course, mended = file.read_course
    banks = {bank.id: bank for bank in _nearest_last(file, files)}
    elsewhere = banks.keys() | {other.named_id for other in files if other.bank is None}
    findings = (*lint_course(course, banks, profile), *_unchecked(course, elsewhere))
    file.findings(partial_course.without_shadows(findings, mended))


def _check_syllabi(files: Sequence[SourceFile]) -> None:
    """The banks among the files cover the syllabi among them, and name no test that is in none."""
    for file in files:
        if file.syllabus is not None:
            banks = {bank.id: bank for bank in _nearest_last(file, files)}
            file.findings(lint_syllabus(file.syllabus, banks))
    syllabi = [file.syllabus for file in files if file.syllabus is not None]
    for file in files:
        if file.bank is not None:
            own = [one for one in syllabi if file.bank.id in one.banks]
            file.findings(lint_named_tests(file.bank, own))


def _unchecked(course: Course, known: Collection[str | None]) -> Iterator[Finding]:
    for index, exam in enumerate(course.exams):
        for place, bank_id in enumerate(exam.banks):
            if bank_id not in known:
                message = tr(
                    "bank {bank} is not among these files: exam {exam} was not checked against it",
                    bank=bank_id,
                    exam=exam.id,
                )
                yield warning(Code.REFERENCE, message, "exams", index, "banks", place)
    for place, bank_id in enumerate(course.practice.banks):
        if bank_id not in known:
            message = tr("bank {bank} is not among these files: what may be practised was not checked", bank=bank_id)
            yield warning(Code.REFERENCE, message, "practice", "banks", place)


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

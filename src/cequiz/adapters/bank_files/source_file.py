"""One file on its way from text to value, with the problems it collects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import Note
from cequiz.adapters.bank_files.figures import FoundFigure
from cequiz.adapters.bank_files.problems import Problem
from cequiz.adapters.bank_files.reader import read
from cequiz.adapters.bank_files.sources import Source, text_of
from cequiz.domain.bank.bank import Bank, Placed
from cequiz.domain.bank.course import Course
from cequiz.domain.bank.lint import Finding, Level
from cequiz.domain.bank.lint.finding import Loc
from cequiz.domain.bank.syllabus import Syllabus
from cequiz.language import tr

_PROSE = frozenset(
    {
        "stem",
        "text",
        "rationale",
        "cite",
        "alt",
        "credit",
        "title",
        "by",
        "disclosure",
        "credentials",
        "name",
        "scope_statement",
        "attestation",
        "cut_score_basis",
        "vignette",
        "left",
        "right",
        "licence",
        "rule",
    }
)
_PROSE_INSIDE = frozenset({"objectives", "waive", "subjects", "distractors", "choices", "synonyms"})
"""Fields, and mappings and lists of fields, that hold text for people; elsewhere a comment after a value is fine."""


class SourceFile:
    """One file on its way from text to value, with the problems it collects."""

    def __init__(self, source: Source) -> None:
        self.path, self.name = source
        self.problems: list[Problem] = []
        self.parts: Sequence[SourceFile] = ()
        """The other files of a bank that stands in several, whose questions `document` then holds too."""
        self.bank: Bank | None = None
        self.course: Course | None = None
        self.syllabus: Syllabus | None = None
        self.read_course: tuple[Course, Collection[Loc]] | None = None
        """The course as far as it could be read, and the places that were mended for it; see `partial`."""
        self.figures: Mapping[str, FoundFigure] = {}
        self.questions: Sequence[Placed] = ()
        """The questions that could be looked at, with their places; in a refused bank not all of them."""
        text = text_of(self.path)
        self.document = read(text) if isinstance(text, str) else None
        for note in self.document.notes if self.document else [text]:
            if isinstance(note, Note):
                self.note(note)

    @property
    def format(self) -> str | None:
        """What the file says it is."""
        data = self.document.data if self.document else None
        named = data.get("format") if isinstance(data, dict) else None
        return named if isinstance(named, str) else None

    @property
    def named_id(self) -> str | None:
        """The id in the file, whether or not the rest of it is right."""
        data = self.document.data if self.document else None
        named = data.get("id") if isinstance(data, dict) else None
        return named if isinstance(named, str) else None

    def note(self, note: Note, *, level: Level = Level.ERROR, question_id: str | None = None) -> None:
        """Keep what the reader or the schema has to say, in the file that the place is in."""
        file = self.parts[note.place.part - 1] if note.place.part else self
        file.problems.append(self.problem(note, level=level, question_id=question_id))

    def problem(self, note: Note, *, level: Level = Level.ERROR, question_id: str | None = None) -> Problem:
        """Return what there is to say, with the file that the place is in; nothing is kept."""
        line, column, part = note.place
        if part:
            here = Note(note.place._replace(part=0), note.code, note.message)
            return self.parts[part - 1].problem(here, level=level, question_id=question_id)
        return Problem(
            path=self.name,
            line=line,
            column=column,
            level=level,
            code=str(note.code),
            message=note.message,
            question_id=question_id,
            source=self.document.line(line) if self.document else "",
        )

    def at(self, loc: Loc, code: Code, message: str, *, level: Level = Level.ERROR) -> None:
        """Keep a problem at a path."""
        if self.document:
            self.note(
                Note(self.document.place(loc), code, message), level=level, question_id=self.document.question_id(loc)
            )

    def findings(self, findings: Iterable[Finding]) -> None:
        """Keep what the linter found."""
        if self.document:
            for finding in findings:
                note = Note(self.document.place(finding.loc), finding.code, finding.message)
                question_id = self.document.question_id(finding.loc) or finding.question_id
                self.note(note, level=finding.level, question_id=question_id)

    def sorted_problems(self) -> tuple[Problem, ...]:
        """Return the problems in the order of their places, those of the parts after those of the file."""
        own = sorted(self.problems, key=lambda problem: (problem.line, problem.column, problem.code))
        return (*own, *(problem for part in self.parts for problem in part.sorted_problems()))

    def report_cuts(self) -> None:
        """W27: a plain text that ends where a comment begins; the author sees it all, the reader its beginning."""
        for part in self.parts:
            part.report_cuts()
        document = self.document
        if document is None:
            return
        for loc, place in document.cuts:
            named = [segment for segment in loc if isinstance(segment, str)]
            if not named or not (named[-1] in _PROSE or _PROSE_INSIDE.intersection(named[-2:])):
                continue
            question = document.question(loc)
            waived = question.get("waive") if question is not None else None
            if not (isinstance(waived, dict) and "W27" in waived):
                sentence = tr("everything from this # on is a comment and is lost: put the text in quotes")
                note = Note(place, "W27", sentence)
                self.note(note, level=Level.WARNING, question_id=document.question_id(loc))

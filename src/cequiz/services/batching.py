"""Batching: every certificate of a course, issued where it is due, and written into one folder.

Pages are drawn many at a time, on several processes where that is worth it; they are kept one after the other, in the
order of completion, so numbers have no gap whatever is refused. A batch that was killed is given again: what is issued
stays issued, and only files that are missing or different are written. A folder holds what is in force and nothing
else: what was revoked since is taken out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from cequiz.domain.credential.award import Award
from cequiz.domain.credential.facts import licences_text
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.people.student import Student
from cequiz.errors import CequizError, EnvironmentFailed, Stopped, WrongState
from cequiz.language import tr
from cequiz.services import issuing, manifest
from cequiz.services.earning import earn
from cequiz.services.enrolling import find_course
from cequiz.services.issuing import Draft, Refusal
from cequiz.services.papers import file_name, write_file
from cequiz.services.ports import CertificateRecord, DrawMany, Ports, Sheaf
from cequiz.services.writing import make_folder, put, unwritable

SHEAF = 64
"""So many certificates are drawn before they are kept; a refused one makes those after it be drawn anew."""

MERGED = "certificates.pdf"
"""The name of the file that holds every page of a batch."""


class Stage(StrEnum):
    """What a batch is doing."""

    ISSUING = "issuing"
    WRITING = "writing"


Tell = Callable[[Stage, int, int], None]
"""Takes how many of how many are done at a stage."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What became of a batch."""

    lines: tuple[manifest.Line, ...]
    issued: tuple[str, ...]
    """The numbers that this batch issued."""
    written: int
    """How many files were not there, or not the same."""
    removed: int
    """How many files of certificates that are not in force any more were taken out of the folder."""
    left: tuple[Path, ...]
    """Files that are called like such a certificate and hold something else: whose they are is not known here."""
    refused: tuple[Refusal, ...]
    manifest: Path
    merged: Path | None = None


def batch(
    ports: Ports,
    *,
    course_id: str,
    folder: Path,
    actor: str,
    since: date | None = None,
    merged: bool = False,
    tell: Tell = lambda stage, done, total: None,
    stop: Callable[[], bool] = lambda: False,
) -> Batch:
    """Issue what is due for a course, and write every certificate of it that is in force into a folder.

    Args:
        ports: the outside world.
        course_id: the course, in all its versions.
        folder: where files and manifest go; it is made if need be.
        actor: who does it.
        since: the first day of issue that counts, in the provider's time zone; every one else.
        merged: whether one PDF with all pages is written too.
        tell: is told how far it is.
        stop: is asked now and then; what is issued and written by then stays.

    Raises:
        Stopped: it was stopped; given again, it goes on.
        EnvironmentFailed: the folder cannot be written, or a process that draws ended; given again, it goes on.
        NotAllowed: no provider is set.
        NotFound: there is no such course.
    """
    with ports.store.read() as unit:
        find_course(unit, course_id)
    make_folder(ports, folder)
    going = _Going(tell, stop)
    issued, refused = _issue_due(ports, course_id, actor=actor, going=going)
    files = _Files(ports, folder)
    lines = _write(ports, course_id, files, since=since, going=going)
    path = folder / manifest.NAME
    one_file = _merge(ports, folder, lines, asked=merged)
    put(ports, path, manifest.text_of(lines).encode("utf-8"))
    return Batch(
        lines=lines,
        issued=issued,
        written=files.written,
        removed=files.removed,
        left=tuple(files.left),
        refused=refused,
        manifest=path,
        merged=one_file,
    )


def _merge(ports: Ports, folder: Path, lines: Sequence[manifest.Line], *, asked: bool) -> Path | None:
    """Write the file of all pages where it is asked for, or lies there from a batch before and would be out of date."""
    target = folder / MERGED
    from_before = (folder / manifest.NAME).is_file() and target.is_file()
    in_force = [folder / line.file for line in lines if line.file]
    if in_force and (asked or from_before):
        put(ports, target, ports.press.merge([path.read_bytes() for path in in_force]))
        return target
    if from_before:
        _remove(target)
    return None


@dataclass(frozen=True)
class _Going:
    """Who is told how far a batch is, and who may stop it."""

    _tell: Tell
    _stop: Callable[[], bool]

    def on(self, stage: Stage, done: int, total: int) -> None:
        """Tell how far it is, and go on unless it was stopped.

        Raises:
            Stopped: it was.
        """
        self._tell(stage, done, total)
        if self._stop():
            raise Stopped(tr("The batch was stopped."), hint=tr("Given again, it goes on where it was."))


def _issue_due(
    ports: Ports, course_id: str, *, actor: str, going: _Going
) -> tuple[tuple[str, ...], tuple[Refusal, ...]]:
    work = _Work(ports, course_id, actor)
    for one in issuing.due(ports, course_id=course_id):
        try:
            award = earn(ports, student_id=one.student.id, course_id=course_id, actor=actor).award
        except CequizError as error:
            work.refused.append(Refusal(one.student, course_id, error))
        else:
            work.waiting += [(award, one.student)] if award is not None else []
    total = len(work.waiting)
    if total:
        with ports.press.drawing(total) as draw:
            while work.waiting:
                work.round(draw, lambda left: going.on(Stage.ISSUING, total - left, total))
    return tuple(work.issued), tuple(work.refused)


class _Work:
    """What waits to be issued, and what became of the rest."""

    def __init__(self, ports: Ports, course_id: str, actor: str) -> None:
        self._ports, self._course_id, self._actor = ports, course_id, actor
        self._idle_rounds = 0
        self.waiting: list[tuple[Award, Student]] = []
        self.issued: list[str] = []
        self.refused: list[Refusal] = []

    def round(self, draw: DrawMany, tell: Callable[[int], None]) -> None:
        """Prepare, draw and keep a sheaf; what could not be kept because of another certificate waits again.

        Args:
            draw: draws pages.
            tell: is told how many are left.

        Raises:
            WrongState: others have issued without a pause all the while.
        """
        before = len(self.waiting)
        batch, later = self.waiting[:SHEAF], self.waiting[SHEAF:]
        drafts = self._prepare(batch)
        done = 0
        for _ in self._keep(drafts, draw) if drafts else ():
            done += 1
            tell(len(drafts) - done + len(later))
        self.waiting = [(draft.award, draft.student) for draft in drafts[done:]] + later
        self._idle_rounds = 0 if len(self.waiting) < before else self._idle_rounds + 1
        if self._idle_rounds >= issuing.TRIES:
            raise WrongState(
                tr("Others issue certificates at this moment."),
                hint=tr("Nothing is lost: `cequiz certificate issue` issues what is due."),
            )

    def _prepare(self, batch: Sequence[tuple[Award, Student]]) -> list[Draft]:
        drafts: list[Draft] = []
        for award, student in batch:
            try:
                drafts.append(issuing.prepare(self._ports, award, ahead=len(drafts)))
            except CequizError as error:
                self._refuse(student, error)
        return drafts

    def _keep(self, drafts: Sequence[Draft], draw: DrawMany) -> Iterator[Draft]:
        """Draw and keep certificates in order and yield each that is dealt with, up to where the others must wait."""
        sheaf = Sheaf([(draft.facts, draft.proof) for draft in drafts], drafts[0].provider.look)
        for draft, drawing in zip(drafts, draw(sheaf), strict=True):
            try:
                if isinstance(drawing, CequizError):
                    raise drawing
                record = issuing.finish(self._ports, draft, drawing.pdf, printed=drawing.fields)
            except EnvironmentFailed:
                raise
            except CequizError as error:
                # The numbers after it are one too high now, so the rest is prepared anew.
                self._refuse(draft.student, error)
                yield draft
                return
            kept = issuing.commit(self._ports, draft, record, actor=self._actor)
            if kept is None:
                return
            if kept == record:
                self.issued.append(record.number)
                write_file(self._ports, record)
            yield draft

    def _refuse(self, student: Student, error: CequizError) -> None:
        self.refused.append(Refusal(student, self._course_id, error))


class _Files:
    """The certificates in a folder, and what became of them."""

    def __init__(self, ports: Ports, folder: Path) -> None:
        self._ports, self._folder = ports, folder
        self.written = self.removed = 0
        self.left: list[Path] = []

    def keep(self, record: CertificateRecord) -> None:
        """Write a certificate's file, unless it is there."""
        if not _is_there(self._folder, record):
            write_file(self._ports, record, folder=self._folder)
            self.written += 1

    def drop(self, record: CertificateRecord) -> None:
        """Remove a certificate's file; a file of that name with other bytes is not touched."""
        path = self._folder / file_name(record)
        if _is_there(self._folder, record):
            _remove(path)
            self.removed += 1
        elif path.exists():
            self.left.append(path)


def _write(
    ports: Ports, course_id: str, files: _Files, *, since: date | None, going: _Going
) -> tuple[manifest.Line, ...]:
    with ports.store.read() as unit:
        awards = [award.id for award in unit.awards.all() if award.course_id == course_id]
    lines = []
    for done, award in enumerate(awards, start=1):
        for record, status in _papers(ports, award):
            in_force, wanted = status == Life.ISSUED, since is None or record.facts.issued_on >= since
            if in_force and wanted:
                files.keep(record)
            elif not in_force:
                files.drop(record)
            if wanted:
                lines.append(_line(record, status, in_force=in_force))
        going.on(Stage.WRITING, done, len(awards))
    return tuple(sorted(lines, key=lambda line: line.number))


def _papers(ports: Ports, award_id: str) -> Iterator[tuple[CertificateRecord, str]]:
    """Yield the certificates of one award with their states; award by award, since each holds a whole file."""
    with ports.store.read() as unit:
        for record in unit.certificates.of_award(award_id):
            status = unit.certificates.status(record.number)
            yield record, status.status if status else ""


def _line(record: CertificateRecord, status: str, *, in_force: bool) -> manifest.Line:
    facts = record.facts
    return manifest.Line(
        number=record.number,
        status=status,
        name=facts.student_name,
        licences=licences_text(facts.licences),
        course=facts.course_title,
        hours=facts.ce_hours,
        completed=facts.completed_on.isoformat(),
        issued=facts.issued_on.isoformat(),
        file=file_name(record) if in_force else "",
        sha256=record.sha256,
    )


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path.parent, error) from None


def _is_there(folder: Path, record: CertificateRecord) -> bool:
    try:
        return (folder / file_name(record)).read_bytes() == record.pdf
    except OSError:
        return False  # writing it has the words for what is wrong with the folder

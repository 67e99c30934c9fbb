"""All certificates of a course at once: issued where they are due, written into a folder, and printed if asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from cequiz.domain.people.staff import Right
from cequiz.errors import CequizError, Refused
from cequiz.frontends.states import state_words
from cequiz.frontends.tui.office.course_choice import courses_with_people
from cequiz.frontends.tui.office.forms import OfficeForm
from cequiz.frontends.tui.screen import Dialog
from cequiz.language import mark, tr, trn
from cequiz.services import batching, printing

if TYPE_CHECKING:
    from cequiz.frontends.tui.office.working import Progress, Stop
    from cequiz.services.batching import Batch
    from cequiz.services.ports import Ports
    from cequiz.services.printing import Printed

_SHOWN = 20
"""So many refusals are told one by one."""


class What(StrEnum):
    """How far a batch goes."""

    WRITE = mark("write a file for each")
    MERGE = mark("write a file for each, and one with all pages")
    PRINT = mark("write a file for each, and print them")


@dataclass(frozen=True)
class _Done:
    batch: Batch
    printed: Printed | None
    trouble: CequizError | None
    """Why it was not printed: the files are written all the same."""


class BatchScreen(OfficeForm):
    """Asks for the course and the folder, then does it with its progress."""

    HEADING = mark("Certificates of a course")
    INTRODUCTION = mark(
        "What is due is issued first. The folder then holds every certificate in force, with a list of them."
    )
    SEND = mark("Start")

    def compose_fields(self) -> ComposeResult:
        """Lay out the fields."""
        none: list[tuple[str, str]] = []
        yield from self.pick("course", tr("Course"), none)
        yield from self.pick("what", tr("What to do"), [(one, tr(one)) for one in What])
        yield from self.field("folder", tr("Folder"), hint="certificates")
        yield from self.field("since", tr("First day of issue; empty for all"), hint="2026-01-31")
        yield from self.field("printer", tr("Printer; empty for the system's choice"))

    def on_mount(self) -> None:
        """Read which courses there are."""
        self.picker("course").focus()
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        self.picker("course").fill(await self.desk.look(courses_with_people))

    async def send(self) -> None:
        """Do it, and tell what became of it."""
        self.refuse("")
        course, what = self.picker("course").value, self.picker("what").value
        if not isinstance(course, str) or not isinstance(what, What):
            self.refuse(tr("Load a course first."), self.picker("course"))
            return
        if not self.value("folder").strip():
            self.refuse(tr("Say in which folder."), self.query_one("#folder", Input))
            return
        if self.value("printer").strip().startswith("-"):
            self.refuse(tr("That is not the name of a printer."), self.query_one("#printer", Input))
            return
        folder = Path(self.value("folder").strip()).expanduser()
        since = self._since()
        printer = self.value("printer").strip() or None

        def job(ports: Ports, actor: str, progress: Progress, stop: Stop) -> _Done:
            done = batching.batch(
                ports,
                course_id=course,
                folder=folder,
                actor=actor,
                since=since,
                merged=what is What.MERGE,
                tell=lambda _stage, so_far, total: progress(so_far, total),
                stop=stop,
            )
            if what is not What.PRINT:
                return _Done(done, None, None)
            try:
                printed = printing.print_batch(
                    ports, folder, actor=actor, printer=printer, progress=progress, stop=stop
                )
            except CequizError as error:
                return _Done(done, None, error)
            return _Done(done, printed, None)

        found = await self.work(tr("Certificates of a course"), job, right=Right.ADMINISTER)
        if found is not None:
            self.app.pop_screen()
            await self.app.push_screen(Dialog(tr("The batch is done"), Content("\n".join(_lines(found)))))

    def _since(self) -> date | None:
        """Return the day that was typed.

        Raises:
            Refused: it is none.
        """
        text = self.value("since").strip()
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.query_one("#since").focus()
            raise Refused(tr("{text!r} is not a date.", text=text), hint=tr("Write it like 2026-11-22.")) from None


def _lines(found: _Done) -> list[str]:
    """Return what became of a batch, a sentence a line."""
    done = found.batch
    there = len([line for line in done.lines if line.file])
    lines = [
        trn("{count} certificate is in the folder.", "{count} certificates are in the folder.", there),
        trn("{count} was issued now.", "{count} were issued now.", len(done.issued)),
        trn("{count} file was written.", "{count} files were written.", done.written),
        tr("List: {path}", path=done.manifest),
        *([tr("All pages: {path}", path=done.merged)] if done.merged else []),
        *(found.printed.said if found.printed else ()),
    ]
    if found.printed is not None:
        lines += [
            tr("{number} is {status} and was not printed.", number=number, status=state_words(status))
            for number, status in found.printed.not_in_force[:_SHOWN]
        ]
    if found.trouble is not None:
        lines.append(f"✗ {found.trouble.sentence} {found.trouble.hint}".rstrip())
    lines += [f"✗ {one.student.name}: {one.error.sentence} {one.error.hint}".rstrip() for one in done.refused[:_SHOWN]]
    rest = len(done.refused) - _SHOWN
    return [*lines, *([trn("and {count} more", "and {count} more", rest)] if rest > 0 else [])]

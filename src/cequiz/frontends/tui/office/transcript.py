"""A student's transcript: on the screen, as a file in a folder, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.report import Report, cell_text
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.language import mark, tr
from cequiz.services import transcribing
from cequiz.services.ports import Ports
from cequiz.services.transcribing import Transcript


class TranscriptScreen(OfficeScreen[None]):
    """What somebody took, sat and earned; an accommodation never stands on it."""

    SCOPE = Scope.TRANSCRIPT
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Transcript")

    def __init__(self, desk: OfficeDesk, student_id: str) -> None:
        super().__init__(desk)
        self._student_id = student_id
        self._said: Transcript | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out one page to scroll."""
        with VerticalScroll(classes="body form", id="transcript"):
            yield Static(tr("Opening …"), id="transcript-words", markup=False)

    def on_mount(self) -> None:
        """Read it."""
        self.query_one("#transcript").focus()
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        self._said = await self.desk.look(lambda ports: transcribing.transcript(ports, self._student_id))
        tables = transcribing.reports(self._said)
        self.top.where = tables[0].title
        self.query_one("#transcript-words", Static).update(Content.assemble(*_words(tables)))
        self.show_keys()

    def allows(self, command: str) -> bool:
        """Nothing is written before it is read."""
        return self._said is not None or command not in ("write_pdf", "write_csv", "print")

    def action_write_pdf(self) -> None:
        """Ask for a folder, then write a PDF into it."""
        self._ask_folder(tr("Write the transcript as a PDF"), "pdf")

    def action_write_csv(self) -> None:
        """Ask for a folder, then write CSV into it."""
        self._ask_folder(tr("Write the transcript as CSV"), "csv")

    def action_print(self) -> None:
        """Print it, once at a time."""
        if not self.busy("print"):
            self.attend(self._print, group="print")

    def _ask_folder(self, title: str, kind: str) -> None:
        body = tr("A file of the same name in it is replaced. Nobody else on this computer may read it.")

        async def deed(typed: str) -> None:
            path = await self._write(Path(typed).expanduser(), kind)
            self.tell(tr("Written to {path}.", path=path))

        question = OfficeQuestion(title, body, label=tr("Folder"), yes=tr("Write"), value=str(self._folder))
        self.ask_then(question, deed)

    @property
    def _folder(self) -> Path:
        return self.desk.house.settings.home / "reports"

    async def _write(self, folder: Path, kind: str) -> Path:
        """Write the file into a folder and return its path."""
        from cequiz.frontends.report_files import save_csv, save_pdf  # noqa: PLC0415 - only where a file is written

        said = self._said
        assert said is not None  # noqa: S101 - `allows` has seen it; for the type checker
        path = folder / f"transcript-{said.student.id}.{kind}"

        def work(ports: Ports) -> Path:
            if kind == "csv":
                return save_csv(path, transcribing.chronicle(said))
            return save_pdf(path, ports, *transcribing.reports(said))

        return await self.desk.look(work)

    async def _print(self) -> None:
        path = await self._write(self._folder, "pdf")
        words = await self.desk.look(lambda ports: ports.printer.print_file(path))
        self.tell(words)


def _words(tables: tuple[Report, ...]) -> Iterator[Content | tuple[str, str] | str]:
    """Yield the tables as paragraphs, which any width can show."""
    for place, table in enumerate(tables):
        yield ("\n" if place else "") + (table.covers or table.title), "bold $primary"
        yield "\n"
        for row in table.rows:
            first, *rest = table.columns
            cells = [(one.heading, cell_text(row.get(one.key))) for one in rest]
            yield cell_text(row.get(first.key)), "bold"
            yield "\n"
            facts = [f"{heading} {text}" for heading, text in cells if text]
            yield f"  {' · '.join(facts)}\n", "$quiet"
        if not table.rows:
            yield f"{tr('Nothing yet.')}\n", "$quiet"
        for note in table.notes:
            yield f"{note}\n"

"""`cequiz certificate batch`, `print` and `boards`: many certificates at once, on paper, and the rules they satisfy."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from cequiz.errors import WrongUsage
from cequiz.frontends.cli.desk import JsonOption, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.frontends.cli.refusals import say_refused
from cequiz.frontends.states import state_words
from cequiz.language import tr, trn

if TYPE_CHECKING:
    from cequiz.domain.credential.boards import BoardPack
    from cequiz.services.batching import Batch, Stage


def add_to(app: typer.Typer) -> None:
    """Give the noun of certificates its `batch`, `print` and `boards`."""
    app.command("batch", epilog=example("cequiz certificate batch --course essential-assessments --out batch"))(batch)
    app.command("print", epilog=example("cequiz certificate print CQ-2026-000001"))(print_)
    app.command("boards", epilog=example("cequiz certificate boards --json"))(boards)


def batch(
    ctx: typer.Context,
    *,
    course: Annotated[str, typer.Option(metavar="ID", help="ID of the course.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the files and the manifest; made if need be.")],
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day of issue, such as 2026-11-22, as certificates say it.")
    ] = None,
    merged: Annotated[bool, typer.Option("--merged", help="Write one PDF with all pages as well.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Issue what is due for a course, write every certificate of it into a folder, and print the manifest's path.

    Exit code 3 or 4 if any could not be issued. Given again after an interruption, it goes on where it was.
    """
    from cequiz.services import batching

    desk = desk_of(ctx)
    first = _day(since) if since is not None else None
    bar = _Bar(desk.err)
    try:
        done = batching.batch(
            desk.ports(), course_id=course, folder=out, actor=desk.actor, since=first, merged=merged, tell=bar
        )
    finally:
        bar.end()
    if as_json:
        desk.document(_document(done))
    else:
        desk.print(str(done.manifest))
        if done.merged is not None:
            desk.print(str(done.merged))
        desk.say(_words(done))
        for path in done.left:
            desk.say(tr("{path} was left: it is not in force, and the file is not the one that was issued.", path=path))
    say_refused(desk, done.refused)
    return max((one.error.exit_code for one in done.refused), default=0)


def print_(
    ctx: typer.Context,
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="NUMBER...", help="Numbers, such as CQ-2026-000001.")
    ] = None,
    *,
    folder: Annotated[
        Path | None, typer.Option("--batch", metavar="DIR", help="Print what `certificate batch` wrote there instead.")
    ] = None,
    printer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which printer; the system's choice else.")
    ] = None,
) -> int:
    """Send certificates to the printer, at most 100 pages a job."""
    from cequiz.services import printing

    if bool(numbers) == (folder is not None):
        raise WrongUsage(tr("Give certificate numbers, or --batch with a folder."))
    if printer is not None and (not printer or printer.startswith("-")):
        raise WrongUsage(tr("{name!r} is not the name of a printer.", name=printer))
    desk = desk_of(ctx)
    if folder is not None:
        done = printing.print_batch(desk.ports(), folder, actor=desk.actor, printer=printer)
        for number, status in done.not_in_force:
            desk.say(tr("{number} is {status} and was not printed.", number=number, status=state_words(status)))
    else:
        done = printing.print_numbers(desk.ports(), numbers or [], actor=desk.actor, printer=printer)
        for number, status in done.not_in_force:
            desk.say(tr("{number} was printed, but it is {status}.", number=number, status=state_words(status)))
    for sentence in done.said:
        desk.say(sentence)
    if not done.numbers:
        desk.say(tr("There is nothing to print."))
    return 0


def boards(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """List the rules of boards that certificates are checked against, with their sources and dates."""
    desk = desk_of(ctx)
    packs = desk.ports().boards.packs()
    if as_json:
        desk.document([_rules(pack) for pack in packs])
        return 0
    headings = (tr("ID"), tr("CHECKED ON"), tr("BOARD"), tr("SOURCE"))
    rows = [(pack.id, pack.checked_on.isoformat(), pack.name, pack.source) for pack in packs]
    desk.table(headings, rows, none=tr("There are no rules of boards."))
    states = ", ".join(one.state for one in desk.ports().boards.licence_formats())
    if states:
        desk.say(tr("What licence numbers look like is known of: {states}", states=states))
    return 0


class _Bar:
    """A progress bar on a terminal; anywhere else it is silent, and it writes over nothing but its own line."""

    _WIDTH = 30

    def __init__(self, err: TextIO) -> None:
        self._err = err if err.isatty() else None
        self._shown = ""

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        if self._err is None or not total:
            return
        filled = self._WIDTH * done // total
        words = tr("Issuing") if stage == "issuing" else tr("Writing")
        # Signs that every terminal has, and the numbers in words: the bar alone would say nothing to a screen reader.
        line = f"{words} [{'#' * filled}{'.' * (self._WIDTH - filled)}] {done}/{total}"
        if line != self._shown:
            self._err.write(f"\r{line.ljust(len(self._shown))}")
            self._err.flush()
            self._shown = line

    def end(self) -> None:
        """Leave the bar where it is and begin a new line."""
        if self._err is not None and self._shown:
            self._err.write("\n")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(tr("{text!r} is not a date.", text=text), hint=tr("Write it like 2026-11-22.")) from None


def _words(done: Batch) -> str:
    there = len([line for line in done.lines if line.file])
    removed = (
        [
            trn(
                "{count} file was removed: its certificate is not in force any more.",
                "{count} files were removed: their certificates are not in force any more.",
                done.removed,
            )
        ]
        if done.removed
        else []
    )
    return " ".join(
        (
            trn("{count} certificate is in the folder.", "{count} certificates are in the folder.", there),
            trn("{count} was issued now.", "{count} were issued now.", len(done.issued)),
            trn("{count} file was written.", "{count} files were written.", done.written),
            *removed,
        )
    )


def _document(done: Batch) -> dict[str, object]:
    return {
        "manifest": str(done.manifest),
        "merged": str(done.merged) if done.merged else None,
        "issued": list(done.issued),
        "written": done.written,
        "removed": done.removed,
        "left": [str(path) for path in done.left],
        "certificates": [vars(line) for line in done.lines],
        "refused": [
            {
                "student": one.student.id,
                "name": one.student.name,
                "reason": one.error.sentence,
                "hint": one.error.hint,
            }
            for one in done.refused
        ],
    }


def _rules(pack: BoardPack) -> dict[str, object]:
    return {
        "id": pack.id,
        "name": pack.name,
        "names": list(pack.names),
        "required": sorted(pack.required),
        "titles": {delivery: list(titles) for delivery, titles in pack.titles.items()},
        "unit": pack.unit,
        "exact_approval": pack.exact_approval,
        "retroactive_days": pack.retroactive_days,
        "licence_states": list(pack.licence_states),
        "report_within_days": pack.report_within_days,
        "keep_years": pack.keep_years,
        "advisory": _advisory(pack),
        "licence_formats": [
            {
                "state": one.state,
                "pattern": one.pattern,
                "example": one.example,
                "source": one.source,
                "checked_on": one.checked_on.isoformat(),
            }
            for one in pack.licence_formats
        ],
        "source": pack.source,
        "checked_on": pack.checked_on.isoformat(),
        "note": pack.note,
    }


def _advisory(pack: BoardPack) -> dict[str, object] | None:
    found = pack.advisory
    if found is None:
        return None
    return {
        "state": found.state,
        "name": found.name,
        "deliveries": sorted(found.deliveries),
        "hours": str(found.hours),
        "of": str(found.of),
        "about": found.about,
        "source": found.source,
        "checked_on": found.checked_on.isoformat(),
    }

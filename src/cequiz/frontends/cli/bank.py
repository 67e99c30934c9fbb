"""`cequiz bank`: checking, loading and looking at question banks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli import bank_key, bank_retire
from cequiz.frontends.cli.desk import Desk, JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.domain.bank.bank import Bank
    from cequiz.services.loading import Loaded

app = noun("bank", about="Question banks: check, load, look at.", shows="cequiz bank check question_banks")

Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="Files, or folders that are searched for them.")]


@app.command(epilog=example("cequiz bank check question_banks --profile ncbtmb"))
def check(
    ctx: typer.Context,
    paths: Paths,
    profile: Annotated[str | None, typer.Option(help="Rules of an approving body on top, such as ncbtmb.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever a file is saved, until Ctrl-C.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Validate banks and courses and report every problem; exit code 1 when there is an error."""
    from cequiz.frontends.cli.bank_check import run_bank_check

    desk = desk_of(ctx)
    if watch:
        from cequiz.errors import WrongUsage
        from cequiz.frontends.cli.bank_watch import watch_banks

        if as_json:
            sentence = tr("A watch prints report after report: it is no JSON document.")
            raise WrongUsage(sentence, hint=tr("Use --watch or --json."))
        return watch_banks(desk, paths, profile)
    return run_bank_check(paths, profile, as_json=as_json, out=desk.out, err=desk.err)


@app.command(epilog=example("cequiz bank load question_banks/neck-anatomy.yaml"))
def load(ctx: typer.Context, paths: Paths, as_json: JsonOption = False) -> int:
    """Load banks as new versions that never change; nothing is loaded when any file has an error."""
    from cequiz.errors import KeysContradicted, NotFound
    from cequiz.frontends.cli.files import read_sound, say_contradicted
    from cequiz.services import loading

    desk = desk_of(ctx)
    reading = read_sound(desk, paths, as_json=as_json)
    if reading is None:
        return 1
    if not reading.banks:
        raise NotFound(tr("These files hold no bank."), hint=tr("`cequiz course load` loads a course with its banks."))
    banks = [one.bank for one in reading.banks]
    figures = [figure for one in reading.banks for figure in one.figure_files()]
    try:
        loaded = loading.load(desk.ports(), banks=banks, figures=figures, actor=desk.actor)
    except KeysContradicted as error:
        return say_contradicted(desk, error, reading.banks, as_json=as_json)
    say_loaded(desk, loaded, as_json=as_json)
    return 0


@app.command("list", epilog=example("cequiz bank list --json"))
def list_(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """List every loaded version."""
    desk = desk_of(ctx)
    with desk.ports().store.read() as unit:
        versions, retired = unit.banks.versions(), unit.retirements.retired("bank")
    if as_json:
        desk.document([{**vars(one), "retired": (one.id, one.version) in retired} for one in versions])
        return 0
    rows = [
        (
            one.id,
            one.version,
            tr("retired") if (one.id, one.version) in retired else tr("in use"),
            str(one.questions),
            one.language,
            clock_words(one.loaded_at),
            one.title,
        )
        for one in versions
    ]
    headings = (tr("ID"), tr("VERSION"), tr("STATE"), tr("QUESTIONS"), tr("LANGUAGE"), tr("LOADED"), tr("TITLE"))
    desk.table(headings, rows, none=tr("No bank is loaded."))
    return 0


@app.command(epilog=example("cequiz bank show neck-anatomy"))
def show(
    ctx: typer.Context,
    bank: Annotated[str, typer.Argument(metavar="ID", help="ID of a bank, or ID@VERSION; the newest one else.")],
    as_json: JsonOption = False,
) -> int:
    """Show a loaded bank and its questions."""
    from cequiz.frontends.cli.files import stored_bank
    from cequiz.frontends.item_words import state_text
    from cequiz.frontends.policy_words import type_words

    desk = desk_of(ctx)
    found = stored_bank(desk, bank)
    if as_json:
        desk.document({**found.to_json(), "content_hash": found.content_hash()})
        return 0
    desk.fields(_facts(found))
    rows = [
        (one.id, str(one.version), type_words(one.type), one.objective, state_text(one.review.status), one.stem)
        for one in found.items
    ]
    desk.print()
    headings = (tr("QUESTION"), tr("VERSION"), tr("TYPE"), tr("OBJECTIVE"), tr("REVIEW"), tr("STEM"))
    desk.table(headings, rows, none=tr("The bank is empty."))
    return 0


@app.command(epilog=example("cequiz bank item neck-anatomy/scm-action"))
def item(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="BANK/QUESTION", help="Or BANK@VERSION/QUESTION.")],
    as_json: JsonOption = False,
) -> int:
    """Show a question with its key, its statistics, and what was changed in it."""
    from cequiz.frontends.cli.bank_item import show_item

    return show_item(desk_of(ctx), question, as_json=as_json)


@app.command(epilog=example("cequiz bank diff neck-anatomy@2026.1 question_banks/neck-anatomy.yaml"))
def diff(
    ctx: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", help="A file, or ID@VERSION of a loaded bank.")],
    after: Annotated[str, typer.Argument(metavar="B", help="A file, or ID@VERSION of a loaded bank.")],
    as_json: JsonOption = False,
) -> int:
    """Show what changed, question by question: keys, options, wording, references; changed keys come first."""
    from cequiz.frontends.cli.bank_diff import compare, lines, record
    from cequiz.frontends.cli.files import any_bank

    desk = desk_of(ctx)
    found = compare(any_bank(desk, before), any_bank(desk, after))
    if as_json:
        desk.document(record(found))
        return 0
    for line in lines(found):
        desk.print(line)
    return 0


@app.command(epilog=example("cequiz bank coverage question_banks/essential-assessments"))
def coverage(
    ctx: typer.Context,
    paths: Paths,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print tables for a Markdown page.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Show which items ask about each test of a syllabus, and what is missing."""
    from cequiz.frontends.cli.bank_coverage import show_coverage

    return show_coverage(desk_of(ctx), paths, as_markdown=as_markdown, as_json=as_json)


@app.command(epilog=example("cequiz bank blind question_banks/neck-anatomy.yaml > sheet.yaml"))
def blind(
    ctx: typer.Context,
    bank: Annotated[str, typer.Argument(metavar="BANK", help="A file, or ID@VERSION of a loaded bank.")],
    answers: Annotated[
        str | None, typer.Option(metavar="SHEET", help="The sheet with its answers; they are compared with the keys.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Print a sheet to answer a bank's items without their keys, or compare one; exit code 1 when they disagree."""
    from cequiz.frontends.cli.bank_blind import compare_sheet, print_sheet

    desk = desk_of(ctx)
    if answers is None:
        return print_sheet(desk, bank, as_json=as_json)
    return compare_sheet(desk, bank, answers, as_json=as_json)


@app.command(epilog=example("cequiz bank schema > question_banks/schema/bank-1.json"))
def schema(
    ctx: typer.Context,
    part: Annotated[bool, typer.Option("--part", help="Of a file that holds a part of a bank's questions.")] = False,
    syllabus: Annotated[bool, typer.Option("--syllabus", help="Of a file that holds a syllabus.")] = False,
) -> int:
    """Print the JSON Schema of a bank file, for editors."""
    from cequiz.domain.bank.bank import bank_schema, part_schema
    from cequiz.domain.bank.syllabus import syllabus_schema
    from cequiz.errors import WrongUsage

    if part and syllabus:
        raise WrongUsage(tr("One schema is printed at a time."), hint=tr("Use --part or --syllabus."))
    made = syllabus_schema if syllabus else part_schema if part else bank_schema
    desk_of(ctx).document(made())
    return 0


bank_key.add_to(app)
bank_retire.add_to_banks(app)


def say_loaded(desk: Desk, loaded: tuple[Loaded, ...], *, as_json: bool) -> None:
    """Print what became of each file: the id alone where it is new, words for a person beside it."""
    if as_json:
        desk.document([vars(one) for one in loaded])
        return
    for one in loaded:
        desk.print(f"{one.id}@{one.version}")
        sentence = mark("{what}: loaded") if one.new else mark("{what}: was loaded already, unchanged")
        desk.say(tr(sentence, what=f"{one.kind} {one.id} {one.version}"))


def _facts(bank: Bank) -> list[tuple[str, str]]:
    return [
        (tr("ID"), bank.id),
        (tr("Version"), bank.version),
        (tr("Title"), bank.title),
        (tr("Language"), bank.language),
        (tr("Licence"), bank.licence),
        (tr("Authors"), ", ".join(author.name for author in bank.authors)),
        (tr("Questions"), str(len(bank.items))),
        *((tr("Objective {id}", id=objective), title) for objective, title in bank.objectives.items()),
        (tr("Content hash"), bank.content_hash()),
    ]

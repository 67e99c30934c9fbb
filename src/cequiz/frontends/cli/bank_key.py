"""`cequiz bank rekey`: what another key would do to every attempt, and, when told to, doing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cequiz.errors import WrongUsage
from cequiz.frontends.cli.desk import Desk, JsonOption, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.services.consequences import Consequence
    from cequiz.services.corrections import KeyChange
    from cequiz.services.foreseeing import Effect, Preview
    from cequiz.services.ports import Ports
    from cequiz.services.proposing import Submitted

_DROP = "drop:"


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("rekey", epilog=example("cequiz bank rekey neck-anatomy/oci-action --key c"))(rekey)


def rekey(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="BANK/QUESTION", help="A question of the newest version.")] = "",
    *,
    key: Annotated[str, typer.Option(metavar="KEY", help="What is right, as in line mode: b, a c, 1b 2a, = 42.")] = "",
    drop: Annotated[
        Literal["credit", "exclude"] | None,
        typer.Option(help="Drop the item: everybody gets its points, or it leaves the sum."),
    ] = None,
    also: Annotated[
        list[str] | None, typer.Option(metavar="QUESTION=KEY", help="Another question; or QUESTION=drop:credit.")
    ] = None,
    from_file: Annotated[str, typer.Option("--from", metavar="FILE", help="The keys of a corrected bank file.")] = "",
    version: Annotated[str, typer.Option(metavar="VERSION", help="Of the new bank; the next free one else.")] = "",
    take_away: Annotated[
        bool, typer.Option("--take-away", help="Let passes fall where the corrected key says so.")
    ] = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; needed with --apply, and kept.")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without this nothing is changed.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Show what another key, or dropping an item, would do to every attempt; with --apply, do it.

    A pass is never taken away without --take-away. Where the house asks for a second approver, --apply proposes.
    """
    from cequiz.services import foreseeing, proposing

    desk = desk_of(ctx)
    if apply and not reason.strip():
        raise WrongUsage(tr("A change of a key needs a reason."), hint=tr("Say why with --reason."))
    changes = _changes(desk, question, key=key, drop=drop, also=also or (), from_file=from_file)
    bank = changes[0].bank
    request = foreseeing.Request(bank=bank, changes=changes, version=version, take_away=take_away)
    seen = foreseeing.preview(desk.ports(), request)
    if not apply:
        say_preview(desk, seen, as_json=as_json)
        return 0
    done = proposing.submit(desk.ports(), seen, reason=reason, actor=desk.actor)
    return say_submitted(desk, done, as_json=as_json)


def say_preview(desk: Desk, seen: Preview, *, as_json: bool) -> None:
    """Print what was foreseen."""
    from cequiz.frontends.key_effects import summary

    if as_json:
        desk.document(preview_record(seen))
        return
    for line in summary(seen):
        desk.print(line)
    for line in _followed(seen):
        desk.print(line)
    say_effects(desk, seen)
    desk.say(tr("Nothing was changed. With --apply and --reason it is done."))


def say_effects(desk: Desk, seen: Preview) -> None:
    """Print the attempts that are not the same afterwards, with what one has to know."""
    from cequiz.services.foreseeing import Turn

    rows = [row for one in seen.effects if one.turn is not Turn.SAME for row in _rows(one)]
    if rows:
        headings = (tr("ATTEMPT"), tr("STUDENT"), tr("EXAM"), tr("BEFORE"), tr("AFTER"), tr("WHAT"))
        desk.print()
        desk.table(headings, rows, none="")


def say_submitted(desk: Desk, done: Submitted, *, as_json: bool) -> int:
    """Print what became of a change, and return the exit code: 1 where a certificate could not be issued."""
    from cequiz.frontends.key_effects import summary

    papers = done.papers
    if as_json:
        desk.document(submitted_record(done))
        return int(bool(papers and papers.troubles))
    for line in (*summary(done.preview), *_followed(done.preview)):
        desk.say(line)
    desk.print(done.proposal.id)
    if papers is None:
        desk.say(tr("Proposed: another person has to approve it with `cequiz proposal approve`."))
        return 0
    desk.say(tr("Applied."))
    for record in papers.certificates:
        desk.say(tr("Certificate {number} was issued.", number=record.number))
    for trouble in papers.troubles:
        desk.say(f"{trouble.consequence.student}: {trouble.error.whole}")
    return int(bool(papers.troubles))


def preview_record(seen: Preview) -> dict[str, object]:
    """Return what was foreseen, for programs."""
    return {
        "bank": seen.request.bank,
        "before": seen.base.version,
        "version": seen.bank.version if seen.bank else None,
        "take_away": seen.request.take_away,
        "digest": seen.digest,
        "questions": [_change_record(seen, change) for change in seen.changes],
        "attempts": [_effect_record(one) for one in seen.effects],
        "consequences": [_consequence_record(one) for one in seen.consequences],
        "running": seen.running,
        "reworded": seen.reworded,
        "voided": seen.voided,
    }


def submitted_record(done: Submitted) -> dict[str, object]:
    """Return what became of a change, for programs."""
    papers = done.papers
    return {
        "proposal": done.proposal.id,
        "state": done.proposal.state,
        **preview_record(done.preview),
        "certificates": [one.number for one in papers.certificates] if papers else [],
        "troubles": [
            {"student": one.consequence.student_id, "course": one.consequence.course_id, "why": one.error.whole}
            for one in (papers.troubles if papers else ())
        ],
    }


def _changes(
    desk: Desk, question: str, *, key: str, drop: str | None, also: Sequence[str], from_file: str
) -> tuple[KeyChange, ...]:
    """Return what was asked for.

    Raises:
        WrongUsage: it is asked for in no way, in two, or twice.
    """
    ports = desk.ports()
    if from_file:
        if question or key or drop or also:
            raise WrongUsage(tr("--from takes the keys of a file, and no others."), hint=tr("Use one of the two."))
        return _of_file(desk, from_file)
    bank, slash, name = question.partition("/")
    if not (slash and bank and name):
        raise WrongUsage(
            tr("Name the question as BANK/QUESTION."), hint=tr("`cequiz bank show BANK` lists its questions.")
        )
    if bool(key) is bool(drop):
        raise WrongUsage(tr("Say what is right with --key, or --drop the item."), hint=tr("Use one of the two."))
    wishes = [(name, f"{_DROP}{drop}" if drop else key)]
    for one in also:
        other, equals, wish = one.partition("=")
        if not (equals and other and wish):
            raise WrongUsage(tr("{text} is not QUESTION=KEY.", text=one), hint=tr("For example: --also oci-origin=b"))
        wishes.append((other.strip(), wish.strip()))
    if len({name for name, _ in wishes}) < len(wishes):
        raise WrongUsage(tr("A question is named twice."), hint=tr("Give every question one key."))
    return tuple(_change(ports, bank, name, wish) for name, wish in wishes)


def _change(ports: Ports, bank: str, name: str, wish: str) -> KeyChange:
    from cequiz.domain.exam.remark import Drop
    from cequiz.frontends.key_notation import read_key
    from cequiz.services import rekeying

    found = rekeying.newest(ports, bank).question(name)
    if wish.startswith(_DROP):
        drop = wish.removeprefix(_DROP)
        if drop not in set(Drop):
            raise WrongUsage(tr("{text} is no way to drop an item.", text=drop), hint=tr("Use credit or exclude."))
        return rekeying.dropped(found.id, bank=bank, drop=Drop(drop))
    response, beside = read_key(found, wish)
    return rekeying.rekeyed(found, bank=bank, response=response, beside=beside)


def _of_file(desk: Desk, name: str) -> tuple[KeyChange, ...]:
    from cequiz.frontends.cli.files import any_bank
    from cequiz.services import rekeying

    return rekeying.differences(desk.ports(), any_bank(desk, name))


def _followed(seen: Preview) -> Iterator[str]:
    from cequiz.frontends.key_effects import consequence_words

    for one in seen.consequences:
        yield consequence_words(one)


def _rows(effect: Effect) -> Iterator[tuple[str, ...]]:
    from cequiz.frontends.dates import percent
    from cequiz.frontends.key_effects import TURNS, note_words

    before, marked = effect.remark.before, effect.remark.marked
    what = " ".join([tr(TURNS[effect.turn]), *(f"({note})" for note in note_words(effect))])
    yield (
        effect.header.id,
        effect.student,
        effect.exam,
        percent(before.percent),
        percent(marked.percent),
        what,
    )


def _change_record(seen: Preview, change: KeyChange) -> dict[str, object]:
    told = [one for one in seen.told if one.question == change.question]
    return {
        "question": change.question,
        "drop": str(change.drop) if change.drop else None,
        "changes": [
            {"kind": str(one.kind), "part": one.part, "before": one.before, "after": one.after} for one in told
        ],
        "hashes": sorted(change.hashes),
    }


def _effect_record(effect: Effect) -> dict[str, object]:
    scores = {"before": effect.remark.before, "marked": effect.remark.marked, "after": effect.remark.after}
    return {
        "attempt": effect.header.id,
        "student": effect.header.student_id,
        "name": effect.student,
        "exam": effect.exam,
        "number": effect.header.number,
        "turn": str(effect.turn),
        "notes": [str(note) for note in effect.notes],
        **{
            name: {
                "revision": score.revision,
                "earned": str(score.earned),
                "possible": str(score.possible),
                "percent": str(score.percent),
                "passed": score.passed,
            }
            for name, score in scores.items()
        },
    }


def _consequence_record(one: Consequence) -> dict[str, object]:
    return {
        "outcome": str(one.outcome),
        "student": one.student_id,
        "name": one.student,
        "course": one.course_id,
        "certificate": one.number or None,
        "before": one.before or None,
        "after": one.after or None,
        "completed_at": one.completed_at,
        "missing": one.missing,
        "boards": one.boards,
    }

"""Printing: certificates by number, or a whole batch, sent to paper in jobs that a printing system can stand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.look import Paper
from cequiz.domain.credential.numbering import parse_number
from cequiz.errors import PrinterFailed, Stopped
from cequiz.language import tr
from cequiz.services import manifest
from cequiz.services.papers import certificate, log_prints, write_file
from cequiz.services.ports import CertificateRecord, Ports
from cequiz.services.writing import put

MOST_PAGES = 100
"""The pages of one job: a printing system that makes one picture of a thousand fills the disk."""


@dataclass(frozen=True)
class Printed:
    """What was sent to paper."""

    said: tuple[str, ...]
    """What the printing system said of each job."""
    numbers: tuple[str, ...]
    not_in_force: tuple[tuple[str, str], ...] = ()
    """Numbers with their states: printed all the same when they were asked for one by one, left out of a batch."""


@dataclass(frozen=True)
class _Sheet:
    """A certificate whose file is ready to be printed."""

    number: str
    status: str
    paper: Paper
    path: Path


def print_numbers(ports: Ports, numbers: Sequence[str], *, actor: str, printer: str | None = None) -> Printed:
    """Print certificates by number, each once however often it is named; each print is in the audit record.

    Raises:
        NotFound: there is no certificate of one of the numbers; nothing is printed.
        PrinterFailed: there is no printer, or it refused; the hint says where the files are.
    """
    named = dict.fromkeys(str(parse_number(number)) for number in numbers)
    sheets = [_sheet(record, status, write_file(ports, record)) for record, status in _records(ports, named)]
    said = _print(ports, sheets, actor=actor, printer=printer)
    return Printed(said, tuple(one.number for one in sheets), _ended(sheets))


def print_batch(
    ports: Ports,
    folder: Path,
    *,
    actor: str,
    printer: str | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> Printed:
    """Print what the folder of a batch holds and is still in force, in the order of its manifest.

    The files are written again first: what comes out is what was issued, whatever became of the folder.

    Args:
        ports: the outside world.
        folder: what `batching.batch` wrote.
        actor: who prints.
        printer: which printer; the system's choice else.
        progress: is told how many pages of how many were sent.
        stop: is asked before each job; what was sent by then comes out.

    Raises:
        Stopped: it was stopped; the hint says what was not printed.
        NotFound: the folder has no manifest, or it names a certificate that this store does not have.
        PrinterFailed: there is no printer, or it refused; the hint says which files were not printed.
    """
    sheets = [
        _sheet(record, status, write_file(ports, record, folder=folder) if status == Life.ISSUED else folder)
        for record, status in _records(ports, manifest.numbers_in(folder))
    ]
    in_force = [one for one in sheets if one.status == Life.ISSUED]
    said = _print(ports, in_force, actor=actor, printer=printer, progress=progress, stop=stop)
    return Printed(said, tuple(one.number for one in in_force), _ended(sheets))


def _records(ports: Ports, numbers: Iterable[str]) -> Iterator[tuple[CertificateRecord, str]]:
    """Yield certificates with their states, one after the other, since each holds a whole file."""
    for number in numbers:
        record, status = certificate(ports, number)
        yield record, status.status if status else ""


def _sheet(record: CertificateRecord, status: str, path: Path) -> _Sheet:
    paper = Paper(record.facts.paper) if record.facts.paper else Paper.LETTER  # the first layout was Letter only
    return _Sheet(record.number, status, paper, path)


def _ended(sheets: Sequence[_Sheet]) -> tuple[tuple[str, str], ...]:
    return tuple((one.number, one.status) for one in sheets if one.status != Life.ISSUED)


def _print(
    ports: Ports,
    sheets: Sequence[_Sheet],
    *,
    actor: str,
    printer: str | None,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[str, ...]:
    said: list[str] = []
    jobs = list(_jobs(sheets))
    for place, job in enumerate(jobs):
        left = {one.number for later in jobs[place:] for one in later}
        if stop():
            raise Stopped(tr("Printing was stopped."), hint=_not_printed([one.number for one in sheets], left))
        try:
            said.append(_job(ports, job, printer=printer))
        except PrinterFailed as error:
            words = _not_printed([one.number for one in sheets], left)
            raise PrinterFailed(error.sentence, hint=f"{error.hint} {words}".strip()) from None
        log_prints(ports, [one.number for one in job], actor=actor)
        progress(len(sheets) - len(left) + len(job), len(sheets))
    return tuple(said)


def _jobs(sheets: Sequence[_Sheet]) -> Iterator[Sequence[_Sheet]]:
    """Yield what goes to paper together; a job has one kind of paper."""
    for paper in dict.fromkeys(one.paper for one in sheets):
        some = [one for one in sheets if one.paper is paper]
        for start in range(0, len(some), MOST_PAGES):
            yield some[start : start + MOST_PAGES]


def _not_printed(numbers: Sequence[str], left: Collection[str]) -> str:
    """Return which certificates are still to be printed; those of one paper may lie among those of another."""
    if len(left) == 1:  # its file is named
        return ""
    some = [number for number in numbers if number in left]
    if some == list(numbers[-len(some) :]):
        return tr("Not printed are {first} to {last}.", first=some[0], last=some[-1])
    return tr("Not printed are {numbers}.", numbers=", ".join(some))


def _job(ports: Ports, sheets: Sequence[_Sheet], *, printer: str | None) -> str:
    """Print certificates as one file, since printing systems take the files of a job apart in ways of their own."""
    first, last = sheets[0], sheets[-1]
    if len(sheets) == 1:
        return ports.printer.print_file(first.path, paper=first.paper, printer=printer)
    path = first.path.with_name(f"print-{first.number}-{last.number}.pdf")
    put(ports, path, ports.press.merge([one.path.read_bytes() for one in sheets]))
    said = ports.printer.print_file(path, paper=first.paper, printer=printer)
    if sys.platform != "win32":  # there the viewer may still have to open it
        path.unlink(missing_ok=True)
    return said

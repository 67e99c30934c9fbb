"""Reports as files, for the command line and the screens: CSV, PDF, and the two files of a CE Broker roster.

They hold names and licences, so nobody but their owner may read them, and a file is whole or not there.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from cequiz.bootstrap import report_csv, roster_csv, roster_xls
from cequiz.errors import EnvironmentFailed, WrongState
from cequiz.language import tr
from cequiz.services.reports.filed import as_pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cequiz.domain.report import Report
    from cequiz.services.ports import Ports

_BEGINNINGS = (b"\xef\xbb\xbf", b"%PDF-", b'{\n  "id"', b"\xd0\xcf\x11\xe0")
"""How the kinds of files begin that are written here: CSV, PDF, JSON, Excel."""


def save(path: Path, content: bytes) -> Path:
    """Write a file that only its owner reads, in place of a report that is there, and return its path.

    Args:
        path: where; its folder is made where it is missing.
        content: of the file.

    Raises:
        EnvironmentFailed: it cannot be written.
        WrongState: something else is there, such as the records themselves.
    """
    _keep_others(path, content)
    draft = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
        draft.replace(path)
    except (OSError, ValueError) as error:
        with suppress(OSError, ValueError):
            draft.unlink(missing_ok=True)
        raise EnvironmentFailed(
            tr("{file} cannot be written: {reason}.", file=path, reason=getattr(error, "strerror", None) or error),
            hint=tr("Choose another place."),
        ) from None
    return path


def _keep_others(path: Path, content: bytes) -> None:
    """Refuse to take the place of a file that begins otherwise: whoever may read reports may destroy nothing."""
    try:
        if path.is_dir() or not path.exists():
            return
        begins = b""
        if path.is_file():
            with path.open("rb") as stream:
                begins = stream.read(max(map(len, _BEGINNINGS)))
    except (OSError, ValueError):
        return  # writing it says what is wrong
    kind = next((one for one in _BEGINNINGS if content.startswith(one)), content[:8])
    if not begins or not begins.startswith(kind):
        raise WrongState(tr("{target} exists already.", target=path), hint=tr("Choose another place."))


def save_csv(path: Path, report: Report) -> Path:
    """Write a report as CSV that spreadsheets open rightly: UTF-8 that says so."""
    return save(path, report_csv(report).encode("utf-8-sig"))


def save_json(path: Path, report: Report) -> Path:
    """Write a report as one JSON document, as `--json` prints it."""
    return save(path, f"{json.dumps(report.to_json(), ensure_ascii=False, indent=2)}\n".encode())


def save_pdf(
    path: Path, ports: Ports, report: Report, *more: Report, tell: Callable[[int, int], None] | None = None
) -> Path:
    """Write reports as one PDF.

    Args:
        path: where.
        ports: the outside world.
        report: the first one.
        more: tables that follow it.
        tell: is told how far it is, and of how much; what it raises stops the work, and nothing is written.
    """
    return save(path, as_pdf(ports, report, *more, tell=tell))


def check_roster(folder: Path, lines: Sequence[Sequence[str]]) -> None:
    """Refuse a folder into which `save_roster` could not write, while nobody counts as reported yet.

    Args:
        folder: it is made where it is missing; nothing stays in it.
        lines: the columns A to J of each completion.

    Raises:
        EnvironmentFailed: nothing can be written there.
    """
    trial = save(folder / f".ce-broker-{uuid4().hex[:8]}", roster_csv(lines).encode())
    with suppress(OSError):
        trial.unlink()


def save_roster(folder: Path, batch_id: str, lines: Sequence[Sequence[str]]) -> tuple[Path, Path]:
    """Write the CSV file and the Excel file of a batch into a folder; the CSV file is plain UTF-8, as programs read it.

    Args:
        folder: it is made where it is missing.
        batch_id: names the files.
        lines: the columns A to J of each completion.
    """
    return (
        save(folder / f"ce-broker-{batch_id}.csv", roster_csv(lines).encode()),
        save(folder / f"ce-broker-{batch_id}.xls", roster_xls(lines)),
    )

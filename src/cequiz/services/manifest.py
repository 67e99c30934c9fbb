"""The manifest of a batch: a CSV file that says which certificates a folder holds, for people and spreadsheets.

Names are other people's text, and a spreadsheet takes a cell that begins with `=` for a formula: such a cell gets an
apostrophe in front (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from io import StringIO
from pathlib import Path

from cequiz.errors import EnvironmentFailed, NotFound
from cequiz.language import tr

NAME = "manifest.csv"
"""The file's name in the folder of a batch."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula, in the wide forms of East Asia too."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One certificate of a batch, every value as text; days are ISO-8601 in the provider's time zone."""

    number: str
    status: str
    name: str
    licences: str
    course: str
    hours: str
    completed: str
    issued: str
    file: str
    """The name of its file in the folder; empty where it is not in force and was not written."""
    sha256: str


_HEADINGS = tuple(one.name for one in fields(Line))


def text_of(lines: Iterable[Line]) -> str:
    """Return the manifest as CSV (RFC 4180), which begins with a byte order mark so that spreadsheets read UTF-8."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADINGS)
    for line in lines:
        writer.writerow([_safe(cell) for cell in astuple(line)])
    return f"\ufeff{out.getvalue()}"


def numbers_in(folder: Path) -> tuple[str, ...]:
    """Return the numbers of the certificates that a folder holds, in the order of its manifest.

    Raises:
        NotFound: the folder has no manifest, or none with numbers and files.
        EnvironmentFailed: the manifest cannot be read.
    """
    path = folder / NAME
    batch = tr("`cequiz certificate batch --course ID --out DIR` makes one.")
    try:
        reader = csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        rows, headings = list(reader), tuple(reader.fieldnames or ())
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(tr("{folder} is not the folder of a batch.", folder=folder), hint=batch) from None
    except OSError as error:
        raise EnvironmentFailed(tr("{what} cannot be read: {reason}.", what=path, reason=error.strerror)) from None
    except (UnicodeDecodeError, csv.Error):
        raise NotFound(tr("{path} is not the manifest of a batch.", path=path), hint=batch) from None
    found = [(row.get("number"), row.get("file")) for row in rows]
    if headings != _HEADINGS or not all(number and file is not None for number, file in found):
        raise NotFound(tr("{path} is not the manifest of a batch.", path=path), hint=batch)
    return tuple(str(number) for number, file in found if file)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell

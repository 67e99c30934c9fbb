"""Sheets for blind keying: what a second reader gets as YAML, and what comes back, read as strictly as a bank."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from cequiz.adapters.bank_files.document import Note
from cequiz.adapters.bank_files.whole_file import read_whole
from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.blind import FORMAT, BlindItem, BlindSheet, blind_items
from cequiz.errors import NotAllowed, Refused
from cequiz.language import tr


def sheet_text(bank: Bank) -> str:
    """Return the sheet of a bank: what a student sees of each item, and places for the answer and a doubt.

    Raises:
        NotAllowed: no item of the bank has a list of options.
    """
    items = blind_items(bank)
    if not items:
        raise NotAllowed(tr("Bank {bank} has no item with options to answer.", bank=bank.id))
    return "\n".join(_lines(bank, items)) + "\n"


def read_sheet(path: Path) -> BlindSheet:
    """Return the sheet in a file.

    Raises:
        Refused: it cannot be read, or anything in it is wrong; the sentence names the place.
    """
    return read_whole(path, BlindSheet, _refused)[1]


def _lines(bank: Bank, items: tuple[BlindItem, ...]) -> Iterator[str]:
    yield "# " + tr("Answer every item without looking at its key: write the ids of the right options after answer.")
    yield "# " + tr("Where more than one option could be defended, or none, say so after doubt.")
    yield f"format: {FORMAT}"
    yield f"bank: {bank.id}"
    yield f"version: {_quoted(bank.version)}"
    yield 'by: ""'
    yield "items:"
    for item in items:
        yield f"  - id: {item.id}"
        yield f"    asks: {_quoted(item.asks)}"
        for name, text in (("vignette", item.vignette), ("figure", item.figure), ("stem", item.stem)):
            if text:
                yield f"    {name}: {_quoted(text)}"
        yield "    options:"
        for option, text in item.options.items():
            yield f"      {option}: {_quoted(text)}"
        yield '    answer: ""'
        yield '    doubt: ""'


def _quoted(text: str) -> str:
    """Return a text as YAML: a JSON string is one."""
    return json.dumps(text, ensure_ascii=False)


def _refused(path: Path, note: Note) -> Refused:
    place = f"{path}:{note.place.line}:{note.place.column}"
    return Refused(
        tr("The sheet cannot be used: {place}: {message}", place=place, message=note.message),
        hint=tr("Fill in by, on, answer and doubt, and leave the rest as it was."),
    )

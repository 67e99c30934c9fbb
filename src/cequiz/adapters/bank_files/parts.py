"""Parts: a bank that is too long for one file keeps its questions in several.

The bank's own file names its parts in order; each part is a file with questions and nothing else. Together they are
read as one document, of which every place still leads to the file and the line where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import Document, Place
from cequiz.adapters.bank_files.explain import refusals
from cequiz.adapters.bank_files.problems import shown
from cequiz.adapters.bank_files.reader import read
from cequiz.adapters.bank_files.source_file import SourceFile
from cequiz.adapters.bank_files.sources import Source, text_of
from cequiz.domain.bank.bank import PART_FORMAT, BankPart
from cequiz.domain.bank.lint.finding import Loc
from cequiz.language import tr

_NAMES_PARTS = re.compile(r"^parts[ \t]*:", re.MULTILINE)
"""A file of a thousand questions need not be read to learn that it names no parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedDocument(Document):
    """A bank's own document with the questions of its parts after its own.

    Attributes:
        own: the document of the bank's own file.
        begins: where the questions of each part begin, with its document.
    """

    own: Document
    begins: Sequence[tuple[int, Document]]

    def place(self, loc: Loc, *, key: bool = False) -> Place:
        """Return the place of a value, and in which part it is; see `Document.place`."""
        if loc[:1] == ("questions",) and len(loc) > 1 and isinstance(loc[1], int):
            for number in range(len(self.begins), 0, -1):
                first, document = self.begins[number - 1]
                if loc[1] >= first:
                    found = document.place(("questions", loc[1] - first, *loc[2:]), key=key)
                    return found._replace(part=number)
        return self.own.place(loc, key=key)


def join_parts(file: SourceFile, others: Sequence[SourceFile]) -> Sequence[SourceFile]:
    """Put the parts that a bank's file names into it, and return them.

    Args:
        file: of a bank; one that names no parts stays as it is.
        others: files that are read already, so that none is read twice.
    """
    document = file.document
    data = document.data if document else None
    if document is None or not isinstance(data, dict) or "parts" not in data:
        return ()
    if not isinstance(data["parts"], list):
        file.at(("parts",), Code.LIST, tr("a list is expected here"))
    file.parts = tuple(_parts_of(file, data["parts"], others))
    for part in file.parts:
        _check(part, file.named_id)
    file.document = _joined(document, data, file.parts)
    return file.parts


def named_parts(path: Path, named: object) -> Iterator[tuple[int, str | None, Path | None]]:
    """Yield the parts that a file names: place in the list, the name if it is text, and the path if it may be one.

    Args:
        path: of the bank's own file; parts stand in its folder or below.
        named: what stands under `parts`.
    """
    folder = path.parent
    for number, name in enumerate(named if isinstance(named, list) else ()):
        if not isinstance(name, str):
            yield number, None, None
            continue
        inside = PurePosixPath(name)
        safe = name and not (inside.is_absolute() or ".." in inside.parts or "\\" in name or ":" in name)
        yield number, name, folder.joinpath(*inside.parts) if safe else None


def parts_in(path: Path) -> Iterator[Path]:
    """Yield the parts that a bank's file names and that may be parts; nothing where it cannot be read."""
    text = text_of(path) if path.suffix.lower() in (".yaml", ".yml") else ""
    data = read(text).data if isinstance(text, str) and _NAMES_PARTS.search(text) else None
    for _, _, part in named_parts(path, data.get("parts") if isinstance(data, dict) else None):
        if part is not None:
            yield part


def _parts_of(file: SourceFile, named: object, others: Sequence[SourceFile]) -> Iterator[SourceFile]:
    read = {other.path.resolve(): other for other in others}
    prefix = file.name[: len(file.name) - len(file.path.name)]
    taken = set[Path]()
    for number, name, path in named_parts(file.path, named):
        loc = ("parts", number)
        if name is None:
            file.at(loc, Code.TEXT, tr("text is expected here: put it in quotes"))
        elif path is None or not _is_inside(path, file.path.parent):
            sentence = tr("a part is a file in the folder of the bank, named by a relative path with / and without ..")
            file.at(loc, Code.REFERENCE, sentence)
        elif not path.is_file():
            file.at(loc, Code.REFERENCE, tr("there is no such file"))
        elif path.resolve() in taken:
            file.at(loc, Code.VALUE, tr("{name} stands in this list already", name=shown(name)))
        else:
            taken.add(path.resolve())
            yield read.get(path.resolve()) or SourceFile(Source(path, f"{prefix}{name}"))


def _is_inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a NUL in the name, a loop of links
        return False


def _check(part: SourceFile, bank: str | None) -> None:
    """A part says what it is, and whose; its questions are judged with the bank."""
    document = part.document
    if document is None or document.data is None:
        return
    if part.format != PART_FORMAT:
        part.at(("format",), Code.FORMAT, tr("a part of a bank says so: format: {format}", format=PART_FORMAT))
        return
    try:
        named = BankPart.model_validate(document.data).bank
    except ValidationError as error:
        for refusal in refusals(error, document, BankPart):
            part.note(refusal.note)
        return
    if named != bank:
        sentence = tr("bank {bank} names this file as a part of its own", bank=shown(bank or "?"))
        part.at(("bank",), Code.REFERENCE, sentence)


def _joined(document: Document, data: Mapping[str, Any], parts: Sequence[SourceFile]) -> Document:
    questions = list(data["questions"]) if isinstance(data.get("questions"), list) else []
    begins: list[tuple[int, Document]] = []
    for part in parts:
        own = part.document.data if part.document else None
        asked = own.get("questions") if isinstance(own, dict) else None
        begins.append((len(questions), part.document or document))
        questions += asked if isinstance(asked, list) else []
    whole: dict[str, Any] = {name: value for name, value in data.items() if name != "parts"}
    if questions or parts:
        whole["questions"] = questions
    return JoinedDocument(
        data=whole,
        notes=document.notes,
        cuts=document.cuts,
        lines=document.lines,
        places=document.places,
        own=document,
        begins=begins,
    )

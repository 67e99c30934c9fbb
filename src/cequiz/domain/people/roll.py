"""A roll of students as text: comma-separated values with a heading, read strictly, every problem with its place.

One line is one person. The columns are `name`, `email` and, where they are wanted, `licences` (several with semicolons)
and `course` (the id of a course to enrol the person in).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cequiz.domain.people.student import Licence, clean_email, clean_name, parse_licence
from cequiz.errors import Refused
from cequiz.language import tr

COLUMNS = ("name", "email", "licences", "course")
"""What a heading may name; the first two it must."""


@dataclass(frozen=True, order=True)
class Slip:
    """Something that is wrong, and where: both count from 1."""

    line: int
    column: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """One person of a roll."""

    line: int
    columns: tuple[int, int]
    """Where the name and the address begin."""
    name: str
    email: str
    licences: tuple[Licence, ...]
    licence_column: int = 1
    """Where the licences begin."""
    course: str = ""
    """The id of a course to enrol the person in; empty for none."""
    course_column: int = 1


@dataclass(frozen=True)
class _Cell:
    column: int
    text: str


def read_roll(text: str) -> tuple[tuple[Newcomer, ...], tuple[Slip, ...]]:
    """Return the people of a roll, and everything that is wrong with it in the order of its lines.

    Where anything is wrong nobody may be taken in; the people then serve to find what else is wrong, and what could
    not be read of them is empty.
    """
    slips: list[Slip] = []
    lines = [
        (number, cells)
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1)
        if line.strip() and (cells := _cells(number, line.removesuffix("\r"), slips)) is not None
    ]
    if not lines:
        return (), tuple(slips or [Slip(1, 1, tr("the file is empty"))])
    (heading_line, heading), *rest = lines
    names = [cell.text.casefold() for cell in heading]
    wrong = list(_check_heading(heading_line, heading))
    if wrong:
        return (), tuple(sorted(wrong))
    if not rest and not slips:
        return (), (Slip(heading_line, 1, tr("nobody stands below the heading")),)
    people = [one for number, cells in rest if (one := _person(number, cells, names, slips)) is not None]
    slips += _twins(people)
    return tuple(people), tuple(sorted(slips))


def _check_heading(line: int, heading: Sequence[_Cell]) -> Iterator[Slip]:
    if len(heading) == 1 and any(mark in heading[0].text for mark in ";\t"):
        yield Slip(line, 1, tr("the columns must be separated by commas"))
        return
    names = [cell.text.casefold() for cell in heading]
    for place, cell in enumerate(heading):
        if names[place] not in COLUMNS:
            known = ", ".join(COLUMNS)
            yield Slip(line, cell.column, tr("{name} is no column; there are {known}", name=cell.text, known=known))
        elif names[place] in names[:place]:
            yield Slip(line, cell.column, tr("the column {name} stands here twice", name=cell.text))
    for name in COLUMNS[:2]:
        if name not in names:
            yield Slip(line, 1, tr("the column {name} is missing", name=name))


def _person(line: int, cells: Sequence[_Cell], names: Sequence[str], slips: list[Slip]) -> Newcomer | None:
    if len(cells) != len(names):
        words = tr("{found} values stand here, the heading has {wanted}", found=len(cells), wanted=len(names))
        slips.append(Slip(line, cells[-1].column, words))
        return None
    found = dict(zip(names, cells, strict=True))
    name, email, licences = "", "", []
    try:
        name = clean_name(found["name"].text)
    except Refused as error:
        slips.append(Slip(line, found["name"].column, error.sentence))
    try:
        email = clean_email(found["email"].text)
    except Refused as error:
        slips.append(Slip(line, found["email"].column, error.sentence))
    cell = found.get("licences", _Cell(1, ""))
    for licence in filter(str.strip, cell.text.split(";")):
        try:
            licences.append(parse_licence(licence))
        except Refused as error:
            slips.append(Slip(line, cell.column, error.sentence))
    course = found.get("course", _Cell(1, ""))
    return Newcomer(
        line=line,
        columns=(found["name"].column, found["email"].column),
        name=name,
        email=email,
        licences=tuple(dict.fromkeys(licences)),
        licence_column=cell.column,
        course=course.text.strip(),
        course_column=course.column,
    )


def _twins(people: Sequence[Newcomer]) -> Iterator[Slip]:
    first: dict[str, int] = {}
    for one in people:
        if not one.email:
            continue
        line = first.setdefault(one.email.casefold(), one.line)
        if line != one.line:
            words = tr("{email} stands in line {line} already", email=one.email, line=line)
            yield Slip(one.line, one.columns[1], words)


def _cells(number: int, line: str, slips: list[Slip]) -> list[_Cell] | None:
    """Return the values of a line (RFC 4180 without line ends inside of quotes), or None and a slip."""
    cells, place = [], 0
    while place <= len(line):
        begin = place
        while line[begin : begin + 1] == " ":
            begin += 1
        if line[begin : begin + 1] == '"':
            end = _closing(line, begin)
            comma = line.find(",", end) if end >= 0 else -1
            comma = len(line) if comma < 0 else comma
            if end < 0 or line[end + 1 : comma].strip():
                slips.append(Slip(number, begin + 1, tr("this quotation mark is not closed before a comma")))
                return None
            cells.append(_Cell(begin + 1, line[begin + 1 : end].replace('""', '"')))
        else:
            comma = line.find(",", begin)
            comma = len(line) if comma < 0 else comma
            cells.append(_Cell(begin + 1, line[begin:comma].strip()))
        place = comma + 1
    return cells


def _closing(line: str, opening: int) -> int:
    """Return the place of the mark that closes a quotation, -1 where none does; doubled marks are text."""
    place = line.find('"', opening + 1)
    while place >= 0 and line[place + 1 : place + 2] == '"':
        place = line.find('"', place + 2)
    return place

"""Drawing a report where a person would file it: paged, tagged, with its headings on every page.

First everything is measured and shared out among pages, then drawn, so that each page can say how many there are. The
same reports give the same bytes. Text knows no markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from reportlab.lib.colors import Color, HexColor

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.report_sheet import About, Element, Sheets
from cequiz.adapters.pdf.report_table import Grid, Measure, grid, starts_at, wish
from cequiz.domain.credential.look import Paper
from cequiz.domain.report import Report
from cequiz.language import spoken, tr

_SIZES = {Paper.LETTER: (612.0, 792.0), Paper.A4: (595.28, 841.89)}
_MARGIN = 45.0
_HEAD = 30.0  # from the upper margin to the text of a page that goes on
_FOOT = 24.0  # from the text to the lower margin
_LEADING = 1.25
_PADDING = 5.0  # between the rows of a table
_USUAL, _SMALL, _SMALLEST = 9.5, 8.5, 7.5
_TOGETHER = 90.0  # a heading stays with the first rows of its table
_TIGHT = 1.6  # a table may have this many lines for one before the page is turned on its side
_SAMPLE = 2_000  # rows by which the shape of the page is chosen

_INK, _SOFT, _RULE, _BAND = (HexColor(one) for one in ("#1d1b19", "#5c5650", "#8a8178", "#f3efe8"))


Tell = Callable[[int, int], None]
"""Told how many steps are done, and of how many."""

_TOLD = 100  # steps between two words


@dataclass(frozen=True, kw_only=True)
class Filing:
    """How a report is filed: whose it is, the zone of its clock, the paper."""

    provider: str = ""
    zone: str = "UTC"
    paper: Paper = Paper.LETTER


@dataclass(frozen=True)
class _Step:
    """A stretch of one page: how much room it takes, and what it is made of."""

    height: float
    kind: str
    """`line`, `headings` or `row`."""
    text: str = ""
    font: str = fonts.TEXT
    size: float = _USUAL
    colour: Color = _INK
    element: Element | None = None
    table: _Table | None = None
    cells: tuple[tuple[str, ...], ...] = ()
    banded: bool = False
    keep: float = 0.0
    """How much of what follows has to have room on the same page, in points."""


@dataclass(frozen=True)
class _Table:
    """A table under way: its places, its measure, its element."""

    grid: Grid
    measure: Measure
    element: Element

    @property
    def leading(self) -> float:
        """Points from line to line."""
        return self.measure.size * _LEADING


def draw_report(reports: Sequence[Report], faces: Fonts, filing: Filing, tell: Tell | None = None) -> bytes:
    """Return reports as one PDF.

    Args:
        reports: at least one; the first one names the document.
        faces: the fonts.
        filing: provider, zone and paper.
        tell: is told how far it is, in steps; what it raises stops the work.
    """
    return _Drawing(reports, faces, filing, tell).finished()


class _Drawing:
    """A document under way."""

    def __init__(self, reports: Sequence[Report], faces: Fonts, filing: Filing, tell: Tell | None) -> None:
        self._reports = reports
        self._tell = tell
        self._done = 0
        self._faces = faces
        self._filing = filing
        self._size = self._chosen_size()
        first = reports[0]
        self._sheets = Sheets(
            *self._size,
            About(
                title=_plain(first.title),
                author=_plain(filing.provider),
                subject=_plain(first.covers),
                made_at=first.made_at,
                language=spoken(),
                creator="cequiz report 1",
            ),
        )
        self._room = self._size[0] - 2 * _MARGIN
        self._measure = Measure(faces, _USUAL)

    def finished(self) -> bytes:
        pages = list(self._paged(self._steps()))
        for number, page in enumerate(pages, 1):
            if number > 1:
                self._sheets.turn()
            self._frame(number, len(pages))
            y = self._top(number)
            for step in page:
                self._put(step, y)
                y -= step.height
        return self._sheets.finish()

    def _step(self) -> None:
        """Say how far it is: each row is read, broken into lines, and drawn."""
        self._done += 1
        if self._tell is not None and self._done % _TOLD == 0:
            steps = 3 * sum(len(report.rows) for report in self._reports)
            self._tell(min(self._done, steps), steps)  # a row that goes over pages is drawn more than once

    def _chosen_size(self) -> tuple[float, float]:
        """Return the page, upright where the tables have room on it, else on its side."""
        across, up = _SIZES[self._filing.paper]
        measure = Measure(self._faces, _USUAL)
        for report in self._reports:
            least, most = wish(report.columns, list(islice(report.rows, _SAMPLE)), measure)
            if least > across - 2 * _MARGIN or most > _TIGHT * (across - 2 * _MARGIN):
                return up, across
        return across, up

    def _top(self, number: int) -> float:
        return self._size[1] - _MARGIN - (0.0 if number == 1 else _HEAD)

    def _steps(self) -> Iterator[_Step]:
        """Yield everything in reading order."""
        top = self._sheets.top
        for place, report in enumerate(self._reports):
            if place:
                yield _Step(22.0, "line", keep=_TOGETHER)
            else:
                yield from self._words(self._filing.provider, top, "P", size=11, font=fonts.CAPITALS, colour=_SOFT)
            yield from self._words(
                report.title, top, "H2" if place else "H1", size=14 if place else 21, font=fonts.NAME
            )
            yield from self._words(report.covers, top, "P", size=11)
            if not place:
                yield from self._words(self._made(report), top, "P", size=9, colour=_SOFT)
            yield _Step(10.0, "line", keep=_TOGETHER / 2)
            if report.columns and report.rows:
                yield from self._table(report)
            elif report.columns:
                yield from self._words(tr("There is nothing to report."), top, "P", size=11)
            if report.notes:
                yield _Step(12.0, "line")
            for note in report.notes:
                yield from self._words(note, top, "P", size=9, colour=_SOFT)
                yield _Step(3.0, "line")
            if self._unprintable(report):
                sentence = tr("A ? stands for characters that no font here can print; the CSV file has them.")
                yield from self._words(sentence, top, "P", size=9, colour=_SOFT)

    def _made(self, report: Report) -> str:
        at = report.made_at.astimezone(ZoneInfo(self._filing.zone))
        return tr("Made on {day} at {time} ({zone})", day=f"{at:%Y-%m-%d}", time=f"{at:%H:%M}", zone=self._filing.zone)

    def _words(
        self, text: str, parent: Element, tag: str, *, size: float, font: str = fonts.TEXT, colour: Color = _INK
    ) -> Iterator[_Step]:
        """Yield the lines of a text as one element; nothing for no text."""
        measure = Measure(self._faces, size)
        line = measure.printable(text)
        if not line:
            return
        element = parent.inside(tag)
        for part in measure.wrapped(line, self._room, font):
            yield _Step(size * _LEADING, "line", part, font, size, colour, element)

    def _table(self, report: Report) -> Iterator[_Step]:
        table = self._fitted(report)
        head = table.element.inside("TR")
        yield self._head_step(table, head)
        for number, cells in enumerate(table.grid.rows):
            row = table.element.inside("TR")
            for _ in cells:
                row.inside("TD")
            height = max(map(len, cells)) * table.leading + _PADDING
            yield _Step(height, "row", element=row, table=table, cells=cells, banded=number % 2 == 1)

    def _fitted(self, report: Report) -> _Table:
        """Return a table in a size at which no line breaks; else in the largest in which no word does."""
        element = self._sheets.top.inside("Table")
        sample = list(islice(report.rows, _SAMPLE))
        measures = [Measure(self._faces, size) for size in (_USUAL, _SMALL, _SMALLEST)]
        wishes = [wish(report.columns, sample, measure) for measure in measures]
        whole = (measure for measure, (_, most) in zip(measures, wishes, strict=True) if most <= self._room)
        broken = (measure for measure, (least, _) in zip(measures, wishes, strict=True) if least <= self._room)
        measure = next(whole, None) or next(broken, measures[-1])
        return _Table(grid(report.columns, report.rows, measure, self._room, self._step), measure, element)

    def _head_step(self, table: _Table, element: Element | None) -> _Step:
        height = max(map(len, table.grid.headings)) * table.leading + _PADDING + 2
        keep = 2 * table.leading + _PADDING if element is not None else 0.0
        return _Step(height, "headings", element=element, table=table, cells=table.grid.headings, keep=keep)

    def _paged(self, steps: Iterator[_Step]) -> Iterator[list[_Step]]:
        """Share steps out among pages; a table that goes on has its headings again, a row that is too high is cut."""
        number, page = 1, list[_Step]()
        low = _MARGIN + _FOOT
        room = self._top(1) - low
        waiting = list[_Step]()
        for step in steps:
            waiting = [step]
            while waiting:
                one = waiting.pop(0)
                if one.height + one.keep <= room:
                    page.append(one)
                    room -= one.height
                    continue
                full = self._top(2) - low - (self._head_step(one.table, None).height if one.table else 0)
                if one.kind == "row" and one.height > full and one.table is not None and room > 4 * one.table.leading:
                    upper, rest = _cut(one, room)
                    page.append(upper)
                    waiting.insert(0, rest)
                else:
                    waiting.insert(0, one)
                yield page
                number, room = number + 1, self._top(2) - low
                page = [self._head_step(one.table, None)] if one.kind == "row" and one.table is not None else []
                room -= sum(step.height for step in page)
        yield page

    def _frame(self, number: int, count: int) -> None:
        """Draw what stands on every page: its number, and from the second one on what it belongs to."""
        width, height = self._size
        small = Measure(self._faces, 8)
        canvas = self._sheets.canvas
        with self._sheets.artifact():
            words = tr("Page {number} of {count}", number=number, count=count)
            y = _MARGIN - 8
            x = width - _MARGIN - small.width(words)
            self._faces.draw(canvas, x, y, words, fonts.TEXT, 8, colour=_SOFT)
            self._rule(_MARGIN + 6, _RULE)
            title = small.wrapped(small.printable(self._reports[0].title), self._room * 0.7)[0]
            if number > 1:
                provider = small.wrapped(small.printable(self._filing.provider), self._room * 0.45)[0]
                top = height - _MARGIN - 8
                self._faces.draw(canvas, _MARGIN, top, title, fonts.NAME, 8, colour=_SOFT)
                self._faces.draw(
                    canvas, width - _MARGIN - small.width(provider), top, provider, fonts.TEXT, 8, colour=_SOFT
                )
                self._rule(top - 6, _RULE)
            else:
                self._faces.draw(canvas, _MARGIN, y, title, fonts.TEXT, 8, colour=_SOFT)

    def _rule(self, y: float, colour: Color, *, width: float = 0.5) -> None:
        canvas = self._sheets.canvas
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(width)
        canvas.line(_MARGIN, y, self._size[0] - _MARGIN, y)

    def _put(self, step: _Step, y: float) -> None:
        if step.table is not None:
            self._put_row(step, step.table, y)
        elif step.element is not None:
            with self._sheets.marked(step.element, step.text):
                self._faces.draw(
                    self._sheets.canvas, _MARGIN, y - step.size, step.text, step.font, step.size, colour=step.colour
                )

    def _put_row(self, step: _Step, table: _Table, y: float) -> None:
        heading = step.kind == "headings"
        if not heading:
            self._step()
        with self._sheets.artifact():
            if step.banded:
                self._sheets.canvas.setFillColor(_BAND)
                self._sheets.canvas.rect(_MARGIN - 3, y - step.height, self._room + 6, step.height, stroke=0, fill=1)
            if heading:
                self._rule(y - step.height + 1.5, _INK, width=0.8)
        for place, lines in enumerate(step.cells):
            if heading and step.element is None:
                with self._sheets.artifact():
                    self._put_lines(table, place, lines, y, fonts.NAME)
            elif any(lines):
                assert step.element is not None  # noqa: S101 - only repeated headings have none
                cell = _heading(step.element, place) if heading else step.element.children[place]
                with self._sheets.marked(cell, " ".join(lines)):
                    self._put_lines(table, place, lines, y, fonts.NAME if heading else fonts.TEXT)

    def _put_lines(self, table: _Table, place: int, lines: Sequence[str], y: float, font: str) -> None:
        y -= table.measure.size + _PADDING / 2 - 1
        for line in lines:
            x = _MARGIN + starts_at(table.grid, place, line, table.measure, font)
            if line:
                self._faces.draw(self._sheets.canvas, x, y, line, font, table.measure.size, colour=_INK)
            y -= table.leading

    def _unprintable(self, report: Report) -> bool:
        """Whether anything in a report's rows had to be shown as a sign."""
        texts = {str(value) for row in report.rows for value in row.values() if isinstance(value, str)}
        return any(self._faces.uncovered(text) for text in texts if not text.isascii())


def _heading(row: Element, place: int) -> Element:
    while len(row.children) <= place:
        row.inside("TH", b" /A << /O /Table /Scope /Column >>")
    return row.children[place]


def _cut(step: _Step, room: float) -> tuple[_Step, _Step]:
    """Return the part of a row that has room on a page, and the rest of it."""
    assert step.table is not None  # noqa: S101 - a row has one
    count = int((room - _PADDING) / step.table.leading)
    upper = tuple(lines[:count] or ("",) for lines in step.cells)
    rest = tuple(lines[count:] or ("",) for lines in step.cells)
    height = max(map(len, rest)) * step.table.leading + _PADDING
    return (
        _Step(room, "row", element=step.element, table=step.table, cells=upper, banded=step.banded),
        _Step(height, "row", element=step.element, table=step.table, cells=rest, banded=step.banded),
    )


def _plain(text: str) -> str:
    return " ".join(text.split())

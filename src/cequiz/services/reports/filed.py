"""Reports on paper: with the provider's name, clock and sheet.

What many rows say alike stands once, in a table of its own below: a sheet has room for some columns, not for twenty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cequiz.domain.report import Align, Column, Report
from cequiz.language import tr
from cequiz.services.ports import Ports

_SET = "set"
"""The column that leads from a line to what it shares."""


def as_pdf(ports: Ports, report: Report, *more: Report, tell: Callable[[int, int], None] | None = None) -> bytes:
    """Return reports as one paged PDF, as the provider files them.

    Args:
        ports: the outside world.
        report: the first one; its title is that of the document.
        more: tables that follow it.
        tell: is told how far it is, and of how much; what it raises stops the drawing.
    """
    first, *rest = [sheet for one in (report, *more) for sheet in _sheets(one)]
    with ports.store.read() as unit:
        provider = unit.providers.get()
    if provider is None:
        return ports.press.report(first, *rest, tell=tell)
    return ports.press.report(
        first, *rest, provider=provider.name, zone=provider.time_zone, paper=provider.look.paper, tell=tell
    )


def _sheets(report: Report) -> tuple[Report, ...]:
    """Return a report as it stands on paper: its own columns, then what its rows share, each set of it once."""
    shared = [column for column in report.columns if column.shared]
    if not shared or not report.rows:
        return (report,)
    sets: dict[tuple[str, ...], int] = {}
    rows = []
    for row in report.rows:
        texts = tuple(column.text(row) for column in shared)
        rows.append({**row, _SET: sets.setdefault(texts, len(sets) + 1)})
    own = [column for column in report.columns if not column.shared]
    below = replace(
        report,
        title=tr("What the lines share"),
        covers="",
        columns=(Column(_SET, tr("Group"), Align.RIGHT), Column("what", tr("What")), Column("text", tr("Text"))),
        rows=[
            {_SET: place, "what": column.heading, "text": text}
            for texts, place in sets.items()
            for column, text in zip(shared, texts, strict=True)
            if text
        ],
        notes=(),
        summary={},
    )
    return replace(report, columns=(*own, Column(_SET, tr("Group"), Align.RIGHT)), rows=rows), below

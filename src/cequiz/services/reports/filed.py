"""Reports on paper: with the provider's name, clock and sheet."""

from __future__ import annotations

from collections.abc import Callable

from cequiz.domain.report import Report
from cequiz.services.ports import Ports


def as_pdf(ports: Ports, report: Report, *more: Report, tell: Callable[[int, int], None] | None = None) -> bytes:
    """Return reports as one paged PDF, as the provider files them.

    Args:
        ports: the outside world.
        report: the first one; its title is that of the document.
        more: tables that follow it.
        tell: is told how far it is, and of how much; what it raises stops the drawing.
    """
    with ports.store.read() as unit:
        provider = unit.providers.get()
    if provider is None:
        return ports.press.report(report, *more, tell=tell)
    return ports.press.report(
        report, *more, provider=provider.name, zone=provider.time_zone, paper=provider.look.paper, tell=tell
    )

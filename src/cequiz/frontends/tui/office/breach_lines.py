"""What boards would reject a certificate for, as lines of a screen: the rule, where it stands, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from cequiz.domain.credential.boards import Breach
from cequiz.frontends.breach_words import advice, grounds
from cequiz.frontends.tui.widgets.hanging import Hanging


def breach_lines(found: Sequence[Breach]) -> Iterator[Hanging]:
    """Yield each breach with where its rule stands and what can be done."""
    for one in found:
        text = Content.assemble((one.words, "bold"), "\n", (grounds(one), "$quiet"), "\n", f"→ {advice(one)}")
        yield Hanging(Content("✗  ").stylize("$error"), text)

"""What to do about a rule of a board that a certificate would break: every face says it with these words.

The rules themselves, with their sources and dates, come from the board packs; this room knows only their kinds.
"""

from __future__ import annotations

from cequiz.domain.credential.boards import Breach
from cequiz.language import mark, tr

_ADVICE = {
    "required.licences": mark("Ask the student for the licence, correct the record, then issue."),
    "required": mark("Enter it where it belongs: in the provider's settings or in the course file, then issue."),
    "licence_states": mark("Ask the student for that licence, correct the record, then issue."),
    "titles": mark("Mend the titles in the board's rules, or the delivery in the course file, then issue."),
    "unit": mark("Write contact hours in the course file and in the provider's texts, then issue."),
    "approval.title": mark("Load a version of the course that is called exactly as it was approved."),
    "approval.hours": mark("Load a version of the course with exactly the hours that were approved."),
    "approval.dates": mark("Enter the renewed approval in the course file, or ask the board: it may not count."),
}


def advice(breach: Breach) -> str:
    """Return what can be done about a breach, in a sentence."""
    words = _ADVICE.get(breach.rule) or _ADVICE.get(breach.rule.partition(".")[0])
    return tr(words) if words else tr("`cequiz certificate boards` shows the rules; they can be edited.")


def grounds(breach: Breach) -> str:
    """Return where a rule stands: its name, whose it is, the source and the day it was looked at."""
    return tr(
        "Rule {rule} of {board}: {source}, checked on {day}",
        rule=breach.rule,
        board=breach.board,
        source=breach.source,
        day=breach.checked_on.isoformat(),
    )

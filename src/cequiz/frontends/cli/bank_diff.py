"""What `cequiz bank diff` prints: one line a question, changed keys first, then what the bank says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from cequiz.domain.bank.diff import BankDiff, compare
from cequiz.frontends.bank_changes import change_words, changes_line
from cequiz.language import tr

__all__ = ["compare", "lines", "record"]


def lines(found: BankDiff) -> Iterator[str]:
    """Yield one line a question, and one for every field of the bank."""
    groups = (found.key_changed, found.changed, found.notes_changed, found.added, found.removed)
    for question in (name for names in groups for name in names):
        yield tr("question {id}: {changes}", id=question, changes=changes_line(found.of(question)))
    for change in found.of(""):
        yield tr("bank: {change}", change=change_words(change))
    if not found.changes:
        yield tr("nothing differs")


def record(found: BankDiff) -> dict[str, object]:
    """Return the comparison for programs."""
    changes = [
        {"kind": str(one.kind), "question": one.question, "part": one.part, "before": one.before, "after": one.after}
        for one in found.changes
    ]
    return {**vars(found), "changes": changes}

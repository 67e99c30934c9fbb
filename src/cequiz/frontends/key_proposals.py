"""How a proposal is told on one line: its state, and what it changes."""

from __future__ import annotations

from cequiz.domain.bank.change import Change, ChangeKind
from cequiz.frontends.bank_changes import changes_line
from cequiz.language import mark, tr
from cequiz.services.corrections import APPLIED
from cequiz.services.ports import Proposal
from cequiz.services.proposing import DECLINED, WAITING

_STATES = {WAITING: mark("waiting"), APPLIED: mark("applied"), DECLINED: mark("declined")}


def state_words(one: Proposal) -> str:
    """Return where a proposal stands."""
    return tr(_STATES[one.state])


def told_line(one: Proposal) -> str:
    """Return what a proposal changes, on one line."""
    told = one.body["told"]
    assert isinstance(told, list | tuple)  # noqa: S101 - our own record, checked for the type checker
    changes = []
    for row in told:
        assert isinstance(row, list | tuple)  # noqa: S101 - as above
        kind, question, before, after, part = (str(cell) for cell in row)
        changes.append(Change(ChangeKind(kind), question, before, after, part))
    questions = dict.fromkeys(change.question for change in changes)
    return "; ".join(
        tr("{question}: {changes}", question=name, changes=changes_line(one for one in changes if one.question == name))
        for name in questions
    )

"""What a form's figures show, in words: for whoever cannot see them, and for faces that cannot draw."""

from __future__ import annotations

from collections.abc import Mapping

from cequiz.domain.bank.question import Question
from cequiz.domain.exam.attempt import Attempt
from cequiz.services.ports import Ports


def alternatives(ports: Ports, attempt: Attempt, questions: Mapping[str, Question]) -> dict[str, str]:
    """Return the words of each figure by item key; items without a figure are left out."""
    shown = {item: questions[item.key].figure for item in attempt.form.items}
    wanted = {item: figure for item, figure in shown.items() if figure is not None}
    if not wanted:
        return {}
    with ports.store.read() as unit:
        versions = {(item.bank, item.bank_version) for item in wanted}
        banks = {version: unit.banks.get(*version) for version in versions}
    found = {}
    for item, figure in wanted.items():
        bank = banks[item.bank, item.bank_version]
        if bank is not None and figure in bank.figures:
            found[item.key] = bank.figures[figure].alt
    return found

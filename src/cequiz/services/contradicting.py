"""Contradicting: a bank's file that says another key than a change of keys that is in force.

Whoever writes the next version of a file may not know what was decided since the last one. Loaded without a word, it
would mark new attempts by the old key, while older ones keep the corrected one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.change import ChangeKind
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.question_diff import question_changes
from cequiz.domain.bank.rekey import with_fields, wording
from cequiz.domain.canonical import canonical
from cequiz.errors import KeysContradicted
from cequiz.language import tr
from cequiz.services.corrections import KeyChange, decided
from cequiz.services.instants import instant_words
from cequiz.services.ports import Proposal, Unit

_OF_KEYS = frozenset({ChangeKind.KEY, ChangeKind.ACCEPTED, ChangeKind.TOLERANCE, ChangeKind.UNIT, ChangeKind.SPELLING})
"""What about a question says which answers are right."""


def check_keys_in_force(unit: Unit, banks: Sequence[Bank]) -> None:
    """Refuse banks that contradict a change of keys; a version that is there already is left alone.

    A question that is worded otherwise is another question: no change of a key is about it.

    Raises:
        KeysContradicted: names every item, what the file says, what is in force and since when.
    """
    why = tuple(
        (bank.id, question, words)
        for bank in banks
        if unit.banks.content_hash(bank.id, bank.version) is None
        for question, words in _contradictions(unit, bank)
    )
    if why:
        raise KeysContradicted(
            tr("The file contradicts a key that was changed, so nothing was loaded."),
            why=why,
            hint=tr(
                "Mend the file, or change the key back with `cequiz bank rekey` first; "
                "`cequiz bank rekey --from FILE` takes the keys of the file."
            ),
        )


def _contradictions(unit: Unit, bank: Bank) -> Iterator[tuple[str, str]]:
    """Yield the questions that contradict what is in force, with what is contradicted."""
    found = [(proposal, one) for proposal, changes in decided(unit) for one in changes if one.bank == bank.id]
    if not found:
        return
    asked = _Asked(unit, bank.id)
    for question in bank.items:
        mine = [(proposal, one) for proposal, one in reversed(found) if one.question == question.id]
        words = canonical(wording(bank, question)) if mine else b""
        newest = next(((proposal, one) for proposal, one in mine if words in asked.wordings(one)), None)
        said = newest and _contradiction(question, *newest)
        if said:
            yield question.id, said


def _contradiction(question: Question, proposal: Proposal, change: KeyChange) -> str | None:
    if not question.is_scored:  # a file that retires it marks nothing by its key
        return None
    since, by = instant_words(proposal.decided_at or proposal.proposed_at), proposal.id
    if change.fields is None:
        return tr("the file approves it, but it was dropped ({proposal}, {since})", since=since, proposal=by)
    wanted = with_fields(question, change.fields)
    differs = [one for one in question_changes(question, wanted) if one.kind in _OF_KEYS]
    if not differs:
        return None
    return tr(
        "the file says {said}, but the key in force is {key} ({proposal}, {since})",
        said="; ".join(_words(one.part, one.before) for one in differs),
        key="; ".join(_words(one.part, one.after) for one in differs),
        since=since,
        proposal=by,
    )


def _words(part: str, said: str) -> str:
    return f"{part} {said}" if part else said


class _Asked:
    """The wordings of a bank's questions, by content hash; every loaded version is read once."""

    def __init__(self, unit: Unit, bank_id: str) -> None:
        versions = [one.version for one in unit.banks.versions() if one.id == bank_id]
        banks = [bank for version in versions if (bank := unit.banks.get(bank_id, version)) is not None]
        self._found: dict[str, tuple[Bank, Question]] = {
            question.content_hash(): (bank, question) for bank in banks for question in bank.items
        }

    def wordings(self, change: KeyChange) -> frozenset[bytes]:
        """Return the wordings that a change is about; versions with one wording share it."""
        shown = (self._found[one] for one in change.hashes if one in self._found)
        return frozenset(canonical(wording(bank, question)) for bank, question in shown)

"""What changed between two versions of a bank; a changed key matters most, so it comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.question import Question
from cequiz.language import tr


@dataclass(frozen=True, kw_only=True)
class BankDiff:
    """Question ids by what happened to them, and what the bank says of itself."""

    before: str
    after: str
    bank_changed: tuple[str, ...]
    """Fields of the bank as a whole, such as `title` or `objectives.D4`."""
    key_changed: tuple[str, ...]
    """Another answer is right now: scores of the past may need a re-mark."""
    changed: tuple[str, ...]
    """What the student sees is different, the figure included."""
    notes_changed: tuple[str, ...]
    """Only references, rationales, review or classification are different."""
    added: tuple[str, ...]
    removed: tuple[str, ...]


def compare(before: Bank, after: Bank) -> BankDiff:
    """Compare two banks by question id."""
    old = {question.id: question for question in before.items}
    new = {question.id: question for question in after.items}
    both = [name for name in old if name in new]
    keys = {name for name in both if _is_judged_anew(old[name], new[name])}
    asked = {name for name in both if _shown(before, old[name]) != _shown(after, new[name])} - keys
    notes = {name for name in both if old[name] != new[name]} - keys - asked
    return BankDiff(
        before=f"{before.id}@{before.version}",
        after=f"{after.id}@{after.version}",
        bank_changed=tuple(_fields_that_differ(before, after)),
        key_changed=tuple(name for name in both if name in keys),
        changed=tuple(name for name in both if name in asked),
        notes_changed=tuple(name for name in both if name in notes),
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
    )


def lines(found: BankDiff) -> Iterator[str]:
    """Yield one line a question, and one for every field of the bank."""
    groups = (
        (tr("key changed"), found.key_changed),
        (tr("changed"), found.changed),
        (tr("notes changed"), found.notes_changed),
        (tr("added"), found.added),
        (tr("removed"), found.removed),
        (tr("bank changed"), found.bank_changed),
    )
    for word, names in groups:
        for name in names:
            yield f"{word}: {name}"
    if not any(names for _, names in groups):
        yield tr("nothing differs")


def _is_judged_anew(old: Question, new: Question) -> bool:
    """Whether another answer is right: by the key, or by what is accepted beside it where nothing else is new."""
    if _right(old) != _right(new):
        return True
    return old.asked() == new.asked() and old.content_hash() != new.content_hash()


def _right(question: Question) -> tuple[object, ...]:
    """What is right, by ids and in words: options that swap their texts swap what is right."""
    key = question.key()
    words = tuple((part.label, part.right) for part in question.parts(key))
    return key, words, question.judged_by()


def _shown(bank: Bank, question: Question) -> tuple[object, ...]:
    """What the student sees: the wording, and the bytes and the descriptions of the figures."""
    names = [question.figure, question.case.figure if question.case else None]
    figures = [bank.figures[name] for name in names if name and name in bank.figures]
    return question.asked(), [(figure.sha256, figure.alt) for figure in figures]


def _fields_that_differ(before: Bank, after: Bank) -> Iterator[str]:
    old, new = before.to_json(), after.to_json()
    for field in (name for name in Bank.model_fields if name not in ("version", "questions")):
        one, other = old.get(field, {}), new.get(field, {})
        if one == other:
            continue
        if isinstance(one, dict) and isinstance(other, dict):
            yield from (f"{field}.{name}" for name in {**one, **other} if one.get(name) != other.get(name))
        else:
            yield field

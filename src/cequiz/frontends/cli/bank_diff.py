"""What changed between two versions of a bank; a changed key matters most, so it comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.question import Question


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
    old = {question.id: question for question in before.questions}
    new = {question.id: question for question in after.questions}
    both = [name for name in old if name in new]
    keys = {name for name in both if _right(old[name]) != _right(new[name])}
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
        ("key changed", found.key_changed),
        ("changed", found.changed),
        ("notes changed", found.notes_changed),
        ("added", found.added),
        ("removed", found.removed),
        ("bank changed", found.bank_changed),
    )
    for word, names in groups:
        for name in names:
            yield f"{word}: {name}"
    if not any(names for _, names in groups):
        yield "nothing differs"


def _right(question: Question) -> set[tuple[str, str]]:
    """The right choices, ids and words: options that swap their texts swap what is right."""
    right = question.chosen(question.key())
    return {(choice.id, choice.text) for choice in question.choices() if choice.id in right}


def _shown(bank: Bank, question: Question) -> tuple[object, ...]:
    """What the student sees: the wording, and the bytes and the description of the figure."""
    figure = bank.figures.get(question.figure or "")
    return question.asked(), figure and figure.sha256, figure and figure.alt


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

"""What changed between two versions of a bank; a changed key matters most, so it comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cequiz.domain.bank.bank import Bank


@dataclass(frozen=True, kw_only=True)
class BankDiff:
    """Question ids by what happened to them."""

    before: str
    after: str
    key_changed: tuple[str, ...]
    """Another answer is right now: scores of the past may need a re-mark."""
    changed: tuple[str, ...]
    """What the student sees is different."""
    notes_changed: tuple[str, ...]
    """Only references, rationales, review or classification are different."""
    added: tuple[str, ...]
    removed: tuple[str, ...]


def compare(before: Bank, after: Bank) -> BankDiff:
    """Compare two banks by question id."""
    old = {question.id: question for question in before.questions}
    new = {question.id: question for question in after.questions}
    both = [name for name in old if name in new]
    keys = [name for name in both if old[name].key() != new[name].key()]
    asked = [name for name in both if name not in keys and old[name].content_hash() != new[name].content_hash()]
    notes = [name for name in both if name not in {*keys, *asked} and old[name] != new[name]]
    return BankDiff(
        before=f"{before.id}@{before.version}",
        after=f"{after.id}@{after.version}",
        key_changed=tuple(keys),
        changed=tuple(asked),
        notes_changed=tuple(notes),
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
    )


def lines(found: BankDiff) -> Iterator[str]:
    """Yield one line a question."""
    groups = (
        ("key changed", found.key_changed),
        ("changed", found.changed),
        ("notes changed", found.notes_changed),
        ("added", found.added),
        ("removed", found.removed),
    )
    for word, names in groups:
        for name in names:
            yield f"{word}: {name}"
    if not any(names for _, names in groups):
        yield "no question differs"

"""What changed between two versions of a bank, by meaning: keys first, since scores of the past may hang on them.

A change is a value; how it is said is for the front ends. What changed in one question is for `question_diff`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.change import Change, ChangeKind
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.question_diff import question_changes
from cequiz.domain.canonical import Json, canonical


@dataclass(frozen=True, kw_only=True)
class BankDiff:
    """Question ids by what happened to them, what the bank says of itself, and every single change."""

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
    changes: tuple[Change, ...]
    """Everything that is different, question by question in the order of the groups above, the bank at the end."""

    def of(self, question: str) -> tuple[Change, ...]:
        """Return what is different about one question."""
        return tuple(one for one in self.changes if one.question == question)


def compare(before: Bank, after: Bank) -> BankDiff:
    """Compare two banks by question id."""
    old = {question.id: question for question in before.items}
    new = {question.id: question for question in after.items}
    both = [name for name in old if name in new]
    keys = {name for name in both if is_judged_anew(old[name], new[name])}
    asked = {name for name in both if shown(before, old[name]) != shown(after, new[name])} - keys
    notes = {name for name in both if old[name] != new[name]} - keys - asked
    groups = [[name for name in both if name in group] for group in (keys, asked, notes)]
    added, removed = [name for name in new if name not in old], [name for name in old if name not in new]
    changes = [
        *(one for group in groups for name in group for one in question_changes(old[name], new[name])),
        *_redrawn(before, after, both),
        *(Change(ChangeKind.ADDED, name, "", new[name].stem) for name in added),
        *(Change(ChangeKind.REMOVED, name, old[name].stem, "") for name in removed),
        *_bank_changes(before, after),
    ]
    return BankDiff(
        before=f"{before.id}@{before.version}",
        after=f"{after.id}@{after.version}",
        bank_changed=tuple(change.part for change in changes if change.kind is ChangeKind.BANK),
        key_changed=tuple(groups[0]),
        changed=tuple(groups[1]),
        notes_changed=tuple(groups[2]),
        added=tuple(added),
        removed=tuple(removed),
        changes=tuple(changes),
    )


def is_judged_anew(old: Question, new: Question) -> bool:
    """Whether another answer is right: by the key, or by what is accepted beside it where nothing else is new."""
    if _right(old) != _right(new):
        return True
    return old.asked() == new.asked() and old.content_hash() != new.content_hash()


def shown(bank: Bank, question: Question) -> tuple[object, ...]:
    """Return what the student sees: the wording, and the bytes and the descriptions of the figures."""
    return question.asked(), figures_of(bank, question)


def figures_of(bank: Bank, question: Question) -> list[tuple[str | None, str]]:
    """Return the hash and the description of every figure that is shown with a question."""
    names = [question.figure, question.case.figure if question.case else None]
    figures = [bank.figures[name] for name in names if name and name in bank.figures]
    return [(figure.sha256, figure.alt) for figure in figures]


def _redrawn(before: Bank, after: Bank, names: Iterable[str]) -> Iterator[Change]:
    """Yield the questions that show the same figure by name, and another picture or another description of it."""
    for name in names:
        old, new = before.question(name), after.question(name)
        same = (old.figure, old.case and old.case.figure) == (new.figure, new.case and new.case.figure)
        if same and figures_of(before, old) != figures_of(after, new):
            named = [figure for figure in (new.figure, new.case.figure if new.case else None) if figure]
            yield Change(ChangeKind.FIGURE_REDRAWN, name, ", ".join(named), ", ".join(named))


def _right(question: Question) -> tuple[object, ...]:
    """What is right, by ids and in words: options that swap their texts swap what is right."""
    key = question.key()
    words = tuple((part.label, part.right) for part in question.parts(key))
    return key, words, question.judged_by()


def _bank_changes(before: Bank, after: Bank) -> Iterator[Change]:
    old, new = before.to_json(), after.to_json()
    for field in (name for name in Bank.model_fields if name not in ("version", "questions")):
        one, other = old.get(field, {}), new.get(field, {})
        if one == other:
            continue
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            for name in {**one, **other}:
                if one.get(name) != other.get(name):
                    yield _bank_change(f"{field}.{name}", one.get(name), other.get(name))
        else:
            yield _bank_change(field, one, other)


def _bank_change(field: str, before: Json, after: Json) -> Change:
    return Change(ChangeKind.BANK, "", _plain(before), _plain(after), part=field)


def _plain(value: Json) -> str:
    if value is None or value == {}:
        return ""
    return value if isinstance(value, str) else canonical(value).decode()

"""Corrections in force: what was decided about keys, and what it means for the items of one attempt.

Whoever marks asks here, so that an attempt which ends after a key was corrected is marked by the corrected one. The
decisions themselves, with who made them and why, are proposals that were applied; the newest of a question counts,
by the order of the audit record and never by a clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cequiz.domain.bank.question import Question
from cequiz.domain.bank.rekey import with_fields
from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.exam.form import FormItem
from cequiz.domain.exam.marking import Score
from cequiz.domain.exam.remark import Correction, Drop
from cequiz.services.ports import AuditQuery, Proposal, Unit, Window

KIND = "key-change"
"""The kind of the proposals."""

APPLIED = "applied"

CHANGED = "bank.key_changed"
"""The deed of applying a change; its record names the proposal."""

_EVERY = 10_000_000
"""Rows of a list that is worked off whole."""


@dataclass(frozen=True, kw_only=True)
class KeyChange:
    """What is right about one question from now on: another key, or that it does not count."""

    bank: str
    question: str
    hashes: frozenset[str] = frozenset()
    """The content hashes of all versions with the wording that it holds for."""
    fields: Mapping[str, Json] | None = None
    """The fields of the bank file that hold the key; None for an item that is dropped."""
    drop: Drop | None = None

    @property
    def item(self) -> str:
        """`bank/question`."""
        return f"{self.bank}/{self.question}"

    def holds_for(self, item: FormItem) -> bool:
        """Whether it is about this item in the version that was drawn."""
        return item.key == self.item and item.content_hash in self.hashes

    def to_json(self) -> dict[str, Json]:
        """Return it as canonical JSON values."""
        return {
            "question": self.question,
            "hashes": sorted(self.hashes),
            "fields": self.fields,
            "drop": None if self.drop is None else str(self.drop),
        }

    @classmethod
    def from_json(cls, bank: str, data: Mapping[str, Json]) -> KeyChange:
        """Rebuild it from `to_json`."""
        fields, drop, hashes = data["fields"], data["drop"], data["hashes"]
        assert isinstance(hashes, Sequence)  # noqa: S101 - our own record, checked for the type checker
        return cls(
            bank=bank,
            question=str(data["question"]),
            hashes=frozenset(str(one) for one in hashes),
            fields=fields if isinstance(fields, Mapping) else None,
            drop=Drop(str(drop)) if drop is not None else None,
        )


def in_force(unit: Unit) -> tuple[KeyChange, ...]:
    """Return every change of a key that was applied, oldest first."""
    return tuple(change for _, changes in decided(unit) for change in changes)


def decided(unit: Unit) -> tuple[tuple[Proposal, tuple[KeyChange, ...]], ...]:
    """Return every proposal that was applied with what it says of keys, in the order in which they were applied."""
    applied = [one for one in unit.proposals.all() if (one.kind, one.state) == (KIND, APPLIED)]
    if not applied:
        return ()
    records = unit.listings.audit(AuditQuery(deed=CHANGED), Window(limit=_EVERY)).rows
    places = {str(one.details.get("proposal")): place for place, one in enumerate(reversed(records))}
    ordered = sorted(applied, key=lambda one: places.get(one.id, len(places)))
    return tuple((one, _changes_of(one)) for one in ordered)


def _changes_of(proposal: Proposal) -> tuple[KeyChange, ...]:
    changes, bank = proposal.body["changes"], str(proposal.body["bank"])
    assert isinstance(changes, Sequence)  # noqa: S101 - our own record, checked for the type checker
    return tuple(KeyChange.from_json(bank, one) for one in changes if isinstance(one, Mapping))


def corrections(
    changes: Sequence[KeyChange], attempt: Attempt, questions: Mapping[str, Question]
) -> dict[str, Correction]:
    """Return what changes of keys mean for an attempt, by item key; the last one about an item counts.

    Args:
        changes: in the order in which they were decided.
        attempt: whose form may hold the items.
        questions: item key to the very question that was shown.
    """
    found: dict[str, Correction] = {}
    about = {change.item for change in changes}
    for item in attempt.form.items:
        if item.key not in about:
            continue
        change = next((one for one in reversed(changes) if one.holds_for(item)), None)
        if change is not None:
            shown = questions[item.key]
            judged = None if change.fields is None else with_fields(shown, change.fields)
            found[item.key] = Correction(shown, judged, change.drop)
    return found


def as_judged(
    attempt: Attempt, score: Score, questions: Mapping[str, Question], found: Mapping[str, Correction]
) -> tuple[Attempt, dict[str, Question]]:
    """Return an attempt and its questions as they were judged, to be shown with the key that its score went by.

    Where the score still goes by the old key, because a pass was not taken away, the item stays as it was shown.
    """
    marks = {one.item: one for one in score.marks}
    items, responses, judging = [], dict(attempt.responses), dict(questions)
    for item in attempt.form.items:
        correction = found.get(item.key)
        judged = correction.judged if correction else None
        if correction is None or judged is None:
            items.append(item)
            continue
        response = responses.get(item.key)
        said = None if response is None else correction.shown.said(response, judged)
        if judged.mark(said) * item.points != marks[item.key].earned:
            items.append(item)
            continue
        judging[item.key] = judged
        if said is not None:
            responses[item.key] = said
        items.append(replace(item, order=tuple(correction.shown.called(one, judged) for one in item.order)))
    return replace(attempt, form=replace(attempt.form, items=tuple(items)), responses=responses), judging

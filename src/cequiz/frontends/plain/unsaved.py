"""What became of a deed: on record or not, in words.

Everything here is read from the sitting; nothing is decided or written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cequiz.domain.canonical import Json
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.frontends.plain.questions import face_of
from cequiz.language import mark, tr
from cequiz.services.sitting import Sitting

_WORDS = {
    EventKind.CLEARED: mark("question {number}, answer cleared"),
    EventKind.FLAGGED: mark("question {number}, flag"),
    EventKind.UNFLAGGED: mark("question {number}, flag taken away"),
    EventKind.CHALLENGED: mark("question {number}, challenge"),
}

_OPPOSITES = {EventKind.CLEARED: EventKind.ANSWERED, EventKind.UNFLAGGED: EventKind.FLAGGED}


@dataclass(frozen=True)
class Deed:
    """Something a student did with one question."""

    kind: EventKind
    item: str
    response: Json = None

    @classmethod
    def of(cls, draft: EventDraft) -> Self | None:
        """Return the deed that a draft writes; None for those that a student does not know of."""
        item = draft.payload.get("item")
        return cls(draft.kind, item, draft.payload.get("response")) if isinstance(item, str) else None

    def words(self, sitting: Sitting) -> str:
        """Return `question 3, answer B`."""
        form = sitting.attempt.form
        place = form.position(self.item)
        if self.kind is EventKind.ANSWERED and isinstance(self.response, dict):
            question = sitting.questions[self.item]
            answer = face_of(question).short(question, form.items[place].order, self.response)
            return tr("question {number}, answer {answer}", number=place + 1, answer=answer)
        return tr(_WORDS.get(self.kind, mark("question {number}, change")), number=place + 1)

    def on_record(self, sitting: Sitting) -> bool:
        """Whether the records hold it; what waits to be written they do not."""
        if self in pending(sitting):
            return False
        attempt = sitting.attempt
        match self.kind:
            case EventKind.ANSWERED:
                return attempt.responses.get(self.item) == self.response
            case EventKind.CLEARED:
                return self.item not in attempt.responses
            case EventKind.FLAGGED:
                return self.item in attempt.flags
            case EventKind.UNFLAGGED:
                return self.item not in attempt.flags
            case _:
                return any(one["item"] == self.item for one in attempt.challenges)


def pending(sitting: Sitting) -> list[Deed]:
    """Return what is not written yet, oldest first; a later answer to a question takes an earlier one's place."""
    return latest([deed for draft in sitting.pending if (deed := Deed.of(draft)) is not None])


def latest(deeds: Sequence[Deed]) -> list[Deed]:
    """Return the deeds without those that a later one undoes or replaces."""
    kept: dict[tuple[EventKind, str], Deed] = {}
    for deed in deeds:
        topic = (_OPPOSITES.get(deed.kind, deed.kind), deed.item)
        kept.pop(topic, None)
        kept[topic] = deed
    return list(kept.values())

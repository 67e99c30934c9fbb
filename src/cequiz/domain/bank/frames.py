"""The two ways in which a question is answered: by picking lettered choices, or by filling slots.

Faces are written against these frames, so that a new type of either kind needs no new screen. Ordering is picking
too: there the order of the picks is the answer.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.question import Choice, Part, Question
from cequiz.domain.canonical import Json


class ChoiceQuestion(Question):
    """A question that is answered by naming choices: single, multiple, true_false, ordering."""

    @abstractmethod
    def chosen(self, response: Mapping[str, Json] | None) -> tuple[str, ...]:
        """Return the ids of the choices that a response names; none for None.

        In bank order, or, where `in_order`, in the order the response gives them.

        Raises:
            InvalidResponse: when the question cannot take the response.
        """

    @abstractmethod
    def respond(self, chosen: Sequence[str]) -> dict[str, Json]:
        """Return the canonical response that names these choices, the inverse of `chosen`.

        Raises:
            InvalidResponse: when the choices make no response, as none at all do.
        """

    @property
    def max_choices(self) -> int:
        """How many choices one response may name."""
        return 1

    @property
    def in_order(self) -> bool:
        """Whether the order of the choices is the answer (ordering)."""
        return False

    def parts(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> tuple[Part, ...]:
        """Return the one part there is: the chosen texts beside the right ones."""
        texts = {choice.id: choice.text for choice in self.choices()}
        given = "; ".join(texts[one] for one in self.chosen(response))
        right = "; ".join(texts[one] for one in self.chosen(self.key()))
        return (Part("", given or None, right, self.mark(response, lexicon)),)


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of an answer that is filled on its own.

    Attributes:
        id: the stable id that a response names: a pair, a blank, a point of a figure.
        label: what it asks, in the bank's words; empty where the question has one slot, or where the number says it.
        choices: what it is filled from, in bank order; None where the answer is typed.
        at: where a point lies on the figure, as shares of its width and height from the top left.
        unit: the unit a typed number is read in, to be said beside the field.
    """

    id: str
    label: str
    choices: tuple[Choice, ...] | None
    at: tuple[float, float] | None = None
    unit: str = ""


class SlotQuestion(Question):
    """A question that is answered slot by slot: matching, cloze, label_figure, short_answer, numeric.

    A response may leave slots open: what is filled counts, and `missing` says how many are not.
    """

    @abstractmethod
    def slots(self) -> tuple[Slot, ...]:
        """Return the slots in the order they are numbered for the student."""

    @abstractmethod
    def filled(self, response: Mapping[str, Json] | None) -> dict[str, str]:
        """Return what fills each slot: the id of a choice, or the typed text; open slots are left out.

        Raises:
            InvalidResponse: when the question cannot take the response.
        """

    @abstractmethod
    def fill(self, filled: Mapping[str, str]) -> dict[str, Json]:
        """Return the canonical response in which these slots are filled, the inverse of `filled`.

        Raises:
            InvalidResponse: when a slot or a choice is unknown, a typed text is empty or (numeric) no number, or
                nothing is filled at all.
        """

    @property
    def shared(self) -> bool:
        """Whether every slot is filled from the same choices (matching, label_figure), so they are shown once."""
        return False

    def ordered(self, slot: Slot, order: Sequence[str]) -> tuple[Choice, ...]:
        """Return a slot's choices in the order of the form; empty where the answer is typed.

        Args:
            slot: one of this question's.
            order: of the form item: the ids of `choices()`, which for a cloze are `slot/choice`.
        """
        choices = {choice.id: choice for choice in slot.choices or ()}
        keys = (
            order
            if self.shared
            else [key.removeprefix(f"{slot.id}/") for key in order if key.startswith(f"{slot.id}/")]
        )
        return tuple(choices[key] for key in keys if key in choices)

    def missing(self, response: Mapping[str, Json] | None) -> int:
        """Return how many slots are still open."""
        return len(self.slots()) - len(self.filled(response))

"""Short answer: a few words are typed and compared with the texts the author accepts."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cequiz.domain.bank.frames import Slot, SlotQuestion
from cequiz.domain.bank.lexicon import Lexicon, NearMiss
from cequiz.domain.bank.question import Choice, Part, only_field
from cequiz.domain.bank.typed import ANSWER, Accepted, TypedAnswer, accepting, only_answer, typed_text
from cequiz.domain.canonical import Json


class ShortAnswer(SlotQuestion, TypedAnswer):
    """A question with one typed answer; a response is `{text: ...}`, just as it was typed."""

    KEY_FIELDS: ClassVar[tuple[str, ...]] = ("accept", "spelling")

    type: Literal["short_answer"]
    accepted: Annotated[tuple[Accepted, ...], Field(min_length=1, max_length=100, alias="accept")]

    def choices(self) -> tuple[Choice, ...]:
        """There is nothing to pick from."""
        return ()

    def slots(self) -> tuple[Slot, ...]:
        """Return the one slot, to be typed into."""
        return (Slot(ANSWER, "", None),)

    def filled(self, response: Mapping[str, Json] | None) -> dict[str, str]:
        """Return the typed text in its slot."""
        return {} if response is None else {ANSWER: typed_text(only_field(response, "text"))}

    def fill(self, filled: Mapping[str, str]) -> dict[str, Json]:
        """Return the response that holds the typed text."""
        return self.accept({"text": only_answer(filled)})

    def accept(self, response: Mapping[str, Json]) -> dict[str, Json]:
        """Return the response when it is one text that can be shown; the text stays as it was typed."""
        return {"text": typed_text(only_field(response, "text"))}

    def mark(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> Fraction:
        """Return the credit of the best accepted answer that the text is taken for, else 0."""
        if response is None:
            return Fraction(0)
        return self.judge(typed_text(only_field(response, "text")), lexicon).share

    def key(self) -> dict[str, Json]:
        """Return the first answer that earns the full points."""
        return {"text": self.right_text()}

    def rekeyed(self, response: Mapping[str, Json], *, beside: bool) -> dict[str, Json]:
        """Return the texts that are accepted, the one of the response with all points."""
        fields = self.key_fields()
        return fields | {"accept": accepting(fields["accept"], self.filled(response)[ANSWER], beside=beside)}

    def parts(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> tuple[Part, ...]:
        """Return the typed text beside the right one."""
        return (Part("", self.filled(response).get(ANSWER), self.right_text() or "", self.mark(response, lexicon)),)

    def near_misses(self, response: Mapping[str, Json] | None, lexicon: Lexicon) -> tuple[NearMiss, ...]:
        """Return the typed text, where only an opposite or a neighbour kept it from being accepted."""
        text = self.filled(response).get(ANSWER)
        miss = None if text is None else self.judge(text, lexicon).miss
        return () if miss is None else (miss,)

    def judged_by(self) -> dict[str, Json]:
        """Return the accepted texts with their credits, and how closely they must be spelled."""
        return self.judging()

    def guess(self) -> Fraction:
        """Nothing is earned by a blind guess."""
        return Fraction(0)

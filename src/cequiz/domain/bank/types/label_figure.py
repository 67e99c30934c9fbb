"""Labelling: numbered points on a figure, each to be named from one list of choices."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from math import perm
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.fields import MOST_CHOICES, Decimal, Id, Label, Line, Value, decimal_text, refuse, repeated
from cequiz.domain.bank.frames import Slot
from cequiz.domain.bank.places import PlacesQuestion, unknown_choice
from cequiz.domain.bank.question import Choice
from cequiz.domain.canonical import Json
from cequiz.language import tr


def _inside(value: Fraction) -> Fraction:
    if not 0 <= value <= 1:
        raise PydanticCustomError("range", tr("a place on a figure is a share of its width or height, from 0 to 1"))
    return value


Share = Annotated[Decimal, AfterValidator(_inside)]


class Point(Value):
    """A point of the figure and the choice that names it.

    Attributes:
        at: shares of the figure's width and height, from its top left.
    """

    id: Label
    at: tuple[Share, Share]
    answer: Id


class LabelFigure(PlacesQuestion):
    """Points of a figure to be named; a response is `{points: {point id: choice id}}`."""

    field: ClassVar[str] = "points"
    KEY_FIELDS: ClassVar[tuple[str, ...]] = ("points_on_figure",)

    type: Literal["label_figure"]
    figure: Id
    points_on_figure: Annotated[tuple[Point, ...], Field(min_length=1, max_length=20)]
    names: Annotated[Mapping[Id, Line], Field(alias="choices", min_length=2, max_length=MOST_CHOICES)]

    @model_validator(mode="after")
    def _named(self) -> LabelFigure:
        problems: list[tuple[tuple[str | int, ...], PydanticCustomError]] = [
            (
                ("points_on_figure", index, "answer"),
                PydanticCustomError("unknown_name", tr("there is no choice {choice}", choice=point.answer)),
            )
            for index, point in enumerate(self.points_on_figure)
            if point.answer not in self.names
        ]
        places = [f"{point.at[0]} {point.at[1]}" for point in self.points_on_figure]
        for index, _ in repeated(places):
            sentence = tr("another point lies at this very place")
            problems.append((("points_on_figure", index, "at"), PydanticCustomError("duplicate", sentence)))
        refuse(self, *problems)
        return self

    @property
    def shared(self) -> bool:
        """Every point is named from the same choices."""
        return True

    def choices(self) -> tuple[Choice, ...]:
        """Return the choices in the order of their ids."""
        return self._choices

    def make_slots(self) -> tuple[Slot, ...]:
        """Return the points; the number that is drawn on the figure says which is which."""
        return tuple(
            Slot(point.id, "", self._choices, (float(point.at[0]), float(point.at[1])))
            for point in self.points_on_figure
        )

    def right(self) -> Mapping[str, str]:
        """Return the choice that names each point."""
        return self._right

    def rekeyed(self, response: Mapping[str, Json], *, beside: bool) -> dict[str, Json]:
        """Return the points with the choices that the response gives them."""
        right, points = self.filled(response), self.key_fields()["points_on_figure"]
        return {"points_on_figure": [{**point, "answer": right[point["id"]]} for point in points]}

    def taken(self, place: str, value: str) -> str:
        """Return the id of a choice."""
        if value not in self.names:
            raise unknown_choice()
        return value

    def told(self, place: str, value: str) -> str:
        """Return a choice's text."""
        return self.names[value]

    def asked(self) -> dict[str, Json]:
        """Return what is shown, the places of the points included."""
        points: list[Json] = [
            {"id": point.id, "at": [decimal_text(share) for share in point.at]} for point in self.points_on_figure
        ]
        return super().asked() | {"points_on_figure": points}

    def guess(self) -> Fraction:
        """Return the chance of naming all points; where each has a name of its own, none is used twice."""
        points, names = len(self.points_on_figure), len(self.names)
        distinct = len(set(self._right.values())) == points
        return Fraction(1, perm(names, points) if distinct else names**points)

    @cached_property
    def _choices(self) -> tuple[Choice, ...]:
        # A mapping has no order that survives canonical JSON, and the content hash covers the order of the choices.
        return tuple(Choice(name, self.names[name]) for name in sorted(self.names))

    @cached_property
    def _right(self) -> Mapping[str, str]:
        return {point.id: point.answer for point in self.points_on_figure}

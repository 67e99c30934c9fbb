"""The figures of questions: what they show in words, where their points lie, and the bytes to draw them from.

Words come first: whoever cannot see a picture, and every face that cannot draw one, has the alternative text. How a
picture is drawn is for others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cequiz.domain.bank.bank import Figure
from cequiz.domain.bank.frames import SlotQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.exam.form import FormItem
from cequiz.services import grading
from cequiz.services.ports import FigureFile, Ports


class Point(NamedTuple):
    """A place on a figure that a question asks about."""

    label: str
    """The number that the student knows it by."""
    x: float
    """Share of the width, from the left."""
    y: float
    """Share of the height, from the top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """One figure as a question shows it."""

    alt: str
    credit: str
    """Who made it; empty where nobody is named."""
    sha256: str
    """Of its bytes; empty where a bank never had them."""
    media_type: str
    points: tuple[Point, ...] = ()


def views(question: Question, figures: Mapping[str, Figure]) -> tuple[FigureView, ...]:
    """Return what is shown with a question: the figure of its case, then its own; one figure is shown once.

    Args:
        question: the question.
        figures: those of its bank, by name.
    """
    wanted: list[tuple[str | None, tuple[Point, ...]]]
    points = _points(question)
    shared = question.case.figure if question.case is not None else None
    wanted = [(shared, ())] if shared != question.figure else []
    wanted.append((question.figure, points))
    return tuple(_view(figures[name], places) for name, places in wanted if name is not None and name in figures)


def of(ports: Ports, items: Iterable[FormItem], questions: Mapping[str, Question]) -> dict[str, tuple[FigureView, ...]]:
    """Return the figures of each item of a form by item key; items without any are left out.

    Args:
        ports: the store is asked for the banks.
        items: of the form.
        questions: by item key.
    """
    wanted = [item for item in items if _names(questions[item.key])]
    if not wanted:
        return {}
    with ports.store.read() as unit:
        versions = {(item.bank, item.bank_version) for item in wanted}
        banks = {version: unit.banks.get(*version) for version in versions}
    found = {}
    for item in wanted:
        bank = banks[item.bank, item.bank_version]
        shown = views(questions[item.key], bank.figures) if bank is not None else ()
        if shown:
            found[item.key] = shown
    return found


def alternatives(ports: Ports, attempt: Attempt, questions: Mapping[str, Question]) -> dict[str, str]:
    """Return the words of each item's figures by item key; items without a figure are left out."""
    found = of(ports, attempt.form.items, questions)
    return {item: " ".join(view.alt for view in shown) for item, shown in found.items()}


def of_attempt(ports: Ports, attempt_id: str) -> dict[str, str]:
    """Return the words of each item's figures of an attempt that is looked at afterwards, by item key.

    Raises:
        NotFound: there is no such attempt.
    """
    attempt, _, questions = grading.attempt(ports, attempt_id)
    return alternatives(ports, attempt, questions)


def content(ports: Ports, sha256: str) -> FigureFile | None:
    """Return a figure's bytes; None where a bank was loaded before figures were kept."""
    if not sha256:
        return None
    with ports.store.read() as unit:
        return unit.figures.get(sha256)


def _names(question: Question) -> bool:
    return question.figure is not None or (question.case is not None and question.case.figure is not None)


def _view(figure: Figure, points: tuple[Point, ...]) -> FigureView:
    return FigureView(
        alt=figure.alt,
        credit=figure.credit or "",
        sha256=figure.sha256 or "",
        media_type=figure.media_type,
        points=points,
    )


def _points(question: Question) -> tuple[Point, ...]:
    """Return the points that a question asks about, numbered as its slots are."""
    if not isinstance(question, SlotQuestion):
        return ()
    slots = enumerate(question.slots(), start=1)
    return tuple(Point(str(number), *slot.at) for number, slot in slots if slot.at is not None)

"""What changed in one question: its key, what it offers, what it asks, and what stands beside it.

Options are told by their letter in the file, with their id where that is another. Two versions of a type are compared
part by part; a question that became another type is told as that alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from cequiz.domain.bank.change import Change, ChangeKind
from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.bank.frames import ChoiceQuestion
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Choice, Question
from cequiz.domain.bank.typed import Accepted
from cequiz.domain.bank.types.cloze import Blank, Cloze
from cequiz.domain.bank.types.label_figure import LabelFigure
from cequiz.domain.bank.types.matching import Matching
from cequiz.domain.bank.types.multiple import Multiple
from cequiz.domain.bank.types.numeric import Numeric, Tolerance, Unit
from cequiz.domain.bank.types.ordering import Ordering
from cequiz.domain.bank.types.short_answer import ShortAnswer

LETTERS = "ABCDEFGHIJK"
"""How choices are called by their place in the file."""


def question_changes(old: Question, new: Question) -> tuple[Change, ...]:
    """Return what is different between two versions of a question: the key first, the notes last."""
    if old.type != new.type:
        return (Change(ChangeKind.TYPE, new.id, old.type, new.type),)
    found = [*_answer(old, new), *_worded(old, new)]
    return tuple(Change(kind, new.id, before, after, part) for kind, part, before, after in found)


def letters_of(choices: Sequence[Choice]) -> dict[str, str]:
    """Return how each choice is called, by id: its letter in the file, and its id where that is another word."""
    named = zip(LETTERS, choices, strict=False)
    return {one.id: letter if one.id == letter.lower() else f"{letter} ({one.id})" for letter, one in named}


_Found = tuple[ChangeKind, str, str, str]
"""Kind, part, before, after."""


def _answer(old: Question, new: Question) -> Iterator[_Found]:
    """Yield what is different in the part that is answered."""
    match old, new:
        case (Matching(), Matching()):
            yield from _matching(old, new)
        case (LabelFigure(), LabelFigure()):
            yield from _labels(old, new)
        case (Cloze(), Cloze()):
            yield from _cloze(old, new)
        case (ShortAnswer(), ShortAnswer()):
            yield from _differ(ChangeKind.ACCEPTED, _accepted(old.accepted), _accepted(new.accepted))
            yield from _differ(ChangeKind.SPELLING, str(old.spelling), str(new.spelling))
        case (Numeric(), Numeric()):
            yield from _differ(ChangeKind.KEY, old.right_text(), new.right_text())
            yield from _differ(ChangeKind.TOLERANCE, _tolerance(old.tolerance), _tolerance(new.tolerance))
            yield from _differ(ChangeKind.UNIT, _unit(old.unit), _unit(new.unit))
        case (ChoiceQuestion(), ChoiceQuestion()):
            yield from _choices(old, new)
    yield from _differ(ChangeKind.SCORING, _scoring(old), _scoring(new))


def _choices(old: ChoiceQuestion, new: ChoiceQuestion) -> Iterator[_Found]:
    before, after = old.chosen(old.key()), new.chosen(new.key())
    # The letters of an ordering are those of the version before: in its own file every order is A B C.
    was = letters_of(old.choices())
    names = {**letters_of(new.choices()), **was} if new.in_order else letters_of(new.choices())
    if before != after:
        yield ChangeKind.KEY, "", _called(before, was), _called(after, names)
    right = frozenset(before) & frozenset(after)
    yield from _offered(old.choices(), new.choices(), rewording=lambda one: _rewording(old, one in right))


def _called(ids: Sequence[str | None], names: Mapping[str, str]) -> str:
    return " ".join(names[one] for one in ids if one is not None)


def _rewording(question: Question, right: bool) -> ChangeKind:
    if not isinstance(question, OptionQuestion):
        return ChangeKind.OPTION_REWORDED
    return ChangeKind.KEY_REWORDED if right else ChangeKind.DISTRACTOR_REWORDED


def _offered(
    old: Sequence[Choice], new: Sequence[Choice], *, rewording: Callable[[str], ChangeKind], where: str = ""
) -> Iterator[_Found]:
    """Yield what is different in what is offered, choice by choice."""
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    was, now = letters_of(old), letters_of(new)
    for name in (name for name in before if name in after):
        part = f"{where}{now[name]}"
        if before[name].text != after[name].text:
            yield rewording(name), part, before[name].text, after[name].text
        if before[name].pin != after[name].pin:
            yield ChangeKind.OPTION_PINNED, part, before[name].pin or "", after[name].pin or ""
    for name in (name for name in after if name not in before):
        yield ChangeKind.OPTION_ADDED, f"{where}{now[name]}", "", after[name].text
    for name in (name for name in before if name not in after):
        yield ChangeKind.OPTION_REMOVED, f"{where}{was[name]}", before[name].text, ""


def _matching(old: Matching, new: Matching) -> Iterator[_Found]:
    before, after = {one.id: one for one in old.pairs}, {one.id: one for one in new.pairs}
    places = {one.id: f"{number} ({one.id})" for number, one in enumerate(new.pairs, start=1)}
    for name in (name for name in after if name in before):
        yield from _differ(ChangeKind.KEY, before[name].right, after[name].right, places[name])
        yield from _differ(ChangeKind.LEFT_REWORDED, before[name].left, after[name].left, places[name])
    for name in (name for name in after if name not in before):
        yield ChangeKind.OPTION_ADDED, places[name], "", f"{after[name].left} = {after[name].right}"
    for name in (name for name in before if name not in after):
        yield ChangeKind.OPTION_REMOVED, name, f"{before[name].left} = {before[name].right}", ""
    was = {choice.text for choice in old.choices()}
    now = {choice.text for choice in new.choices()}
    told = {one.right for one in (*old.pairs, *new.pairs)}
    for text in sorted(was - now - told):
        yield ChangeKind.OPTION_REMOVED, "", text, ""
    for text in sorted(now - was - told):
        yield ChangeKind.OPTION_ADDED, "", "", text


def _labels(old: LabelFigure, new: LabelFigure) -> Iterator[_Found]:
    before, after = {one.id: one for one in old.points_on_figure}, {one.id: one for one in new.points_on_figure}
    for name in (name for name in after if name in before):
        one, other = before[name], after[name]
        if (one.answer, old.names[one.answer]) != (other.answer, new.names[other.answer]):
            yield ChangeKind.KEY, name, old.names[one.answer], new.names[other.answer]
        at, then = (" ".join(decimal_text(share) for share in point.at) for point in (one, other))
        yield from _differ(ChangeKind.POINT_MOVED, at, then, name)
    for name in (name for name in after if name not in before):
        yield ChangeKind.OPTION_ADDED, name, "", new.names[after[name].answer]
    for name in (name for name in before if name not in after):
        yield ChangeKind.OPTION_REMOVED, name, old.names[before[name].answer], ""
    yield from _offered(old.choices(), new.choices(), rewording=lambda _: ChangeKind.OPTION_REWORDED)


def _cloze(old: Cloze, new: Cloze) -> Iterator[_Found]:
    places = {slot.id: f"{number} ({slot.id})" for number, slot in enumerate(new.slots(), start=1)}
    for name, place in places.items():
        if name not in old.blanks:
            yield ChangeKind.OPTION_ADDED, place, "", _filling(new.blanks[name])
            continue
        yield from _blank(old.blanks[name], new.blanks[name], place)
    for name in (name for name in old.blanks if name not in places):
        yield ChangeKind.OPTION_REMOVED, name, _filling(old.blanks[name]), ""
    yield from _differ(ChangeKind.TEXT, old.text, new.text)


def _blank(old: Blank, new: Blank, place: str) -> Iterator[_Found]:
    if (old.options is None) is not (new.options is None):
        yield ChangeKind.TYPE, place, _filling(old), _filling(new)
        return
    if new.options is None:
        yield from _differ(ChangeKind.ACCEPTED, _accepted(old.accepted), _accepted(new.accepted), place)
        yield from _differ(ChangeKind.SPELLING, str(old.spelling), str(new.spelling), place)
        return
    was, now = letters_of(old.choices()), letters_of(new.choices())
    before, after = was.get(old.right() or "", ""), now.get(new.right() or "", "")
    if old.right() != new.right():
        yield ChangeKind.KEY, place, before, after
    same = {old.right()} & {new.right()}
    yield from _offered(
        old.choices(),
        new.choices(),
        rewording=lambda one: ChangeKind.KEY_REWORDED if one in same else ChangeKind.DISTRACTOR_REWORDED,
        where=f"{place} ",
    )


def _filling(blank: Blank) -> str:
    return _accepted(blank.accepted) if blank.options is None else "; ".join(one.text for one in blank.options)


def _worded(old: Question, new: Question) -> Iterator[_Found]:
    """Yield what is different in what every type has."""
    for kind, told in _TOLD.items():
        yield from _differ(kind, told(old), told(new))
    rationales, were = new.choice_rationales(), old.choice_rationales()
    names = {**_names(old), **_names(new)}
    for name in {**were, **rationales}:
        before, after = were.get(name, ""), rationales.get(name, "")
        yield from _differ(ChangeKind.RATIONALE, before, after, names.get(name, name))


def _names(question: Question) -> dict[str, str]:
    return {} if isinstance(question, Cloze) else letters_of(question.choices())


def _differ(kind: ChangeKind, before: str, after: str, part: str = "") -> Iterator[_Found]:
    if before != after:
        yield kind, part, before, after


_TOLD: Mapping[ChangeKind, Callable[[Question], str]] = {
    ChangeKind.STEM: lambda one: one.stem,
    ChangeKind.VIGNETTE: lambda one: one.case.vignette if one.case else "",
    ChangeKind.FIGURE: lambda one: ", ".join(f for f in (one.figure, one.case.figure if one.case else None) if f),
    ChangeKind.POINTS: lambda one: decimal_text(one.points),
    ChangeKind.SHUFFLE: lambda one: str(one.shuffle).lower(),
    ChangeKind.OBJECTIVE: lambda one: one.objective,
    ChangeKind.COGNITIVE: lambda one: str(one.cognitive),
    ChangeKind.DIFFICULTY: lambda one: str(one.difficulty),
    ChangeKind.CLAIM: lambda one: str(one.claim),
    ChangeKind.TESTS: lambda one: ", ".join(one.tests),
    ChangeKind.ASPECT: lambda one: str(one.aspect or ""),
    ChangeKind.ENEMIES: lambda one: ", ".join(one.enemies),
    ChangeKind.REVIEW: lambda one: str(one.review.status),
    ChangeKind.REVIEWER: lambda one: f"{one.review.by}, {one.review.on}",
    ChangeKind.BLIND: lambda one: "; ".join(_blind(one)),
    ChangeKind.REFERENCES: lambda one: "; ".join(_reference(one)),
    ChangeKind.RATIONALE: lambda one: one.rationale or "",
    ChangeKind.WAIVE: lambda one: ", ".join(f"{code}: {why}" for code, why in one.waive.items()),
    ChangeKind.VERSION: lambda one: str(one.version),
}


def _reference(question: Question) -> Iterator[str]:
    for one in question.references:
        yield ", ".join(part for part in (one.cite, one.url, one.doi) if part)


def _blind(question: Question) -> Iterator[str]:
    for one in question.review.blind:
        agreed = "agreed" if one.agreed else "disagreed"
        yield ", ".join(part for part in (one.by, str(one.on), agreed, one.note) if part)


def _accepted(accepted: Sequence[Accepted]) -> str:
    return "; ".join(one.text if one.credit == 1 else f"{one.text} ({one.credit})" for one in accepted)


def _tolerance(tolerance: Tolerance | None) -> str:
    if tolerance is None:
        return ""
    if tolerance.percent is not None:
        return f"{decimal_text(tolerance.percent)} %"
    return decimal_text(tolerance.absolute) if tolerance.absolute is not None else ""


def _unit(unit: Unit | None) -> str:
    if unit is None:
        return ""
    return ", ".join((unit.canonical, *(f"{name} = {decimal_text(each)}" for name, each in unit.accept.items())))


def _scoring(question: Question) -> str:
    match question:
        case Multiple():
            floor = f", floor {decimal_text(question.scoring.floor)}" if question.scoring.floor else ""
            return f"{question.scoring.method.value}{floor}"
        case Matching() | Ordering():
            return question.scoring.method.value
    return ""

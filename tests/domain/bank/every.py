"""Questions of every type with any content, and any answers to them, for tests of what must hold of all."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from cequiz.domain.bank.frames import ChoiceQuestion, SlotQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from tests.domain.bank.samples import multiple_data, options, question, question_data, true_false_data

WORDS = ("axillary", "radial", "ulnar", "median", "phrenic", "vagus", "sural", "tibial")

Data = dict[str, Any]


def bare(kind: str, **changes: Any) -> Data:
    """The data of a question of a type, without the options of `single`."""
    return question_data(**{"type": kind, "options": None, **changes})


@st.composite
def matchings(draw: st.DrawFn) -> Data:
    """Two to five pairs, some perhaps with the same right side, and up to two distractors."""
    rights = draw(st.lists(st.sampled_from(WORDS[:5]), min_size=2, max_size=5))
    return bare(
        "matching",
        pairs=[{"id": f"p{n}", "left": f"left {n}", "right": right} for n, right in enumerate(rights)],
        distractors=list(WORDS[5 : 5 + draw(st.integers(int(len(set(rights)) == 1), 2))]),
        scoring={"method": draw(st.sampled_from(["per-pair", "all-or-nothing"]))},
    )


@st.composite
def orderings(draw: st.DrawFn) -> Data:
    """Two to six items."""
    return bare(
        "ordering",
        items=[{"id": f"i{n}", "text": WORDS[n]} for n in range(draw(st.integers(2, 6)))],
        scoring={"method": draw(st.sampled_from(["all-or-nothing", "adjacent-pairs"]))},
    )


@st.composite
def clozes(draw: st.DrawFn) -> Data:
    """One to four blanks, chosen for or typed."""
    blanks: Data = {}
    for n in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            number = draw(st.integers(2, 4))
            blanks[f"b{n}"] = {"options": options(*WORDS[:number], key=draw(st.integers(0, number - 1)))}
        else:
            blanks[f"b{n}"] = {"accept": [{"text": WORDS[n]}, {"text": "half", "credit": "1/2"}]}
    return bare("cloze", text=" and ".join(f"the {{{{{name}}}}} one" for name in blanks), blanks=blanks)


@st.composite
def labellings(draw: st.DrawFn) -> Data:
    """One to four points and two to five names."""
    names = {f"n{n}": WORDS[n] for n in range(draw(st.integers(2, 5)))}
    points = [
        {"id": f"P{n}", "at": ["0.5", f"0.{n}"], "answer": draw(st.sampled_from(sorted(names)))}
        for n in range(draw(st.integers(1, 4)))
    ]
    return bare("label_figure", figure="plate", points_on_figure=points, choices=names)


@st.composite
def multiples(draw: st.DrawFn) -> Data:
    """Any right set under any method."""
    right = "".join(sorted(draw(st.sets(st.sampled_from("abcd"), min_size=1))))
    method = draw(st.sampled_from(["all-or-nothing", "right-minus-wrong", "per-option"]))
    return multiple_data(right=right, method=method)


TYPED = (
    bare("short_answer", accept=[{"text": "axillary nerve"}, {"text": "circumflex nerve", "credit": "1/2"}]),
    bare("numeric", answer="42", tolerance={"absolute": "0.5"}, unit={"canonical": "mg", "accept": {"g": "1000"}}),
)

DATA: st.SearchStrategy[Data] = st.one_of(
    st.just(question_data()),
    st.just(true_false_data()),
    multiples(),
    matchings(),
    orderings(),
    clozes(),
    labellings(),
    st.sampled_from(TYPED),
)
"""The data of a question of any type."""

QUESTIONS: st.SearchStrategy[Question] = DATA.map(question)
"""A question of any type."""

_TYPED_TEXTS = ("axillary nerve", "circumflex nerve", "half", *WORDS[:4], "no such word")


@st.composite
def response_to(draw: st.DrawFn, asked: Question, *, whole: bool = False) -> Mapping[str, Json]:
    """Any response that a question takes, perhaps a partial one unless it must be whole."""
    if isinstance(asked, ChoiceQuestion):
        ids = [choice.id for choice in asked.choices()]
        least = len(ids) if whole and asked.in_order else 1
        chosen = draw(st.lists(st.sampled_from(ids), min_size=least, max_size=asked.max_choices, unique=True))
        return asked.respond(chosen)
    assert isinstance(asked, SlotQuestion)
    least = len(asked.slots()) if whole else 1
    slots = draw(st.lists(st.sampled_from(asked.slots()), min_size=least, unique_by=lambda slot: slot.id))
    texts = ("42", "41.5 mg", "0.042 g", "7") if asked.type == "numeric" else _TYPED_TEXTS
    return asked.fill(
        {
            slot.id: draw(st.sampled_from(texts if slot.choices is None else [choice.id for choice in slot.choices]))
            for slot in slots
        }
    )


@st.composite
def answered(draw: st.DrawFn) -> tuple[Question, Mapping[str, Json]]:
    """A question of any type and any response to it."""
    asked = draw(QUESTIONS)
    return asked, draw(response_to(asked))


def rearranged(data: Data, seed: int) -> Data:
    """The same question with its options, pairs, names and points in another order in the file."""
    dice = random.Random(seed)
    changed = dict(data)
    for field in ("options", "pairs", "points_on_figure", "distractors"):
        if field in changed:
            changed[field] = dice.sample(changed[field], len(changed[field]))
    for field in ("choices", "blanks"):
        if field in changed:
            changed[field] = dict(dice.sample(list(changed[field].items()), len(changed[field])))
    return changed

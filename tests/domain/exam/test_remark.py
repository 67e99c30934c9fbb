"""Re-marking: nothing changes without a correction, a pass stands unless it is told to fall, and order is no matter."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.bank.rekey import with_fields, with_key
from cequiz.domain.exam.attempt import Attempt, replay
from cequiz.domain.exam.events import EventKind
from cequiz.domain.exam.marking import Score, mark
from cequiz.domain.exam.remark import Correction, Drop, remark
from tests.builders import Log, terms

Answers = list[str | None]

answers = st.lists(st.sampled_from([None, "a", "b", "c", "d"]), min_size=4, max_size=4)
wishes = st.dictionaries(st.integers(0, 3), st.sampled_from(["a", "b", "c", "d", Drop.CREDIT, Drop.EXCLUDE]))


class Sat:
    """An ended attempt of four items under two objectives, `b` right everywhere."""

    def __init__(self, choices: Answers, *, floor: Fraction | None = None) -> None:
        self.log = Log(exam_terms=terms(floors={"D1": floor} if floor else {}))
        for place, choice in enumerate(choices):
            if choice is not None:
                self.log.answer(place, choice)
        self.log.add(EventKind.SUBMITTED, after=timedelta(minutes=5))
        self.attempt: Attempt = replay(self.log.events)
        self.score: Score = mark(self.attempt, self.log.questions)

    def corrections(self, wanted: dict[int, str | Drop]) -> dict[str, Correction]:
        """What is right from now on, by the place of the item."""
        found = {}
        for place, wish in wanted.items():
            key = self.log.items[place]
            shown = self.log.questions[key]
            if isinstance(wish, Drop):
                found[key] = Correction(shown, drop=wish)
            else:
                found[key] = Correction(shown, with_fields(shown, with_key(shown, {"choice": wish})))
        return found


@given(choices=answers)
def test_without_a_correction_a_score_stays_the_very_same(choices: Answers) -> None:
    sat = Sat(choices)
    done = remark(sat.attempt, sat.score, {})
    assert done.after is sat.score
    assert not done.changes
    same = remark(sat.attempt, sat.score, sat.corrections(dict.fromkeys(range(4), "b")))
    assert same.after is sat.score, "the key that it was marked by changes nothing either"


@given(choices=answers, wanted=wishes)
def test_a_pass_never_falls_unless_it_is_told_to(choices: Answers, wanted: dict[int, str | Drop]) -> None:
    sat = Sat(choices)
    corrections = sat.corrections(wanted)
    done = remark(sat.attempt, sat.score, corrections)
    assert done.after.passed or not sat.score.passed
    assert done.kept == (sat.score.passed and not done.marked.passed)
    taken = remark(sat.attempt, sat.score, corrections, take_away=True)
    assert taken.after == taken.marked == done.marked


@given(choices=answers, wanted=wishes, rank=st.permutations(range(4)))
def test_the_order_of_corrections_does_not_matter(
    choices: Answers, wanted: dict[int, str | Drop], rank: list[int]
) -> None:
    sat = Sat(choices)
    together = remark(sat.attempt, sat.score, sat.corrections(wanted), take_away=True).after
    one_by_one = sat.score
    for place in rank:
        if place in wanted:
            step = sat.corrections({place: wanted[place]})
            one_by_one = remark(sat.attempt, one_by_one, step, take_away=True).after
    assert (one_by_one.marks, one_by_one.objectives) == (together.marks, together.objectives)
    assert (one_by_one.earned, one_by_one.possible) == (together.earned, together.possible)


@given(choices=answers, wanted=wishes)
def test_a_re_mark_is_what_marking_by_the_right_keys_would_have_said(
    choices: Answers, wanted: dict[int, str | Drop]
) -> None:
    sat = Sat(choices)
    by_hand = Fraction(0)
    possible = Fraction(0)
    for place, choice in enumerate(choices):
        wish = wanted.get(place, "b")
        possible += wish is not Drop.EXCLUDE
        by_hand += wish is Drop.CREDIT or (not isinstance(wish, Drop) and choice == wish)
    after = remark(sat.attempt, sat.score, sat.corrections(wanted), take_away=True).after
    assert (after.earned, after.possible) == (by_hand, possible)
    assert sum(part.possible for part in after.objectives) == possible


@given(choices=answers, wanted=wishes)
def test_a_correction_can_be_taken_back(choices: Answers, wanted: dict[int, str | Drop]) -> None:
    sat = Sat(choices)
    changed = remark(sat.attempt, sat.score, sat.corrections(wanted), take_away=True).after
    back = remark(sat.attempt, changed, sat.corrections(dict.fromkeys(range(4), "b")), take_away=True).after
    assert (back.earned, back.possible, back.marks) == (sat.score.earned, sat.score.possible, sat.score.marks)


def test_a_floor_is_judged_anew_too() -> None:
    place = next(place for place, key in enumerate(Sat([None] * 4).log.items) if key.startswith("sample/d1"))
    choices: Answers = ["c" if one == place else "b" for one in range(4)]
    sat = Sat(choices, floor=Fraction(75))
    assert (sat.score.percent, sat.score.passed) == (Fraction(75), False)
    assert remark(sat.attempt, sat.score, sat.corrections({place: "c"})).after.passed
    assert remark(sat.attempt, sat.score, sat.corrections({place: Drop.EXCLUDE})).after.passed


def test_an_objective_without_an_item_left_says_nothing_any_more() -> None:
    sat = Sat(["b"] * 4)
    places = [place for place, key in enumerate(sat.log.items) if key.startswith("sample/d1")]
    after = remark(sat.attempt, sat.score, sat.corrections(dict.fromkeys(places, Drop.EXCLUDE))).after
    assert [part.objective for part in after.objectives] == ["D2"]
    assert (after.earned, after.possible, len(after.marks)) == (Fraction(2), Fraction(2), 4)


def test_the_cause_and_the_end_of_an_attempt_stay_what_they_are() -> None:
    sat = Sat(["c", "b", "b", "a"])
    after = remark(sat.attempt, sat.score, sat.corrections({0: "c"})).after
    assert (after.revision, after.cause, after.finished_at) == (2, sat.score.cause, sat.score.finished_at)

"""What may be practised, in which order it comes, and what a day's five and a streak are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.exam.form import PoolItem
from cequiz.domain.practice import DAILY, Drill, Recall, drill, practicable, queue, recall_of, upcoming
from tests.builders import NOON, bank, bank_json, course, exam_json, question

POLICIES = ["never", "after_pass", "always"]


def practice_course(*exams: dict[str, Any], banks: Sequence[str] = (), exam_items: str = "never") -> Course:
    """Return a course with practice."""
    policy = {"enabled": True, "banks": list(banks), "exam_items": exam_items}
    return course(exams=list(exams) or None, practice=policy)


def keys(items: Sequence[PoolItem]) -> list[str]:
    """Return the items' keys in their order."""
    return [item.key for item in items]


# What may be practised ------------------------------------------------------------------------------------------


def test_what_no_exam_could_draw_is_practised_in_the_order_of_the_banks() -> None:
    banks = {"sample": bank(counts={"D1": 1, "D3": 2}), "more": bank("more", counts={"D4": 1})}
    found = practicable(practice_course(banks=["more", "sample"]), banks, passed=frozenset())
    assert keys(found) == ["more/d4-1", "sample/d3-1", "sample/d3-2"]


def test_without_banks_of_its_own_practice_uses_those_of_the_exams() -> None:
    found = practicable(practice_course(), {"sample": bank(counts={"D1": 1, "D3": 1})}, passed=frozenset())
    assert keys(found) == ["sample/d3-1"]


def test_a_course_without_practice_has_nothing_to_practise() -> None:
    assert not practicable(course(), {"sample": bank(counts={"D3": 3})}, passed=frozenset())


def test_a_copy_of_an_exam_item_under_another_id_is_not_practised() -> None:
    data = bank_json("more", counts={"D1": 2})
    data["questions"][0] = question("d1-1") | {"id": "copy"}
    banks = {"sample": bank(), "more": Bank.from_json(data)}
    found = practicable(practice_course(banks=["more"]), banks, passed=frozenset())
    assert keys(found) == []  # the second one is word for word an exam item, too
    data["questions"][1] = question("other")
    banks["more"] = Bank.from_json(data)
    assert keys(practicable(practice_course(banks=["more"]), banks, passed=frozenset())) == ["more/other"]


def respelt(one: dict[str, Any]) -> dict[str, Any]:
    """Return a copy that asks the same: other ids and order of options, other points, blanks and capitals."""
    options = [{**option, "id": f"o{place}"} for place, option in enumerate(reversed(one["options"]))]
    return {
        **one,
        "id": "copy",
        "options": options,
        "points": "2",
        "shuffle": False,
        "stem": f"  {one['stem'].upper()}",
    }


@pytest.mark.parametrize("in_case", [False, True])
def test_a_copy_that_is_only_written_down_in_another_way_is_not_practised(in_case: bool) -> None:
    copy = respelt(question("d1-1"))
    copied = {**case("renamed", copy), "vignette": "A  Sample story."} if in_case else copy
    more = Bank.from_json({**bank_json("more", counts={"D1": 1}), "questions": [copied, question("other")]})
    original = case("story", question("d1-1")) if in_case else question("d1-1")
    sample = Bank.from_json({**bank_json(), "questions": [original]})
    found = practicable(practice_course(banks=["more"]), {"sample": sample, "more": more}, passed=frozenset())
    assert keys(found) == ["more/other"]


def test_the_same_words_about_another_story_are_another_question() -> None:
    other = {**case("story", question("d1-1")), "vignette": "Another sample story."}
    more = Bank.from_json({**bank_json("more", counts={"D1": 1}), "questions": [other]})
    sample = Bank.from_json({**bank_json(), "questions": [case("story", question("d1-1"))]})
    found = practicable(practice_course(banks=["more"]), {"sample": sample, "more": more}, passed=frozenset())
    assert keys(found) == ["more/d1-1"]


@pytest.mark.parametrize("status", ["draft", "review", "retired"])
def test_what_is_not_approved_is_not_practised(status: str) -> None:
    data = bank_json("more", counts={"D3": 2})
    data["questions"][0]["review"]["status"] = status
    banks = {"sample": bank(), "more": Bank.from_json(data)}
    assert keys(practicable(practice_course(banks=["more"]), banks, passed=frozenset())) == ["more/d3-2"]


def case(name: str, *asked: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON of a case."""
    shared = {key: value for key, value in question(name).items() if key not in {"id", "type", "stem", "options"}}
    return {**shared, "id": name, "type": "case", "vignette": "A sample story.", "questions": list(asked)}


def test_a_case_that_shares_one_question_with_an_exam_is_left_out_whole() -> None:
    data = bank_json("more", counts={"D3": 1})
    inside = case("story", question("in-1"), question("in-2", objective="D3"))
    data["questions"].append(inside)
    both = {"sample": Bank.from_json({**bank_json(counts={"D2": 2}), "questions": [question("d2", objective="D2")]})}
    free = Bank.from_json({**data, "objectives": {"D1": "One", "D3": "Three"}})
    assert len(practicable(practice_course(banks=["more"]), {**both, "more": free}, passed=frozenset())) == 3
    shared = Bank.from_json(
        {**bank_json(counts={"D1": 1}), "questions": [inside], "objectives": {"D1": "1", "D3": "3"}}
    )
    found = practicable(practice_course(banks=["more"]), {"sample": shared, "more": free}, passed=frozenset())
    assert keys(found) == ["more/d3-1"]


def test_after_passing_only_what_no_other_exam_could_draw_is_free() -> None:
    first, second = exam_json("first", blueprint={"D1": 1, "D3": 1}), exam_json("second", blueprint={"D1": 1})
    policy = practice_course(first, second, exam_items="after_pass")
    banks = {"sample": bank(counts={"D1": 1, "D3": 1})}
    assert keys(practicable(policy, banks, passed=frozenset())) == []
    assert keys(practicable(policy, banks, passed=frozenset({"first"}))) == ["sample/d3-1"]
    assert len(practicable(policy, banks, passed=frozenset({"first", "second"}))) == 2


objectives = st.sampled_from(["D1", "D2", "D3"])
statuses = st.sampled_from(["approved", "draft"])
names = st.sampled_from([f"n{number}" for number in range(8)])


@st.composite
def a_bank(draw: st.DrawFn, name: str) -> Bank:
    """Draw a bank whose questions may be copies of another bank's, alone or in a case."""
    ids = draw(st.lists(names, min_size=1, max_size=6, unique=True))
    data = bank_json(name, counts={"D1": 1, "D2": 1, "D3": 1})
    made = []
    for one in ids:
        asked = question(draw(names), objective=draw(objectives)) | {"id": one}
        asked["review"]["status"] = draw(statuses)
        made.append(case(f"case-{one}", asked, question(f"second-{one}")) if draw(st.booleans()) else asked)
    return Bank.from_json({**data, "questions": made})


@given(
    sample=a_bank("sample"),
    more=a_bank("more"),
    blueprints=st.lists(st.sets(objectives, min_size=1), min_size=1, max_size=2),
    policy=st.sampled_from(POLICIES),
    passes=st.sets(st.integers(0, 1)),
)
def test_no_exam_item_leaks_into_practice_unless_the_course_says_so(
    sample: Bank, more: Bank, blueprints: list[set[str]], policy: str, passes: set[int]
) -> None:
    exams = [exam_json(f"e{n}", blueprint=dict.fromkeys(sorted(one), 1)) for n, one in enumerate(blueprints)]
    found = practicable(
        practice_course(*exams, banks=["sample", "more"], exam_items=policy),
        {"sample": sample, "more": more},
        passed=frozenset(f"e{n}" for n in passes),
    )
    kept = [
        one
        for number, blueprint in enumerate(blueprints)
        if policy == "never" or (policy == "after_pass" and number not in passes)
        for one in sample.items
        if one.is_scored and one.objective in blueprint
    ]
    secret = {one.content_hash() for one in kept}
    assert all(item.question.is_scored for item in found)
    assert not secret & {item.question.content_hash() for item in found}
    drawn = {one.case.id for one in kept if one.case}
    assert not drawn & {item.question.case.id for item in found if item.bank == "sample" and item.question.case}
    if policy == "always":
        assert len(found) == sum(one.is_scored for one in (*sample.items, *more.items))


# In which order ---------------------------------------------------------------------------------------------------


def pool(**counts: int) -> tuple[PoolItem, ...]:
    """Return a pool with so many questions an objective."""
    sample = bank(counts=counts)
    return tuple(PoolItem(sample.id, sample.version, one) for one in sample.items)


instants = st.integers(-300, 300).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(
    due=st.dictionaries(st.integers(0, 9), instants),
    weak=st.permutations(["D1", "D2"]),
    seed=st.text(max_size=5),
)
def test_what_is_due_comes_first_and_the_most_overdue_of_it_then_what_is_new(
    due: dict[int, datetime], weak: list[str], seed: str
) -> None:
    items = pool(D1=5, D2=5)
    dates = {items[place].key: at for place, at in due.items()}
    found = queue(items, dates, now=NOON, weak=weak, seed=seed)
    late = [dates[item.key] for item in found if item.key in dates]
    new = [item for item in found if item.key not in dates]
    assert keys(found)[: len(late)] == [key for key in keys(found) if key in dates]
    assert late == sorted(late)
    assert all(at <= NOON for at in late)
    assert {item.key for item in new} == {item.key for item in items} - set(dates)
    assert [weak.index(item.question.objective) for item in new] == sorted(
        weak.index(item.question.objective) for item in new
    )
    later = upcoming(items, dates, now=NOON)
    assert [dates[item.key] for item in later] == sorted(at for at in dates.values() if at > NOON)
    assert found == queue(items, dates, now=NOON, weak=weak, seed=seed)


def test_another_seed_ranks_new_questions_in_another_way() -> None:
    items = pool(D1=12)
    assert keys(queue(items, {}, now=NOON, seed="one")) != keys(queue(items, {}, now=NOON, seed="two"))


@given(seed=st.text(max_size=5), weak=st.permutations(["D1", "D2"]))
def test_the_questions_of_a_case_stay_together_and_in_order(seed: str, weak: list[str]) -> None:
    asked = [question(f"in-{number}", objective=("D1", "D2")[number % 2]) for number in range(3)]
    data = bank_json(counts={"D1": 3, "D2": 3})
    data["questions"].append(case("story", *asked))
    sample = Bank.from_json(data)
    found = queue([PoolItem("sample", "1", one) for one in sample.items], {}, now=NOON, weak=weak, seed=seed)
    start = keys(found).index("sample/in-0")
    assert keys(found)[start : start + 3] == ["sample/in-0", "sample/in-1", "sample/in-2"]


@pytest.mark.parametrize(
    ("share", "recall"), [("0", Recall.FORGOTTEN), ("1/99", Recall.HARD), ("98/99", Recall.HARD), ("1", Recall.KNOWN)]
)
def test_half_an_answer_is_half_known(share: str, recall: Recall) -> None:
    assert recall_of(Fraction(share)) is recall


# Five a day -------------------------------------------------------------------------------------------------------

MADRID = ZoneInfo("Europe/Madrid")


def local(month: int, day: int, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    """Return an instant by the clock on a wall in Madrid."""
    return datetime(2026, month, day, hour, minute, tzinfo=MADRID, fold=fold).astimezone(UTC)


def five(*days: datetime) -> list[datetime]:
    """Return five answers at each of these instants."""
    return [at for at in days for _ in range(DAILY)]


def test_nothing_done_is_no_streak() -> None:
    assert drill([], now=NOON, zone=UTC) == Drill(0, 0)


def test_a_day_counts_once_all_five_are_done_and_takes_nothing_away_before() -> None:
    before = five(local(11, 20, 9), local(11, 21, 9))
    assert drill(before, now=local(11, 22, 9), zone=MADRID) == Drill(0, 2)
    assert drill([*before, local(11, 22, 9)], now=local(11, 22, 9), zone=MADRID) == Drill(1, 2)
    assert drill([*before, *five(local(11, 22, 9))], now=local(11, 22, 9), zone=MADRID) == Drill(5, 3)


def test_a_day_with_four_breaks_the_streak() -> None:
    answers = [*five(local(11, 19, 9)), *five(local(11, 20, 9))[1:], *five(local(11, 21, 9))]
    assert drill(answers, now=local(11, 22, 9), zone=MADRID) == Drill(0, 1)
    assert drill(answers, now=local(11, 23, 9), zone=MADRID) == Drill(0, 0)


def test_midnight_is_the_one_of_the_student() -> None:
    answers = [*five(local(11, 21, 23, 59)), local(11, 22, 0, 1)]
    assert drill(answers, now=local(11, 22, 0, 2), zone=MADRID) == Drill(1, 1)
    assert drill(answers, now=local(11, 22, 0, 2), zone=UTC) == Drill(5, 1)  # there it is still the day before


@pytest.mark.parametrize(
    "days",
    [
        [local(3, 28, 23, 30), local(3, 29, 23, 30), local(3, 30, 0, 30)],  # the 29th has 23 hours
        [local(10, 24, 0, 30), local(10, 25, 23, 30), local(10, 26, 0, 30)],  # the 25th has 25 hours
        [local(10, 24, 23), local(10, 25, 2, 30, fold=1), local(10, 26, 0)],  # in the hour that comes twice
    ],
)
def test_days_that_the_clocks_make_longer_or_shorter_are_days(days: list[datetime]) -> None:
    assert drill(five(*days), now=days[-1], zone=MADRID) == Drill(5, 3)


@given(st.lists(st.integers(0, 40).map(lambda hours: NOON - timedelta(hours=9 * hours))))
def test_more_answers_never_make_less_of_a_drill(answers: list[datetime]) -> None:
    less, more = drill(answers, now=NOON, zone=MADRID), drill([*answers, NOON], now=NOON, zone=MADRID)
    assert 0 <= less.done <= more.done <= DAILY
    assert less.streak <= more.streak

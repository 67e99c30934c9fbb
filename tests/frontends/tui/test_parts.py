"""The words of the countdown, the bars, the times, and a face for every type of question."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from textual.app import App, ComposeResult

from cequiz.domain.bank.types import question_types
from cequiz.frontends.dates import clock_text, instant_text, short_text, span_text
from cequiz.frontends.tui.questions import faces
from cequiz.frontends.tui.widgets.bars import Bar, Bars
from cequiz.frontends.tui.widgets.countdown import Countdown
from cequiz.frontends.tui.widgets.navigator import Cell, Navigator
from cequiz.frontends.tui.widgets.scale import Scale
from tests import builders
from tests.builders import NOON
from tests.frontends.tui.stage import with_questions


def test_every_type_of_question_has_a_face() -> None:
    assert set(faces()) == set(question_types())


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("all-or-nothing", "Choose all that are right. All or nothing."),
        ("right-minus-wrong", "Choose all that are right. Wrong choices cost points."),
        ("per-option", "Choose all that are right. Each option counts."),
    ],
)
def test_the_rule_of_marking_is_told(method: str, words: str) -> None:
    [question] = with_questions(builders.question("many", type="multiple", scoring={"method": method})).items[-1:]
    assert faces()["multiple"].instruction(question) == words


@pytest.mark.parametrize(
    ("points", "words"), [("1", "Choose one."), ("2", "Choose one. 2 points."), ("1.5", "Choose one. 1.5 points.")]
)
def test_what_a_question_is_worth_is_told_unless_it_is_one_point(points: str, words: str) -> None:
    [question] = with_questions(builders.question("heavy", points=points)).items[-1:]
    assert faces()["single"].instruction(question) == words


def test_each_warning_is_given_once_and_more_time_takes_it_back() -> None:
    countdown = Countdown()
    given = [countdown.warn(timedelta(seconds=seconds)) for seconds in (601, 600, 599, 300, 299, 60, 1, 0)]
    assert [place for place, words in enumerate(given) if words] == [1, 3, 5]
    assert given[1] == "The last 10 minutes of your time began."
    assert countdown.warn(timedelta(minutes=20)) == ""
    assert countdown.warn(timedelta(minutes=10)) == "The last 10 minutes of your time began."


def test_what_was_late_from_the_start_is_no_news_but_is_said_in_the_bar() -> None:
    countdown = Countdown()
    assert countdown.warn(timedelta(minutes=4)) == ""
    assert countdown.text(timedelta(minutes=4), suspended=False)[0] == "▲ 4:00 left, last 5 minutes"


def test_a_countdown_without_a_deadline_says_so() -> None:
    assert Countdown().text(None, suspended=False)[0] == "no time limit"
    assert Countdown().text(None, suspended=True)[0] == "clock stands still"
    assert Countdown().text(timedelta(), suspended=False)[0] == "▲ time is over"


@pytest.mark.parametrize(
    ("left", "words"),
    [(0.2, "0:01"), (59, "0:59"), (60, "1:00"), (1471, "24:31"), (3871, "1:04:31")],
)
def test_the_clock_counts_a_started_second(left: float, words: str) -> None:
    assert clock_text(timedelta(seconds=left)) == words


def test_times_carry_their_zone_and_leave_out_today() -> None:
    assert instant_text(NOON, UTC) == "22 November 2026, 12:00 UTC"
    assert short_text(NOON, UTC, now=NOON) == "12:00 UTC"
    assert short_text(NOON + timedelta(days=1), UTC, now=NOON) == "23 November 2026, 12:00 UTC"
    assert span_text(timedelta(hours=1, minutes=30)) == "1 hour 30 minutes"


class Showcase(App[None]):
    """Shows the small widgets."""

    def compose(self) -> ComposeResult:
        """Lay them out."""
        yield Bars((Bar("Part", 19 / 20, "19 of 20"), Bar("All", 1.0, "8 of 8", good=True, note="✓ 75 % reached")))
        yield Scale(5)
        yield Navigator()


async def test_bars_are_full_only_when_everything_was_right() -> None:
    async with Showcase().run_test() as pilot:
        lines = pilot.app.query_one(Bars).render().plain.splitlines()
        assert "░" in lines[1] and lines[1].endswith("19 of 20")
        assert "░" not in lines[3] and "✓ 75 % reached" in lines[2]


async def test_a_scale_takes_digits_and_arrows_and_nothing_beyond_its_end() -> None:
    async with Showcase().run_test() as pilot:
        scale = pilot.app.query_one(Scale)
        scale.focus()
        for key, chosen in (("9", None), ("4", 4), ("right", 5), ("right", 5), ("left", 4), ("0", 4)):
            await pilot.press(key)
            assert scale.chosen == chosen
        assert "◉ 4" in scale.render().plain


async def test_the_map_names_each_state_in_words() -> None:
    async with Showcase().run_test() as pilot:
        navigator = pilot.app.query_one(Navigator)
        navigator.cells = (Cell(answered=True), Cell(flagged=True), Cell(answered=True, unsaved=True))
        await pilot.pause()
        shown = navigator.render().plain
        assert "▸ 1●" in shown and "2○⚑" in shown and "3!" in shown
        assert "2 answered" in shown and "1 flagged" in shown and "1 open" in shown and "1 not saved" in shown

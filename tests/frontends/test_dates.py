"""Dates, durations and numbers read right in every language, and in English exactly as before."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from cequiz.frontends.dates import (
    clock_text,
    clock_words,
    deadline_words,
    duration_words,
    instant_text,
    listed,
    percent,
    points,
    short_text,
    span_text,
)
from cequiz.frontends.tongues import foreign_words, language_name
from cequiz.language import SOURCE, speak
from cequiz.services.instants import instant_words

NOON = datetime(2026, 11, 5, 14, 3, 7, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def spanish() -> Iterator[None]:
    speak("es")
    yield
    speak(SOURCE)


def test_english_dates_name_day_month_year_and_zone() -> None:
    assert instant_text(NOON, BERLIN) == "5 November 2026, 15:03 CET"
    assert deadline_words(NOON, BERLIN) == "05 November 2026, 15:03:07 CET"
    assert deadline_words(None) == "no deadline"
    assert short_text(NOON, BERLIN, now=NOON) == "15:03 CET"
    assert short_text(NOON, BERLIN, now=NOON + timedelta(days=1)) == "5 November 2026, 15:03 CET"


@pytest.mark.usefixtures("spanish")
def test_spanish_dates_are_worded_as_spanish_is() -> None:
    assert instant_text(NOON, BERLIN) == "5 de noviembre de 2026, 15:03 CET"
    assert deadline_words(NOON, BERLIN) == "5 de noviembre de 2026, 15:03:07 CET"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_refusal_of_a_service_says_a_date_as_every_screen_does(language: str, month: int) -> None:
    at = NOON.replace(month=month, day=25)

    def said() -> tuple[str, str]:
        speak(language)
        return instant_words(at), deadline_words(at)

    service, screen = copy_context().run(said)
    assert service == screen


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(minutes=65), "1 hour 5 minutes"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(minutes=-5, seconds=-1), "minus 5 minutes 1 second"),
        (timedelta(seconds=59, milliseconds=999), "59 seconds"),
    ],
)
def test_english_durations(span: timedelta, words: str) -> None:
    assert duration_words(span) == words
    assert span_text(span) == words.removeprefix("minus ")


@pytest.mark.usefixtures("spanish")
def test_spanish_durations() -> None:
    assert duration_words(timedelta(minutes=61, seconds=1)) == "1 hora 1 minuto 1 segundo"
    assert duration_words(timedelta(minutes=-90)) == "menos 1 hora 30 minutos"


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_countdown_and_a_table_read_alike_everywhere(language: str) -> None:
    def said() -> tuple[str, str]:
        speak(language)
        return clock_text(timedelta(minutes=64, seconds=30, milliseconds=1)), clock_words(NOON)

    countdown, stamp = copy_context().run(said)
    assert countdown == "1:04:31"
    assert stamp.startswith(NOON.astimezone().strftime("%Y-%m-%d %H:%M:%S"))


def test_a_percentage_is_cut_and_never_rounded_up() -> None:
    assert percent(Fraction(6996, 100)) == "69.9 %"
    assert percent(Fraction(85)) == "85 %"
    assert points(Fraction(50, 3)) == "16.66"


@pytest.mark.usefixtures("spanish")
def test_spanish_numbers_have_a_comma_and_are_cut_as_well() -> None:
    assert percent(Fraction(6996, 100)) == "69,9 %"
    assert percent(Fraction(85)) == "85 %"
    assert points(Fraction(33, 2)) == "16,5"


def test_lists_are_joined_as_one_speaks() -> None:
    assert [listed(["3"]), listed(["3", "5"]), listed(["3", "5", "12"])] == ["3", "3 and 5", "3, 5 and 12"]


@pytest.mark.usefixtures("spanish")
def test_spanish_lists_are_joined_as_one_speaks() -> None:
    assert [listed(["3"]), listed(["3", "5"]), listed(["3", "5", "12"])] == ["3", "3 y 5", "3, 5 y 12"]


def test_a_student_is_told_of_questions_in_another_language() -> None:
    assert foreign_words(["en", "en-US"]) == ""
    assert foreign_words(["es-MX"]) == "The questions are in Spanish."
    assert foreign_words(["en", "es", "fr"]) == "Some of the questions are in Spanish and French."
    assert language_name("not a tag") == "not a tag"


@pytest.mark.usefixtures("spanish")
def test_a_spanish_speaker_is_told_that_questions_are_in_english() -> None:
    assert foreign_words(["en"]) == "Las preguntas están en inglés."

"""A whole exam in Spanish, word for word: what is typed works in both languages, what a bank says stays as it is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.errors import NotAllowed
from cequiz.frontends.plain.sit import Exit
from cequiz.language import SOURCE, speak
from cequiz.services.ports import Ports
from tests.fakes import FakeClock
from tests.frontends.plain.test_transcripts import is_as_written, talk


@pytest.fixture(autouse=True)
def spanish() -> Iterator[None]:
    speak("es")
    yield
    speak(SOURCE)


def lines(screen: io.StringIO) -> list[str]:
    return screen.getvalue().splitlines()


def test_from_the_briefing_to_a_specimen(ports: Ports, tmp_path: Path) -> None:
    code, screen = talk(ports, "sí", "?", "b", "a", "l", "a b", "t", "s", "SI", "6", "5", "Clara y sencilla.")
    assert code is Exit.DONE
    is_as_written("spanish", screen, folder=tmp_path)


def test_a_spanish_speaker_is_told_that_the_questions_are_in_english(ports: Ports) -> None:
    _, screen = talk(ports, "sí", "x")
    assert "Las preguntas están en inglés." in lines(screen)


def test_an_english_speaker_is_told_nothing_of_the_language(ports: Ports) -> None:
    speak(SOURCE)
    _, screen = talk(ports, "yes", "x")
    assert not any("English" in line for line in lines(screen))


def test_yes_works_in_every_language(ports: Ports) -> None:
    code, screen = talk(ports, "yes", "b", "a", "a c", "s", "yes", "decline")
    assert code is Exit.DONE
    assert any(line.startswith("Puntaje: ") for line in lines(screen))


def test_the_evaluation_can_be_declined_with_the_word_that_is_shown(ports: Ports) -> None:
    _, screen = talk(ports, "sí", "b", "a", "a c", "s", "sí", "rechazar")
    assert "Usted rechazó la evaluación." in lines(screen)


def test_a_refusal_says_its_date_in_spanish(ports: Ports, clock: FakeClock) -> None:
    talk(ports, "sí", "x")
    clock.advance(timedelta(hours=1))
    with pytest.raises(NotAllowed) as caught:
        talk(ports, "sí")
    assert caught.value.sentence == "El tiempo de espera después del último intento no ha terminado."
    assert caught.value.hint.startswith("Puede empezar de nuevo a partir de: 22 de noviembre de 2026, 13:30:00")

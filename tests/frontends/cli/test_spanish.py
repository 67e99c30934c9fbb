"""The command line in Spanish: help, refusals and reports speak it; what programs read does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path

import pytest

from cequiz.language import SOURCE, speak
from tests.frontends.cli.test_help import COMMANDS
from tests.frontends.cli.test_program import BANKS, cequiz
from tests.frontends.desks import Ran, command, fake_ports


def in_spanish(work: Callable[[], Ran]) -> Ran:
    """Run a command line for somebody who speaks Spanish."""

    def spoken() -> Ran:
        speak("es")
        return work()

    return copy_context().run(spoken)


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "cequiz")
def test_help_is_spanish_from_the_first_word_to_the_example(
    path: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_spanish(lambda: command(fake_ports(tmp_path), *path, "--help")).code == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Uso: cequiz")
    assert "Opciones:" in shown
    for english in ("Usage:", "Options:", "Commands:", "[required]", "[default:", "Show this message", "Example:"):
        assert english not in shown
    assert f"Ejemplo: {' '.join(('cequiz', *path))}".strip() in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bnak"], "No existe la orden 'bnak'. ¿Quiso decir 'bank'?"),
        (["course", "xyz"], "No existe la orden 'xyz'."),
        (["certificate", "show"], "Falta el argumento 'NUMBER'."),
        (["student", "add", "--email", "a@example.org"], "Falta la opción '--name'."),
        (["student", "list", "--colour"], "No existe la opción --colour."),
        (["evaluate", "x", "--student"], "La opción '--student' necesita un valor."),
        (["audit", "list", "a", "b"], "Sobran palabras: a b."),
    ],
)
def test_what_the_parser_refuses_is_refused_in_spanish(arguments: list[str], said: str, tmp_path: Path) -> None:
    ran = in_spanish(lambda: command(fake_ports(tmp_path), *arguments))
    assert ran.code == 2
    assert ran.err.splitlines()[0] == said
    assert ran.err.splitlines()[1].startswith("`cequiz")


def test_a_refusal_of_a_service_is_spanish_and_its_exit_code_the_same(tmp_path: Path) -> None:
    ran = in_spanish(lambda: command(fake_ports(tmp_path), "certificate", "verify", "CQ-2026-000001"))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("No existe el certificado CQ-2026-000001.")


def test_what_programs_read_is_the_same_in_every_language(tmp_path: Path) -> None:
    def ask() -> Ran:
        return command(fake_ports(tmp_path), "doctor", "--json", home=tmp_path / "home")

    # The free space may change between two questions, whatever the language.
    spanish, english = (
        [fact for fact in json.loads(ran.out) if fact["name"] != "free space"] for ran in (in_spanish(ask), ask())
    )
    assert spanish == english
    assert len(spanish) > 3


def test_asking_for_json_changes_the_language_of_nobody_else(tmp_path: Path) -> None:
    def after() -> Ran:
        command(fake_ports(tmp_path), "student", "list", "--json")
        return command(fake_ports(tmp_path), "student", "list")

    assert in_spanish(after).err == in_spanish(lambda: command(fake_ports(tmp_path), "student", "list")).err


def test_the_program_asks_its_surroundings_which_language_to_speak(tmp_path: Path) -> None:
    spanish = cequiz(tmp_path, "bnak", CEQUIZ_LANGUAGE="es", LC_ALL="en_US.UTF-8")
    assert spanish.stderr.startswith("No existe la orden 'bnak'.")
    english = cequiz(tmp_path, "bnak", LC_ALL="C.UTF-8", CEQUIZ_LANGUAGE="")
    assert english.stderr.startswith("No such command 'bnak'.")


def test_a_broken_house_is_refused_in_the_language_asked_for(tmp_path: Path) -> None:
    ran = cequiz(Path("~nobodyhere/x"), "doctor", CEQUIZ_LANGUAGE="es")
    assert ran.returncode == 4
    assert ran.stderr.startswith("CEQUIZ_HOME no lleva a ninguna parte:")


def test_the_whole_journey_can_be_walked_in_spanish(tmp_path: Path) -> None:
    ran = cequiz(tmp_path / "home", "demo", "--out", str(tmp_path / "out"), CEQUIZ_LANGUAGE="es")
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("Cargado: ")
    assert any("Aprobado." in line for line in lines)
    assert not any(line.startswith(("Loaded", "Sat", "Earned", "Verified")) for line in lines)
    assert list((tmp_path / "out").glob("SPECIMEN-*.pdf"))


def test_english_loads_no_library_of_languages(tmp_path: Path) -> None:
    code = (
        "import sys; from cequiz.__main__ import main; main(sys.argv[1:]);"
        "print('babel' in sys.modules, file=sys.stderr)"
    )
    ran = cequiz(tmp_path / "home", "bank", "check", str(BANKS), code=code, CEQUIZ_LANGUAGE=SOURCE)
    assert ran.stderr.splitlines()[-1] == "False"

"""Banks and courses named on the command line: a file, or a version in the store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cequiz.errors import KeysContradicted, NotFound, WrongUsage
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.adapters.bank_files.load import Reading, SourcedBank
    from cequiz.domain.bank.bank import Bank
    from cequiz.domain.bank.course import Course
    from cequiz.frontends.cli.desk import Desk

KEY_IN_FORCE = "E10"
"""The code of a key that contradicts a change of keys; only loading can find it."""


def read_sound(desk: Desk, paths: Sequence[str], *, as_json: bool) -> Reading | None:
    """Return what the files hold, their warnings said; when any has an error, report every problem and return None."""
    from cequiz.bootstrap import read_files
    from cequiz.frontends.cli.bank_check import say_problems

    reading = read_files(paths)
    if not reading.has_errors:
        say_problems(reading.problems, as_json=False, out=desk.err, err=desk.err)
        return reading
    say_problems(reading.problems, as_json=as_json, out=desk.out, err=desk.err)
    desk.say(tr("Nothing was loaded: correct the errors first."))
    return None


def say_contradicted(desk: Desk, error: KeysContradicted, banks: Sequence[SourcedBank], *, as_json: bool) -> int:
    """Report the keys in which files contradict what is in force, at their places, and return the exit code."""
    from cequiz.frontends.cli.bank_check import say_problems

    sources = {one.bank.id: one for one in banks}
    problems = [sources[bank].problem(question, KEY_IN_FORCE, words) for bank, question, words in error.why]
    say_problems(problems, as_json=as_json, out=desk.out, err=desk.err)
    desk.say(f"{error.lines[0]} {error.hint}")
    return error.exit_code


def is_there(path: str) -> bool:
    """Return whether a path, as it was typed, leads to a file or a folder."""
    try:
        return bool(path) and Path(path).exists()
    except OSError:
        return False  # too long to be a name


def any_bank(desk: Desk, name: str) -> Bank:
    """Return a bank from a file or from the store.

    Raises:
        NotFound: there is neither.
        WrongUsage: the file has errors, or holds several banks.
    """
    if not (is_there(name) or name.endswith((".yaml", ".yml"))):
        return stored_bank(desk, name)
    from cequiz.bootstrap import read_files

    reading = read_files([name])
    if reading.has_errors or len(reading.banks) != 1:
        raise WrongUsage(
            tr("{name} is not one sound bank.", name=name),
            hint=tr("`cequiz bank check {name}` says what is wrong.", name=name),
        )
    return reading.banks[0].bank


def stored_bank(desk: Desk, name: str) -> Bank:
    """Return a bank by `ID` (the newest version) or `ID@VERSION`.

    Raises:
        NotFound: there is none.
    """
    bank_id, _, version = name.partition("@")
    with desk.ports().store.read() as unit:
        found = unit.banks.get(bank_id, version) if version else unit.banks.latest(bank_id)
    if found is None:
        raise NotFound(tr("There is no bank {name}.", name=name), hint=tr("`cequiz bank list` shows what is loaded."))
    return found


def stored_course(desk: Desk, name: str) -> Course:
    """Return a course by `ID` (the newest version) or `ID@VERSION`.

    Raises:
        NotFound: there is none.
    """
    course_id, _, version = name.partition("@")
    with desk.ports().store.read() as unit:
        found = unit.courses.get(course_id, version) if version else unit.courses.latest(course_id)
    if found is None:
        raise NotFound(
            tr("There is no course {name}.", name=name), hint=tr("`cequiz course list` shows what is loaded.")
        )
    return found

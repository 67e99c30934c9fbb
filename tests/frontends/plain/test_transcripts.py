"""Whole conversations, word for word, as a student reads or hears them.

The expected texts are files in `transcripts/`; after a wanted change, `REWRITE_TRANSCRIPTS=1 pytest` writes them anew.
"""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

from cequiz.domain.credential.provider import Provider, Signatory
from cequiz.frontends.plain.sit import Exit, sit
from cequiz.services import providing
from cequiz.services.ports import Ports
from tests.fakes import FakeClock
from tests.frontends.desks import Deed, conversation

_TRANSCRIPTS = Path(__file__).parent / "transcripts"


def talk(ports: Ports, *script: str | Deed) -> tuple[Exit, io.StringIO]:
    """Sit the sample exam with this script."""
    console, screen = conversation(*script)
    return sit(console, ports, student_id="sample@example.org", exam_ref="quiz", actor="os:tester"), screen


def is_as_written(name: str, *screens: io.StringIO, folder: Path) -> None:
    """Compare what was shown with the transcript; the folder of this test run reads as FOLDER."""
    shown = "\n-- another program --\n\n".join(screen.getvalue() for screen in screens).replace(str(folder), "FOLDER")
    path = _TRANSCRIPTS / f"{name}.txt"
    if os.environ.get("REWRITE_TRANSCRIPTS"):
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_from_the_briefing_to_a_specimen(ports: Ports, tmp_path: Path) -> None:
    code, screen = talk(
        ports, "yes", "?", "b", "a", "l", "a b", "s", "yes", "6", "5", "Plain and clear.", "this line is not read"
    )
    assert code is Exit.DONE
    is_as_written("specimen", screen, folder=tmp_path)


def test_with_a_provider_the_certificate_itself_is_issued(ports: Ports, tmp_path: Path) -> None:
    school = Provider(
        name="Sample School",
        contact="office@example.org",
        address="Tampa, Florida",
        time_zone="America/New_York",
        administrator=Signatory("Sample Person", "Provider Administrator"),
    )
    providing.set_provider(ports, school, actor="os:tester")
    code, screen = talk(ports, "yes", "b", "a", "a b", "s", "yes", "decline")
    assert code is Exit.DONE
    is_as_written("certificate", screen, folder=tmp_path)


def test_left_and_continued_with_a_flag_a_challenge_and_a_warning(
    ports: Ports, clock: FakeClock, tmp_path: Path
) -> None:
    def think() -> None:
        clock.advance(timedelta(minutes=21))

    left, first = talk(ports, "yes", "b", "*", "z", "t", think, "9", "n", "!", "Two keys", "Gray, p. 3", "x")
    back, second = talk(ports, "a c", "p", "a c", "p", "-", "s", "no", "s", "yes")
    assert (left, back) == (Exit.DONE, Exit.NOT_PASSED)
    is_as_written("left-and-continued", first, second, folder=tmp_path)


def test_the_time_runs_out_while_the_student_thinks(ports: Ports, clock: FakeClock, tmp_path: Path) -> None:
    def think(minutes: int) -> list[Deed]:
        return [lambda: clock.advance(timedelta(seconds=20))] * (3 * minutes)

    code, screen = talk(ports, "yes", "b", "a", *think(26), *think(3), *think(2), "x")
    assert code is Exit.DONE
    is_as_written("time-runs-out", screen, folder=tmp_path)

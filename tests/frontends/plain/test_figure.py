"""Line mode opens a figure outside, and says what became of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from cequiz.frontends.pictures import open_outside
from cequiz.frontends.plain.figure import show_figures
from cequiz.services import figures as services
from cequiz.services.loading import load
from cequiz.settings import Settings
from tests import figures, samples
from tests.frontends.desks import FakeHouse, conversation, fake_ports


def said(tmp_path: Path, *, kept: bool = True, shown: bool = True) -> tuple[str, FakeHouse]:
    """Return what is said of the sample figure."""
    ports = fake_ports(tmp_path)
    house = FakeHouse(Settings(home=tmp_path, database_url=None, user="tester"), ports)
    bank = figures.bank()
    load(ports, banks=[bank], figures=[figures.FIGURE] if kept else [], actor="test")
    views = services.views(bank.question("q-label"), bank.figures) if shown else ()
    console, screen = conversation()
    show_figures(console, views, outside=partial(open_outside, house))
    return screen.getvalue(), house


def test_without_a_desktop_the_place_of_the_picture_is_said_while_the_program_runs(tmp_path: Path) -> None:
    words, house = said(tmp_path)
    path = Path(" ".join(words.split()).split(" is in ")[1].rstrip("."))
    assert path.read_bytes().startswith(b"\x89PNG")
    assert samples.PLATE not in path.name
    house.close()
    assert not path.exists()


def test_a_figure_without_bytes_says_so_with_a_way_on(tmp_path: Path) -> None:
    words, _ = said(tmp_path, kept=False)
    assert "only its description" in words
    assert "Loading its bank again" in words


def test_a_question_without_a_figure_says_so(tmp_path: Path) -> None:
    words, _ = said(tmp_path, shown=False)
    assert words == "This question has no figure.\n"

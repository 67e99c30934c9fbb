"""Pictures in pixels: what goes to a terminal, and what must never go there."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from cequiz.frontends.tui.widgets import graphics
from tests.durability.tracing import ROOT

SHOWN = """
import asyncio, io, os, sys
from PIL import Image
from textual.app import App
from cequiz.frontends.tui.widgets import graphics

picture = io.BytesIO()
Image.new("RGB", (100, 80), (200, 30, 30)).save(picture, format="PNG")

class Show(App):
    def compose(self):
        shown = graphics.picture(sys.argv[1], picture.getvalue(), lambda text: self._driver.write(text))
        shown.styles.width, shown.styles.height = 10, 4
        yield shown
    def on_mount(self):
        self.set_timer(1.5, self.exit)

Show().run()
"""

QUESTIONS = (b"\x1b[16t", b"\x1b[c", b"\x1b[0c", b"a=q")
"""What the library would ask a terminal: the size of its cells, what it is, whether it knows Kitty's protocol."""


def written(kind: str) -> bytes:
    """Return everything that a program with a picture writes into a terminal that answers nothing."""
    parent, child = pty.openpty()
    environ = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "80", "LINES": "24"}
    with subprocess.Popen(
        [sys.executable, "-c", SHOWN, kind], stdin=child, stdout=child, stderr=child, cwd=ROOT, env=environ
    ) as process:
        os.close(child)
        found = bytearray()
        while True:
            try:
                piece = os.read(parent, 65536)
            except OSError:  # the program has ended
                break
            if not piece:
                break
            found += piece
        assert process.wait(timeout=30) == 0, bytes(found)[-2000:]
    os.close(parent)
    return bytes(found)


def test_kitty_gets_the_picture_once_and_is_told_to_forget_it() -> None:
    said = written("kitty")
    assert said.count(b"f=100") == 1
    assert said.count(b"a=p,U=1") == 1
    assert said.count(b"a=d,d=I") == 1
    assert said.count("\U0010eeee".encode()) >= 40
    assert not [question for question in QUESTIONS if question in said]


def test_sixel_gets_the_picture_and_no_question() -> None:
    said = written("sixel")
    assert b"\x1bP" in said
    assert not [question for question in QUESTIONS if question in said]


def test_without_an_answer_of_the_kernel_a_cell_has_the_usual_size() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from cequiz.frontends.tui.widgets.graphics import cell_size; print(cell_size())"],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.stdout.strip() == str(graphics.Cell(10, 20))


def test_nothing_of_the_library_is_loaded_before_a_picture_is_drawn_in_pixels() -> None:
    code = (
        "import sys\nimport cequiz.frontends.tui.student.exam\n"
        "print([name for name in sys.modules if name.startswith(('textual_image', 'PIL'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(ROOT))
    assert done.stdout.strip() == "[]"

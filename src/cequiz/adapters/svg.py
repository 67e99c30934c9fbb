"""Draws one SVG in a process of its own: what a picture does to the program that draws it, it does not do to an exam.

The drawing library ends its whole process on some pictures that are well-formed, deeply nested ones for instance.
Run as `python -m cequiz.adapters.svg WIDTH HEIGHT FONT ...` it reads an SVG from the standard input and writes a PNG.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from cequiz.errors import Refused
from cequiz.language import tr

_SECONDS = 10
_FAMILY = "Bitstream Vera Sans"


def draw_svg(content: bytes, *, width: int, height: int) -> bytes:
    """Return a picture as PNG, as large as fits into a box of pixels; its shape stays.

    Fonts of this computer play no part: the same picture has the same letters everywhere.

    Raises:
        Refused: it cannot be drawn.
    """
    command = [sys.executable, "-P", "-m", __name__, str(width), str(height), *map(str, fonts())]
    try:
        done = subprocess.run(  # noqa: S603 - this program's own interpreter, with arguments as a list
            command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        raise Refused(tr("This picture cannot be drawn.")) from None
    if done.returncode or not done.stdout:
        raise Refused(tr("This picture cannot be drawn."))
    return done.stdout


def fonts() -> tuple[Path, ...]:
    """Return the font files that pictures are lettered with: those that come with the PDF library."""
    found = importlib.util.find_spec("reportlab")
    if found is None or found.origin is None:
        return ()
    folder = Path(found.origin).with_name("fonts")
    return tuple(path for name in ("Vera.ttf", "VeraBd.ttf", "VeraIt.ttf") if (path := folder / name).is_file())


def main(arguments: list[str]) -> int:
    """Draw what comes in."""
    import resvg_py  # noqa: PLC0415 - only this process needs it

    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=sys.stdin.buffer.read().decode("utf-8-sig"),
            width=int(arguments[0]),
            height=int(arguments[1]),
            skip_system_fonts=True,
            font_files=arguments[2:],
            font_family=_FAMILY,
            serif_family=_FAMILY,
            sans_serif_family=_FAMILY,
            monospace_family=_FAMILY,
        )
    except ValueError:  # of text that is not UTF-8 as well
        return 1
    sys.stdout.buffer.write(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

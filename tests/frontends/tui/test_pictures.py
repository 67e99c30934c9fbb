"""Pictures of the main screens, at the smallest, the usual and a large size; and in the other colours.

They are taken with one version of Python and of Textual; `--snapshot-update` takes them anew. Look at them then.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.frontends.tui.app import CequizApp
from cequiz.frontends.tui.themes import HIGH_CONTRAST, LIGHT
from tests.frontends.tui import scenes
from tests.frontends.tui.scenes import Act
from tests.frontends.tui.stage import Stage, settle

Compare = Callable[..., bool]

SIZES = [(60, 20), (80, 24), (120, 40)]
EVERY_SIZE = [
    scenes.home,
    scenes.briefing,
    scenes.exam,
    scenes.check,
    scenes.passed,
    scenes.failed,
    scenes.certificate,
]
ONE_SIZE = [
    scenes.home_running,
    scenes.exam_ending,
    scenes.question_list,
    scenes.time_note,
    scenes.too_small,
    scenes.leave,
    scenes.review,
    scenes.evaluation,
    scenes.help_in_exam,
]
OUTSIDE = [scenes.home, scenes.register, scenes.confirm]


def picture(stage: Stage, act: Act, *, theme: str | None = None) -> Callable[[Pilot[Any]], Any]:
    """Return what leads to the picture."""

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        if theme is not None:
            pilot.app.theme = theme
        await act(stage, pilot)
        await settle(pilot)

    return run_before


@pytest.fixture
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Return a stage whose files have the same short paths everywhere."""
    monkeypatch.chdir(tmp_path)
    return Stage(Path())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("act", EVERY_SIZE, ids=lambda act: act.__name__)
def test_at_every_size(still: Stage, snap_compare: Compare, act: Act, size: tuple[int, int]) -> None:
    app = scenes.set_up(still)
    assert snap_compare(app, terminal_size=size, run_before=picture(still, act))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_signing_in(still: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = scenes.set_up_outside(still)
    assert snap_compare(app, terminal_size=size, run_before=picture(still, scenes.sign_in))


@pytest.mark.parametrize("act", ONE_SIZE, ids=lambda act: act.__name__)
def test_at_the_usual_size(still: Stage, snap_compare: Compare, act: Act) -> None:
    app = scenes.set_up(still)
    assert snap_compare(app, terminal_size=(80, 24), run_before=picture(still, act))


@pytest.mark.parametrize("act", OUTSIDE, ids=lambda act: act.__name__)
def test_before_signing_in(still: Stage, snap_compare: Compare, act: Act) -> None:
    app = scenes.set_up_outside(still)
    assert snap_compare(app, terminal_size=(80, 24), run_before=picture(still, act))


@pytest.mark.parametrize("theme", [LIGHT.name, HIGH_CONTRAST.name])
def test_in_other_colours(still: Stage, snap_compare: Compare, theme: str) -> None:
    app: CequizApp = scenes.set_up(still)
    run_before = picture(still, scenes.exam_ending, theme=theme)
    assert snap_compare(app, terminal_size=(80, 24), run_before=run_before)


@pytest.mark.parametrize("theme", [LIGHT.name, HIGH_CONTRAST.name])
def test_home_in_other_colours(still: Stage, snap_compare: Compare, theme: str) -> None:
    app = scenes.set_up(still)
    assert snap_compare(app, terminal_size=(80, 24), run_before=picture(still, scenes.home_running, theme=theme))

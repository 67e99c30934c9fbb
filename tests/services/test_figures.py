"""Which question shows which figure, in words and bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cequiz.adapters.bank_files.load import read_paths
from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.question import CaseOf
from cequiz.services import figures as services
from cequiz.services.figures import Point
from cequiz.services.loading import load
from cequiz.services.ports import FigureFile, Ports
from cequiz.services.starting import start
from tests import builders, figures, samples
from tests.storing import student


def running(ports: Ports, bank: Bank, *kept: FigureFile) -> services.FigureView:
    """Load the bank, start its exam and return the one figure of its form."""
    course = builders.course("pictures", exams=[builders.exam_json(banks=[bank.id], blueprint={"D1": 1})])
    load(ports, banks=[bank], courses=[course], figures=kept, actor="test")
    with ports.store.write() as unit:
        unit.students.add(student(), passphrase_hash=None, at=builders.NOON)
    sitting = start(ports, student_id="S-1", exam_ref="pictures/quiz", attested=True, actor="test")
    found = services.of(ports, sitting.attempt.form.items, sitting.questions)
    assert services.alternatives(ports, sitting.attempt, sitting.questions) == services.of_attempt(
        ports, sitting.attempt.id
    )
    ((view,),) = found.values()
    return view


def named(bank: Bank, name: str = "pictured") -> Bank:
    return Bank.from_json({**bank.to_json(), "id": name})


def test_points_are_numbered_as_the_places_of_the_answer(ports: Ports) -> None:
    view = running(ports, named(figures.bank()), figures.FIGURE)
    assert view.points == (Point("1", 0.25, 0.5), Point("2", 0.75, 0.5))
    assert (view.alt, view.credit, view.media_type) == (figures.ALT, figures.CREDIT, "image/svg+xml")
    assert services.content(ports, view.sha256) == figures.FIGURE


def test_a_bank_without_bytes_has_words_only(ports: Ports) -> None:
    view = running(ports, named(figures.bank()))
    assert view.alt == figures.ALT
    assert services.content(ports, view.sha256) is None
    assert services.content(ports, "") is None


def test_loading_the_same_version_again_brings_the_pictures_it_lacked(ports: Ports) -> None:
    bank = named(figures.bank())
    running(ports, bank)
    (done,) = load(ports, banks=[bank], figures=[figures.FIGURE], actor="test")
    assert not done.new
    assert services.content(ports, figures.FIGURE.sha256) == figures.FIGURE


def test_the_figure_of_a_case_comes_before_that_of_its_question_and_none_comes_twice() -> None:
    bank = figures.bank()
    plate, other = bank.figures[samples.PLATE], bank.figures[samples.PLATE].model_copy(update={"alt": "Other."})
    known = {samples.PLATE: plate, "other": other}
    question = bank.question("q-label")
    case = CaseOf(id="c", vignette="Story.", figure="other", place=1, length=2)
    assert [view.alt for view in services.views(question.in_case(case), known)] == ["Other.", figures.ALT]
    same = question.in_case(replace(case, figure=samples.PLATE))
    assert [len(view.points) for view in services.views(same, known)] == [2]
    assert services.views(question.in_case(replace(case, figure="gone")), {}) == ()


def test_the_reader_hands_over_the_bytes_of_every_figure(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "plate.svg").write_bytes(figures.SVG)
    (tmp_path / "bank.yaml").write_text(json.dumps(samples.bank_json(only=("q-label",))), encoding="utf-8")
    (found,) = read_paths([tmp_path]).banks
    assert found.figure_files() == (figures.FIGURE,)
    assert found.bank.figures[samples.PLATE].sha256 == figures.FIGURE.sha256


@pytest.mark.parametrize(("file", "kind"), [("a/B.SVG", "image/svg+xml"), ("a.png", "image/png")])
def test_what_a_picture_is_its_name_says(file: str, kind: str) -> None:
    (figure,) = figures.bank().figures.values()
    assert figure.model_copy(update={"file": file}).media_type == kind

"""The answer parts of the other question types, as their authors get them wrong: every problem at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.adapters.bank_files.load import Reading, read_paths
from cequiz.domain.bank.lint import PROFILES
from tests.adapters.bank_files.test_load import COURSE

HEADER = """\
format: cequiz-bank/1
id: neck
title: Neck anatomy
version: "2026.10"
language: en
licence: CC-BY-4.0
objectives: {D4: Head and neck anatomy}
figures: {plate: {file: plate.svg, alt: "A square and a circle"}}
questions:
"""

FRAME = """\
  - id: item
    objective: D4
    cognitive: recall
    difficulty: medium
    claim: anatomy
    references: [{cite: "Moore, 9th ed."}]
    review: {status: approved, by: somebody, on: 2026-11-22}
    rationale: So it is.
"""

MATCHING = (
    FRAME
    + """\
    type: matching
    stem: Match each muscle with its nerve.
    pairs:
      - {id: p1, left: Deltoid, right: Axillary nerve}
      - {id: p2, left: Trapezius, right: Accessory nerve}
    distractors: [Ulnar nerve, {id: x, text: Vagus nerve}]
    scoring: {method: per-pair}
"""
)

ORDERING = (
    FRAME
    + """\
    type: ordering
    stem: Put these in order.
    items:
      - {id: a, text: Occiput}
      - {id: b, text: Atlas}
      - {id: c, text: Axis}
    scoring: {method: adjacent-pairs}
"""
)

CLOZE = (
    FRAME
    + """\
    type: cloze
    stem: Complete the sentence.
    text: "The {{n1}} nerve lies in the {{g1}}."
    blanks:
      n1: {options: [{id: a, text: radial, correct: true}, {id: b, text: ulnar}]}
      g1: {accept: [{text: spiral groove}, {text: groove, credit: 1/2}], spelling: tolerant}
"""
)

LABELLING = (
    FRAME
    + """\
    type: label_figure
    stem: Name the points.
    figure: plate
    points_on_figure:
      - {id: A, at: [0.25, 0.5], answer: sq}
      - {id: B, at: [0.75, 0.5], answer: ci}
    choices: {sq: Square, ci: Circle, tr: Triangle}
"""
)

CASE = (
    FRAME
    + """\
    type: case
    vignette: A 31-year-old runner has pain behind the ear.
    questions:
      - id: one
        type: single
        stem: Which muscle is the most likely source of the pain?
        options:
          - {id: a, text: Sternocleidomastoid, correct: true}
          - {id: b, text: Gastrocnemius muscle}
          - {id: c, text: Quadratus femoris}
          - {id: d, text: Tibialis anterior}
        rationale: It refers there.
      - id: two
        type: ordering
        stem: Put these in order.
        items: [{id: a, text: Occiput}, {id: b, text: Atlas}]
        scoring: {method: all-or-nothing}
        rationale: From the top down.
"""
)
CASE = CASE.replace("    rationale: So it is.\n", "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plate.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    return tmp_path


def check(folder: Path, *questions: str, profile: bool = False) -> Reading:
    (folder / "bank.yaml").write_text(HEADER + "".join(questions), "utf-8")
    return read_paths([folder / "bank.yaml"], PROFILES["ncbtmb"] if profile else None)


def found(reading: Reading) -> list[tuple[str, str]]:
    """The codes, and what stands in the file where each points to."""
    return [(problem.code, problem.source[problem.column - 1 :]) for problem in reading.problems]


@pytest.mark.parametrize("question", [MATCHING, ORDERING, CLOZE, LABELLING, CASE])
def test_a_good_item_of_every_type_is_read_without_a_word(folder: Path, question: str) -> None:
    reading = check(folder, question)
    assert found(reading) == []
    assert len(reading.banks) == 1


@pytest.mark.parametrize(
    ("question", "old", "new", "code", "place"),
    [
        (MATCHING, "id: p2", "id: p1", "E03", "p1, left: Trapezius"),
        (MATCHING, "{id: x,", "{id: p2,", "E03", "p2, text: Vagus"),
        (MATCHING, "left: Trapezius", 'left: " deltoid."', "E04", '" deltoid."'),
        (MATCHING, "Ulnar nerve", "axillary-nerve", "E04", "axillary-nerve"),
        (MATCHING, "right: Accessory nerve", "right: AXILLARY NERVE", "E04", "AXILLARY NERVE"),
        (MATCHING, "left: Deltoid", 'left: ""', "E03", '""'),
        (MATCHING, "right: Accessory nerve", "wrong: Accessory nerve", "R17", "wrong: Accessory"),
        (MATCHING, "per-pair", "per-option", "R23", "per-option"),
        (MATCHING, "    scoring:", "    shuffle: false\n    scoring:", "R26", "false"),
        (MATCHING, "distractors: [", f"distractors: [{', '.join(f'Nerve {n}' for n in range(8))}, ", "R26", "[Nerve 0"),
        (ORDERING, "{id: c,", "{id: a,", "E03", "a, text: Axis"),
        (ORDERING, "text: Axis", "text: ATLAS", "E04", "ATLAS"),
        (ORDERING, "    scoring:", "    shuffle: false\n    scoring:", "R26", "false"),
        (ORDERING, "adjacent-pairs", "per-pair", "R23", "per-pair"),
        (CLOZE, "{{g1}}", "{{g2}}", "R28", '"The {{n1}}'),
        (CLOZE, "{{g1}}", "groove", "R28", "{accept"),
        (CLOZE, "{{g1}}", "{{n1}} or {{g1}}", "R29", '"The {{n1}}'),
        (CLOZE, "correct: true", "correct: false", "E01", "[{id: a, text: radial"),
        (CLOZE, "text: ulnar", "text: ulnar, correct: true", "E01", "true}]"),
        (CLOZE, "{id: b, text: ulnar}", "{id: a, text: ulnar}", "E03", "a, text: ulnar"),
        (CLOZE, "text: ulnar", "text: Radial", "E04", "Radial"),
        (
            CLOZE,
            "accept: [{text: spiral groove}",
            "accept: [{text: spiral groove, credit: 1/2}",
            "R26",
            "[{text: spiral",
        ),
        (CLOZE, "g1: {accept", "g1: {options: [{id: a, text: x}], accept", "R26", "[{id: a, text: x}]"),
        (CLOZE, "n1: {options: [{id: a, text: radial, correct: true}, {id: b, text: ulnar}]}", "n1: {}", "R26", "{}"),
        (LABELLING, "answer: ci", "answer: hexagon", "R28", "hexagon"),
        (LABELLING, "id: B", "id: A", "E03", "A, at: [0.75"),
        (LABELLING, "id: B", "id: B one", "R25", "B one"),
        (LABELLING, "tr: Triangle", "tr: circle", "E04", "circle"),
        (LABELLING, "[0.75,", "[1.75,", "R26", "1.75"),
        (LABELLING, "[0.75, 0.5]", "[0.75]", "R16", "[0.75]"),
        (LABELLING, "    figure: plate\n", "", "R16", "id: item"),
        (LABELLING, "figure: plate", "figure: other", "R28", "other"),
        (CASE, "type: ordering", "type: case", "R23", "case"),
        (CASE, "vignette: A", "vignete: A", "R17", "vignete"),
        (CASE, "    vignette:", "    figure: other\n    vignette:", "R28", "other"),
        (CASE, "cognitive: recall", "cognitive: recal", "R23", "recal"),
        (CASE, "    cognitive: recall\n", "", "R16", "id: one"),
        (CASE, "        items:", "        difficulty: very\n        items:", "R23", "very"),
        (CASE, "objective: D4", "objective: D9", "E06", "id: one"),
        (CASE, "{id: b, text: Atlas}", "{id: b, text: occiput}", "E04", "occiput"),
        (CASE, "id: two", "id: one", "E03", "one"),
        (CASE, "correct: true", "correct: false", "E01", "- {id: a, text: Sternocleidomastoid"),
        (CASE, "    vignette:", "    enemies: [nobody]\n    vignette:", "R28", "nobody"),
    ],
)
def test_a_problem_stands_at_its_place(folder: Path, question: str, old: str, new: str, code: str, place: str) -> None:
    assert old in question
    problems = found(check(folder, question.replace(old, new, 1)))
    assert next((named, text[: len(place)]) for named, text in problems if named == code) == (code, place), problems


@pytest.mark.parametrize(
    ("question", "old", "new", "code", "place"),
    [
        (LABELLING, "[0.75, 0.5]", "[0.250, 0.50]", "R29", "[0.250"),
        (CLOZE, "{{g1}}", "{{g1}} or {{g2}", "R26", '"The {{n1}}'),
        (CLOZE, "{{g1}}", "{{g1}}}}", "R26", '"The {{n1}}'),
    ],
)
def test_what_would_be_shown_wrongly_is_refused(
    folder: Path, question: str, old: str, new: str, code: str, place: str
) -> None:
    problems = found(check(folder, question.replace(old, new, 1)))
    assert [(named, text[: len(place)]) for named, text in problems] == [(code, place)]


def test_pairs_that_leave_nothing_to_choose_are_refused(folder: Path) -> None:
    same = MATCHING.replace("Accessory nerve", "Axillary nerve").replace("    distractors: [", "    # [")
    assert [code for code, _ in found(check(folder, same))] == ["R26"]


def test_a_fault_of_a_case_is_said_once_and_not_for_each_of_its_questions(folder: Path) -> None:
    reading = check(folder, CASE.replace("by: somebody, on: 2026-11-22", "by: somebody, on: soon"))
    assert found(reading) == [("R24", "soon}")]


def test_a_problem_inside_of_a_case_names_the_question(folder: Path) -> None:
    (problem,) = check(folder, CASE.replace("text: Atlas", 'text: ""')).problems
    assert (problem.code, problem.question_id) == ("E03", "two")


def test_a_refused_bank_is_linted_inside_of_its_cases_too(folder: Path) -> None:
    spoilt = CASE.replace("difficulty: medium", "difficulty: middling").replace("text: Atlas", "text: occiput")
    assert [code for code, _ in found(check(folder, spoilt))] == ["R23", "E04"]


def test_a_key_that_could_not_be_read_in_a_case_is_not_reported_as_missing_too(folder: Path) -> None:
    assert [code for code, _ in found(check(folder, CASE.replace("correct: true", "correct: yes")))] == ["R21"]


def test_an_unknown_field_is_met_with_the_one_that_was_meant_in_every_depth(folder: Path) -> None:
    reading = check(folder, CLOZE.replace("spelling:", "speling:"), MATCHING.replace("left: Delt", "lef: Delt"))
    messages = [problem.message for problem in reading.problems if problem.code == "R17"]
    assert ["did you mean spelling?" in messages[0], "did you mean left?" in messages[1]] == [True, True]


def test_a_text_of_the_new_parts_cut_off_by_a_comment_is_named(folder: Path) -> None:
    broken = MATCHING.replace("distractors: [Ulnar nerve, {id: x, text: Vagus nerve}]", "distractors:\n      - C #5")
    assert ("W27", "#5") in found(check(folder, broken))


@pytest.mark.parametrize("question", [MATCHING, ORDERING, CLOZE, LABELLING])
def test_only_single_best_answers_stand_in_a_scored_exam_of_the_board(folder: Path, question: str) -> None:
    codes = [code for code, _ in found(check(folder, question, profile=True))]
    assert codes == ["E05"]


def test_a_bank_for_practice_only_is_spared_the_rules_of_the_board(folder: Path) -> None:
    (folder / "a.yaml").write_text(HEADER + ORDERING + LABELLING.replace("id: item", "id: other"), "utf-8")
    exam = COURSE.replace("banks: [neck]", "banks: [elsewhere]")
    for practice, spared in (("{enabled: true, banks: [neck]}", True), ("{enabled: true}", False)):
        (folder / "b.yaml").write_text(f"{exam}practice: {practice}\n", "utf-8")
        reading = read_paths([folder], PROFILES["ncbtmb"])
        assert ("E05" not in [code for code, _ in found(reading)]) is spared


@pytest.mark.parametrize(("tag", "good"), [("es", True), ("pt-BR", True), ("zh-Hant-TW", True), ("English", False)])
def test_a_bank_names_its_language_by_its_tag(folder: Path, tag: str, good: bool) -> None:
    (folder / "bank.yaml").write_text((HEADER + ORDERING).replace("language: en", f"language: {tag}"), "utf-8")
    assert found(read_paths([folder / "bank.yaml"])) == ([] if good else [("R29", tag)])

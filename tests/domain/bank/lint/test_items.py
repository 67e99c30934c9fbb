"""The rules about single items: each has cases that fire and cases that must not."""

from __future__ import annotations

from typing import Any

import pytest

from cequiz.domain.bank.lint import PROFILES, Level, lint_bank
from tests.domain.bank.every import bare
from tests.domain.bank.samples import OPTIONS, bank, multiple_data, options, question_data, true_false_data

NCBTMB = PROFILES["ncbtmb"]
FOUR = [str(option["text"]) for option in OPTIONS]


def codes(*questions: dict[str, Any], profile: bool = True) -> set[str]:
    """The codes that the linter gives out for a bank of these questions."""
    return {finding.code for finding in lint_bank(bank(*questions), NCBTMB if profile else None)}


def item(**changes: Any) -> dict[str, Any]:
    return question_data(**changes)


def with_options(*texts: str, key: int = 0) -> dict[str, Any]:
    """An item with these options and a rationale of its own."""
    return question_data(options=options(*texts, key=key), rationale="Because.")


def matching(**changes: Any) -> dict[str, Any]:
    """A matching item with a rationale of its own."""
    pairs = [{"id": "p1", "left": "Deltoid", "right": "Axillary"}, {"id": "p2", "left": "Trapezius", "right": "XI"}]
    data: dict[str, Any] = {"pairs": pairs, "scoring": {"method": "per-pair"}, "rationale": "So it is."}
    return bare("matching", stem="Match them.", **(data | changes))


def ordering(**changes: Any) -> dict[str, Any]:
    """An ordering item with a rationale of its own."""
    items = [{"id": "a", "text": "Occiput"}, {"id": "b", "text": "Atlas"}]
    data: dict[str, Any] = {"items": items, "scoring": {"method": "all-or-nothing"}, "rationale": "So it is."}
    return bare("ordering", **({"stem": "Put them in order."} | data | changes))


def cloze(text: str = "It lies on the {{a}}.", **changes: Any) -> dict[str, Any]:
    """A cloze with one typed blank."""
    data: dict[str, Any] = {"text": text, "blanks": {"a": {"accept": [{"text": "axis"}]}}, "rationale": "So it is."}
    return bare("cloze", stem="Complete it.", **(data | changes))


LONG_CASE = "A 40-year-old runner has pain at the outer knee. " + "It began weeks ago. " * 15 + "Which test fits best?"

FIRES: list[tuple[str, dict[str, Any]]] = [
    ("E01", question_data(options=[dict(option) | {"correct": "false"} for option in OPTIONS])),
    ("E01", question_data(options=[dict(option) | {"correct": "true"} for option in OPTIONS])),
    ("E01", multiple_data(right="")),
    ("E02", with_options(*FOUR[:3])),
    ("E02", with_options(*FOUR, "Longus capitis muscle")),
    ("E03", item(stem="  \n ")),
    ("E03", with_options(*FOUR[:3], "")),
    ("E03", item(options=[dict(OPTIONS[0]), *[dict(option) | {"id": "b"} for option in OPTIONS[1:]]])),
    ("E04", with_options("Axis vertebra", "axis-vertebra.", "Atlas vertebra", "Hyoid bone")),
    ("E04", with_options("The Atlas", "the  atlas", "The axis", "The hyoid")),
    ("E05", true_false_data()),
    ("E06", item(objective="D9")),
    ("E06", item(objective=None)),
    ("E07", item(references=None)),
    ("E07", item(references=[])),
    ("E09", item(stem="How much does a head held forward add, in 10 lb steps per inch?")),
    ("E09", item(stem="Which treatment cures a cervicogenic headache within a week?")),
    ("E09", item(stem="What does a negative vertebral artery test say about a safe manipulation?")),
    ("E09", item(claim="evidence", references=[], stem="Which treatment cures a headache within a week?")),
    ("W01", with_options(*FOUR[:3], "All of the above")),
    ("W01", with_options(*FOUR[:3], "all the above")),
    ("W02", with_options(*FOUR[:3], "None of the above")),
    ("W03", with_options(*FOUR[:3], "A and B")),
    ("W03", with_options(*FOUR[:3], "Both A and C")),
    ("W03", with_options(*FOUR[:3], "a, b and c only")),
    ("W03", with_options(*FOUR[:3], "Both of the above")),
    ("W04", item(stem="Which of these muscles is NOT part of the suboccipital group?")),
    ("W04", item(stem="All of these are suboccipital muscles EXCEPT which one of them?")),
    ("W04", item(stem="Which of these muscles is LEAST active in quiet standing?")),
    ("W05", item(stem="Which of these muscles is not part of the suboccipital group?")),
    (
        "W06",
        with_options("It always turns the head", "It turns the jaw a bit", "It lifts the shoulder", "It bends a rib"),
    ),
    ("W06", with_options("Only the atlas bone", "The axis bone", "The hyoid bone", "The jaw bone")),
    (
        "W07",
        with_options("It often turns the head", "It turns the jaw a bit", "It lifts the shoulder", "It bends a rib"),
    ),
    ("W07", with_options("Pain may be present", "Pain of the jaw", "Pain of the neck", "Pain of the ear")),
    ("W08", with_options("The obliquus capitis inferior, which turns the atlas", *FOUR[1:])),
    ("W08", with_options("Atlas unless fixed", "The axis vertebra", "The hyoid bone", "The mandible bone")),
    (
        "W09",
        with_options("Atlas", "The transverse process of the atlas", "The axis of the neck", "The mastoid process"),
    ),
    ("W16", item(stem="Name the muscle.")),
    ("W16", item(stem="The obliquus capitis inferior is a muscle of the neck.")),
    ("W17", item(stem="Which " + "of the many " * 25 + "muscles turns the atlas?")),
    (
        "W17",
        with_options(" ".join(["word"] * 16), *[" ".join(["text"] * 15)] * 1, "text " * 12 + "a", "text " * 12 + "b"),
    ),
    ("B05", with_options(*FOUR) | {"rationale": " "}),
    ("B05", matching(rationale=None)),
    ("B05", cloze(rationale=None)),
    ("E05", multiple_data()),
    ("E05", matching()),
    ("E05", ordering()),
    ("E05", cloze()),
    ("E09", cloze("This {{a}} test cures a headache.")),
    ("E09", matching(pairs=[{"id": "a", "left": "It cures", "right": "x"}, {"id": "b", "left": "b", "right": "y"}])),
    ("W04", ordering(stem="Put those in order that are NOT muscles.")),
    ("W17", ordering(stem="Put them " + "in the right order " * 20)),
    ("W16", bare("short_answer", stem="Name it.", accept=[{"text": "axis"}])),
]

QUIET: list[tuple[str, dict[str, Any]]] = [
    ("E01", multiple_data(right="abcd")),
    ("E04", with_options("1.5 cm", "15 cm", "-15 cm", "1-5 cm")),
    ("E04", with_options("C1", "C2", "C1-C2", "C12")),
    ("E04", with_options("< 60 degrees", "> 60 degrees", "= 60 degrees", "60 degrees")),
    ("E05", true_false_data(review={"status": "retired", "by": "me", "on": "2026-01-01"})),
    ("E07", item(references=[], review={"status": "retired", "by": "me", "on": "2026-01-01"})),
    ("E09", item(stem="According to Smith, what cures a headache within a week?", claim="attributed")),
    ("E09", item(stem="In the Halstead manoeuvre, which way does the examiner pull the arm?", claim="procedure")),
    ("E09", item(stem="Which position is used for the vertebral artery test?", claim="procedure")),
    ("W01", with_options("All three scalenes", *FOUR[1:])),
    ("W02", with_options("The nonelastic band", *FOUR[1:])),
    ("W03", with_options("Both scalenes and the first rib", *FOUR[1:])),
    ("W03", with_options("C1 and C2", "C2 and C3", "C3 and C4", "C4 and C5")),
    (
        "W03",
        with_options("Flexion and rotation", "Extension and rotation", "Flexion and gliding", "Gliding and rotation"),
    ),
    ("W04", item(stem="Which muscle is present in at least nine of ten people examined?")),
    ("W04", item(stem="A client does not tolerate the prone position. Which position comes next?")),
    ("W04", item(stem="Which step follows in a client who does not tolerate the prone position?")),
    ("W04", item(stem="Which test is made if the client cannot lie prone on the table?")),
    ("W05", item(stem="Which of these muscles is NOT part of the suboccipital group?")),
    ("W06", with_options("The commonly used one", "The overall angle", "On all fours", "All four limbs")),
    ("W06", with_options("An all-or-none reflex", *FOUR[1:])),
    ("W06", with_options(*FOUR[:3], "All of the above")),
    ("W07", with_options("Empty can test", "May-Thurner syndrome", "Dismayed look of pain", "Full can test of Jobe")),
    ("W08", with_options("Axis", "C1", "C3", "C7")),
    ("W08", with_options(FOUR[1], FOUR[0], FOUR[2], FOUR[3])),
    ("W09", with_options("C1", "Atlas", "Axis", "Hyoid")),
    ("W16", item(stem="The muscle that turns the atlas on the axis is the")),
    ("W16", item(stem="The muscle that turns the atlas on the axis is the ...")),
    ("W16", item(stem="Which muscles turn the atlas on the axis? Select the best.")),
    ("W16", item(stem='Which muscle is called the "inferior oblique of the head?"')),
    ("W16", true_false_data(stem="The atlas turns.")),
    ("W17", item(stem=LONG_CASE)),
    ("B05", with_options(*FOUR)),
    ("B05", cloze(blanks={"a": {"options": [*options("axis", "atlas"), {"id": "x", "text": "y", "rationale": "z"}]}})),
    ("E02", matching()),
    (
        "E04",
        matching(
            pairs=[{"id": "a", "left": "C5", "right": "x"}, {"id": "b", "left": "C6", "right": "x"}], distractors=["y"]
        ),
    ),
    ("W16", matching()),
    ("W16", ordering()),
    ("W16", cloze()),
    ("W16", bare("short_answer", stem="Which bone turns under the atlas?", accept=[{"text": "axis"}])),
]


@pytest.mark.parametrize(("code", "data"), FIRES, ids=[f"{n}-{code}" for n, (code, _) in enumerate(FIRES)])
def test_a_flaw_is_named(code: str, data: dict[str, Any]) -> None:
    assert code in codes(data)


@pytest.mark.parametrize(("code", "data"), QUIET, ids=[f"{n}-{code}" for n, (code, _) in enumerate(QUIET)])
def test_what_only_looks_like_a_flaw_is_left_alone(code: str, data: dict[str, Any]) -> None:
    assert code not in codes(data)


def test_a_good_item_has_nothing_to_mend_under_the_strictest_profile() -> None:
    assert codes(item()) == set()


def test_four_options_are_a_demand_of_the_board_and_a_habit_otherwise() -> None:
    three = with_options(*FOUR[:3])
    levels = {
        profile: [found.level for found in lint_bank(bank(three), profile) if found.code == "E02"]
        for profile in (None, NCBTMB)
    }
    assert levels == {None: [Level.WARNING], NCBTMB: [Level.ERROR]}


def test_true_false_items_are_fine_without_the_profile() -> None:
    assert "E05" not in codes(true_false_data(), profile=False)


def test_a_repeated_item_id_names_the_item_that_has_it_already() -> None:
    (found,) = [found for found in lint_bank(bank(item(), item())) if found.code == "E03"]
    assert (found.loc, found.question_id) == (("questions", 1, "id"), "oci-action")
    assert "item 1" in found.message


def test_a_finding_tells_where_it_is() -> None:
    found = {finding.code: finding.loc for finding in lint_bank(bank(item(id="x"), with_options(*FOUR[:3], "A and B")))}
    assert found["W03"] == ("questions", 1, "options", 3, "text")


def test_a_warning_can_be_waived_with_a_reason_and_an_error_cannot() -> None:
    data = item(stem="Name the muscle.", references=[], waive={"W16": "a label, not a question"})
    assert codes(data) == {"E07"}

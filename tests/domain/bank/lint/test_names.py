"""W25: a student who knows a test by another name still learns which thing is meant."""

from __future__ import annotations

import pytest

from tests.domain.bank.lint.said import said
from tests.domain.bank.samples import question_data


def messages(stem: str) -> list[str]:
    """Return what is said about the names in a stem."""
    return [finding.message for finding in said("W25", question_data(stem=stem))]


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("In the Adson, which way does the client turn the head?", "Adson"),
        ("Which nerve root does a positive Spurling with arm pain suggest?", "Spurling"),
        ("Which muscle does the Thomas show to be short?", "Thomas"),
        ("During the Hawkins-Kennedy, which structures come close together?", "Hawkins-Kennedy"),
        ("How does the movement in the Neer or Jobe differ from lifting the arm?", "Neer or Jobe"),
        ("Which finger moves in Hoffmann's, and which stimulus is given?", "Hoffmann's"),
    ],
)
def test_a_name_alone_is_told(stem: str, name: str) -> None:
    (message,) = messages(stem)
    assert message.startswith(f"{name} stands alone")


@pytest.mark.parametrize(
    "stem",
    [
        "In the Adson manoeuvre, which way does the client turn the head?",
        "In the Apley grinding (compression) test, what does rotation load?",
        "In the Roos elevated arm stress test, how long does the client go on?",
        "In the windlass test (the Jack or Hubscher manoeuvre), what rises?",
        "A client has a positive shoulder abduction relief sign (Bakody). What eases it?",
        "How does the movement in the Hawkins-Kennedy impingement test differ from that in the Neer impingement sign?",
        "According to Neer, which structures are pinched when the arm is raised?",
        "In Neer and colleagues (1983), which structures are pinched in the shoulder?",
        "Which line of the body is the Tuffier (intercristal) line between the crests?",
        "According to Fryette's first principle, what happens to a neutral spine?",
        "What is seen in the third stage of the Thomas test of the hip?",
        "Which angle of the knee did a client named Thomas reach last week?",
    ],
)
def test_a_name_beside_what_it_names_is_left_alone(stem: str) -> None:
    assert messages(stem) == []


@pytest.mark.parametrize(
    ("stem", "word"),
    [
        ("In which direction is the head turned in the FRT of the neck?", "FRT"),
        ("Which joint is compressed first in the SIJ cluster of tests?", "SIJ"),
        ("Which headache of the ICHD-3 does this picture resemble most?", "ICHD-3"),
        ("Which nerve does the ULNT1 load more than the other nerves?", "ULNT1"),
        ("In the alar test (side-bend form), which TMJ sound is heard?", "TMJ"),
    ],
)
def test_an_abbreviation_that_is_written_out_nowhere_is_named(stem: str, word: str) -> None:
    (message,) = messages(stem)
    assert f"abbreviation {word} " in message


@pytest.mark.parametrize(
    "stem",
    [
        "In the flexion-rotation test (FRT), the head turns 44 degrees. How is this FRT read?",
        "Which bone does the obliquus capitis inferior [OCI] pull, and where does the OCI begin?",
        "In the TART examination (tissue texture, asymmetry, restriction, tenderness), what is a texture change?",
        "In the FABER (Patrick flexion, abduction, external rotation) position, where is pain felt?",
        "Which disorder do the Diagnostic Criteria for Temporomandibular Disorders (DC/TMD) name?",
        "What does the R of the mnemonic say when TART stands for four findings?",
        "Which finding on MRI, CT or in the ROM of C5 and of L5-S1 fits best?",
        "Which of these muscles is NOT in the group, and which nerve, X or XI or XII, is the LEAST likely?",
    ],
)
def test_an_abbreviation_that_is_written_out_or_known_is_left_alone(stem: str) -> None:
    assert messages(stem) == []


def test_the_story_of_a_case_may_write_it_out() -> None:
    question = {
        "id": "frt-reading",
        "type": "single",
        "stem": "How is the FRT of this client read against published values?",
        "options": question_data()["options"],
        "rationale": "Because.",
    }
    shared = {
        name: question_data()[name]
        for name in ("objective", "cognitive", "difficulty", "claim", "references", "review")
    }
    case = {"id": "runner", "type": "case", "vignette": "Her flexion-rotation test (FRT) was 30 degrees.", **shared}
    assert said("W25", case | {"questions": [question]}) == []
    assert said("W25", case | {"vignette": "Her neck turned 30 degrees.", "questions": [question]}) != []

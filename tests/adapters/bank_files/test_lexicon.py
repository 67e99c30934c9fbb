"""The lexicon is read as strictly as a bank: whatever is wrong with it is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.adapters.bank_files.lexicon import read_lexicon
from cequiz.adapters.bank_files.load import read_paths
from cequiz.bootstrap import bundled_lexicon
from cequiz.domain.bank.lexicon import Lexicon, listed_word
from cequiz.domain.bank.tokens import american
from cequiz.errors import EnvironmentFailed
from cequiz.paths import bundled

GOOD = """\
format: cequiz-lexicon/1
families:
  side: [left, right]
prefixes:
  bare: ["", un]
levels:
  ordinals: [third, fourth]
negations: [not, "no"]
"""


def read(folder: Path, text: str) -> Lexicon:
    file = folder / "lexicon.yaml"
    file.write_text(text, encoding="utf-8")
    return read_lexicon(file)


def test_a_lexicon_says_what_its_file_says(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD) == Lexicon(
        families=(("left", "right"),),
        prefixes=(("", "un"),),
        negations=("not", "no"),
        levels=(("third", "fourth"),),
    )


def test_a_lexicon_may_have_stems_numbers_spellings_and_articles(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        GOOD
        + """stems: {slide: [protract, retract]}
numbers: {words: [one, two]}
ordinals: {words: [first, second]}
spellings: {disc: [disc, disk]}
articles: [the]
""",
    )
    assert ("retracted", "family") in [rival for rivals in found.rivals("protracted").values() for rival in rivals]
    assert [found.said(word) for word in ("two", "2", "ii", "second", "2nd", "third")] == [
        *["2"] * 3,
        *["2th"] * 2,
        None,
    ]
    assert found.same_word("disk") == found.same_word("disc")
    assert found.leading == {"the"}


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("[left, right]", "[left]", "3:9", "at least 2"),
        ("[left, right]", "[left, lefts]", "3:9", "stands here twice"),
        ("[left, right]", "[left, right side]", "3:16", "one word"),
        ("[left, right]", "[left, C5]", "3:16", "one word"),
        ("[left, right]", '[left, ""]', "3:16", "one word"),
        ("[left, right]", "[left, {a: b}]", "3:16", "text is expected"),
        ("[left, right]", "left", "3:9", "a list is expected"),
        ('["", un]', '["", u-]', "5:14", "letters only"),
        ("negations:", "negation:", "8:1", "did you mean negations?"),
        ("levels:\n  ordinals: [third, fourth]\n", "", "1:1", "levels is missing"),
        ("cequiz-lexicon/1", "cequiz-lexicon/9", "1:9", "is not one of"),
        ("[left, right]", "&a [left, right]", "3:9", "anchors"),
        ("  side: [left, right]", "  side: [left, right]\n  side: [up, down]", "4:3", "stands twice"),
        ("left", "le\u200bft", "3:12", "U+200B"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, old: str, new: str, place: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(EnvironmentFailed) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert f"lexicon.yaml:{place}: " in caught.value.sentence
    assert words in caught.value.sentence


def test_a_lexicon_that_is_not_there_is_an_environment_that_failed(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed, match="1:1"):
        read_lexicon(tmp_path / "none.yaml")


def test_bank_check_looks_at_a_lexicon_too(tmp_path: Path) -> None:
    (tmp_path / "lexicon.yaml").write_text(GOOD.replace("[left, right]", "[left]"))
    (problem,) = read_paths([tmp_path]).problems
    assert (problem.line, problem.column, problem.is_error) == (3, 9, True)
    (tmp_path / "lexicon.yaml").write_text(GOOD)
    assert read_paths([tmp_path]).problems == ()


def test_the_shipped_lexicon_keeps_apart_what_the_house_promises() -> None:
    found = bundled_lexicon()
    assert read_lexicon(bundled("question_banks") / "lexicon.yaml") == found
    promised = {
        ("left", "right"),
        ("anterior", "posterior"),
        ("internal", "external"),
        ("medial", "lateral"),
        ("superior", "inferior"),
        ("proximal", "distal"),
        ("flexion", "extension"),
        ("peroneal", "perineal"),
        ("ilium", "ileum"),
        ("third", "fourth"),
    }
    assert all(other in found.kin[one] for one, other in promised)
    beginnings = {("ab", "ad"), ("hyper", "hypo"), ("af", "ef"), ("supra", "infra")}
    assert all(any({one, other} <= set(terms) for terms in found.prefixes) for one, other in beginnings)
    assert {"not", "no", "without", "non"} <= found.negating


def test_no_two_terms_that_are_kept_apart_are_spellings_of_one_word() -> None:
    """Such a set would be in force in the file and void in a marking."""
    found = bundled_lexicon()
    for terms in (*found.families, *found.levels, *found.numbers, *found.ordinals):
        words = [found.same_word(listed_word(term)) for term in terms]
        assert len(set(words)) == len(words), terms
        assert len(set(map(american, words))) == len(words), terms

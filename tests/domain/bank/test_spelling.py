"""Tolerant spelling forgives slips of the finger and never takes a word for its opposite or its neighbour."""

from __future__ import annotations

from functools import cache
from itertools import permutations
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.bootstrap import bundled_lexicon
from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.spelling import compare, slips, tolerance
from cequiz.domain.bank.tokens import words_of
from cequiz.domain.bank.typed import TypedAnswer, Verdict
from cequiz.domain.text import visible


@cache
def lexicon() -> Lexicon:
    """Return the lexicon that cequiz ships."""
    return bundled_lexicon()


def judged(accepted: str, typed: str, *, terms: Lexicon | None = None) -> Verdict:
    """Judge a typed text against one accepted answer."""
    answer = TypedAnswer.model_validate({"accept": [{"text": accepted}], "spelling": "tolerant"})
    return answer.judge(typed, lexicon() if terms is None else terms)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Return two terms of one set of the shipped lexicon, beginnings with the same end."""
    if draw(st.booleans()):
        known = lexicon()
        terms = draw(st.sampled_from([*known.families, *known.levels, *known.numbers, *known.ordinals]))
        one, other = draw(st.sampled_from(list(permutations(terms, 2))))
    else:
        one, other = draw(st.sampled_from(list(permutations(draw(st.sampled_from(lexicon().prefixes)), 2))))
        stem = draw(st.sampled_from(["duction", "tonic", "spinatus", "articular", "stable", "ferent", "tension"]))
        one, other = one + stem, other + stem
    return one, other


def written(text: str) -> str:
    """Return a text as somebody may write it into a bank: seen throughout, and not only spaces."""
    seen = visible(text)
    return seen if seen.strip() else f"a{seen}"


SENTENCES = st.sampled_from(["{}", "the {} nerve", "{} of the arm", "pain in the {} part of the neck", "C5 {}"])
WORDS = st.sampled_from(["suboccipital", "sternocleidomastoid", "ligamentum nuchae", "trigger point", "palpable band"])
CASES = st.sampled_from([str.lower, str.upper, str.title, str.swapcase])


@st.composite
def slipped(draw: st.DrawFn, word: str, *, since: int = 0, least: int = 0) -> str:
    """Return a word with one slip: a letter left out, added, changed, or swapped with the next.

    The letters before `since` stay, and at least so many letters are left.
    """
    place = draw(st.integers(since, len(word) - 1))
    letter = draw(st.sampled_from(ascii_lowercase))
    slips_of_it = [
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place + 1 : place + 2] + word[place : place + 1] + word[place + 2 :],
    ]
    if len(word) > least:
        slips_of_it.append(word[:place] + word[place + 1 :])
    return draw(st.sampled_from(slips_of_it))


@given(pair=pairs(), sentence=SENTENCES, case=CASES)
def test_no_term_of_the_lexicon_is_taken_for_another_of_its_set(
    pair: tuple[str, str], sentence: str, case: object
) -> None:
    one, other = pair
    assert callable(case)
    verdict = judged(sentence.format(one), case(sentence.format(other)))
    assert verdict.share == 0
    assert verdict.miss is not None, "the administrator is told"
    assert verdict.miss.rule in {"family", "prefix", "level", "negation"}


@given(pair=pairs(), sentence=SENTENCES, data=st.data())
def test_no_misspelled_term_is_taken_for_another_of_its_set(
    pair: tuple[str, str], sentence: str, data: st.DataObject
) -> None:
    one, other = pair
    meant, wanted = words_of(other)[0], words_of(one)[0]
    typed, most = other, max(tolerance(meant), 1)
    for _ in range(data.draw(st.integers(1, most))):
        got = words_of(slip := data.draw(slipped(typed)))
        # A slip may lead to the accepted word itself, or nearer to it than to what was meant: nobody could tell then.
        if len(got) == 1 and slips(got[0], meant, most=9) <= slips(got[0], wanted, most=9):
            typed = slip
    assert judged(sentence.format(one), sentence.format(typed)).share == 0


@given(answer=WORDS, data=st.data())
def test_one_slip_in_a_long_word_is_forgiven(answer: str, data: st.DataObject) -> None:
    words = answer.split()
    place = data.draw(st.sampled_from([n for n, word in enumerate(words) if len(word) > 4]))
    typed = data.draw(slipped(words[place], since=3, least=5))
    if words_of(typed)[0] in lexicon().kin:  # a slip that leads to a term is no slip
        typed = words[place]
    assert judged(answer, " ".join([*words[:place], typed, *words[place + 1 :]])).share == 1


@given(
    text=st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=40).map(written),
    spelling=st.sampled_from(["exact", "tolerant"]),
)
def test_whatever_is_accepted_is_accepted_as_it_is_written(text: str, spelling: str) -> None:
    answer = TypedAnswer.model_validate({"accept": [{"text": text}], "spelling": spelling})
    assert answer.judge(text, lexicon()).share == 1
    assert answer.judge(f"  {text} ".replace(" ", "   "), lexicon()).share == 1
    assert compare(words_of(text), words_of(text), lexicon()).same


@given(one=st.text("abcd", max_size=7), other=st.text("abcd", max_size=7))
def test_slips_are_counted_like_the_textbook_counts_them(one: str, other: str) -> None:
    """Against the plain recursive definition of the restricted Damerau-Levenshtein distance."""

    @cache
    def distance(left: str, right: str) -> int:
        if not left or not right:
            return len(left) + len(right)
        least = min(
            distance(left[:-1], right) + 1,
            distance(left, right[:-1]) + 1,
            distance(left[:-1], right[:-1]) + (left[-1] != right[-1]),
        )
        if len(left) > 1 and len(right) > 1 and left[-1] == right[-2] and left[-2] == right[-1]:
            least = min(least, distance(left[:-2], right[:-2]) + 1)
        return least

    assert slips(one, other, most=20) == slips(other, one, most=20) == distance(one, other)
    assert slips(one, other, most=2) == min(distance(one, other), 3)


@pytest.mark.parametrize(
    ("accepted", "typed", "pair", "rule"),
    [
        ("left axillary nerve", "right axillary nerve", ("right", "left"), "family"),
        ("C5", "C6", ("c6", "c5"), "level"),
        ("L4", "l5", ("l5", "l4"), "level"),
        ("T1", "T2", ("t2", "t1"), "level"),
        ("cranial nerve IV", "cranial nerve VI", ("vi", "iv"), "level"),
        ("third rib", "fourth rib", ("fourth", "third"), "level"),
        ("abduction", "adduction", ("adduction", "abduction"), "family"),
        ("abducting", "adducting", ("adducting", "abducting"), "prefix"),
        ("hypertonic", "hypotonic", ("hypotonic", "hypertonic"), "prefix"),
        ("afferent", "efferent", ("efferent", "afferent"), "family"),
        ("supraspinatus", "infraspinatus", ("infraspinatus", "supraspinatus"), "family"),
        ("anterior", "posterior", ("posterior", "anterior"), "family"),
        ("internal rotation", "external rotation", ("external", "internal"), "family"),
        ("flexion", "extension", ("extension", "flexion"), "family"),
        ("peroneal nerve", "perineal nerve", ("perineal", "peroneal"), "family"),
        ("ilium", "ileum", ("ileum", "ilium"), "family"),
        ("radial nerve", "radical nerve", ("radical", "radial"), "family"),
        ("brachial plexus", "branchial plexus", ("branchial", "brachial"), "family"),
        ("metacarpal", "metatarsal", ("metatarsal", "metacarpal"), "family"),
        ("median nerve", "medial nerve", ("medial", "median"), "family"),
        ("coracoid process", "coronoid process", ("coronoid", "coracoid"), "family"),
        ("trapezius", "trapezium", ("trapezium", "trapezius"), "family"),
        ("fascial", "facial", ("facial", "fascial"), "family"),
        ("palpation", "palpitation", ("palpitation", "palpation"), "family"),
        ("mucus", "mucous", ("mucous", "mucus"), "family"),
        ("stable", "unstable", ("unstable", "stable"), "prefix"),
        ("tender", "not tender", ("not", ""), "negation"),
        ("without pain", "pain", ("", "without"), "negation"),
        ("abducción", "aducción", ("aducción", "abducción"), "family"),
        ("abduccion", "aducción", ("aducción", "abduccion"), "family"),
        ("nervio peroneo", "nervio perineo", ("perineo", "peroneo"), "family"),
        ("sin dolor", "con dolor", ("con", "sin"), "family"),
    ],
)
def test_an_opposite_or_a_neighbour_is_refused_and_named(
    accepted: str, typed: str, pair: tuple[str, str] | None, rule: str
) -> None:
    miss = judged(accepted, typed).miss
    assert judged(accepted, typed).share == 0
    assert (miss and miss.pair) == pair
    assert miss is None or (miss.rule, miss.given, miss.accepted) == (rule, typed, accepted)


@pytest.mark.parametrize(
    ("accepted", "typed", "share"),
    [
        ("axillary nerve", "axilary nerv", 1),
        ("deep nerve", "dep nerve", 0),
        ("axillary nerve", "axilary nreve", 1),
        ("sternocleidomastoid", "sternoclidomastiod", 1),
        ("sternocleidomastoid", "strnoclidomastiod", 0),
        ("rib", "rip", 0),
        ("ribs", "Rib", 1),
        ("biopsies", "biopsy", 1),
        ("Tinel\N{RIGHT SINGLE QUOTATION MARK}s sign", "tinels sign", 1),
        ("side-bending", "sidebending", 1),
        ("side-bending", "side bending", 1),
        ("sidebending", "side bending", 1),
        ("sub-occipital", "suboccipital", 1),
        ("atypical", "a typical", 0),
        ("notable", "not able", 0),
        ("non-tender", "nontender", 1),
        ("C5", "c 5", 1),
        ("C5", "C-5", 1),
        ("C5-C6", "c5 - c6", 1),
        ("C5-C6", "C6-C5", 0),
        ("-5 degrees", "5 degrees", 0),
        ("2.5 cm", "25 cm", 0),
        ("m\N{LATIN SMALL LETTER U WITH ACUTE}sculo", "musculo", 1),
        ("a\N{LATIN SMALL LETTER N WITH TILDE}o", "ano", 0),
        ("abduction", "abductoin", 1),
        ("abduction", "aduction", 0),
        ("internal", "intarnal", 1),
        ("internal", "enternal", 0),
        ("nerve", "", 0),
        ("nerve", "?!", 0),
    ],
)
def test_what_tolerance_forgives_and_what_it_does_not(accepted: str, typed: str, share: int) -> None:
    assert judged(accepted, typed).share == share


def test_without_a_lexicon_only_the_exact_spelling_counts() -> None:
    answer = TypedAnswer.model_validate({"accept": [{"text": "axillary nerve"}], "spelling": "tolerant"})
    assert answer.judge("axilary nerve", lexicon()).share == 1
    assert answer.judge("axilary nerve", None).share == 0
    assert answer.judge("  AXILLARY   nerve ", None).share == 1


def test_levels_are_kept_apart_by_any_lexicon() -> None:
    verdict = judged("vertebra C5 arch", "vertebra C6 arch", terms=Lexicon())
    assert verdict.miss is not None
    assert verdict.miss.rule == "level"

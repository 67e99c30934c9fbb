"""The words of an item that carry its content, in a form in which `rotates` and `rotation` are one word.

The lists are data of the rules that compare texts: what carries no content, and what this subject says in every item.
Nothing here knows what an item is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


FUNCTION_WORDS = _listed(
    """
    a about above according after again against all along already also although among an and another any are around
    as at away back be because been before behind being below beneath beside besides best better between beyond both
    but by can cannot come comes could did do does doing done during each either else every few first fit fits
    follow follows for from further get gets give given gives had has have having he her here him his how if in
    inside into is it its just keep keeps kept least less like made make makes many may mean means meant might more
    most much must near next no nor not of off on once one only onto or other others out outside over own past per
    quite rather said same say says shall she should since so some still such take taken takes than that the their
    them then there these they this those though through throughout thus to together too toward towards two under
    until up upon use used using very was way were what when where whether which while who whose why will with
    within without would yet you your
    """
)
"""Words that join, point and ask: they stand in every text and give nothing away."""

SUBJECT_WORDS = _listed(
    """
    action active adult ankle anterior apply approach arm assess assessment base bend best body bone bony carry
    client clinical close condition correct describe described description direction elbow examination examine
    examiner expected face feature feel fiber fibre fibres finding finger foot force forward function hand head
    healthy hip hold inferior injury joint knee lateral left leg level lie ligament limb lower lying massage medial
    motion movement muscle name neck negative nerve pain part passive patient person point position positive
    posterior practitioner press pressure prone raise region rest result right root seat seated shoulder side sign
    sit sitting spine stand standing statement structure study superior supine support symptom symptoms technique
    tender tendon test therapist tissue treatment turn upper vertebra vertebrae wrist
    """
)
"""Words that this subject says in most items, so that sharing one is no hint: who examines whom and how they lie, the
parts of the body that give a chapter its name, directions, and the words in which questions about tests are put."""

GLUE = _listed("a an and are do does is it its of or that the these this those was were what which")
"""The few words that may come and go without changing what is asked."""

TURNING_WORDS = _listed(
    """
    abduction above active adduction after anterior back before behind below bilateral caudal cranial decrease deep
    depression distal dorsiflexion down downward elevation eversion extension extensor external first flexion flexor
    front increase inferior inner insertion inside internal inversion lateral least left less longest lower major
    medial minor more most negative neither never no none nor not origin outer outside outward over passive
    plantarflexion positive posterior pronation protraction proximal retraction right second shortest superficial
    superior supination third under unilateral up upper upward with without
    """
)
"""Words that turn a question into another one although they are common: put the opposite in, and the key changes."""

_ENDINGS = ("ions", "ion", "ings", "ing", "ors", "or", "ers", "er", "ed", "es", "e", "s")
_NO_PLURAL = ("ss", "us", "is", "as")
_LEAST_STEM = 4
_LONGER_THAN = 3
_WORD = re.compile(r"[^\W_]*\d[^\W_]*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")


class Word(NamedTuple):
    """A word of a text.

    Attributes:
        text: as it stands there.
        root: what it is compared by.
    """

    text: str
    root: str


def words(text: str) -> list[Word]:
    """Return all words and numbers of a text; hyphenated compounds come apart."""
    return [Word(found, root(found)) for found in _WORD.findall(text)]


def telling(text: str) -> tuple[str, ...]:
    """Return the words of a text apart from function words, in order, by what they are compared by."""
    return tuple(word.root for word in words(text) if word.text.casefold() not in FUNCTION_WORDS)


def content(text: str) -> list[Word]:
    """Return the words of a text that carry content, which neither function words nor numbers nor short words do."""
    return [word for word in words(text) if carries_content(word)]


def carries_content(word: Word) -> bool:
    """Return whether a word says what a text is about; a level or a number only says which one of them."""
    return len(word.text) > _LONGER_THAN and word.root.isalpha() and word.text.casefold() not in FUNCTION_WORDS


def is_everywhere(word: Word) -> bool:
    """Return whether this subject says a word in most items."""
    text = _POSSESSIVE.sub("", word.text.casefold())
    return any(text.removesuffix(ending) in SUBJECT_WORDS for ending in ("", "s", "es", "ed", "ing"))


def turns_the_question(word_root: str) -> bool:
    """Return whether a word, by its root, has an opposite that would make another question."""
    return word_root in _turning()


@lru_cache(maxsize=1)
def _turning() -> frozenset[str]:
    return frozenset(root(word) for word in TURNING_WORDS)


@lru_cache(maxsize=16384)
def root(word: str) -> str:
    """Return a word without case, possessive and its lightest endings: `rotates`, `rotation` and `rotator` are one.

    It is no root in a grammarian's sense, only the same for forms of one word, and never shorter than four letters.
    """
    folded = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", word).casefold())
    if not folded.isalpha():
        return folded
    if folded.endswith(("ies", "ied")) and len(folded) > _LEAST_STEM + 2:
        return folded[:-3] + "y"
    for ending in _ENDINGS:
        if ending == "s" and folded.endswith(_NO_PLURAL):
            continue
        if folded.endswith(ending) and len(folded) - len(ending) >= _LEAST_STEM:
            return folded[: -len(ending)]
    return folded

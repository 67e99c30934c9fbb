"""W01-W03, W06-W09, W17: options that give nothing away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cequiz.domain.bank.lint.finding import Finding, warning
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.lint.words import any_of, count
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Option, Question
from cequiz.language import tr

_ALL = any_of(
    "all of (?:the )?(?:above|preceding)",
    "all the above",
    "all (?:of )?(?:the|these) (?:answers|options|choices)(?: are (?:correct|right|true))?",
    "all of these",
)
_NONE = any_of(
    "none of (?:the )?(?:above|preceding)",
    "none of (?:the|these) (?:answers|options|choices)",
    "none of these",
    "neither of (?:the above|these)",
)
_LETTERS = re.compile(
    r"(?:both |either |neither )?(?:options? |answers? |choices? )?\(?[a-k]\)?"
    r"(?:, ?(?:and |or )?\(?[a-k]\)?)*,? ?(?:and|or|nor|&|\+) ?\(?[a-k]\)?(?: only| are (?:correct|right|true))?[.]?",
    re.IGNORECASE,
)
_BOTH = any_of("(?:both|two|three|some) of (?:the above|these)", "more than one of (?:the above|these)")
_ABSOLUTE = any_of(
    "always",
    "never",
    "only",
    # "all four limbs" counts, it does not exaggerate; "all fours" is a position.
    r"all(?! (?:fours|two|three|four|five|six|seven|eight|nine|ten|twelve|\d+)(?!\w))",
    "none",
    "every",
    "must",
    "completely",
    "entirely",
    "exclusively",
    "invariably",
    "impossible",
    "cannot",
    "solely",
)
_VAGUE = any_of(
    "usual",
    "usually",
    "often",
    r"may(?! \d)",
    "might",
    "could",
    "sometimes",
    "generally",
    "frequently",
    "commonly",
    "typically",
    "occasionally",
    "possibly",
    "probably",
    "rarely",
    "seldom",
    "mostly",
)
_QUALIFIER = any_of("unless", "except", "provided that", "depending on", "in most", "under certain", "relatively")
_KEY_RATIO = 1.3
_LENGTH_RATIO = 2
_MOST_WORDS = 15
# A ratio says little about options of a word or two: "C1" is half as long as "Axis".
_KEY_SLACK = 4
_LENGTH_SLACK = 8


def lists(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W01, W02, W03 (H25, H26, H9): options that talk about other options."""
    for place, option in _options(question):
        if _ALL.search(option.text):
            yield warning("W01", tr("option {id} is an 'all of the above'", id=option.id), *place)
        if _NONE.search(option.text):
            yield warning("W02", tr("option {id} is a 'none of the above'", id=option.id), *place)
        if _LETTERS.fullmatch(option.text.strip()) or _BOTH.search(option.text):
            yield warning("W03", tr("option {id} combines other options", id=option.id), *place)


def cues(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W06, W07 (H28a): absolutes mark distractors, vague frequencies mark keys."""
    for place, option in _options(question):
        absolute = _ABSOLUTE.search(option.text)
        if absolute and not (_ALL.search(option.text) or _NONE.search(option.text)):
            sentence = tr("option {id} has the absolute word {word}", id=option.id, word=absolute.group())
            yield warning("W06", sentence, *place)
        if vague := _VAGUE.search(option.text):
            sentence = tr("option {id} has the vague word {word}", id=option.id, word=vague.group())
            yield warning("W07", sentence, *place)


def lengths(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W08, W09, W17 (H24, H16): the key does not stand out, and options are of one size, in characters."""
    for place, option in _options(question):
        if (words := count(option.text)) > _MOST_WORDS:
            sentence = tr("option {id} has {count} words (at most {most})", id=option.id, count=words, most=_MOST_WORDS)
            yield warning("W17", sentence, *place)
    sizes = [len(option.text.strip()) for _, option in _options(question)]
    if sizes and max(sizes) > _LENGTH_RATIO * min(sizes) and max(sizes) - min(sizes) > _LENGTH_SLACK:
        sentence = tr(
            "the longest option has {longest} characters, the shortest {shortest}: over twice",
            longest=max(sizes),
            shortest=min(sizes),
        )
        yield warning("W09", sentence, "options")
    if isinstance(question, OptionQuestion) and len(question.right_ids()) == 1:
        yield from _standing_out(question)


def key_length(question: OptionQuestion) -> tuple[int, list[int]]:
    """Return the length of the one key and those of the distractors, in characters."""
    sizes = {True: [0], False: [0]}
    for option in question.options:
        sizes[option.correct].append(len(option.text.strip()))
    return sizes[True][-1], sizes[False][1:]


def _standing_out(question: OptionQuestion) -> Iterator[Finding]:
    place, key = next((place, option) for place, option in _options(question) if option.correct)
    size, others = key_length(question)
    mean = sum(others) / len(others)
    if size > _KEY_RATIO * mean and size - mean > _KEY_SLACK:
        sentence = tr(
            "the key has {size} characters, the distractors {mean} on average: it stands out",
            size=size,
            mean=f"{mean:.0f}",
        )
        yield warning("W08", sentence, *place)
        return
    qualified = [option for option in question.options if _QUALIFIER.search(option.text) or _VAGUE.search(option.text)]
    if qualified == [key]:
        yield warning("W08", tr("the key is the only option with a qualifier"), *place)


def _options(question: Question) -> Iterator[tuple[tuple[str | int, ...], Option]]:
    if isinstance(question, OptionQuestion):
        for index, option in enumerate(question.options):
            yield ("options", index, "text"), option


RULES = (lists, cues, lengths)

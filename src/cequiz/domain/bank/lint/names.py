"""W25: names of persons and abbreviations tell what they name.

A test of three names is known to each reader by one of them; the descriptor beside it says which thing is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cequiz.domain.bank.lint.finding import Finding, warning
from cequiz.domain.bank.lint.profile import Profile
from cequiz.domain.bank.lint.words import any_of
from cequiz.domain.bank.question import Question
from cequiz.language import tr

EPONYMS = (
    "Adams?",
    "Adson",
    "Allen",
    "Apley",
    "Babinski",
    "Bakody",
    "Barstow",
    "Codman",
    "Cozen",
    "Craig",
    "Duncan",
    "Durkan",
    "Eden",
    "Elvey",
    "Ely",
    "Fairbank",
    "Finkelstein",
    "Fortin",
    "Froment",
    "Fryette",
    "Gaenslen",
    "Gerber",
    "Gillet",
    "Godfrey",
    "Halste?a?d",
    "Hawkins",
    "Hoffmann",
    "Homans",
    "Hopkins",
    "Hubscher",
    "Jack",
    "Jackson",
    "Jobe",
    "Kemp",
    "Kennedy",
    "Kleiger",
    "Lachman",
    "Las[eè]gue",
    "Lhermitte",
    "Maudsley",
    "McMurray",
    "Michelis",
    "Mills?",
    "Neer",
    "Noble",
    "Ober",
    "O['’]Brien",
    "Patrick",
    "Phalen",
    "Romberg",
    "Roos",
    "Ryder",
    "Schober",
    "Sharp",
    "Purser",
    "Simmonds",
    "Speed",
    "Spurling",
    "Thessaly",
    "Thomas",
    "Thompson",
    "Tinel",
    "Trendelenburg",
    "Tuffier",
    "Watson",
    "Weber",
    "Wells",
    "Wright",
    "Yergason",
)
"""Persons whose name is that of a test, a sign or a line of the body, as patterns; add to the list as courses do."""

KNOWN = frozenset({"CE", "CPR", "CT", "DNA", "HIV", "ID", "MRI", "ROM", "UK", "US", "USA"})
"""Abbreviations that every student of massage knows. AC, SC, SI and TMJ are not among them: beginners look them up."""

_LOUD = any_of("all|and|best|except|false|first|last|least|main|most|never|next|no|none|not|one|only|or|true|two|wrong")
"""Words that are printed in capitals to be seen."""

_DESCRIPTOR = (
    r"(?:tests?|signs?|man(?:o?eu|eu)vres?|maneuvers?|reflex(?:es)?|responses?|phenomen(?:on|a)|lines?|laws?|principles?|"
    r"rules?|scores?|criteri(?:on|a)|methods?|angles?|points?|exam(?:ination)?s?|tubercles?|scans?|positions?|postures?|"
    r"gaits?|tendons?|screens?|procedures?|techniques?|study|studies|results?|index|relocation|compression|distraction|"
    r"descriptions?|versions?|forms?|stages?|levels?)"
)
_AUTHOR = r"(?:and|et|who|whose|described|reported|found|held|\d{4})"
_NAME = rf"(?:{'|'.join(EPONYMS)})(?:['’]s|['’])?"
_NAMED = re.compile(
    rf"(?<![\w-])(?:[Tt]he|[Aa]n?|[Ii]n|[Dd]uring|positive|negative|modified)\s+"
    rf"(?P<name>{_NAME}(?:\s*[-–/]\s*[A-Z][\w'’]+|\s+(?:and|or)\s+{_NAME})*)(?![\w-])(?P<after>[^,.;:?!]*)"
)
_NEAR = 5
_BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_SHORT = re.compile(r"(?<![\w/-])[A-Z]{2,5}(?:-?\d)?(?!\w)")
_ROMAN = re.compile(r"[IVX]+")
_EXPLAINS = re.compile(r"(?:[\s-]+\w+){0,2}\s*[(\[](?:[a-z]|[A-Z][a-z])|\s+(?:stands? for|means?)\b")


def described(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W25: a person's name stands beside the thing it names, such as a test, a sign or a line."""
    for found in _NAMED.finditer(_BRACKETS.sub("", question.stem)):
        after = found["after"].split()[:_NEAR]
        if after and re.fullmatch(_AUTHOR, after[0]):
            continue
        if not any(re.fullmatch(_DESCRIPTOR, word.strip("\"'“”").casefold()) for word in after):
            sentence = tr("{name} stands alone: say what it is, such as a test or a sign", name=found["name"])
            yield warning("W25", sentence, "stem")


def expanded(question: Question, _profile: Profile | None) -> Iterator[Finding]:
    """W25: an abbreviation is written out where it stands first, as in `flexion-rotation test (FRT)`."""
    text = "\n".join([question.case.vignette if question.case else "", question.stem])
    in_brackets = " ".join(_BRACKETS.findall(text))
    for word in dict.fromkeys(_SHORT.findall(question.stem)):
        if word in KNOWN or _LOUD.fullmatch(word) or _ROMAN.fullmatch(word):
            continue
        beside = any(_EXPLAINS.match(text, found.end()) for found in re.finditer(rf"(?<!\w){word}(?!\w)", text))
        if not beside and not re.search(rf"(?<!\w){word}(?!\w)", in_brackets):
            yield warning("W25", tr("the abbreviation {word} is not written out in the stem", word=word), "stem")


RULES = (described, expanded)

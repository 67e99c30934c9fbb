"""How alike two typed texts are, and what no likeness may excuse.

Tolerant spelling forgives slips of the finger, and takes no word for its opposite or its neighbour, however alike the
two are spelled: abduction is one letter from adduction. So a word is taken for an accepted one only when it is
strictly nearer to it than to everything that must not stand for it, and is no listed term of its own. Nothing here
knows what an answer earns.

Why these bounds: up to four letters one slip already makes another word (rib, hip, lip); of single typing slips,
nearly all are one letter left out, added, changed or swapped with its neighbour, which is distance 1; two slips are
forgiven only in words long enough to leave no doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.tokens import SHORT, american, has_digit, is_level, plain, readings

Words = tuple[str, ...]

LONG = 8
"""Words from so many letters on may differ by two slips, shorter ones by one."""
MOST_SLIPS = 2
"""The most slips that are forgiven in one word."""
_PIECE = 3
"""The shortest piece that may be written apart from its word, as in `sub occipital`."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a typed text is taken for an accepted one, and what kept them apart.

    Attributes:
        same: whether it is.
        away: how many slips were forgiven.
        pair: the two terms that were kept apart, as typed and as accepted; empty where the texts are just different.
        rule: the rule that kept them apart: `family`, `prefix`, `level`, `negation`, or empty.
    """

    same: bool
    away: int = 0
    pair: tuple[str, str] = ("", "")
    rule: str = ""


_SAME = Comparison(same=True)
_DIFFERENT = Comparison(same=False)


def compare(typed: Words, wanted: Words, lexicon: Lexicon) -> Comparison:
    """Return whether a typed text is taken for an accepted one.

    Args:
        typed: the words of the typed text, see `words_of`.
        wanted: those of the accepted text.
        lexicon: the terms that are kept apart.
    """
    typed, wanted = _said(typed, lexicon), _said(wanted, lexicon)
    if typed == wanted:
        return _SAME
    kept_apart = _DIFFERENT
    for one in readings(typed):
        for other in readings(wanted):
            comparison = _compare(one, other, lexicon)
            if comparison.same:
                return comparison
            if comparison.rule:
                kept_apart = comparison
    return kept_apart


def _said(words: Words, lexicon: Lexicon) -> Words:
    """Return the words of a text without an article at its beginning."""
    return words[1:] if len(words) > 1 and words[0] in lexicon.leading else words


def slips(one: str, other: str, *, most: int) -> int:
    """Return how many slips lie between two words, or `most + 1` for more.

    A slip is one letter left out, added, changed, or swapped with the one beside it, no letter slipping twice: the
    restricted Damerau-Levenshtein distance.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    one, other = _core(one, other)
    if not one or not other:
        return max(len(one), len(other))
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        here = [row]
        for column, facing in enumerate(other, start=1):
            least = last[column - 1] if letter == facing else 1 + min(last[column], here[-1], last[column - 1])
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == facing:
                least = min(least, before[column - 2] + 1)
            here.append(least)
        if min(here) > most:
            return most + 1
        before, last = last, here
    return min(last[-1], most + 1)


def _core(one: str, other: str) -> tuple[str, str]:
    """Return what is left of two words without the beginning and the end they share; no slip lies in these."""
    start, end = 0, min(len(one), len(other))
    while start < end and one[start] == other[start]:
        start += 1
    back = 0
    while back < end - start and one[-1 - back] == other[-1 - back]:
        back += 1
    return one[start : len(one) - back], other[start : len(other) - back]


def tolerance(word: str) -> int:
    """Return how many slips are forgiven in a word."""
    if len(word) <= SHORT or has_digit(word):
        return 0
    return 1 if len(word) < LONG else MOST_SLIPS


def _compare(typed: Words, wanted: Words, lexicon: Lexicon) -> Comparison:
    """Compare one reading of each text, word by word; a negation in one of them alone is looked for last."""
    found = _side_by_side(typed, wanted, lexicon)
    if found.same or found.rule:
        return found
    if _same_letters(typed, wanted, lexicon):
        return _SAME
    no, none = _negations(typed, lexicon), _negations(wanted, lexicon)
    if no != none:
        bare = _side_by_side(_without(typed, no), _without(wanted, none), lexicon)
        if bare.same or bare.rule:
            return Comparison(same=False, pair=(" ".join(no), " ".join(none)), rule="negation")
    return _rearranged(typed, wanted, lexicon)


def _rearranged(typed: Words, wanted: Words, lexicon: Lexicon) -> Comparison:
    """Look for opposites in texts whose words stand in another order, or apart; such texts are never the same.

    Little words do not count: `the left scalene`, `scalene on the right`.
    """
    if not typed or not wanted:
        return _DIFFERENT
    if len(typed) != len(wanted):
        joined = _word("".join(typed), "".join(wanted), lexicon)
        if joined.rule in {"family", "prefix"}:
            return joined
    ours, theirs = list(_left_over(typed, wanted)), list(_left_over(wanted, typed))
    ours, theirs = ([one for one in each if len(one) >= SHORT or is_level(one)] for each in (ours, theirs))
    return _side_by_side(tuple(ours), tuple(theirs), lexicon, apart_only=True)


def _left_over(words: Words, others: Words) -> Iterator[str]:
    """Yield the words that the other text does not have, each as often as it has too few of them."""
    rest = list(others)
    for word in words:
        if word in rest:
            rest.remove(word)
        else:
            yield word


def _side_by_side(typed: Words, wanted: Words, lexicon: Lexicon, *, apart_only: bool = False) -> Comparison:
    """Compare word with word; `apart_only` finds what keeps the texts apart, and never that they are the same."""
    if typed == wanted and not apart_only:
        return _SAME
    if len(typed) != len(wanted) or not typed:
        return _DIFFERENT
    found, away = _SAME, 0
    for word, meant in zip(typed, wanted, strict=True):
        if word == meant:
            continue
        one = _word(word, meant, lexicon)
        if not (one.same or one.rule):
            return one
        if found.same:
            found, away = one, away + one.away
    if not found.same:
        return found
    return _DIFFERENT if apart_only else Comparison(same=True, away=away)


@lru_cache(maxsize=8192)
def _word(typed: str, wanted: str, lexicon: Lexicon) -> Comparison:
    """Compare two different words: the wanted one must be nearer than every rival, and no other term is meant."""
    one, other = lexicon.same_word(typed), lexicon.same_word(wanted)
    if american(one) == american(other):
        return _SAME
    number, meant = lexicon.said(one), lexicon.said(other)
    if number and number == meant:
        return _SAME
    if is_level(one) or is_level(other) or (number and meant):
        near = (number and meant) or (is_level(one) and is_level(other) and _near_levels(number, meant, one, other))
        return Comparison(same=False, pair=(typed, wanted), rule="level") if near else _DIFFERENT
    allowed = tolerance(other)
    away = min(slips(one, other, most=allowed), slips(plain(typed), plain(wanted), most=allowed))
    rule = _rival(one, other, lexicon, reach=away if away <= allowed else None)
    if not rule and away <= allowed and one in lexicon.kin:
        rule = "family"
    if not rule and away <= allowed and one in lexicon.negating:
        rule = "negation"
    if rule:
        return Comparison(same=False, pair=(typed, wanted), rule=rule)
    # Of slips those in the first letter are the rarest; two slips and another beginning are another word.
    if away > (allowed if one[0] == other[0] else min(allowed, 1)):
        return _DIFFERENT
    return Comparison(same=True, away=away)


def _near_levels(number: str | None, meant: str | None, typed: str, wanted: str) -> bool:
    """Whether two levels are near: both of the kind C5, or one slip apart, as L5 and 15."""
    return (number is None and meant is None) or slips(typed, wanted, most=1) <= 1


def _rival(typed: str, wanted: str, lexicon: Lexicon, *, reach: int | None) -> str:
    """Return the rule of the rival of the wanted word that the typed one is nearest to; empty where none is near.

    Args:
        typed: a word as it was typed.
        wanted: a word of an accepted answer.
        lexicon: where the rivals stand.
        reach: how near a rival must be to count; None: as near as its own tolerance lets it be.
    """
    rivals = lexicon.rivals(wanted)
    farthest = MOST_SLIPS if reach is None else reach
    found, least = "", farthest + 1
    for length in range(len(typed) - farthest, len(typed) + farthest + 1):
        for rival, rule in rivals.get(length, ()):
            most = min(least - 1, tolerance(rival) if reach is None else reach)
            away = slips(typed, rival, most=most)
            if away <= most:
                found, least = rule, away
            if not least:
                return found
    return found


def _same_letters(typed: Words, wanted: Words, lexicon: Lexicon) -> bool:
    """Whether the texts differ only in where long words are written together: `side bending`, `sidebending`.

    Short pieces do not count: `a typical` is not `atypical`, and `not able` is not `notable`.
    """
    if "".join(typed) != "".join(wanted):
        return False
    return all(
        len(piece) >= _PIECE and piece not in lexicon.negating
        for pieces, others in ((typed, wanted), (wanted, typed))
        for piece in _pieces(pieces, others)
    )


def _pieces(words: Words, others: Words) -> Iterator[str]:
    """Yield the words that touch a border between words which the other text does not have."""
    borders = set(_borders(others))
    for place, border in enumerate(_borders(words)):
        if border not in borders:
            yield from words[place : place + 2]


def _borders(words: Words) -> Iterator[int]:
    end = 0
    for word in words:
        end += len(word)
        yield end


def _negations(words: Words, lexicon: Lexicon) -> Words:
    return tuple(word for word in words if word in lexicon.negating)


def _without(words: Words, left_out: Words) -> Words:
    return tuple(word for word in words if word not in left_out)

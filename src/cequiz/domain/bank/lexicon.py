"""Clinical terms that must never stand for one another, however alike they are spelled.

A lexicon is a value; the YAML file it comes from is read elsewhere. It knows pairs and families of terms, not
questions, and no tolerance: how near a typed word may come is decided in `spelling`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cequiz.domain.bank.tokens import figure, latin, plain, readings, words_of

_STEM = 4
"""The fewest letters that follow a beginning: the first letters of `internal` are not those of `intercostal`."""


@dataclass(frozen=True)
class Lexicon:
    """Terms that tolerant spelling keeps apart."""

    families: tuple[tuple[str, ...], ...] = ()
    """Sets of words of which no two mean the same: (`anterior`, `posterior`), (`left`, `right`)."""
    prefixes: tuple[tuple[str, ...], ...] = ()
    """Sets of word beginnings of which no two mean the same: (`ab`, `ad`), (`hyper`, `hypo`).

    An empty beginning stands for the bare word: (``, `un`) keeps `stable` and `unstable` apart. Beginnings are kept
    apart as words of their own too: `micro trauma`, `macro trauma`.
    """
    stems: tuple[tuple[str, ...], ...] = ()
    """Sets of word stems of which no two mean the same, whatever ending follows: (`protract`, `retract`)."""
    negations: tuple[str, ...] = ()
    """Words that turn a sentence into its opposite: `not`, `no`, `without`."""
    levels: tuple[tuple[str, ...], ...] = ()
    """Sets of words that count or name a level: (`single`, `double`). Figures need no list."""
    numbers: tuple[tuple[str, ...], ...] = ()
    """Lists of words that count from one: the third is as good as `3`, and kept apart from all others."""
    ordinals: tuple[tuple[str, ...], ...] = ()
    """Lists of words that count from first: the third is as good as `3rd`."""
    spellings: tuple[tuple[str, ...], ...] = ()
    """Sets of spellings of one and the same word: (`disc`, `disk`)."""
    articles: tuple[str, ...] = ()
    """Words that say nothing at the beginning of an answer: `the`."""

    def __hash__(self) -> int:
        """Return the hash of the terms, computed once: a lexicon is asked about with every word."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        apart = (self.families, self.prefixes, self.stems, self.negations, self.levels)
        return hash((apart, self.numbers, self.ordinals, self.spellings, self.articles))

    @cached_property
    def negating(self) -> frozenset[str]:
        """The negations as `tokens` writes words."""
        return frozenset(map(listed_word, self.negations))

    @cached_property
    def leading(self) -> frozenset[str]:
        """The articles as `tokens` writes words."""
        return frozenset(map(listed_word, self.articles))

    def same_word(self, word: str) -> str:
        """Return the one spelling that stands for all spellings of a word, and for its Latin plural."""
        bare = latin(plain(word))
        return self._spelled.get(bare, bare)

    def said(self, word: str) -> str | None:
        """Return the number that a word says, in figures or in letters: `3` or `3rd`; None for other words."""
        return figure(word) or self._counted.get(word)

    @cached_property
    def kin(self) -> Mapping[str, Mapping[str, str]]:
        """Every listed word with the other words of its sets, each with the rule that keeps the two apart."""
        found: dict[str, dict[str, str]] = {}
        levels = (*self.levels, *self.numbers, *self.ordinals)
        # A beginning may be written as a word of its own: `micro trauma`.
        alone = [real for beginnings in self.prefixes if len(real := tuple(filter(None, beginnings))) > 1]
        for rule, sets in (("prefix", alone), ("level", levels), ("family", self.families)):
            for terms in sets:
                words = [self.same_word(listed_word(term)) for term in terms]
                for word in words:
                    found.setdefault(word, {}).update({other: rule for other in words if other != word})
        return found

    def rivals(self, word: str) -> Mapping[int, Sequence[tuple[str, str]]]:
        """Return every word that must not stand for this one, by length, with the rule: `family`, `level`, `prefix`.

        Args:
            word: of an accepted answer, see `same_word`.
        """
        found = self._found.get(word)
        if found is None:
            found = self._found[word] = {}
            for rival, rule in (*self.kin.get(word, {}).items(), *self._prefixed(word)):
                found.setdefault(len(rival), []).append((rival, rule))
        return found

    def _prefixed(self, word: str) -> Iterator[tuple[str, str]]:
        for beginnings in self.prefixes:
            for beginning in beginnings:
                rest = word.removeprefix(beginning)
                if len(rest) >= _STEM and (word != rest or not beginning):
                    yield from ((other + rest, "prefix") for other in beginnings if other != beginning)
        for stems in self.stems:
            for stem in stems:
                if word.startswith(stem):
                    ending = word.removeprefix(stem)
                    yield from ((other + ending, "family") for other in stems if other != stem)

    @cached_property
    def _spelled(self) -> Mapping[str, str]:
        """The first spelling of each word that has several."""
        sets = [[latin(plain(listed_word(term))) for term in terms] for terms in self.spellings]
        return {word: words[0] for words in sets for word in words}

    @cached_property
    def _counted(self) -> Mapping[str, str]:
        """What each counting word says in figures; `once`, which counts in two languages, says nothing."""
        unsure = {self.same_word(listed_word(term)) for terms in self.levels for term in terms}
        return {
            word: f"{number}{end}"
            for lists, end in ((self.numbers, ""), (self.ordinals, "th"))
            for terms in lists
            for number, term in enumerate(terms, start=1)
            if (word := self.same_word(listed_word(term))) not in unsure
        }

    @cached_property
    def _found(self) -> dict[str, dict[int, list[tuple[str, str]]]]:
        """Rivals that were asked for: as many as accepted answers have words."""
        return {}


def listed_word(term: str) -> str:
    """Return a term of a lexicon as the one word it is, the way `tokens` writes words."""
    return "".join(readings(words_of(term))[0])


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A typed answer that tolerant spelling would have taken, were it not an opposite or a neighbour.

    Attributes:
        part: which part of the answer: the id of a blank, empty where the question has one part.
        given: what was typed.
        accepted: the accepted answer it comes near to.
        pair: the two terms that are kept apart, as typed and as accepted: (`abduction`, `adduction`); one of them is
            empty where a negation stands in one text only.
        rule: which rule kept them apart: `family`, `prefix`, `level`, `negation`.
    """

    part: str
    given: str
    accepted: str
    pair: tuple[str, str]
    rule: str

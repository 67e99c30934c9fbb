"""How a change of a bank is said to a person: one sentence a change, its texts as the bank has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cequiz.domain.bank.change import Change, ChangeKind
from cequiz.language import mark, tr

_WHOLE: Mapping[ChangeKind, str] = {
    ChangeKind.ADDED: mark("added: {after!r}"),
    ChangeKind.REMOVED: mark("removed: {before!r}"),
    ChangeKind.TYPE: mark("type {before} -> {after}"),
    ChangeKind.KEY: mark("key {before} -> {after}"),
    ChangeKind.ACCEPTED: mark("accepted answers {before!r} -> {after!r}"),
    ChangeKind.TOLERANCE: mark("tolerance {before} -> {after}"),
    ChangeKind.UNIT: mark("unit {before} -> {after}"),
    ChangeKind.SPELLING: mark("spelling {before} -> {after}"),
    ChangeKind.SCORING: mark("scoring {before} -> {after}"),
    ChangeKind.POINTS: mark("points {before} -> {after}"),
    ChangeKind.OPTION_ADDED: mark("option added: {after!r}"),
    ChangeKind.OPTION_REMOVED: mark("option removed: {before!r}"),
    ChangeKind.STEM: mark("stem reworded: {before!r} -> {after!r}"),
    ChangeKind.VIGNETTE: mark("vignette reworded: {before!r} -> {after!r}"),
    ChangeKind.TEXT: mark("text reworded: {before!r} -> {after!r}"),
    ChangeKind.FIGURE: mark("figure {before} -> {after}"),
    ChangeKind.FIGURE_REDRAWN: mark("figure {after} redrawn or described anew"),
    ChangeKind.SHUFFLE: mark("shuffle {before} -> {after}"),
    ChangeKind.OBJECTIVE: mark("objective {before} -> {after}"),
    ChangeKind.COGNITIVE: mark("cognitive level {before} -> {after}"),
    ChangeKind.DIFFICULTY: mark("difficulty {before} -> {after}"),
    ChangeKind.CLAIM: mark("claim {before} -> {after}"),
    ChangeKind.TESTS: mark("tests {before} -> {after}"),
    ChangeKind.ASPECT: mark("aspect {before} -> {after}"),
    ChangeKind.ENEMIES: mark("enemies {before} -> {after}"),
    ChangeKind.REVIEW: mark("review {before} -> {after}"),
    ChangeKind.REVIEWER: mark("reviewed by {before} -> {after}"),
    ChangeKind.BLIND: mark("blind readings {before!r} -> {after!r}"),
    ChangeKind.REFERENCES: mark("references changed: {before!r} -> {after!r}"),
    ChangeKind.RATIONALE: mark("rationale changed: {before!r} -> {after!r}"),
    ChangeKind.WAIVE: mark("waived warnings {before!r} -> {after!r}"),
    ChangeKind.VERSION: mark("version {before} -> {after}"),
}
"""What is said of a question as a whole."""

_PART: Mapping[ChangeKind, str] = {
    ChangeKind.TYPE: mark("{part} is answered in another way: {before!r} -> {after!r}"),
    ChangeKind.KEY: mark("key of {part}: {before!r} -> {after!r}"),
    ChangeKind.ACCEPTED: mark("accepted answers of {part}: {before!r} -> {after!r}"),
    ChangeKind.SPELLING: mark("spelling of {part}: {before} -> {after}"),
    ChangeKind.KEY_REWORDED: mark("key {part} reworded: {before!r} -> {after!r}"),
    ChangeKind.DISTRACTOR_REWORDED: mark("distractor {part} reworded: {before!r} -> {after!r}"),
    ChangeKind.OPTION_REWORDED: mark("option {part} reworded: {before!r} -> {after!r}"),
    ChangeKind.OPTION_ADDED: mark("option {part} added: {after!r}"),
    ChangeKind.OPTION_REMOVED: mark("option {part} removed: {before!r}"),
    ChangeKind.OPTION_PINNED: mark("option {part} pinned: {before} -> {after}"),
    ChangeKind.LEFT_REWORDED: mark("left side {part} reworded: {before!r} -> {after!r}"),
    ChangeKind.POINT_MOVED: mark("point {part} moved: {before} -> {after}"),
    ChangeKind.RATIONALE: mark("rationale of {part} changed: {before!r} -> {after!r}"),
    ChangeKind.BANK: mark("{part}: {before!r} -> {after!r}"),
}
"""What is said of one option, pair, blank or point, or of one field of the bank."""

_QUOTED = frozenset({kind for kind, words in (*_WHOLE.items(), *_PART.items()) if "!r" in words})


def change_words(change: Change) -> str:
    """Return what is different, such as `key B -> C`; texts of the bank stand in quotation marks."""
    words = (_PART if change.part else _WHOLE)[change.kind]
    nothing = tr("none")
    quoted = change.kind in _QUOTED
    before, after = (text if text or quoted else nothing for text in (change.before, change.after))
    return tr(words, part=change.part, before=before, after=after)


def changes_line(changes: Iterable[Change]) -> str:
    """Return everything that is different about a question on one line."""
    return "; ".join(change_words(one) for one in changes)

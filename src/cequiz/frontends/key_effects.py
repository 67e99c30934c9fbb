"""What a change of keys would do, in words: one sentence a fact, for the command line and the office."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cequiz.domain.exam.marking import Score
from cequiz.frontends.bank_changes import changes_line
from cequiz.frontends.dates import percent, points
from cequiz.language import mark, tr, trn
from cequiz.services.consequences import Consequence, Outcome
from cequiz.services.foreseeing import Effect, Note, Preview, Turn

TURNS: Mapping[Turn, str] = {
    Turn.PASSES: mark("passes now"),
    Turn.FAILS: mark("fails now"),
    Turn.KEPT: mark("pass kept"),
    Turn.SCORE: mark("other score"),
    Turn.SAME: mark("unchanged"),
}
"""What becomes of an attempt, in two words; translated where it is shown."""

SIGNS: Mapping[Turn, str] = {Turn.PASSES: "▲", Turn.FAILS: "▼", Turn.KEPT: "●", Turn.SCORE: "≠", Turn.SAME: "="}
"""The same as one sign."""

_NOTES: Mapping[Note, str] = {
    Note.ALREADY: mark("Another attempt has passed this exam already: what was earned keeps its day."),
    Note.RUNNING: mark("Another attempt at this exam is running; it goes on."),
    Note.FLOOR: mark("The pass mark is reached, but a section's floor is not."),
    Note.EARLIER_CYCLE: mark("It belongs to a renewal cycle that is over."),
}

_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.EARNED: mark("{student}: earns the course {course}."),
    Outcome.MISSING: mark("{student}: passes an exam of {course}; still to be done: {missing}"),
    Outcome.SUPERSEDED: mark("{student}: certificate {number} is superseded, {before} -> {after}."),
    Outcome.RESCORED: mark("{student}: the award of {course} is rescored, {before} -> {after}."),
    Outcome.REVOKED: mark("{student}: certificate {number} is revoked."),
    Outcome.LOST: mark("{student}: loses the award of {course}."),
}


def summary(seen: Preview) -> Iterator[str]:
    """Yield what would happen, the most important first."""
    for change in seen.changes:
        told = [one for one in seen.told if one.question == change.question]
        words = changes_line(told) or tr("the key as it is in the newest version")
        if change.drop is not None:
            words = f"{words}; {drop_words(str(change.drop))}"
        yield tr("Question {item}: {changes}", item=change.item, changes=words)
    yield from _bank(seen)
    yield from _attempts(seen)
    yield from _rest(seen)


def drop_words(drop: str) -> str:
    """Return what becomes of an item that does not count."""
    return tr("everybody gets the points") if drop == "credit" else tr("the item leaves the sum")


def _bank(seen: Preview) -> Iterator[str]:
    if seen.bank is None:
        yield tr("The newest version of the bank, {version}, says so already.", version=seen.base.version)
    else:
        yield tr("New bank version: {bank} {version}", bank=seen.bank.id, version=seen.bank.version)


def _attempts(seen: Preview) -> Iterator[str]:
    yield trn("{count} ended attempt was asked this.", "{count} ended attempts were asked this.", len(seen.effects))
    if passes := seen.count(Turn.PASSES):
        yield trn("{count} attempt would pass now.", "{count} attempts would pass now.", passes)
    if fails := seen.count(Turn.FAILS):
        yield trn("{count} pass would be taken away.", "{count} passes would be taken away.", fails)
    if kept := seen.count(Turn.KEPT):
        yield trn(
            "{count} attempt would not pass by the corrected key; its pass is kept.",
            "{count} attempts would not pass by the corrected key; their passes are kept.",
            kept,
        )
    if others := seen.count(Turn.SCORE):
        yield trn(
            "{count} attempt would get other points, on the same side of the pass line.",
            "{count} attempts would get other points, on the same side of the pass line.",
            others,
        )


def _rest(seen: Preview) -> Iterator[str]:
    if seen.running:
        yield trn(
            "{count} exam is running: it is marked by the corrected key when it ends.",
            "{count} exams are running: they are marked by the corrected key when they end.",
            len(seen.running),
        )
    if seen.reworded:
        yield trn(
            "{count} attempt was asked it in other words and stays as it is.",
            "{count} attempts were asked it in other words and stay as they are.",
            seen.reworded,
        )
    if seen.voided:
        yield trn("{count} attempt was voided and stays so.", "{count} attempts were voided and stay so.", seen.voided)


def effect_words(effect: Effect) -> Iterator[str]:
    """Yield everything about one attempt."""
    before, marked = effect.remark.before, effect.remark.marked
    yield tr("Attempt {attempt}, number {number}", attempt=effect.header.id, number=effect.header.number)
    yield tr("Before: {score}", score=score_words(before))
    yield tr("By the corrected key: {score}", score=score_words(marked))
    yield tr("What becomes of it: {turn}", turn=tr(TURNS[effect.turn]))
    for part in marked.objectives:
        if not part.met and part.floor is not None:
            share = percent(part.earned * 100 / part.possible)
            sentence = mark("Below the floor of {objective}: {share}, {floor} needed")
            yield tr(sentence, objective=part.title, share=share, floor=percent(part.floor))
    yield from note_words(effect)


def note_words(effect: Effect) -> Iterator[str]:
    """Yield what one has to know beside an attempt."""
    for note in effect.notes:
        yield tr(_NOTES[note])


def score_words(score: Score) -> str:
    """Return a score with its outcome: `3 of 4 points, 75 %, passed`."""
    words = mark("{earned} of {possible} points, {percent}, passed")
    if not score.passed:
        words = mark("{earned} of {possible} points, {percent}, not passed")
    return tr(words, earned=points(score.earned), possible=points(score.possible), percent=percent(score.percent))


def consequence_words(one: Consequence) -> str:
    """Return what becomes of one course of one student."""
    words = tr(
        _OUTCOMES[one.outcome],
        student=one.student,
        course=one.course_id,
        number=one.number,
        before=one.before,
        after=one.after,
        missing=" ".join(one.missing),
    )
    if one.outcome is Outcome.EARNED and one.paper:
        return f"{words} {tr('A certificate is issued.')}"
    return " ".join((words, *one.boards))

"""The result of an ended exam in line mode, as far as the course's review policy shows it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.types.cloze import Cloze
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.marking import ObjectiveScore, Score
from cequiz.domain.exam.review import ItemReview
from cequiz.domain.exam.study import Topic
from cequiz.frontends.dates import percent, points
from cequiz.frontends.plain.answered import answer_lines
from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.questions.cloze import passage
from cequiz.frontends.practice_words import near_miss_words, reasons, source_words
from cequiz.frontends.standstill import cut_off_lines
from cequiz.language import tr
from cequiz.services.grading import Result
from cequiz.services.outages import ended_away


def say_result(
    console: Console, result: Result, *, study: Sequence[Topic] = (), lexicon: Lexicon | None = None
) -> None:
    """Say score, objectives, what was not right, what to study, and the receipt.

    Args:
        console: where to.
        result: how the attempt ended.
        study: what to study after a fail, the weakest objective first.
        lexicon: the terms that tolerant spelling keeps apart, as in marking.
    """
    attempt, review = result.attempt, result.review
    console.say()
    if attempt.status is Status.EXPIRED:
        answered, items = len(attempt.responses), len(attempt.form.items)
        console.say(
            tr(
                "The time ran out. The {answered} of {items} answers that were saved count.",
                answered=answered,
                items=items,
            )
        )
        away = ended_away(attempt)
        for line in cut_off_lines(away, None) if away is not None else ():
            console.say(line)
    if attempt.status is Status.VOIDED:
        console.say(tr("This attempt was voided. Ask the provider why."))
    elif review.score is None:
        console.say(tr("Your exam is handed in. Its result is not shown here."))
    else:
        console.say(score_line(review.score))
        for part in review.objectives:
            console.say(_objective_line(part))
        _say_items(console, review.items, lexicon)
        _say_study(console, study)
    console.say(tr("Receipt: {receipt}", receipt=result.receipt))


def score_line(score: Score) -> str:
    """Return `Score: 17 of 20 (85 %). Passed.` or the same with what was needed."""
    share = f"{_of(score.earned, score.possible)} ({percent(score.percent)})"
    if score.passed:
        return tr("Score: {share}. Passed.", share=share)
    missed = [part for part in score.objectives if not part.met]
    if score.earned * 100 >= score.pass_mark * score.possible and missed:
        floors = [
            tr("{percent} in {objective}", percent=percent(part.floor), objective=part.title)
            for part in missed
            if part.floor is not None
        ]
        return tr("Score: {share}. Not passed, {needed} needed.", share=share, needed="; ".join(floors))
    return tr("Score: {share}. Not passed, {needed} needed.", share=share, needed=percent(score.pass_mark))


def study_lines(study: Sequence[Topic]) -> list[str]:
    """Return the study list, one objective or source a line; empty where there is nothing to study."""
    lines = [tr("What to study, the weakest first:")] if study else []
    for number, topic in enumerate(study, start=1):
        lines.append(f"{number}. {_objective_line(topic.score)}")
        lines += [tr("Source: {source}", source=source_words(one)) for one in topic.references]
    return lines


def _say_study(console: Console, study: Sequence[Topic]) -> None:
    if study:
        console.say()
    for line in study_lines(study):
        console.say(line)


def _of(earned: Fraction, possible: Fraction) -> str:
    return tr("{earned} of {possible}", earned=points(earned), possible=points(possible))


def _objective_line(part: ObjectiveScore) -> str:
    line = f"{part.title}: {_of(part.earned, part.possible)}"
    if part.floor is None:
        return line
    needed = percent(part.floor)
    if part.met:
        return tr("{line}, enough: {needed} needed here", line=line, needed=needed)
    return tr("{line}, not enough: {needed} needed here", line=line, needed=needed)


def _say_items(console: Console, items: Sequence[ItemReview], lexicon: Lexicon | None) -> None:
    """Say the items that did not earn everything, the story of a case once; the others are not repeated."""
    told = ""
    for item in items:
        if item.mark.right:
            continue
        console.say()
        case = item.question.case
        if case is not None and case.id != told:
            console.say(tr("Case: {story}", story=case.vignette))
            told = case.id
        _say_item(console, item, lexicon)


def _say_item(console: Console, item: ItemReview, lexicon: Lexicon | None) -> None:
    question, known = item.question, item.key is not None
    if item.mark.earned:
        console.say(tr("Question {number}, partly right: {stem}", number=item.place, stem=question.stem))
    else:
        console.say(tr("Question {number}, not right: {stem}", number=item.place, stem=question.stem))
    if isinstance(question, Cloze):
        console.say(passage(question))
    parts = question.parts(item.response, lexicon)
    for line in answer_lines(question, item.order, item.response, parts=parts, keys=known):
        console.say(line)
    if not known:
        return
    if item.response is not None and lexicon is not None:
        for line in near_miss_words(question.near_misses(item.response, lexicon)):
            console.say(line)
    for reason in reasons(question, None):
        console.say(tr("Why: {reason}", reason=reason))

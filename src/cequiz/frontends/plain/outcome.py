"""The result of an ended exam in line mode, as far as the course's review policy shows it."""

from __future__ import annotations

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.marking import ObjectiveScore, Score, percent_text, points_text
from cequiz.domain.exam.review import ItemReview
from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.questions import face_of
from cequiz.services.grading import Result


def say_result(console: Console, result: Result) -> None:
    """Say score, objectives, what was not right, and the receipt."""
    attempt, review = result.attempt, result.review
    console.say()
    if attempt.status is Status.EXPIRED:
        answered = f"{len(attempt.responses)} of {len(attempt.form.items)}"
        console.say(f"The time ran out. The {answered} answers that were saved count.")
    if attempt.status is Status.VOIDED:
        console.say("This attempt was voided. Ask the provider why.")
    elif review.score is None:
        console.say("Your exam is handed in. Its result is not shown here.")
    else:
        console.say(score_line(review.score))
        for part in review.objectives:
            console.say(_objective_line(part))
        for item in review.items:
            _say_item(console, item)
    console.say(f"Receipt: {result.receipt}")


def score_line(score: Score) -> str:
    """Return `Score: 17 of 20 (85 %). Passed.` or the same with what was needed."""
    share = f"{points_text(score.earned)} of {points_text(score.possible)} ({percent_text(score.percent)} %)"
    if score.passed:
        return f"Score: {share}. Passed."
    missed = [part for part in score.objectives if not part.met]
    if score.earned * 100 >= score.pass_mark * score.possible and missed:
        names = "; ".join(f"{percent_text(part.floor)} % in {part.title}" for part in missed if part.floor is not None)
        return f"Score: {share}. Not passed, {names} needed."
    return f"Score: {share}. Not passed, {percent_text(score.pass_mark)} % needed."


def _objective_line(part: ObjectiveScore) -> str:
    line = f"{part.title}: {points_text(part.earned)} of {points_text(part.possible)}"
    if part.floor is None:
        return line
    return f"{line}, {'enough' if part.met else 'not enough'}: {percent_text(part.floor)} % needed here"


def _say_item(console: Console, item: ItemReview) -> None:
    """Say an item that did not earn everything; the others are not repeated."""
    if item.mark.right:
        return
    face = face_of(item.question)
    console.say()
    console.say(f"Question {item.place}, not right: {item.question.stem}")
    answer = "none" if item.response is None else face.long(item.question, item.order, item.response)
    console.say(f"Your answer: {answer}")
    if item.key is not None:
        console.say(f"Right answer: {face.long(item.question, item.order, item.key)}")
        reasons = item.question.choice_rationales()
        told = [reasons[choice] for choice in item.question.chosen(item.key) if choice in reasons]
        for reason in told or ([item.question.rationale] if item.question.rationale else []):
            console.say(f"Why: {reason}")

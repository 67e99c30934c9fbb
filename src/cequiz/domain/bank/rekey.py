"""Another key for the same question: what its wording is apart from the key, and how a key is put in its place.

Every type says which of its fields hold the key and how a response becomes one. Nothing here knows of attempts or
scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from cequiz.domain.bank.bank import Bank, question_adapter
from cequiz.domain.bank.diff import figures_of
from cequiz.domain.bank.question import Question, Status
from cequiz.domain.bank.types import question_types
from cequiz.domain.bank.types.case import CASE
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse, NotAllowed
from cequiz.language import tr


def wording(bank: Bank, question: Question) -> Json:
    """Return what a student is asked, apart from everything that its key makes of it.

    Two versions of a question with the same wording differ at most in what is right, so a response to one is a
    response to the other. The order of options in the file is left out, because it is the key of an ordering.
    """
    figures: list[Json] = [sha256 for sha256, _ in figures_of(bank, question)]
    return {**question.asked(), "choices": question.offered(), "figures": figures}


def with_fields(question: Question, fields: Mapping[str, Json]) -> Question:
    """Return the question with the key that these fields hold, in the place it has in its case.

    Raises:
        InvalidResponse: they make no sound question.
    """
    dumped = question.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    whole = {name: value for name, value in dumped.items() if name not in question.KEY_FIELDS}
    # Whoever answered it blind agreed, or did not, with the key that was.
    whole["review"] = {name: value for name, value in dumped["review"].items() if name != "blind"}
    try:
        made = question_adapter().validate_python({**whole, **fields})
    except ValidationError as error:
        sentence = tr(
            "This cannot be the key of {question}: {why}.", question=question.id, why=error.errors()[0]["msg"]
        )
        raise InvalidResponse(sentence, hint=tr("Nothing was changed.")) from None
    return made if question.case is None else made.in_case(question.case)


def with_key(question: Question, response: Mapping[str, Json], *, beside: bool = False) -> dict[str, Json]:
    """Return the fields that make a response the right one.

    Args:
        question: as it is.
        response: the right response, whole, as a student would give it.
        beside: whether typed texts are taken beside the ones that are accepted already, instead of in their place.

    Raises:
        InvalidResponse: the response leaves something open, or cannot be the key.
    """
    if question.missing(response):
        raise InvalidResponse(
            tr("A key answers the whole question."), hint=tr("Name every place: nothing of a key may stay open.")
        )
    fields = question.rekeyed(question.accept(response), beside=beside)
    with_fields(question, fields)
    return fields


def rekeyed_bank(
    bank: Bank, *, version: str, keys: Mapping[str, Mapping[str, Json]], dropped: frozenset[str] = frozenset()
) -> Bank:
    """Return the next version of a bank, in which questions have another key or are retired.

    Args:
        bank: the version before.
        version: of the new one.
        keys: question id to the fields that hold its new key.
        dropped: ids of questions that are drawn no more.

    Raises:
        NotAllowed: the version is none, or the bank would not be sound.
    """
    whole = bank.to_json()

    def changed(entry: Json) -> Json:
        data = dict(cast("Mapping[str, Any]", entry))
        if data["type"] == CASE:
            return data | {"questions": [changed(one) for one in data["questions"]]}
        name = data["id"]
        if name not in keys and name not in dropped:
            return data
        data["version"] = int(str(data.get("version", 1))) + 1
        if name in keys:
            of_key = question_types()[data["type"]].KEY_FIELDS
            data = {field: value for field, value in data.items() if field not in of_key}
            data |= keys[name]
        if name in dropped:
            data["review"] = data["review"] | {"status": Status.RETIRED.value}
        return data

    questions = cast("Sequence[Json]", whole["questions"])
    try:
        return Bank.from_json({**whole, "version": version, "questions": [changed(one) for one in questions]})
    except ValidationError as error:
        why = error.errors()[0]["msg"]
        raise NotAllowed(
            tr("The bank {id} {version} would not be sound: {why}.", id=bank.id, version=version, why=why),
            hint=tr("A version has letters, digits, points, hyphens and plus signs."),
        ) from None

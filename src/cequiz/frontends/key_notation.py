"""How a key is typed and told: as an answer in line mode, with the letters of the bank file, or by ids.

`b`, `a c`, `c a b`, `1b 2a`, `= 42 mg`, `2 = your words`; `+ words` takes a typed text beside those accepted already.
What a line does not name stays as it was. A cloze may take several, parted by semicolons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cequiz.domain.bank.frames import ChoiceQuestion, Slot, SlotQuestion
from cequiz.domain.bank.question import Choice, Question
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from cequiz.frontends.plain.face import LETTERS
from cequiz.frontends.plain.questions import face_of
from cequiz.language import tr

_TYPED = re.compile(r"\s*(?P<slot>[A-Za-z0-9._-]*)\s*(?P<sign>[=+])\s*(?P<words>.*\S)\s*", re.DOTALL)
_NAMED = re.compile(r"(?P<slot>[A-Za-z0-9._-]+)=(?P<choice>\S+)")
_LETTERED = re.compile(r"(?P<slot>[0-9]{1,3})(?P<choice>[a-kA-K])")
_BY_ID = "id:"


def read_key(question: Question, text: str) -> tuple[dict[str, Json], bool]:
    """Return the right response that a text means, and whether its typed words are taken beside the others.

    Raises:
        InvalidResponse: it means none, or may be meant in two ways.
    """
    if isinstance(question, ChoiceQuestion):
        return question.respond([_choice(question.choices(), word) for word in _words(text)]), False
    assert isinstance(question, SlotQuestion)  # noqa: S101 - every type is answered in one of the two ways
    response: dict[str, Json] = question.key()
    beside = False
    for part in text.split(";") if _has_several(question) else [text]:
        response, also = _filled(question, response, part)
        beside = beside or also
    return response, beside


def key_words(question: Question) -> str:
    """Return what is right, in words: `B. Ipsilateral rotation`."""
    return face_of(question).long(question, _order(question), question.key())


def key_lines(question: Question) -> list[str]:
    """Return what a question offers, with the letters of the bank file: what a key is typed with."""
    return face_of(question).lines(question, _order(question))


def key_example(question: Question) -> str:
    """Return how the key that there is would be typed."""
    key, order = question.key(), _order(question)
    if isinstance(question, ChoiceQuestion):
        return face_of(question).short(question, order, key).lower()
    assert isinstance(question, SlotQuestion)  # noqa: S101 - every type is answered in one of the two ways
    filled = question.filled(key)
    if not _has_several(question):
        return f"= {next(iter(filled.values()), '')}"
    lettered, typed = list[str](), list[str]()
    for number, slot in enumerate(question.slots(), start=1):
        ids = [choice.id for choice in slot.choices or ()]
        if slot.id in filled and ids:
            lettered.append(f"{number}{LETTERS[ids.index(filled[slot.id])]}")
        elif slot.id in filled:
            typed.append(f"{number} = {filled[slot.id]}")
    return "; ".join([*([" ".join(lettered)] if lettered else []), *typed])


def _order(question: Question) -> tuple[str, ...]:
    return tuple(choice.id for choice in question.choices())


def _words(text: str) -> list[str]:
    return [word.strip("().") for word in re.split(r"[\s,]+", text.strip()) if word.strip("().")]


def _choice(choices: Sequence[Choice], word: str) -> str:
    """Return the id of the choice that a word means: a letter of the file, or an id.

    Raises:
        InvalidResponse: it means none, or a letter for one and an id for another.
    """
    ids = [choice.id for choice in choices]
    if word.startswith(_BY_ID):
        word = word.removeprefix(_BY_ID)
        if word in ids:
            return word
        raise _unknown(word, len(ids))
    place = LETTERS.find(word.lower()) if len(word) == 1 else -1
    by_letter = ids[place] if 0 <= place < len(ids) else None
    by_id = word if word in ids else None
    if by_letter and by_id and by_letter != by_id:
        raise InvalidResponse(
            tr("{word} is the letter of one option and the id of another.", word=word),
            hint=tr("Write id:{word}, or id: and the id of the option that stands there.", word=word),
        )
    found = by_id or by_letter
    if found is None:
        raise _unknown(word, len(ids))
    return found


def _unknown(word: str, count: int) -> InvalidResponse:
    last = LETTERS[count - 1].upper()
    return InvalidResponse(
        tr("There is no option {word}.", word=word),
        hint=tr("The letters go from A to {last}, in the order of the bank file; ids work too.", last=last),
    )


def _has_several(question: SlotQuestion) -> bool:
    return len(question.slots()) > 1


def _filled(question: SlotQuestion, key: Mapping[str, Json], text: str) -> tuple[dict[str, Json], bool]:
    """Return the key with what a text says in its places."""
    typed = _TYPED.fullmatch(text)
    slot = _typed_slot(question, typed["slot"]) if typed else None
    if typed and slot is not None:
        return question.fill({**question.filled(key), slot.id: typed["words"]}), typed["sign"] == "+"
    words = re.split(r"[\s,]+", text.strip())
    named = [_NAMED.fullmatch(word) or _LETTERED.fullmatch(word) for word in words]
    if all(named):
        filled = question.filled(key)
        for pair in named:
            assert pair is not None  # noqa: S101 - all of them are there
            place = _slot(question, pair["slot"])
            filled[place.id] = _choice(place.choices or (), pair["choice"])
        return question.fill(filled), False
    response = face_of(question).read(question, _order(question), text, current=key)
    return response or {}, False


def _typed_slot(question: SlotQuestion, name: str) -> Slot | None:
    """Return the place that is typed into; None where the text means something else."""
    typed = [slot for slot in question.slots() if slot.choices is None]
    if not name:
        return typed[0] if len(typed) == 1 else None
    numbered = {str(number): slot for number, slot in enumerate(question.slots(), start=1)}
    found = next((slot for slot in typed if slot.id == name), numbered.get(name))
    return found if found is not None and found.choices is None else None


def _slot(question: SlotQuestion, name: str) -> Slot:
    numbered = {str(number): slot for number, slot in enumerate(question.slots(), start=1)}
    found = next((slot for slot in question.slots() if slot.id == name), numbered.get(name))
    if found is None:
        raise InvalidResponse(
            tr("There is no place {name} here.", name=name),
            hint=tr("Places go by their number, from 1 to {last}, or by their id.", last=len(question.slots())),
        )
    return found

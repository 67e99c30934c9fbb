"""What the schema refuses, in sentences for the author of a bank, with the place in the file."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import Document, Note, Place
from cequiz.adapters.bank_files.problems import shown
from cequiz.domain.bank.bank import entry_types
from cequiz.domain.bank.fields import ID_PATTERN, LABEL_PATTERN
from cequiz.domain.bank.lint.finding import Loc
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types.case import CASE, INHERITED
from cequiz.language import mark, tr

_LIST = mark("a list is expected here")
_MAPPING = mark("fields (key: value) are expected here")
_TEXT = mark("text is expected here: put it in quotes")


class Refusal(NamedTuple):
    """One thing the schema refused: where, and what to say about it."""

    loc: Loc
    note: Note


def refusals(error: ValidationError, document: Document, model: type[BaseModel]) -> Iterator[Refusal]:
    """Yield what a validation of the document's data refused, each at its place.

    Args:
        error: what Pydantic found.
        document: the file.
        model: what the data were validated as, for the names of the fields that exist.
    """
    details = error.errors(include_url=False)
    around = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    for detail in details:
        loc: Loc = detail["loc"]
        if detail["type"] == "too_short" and loc in around:
            continue  # the list is short only because its refused values were left out
        if _is_passed_on(detail, document):
            continue  # it is refused where it stands, in the case
        code, message = _sentence(detail, document, model)
        yield Refusal(loc, Note(_place(detail, document), code, message))


def _is_passed_on(detail: ErrorDetails, document: Document) -> bool:
    """Whether the refused value stands in a case, and its question only took it over."""
    loc: Loc = detail["loc"]
    if detail["type"] == "missing" or CASE not in loc:
        return False
    question = document.question(loc)
    inherited = [segment for segment in loc[loc.index(CASE) :] if segment in INHERITED]
    return len(loc) > loc.index(CASE) + 2 and question is not None and any(one not in question for one in inherited)


def _place(detail: ErrorDetails, document: Document) -> Place:
    loc: Loc = detail["loc"]
    if loc[-1:] == ("[key]",):
        return document.place(loc[:-1], key=True)
    if detail["type"] == "union_tag_invalid":
        return document.place((*loc, "type"))
    return document.place(loc, key=detail["type"] == "extra_forbidden")


def _sentence(detail: ErrorDetails, document: Document, model: type[BaseModel]) -> tuple[Code, str]:
    kind = detail["type"]
    if kind in ("missing", "union_tag_not_found"):
        return _missing(detail, document)
    if kind == "extra_forbidden":
        return Code.UNKNOWN_KEY, _unknown_key(detail["loc"], model)
    if kind in _OWN:
        return _OWN[kind], detail["msg"]
    if kind in _PLAIN:
        code, sentence = _PLAIN[kind]
        return code, tr(sentence)
    if kind in _WITH_LIMITS:
        code, say = _WITH_LIMITS[kind]
        return code, say(detail.get("ctx", {}), shown(str(detail["input"])))
    return Code.VALUE, tr("this value does not fit here")


def _missing(detail: ErrorDetails, document: Document) -> tuple[Code, str]:
    loc: Loc = detail["loc"]
    if detail["type"] == "missing":
        if isinstance(loc[-1], int):
            return Code.MISSING, tr("there are values missing in this list")
        return Code.MISSING, tr("the field {name} is missing here", name=loc[-1])
    if isinstance(document.value(loc), Mapping):
        return Code.MISSING, tr("the field {name} is missing here", name="type")
    return Code.MAPPING, tr(_MAPPING)


def _unknown_key(loc: Loc, model: type[BaseModel]) -> str:
    key = str(loc[-1])
    known = field_names(model, loc[:-1])
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return tr("there is no field {name} here; did you mean {other}?", name=shown(key), other=close[0])
    return tr("there is no field {name} here; known are {names}", name=shown(key), names=", ".join(sorted(known)))


def field_names(model: type[BaseModel], loc: Loc) -> list[str]:
    """Return the names that fields may have at a path through a model, as a file spells them."""
    kind: Any = model
    for segment in loc:
        if _is_entry(kind) and segment in entry_types():
            kind = entry_types()[str(segment)]
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = next((f.annotation for name, f in kind.model_fields.items() if segment in (name, f.alias)), None)
        else:
            kind = next(iter(get_args(kind)[-1:] if get_origin(kind) is not tuple else get_args(kind)[:1]), None)
        kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [field.alias or name for name, field in kind.model_fields.items()]
    return []


def _is_entry(kind: Any) -> bool:
    """Whether Pydantic puts the name of a type into the paths of this kind: a question, or a question or a case."""
    return kind is Question or (get_origin(kind) in (Union, UnionType) and Question in get_args(kind))


def _bare(kind: Any) -> Any:
    """Strip what stands around a type: annotations, and `| None`."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if type(None) in get_args(kind):
        return _bare(next(part for part in get_args(kind) if part is not type(None)))
    return kind


def _pattern(context: Mapping[str, Any], value: str) -> str:
    pattern = str(context.get("pattern", ""))
    named = value or tr("an empty text")
    if pattern == ID_PATTERN:
        return tr(
            "{value} is not an id: an id has small letters, digits and . _ -, begins with a letter or a digit, "
            "and is 64 characters at most",
            value=named,
        )
    if pattern == LABEL_PATTERN:
        return tr(
            "{value} is not an id: an id of a point has letters, digits and . _ -, begins with a letter or a digit, "
            "and is 64 characters at most",
            value=named,
        )
    if pattern.startswith("^[A-Za-z0-9]"):
        return tr("{value} is not a version: letters, digits and . _ + - are allowed", value=named)
    return tr("a name without space at its ends is expected here")


def _one_of(context: Mapping[str, Any], value: str) -> str:
    words = str(context.get("expected") or context.get("expected_tags")).replace("'", "")
    return tr("{value} is not one of: {words}", value=value or tr("an empty text"), words=words.replace(" or ", ", "))


def _one_type(context: Mapping[str, Any], _value: str) -> str:
    tag, words = str(context.get("tag", "")), str(context.get("expected_tags")).replace("'", "")
    if tag == CASE:
        return tr("a case cannot stand in a case")
    return tr("{value} is not a question type: {words}", value=shown(tag) or tr("an empty text"), words=words)


def _at_least(context: Mapping[str, Any], _value: str) -> str:
    return tr("at least {number} is expected here", number=context.get("min_length", context.get("ge")))


def _at_most(context: Mapping[str, Any], _value: str) -> str:
    return tr("at most {number} is allowed here", number=context.get("max_length", context.get("le")))


_OWN: Mapping[str, Code] = {
    "flag": Code.FLAG,
    "number": Code.NUMBER,
    "duration": Code.TIME,
    "date": Code.TIME,
    "instant": Code.TIME,
    "range": Code.RANGE,
    "character": Code.CHARACTER,
    "waive": Code.RANGE,
    "unknown_name": Code.REFERENCE,
    "duplicate": Code.VALUE,
    "value": Code.VALUE,
}
"""Refusals of our own field types, which are worded for authors already."""

_PLAIN: Mapping[str, tuple[Code, str]] = {
    "string_type": (Code.TEXT, _TEXT),
    "tuple_type": (Code.LIST, _LIST),
    "list_type": (Code.LIST, _LIST),
    "dict_type": (Code.MAPPING, _MAPPING),
    "mapping_type": (Code.MAPPING, _MAPPING),
    "model_type": (Code.MAPPING, _MAPPING),
    "model_attributes_type": (Code.MAPPING, _MAPPING),
    "bool_type": (Code.FLAG, mark("true or false is expected here")),
    "int_type": (Code.NUMBER, mark("a whole number such as 42 is expected here")),
    "date_type": (Code.TIME, mark("a date such as 2026-11-22 is expected here")),
    "datetime_type": (Code.TIME, mark("a date and time with its offset is expected here")),
    "string_too_short": (Code.RANGE, mark("the text must not be empty")),
}

_WITH_LIMITS: Mapping[str, tuple[Code, Callable[[Mapping[str, Any], str], str]]] = {
    "enum": (Code.CHOICE, _one_of),
    "literal_error": (Code.CHOICE, _one_of),
    "union_tag_invalid": (Code.CHOICE, _one_type),
    "string_pattern_mismatch": (Code.ID, _pattern),
    "string_too_long": (Code.RANGE, _at_most),
    "too_short": (Code.RANGE, _at_least),
    "too_long": (Code.RANGE, _at_most),
    "greater_than_equal": (Code.RANGE, _at_least),
    "less_than_equal": (Code.RANGE, _at_most),
}

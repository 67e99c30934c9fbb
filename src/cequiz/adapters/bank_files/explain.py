"""What the schema refuses, in sentences for the author of a bank, with the place in the file."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import Document, Note, Place
from cequiz.adapters.bank_files.problems import shown
from cequiz.domain.bank.lint.finding import Loc
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types import question_types

_ID_HELP = "an id has small letters, digits and . _ -, begins with a letter or a digit, and is 64 characters at most"
_LIST = "a list is expected here"
_MAPPING = "fields (key: value) are expected here"
_TEXT = "text is expected here: put it in quotes"


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
        code, message = _sentence(detail, document, model)
        yield Refusal(loc, Note(_place(detail, document), code, message))


def _place(detail: ErrorDetails, document: Document) -> Place:
    loc: Loc = detail["loc"]
    if loc[-1:] == ("[key]",):
        return document.place(loc[:-1], key=True)
    if detail["type"] == "union_tag_invalid":
        return document.place((*loc, "type"))
    return document.place(loc, key=detail["type"] == "extra_forbidden")


def _sentence(detail: ErrorDetails, document: Document, model: type[BaseModel]) -> tuple[Code, str]:
    kind = detail["type"]
    if kind == "missing":
        return Code.MISSING, f"the field {detail['loc'][-1]} is missing here"
    if kind == "union_tag_not_found":
        if isinstance(document.value(detail["loc"]), Mapping):
            return Code.MISSING, "the field type is missing here"
        return Code.MAPPING, _MAPPING
    if kind == "extra_forbidden":
        return Code.UNKNOWN_KEY, _unknown_key(detail["loc"], model)
    if kind in _OWN:
        return _OWN[kind], detail["msg"]
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _WITH_LIMITS:
        code, sentence = _WITH_LIMITS[kind]
        return code, sentence(detail.get("ctx", {}), shown(str(detail["input"])))
    return Code.VALUE, "this value does not fit here"


def _unknown_key(loc: Loc, model: type[BaseModel]) -> str:
    key = str(loc[-1])
    known = field_names(model, loc[:-1])
    close = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
    return f"there is no field {shown(key)} here; {hint}"


def field_names(model: type[BaseModel], loc: Loc) -> list[str]:
    """Return the names that fields may have at a path through a model, as a file spells them."""
    kind: Any = model
    for segment in loc:
        if isinstance(kind, type) and issubclass(kind, Question) and segment in question_types():
            kind = question_types()[str(segment)]
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = next((f.annotation for name, f in kind.model_fields.items() if segment in (name, f.alias)), None)
        else:
            kind = next(iter(get_args(kind)[-1:] if get_origin(kind) is not tuple else get_args(kind)[:1]), None)
        kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [field.alias or name for name, field in kind.model_fields.items()]
    return []


def _bare(kind: Any) -> Any:
    """Strip what stands around a type: annotations, and `| None`."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if type(None) in get_args(kind):
        return _bare(next(part for part in get_args(kind) if part is not type(None)))
    return kind


def _pattern(context: Mapping[str, Any], value: str) -> str:
    pattern = str(context.get("pattern", ""))
    if pattern.startswith("^[a-z0-9]"):
        return f"{value or 'an empty text'} is not an id: {_ID_HELP}"
    if pattern.startswith("^[A-Za-z0-9]"):
        return f"{value or 'an empty text'} is not a version: letters, digits and . _ + - are allowed"
    return "a name without space at its ends is expected here"


def _one_of(context: Mapping[str, Any], value: str) -> str:
    words = str(context.get("expected") or context.get("expected_tags")).replace("'", "")
    return f"{value or 'an empty text'} is not one of: {words.replace(' or ', ', ')}"


def _one_type(context: Mapping[str, Any], _value: str) -> str:
    return _one_of(context, shown(str(context.get("tag", "")))).replace("is not one of", "is not a question type", 1)


def _at_least(context: Mapping[str, Any], _value: str) -> str:
    return f"at least {context.get('min_length', context.get('ge'))} is expected here"


def _at_most(context: Mapping[str, Any], _value: str) -> str:
    return f"at most {context.get('max_length', context.get('le'))} is allowed here"


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
    "bool_type": (Code.FLAG, "true or false is expected here"),
    "int_type": (Code.NUMBER, "a whole number such as 42 is expected here"),
    "date_type": (Code.TIME, "a date such as 2026-11-22 is expected here"),
    "datetime_type": (Code.TIME, "a date and time with its offset is expected here"),
    "string_too_short": (Code.RANGE, "the text must not be empty"),
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

"""Field types that banks and courses share: text in, exact values out.

The reader hands every scalar over as the text the author typed, so each type here converts strictly: `1_000`, `yes`
or `1:30` never turn into something the author did not write. Values that were stored come back as JSON, where flags
and whole numbers are themselves. Refusals are worded for the author of a bank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from cequiz.domain.text import code_point, first_unsafe
from cequiz.language import tr

MOST_CHOICES = 11
"""As many things as can be picked from one list: the line mode names them by the letters a to k."""

SCHEMA_DRAFT = "https://json-schema.org/draft/2020-12/schema"
"""Which JSON Schema the schemas for editors are written in."""

ID_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,63}$"
"""What an id looks like everywhere in a bank or a course."""

LABEL_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""What the id of a point on a figure looks like."""

# No leading zeros: 010 is ten to one reader and eight to another.
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")
_DURATION = re.compile(r"(0|[1-9][0-9]{0,8})([smhd])")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LONGEST_SECONDS = 3_660 * 86_400  # ten years: beyond every policy, far below what timedelta can hold


class Value(BaseModel):
    """A frozen value that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def refuse(value: Value, *problems: tuple[tuple[str | int, ...], PydanticCustomError]) -> None:
    """Refuse a value for how its fields fit together; every problem at its own place below the value.

    Raises:
        ValidationError: when there is a problem.
    """
    if problems:
        found = [InitErrorDetails(type=problem, loc=loc, input=None) for loc, problem in problems]
        raise ValidationError.from_exception_data(type(value).__name__, found, hide_input=True)


def always_shuffled(shuffle: bool) -> list[tuple[tuple[str | int, ...], PydanticCustomError]]:
    """Return the refusal of a type whose order in the bank is its key, and that says `shuffle: false`."""
    if shuffle:
        return []
    sentence = tr("this type is always shuffled: its order in the bank is the key")
    return [(("shuffle",), PydanticCustomError("range", sentence))]


def repeated(values: Iterable[str]) -> tuple[tuple[int, str], ...]:
    """Return every value that stood before, with its index."""
    seen, again = set[str](), list[tuple[int, str]]()
    for index, value in enumerate(values):
        if value in seen:
            again.append((index, value))
        seen.add(value)
    return tuple(again)


def decimal_text(value: Fraction) -> str:
    """Return the plain decimal text of a fraction that came from one, such as `1.5` or `16`.

    Raises:
        ValueError: when the fraction has no finite decimal text (1/3).
    """
    for places in range(31):
        scaled = abs(value) * 10**places
        if scaled.denominator == 1:
            digits = str(scaled.numerator).rjust(places + 1, "0")
            whole, part = (digits[:-places], digits[-places:]) if places else (digits, "")
            return ("-" if value < 0 else "") + whole + (f".{part}" if part else "")
    msg = f"{value} has no finite decimal text"
    raise ValueError(msg)


def duration_text(value: timedelta) -> str:
    """Return the shortest text of a duration in whole seconds, such as `90s`, `30m` or `1d`; zero is `0s`."""
    seconds = value // timedelta(seconds=1)
    unit = next(name for name, size in _SECONDS.items() if seconds and seconds % size == 0) if seconds else "s"
    return f"{seconds // _SECONDS[unit]}{unit}"


def instant_text(value: datetime) -> str:
    """Return an instant in UTC as ISO-8601 text that ends in `Z`."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("range", tr("text that is not blank is expected here"))
    return text


def _one_line(text: str) -> str:
    unsafe = first_unsafe(text, line=True)
    if unsafe == "\n":
        raise PydanticCustomError(
            "character", tr("this text has to stand on one line: write it in quotes, or after >-")
        )
    return _allowed(text, unsafe)


def _lines(text: str) -> str:
    return _allowed(text, "\t" if "\t" in text else first_unsafe(text))


def _allowed(text: str, unsafe: str | None) -> str:
    if unsafe is not None:
        raise PydanticCustomError(
            "character", tr("the character {point} is not allowed in this text", point=code_point(unsafe))
        )
    return text


def _flag(value: object) -> object:
    if isinstance(value, str):
        if value in ("true", "false"):
            return value == "true"
        raise PydanticCustomError("flag", tr("true or false is expected here (yes, no, on and off are plain text)"))
    return value


def _whole(value: object) -> object:
    if isinstance(value, str):
        if _WHOLE.fullmatch(value):
            return int(value)
        raise PydanticCustomError("number", tr("a whole number such as 42 is expected here"))
    return value


def _fraction(value: object) -> object:
    if isinstance(value, str):
        if _DECIMAL.fullmatch(value):
            return Fraction(value)
        raise PydanticCustomError("number", tr("a number such as 42 or 0.5 is expected here"))
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, Fraction):
        return value
    raise PydanticCustomError("number", tr("a number such as 42 or 0.5 is expected here"))


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("duration", tr("a duration such as 90s, 30m, 24h or 2d is expected here"))
    seconds = int(found[1]) * _SECONDS[found[2]]
    if seconds > _LONGEST_SECONDS:
        raise PydanticCustomError("duration", tr("a duration of at most ten years is expected here"))
    return timedelta(seconds=seconds)


def _limit(value: object) -> object:
    return None if value is None or value == "none" else _duration(value)


def _date(value: object) -> object:
    if isinstance(value, str):
        try:
            if _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass  # a day that no calendar has, such as 2026-02-30
        raise PydanticCustomError("date", tr("a date such as 2026-11-22 is expected here"))
    return value


def _instant(value: object) -> object:
    if isinstance(value, str):
        try:
            if _INSTANT.fullmatch(value):
                return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            pass  # a day or an hour that no calendar has
        raise PydanticCustomError(
            "instant", tr("a date and time with its offset, such as 2026-11-22T09:00:00-05:00, is expected here")
        )
    return value


def _waivable(code: str) -> str:
    if not (len(code) == 3 and code[0] in "WB" and code[1:].isascii() and code[1:].isdigit()):
        raise PydanticCustomError("waive", tr("only warnings (W and B codes) are waived, not {code}", code=code))
    return code


Id = Annotated[str, Field(pattern=ID_PATTERN)]
"""An id that a provider chooses."""

Label = Annotated[str, Field(pattern=LABEL_PATTERN)]
"""The id of a point on a figure, where capitals are usual: `A`, `B2`."""

Version = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$")]
"""The version of a bank or a course, such as `2026.1`; text, so that 2026.10 stays 2026.10."""

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$"), AfterValidator(_one_line)]
"""The name of an objective, such as `D4`."""

Line = Annotated[str, AfterValidator(_one_line)]
"""Text for people on one line; whether it may be blank is for a rule to say."""

_NOT_BLANK = (
    Field(min_length=1, max_length=10_000, json_schema_extra={"pattern": r"\S"}),
    AfterValidator(_not_blank),
)

Words = Annotated[str, *_NOT_BLANK, AfterValidator(_one_line)]
"""Text for people on one line that must not be blank."""

Prose = Annotated[str, AfterValidator(_lines)]
"""Text for people, of any number of lines; whether it may be blank is for a rule to say."""

Statement = Annotated[str, *_NOT_BLANK, AfterValidator(_lines)]
"""Text for people, of any number of lines, that must not be blank."""

Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
"""`true` or `false`, and no other spelling."""

Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer"})]
"""A whole number in plain digits."""

Decimal = Annotated[
    Fraction,
    BeforeValidator(_fraction),
    PlainSerializer(decimal_text, return_type=str),
    WithJsonSchema({"type": ["number", "string"], "pattern": f"^{_DECIMAL.pattern}$"}),
]
"""An exact number in plain decimal text."""

_DURATION_SCHEMA = {"type": "string", "pattern": f"^{_DURATION.pattern}$"}

Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(duration_text, return_type=str),
    WithJsonSchema(_DURATION_SCHEMA),
]
"""`<integer>(s|m|h|d)`, zero allowed."""

Limit = Annotated[
    timedelta | None,
    BeforeValidator(_limit),
    PlainSerializer(lambda value: "none" if value is None else duration_text(value), return_type=str),
    WithJsonSchema({"anyOf": [{"const": "none"}, _DURATION_SCHEMA]}),
]
"""A duration, or `none` for no limit at all."""

Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
"""A calendar day in ISO-8601."""

Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(instant_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant with its offset, kept in UTC."""

Waivers = Mapping[Annotated[str, AfterValidator(_waivable)], Words]
"""Why an author lets a warning stand, by its code."""

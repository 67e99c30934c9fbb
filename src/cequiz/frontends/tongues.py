"""The languages of question banks beside the one that is spoken: a student is told before the exam, not by it.

Text of a bank is never translated; its `language` is a tag such as `en` or `es-MX`.
"""

from __future__ import annotations

from collections.abc import Iterable

from cequiz.frontends.dates import listed
from cequiz.language import spoken, tr


def foreign_words(tags: Iterable[str]) -> str:
    """Return what is said of questions in other languages, such as that they are in English.

    Args:
        tags: the languages of the exam's banks, as the banks name them.

    Returns:
        A sentence; empty where every question is in the language that is spoken.
    """
    every = tuple(dict.fromkeys(tags))
    foreign = [tag for tag in every if not _is_spoken(tag)]
    if not foreign:
        return ""
    names = listed([language_name(tag) for tag in foreign])
    if len(foreign) < len(every):
        return tr("Some of the questions are in {languages}.", languages=names)
    return tr("The questions are in {languages}.", languages=names)


def language_name(tag: str) -> str:
    """Return a language's name in the language that is spoken, such as `English` for `en`; an unknown tag as it is."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - loaded only where a language is named

    try:
        found = Locale.parse(tag.replace("-", "_")).get_language_name(spoken())
    except (UnknownLocaleError, ValueError):
        return tag
    return found or tag


def _is_spoken(tag: str) -> bool:
    return tag.replace("_", "-").partition("-")[0].lower() == spoken()

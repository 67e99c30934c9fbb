"""The language in which cequiz speaks: one function for a sentence, one for a sentence that counts.

It lies on the lowest floor, because a refusal is worded where it is decided. The language belongs to the context, not
to the program: sessions that one process serves may each speak their own. Text from banks and people is never
translated, and what is kept in records (kinds, deeds, ids) is not language at all.
"""

from __future__ import annotations

from contextvars import ContextVar
from gettext import NullTranslations, translation
from pathlib import Path

SOURCE = "en"
"""The language the sentences are written in."""

_DOMAIN = "cequiz"
_LOCALE = Path(__file__).parent / "locale"

_plain = NullTranslations()
_spoken: ContextVar[tuple[str, NullTranslations]] = ContextVar("cequiz_language", default=(SOURCE, _plain))


def languages() -> tuple[str, ...]:
    """Return the languages there are, the source language first."""
    found = sorted(path.parent.parent.name for path in _LOCALE.glob(f"*/LC_MESSAGES/{_DOMAIN}.mo"))
    return (SOURCE, *found)


def speak(language: str) -> str:
    """Speak a language from here on in this context, and return the one that is spoken.

    Args:
        language: a tag such as `es`, `es_MX.UTF-8` or `en-US`; the nearest that there is counts, else English.
    """
    wanted = language.replace("-", "_").partition(".")[0].partition("@")[0]
    for name in (wanted, wanted.partition("_")[0]):
        if name in languages() and name != SOURCE:
            _spoken.set((name, translation(_DOMAIN, _LOCALE, [name])))
            return name
    _spoken.set((SOURCE, _plain))
    return SOURCE


def spoken() -> str:
    """Return the language that is spoken in this context, such as `en` or `es`."""
    return _spoken.get()[0]


def tr(sentence: str, **values: object) -> str:
    """Return a sentence in the language that is spoken, with its values in their places.

    Args:
        sentence: the English sentence, a literal, with places such as `{name}`.
        values: what stands in the places; text from people and banks goes only here.
    """
    found = _spoken.get()[1].gettext(sentence) if sentence else ""
    return found.format(**values) if values else found


def trn(one: str, many: str, count: int, **values: object) -> str:
    """Return a sentence that counts, in the language that is spoken; `{count}` stands for the number.

    Args:
        one: the English sentence for one.
        many: the English sentence for every other number.
        count: how many.
        values: what stands in further places.
    """
    return _spoken.get()[1].ngettext(one, many, count).format(count=count, **values)


def mark(sentence: str) -> str:
    """Return the sentence as it is: it stands in a table here, is collected for translation, and `tr` says it later."""
    return sentence

"""How the house is: what `doctor` and the office's care tell, each fact with its name, its level and its words."""

from __future__ import annotations

from collections.abc import Iterator

from cequiz.bootstrap import House, check_store, survey
from cequiz.errors import CequizError
from cequiz.language import mark, tr
from cequiz.services import auditing

Fact = tuple[str, str, str]
"""Name, level (`ok`, `warning`, `error`), words."""

_LEVELS = {"ok": mark("ok"), "warning": mark("warning"), "error": mark("error")}


def level_words(level: str) -> str:
    """Return a level in words."""
    return tr(_LEVELS[level])


def facts(house: House) -> Iterator[Fact]:
    """Yield everything that was looked at: the machine, the places, what makes certificates, the records."""
    store = ""
    for fact in survey(house.settings):
        yield fact.name, str(fact.level), fact.words
        store = str(fact.level) if fact.name == "store" else store
    # Where the store itself is wrong, nothing that is said of its records would be news.
    if store == "ok" and house.settings.database.is_file():
        yield records(house)


def records(house: House) -> Fact:
    """Recompute the chains of what is there; whatever refuses to open is a fact, not an end."""
    try:
        health = check_store(house.settings)
        if not health.sound:
            return mark("records"), "error", health.problems[0]
        report = auditing.verify(house.ports())
    except CequizError as error:
        return mark("records"), "error", error.sentence
    if report.findings:
        first = report.findings[0]
        return (
            "records",
            "error",
            tr("{chain}, place {place}: {words}", chain=first.chain, place=first.place, words=first.words),
        )
    return (
        "records",
        "ok",
        tr("{chains} chains with {records} records are whole", chains=report.chains, records=report.records),
    )

"""How the house is: what `doctor` and the office's care tell, each fact with its name, its level and its words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from cequiz.bootstrap import House
from cequiz.errors import CequizError, NotFound
from cequiz.language import mark, tr
from cequiz.services import auditing
from cequiz.upkeep import check_store, survey

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
    if store == "ok" and (house.settings.database_url or house.settings.database.is_file()):
        yield from records(house)


def records(house: House) -> Iterator[Fact]:
    """Yield whether the chains of what is there are whole; whatever refuses to open is a fact, not an end."""
    with suppress(NotFound):  # a database server that nobody has used yet
        health = _looked_through(house)
        yield health if health is not None else _recomputed(house)


def _looked_through(house: House) -> Fact | None:
    try:
        health = check_store(house.settings)
    except NotFound:
        raise
    except CequizError as error:
        return mark("records"), "error", error.sentence
    return None if health.sound else (mark("records"), "error", health.problems[0])


def _recomputed(house: House) -> Fact:
    try:
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

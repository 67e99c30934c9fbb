"""How the house is: what `doctor` and the office's care tell, each fact with its name, its level and its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from cequiz.bootstrap import House
from cequiz.errors import CequizError, NotFound, Stopped
from cequiz.language import mark, tr
from cequiz.services import auditing
from cequiz.upkeep import check_store, survey

Fact = tuple[str, str, str]
"""Name, level (`ok`, `warning`, `error`), words."""

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]

_LEVELS = {"ok": mark("ok"), "warning": mark("warning"), "error": mark("error")}


def level_words(level: str) -> str:
    """Return a level in words."""
    return tr(_LEVELS[level])


def facts(house: House, *, progress: Progress | None = None, stop: Stop | None = None) -> Iterator[Fact]:
    """Yield everything that was looked at: the machine, the places, what makes certificates, the records.

    Args:
        house: where everything is.
        progress: told how many records are recomputed, of about how many.
        stop: asked now and then whether to stop.

    Raises:
        Stopped: it was stopped.
    """
    store = ""
    for fact in survey(house.settings):
        yield fact.name, str(fact.level), fact.words
        store = str(fact.level) if fact.name == "store" else store
    # Where the store itself is wrong, nothing that is said of its records would be news.
    if store == "ok" and (house.settings.database_url or house.settings.database.is_file()):
        yield from records(house, progress=progress, stop=stop)


def records(house: House, *, progress: Progress | None = None, stop: Stop | None = None) -> Iterator[Fact]:
    """Yield whether the chains of what is there are whole; whatever refuses to open is a fact, not an end.

    Raises:
        Stopped: it was stopped.
    """
    with suppress(NotFound):  # a database server that nobody has used yet
        health = _looked_through(house, stop)
        yield health if health is not None else _recomputed(house, progress, stop)


def _looked_through(house: House, stop: Stop | None) -> Fact | None:
    try:
        health = check_store(house.settings, stop=stop)
    except (NotFound, Stopped):
        raise
    except CequizError as error:
        return mark("records"), "error", error.sentence
    return None if health.sound else (mark("records"), "error", health.problems[0])


def _recomputed(house: House, progress: Progress | None, stop: Stop | None) -> Fact:
    try:
        report = auditing.verify(house.ports(), progress=progress, stop=stop)
    except Stopped:
        raise
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

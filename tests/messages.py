"""The sentences of the interface for translators: collected, merged into the catalogues, compiled.

    python -m tests.messages            collect every sentence, write cequiz.pot, update and compile each catalogue
    python -m tests.messages es         the same, then print what Spanish lacks

Sentences come from `tr`, `trn` and `mark` in the source, and from the help of the commands. What is gone from the
source goes from the catalogues too; nothing is guessed from sentences that read alike.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import typer
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from cequiz.frontends.cli.app import build
from cequiz.frontends.cli.spoken_help import help_sentences

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "cequiz"
LOCALE = SOURCE / "locale"
TEMPLATE = LOCALE / "cequiz.pot"

_HOW_MANY = {"tr": 1, "mark": 1, "trn": 2}
"""How many sentences stand in a call."""
_DAY = datetime(2026, 11, 22, tzinfo=UTC)
"""Catalogues carry no date of their own: the same sentences give the same bytes."""
_WIDTH = 110


class Sentence(NamedTuple):
    """A sentence, or the two of one that counts, and the file it stands in."""

    id: str | tuple[str, str]
    place: str


def sentences() -> Iterator[Sentence]:
    """Yield every sentence that can be translated."""
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        for found in _said(ast.parse(path.read_text(encoding="utf-8"))):
            yield Sentence(found, place)
    for text in help_sentences(typer.main.get_command(build())):
        yield Sentence(text, "src/cequiz/frontends/cli")


def template() -> Catalog:
    """Return the catalogue of every sentence, without any translation."""
    catalog = _empty()
    for found in sentences():
        catalog.add(found.id, locations=[(found.place, 0)])
    return catalog


def languages() -> list[str]:
    """Return the languages that there are catalogues of."""
    return sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/cequiz.po"))


def po_path(language: str) -> Path:
    """Return where a language's catalogue is."""
    return LOCALE / language / "LC_MESSAGES" / "cequiz.po"


def read(language: str) -> Catalog:
    """Return a language's catalogue."""
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as the program reads it."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def written(catalog: Catalog) -> bytes:
    """Return a catalogue as translators read it: by sentence, with files but no line numbers."""
    out = BytesIO()
    write_po(out, catalog, width=_WIDTH, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def lacking(catalog: Catalog) -> list[str]:
    """Return the sentences that have no translation, or an uncertain one."""
    return [_one(message.id) for message in catalog if message.id and (message.fuzzy or not _whole(message.string))]


def update(language: str, collected: Catalog) -> Catalog:
    """Return a language's catalogue with exactly the collected sentences; known translations are kept."""
    known = read(language)
    fresh = _empty(language)
    for message in collected:
        if message.id:
            old = known.get(_one(message.id))
            kept = old.string if old is not None and isinstance(old.id, str) == isinstance(message.id, str) else ""
            fresh.add(message.id, kept, locations=message.locations)
    return fresh


def main(arguments: list[str]) -> int:
    """Write the template and every catalogue; print what the named languages lack."""
    collected = template()
    TEMPLATE.write_bytes(written(collected))
    for language in languages():
        fresh = update(language, collected)
        po_path(language).write_bytes(written(fresh))
        po_path(language).with_suffix(".mo").write_bytes(compiled(read(language)))
        missing = lacking(read(language))
        sys.stdout.write(f"{language}: {len(fresh)} sentences, {len(missing)} without a translation\n")
        if language in arguments:
            sys.stdout.writelines(f"  {one!r}\n" for one in missing)
    return 0


def _said(tree: ast.AST) -> Iterator[str | tuple[str, str]]:
    """Yield what stands in `tr`, `trn` and `mark`; Babel's own reader would miss what stands inside of f-strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _HOW_MANY:
            given = node.args[: _HOW_MANY[node.func.id]]
            texts = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if len(texts) == len(given) and all(texts):
                yield texts[0] if len(texts) == 1 else (texts[0], texts[1])


def _empty(language: str | None = None) -> Catalog:
    return Catalog(
        locale=language,
        project="cequiz",
        copyright_holder="the cequiz project",
        msgid_bugs_address="the project's issue list",
        creation_date=_DAY,
        revision_date=_DAY,
        last_translator="the cequiz project",
        language_team="the cequiz project",
        fuzzy=False,
        header_comment="# Sentences of cequiz, collected by `python -m tests.messages`; see docs/languages.md.",
    )


def _one(found: object) -> str:
    return str(found[0]) if isinstance(found, list | tuple) else str(found)


def _whole(found: object) -> bool:
    return all(found) if isinstance(found, list | tuple) else bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

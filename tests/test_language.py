"""The interface speaks the language that is asked for: every sentence, with its places filled, in every thread."""

from __future__ import annotations

import asyncio
import re
from contextvars import copy_context
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from cequiz.language import SOURCE, languages, speak, spoken, tr, trn
from tests import messages
from tests.unsaid import said_at_import, unsaid

NOT_FOR_PEOPLE = {
    "adapters/passphrases.py": "a passphrase that nobody has",
    "adapters/pdf/conform.py": "what a PDF file says of itself to programs",
    "adapters/pdf/draw.py": "what stands on a certificate, also for ears, is English: boards read it",
    "adapters/pdf/embedding.py": "ligatures, and a program inside of PDF files",
    "adapters/pdf/layouts.py": "names of rows that nobody sees",
    "adapters/pdf/pen.py": "the drawing language of PDF files",
    "adapters/pdf/sheet.py": "what stands on a certificate, also for ears",
    "adapters/pdf/signatures.py": "what stands on a certificate, also for ears",
    "adapters/store/postgres/failures.py": "how the words of another library begin",
    "adapters/proof/open_badge.py": "what a credential says is English, as the page is",
    "adapters/verification_page/__init__.py": "a policy for browsers, and what begins a program",
    "domain/credential/facts.py": "what is printed on a certificate",
    "services/freezing.py": "what is printed on a certificate",
    "domain/bank/lint/amounts.py": "words that are looked for in options",
    "domain/bank/lint/certainty.py": "words that are looked for in questions",
    "domain/bank/lint/evidence.py": "words that are looked for in questions",
    "domain/bank/lint/vocabulary.py": "words that are looked for in questions",
    "domain/bank/lint/options.py": "words that are looked for in options",
    "domain/bank/lint/stems.py": "words that are looked for in stems",
    "domain/bank/lint/profile.py": "the name of a rule book",
    "frontends/cli/config_page.py": "docs/configuration.md, which is English",
    "frontends/cli/reference.py": "docs/commands.md, which is English",
    "frontends/tui/commands.py": "docs/keys.md, which is English",
    "adapters/bank_files/partial.py": "what stands in for the missing parts of a question",
}
"""Literals that read like sentences and are none of the interface, by file, and why."""


@pytest.fixture(scope="module")
def collected() -> Catalog:
    return messages.template()


def both(found: Message) -> list[tuple[str, str]]:
    """Return each English sentence of an entry with its translation; what counts has two of each."""
    if isinstance(found.id, str):
        return [(found.id, str(found.string))]
    return list(zip(found.id, list(found.string or ()), strict=True))


def places(sentence: str) -> list[str]:
    return sorted(re.findall(r"{(\w+)", sentence.replace("{{", "").replace("}}", "")))


def ids(catalog: Catalog) -> set[str]:
    return {str(one.id) for one in catalog if one.id}


def test_there_is_spanish_beside_english() -> None:
    assert languages() == ("en", "es")


@pytest.mark.parametrize("language", messages.languages())
def test_every_sentence_is_translated_and_nothing_else_is(language: str, collected: Catalog) -> None:
    catalog = messages.read(language)
    assert not messages.lacking(catalog)
    assert ids(catalog) == ids(collected), "run `python -m tests.messages`"


def test_translators_of_a_new_language_find_every_sentence(collected: Catalog) -> None:
    with messages.TEMPLATE.open("rb") as file:
        assert ids(read_po(file)) == ids(collected), "run `python -m tests.messages`"


@pytest.mark.parametrize("language", messages.languages())
def test_a_translation_has_the_places_of_its_sentence_and_no_other(language: str) -> None:
    for found in messages.read(language):
        for english, translated in both(found) if found.id else ():
            expected = places(english) if isinstance(found.id, str) else places(found.id[1])
            missing_count = {"count"} if not isinstance(found.id, str) else set()
            assert set(expected) - set(places(translated)) <= missing_count, (english, translated)
            assert set(places(translated)) <= set(expected), (english, translated)


@pytest.mark.parametrize("language", messages.languages())
def test_commands_names_and_signs_survive_translation(language: str) -> None:
    """What is typed (`cequiz ...`, options, variables) and signs beside words are the same in every language."""
    kept = re.compile(r"`[^`]*`|--[a-z-]+|CEQUIZ_\w+|SPECIMEN|[✓✗▲○●]|(?<!\S)[!*?=-](?=  )")
    for found in messages.read(language):
        for english, translated in both(found) if found.id else ():
            assert sorted(kept.findall(english)) == sorted(kept.findall(translated)), (english, translated)


@pytest.mark.parametrize("language", messages.languages())
def test_what_the_program_reads_is_what_translators_wrote(language: str) -> None:
    po = messages.po_path(language)
    assert po.with_suffix(".mo").read_bytes() == messages.compiled(messages.read(language))


def test_no_sentence_is_said_past_the_translators() -> None:
    found = []
    for path in sorted(messages.SOURCE.rglob("*.py")):
        name = path.relative_to(messages.SOURCE).as_posix()
        if not name.startswith(tuple(NOT_FOR_PEOPLE)):
            found += [f"{name}:{line}: {text}" for line, text in sorted(set(unsaid(path)))]
    assert not found, "\n".join(found)


def test_nothing_is_worded_before_a_language_was_chosen() -> None:
    """A sentence in a constant or a default would be English for ever."""
    found = [
        f"{path.relative_to(messages.SOURCE)}:{line}"
        for path in messages.SOURCE.rglob("*.py")
        for line in said_at_import(path)
    ]
    assert not found


def test_the_search_for_early_words_finds_them(tmp_path: Path) -> None:
    file = tmp_path / "room.py"
    file.write_text(
        "WORDS = tr('Early.')\ndef f(words=trn('One.', 'Many.', 2)):\n    return tr('In time.')\n"
        "class Room:\n    heading = tr('Early.')\nlater = lambda: tr('In time.')\n",
        encoding="utf-8",
    )
    assert list(said_at_import(file)) == [1, 2, 5]


@pytest.mark.parametrize("reason", NOT_FOR_PEOPLE)
def test_every_exception_is_still_one(reason: str) -> None:
    found = messages.SOURCE / reason
    files = [found] if found.suffix else list(found.rglob("*.py"))
    assert any(list(unsaid(path)) for path in files)


def test_the_search_for_sentences_finds_one(tmp_path: Path) -> None:
    file = tmp_path / "room.py"
    file.write_text(
        '"""A docstring that nobody translates."""\n'
        "raise NotFound(f'There is no student {who}.', hint=tr('Look again.'))\n"
        "desk.say('Done')\nlog('a_key')\nraise ValueError('a mistake of ours')\n"
        "self._host.journal.note(f'{who} came back')\nself._log('gone for good')\ndrafts.note('on that page')\n",
        encoding="utf-8",
    )
    assert sorted(line for line, _ in unsaid(file)) == [2, 3, 8]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("es", "es"), ("es_MX.UTF-8", "es"), ("es-419", "es"), ("en_GB", "en"), ("C", "en"), ("fr", "en"), ("", "en")],
)
def test_the_nearest_language_there_is_is_spoken(asked: str, answered: str) -> None:
    def talk() -> str:
        assert speak(asked) == answered
        return spoken()

    assert copy_context().run(talk) == answered


def test_sessions_of_one_process_speak_their_own_languages() -> None:
    async def talk(language: str) -> str:
        speak(language)
        await asyncio.sleep(0)
        return tr("no deadline")

    async def together() -> list[str]:
        return list(await asyncio.gather(talk("es"), talk(SOURCE)))

    spanish, english = asyncio.run(together())
    assert english == "no deadline"
    assert spanish != english


def test_counting_sentences_know_one_from_many() -> None:
    def talk() -> list[str]:
        speak("es")
        return [trn("{count} hour", "{count} hours", count) for count in (0, 1, 2)]

    assert copy_context().run(talk) == ["0 horas", "1 hora", "2 horas"]


def test_text_of_people_is_never_taken_for_a_place() -> None:
    assert tr("There is no student {who}.", who="{who} {0} %s") == "There is no student {who} {0} %s."

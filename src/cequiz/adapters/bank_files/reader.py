"""The strict reader: libyaml's events in, a document with places out, nothing constructed on the way.

YAML can do much that a bank never needs and that harms: it expands aliases, builds objects, reads `no` as a boolean
and `1:30` as 90. This reader takes the events only, keeps every scalar as the text that was typed and refuses the
rest by name (see `codes`). It uses one parser, libyaml's, because the pure Python one differs in details such as tabs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Protocol, cast

import yaml
from yaml.reader import ReaderError

from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import Document, Mark, Node, Note, Place, Places
from cequiz.adapters.bank_files.problems import shown
from cequiz.domain.bank.lint.finding import Loc
from cequiz.domain.text import UNSAFE, code_point
from cequiz.errors import EnvironmentFailed
from cequiz.language import mark, tr

MOST_DEPTH = 24
"""Levels of nesting; a case with options in a bank needs nine."""

MOST_VALUES = 2_000_000
"""Keys and values in one file: about 35,000 questions."""

_MOST_NOTES = 100

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LINE_END = re.compile(r"\r\n|\n|\r")
_LINE_WITH_HASH = re.compile(r"[ \t]#")
_CUT = re.compile(r"[ \t]+#")
_TAG = re.compile(r"!(?:<[^>\s]*>|[^\s,\[\]{}]*)")
_NOT_IN_YAML = re.compile(f"{UNSAFE.pattern}|[\ufffe\uffff]")

_SYNTAX_HELP = (
    ("mapping values are not allowed", mark("a second ': ' in an unquoted text: put the whole text in quotes")),
    ("could not find expected ':'", mark("a key without ':', or a text that needs quotes")),
    ("cannot start any token", mark("a text cannot begin with this character: put it in quotes")),
    ("expected alphabetic or numeric character", mark("a text that begins with & or * needs quotes")),
    ("expected tag URI", mark("a text that begins with ! needs quotes")),
    ("expected '-' indicator", mark("the indentation does not fit the list above")),
    ("expected <block end>", mark("the indentation does not fit, or a quote ends too early")),
    ("expected <block mapping end>", mark("the indentation does not fit, or a quote ends too early")),
    ("expected key", mark("the indentation does not fit, or a quote ends too early")),
    ("expected ',' or ']'", mark("a list in [ ] is not closed, or a text in it needs quotes")),
    ("expected ',' or '}'", mark("a mapping in { } is not closed, or a text in it needs quotes")),
    ("unexpected end of stream", mark("a quote is opened and never closed")),
    ("unknown escape character", mark("a \\ in double quotes starts an escape: write \\\\ or use single quotes")),
    ("violates indentation", mark("a tab is used for indentation: use spaces")),
    ("undefined alias", mark("an alias refers to nothing")),
    ("undefined tag handle", mark("a tag that is not declared; tags are not allowed")),
    ("did not find expected comment or line break", mark("text follows where the line should end")),
)


class _Stop(Exception):
    """Ends the reading at a problem after which nothing sensible follows."""


class _Event(Protocol):
    """What this reader looks at in an event of libyaml; each kind of event has a part of it."""

    start_mark: Mark
    end_mark: Mark
    value: str
    style: str | None
    anchor: str | None
    tag: str | None
    version: tuple[int, int] | None
    tags: Mapping[str, str] | None


class _Parser(Protocol):
    """The part of PyYAML's C loader that this reader uses."""

    def get_event(self) -> _Event | None: ...

    def dispose(self) -> None: ...


class _Frame:
    """A container that is being filled."""

    __slots__ = ("container", "is_mapping", "key", "key_marks", "skipped", "stands_in", "start", "value_marks")

    def __init__(self, container: dict[str, Node] | list[Node], start: Mark, *, stands_in: bool = False) -> None:
        self.container = container
        self.start = start
        self.stands_in = stands_in
        """True when it holds a container that stood where a key should, and is dropped with it."""
        self.is_mapping = isinstance(container, dict)
        self.key: str | None = None
        """The key that waits for its value."""
        self.skipped = False
        """True when the key was refused, so that its value is dropped."""
        self.key_marks: dict[str, Mark] = {}
        self.value_marks: dict[str, Mark] | list[Mark] = {} if self.is_mapping else []


def read(text: str) -> Document:
    """Return the document that a YAML text holds, with everything the reader objects to.

    Bounded in time and memory for any text: it stops at the first problem after which nothing sensible follows.

    Raises:
        EnvironmentFailed: when PyYAML was installed without libyaml.
    """
    return _Reading(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")).document()


class _Reading:
    """One pass over one text."""

    def __init__(self, text: str) -> None:
        self.lines = _LINE_END.split(text)
        text = "\n".join(self.lines)
        self.notes: list[Note] = []
        self.cuts: list[tuple[Loc, Place]] = []
        self.places = Places()
        self.stack: list[_Frame] = []
        self.root: Node | None = None
        self.values = 0
        self.closed: tuple[Mark, Mark] | None = None
        """Where the container begins and ends that the parser has closed just now."""
        self.text = self._without_unsafe(text)
        self.hash_lines = {number for number, line in enumerate(self.lines) if _LINE_WITH_HASH.search(line)}

    def document(self) -> Document:
        """Read to the end, or as far as it goes."""
        usable = True
        try:
            self._run()
        except _Stop:
            usable = False
        except yaml.MarkedYAMLError as problem:
            usable = False
            mark = problem.problem_mark or problem.context_mark
            place = Place(1, 1) if mark is None else Place(mark.line + 1, mark.column + 1)
            if not self._text_in_brackets(mark):
                self._keep(place, Code.SYNTAX, _syntax_sentence(problem.problem or problem.context or ""))
        except ReaderError as problem:
            usable = False
            self._keep(Place(1, 1), Code.SYNTAX, tr("this is not YAML text: {reason}", reason=problem.reason))
        spoilt = {Code.ALIAS, Code.MERGE}
        if self.root is None and usable:
            usable = False
            self._keep(Place(1, 1), Code.UNREADABLE, tr("the file is empty"))
        if any(note.code in spoilt for note in self.notes):
            usable = False
        return Document(self.root if usable else None, self.notes, self.cuts, self.lines, self.places)

    def _run(self) -> None:
        for event in _events(self.text):
            kind: type[object] = type(event)
            self.closed = None
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, {})
            elif kind is yaml.SequenceStartEvent:
                self._open(event, [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                self._document_start(event)

    def _scalar(self, event: _Event) -> None:
        mark = event.start_mark
        self._count(mark)
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        text = event.value
        if event.style == '"' and (found := _NOT_IN_YAML.search(text)):
            self._note(mark, Code.CHARACTER, _unsafe_sentence(found.group()))
            text = _NOT_IN_YAML.sub(_REPLACEMENT, text)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.is_mapping and frame.key is None and not frame.skipped:
            self._key(frame, event, text)
            return
        if not event.style and self.hash_lines and event.end_mark.line in self.hash_lines:
            self._look_for_cut(event.end_mark)
        if frame is None and not text and not event.style:
            return  # a document without a value: the file is empty
        self._put(text, mark)

    def _key(self, frame: _Frame, event: _Event, text: str) -> None:
        mark = event.start_mark
        if text == "<<" and not event.style:
            self._note(mark, Code.MERGE, tr("merge keys (<<) are not allowed: write the fields out"))
            frame.skipped = True
        elif not text:
            self._note(mark, Code.KEY, tr("there is no key before this ':'"))
            frame.skipped = True
        elif text in frame.key_marks:
            first = frame.key_marks[text]
            self._note(
                mark,
                Code.DUPLICATE_KEY,
                tr(
                    "{key} stands twice in this mapping; the first is at {line}:{column}",
                    key=shown(text),
                    line=first.line + 1,
                    column=first.column + 1,
                ),
            )
            frame.skipped = True
        else:
            frame.key = text
            frame.key_marks[text] = mark

    def _open(self, event: _Event, container: dict[str, Node] | list[Node]) -> None:
        mark = event.start_mark
        self._count(mark)
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if len(self.stack) >= MOST_DEPTH:
            sentence = tr("nested deeper than {most} levels", most=MOST_DEPTH)
            self._keep(Place(mark.line + 1, mark.column + 1), Code.DEPTH, sentence)
            raise _Stop
        parent = self.stack[-1] if self.stack else None
        frame = _Frame(container, mark)
        if parent is not None and parent.is_mapping and parent.key is None and not parent.skipped:
            self._note(mark, Code.KEY, tr("a key must be plain text, not a mapping or a list: put it in quotes"))
            # The container stands where a key should: it is read to its end and dropped, and so is its value.
            self.stack += [_Frame([], mark, stands_in=True), frame]
            return
        self._put(container, mark)
        self.stack.append(frame)

    def _close(self, event: _Event) -> None:
        frame = self.stack.pop()
        self.closed = frame.start, event.end_mark
        here = id(frame.container)
        if isinstance(frame.value_marks, dict):
            self.places.keys[here] = frame.key_marks
            self.places.values[here] = frame.value_marks
        else:
            self.places.items[here] = frame.value_marks
        if self.stack and self.stack[-1].stands_in:
            self.stack.pop()
            self.stack[-1].skipped = True

    def _put(self, value: Node, mark: Mark) -> None:
        if not self.stack:
            self.root = value
            return
        frame = self.stack[-1]
        if isinstance(frame.container, list):
            frame.container.append(value)
            cast("list[Mark]", frame.value_marks).append(mark)
        elif frame.skipped:
            frame.skipped = False
        elif frame.key is not None:
            frame.container[frame.key] = value
            cast("dict[str, Mark]", frame.value_marks)[frame.key] = mark
            frame.key = None

    def _alias(self, event: _Event) -> None:
        self._count(event.start_mark)
        self._note(
            event.start_mark,
            Code.ALIAS,
            tr(
                "aliases (*{name}) are not allowed: write the value out, or quote a text with *",
                name=shown(event.anchor or ""),
            ),
        )
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.is_mapping and frame.key is None and not frame.skipped:
            frame.skipped = True
        else:
            self._put("", event.start_mark)

    def _document_start(self, event: _Event) -> None:
        if event.version or event.tags:
            self._note(event.start_mark, Code.DIRECTIVE, tr("directives (%) are not allowed"))
        if self.root is not None:
            place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
            sentence = tr("a second document begins here: one file holds one bank or course")
            self._keep(place, Code.SECOND_DOCUMENT, sentence)
            raise _Stop

    def _decorated(self, event: _Event) -> None:
        if event.anchor is not None:
            self._note(
                event.start_mark,
                Code.ANCHOR,
                tr(
                    "anchors (&{name}) are not allowed: leave it out, or quote the text if & is meant "
                    "(some YAML writers add &id001 to repeated values)",
                    name=shown(event.anchor),
                ),
            )
        if event.tag is not None:
            mark = event.start_mark
            typed = _TAG.search(self.lines[mark.line], mark.column)
            tag = shown(typed.group() if typed else event.tag)
            self._note(mark, Code.TAG, tr("tags ({tag}) are not allowed: quote the text if ! is meant", tag=tag))

    def _text_in_brackets(self, stopped: Mark | None) -> bool:
        """Say so when the parser stopped at the rest of a text that begins like a list: `[C2] is the axis`."""
        if self.closed is None or stopped is None:
            return False
        start, end = self.closed
        bracket = self.lines[start.line][start.column : start.column + 1]
        if end.line != stopped.line or not bracket or bracket not in "[{":
            return False
        place = Place(start.line + 1, start.column + 1)
        sentence = tr("text is expected here, and it begins with {bracket}: put it in quotes", bracket=bracket)
        self._keep(place, Code.TEXT, sentence)
        return True

    def _look_for_cut(self, end: Mark) -> None:
        found = _CUT.match(self.lines[end.line], end.column)
        if found:
            innermost = len(self.stack) - 1
            loc = tuple(self._segment(frame, innermost=depth == innermost) for depth, frame in enumerate(self.stack))
            self.cuts.append((loc, Place(end.line + 1, found.end())))

    @staticmethod
    def _segment(frame: _Frame, *, innermost: bool) -> str | int:
        """Return the step from a container to the value that is being read into it."""
        if isinstance(frame.container, dict):
            # Around the innermost container, the key is the one that received the container below it.
            return frame.key or next(reversed(frame.container), "")
        return max(len(frame.container) - (0 if innermost else 1), 0)

    def _count(self, mark: Mark) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            place = Place(mark.line + 1, mark.column + 1)
            self._keep(place, Code.SIZE, tr("more than {most} values: split the bank into several", most=MOST_VALUES))
            raise _Stop

    def _without_unsafe(self, text: str) -> str:
        """Note every character that no text may hold, and return the text with stand-ins of the same width."""
        if _NOT_IN_YAML.search(text) is None:
            return text
        for number, line in enumerate(self.lines, start=1):
            for found in _NOT_IN_YAML.finditer(line):
                if len(self.notes) < _MOST_NOTES:
                    place = Place(number, found.start() + 1)
                    self.notes.append(Note(place, Code.CHARACTER, _unsafe_sentence(found.group())))
        return _NOT_IN_YAML.sub(_REPLACEMENT, text)

    def _note(self, mark: Mark, code: Code, message: str) -> None:
        place = Place(mark.line + 1, mark.column + 1)
        self._keep(place, code, message)
        if len(self.notes) >= _MOST_NOTES:
            sentence = tr("{count} problems so far: the rest of the file is not read", count=_MOST_NOTES)
            self._keep(place, Code.SIZE, sentence)
            raise _Stop

    def _keep(self, place: Place, code: Code, message: str) -> None:
        self.notes.append(Note(place, code, message))


def _events(text: str) -> Iterator[_Event]:
    """Yield libyaml's events and release the parser, however the reading ends."""
    loader = getattr(yaml, "CSafeLoader", None)
    if loader is None:
        raise EnvironmentFailed(
            tr("PyYAML was installed without libyaml, the parser that banks are read with."),
            hint=tr("Install a PyYAML wheel for this platform: python -m pip install --force-reinstall pyyaml"),
        )
    parser: _Parser = loader(text)
    try:
        while (event := parser.get_event()) is not None:
            yield event
    finally:
        parser.dispose()


def _syntax_sentence(problem: str) -> str:
    for sign, sentence in _SYNTAX_HELP:
        if sign in problem:
            return tr("this is not valid YAML: {reason}", reason=tr(sentence))
    return tr("this is not valid YAML: {reason}", reason=shown(problem))


def _unsafe_sentence(character: str) -> str:
    return tr(
        "the character {point} is not allowed: it is invisible or changes how text is shown",
        point=code_point(character),
    )

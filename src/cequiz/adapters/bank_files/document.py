"""What a file says, with the place of every key and value.

Data are plain dictionaries, lists and text, so that the schema can read them without knowing of places; the places
stand beside them and are looked up by path only when there is something to say about one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from cequiz.domain.bank.lint.finding import Loc

Node: TypeAlias = "str | dict[str, Node] | list[Node]"
"""A value as the author typed it: scalars are always text."""


class Mark(Protocol):
    """The parser's note of a place, counted from 0."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The column, in characters."""


class Place(NamedTuple):
    """A place in a file, counted from 1.

    Attributes:
        line: the line.
        column: the column, in characters.
        part: which part of a bank in several files it is in; 0 for the bank's own file.
    """

    line: int
    column: int
    part: int = 0


TOP = Place(1, 1)
"""Where problems of a whole file stand."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader has to say about a place."""

    place: Place
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where the keys and the values of every container stand, by the identity of the container.

    The identities stay valid because the document keeps the containers alive.
    """

    keys: dict[int, dict[str, Mark]] = field(default_factory=dict)
    values: dict[int, dict[str, Mark]] = field(default_factory=dict)
    items: dict[int, list[Mark]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """One read file.

    Attributes:
        data: the top value, or None when the reader had to give up.
        notes: what the reader found wrong.
        cuts: paths of plain texts that a ` #` cut off, with the place of the `#`.
        lines: the text, line by line.
        places: where everything stands.
    """

    data: Node | None
    notes: Sequence[Note]
    cuts: Sequence[tuple[Loc, Place]]
    lines: Sequence[str]
    places: Places

    def place(self, loc: Loc, *, key: bool = False) -> Place:
        """Return the place of the value at a path, or of the nearest value around it that is there.

        Args:
            loc: keys and indexes from the top. A segment that is not in the data (the name of a question type, which
                Pydantic puts into its paths) is passed over.
            key: True for the place of the key instead of its value.
        """
        node: Node | None = self.data
        mark: Mark | None = None
        for number, segment in enumerate(loc):
            here = id(node)
            if isinstance(node, dict) and segment in node and isinstance(segment, str):
                last = number == len(loc) - 1
                mark = (self.places.keys if key and last else self.places.values)[here][segment]
                node = node[segment]
            elif isinstance(node, list) and isinstance(segment, int) and segment < len(node):
                mark, node = self.places.items[here][segment], node[segment]
        return TOP if mark is None else Place(mark.line + 1, mark.column + 1)

    def value(self, loc: Loc) -> Node | None:
        """Return the value at a path, or None when nothing stands there; segments not in the data are passed over."""
        node: Node | None = self.data
        for segment in loc:
            node = step(node, segment)
            if node is None:
                return None
        return node

    def question_id(self, loc: Loc) -> str | None:
        """Return the id of the question that a path leads into, as far as the file tells."""
        question = self.question(loc)
        named = question.get("id") if question is not None else None
        return named if isinstance(named, str) else None

    def question(self, loc: Loc) -> Mapping[str, Node] | None:
        """Return the innermost question that a path leads into; a case is one until the path goes on into it."""
        if loc[:1] != ("questions",):
            return None
        found: Mapping[str, Node] | None = None
        node, before = self.data, ""
        for segment in loc:
            node = step(node, segment)
            if node is None:
                break
            if isinstance(segment, int):
                found = node if before == "questions" and isinstance(node, dict) else found
            else:
                before = segment
        return found

    def line(self, number: int) -> str:
        """Return the text of a line, counted from 1; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def step(node: Node | None, segment: str | int) -> Node | None:
    """Return what stands one segment further down.

    A key that is not there leads nowhere and leaves the node as it is; an index that is not there is None.
    """
    if isinstance(segment, int):
        return node[segment] if isinstance(node, list) and segment < len(node) else None
    return node.get(segment, node) if isinstance(node, dict) else node

"""A screen with a search above a long list: what is typed is looked for at once, and the last word wins."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.widgets.long_list import ListColumn, LongList, Rows
from cequiz.language import tr

R = TypeVar("R")


class SearchListScreen(OfficeScreen[R]):
    """A subclass says which columns there are, asks for rows, and opens one."""

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._resumed = False
        """Whether the screen was on top before."""

    def compose_body(self) -> ComposeResult:
        """Lay out the search, what was found, and the list."""
        with Vertical(classes="body search-list"):
            with Horizontal(id="search-row"):
                yield Input(id="search", placeholder=self.placeholder(), compact=True, select_on_focus=False)
                yield Static("", id="found", markup=False)
            yield LongList(*self.columns(), id="rows")

    def on_mount(self) -> None:
        """Start in the list with everything in it."""
        super().on_mount()
        self.list.focus()
        self.look()

    def placeholder(self) -> str:
        """Return what the search says while it is empty."""
        return tr("Search with /")

    def empty(self) -> str:
        """Return the words of a list in which nothing was found, for what the search says now."""
        return tr("Nothing was found.")

    @abstractmethod
    def columns(self) -> tuple[ListColumn, ...]:
        """Return the columns, with translated headings."""

    @abstractmethod
    async def rows(self, words: str, offset: int, limit: int) -> Rows:
        """Return some rows of what the words find; asked in the background."""

    def open_row(self, row_id: str) -> None:
        """Open a row."""

    @property
    def list(self) -> LongList:
        """The list."""
        return self.query_one(LongList)

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.query_one("#search", Input).value

    def look(self) -> None:
        """Ask for what the search says now."""
        words = self.words

        async def source(offset: int, limit: int) -> Rows:
            return await self.rows(words, offset, limit)

        self.list.words_if_empty = self.empty()
        self.list.ask(source)

    def forget(self) -> None:
        """Let go of what a subclass has read and kept: it may have changed."""

    def again(self) -> None:
        """Show what has changed, and stay on the row that is highlighted."""
        self.forget()
        self.list.again()

    def on_screen_resume(self) -> None:
        """Show what has changed meanwhile; the first time, everything is being asked for already."""
        if self._resumed:
            self.again()
        self._resumed = True

    def action_reload(self) -> None:
        """Look again."""
        self.again()

    @on(Input.Changed, "#search")
    def typed(self) -> None:
        """Look for what is typed."""
        self.look()

    @on(Input.Submitted, "#search")
    def to_list(self) -> None:
        """Go to what was found."""
        self.list.focus()

    @on(LongList.Loaded)
    def loaded(self, event: LongList.Loaded) -> None:
        """Say how many there are."""
        self.query_one("#found", Static).update(Content(f"{event.total:,}"), layout=False)

    @on(LongList.Chosen)
    def chosen(self, event: LongList.Chosen) -> None:
        """Open a row."""
        self.open_row(event.row.id)

    @on(LongList.Refused)
    def refused(self, event: LongList.Refused) -> None:
        """Show why nothing was found."""
        self.complain(event.error)

    def action_open(self) -> None:
        """Open the highlighted row."""
        if self.list.has_focus:
            self.list.action_choose()

    def action_search(self) -> None:
        """Go to the search."""
        self.query_one("#search").focus()

    def action_back(self) -> None:
        """Go from the search to the list, and from there back."""
        search = self.query_one("#search", Input)
        if search.has_focus:
            self.list.focus()
        else:
            super().action_back()

    def key_down(self) -> None:
        """Go from the search to the list."""
        if self.query_one("#search").has_focus:
            self.list.focus()

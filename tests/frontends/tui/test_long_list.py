"""The long list: any number of rows, of which it holds a few; the last question wins; the highlight stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from cequiz.errors import StorageBusy
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, LongList, Rows
from cequiz.frontends.tui.widgets.row_shelf import CHUNK, KEPT, RowShelf

MANY = 100_000


class Archive:
    """Rows that can be asked for, and answers that can be held back."""

    def __init__(self, names: Callable[[int], str] = str, total: int = MANY) -> None:
        self.names = names
        self.total = total
        self.asked: list[int] = []
        self.open = asyncio.Event()
        self.open.set()
        self.broken = False

    async def rows(self, offset: int, limit: int) -> Rows:
        """Return rows, once the way is free."""
        self.asked.append(offset)
        await self.open.wait()
        if self.broken:
            raise StorageBusy("Another program holds the store.")
        places = range(offset, min(offset + limit, self.total))
        return Rows([ListRow(self.names(one), (self.names(one), f"second {one}")) for one in places], self.total)


class Office(App[None]):
    """A list and nothing else."""

    CSS = "LongList { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[str] = []
        self.refused: list[str] = []

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield LongList(ListColumn("Name", 10, grows=True), ListColumn("More", 12, least=50), empty="None.", id="rows")

    @on(LongList.Chosen)
    def remember(self, event: LongList.Chosen) -> None:
        """Keep what was chosen."""
        self.chosen.append(event.row.id)

    @on(LongList.Refused)
    def complain(self, event: LongList.Refused) -> None:
        """Keep what was refused."""
        self.refused.append(event.error.sentence)


def shown(pilot: Pilot[Any]) -> list[str]:
    """Return the lines of the list without spaces at their ends."""
    rows = pilot.app.query_one(LongList)
    return [rows.render_line(y).text.strip() for y in range(rows.size.height)]


def names(pilot: Pilot[Any]) -> list[str]:
    """Return the first word of each row in sight."""
    return [line.split()[0] for line in shown(pilot)[1:] if line]


async def ask(pilot: Pilot[Any], archive: Archive) -> LongList:
    """Ask for an archive's rows and wait for those it lets out."""
    rows = pilot.app.query_one(LongList)
    rows.focus()
    rows.ask(archive.rows)
    await rest(pilot)
    return rows


async def rest(pilot: Pilot[Any]) -> None:
    """Let everything happen that can happen."""
    for _ in range(5):
        await pilot.pause()


async def test_a_hundred_thousand_rows_are_seen_from_end_to_end_with_a_few_questions() -> None:
    app, archive = Office(), Archive()
    async with app.run_test(size=(60, 20)) as pilot:
        rows = await ask(pilot, archive)
        assert shown(pilot)[0].split() == ["Name", "More"]
        assert names(pilot) == [str(one) for one in range(19)]
        await pilot.press("end")
        await rest(pilot)
        assert names(pilot) == [str(one) for one in range(MANY - 19, MANY)]
        assert (rows.highlighted, rows.row) == (MANY - 1, ListRow("99999", ("99999", "second 99999")))
        await pilot.press("pageup", "pageup")
        await rest(pilot)
        assert rows.highlighted == MANY - 1 - 2 * 19
        assert names(pilot)[0] == str(rows.highlighted)
        await pilot.press("home", "down", "down", "up", "space")
        await rest(pilot)
        assert (rows.highlighted, names(pilot)[0]) == (1, "0")
        assert app.chosen == ["1"]
    assert len(archive.asked) <= 4


async def test_the_last_question_wins_and_the_rows_before_stay_until_it_is_answered() -> None:
    first, second, third = (Archive(partial("{}{}".format, word), total=50) for word in "abc")
    async with Office().run_test(size=(60, 20)) as pilot:
        rows = await ask(pilot, first)
        second.open.clear()
        third.open.clear()
        await ask(pilot, second)
        await ask(pilot, third)
        assert names(pilot)[0] == "a0"
        second.open.set()
        await rest(pilot)
        assert names(pilot)[0] == "a0"
        third.open.set()
        await rest(pilot)
        assert names(pilot)[0] == "c0"
        assert rows.total == 50


async def test_a_fast_typist_leaves_no_heap_of_questions_behind() -> None:
    archive = Archive(total=50)
    archive.open.clear()
    async with Office().run_test(size=(60, 20)) as pilot:
        for _ in range(30):
            await ask(pilot, archive)
        assert len(archive.asked) <= 2
        archive.open.set()
        await rest(pilot)
        assert names(pilot)[0] == "0"
    assert len(archive.asked) <= 3


async def test_the_highlight_stays_on_its_row_when_others_come_above_it() -> None:
    archive = Archive(total=300)
    async with Office().run_test(size=(60, 20)) as pilot:
        rows = await ask(pilot, archive)
        await pilot.press(*["down"] * 5)
        archive.names, archive.total = lambda place: str(place - 3), 303
        rows.again()
        await rest(pilot)
        assert (rows.highlighted, rows.row.id if rows.row else "") == (8, "5")
        archive.names, archive.total = lambda place: str(place + 100), 200
        rows.again()
        await rest(pilot)
        assert rows.highlighted == 8  # its row is gone, so the place stays
        archive.total = 2
        rows.again()
        await rest(pilot)
        assert (rows.highlighted, names(pilot)) == (1, ["100", "101"])


async def test_a_question_that_is_asked_again_is_not_answered_with_what_was_read_before() -> None:
    value, way = ["old"], asyncio.Event()

    async def source(offset: int, limit: int) -> Rows:
        found = value[0]
        await way.wait()
        return Rows([ListRow(found, (found, ""))], 1)

    async with Office().run_test(size=(60, 20)) as pilot:
        rows = pilot.app.query_one(LongList)
        rows.ask(source)
        await rest(pilot)
        value[0] = "new"
        rows.again()
        way.set()
        await rest(pilot)
        assert names(pilot) == ["new"]


async def test_a_new_question_begins_at_its_first_row() -> None:
    async with Office().run_test(size=(60, 20)) as pilot:
        rows = await ask(pilot, Archive())
        await pilot.press("end")
        await rest(pilot)
        await ask(pilot, Archive(lambda place: f"b{place}", total=40))
        assert (rows.highlighted, names(pilot)[0]) == (0, "b0")


async def test_a_list_without_rows_says_so() -> None:
    async with Office().run_test(size=(60, 20)) as pilot:
        rows = await ask(pilot, Archive(total=0))
        assert shown(pilot)[1] == "None."
        await pilot.press("down", "end", "space")
        assert (rows.highlighted, rows.row) == (0, None)


async def test_mouse_and_wheel_reach_the_rows() -> None:
    app = Office()
    async with app.run_test(size=(60, 20)) as pilot:
        rows = await ask(pilot, Archive())
        await pilot.click(LongList, offset=(3, 4))
        assert (rows.highlighted, app.chosen) == (3, [])
        await pilot.click(LongList, offset=(3, 4))
        assert app.chosen == ["3"]
        rows.scroll_to(y=500, animate=False, immediate=True)
        await rest(pilot)
        assert names(pilot)[0] == "500"
        await pilot.click(LongList, offset=(3, 1))
        assert rows.highlighted == 500


@pytest.mark.parametrize("size", [(40, 8), (120, 40)])
async def test_a_window_of_another_size_keeps_the_highlight_in_sight(size: tuple[int, int]) -> None:
    async with Office().run_test(size=(60, 20)) as pilot:
        rows = await ask(pilot, Archive())
        await pilot.press(*["pagedown"] * 12)
        await rest(pilot)
        await pilot.resize_terminal(*size)
        await rest(pilot)
        assert str(rows.highlighted) in names(pilot)
        assert ("second" in shown(pilot)[1]) == (size[0] >= 50)


async def test_the_terminals_cursor_stands_on_the_highlighted_row() -> None:
    async with Office().run_test(size=(60, 20)) as pilot:
        await ask(pilot, Archive())
        await pilot.press("down", "down")
        await rest(pilot)
        assert pilot.app.cursor_position.y == 3


async def test_a_refusal_is_told_and_the_rows_stay() -> None:
    app, archive = Office(), Archive(total=500)
    async with app.run_test(size=(60, 20)) as pilot:
        rows = await ask(pilot, archive)
        archive.broken = True
        rows.ask(archive.rows)
        await rest(pilot)
        assert app.refused == ["Another program holds the store."]
        assert names(pilot)[0] == "0"
        archive.broken = False
        rows.again()
        await rest(pilot)
        assert names(pilot)[0] == "0"


async def test_rows_that_are_put_need_no_source_and_keep_the_highlight() -> None:
    async with Office().run_test(size=(60, 20)) as pilot:
        rows = pilot.app.query_one(LongList)
        rows.focus()
        rows.put([ListRow(one, (one, "")) for one in "abcd"])
        await pilot.press("down")
        rows.put([ListRow(one, (one, "")) for one in "xxxbay"])
        await rest(pilot)
        assert (rows.row.id if rows.row else "", names(pilot)) == ("b", list("xxxbay"))


def test_a_walk_through_everything_holds_a_few_windows() -> None:
    shelf = RowShelf()
    shelf.begin()
    for chunk in range(MANY // CHUNK):
        wanted = shelf.next_wanted(chunk * CHUNK, chunk * CHUNK)
        assert wanted is not None
        rows = [ListRow(str(wanted.offset + one), ()) for one in range(CHUNK)]
        shelf.take(wanted, Rows(rows, MANY))
    held = [place for place in range(0, MANY, CHUNK) if shelf.row(place)]
    assert len(held) == KEPT
    assert held[-1] == MANY - CHUNK
    again = shelf.next_wanted(0, 0)
    assert again is not None
    assert again.offset == 0


async def test_the_scroll_bar_is_drawn_anew_where_it_changes_and_only_there() -> None:
    """If this fails, every letter of a search draws it twice, or it shows where the list was."""
    app, archive = Office(), Archive(total=500)
    async with app.run_test(size=(60, 20)) as pilot:
        rows = await ask(pilot, archive)
        bar = rows.vertical_scrollbar
        drawn: list[float] = []
        draw = bar.render

        def counted() -> Any:
            drawn.append(bar.window_virtual_size)
            return draw()

        bar.render = counted  # type: ignore[method-assign]
        await pilot.press("down")
        app.screen.refresh(layout=True)
        await rest(pilot)
        assert drawn == []
        archive.total = 100
        rows.ask(archive.rows)
        await rest(pilot)
        assert set(drawn) == {101}
        drawn.clear()
        await pilot.resize_terminal(60, 12)
        await rest(pilot)
        assert drawn
        assert (bar.window_virtual_size, bar.window_size) == (101, 11)
        archive.total = 3
        rows.ask(archive.rows)
        await rest(pilot)
        assert not rows.show_vertical_scrollbar

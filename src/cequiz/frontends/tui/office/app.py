"""The office's app: who comes in first, and its first screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.frontends.tui.house_app import HouseApp
from cequiz.frontends.tui.office.desk import OfficeDesk

if TYPE_CHECKING:
    from datetime import tzinfo

    from cequiz.bootstrap import House


class OfficeApp(HouseApp):
    """The administrator's terminal UI."""

    desk: OfficeDesk

    def __init__(self, house: House, *, zone: tzinfo | None = None) -> None:
        super().__init__(OfficeDesk(house, zone=zone))

    def on_mount(self) -> None:
        """Show the first screen."""
        from cequiz.frontends.tui.office.home import OfficeHomeScreen  # noqa: PLC0415 - loaded when opened

        self.leave_when_ended_from_outside()
        self.push_screen(OfficeHomeScreen(self.desk))

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """Obey a key; where nothing obeyed it, let the screen say why it may not."""
        from cequiz.frontends.tui.office.screen import OfficeScreen  # noqa: PLC0415 - loaded when opened

        screen = self.screen
        obeyed = await super()._check_bindings(key, priority)
        if not obeyed and not priority and isinstance(screen, OfficeScreen) and not screen.too_small:
            screen.refuse_key(key)
        return obeyed


def run(house: House) -> int:
    """Run the office until it is left, and return the exit code."""
    app = OfficeApp(house)
    app.run()
    return app.return_code or 0

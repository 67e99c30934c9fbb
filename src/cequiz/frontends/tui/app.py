"""The student's app: its first screen, and leaving a running exam in good order.

Screens are loaded when they are opened, so that the first one is there before anything heavy is.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from cequiz.errors import CequizError
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.house_app import HouseApp

if TYPE_CHECKING:
    from datetime import tzinfo

    from cequiz.bootstrap import House

_LEAVING = 3.0
"""Seconds that leaving waits for a save that is on its way."""


class CequizApp(HouseApp):
    """The student's terminal UI."""

    def __init__(
        self,
        house: House,
        *,
        student_id: str | None = None,
        exam_ref: str | None = None,
        practice: tuple[str, bool] | None = None,
        resume: bool = False,
        zone: tzinfo | None = None,
        desk: Desk | None = None,
    ) -> None:
        """Make the app.

        Args:
            house: the whole program.
            student_id: who sits here without signing in; None shows the sign-in.
            exam_ref: an exam whose briefing opens at once.
            practice: a course whose practice opens at once, and whether it is the five of today.
            resume: whether an exam of theirs that runs is taken up at once.
            zone: the zone that times are shown in; None for the machine's own.
            desk: where the person sits; None makes one at this machine.
        """
        super().__init__(desk or Desk(house, zone=zone))
        self._student_id = student_id
        self._exam_ref = exam_ref
        self._practice = practice
        self._resume = resume

    def on_mount(self) -> None:
        """Show the first screen."""
        from cequiz.frontends.tui.student.home import HomeScreen  # noqa: PLC0415 - screens are loaded when opened

        self.leave_when_ended_from_outside()
        self.push_screen(
            HomeScreen(
                self.desk,
                student_id=self._student_id,
                exam_ref=self._exam_ref,
                practice=self._practice,
                resume=self._resume,
            )
        )

    async def put_down(self) -> str:
        """Leave a running exam, and return what the student is told about it."""
        sitting = self.desk.sitting
        if sitting is None:
            return ""
        from cequiz.frontends.tui.pen import leaving_words  # noqa: PLC0415 - only where an exam is open
        from cequiz.frontends.tui.screen import HouseScreen  # noqa: PLC0415 - loaded with the first screen

        # After a fault the screens are gone before they are asked.
        open_screens = [one for one in self.screen_stack if isinstance(one, HouseScreen) and one.children]
        typed = sum(screen.put_down() for screen in open_screens)

        orderly = self.orderly
        # What was not saved is named in the words; the rest is on disk.
        with contextlib.suppress(CequizError, TimeoutError):
            await asyncio.wait_for(self.desk.write(lambda ports: sitting.leave(orderly=orderly)), _LEAVING)
        self.desk.sitting = None
        return leaving_words(sitting, self.desk.zone, typed=typed)


def run(
    house: House,
    *,
    student_id: str | None = None,
    exam_ref: str | None = None,
    practice: tuple[str, bool] | None = None,
) -> int:
    """Run the student's UI until it is left, and return the exit code.

    Args:
        house: the whole program.
        student_id: who sits here without signing in; None shows the sign-in.
        exam_ref: an exam whose briefing opens at once.
        practice: a course whose practice opens at once, and whether it is the five of today.

    Raises:
        CequizError: the student or the exam named does not exist, or the store cannot be opened.
    """
    if student_id is not None:
        from cequiz.services.briefing import brief  # noqa: PLC0415 - only where somebody is named
        from cequiz.services.enrolling import student  # noqa: PLC0415 - as above

        student_id = student(house.ports(), student_id).id
        if exam_ref is not None:
            exam_ref = brief(house.ports(), student_id=student_id, exam_ref=exam_ref).ref
    app = CequizApp(house, student_id=student_id, exam_ref=exam_ref, practice=practice)
    app.run()
    return app.return_code or 0

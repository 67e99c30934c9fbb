"""First paint of the student's UI against a blank Textual app, each in a fresh process, headless, rounds alternating.

Measured from before the process starts to its first refresh, and, for the UI, to the home list with the student's
data on it as well. Both are compared with the blank app's first refresh; ratios are firmer than milliseconds.

    python benchmarks/first_paint.py [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15

_CLOCK = """
import os, time
out = os.dup(1)
def said(what):
    past = time.clock_gettime(time.CLOCK_MONOTONIC) - float(os.environ["CEQUIZ_BENCH_START"])
    os.write(out, f"{what} {past * 1000}\\n".encode())
"""

BLANK = (
    _CLOCK
    + """
from textual.app import App
class Blank(App):
    def on_mount(self):
        self.call_after_refresh(self.painted)
    def painted(self):
        said("paint")
        os._exit(0)
Blank().run(headless=True, size=(80, 24))
"""
)

HOME = (
    _CLOCK
    + """
from cequiz.bootstrap import House
from cequiz.frontends.tui.app import CequizApp
from cequiz.frontends.tui.student.home import HomeScreen
from cequiz.settings import Settings
load, show = HomeScreen.reload, HomeScreen.show
def first(screen):
    said("paint")
    load(screen)
def second(screen, home):
    show(screen, home)
    screen.call_after_refresh(lambda: (said("data"), os._exit(0)))
HomeScreen.reload, HomeScreen.show = first, second
app = CequizApp(House(Settings.read(os.environ)))
class Somebody:
    id, name = os.environ["CEQUIZ_BENCH_STUDENT"], "Sample Student"
app.desk.student = Somebody()
app.run(headless=True, size=(80, 24))
"""
)


def run(program: str, environ: dict[str, str]) -> dict[str, float]:
    """Return the milliseconds at which a program said something."""
    environ = {**environ, "CEQUIZ_BENCH_START": str(time.clock_gettime(time.CLOCK_MONOTONIC))}
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environ)
    return {word: float(number) for word, number in (line.split() for line in done.stdout.splitlines())}


def best_half(times: list[float]) -> float:
    """Return the median of the faster half."""
    return statistics.median(sorted(times)[: max(len(times) // 2, 1)])


def prepare(home: str) -> str:
    """Make a store with the bundled course and a student who has an exam running; return the student's id."""
    from cequiz.bootstrap import House
    from cequiz.services.enrolling import register
    from cequiz.services.starting import start
    from cequiz.settings import Settings

    house = House(Settings(home=Path(home), database_url=None, user="bench"))
    ports = house.ports()
    student = register(ports, name="Sample Student", email="sample@example.org", actor="bench")
    with ports.store.read() as unit:
        [course] = unit.courses.versions()
    start(ports, student_id=student.id, exam_ref=f"{course.id}/neck-anatomy", attested=True, actor="bench").leave()
    house.close()
    return student.id


def main() -> None:
    """Print the three medians and the two ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    blank: list[float] = []
    paint: list[float] = []
    data: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "CEQUIZ_HOME": home}
        environ["CEQUIZ_BENCH_STUDENT"] = prepare(home)
        for _ in range(rounds):
            blank.append(run(BLANK, environ)["paint"])
            ours = run(HOME, environ)
            paint.append(ours["paint"])
            data.append(ours["data"])
    floor = best_half(blank)
    print(f"blank Textual app, first refresh: {floor:.0f} ms ({rounds} rounds, median of the faster half)")
    for name, times in (("first paint", paint), ("first paint with the student's data", data)):
        print(f"{name}: {best_half(times):.0f} ms, ratio {best_half(times) / floor:.2f}")


if __name__ == "__main__":
    main()

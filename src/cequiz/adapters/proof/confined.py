"""Looking at a stranger's file in a process of its own, with little memory and little time.

The libraries that read PDF and pictures are large and native: a file made to break them must break this process only.
Run as a module it reads a file from its input, and writes what `observing` saw, or a refusal, as JSON.
"""

from __future__ import annotations

import json
import subprocess  # noqa: S404, RUF100 - runs this very module, see above
import sys
from dataclasses import asdict
from datetime import datetime

from cequiz.adapters.proof.observing import Observed, observe
from cequiz.domain.credential.verification import Kind
from cequiz.errors import EnvironmentFailed, Refused
from cequiz.language import speak, spoken, tr

_SECONDS = 20
"""Of the processor; a certificate takes a tenth of one, a scan of 600 dpi two."""
_PATIENCE = 60
"""Seconds of the wall clock, on a machine that has other things to do."""
_MEMORY = 2 * 1024**3  # bytes
_LARGEST_ANSWER = 4 * 1024 * 1024  # bytes


def observe_confined(content: bytes, *, at: datetime) -> Observed:
    """Return what a file shows, without letting it near this process.

    Args:
        content: of the file.
        at: the present instant.

    Raises:
        Refused: it is nothing that could be, or show, a certificate; or it takes too much memory or time.
        EnvironmentFailed: no process could be started.
    """
    try:
        done = subprocess.run(  # noqa: S603 - fixed words; the file goes through the input
            [sys.executable, "-m", __name__, at.isoformat(), spoken()],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_hard() from None
    except OSError as error:
        raise EnvironmentFailed(
            tr("No process could be started to read the file: {reason}.", reason=error.strerror)
        ) from None
    if done.returncode != 0 or len(done.stdout) > _LARGEST_ANSWER:
        raise _too_hard()
    found = json.loads(done.stdout)
    if "refused" in found:
        raise Refused(found["refused"], hint=found["hint"])
    return Observed(
        kind=Kind(found["kind"]),
        page=found["page"],
        first_layout=found["first_layout"],
        additions=found["additions"],
        unseen=tuple(found["unseen"]),
        codes=tuple(found["codes"]),
        credentials=tuple(found["credentials"]),
        text=found["text"],
        seal=found["seal"],
    )


def main() -> None:
    """Look at the file on the input, and write what was seen."""
    _confine()
    at, language = sys.argv[1:]
    speak(language)
    try:
        answer = asdict(observe(sys.stdin.buffer.read(), at=datetime.fromisoformat(at)))
    except Refused as refusal:
        answer = {"refused": refusal.sentence, "hint": refusal.hint}
    sys.stdout.write(json.dumps(answer))


def _confine() -> None:
    """Give this process limits, where the system has any."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - Unix alone has it

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":  # elsewhere libraries reserve more than they use
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _too_hard() -> Refused:
    return Refused(
        tr("This file takes too much memory or time to read: it is not a certificate of cequiz."),
        hint=tr("Scan the printed certificate, and give the picture."),
    )


if __name__ == "__main__":
    main()

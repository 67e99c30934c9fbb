"""A server that is told to end: in good order, however often the same wish reaches it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from cequiz.frontends.serve.until_told import until_told


def test_the_same_wish_twice_does_not_cut_the_end_short() -> None:
    """If this fails, a restart of several workers loses the last words and what was under way."""
    ended = []

    async def serve() -> None:
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGTERM)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            for _ in range(2):
                os.kill(os.getpid(), signal.SIGTERM)
                await asyncio.to_thread(int)
            ended.append("in good order")

    assert until_told(serve) == 0
    assert ended == ["in good order"]


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no system that stops processes")
def test_a_process_that_was_only_stopped_is_not_taken_for_hung() -> None:
    """If this fails, a machine that sleeps for a minute wakes up with workers that are killed, and everybody is out."""
    program = """if True:
    import asyncio
    from cequiz.frontends.serve.until_told import until_told

    async def serve():
        while True:
            print("turns", flush=True)
            await asyncio.sleep(0.05)

    raise SystemExit(until_told(serve, hung=1.0))
    """
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2.0)
        process.send_signal(signal.SIGCONT)
        for _ in range(60):
            assert process.stdout.readline()
        process.terminate()
        _, said = process.communicate(timeout=30)
        assert process.returncode == 0, said

"""A sequence of batches, loaded by processes that are killed at random times."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from tests.crash.catalogue import Given
from tests.crash.place import Place
from tests.crash.scenes import Args

_ALIVE = 0.002  # seconds between two looks at what a process has done
_PATIENCE = 120  # seconds after which a process hangs


class Killer:
    """Runs `wavehouse` over one lake, each time in a process group of its own, and kills most of them."""

    def __init__(self, place: Place, random: Random, folder: Path) -> None:
        self.kills = 0
        self.runs = 0
        self._place = place
        self._random = random
        self._complaints = folder / "stderr.txt"
        self._typical = 3.0  # seconds that a run takes

    def run(self, args: Args, kills: int) -> None:
        """Run until it comes to its end, at most `kills` times killed before."""
        while kills > 0 and self._killed(args):
            self.kills += 1
            kills -= 1
        if kills <= 0 and not self._ended(args):
            raise AssertionError(f"after {self.kills} kills: {self._complaints.read_text('utf-8')[-2000:]}")
        self.runs += 1

    def _killed(self, args: Args) -> bool:
        """Run once, and kill it somewhere; False where it was faster."""
        with self._running(args) as process:
            started = self._wait_for_a_sign(process)
            left = self._typical if started else self._typical / 4
            try:
                process.wait(self._random.uniform(0, left))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
            return process.wait(_PATIENCE) == -signal.SIGKILL

    def _wait_for_a_sign(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait until the process has begun with the work, or with the publish, or for nothing; True for that.

        Most of the time of a small run goes into its start: there is not much to break there.
        """
        layout = self._place.layout
        sign = self._random.choice([None, layout.scratch, layout.staging / "_ledger"])
        if sign is None:
            return True
        before = _names(sign)
        while process.poll() is None and not _names(sign) - before:
            time.sleep(_ALIVE)
        return False

    def _ended(self, args: Args) -> bool:
        began = time.monotonic()
        with self._running(args) as process:
            code = process.wait(_PATIENCE)
        self._typical = time.monotonic() - began
        return code == 0

    @contextmanager
    def _running(self, args: Args) -> Iterator[subprocess.Popen[bytes]]:
        with self._complaints.open("wb") as complaints:
            process = subprocess.Popen(
                [sys.executable, "-m", "wavehouse", *args, "--lake", self._place.uri],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                start_new_session=True,
            )
            try:
                yield process
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _names(folder: Path) -> set[str]:
    try:
        return set(os.listdir(folder))  # noqa: PTH208
    except FileNotFoundError:
        return set()


@contextmanager
def reading(place: Place, path: Path) -> Iterator[None]:
    """Have somebody read the lake all the time, who writes what there was to be seen to `path`."""
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.reader", place.uri, str(path)], stdin=subprocess.PIPE, cwd=root
    )
    assert process.stdin
    try:
        while not sightings(path):
            assert process.poll() is None
            time.sleep(_ALIVE)
        yield
        process.stdin.close()
        assert process.wait(_PATIENCE) == 0
    finally:
        process.stdin.close()
        process.kill()
        process.wait()


def sightings(path: Path) -> list[dict[str, Any]]:
    """What a reader has written down; the first line says that it has begun."""
    if not path.is_file():
        return []
    lines = path.read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def shuffled(random: Random, batches: list[tuple[Given, ...]]) -> list[tuple[Given, ...]]:
    """The batches in their order, some of them once more somewhere behind."""
    order = list(batches)
    for again in random.sample(batches, len(batches) // 4):
        order.insert(random.randint(order.index(again) + 1, len(order)), again)
    return order

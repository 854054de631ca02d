"""Any sequence of what can be done to a lake, crashes among it, ends in the tables that a model says."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.crash.bucket import Bucket
from tests.crash.catalogue import Given
from tests.crash.depth import some
from tests.crash.model import ModelledLake, Step
from tests.crash.place import Directory
from tests.crash.points import DeathAt
from tests.crash.random_batches import random_batch, random_of
from tests.object_store.seaweedfs import S3Server

from wavehouse.wiring.parts import open_engine

pytestmark = pytest.mark.slow

# How many operations a step has, more or less, and how many of them are commits.
_OPERATIONS = {
    "run": (300, 14),
    "compact": (60, 4),
    "vacuum": (6, 1),
    "stage": (20, 0),
    "rollback": (180, 12),
}

_seeds = st.integers(0, 999_999)  # of what is random in a step


class LakeMachine(RuleBasedStateMachine):
    """The steps, in any order."""

    @staticmethod
    def place_in(folder: Path) -> Directory:
        """A place for the lake."""
        return Directory(folder)

    @initialize(seed=_seeds)
    def begin(self, seed: int) -> None:
        """A new lake, with a first batch that has something of everything."""
        self.folder = Path(tempfile.mkdtemp(prefix="wavehouse-crash-"))
        self.place = self.place_in(self.folder)
        self.engine = open_engine(self.folder / "scratch", self.place.layout.s3)
        self.lake = ModelledLake(self.place, self.folder, self.engine)
        self.changed = True
        self._take(self.lake.running(self._batch(random_of(seed))))

    def teardown(self) -> None:
        """Take it away."""
        if hasattr(self, "folder"):
            self.engine.close()
            self.place.close()
            shutil.rmtree(self.folder)

    def _batch(self, random: Random, *, again: bool = False) -> tuple[Given, ...]:
        """A new batch, or one that was there before."""
        if again and self.lake.batches:
            return random.choice(self.lake.batches)
        self.lake.batches.append(random_batch(random, len(self.lake.batches)))
        return self.lake.batches[-1]

    def _take(self, step: Step) -> None:
        self.lake.take(step)
        self.changed = True

    @rule(seed=_seeds, again=st.booleans())
    def lands(self, seed: int, again: bool) -> None:
        """Files land and wait."""
        self._take(self.lake.landing(self._batch(random_of(seed), again=again)))

    @rule(seed=_seeds, again=st.booleans())
    def runs(self, seed: int, again: bool) -> None:
        """A run takes a batch."""
        self._take(self.lake.running(self._batch(random_of(seed), again=again)))

    @rule(full=st.booleans())
    def runs_without_files(self, full: bool) -> None:
        """A run takes what waits, or makes everything again."""
        self._take(self.lake.running(full=full))

    @rule()
    def changes_the_contract(self) -> None:
        """A column comes, or goes again: the next run knows."""
        self.lake.widened = not self.lake.widened

    @rule()
    def compacts(self) -> None:
        """Small files are put together."""
        self._take(self.lake.compacting())

    @rule(keep=st.integers(1, 4))
    def tidies_up(self, keep: int) -> None:
        """What is not needed goes."""
        self._take(self.lake.tidying(keep))

    @precondition(lambda self: self.lake.earlier)
    @rule(seed=_seeds)
    def goes_back(self, seed: int) -> None:
        """All tables are as they were."""
        self._take(self.lake.going_back(random_of(seed).choice(self.lake.earlier)))

    @precondition(lambda self: self.lake.state.held)
    @rule()
    def releases(self) -> None:
        """The files that are held come again."""
        self._take(self.lake.running(release=True))

    @rule(seed=_seeds, again=st.booleans())
    def crashes_in_a_run(self, seed: int, again: bool) -> None:
        """A run dies on its way, and something else comes after it."""
        random = random_of(seed)
        batch = self._batch(random, again=again)
        self._crash(random, self.lake.running(batch, full=random.random() < 0.2))

    @rule(seed=_seeds)
    def crashes_in_upkeep(self, seed: int) -> None:
        """Something else dies on its way."""
        random, lake = random_of(seed), self.lake
        steps = [lake.compacting(), lake.tidying(random.randint(1, 4)), lake.landing(self._batch(random))]
        steps += [lake.going_back(run) for run in lake.earlier[:2]]
        self._crash(random, random.choice(steps))

    def _crash(self, random: Random, step: Step) -> None:
        operations, commits = _OPERATIONS[step.name]
        death = DeathAt(random.randrange(operations))
        if commits and random.random() < 0.5:
            # What a commit leaves is what the next run has to tell apart.
            death = DeathAt(random.randrange(commits), "commit: after")
        keep = random.randint(2, 4)
        recovery = random.choice([self.lake.running, self.lake.compacting, lambda: self.lake.tidying(keep)])
        self.lake.crash(step, death, recovery)
        self.changed = True

    @rule()
    def looks_back(self) -> None:
        """Every earlier snapshot shows what it showed."""
        assert [*self.lake.looks_back()] == []

    @invariant()
    def is_as_the_model_says(self) -> None:
        """All tables, all files."""
        if hasattr(self, "lake") and self.changed:
            assert [*self.lake.looks_right()] == []
            self.changed = False


def test_any_sequence_of_steps_ends_in_the_tables_of_the_model() -> None:
    _run(LakeMachine, examples=some(10, 30), steps=20)


def test_it_does_in_a_bucket(s3_server: S3Server) -> None:
    class BucketMachine(LakeMachine):
        @staticmethod
        def place_in(folder: Path) -> Bucket:
            return Bucket(folder, s3_server)

    _run(BucketMachine, examples=some(3, 8), steps=some(8, 20))


def _run(machine: type[LakeMachine], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            # A step takes a second: to find a shorter way to a failure would take an hour.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )

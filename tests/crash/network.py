"""A network that fails between a command and its bucket: for a moment, or for good from some request on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.crash.bucket import Bucket
from tests.crash.checks import of_words
from tests.crash.processes import Ended
from tests.crash.scenes import Args, Scene, Theatre, Workshop
from tests.object_store.fault_proxy import FaultProxy
from tests.object_store.faults import Fault, Passed, Rule, S3Request

# Longer than Arrow's client waits (3 seconds): what it asked for is done when it has long since asked again.
_TOO_LONG = 3.2
# Of many requests, each a little late.
_LATE = 0.01

WRITES = "[PD]*"  # PUT, POST, DELETE
READS = "GET"


@dataclass(frozen=True)
class Disturbance:
    """A fault that meets a command's request number `at` (from 1) among those by `methods`.

    `for_good`: that one, and everything after it.
    """

    fault: Fault
    at: int
    for_good: bool = False
    methods: str = WRITES

    def __str__(self) -> str:
        what = "write" if self.methods == WRITES else "read"
        return f"{self.fault.value} {'for good from' if self.for_good else 'at'} {what} {self.at}"

    @property
    def rule(self) -> Rule:
        """What the proxy is told."""
        times = None if self.for_good else 1
        seconds = _LATE if self.for_good else _TOO_LONG
        return Rule(
            self.fault, self.methods, first=self.at, times=times, seconds=seconds, spreads=self.for_good
        )

    @property
    def is_hidden(self) -> bool:
        """Whether the clients can, and must, make up for it."""
        return not self.for_good or self.fault is Fault.DELAY


@dataclass(frozen=True)
class Network:
    """The way to a bucket: a proxy that lets go wrong what it is told to."""

    bucket: Bucket
    proxy: FaultProxy

    def run(
        self,
        shop: Workshop,
        args: Args,
        disturbances: Sequence[Disturbance] = (),
        plants: Sequence[str] = (),
    ) -> tuple[Ended, Sequence[Passed]]:
        """Run wavehouse over the lake, disturbed; also returns the requests that it made."""
        before = len(self.proxy.log)
        self.proxy.add(*(one.rule for one in disturbances))
        with self.bucket.through(self.proxy.url):
            ended = shop.run(args, plants=plants)
        self.proxy.clear()
        return ended, self.proxy.log[before:]

    def requests(self, theatre: Theatre, scene: Scene) -> list[S3Request]:
        """The requests of a scene's command when nothing goes wrong."""
        theatre.set(scene)
        ended, passed = self.run(theatre.shop, scene.args)
        assert ended.code == 0, ended.stderr
        return [one.request for one in passed]


@dataclass(frozen=True)
class Disturbed:
    """A scene whose command meets disturbances: a `Trouble`."""

    scene: Scene
    network: Network
    disturbances: Sequence[Disturbance]
    tidy: bool = False
    plants: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.scene.name}: {', '.join(map(str, self.disturbances))}"

    def strike(self, shop: Workshop) -> tuple[Ended, list[str]]:
        """What is over soon must not be felt; what lasts must be, and be told."""
        ended, passed = self.network.run(shop, self.scene.args, self.disturbances, self.plants)
        met = sum(one.fault is not None for one in passed)
        if met < len(self.disturbances):
            return ended, [
                f"{met} of the disturbances were met; exit code {ended.code}: {ended.stderr[-500:]}"
            ]
        hidden = all(one.is_hidden for one in self.disturbances)
        if hidden == (ended.code == 0):
            return ended, [*of_words(ended)] if ended.code else []
        felt = "felt" if ended.code else "not felt"
        return ended, [f"it is {felt}; exit code {ended.code}: {ended.stderr[-500:]}"]

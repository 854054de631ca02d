"""A network that fails between a run and its bucket: for a moment, unnoticed; or until the next run."""

from __future__ import annotations

import pytest
from tests.crash.checks import Trial
from tests.crash.network import Disturbance, Disturbed, Network
from tests.crash.network_walk import LASTING, SCENES, from_there_on, stumbles
from tests.crash.scenes import Theatre
from tests.object_store.faults import Fault, S3Request

pytestmark = pytest.mark.slow


class Requests:
    """The requests of each scene's command, looked at once."""

    def __init__(self, theatre: Theatre, network: Network) -> None:
        self._theatre = theatre
        self._network = network
        self._of: dict[str, list[S3Request]] = {}

    def of(self, name: str) -> list[S3Request]:
        """Those of one scene."""
        if name not in self._of:
            self._of[name] = self._network.requests(self._theatre, self._theatre.scene(name))
        return self._of[name]


@pytest.fixture(scope="module")
def requests(bucket_theatre: Theatre, network: Network) -> Requests:
    """What would be asked if nothing went wrong."""
    return Requests(bucket_theatre, network)


@pytest.mark.parametrize("name", SCENES)
def test_a_network_that_stumbles_is_not_noticed(
    bucket_theatre: Theatre, network: Network, requests: Requests, name: str
) -> None:
    complaints = []
    for disturbances in stumbles(requests.of(name), name):
        disturbed = Disturbed(bucket_theatre.scene(name), network, disturbances)
        complaints += Trial(bucket_theatre, disturbed).complaints
    assert complaints == []


@pytest.mark.parametrize(("name", "fault"), LASTING)
def test_no_row_is_lost_or_doubled_when_the_network_fails_for_good(
    bucket_theatre: Theatre, network: Network, requests: Requests, name: str, fault: Fault
) -> None:
    complaints = []
    for at, disturbance in enumerate(from_there_on(requests.of(name), name, fault)):
        disturbed = Disturbed(bucket_theatre.scene(name), network, [disturbance], tidy=at % 3 == 2)
        complaints += Trial(bucket_theatre, disturbed).complaints
    assert complaints == []


def test_a_client_that_tries_once_is_seen(bucket_theatre: Theatre, network: Network) -> None:
    scene = bucket_theatre.scene("an incremental run")
    slow = [Disturbance(Fault.SLOW_DOWN, 3)]
    disturbed = Disturbed(scene, network, slow, plants=("no second attempt",))
    (complaint,) = Trial(bucket_theatre, disturbed).complaints
    assert "it is felt; exit code 3" in complaint

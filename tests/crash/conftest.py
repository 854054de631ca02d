"""A lake to break, and processes to break it with."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.crash.bucket import Bucket
from tests.crash.depth import ANY_PLACE
from tests.crash.network import Network
from tests.crash.place import Directory, Place
from tests.crash.processes import Nursery
from tests.crash.scenes import Theatre, Workshop
from tests.object_store.fault_proxy import FaultProxy
from tests.object_store.seaweedfs import S3Server, known_server


@pytest.fixture(params=ANY_PLACE)
def theatre(request: pytest.FixtureRequest) -> Theatre:
    """Scenes over a lake: where it lies is a parameter."""
    theatre: Theatre = request.getfixturevalue(f"{request.param}_theatre")
    return theatre


@pytest.fixture(scope="session")
def directory_theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """Scenes over a lake in a directory."""
    directory = Directory(tmp_path_factory.mktemp("place"))
    with contextlib.closing(directory), _theatre(directory, tmp_path_factory) as theatre:
        yield theatre


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """One SeaweedFS for all tests of a worker."""
    with known_server() as server:
        yield server


@pytest.fixture(scope="session")
def bucket(s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """A lake whose tables lie in a bucket of that server."""
    with contextlib.closing(Bucket(tmp_path_factory.mktemp("place"), s3_server)) as bucket:
        yield bucket


@pytest.fixture(scope="session")
def bucket_theatre(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """Scenes over that lake."""
    with _theatre(bucket, tmp_path_factory) as theatre:
        yield theatre


@pytest.fixture(scope="session")
def network(s3_server: S3Server, bucket: Bucket) -> Iterator[Network]:
    """The way to that bucket."""
    with FaultProxy(s3_server.endpoint) as proxy:
        yield Network(bucket, proxy)
    assert proxy.errors == []


@contextmanager
def _theatre(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    with (
        contextlib.closing(Nursery(impatient=isinstance(place, Bucket))) as nursery,
        contextlib.closing(Workshop(place, nursery, tmp_path_factory.mktemp("workshop"))) as shop,
    ):
        yield Theatre(shop)

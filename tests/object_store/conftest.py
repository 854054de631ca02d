"""A real S3 server, a bucket for each test, and a proxy that lets things go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from tests.object_store.fault_proxy import FaultProxy
from tests.object_store.seaweedfs import S3Server, known_server


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """One SeaweedFS for all tests of a worker."""
    with known_server() as server:
        yield server


@pytest.fixture
def bucket(s3_server: S3Server) -> Iterator[str]:
    """The name of an empty bucket, which is gone after the test."""
    client = s3_server.client()
    name = f"test-{uuid4()}"
    client.create_dir(name)
    yield name
    client.delete_dir(name)


@pytest.fixture
def proxy(s3_server: S3Server) -> Iterator[FaultProxy]:
    """A proxy in front of the server, without rules yet."""
    with FaultProxy(s3_server.endpoint) as proxy:
        yield proxy
    assert proxy.errors == []

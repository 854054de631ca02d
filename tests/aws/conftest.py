"""No test in this folder can reach AWS: every client goes to loopback, with credentials of nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.aws.server.process import FalseAws, false_aws

# A port on which nobody answers: for tests that ask for no server.
NOWHERE = "http://127.0.0.1:9"

_SEALS = {
    "AWS_ENDPOINT_URL": NOWHERE,
    "AWS_ACCESS_KEY_ID": "tests",
    "AWS_SECRET_ACCESS_KEY": "no-secret-at-all",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
}


@pytest.fixture(autouse=True)
def sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """For this process and every one that it starts."""
    for name, value in _SEALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def one_false_aws() -> Iterator[FalseAws]:
    """A server that answers as AWS does; starting it takes seconds."""
    with false_aws() as aws:
        yield aws


@pytest.fixture
def aws(one_false_aws: FalseAws, monkeypatch: pytest.MonkeyPatch, sealed: None) -> Iterator[FalseAws]:  # noqa: ARG001
    """A server that knows nothing yet, and to which this process and its children go."""
    for name, value in one_false_aws.environment.items():
        monkeypatch.setenv(name, value)
    yield one_false_aws
    one_false_aws.reset()

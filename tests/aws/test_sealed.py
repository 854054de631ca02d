"""The seal itself: no client in these tests goes anywhere but to loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlparse

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from tests.aws.server.process import FalseAws

_SERVICES = ("cloudformation", "glue", "athena", "quicksight", "s3", "sts", "kms", "iam", "events", "budgets")

_IN_A_CHILD = """
import boto3
print(boto3.client("glue").meta.endpoint_url, boto3.Session().get_credentials().access_key)
"""


@pytest.mark.parametrize("service", [*_SERVICES, "cloudwatch", "sns", "scheduler"])
def test_every_client_goes_to_loopback(service: str) -> None:
    assert urlparse(boto3.client(service).meta.endpoint_url).hostname == "127.0.0.1"


def test_credentials_are_nobodys() -> None:
    credentials = boto3.Session().get_credentials()
    assert credentials.access_key == "tests"
    assert os.environ["AWS_EC2_METADATA_DISABLED"] == "true"
    assert boto3.Session().available_profiles == []


def test_without_a_server_nobody_answers() -> None:
    with pytest.raises(EndpointConnectionError, match=r"127\.0\.0\.1:9"):
        boto3.client("sts").get_caller_identity()


def test_a_child_is_sealed_too(aws: FalseAws) -> None:
    told = subprocess.run([sys.executable, "-c", _IN_A_CHILD], capture_output=True, text=True, check=True)
    assert told.stdout.split() == [aws.url, "tests"]
    assert urlparse(aws.url).hostname == "127.0.0.1"

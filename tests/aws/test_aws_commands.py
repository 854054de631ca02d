"""`wavehouse aws …` as a user has it, from nothing to nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.aws.server.process import FalseAws
from tests.conftest import Wavehouse

_PROD = ("--stage", "prod")
_NOT_THERE = """
import sys
sys.modules["boto3"] = None
from wavehouse.__main__ import start
start()
"""


def test_a_stage_from_nothing_to_nothing(wavehouse: Wavehouse, aws: FalseAws) -> None:
    differs = wavehouse("aws", "diff")
    assert (differs.code, "nothing is deployed" in differs.stdout) == (1, True)
    unasked = wavehouse("aws", "deploy")
    assert unasked.code == 2
    assert "nobody is there to say yes: these changes would be made. Add --yes." in unasked.stderr
    # What would be done was shown all the same.
    assert "+ WarehouseBucket (AWS::S3::Bucket)" in unasked.stdout
    # Neither a stack nor the bucket by which a large template travels is left.
    assert aws.clients.of("s3").list_buckets()["Buckets"] == []

    deployed = wavehouse("aws", "deploy", *_PROD, "--yes", "--json").json
    assert deployed["changed"]
    bucket = deployed["outputs"]["WarehouseBucket"]
    again = wavehouse("aws", "deploy", *_PROD, "--yes")
    assert again.code == 0, again.stderr
    assert "nothing has changed" in again.stdout
    same = wavehouse("aws", "diff", *_PROD, "--json")
    assert (same.code, same.json["same"]) == (0, True)
    status = wavehouse("aws", "status", *_PROD)
    assert status.code == 0, status.stderr
    assert "CREATE_COMPLETE" in status.stdout
    assert "editor/job/" in status.stdout
    # The other stage knows nothing of it.
    other = wavehouse("aws", "status")
    assert (other.code, other.stderr.startswith("error: spotify-dev: nothing is deployed.")) == (2, True)

    aws.clients.of("s3").put_object(Bucket=bucket, Key="songs/1.parquet", Body=b"1")
    kept = wavehouse("aws", "destroy", *_PROD, "--yes")
    assert (kept.code, f"{bucket} has" in kept.stderr) == (2, True)
    gone = wavehouse("aws", "destroy", *_PROD, "--yes", "--delete-data")
    assert gone.code == 0, gone.stderr
    assert "is gone" in gone.stdout
    assert aws.clients.of("s3").list_buckets()["Buckets"] == []


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("deploy", "--stage", "dve"), "there is no stage 'dve'. Did you mean"),
        (("status", "--region", "eu-central-9"), "there is no region 'eu-central-9'"),
        (("deploy", "--parameter", "x"), "--parameter: 'x' says no value. Write it as NAME=VALUE."),
    ],
)
def test_calls_that_are_wrong(wavehouse: Wavehouse, args: tuple[str, ...], told: str) -> None:
    answer = wavehouse("aws", *args)
    assert (answer.code, told in answer.stderr) == (2, True), answer.stderr


def test_without_the_client_of_aws(wavehouse: Wavehouse, tmp_path: Path) -> None:
    program = tmp_path / "without.py"
    program.write_text(_NOT_THERE)
    done = subprocess.run(
        [sys.executable, str(program), "aws", "status"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "AWS's client is not installed. Install it: " in done.stderr
    assert "boto3" in done.stderr
    # Commands that need none are there.
    assert wavehouse("aws", "--help").code == 0

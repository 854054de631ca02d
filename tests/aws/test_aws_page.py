"""docs/aws.md: its commands run in the order of the page, and so does the smoke test that it tells of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.aws.server.process import REGION, FalseAws
from tests.house.pages import RUN, blocks_of, put_command, run_block

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "aws.md").read_text("utf-8")
_BLOCKS = blocks_of(_PAGE)


def test_the_page_holds(aws: FalseAws, tmp_path: Path) -> None:  # noqa: ARG001
    put_command(tmp_path)
    assert {block.language for block in _BLOCKS} <= RUN
    assert [block.reason for block in _BLOCKS if block.reason] == ["needs an account in a cloud"]
    for block in _BLOCKS:
        if not block.reason:
            run_block(block, tmp_path, "docs/aws.md")


def test_the_smoke_test_holds_and_leaves_nothing(aws: FalseAws) -> None:
    (command,) = (block.text for block in _BLOCKS if block.reason)
    assert command.startswith("python -m benchmarks.aws_smoke --region")
    called = [sys.executable, "-m", "benchmarks.aws_smoke", "--region", REGION, "--interval", "0"]
    done = subprocess.run(called, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "everything held" in done.stdout
    assert "deploy again: " in done.stdout
    assert aws.clients.of("s3").list_buckets()["Buckets"] == []


def test_the_smoke_test_does_not_touch_what_is_there(aws: FalseAws) -> None:
    aws.clients.of("cloudformation").create_stack(
        StackName="spotify-dev", TemplateBody='{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}'
    )
    called = [sys.executable, "-m", "benchmarks.aws_smoke", "--region", REGION]
    done = subprocess.run(called, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "the stage is deployed already" in done.stderr
    assert len(aws.clients.of("sns").list_topics()["Topics"]) == 1

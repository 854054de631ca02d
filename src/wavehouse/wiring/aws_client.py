"""AWS's client, which an extra brings: told where it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from wavehouse.core.errors import OutsideError
from wavehouse.core.extras import install


@contextmanager
def aws_client() -> Iterator[None]:
    """Around imports that need it; raises `OutsideError` with the command that installs it."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("boto3", "botocore"):
            raise
        raise OutsideError(
            "AWS's client is not installed", remedy=f"Install it: {install('aws')}"
        ) from missing

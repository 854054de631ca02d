"""Files for the buckets: scripts, wheels, CSV files; what is there already is not sent again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from boto3.exceptions import S3UploadFailedError

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.remedies import remedy_for
from wavehouse.aws.deploy.troubles import if_there, told
from wavehouse.aws.plan import Plan, Upload
from wavehouse.core.errors import CallError, OutsideError

# The checksum of the whole file. (S3's own is one of checksums, for what came in parts.)
_CHECKSUM = "wavehouse-sha256"


def missing_uploads(clients: Clients, plan: Plan) -> list[Upload]:
    """Those of the plan's files that are not in their bucket as they are here."""
    return [one for one in plan.uploads if _there(clients, plan, one) != checksum(one.path)]


def upload(clients: Clients, plan: Plan, files: Sequence[Upload]) -> None:
    """Send files; raises `OutsideError` where a bucket refuses."""
    for one in files:
        bucket = plan.stage.bucket(one.role, clients.account)
        told_of = {"Metadata": {_CHECKSUM: checksum(one.path)}, "ExpectedBucketOwner": clients.account}
        with told(f"{one.path.name} is uploaded to {bucket}"):
            try:
                clients.of("s3").upload_file(str(one.path), bucket, one.key, ExtraArgs=told_of)
            except S3UploadFailedError as error:
                raise OutsideError(
                    f"the file was not uploaded ({error})",
                    where=str(one.path),
                    remedy=remedy_for(str(error), "s3:PutObject") or "Deploy again: it goes on where it was",
                ) from error


def checksum(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits; raises `CallError` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CallError(
            f"a file that is to be uploaded cannot be read ({error.strerror})", where=str(path)
        ) from error


def _there(clients: Clients, plan: Plan, one: Upload) -> str:
    bucket = plan.stage.bucket(one.role, clients.account)
    doing = f"{one.key} is looked for in {bucket}"
    found = if_there(doing, lambda: clients.of("s3").head_object(Bucket=bucket, Key=one.key))
    return str(found["Metadata"].get(_CHECKSUM, "")) if found else ""

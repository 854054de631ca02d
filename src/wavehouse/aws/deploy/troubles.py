"""What AWS, or the way to it, says: as an error of ours with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)

from wavehouse.aws.deploy.remedies import remedy_for
from wavehouse.core.errors import CallError, OutsideError

_Answer = TypeVar("_Answer")

_CREDENTIALS = (
    "Name a profile (AWS_PROFILE), set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in (aws sso login)"
)
_ANY = "Look it up under that code, or in the account's CloudTrail; then run it again"


@contextmanager
def told(doing: str) -> Iterator[None]:
    """Raise what AWS's client raises as `OutsideError`, or `CallError`; `doing` says what was being done."""
    try:
        yield
    except ProfileNotFound as error:
        raise CallError(str(error), where="AWS_PROFILE", remedy="Name a profile of ~/.aws/config") from error
    except NoRegionError as error:
        raise CallError(
            "no region is named", where="--region", remedy="Name one, or set AWS_REGION"
        ) from error
    except (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError) as error:
        raise OutsideError(f"there are no credentials for AWS ({error})", remedy=_CREDENTIALS) from error
    except ClientError as error:
        code, said = code_of(error), error.response.get("Error", {}).get("Message", "")
        raise OutsideError(
            f"AWS refused while {doing}: {error.operation_name}, {code}: {said}".rstrip(": "),
            remedy=remedy_for(f"{code} {said}", error.operation_name) or _ANY,
        ) from error
    except BotoCoreError as error:
        remedy = remedy_for(f"{type(error).__name__} {error}") or _ANY
        raise OutsideError(f"AWS was not reached while {doing} ({error})", remedy=remedy) from error


def if_there(doing: str, call: Callable[[], _Answer]) -> _Answer | None:
    """What a call answers, None where AWS says that what it asks for is not there; else raises as `told`."""
    with told(doing):
        try:
            return call()
        except ClientError as error:
            if is_missing(error):
                return None
            raise


def code_of(error: Any) -> str:
    """The code of an answer of AWS's, as `ValidationError`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_missing(error: Any) -> bool:
    """Whether AWS said that what was asked for is not there."""
    said = str(error.response.get("Error", {}).get("Message", ""))
    code = code_of(error)
    if code == "ValidationError":  # (CloudFormation has no code of its own for it.)
        return "does not exist" in said
    return code in (
        "404",
        "NoSuchBucket",
        "NoSuchKey",
        "NotFound",
        "NotFoundException",
        "EntityNotFoundException",
        "MetadataException",  # (of Athena, for what the catalog has not)
    )

"""What to do about a bucket that refuses: by what its clients say of it, each in its own words.

The codes are those of S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

import re

_REMEDIES = (
    (
        r"expired.?token|invalid.?token|token.?refresh",
        "The session's token is not valid any more: get new credentials (aws sso login, say)",
    ),
    (
        r"request.?time.?too.?skewed|request.?expired",
        "The clock of this machine differs from the bucket's by more than is allowed: set it (timedatectl)",
    ),
    (
        r"invalid.?access.?key",
        "The bucket does not know this access key: check AWS_ACCESS_KEY_ID, or the profile (AWS_PROFILE)",
    ),
    (
        r"signature.?does.?not.?match",
        "The secret does not belong to the access key: check AWS_SECRET_ACCESS_KEY, or the profile "
        "(AWS_PROFILE)",
    ),
    (
        r"no.?such.?bucket|bucket.?not.?found",
        "There is no such bucket: check its name, and that the endpoint is the one that has it",
    ),
    (
        r"permanent.?redirect|authorization.?header.?malformed|HTTP (status )?301",
        "The bucket lies in another region: name it (AWS_REGION)",
    ),
    (
        r"network.?connection|could not (connect|resolve|establish)|connection refused|failed to connect",
        "Check the network, and the endpoint (AWS_ENDPOINT_URL, or warehouse.json)",
    ),
    (
        r"access.?denied|HTTP (status )?40[013]|forbidden",
        "Give the credentials s3:ListBucket and s3:GetObject, to write s3:PutObject and s3:DeleteObject "
        "too (keys that are wrong or no longer valid may be told so as well)",
    ),
)
_KNOWN = [(re.compile(pattern, re.IGNORECASE), remedy) for pattern, remedy in _REMEDIES]
_ANY = "Check the network, and that the credentials may read and write in the bucket"


def bucket_remedy(said: str) -> str:
    """What to do, by the words of the client."""
    return next((remedy for pattern, remedy in _KNOWN if pattern.search(said)), _ANY)

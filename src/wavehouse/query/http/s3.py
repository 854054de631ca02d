"""The results of queries as a bucket of S3 that can be read and nothing else (path style).

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, Response

from wavehouse.core.errors import WavehouseError
from wavehouse.query.http.api import BUCKET, Api
from wavehouse.query.service.execution import MANAGED, Execution

_KEY = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(csv|txt)(\.metadata)?")
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
# https://www.w3.org/TR/xml/#charsets , and \r, which a reader of XML takes for a line feed.
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_MOST_KEYS = 1_000
# Seconds after which a page of the listing ends.
_LISTING = 1.0


async def buckets(_: Api, __: HttpRequest) -> Response:
    """ListBuckets: there is one."""
    listed = f"<Buckets><Bucket><Name>{BUCKET}</Name></Bucket></Buckets>"
    return _xml(200, f'<ListAllMyBucketsResult xmlns="{_NAMESPACE}">{listed}</ListAllMyBucketsResult>')


async def bucket(api: Api, request: HttpRequest) -> Response:
    """HeadBucket, GetBucketLocation and ListObjectsV2."""
    if request.path_params["bucket"] != BUCKET:
        return _error(404, "NoSuchBucket", "The specified bucket does not exist")
    if request.method == "HEAD":
        return Response(status_code=200, headers={"x-amz-bucket-region": "us-east-1"})
    if "location" in request.query_params:
        return _xml(200, f'<LocationConstraint xmlns="{_NAMESPACE}"/>')
    return await run_in_threadpool(_listed, api, request)


async def object_(api: Api, request: HttpRequest) -> Response:
    """HeadObject, and GetObject also in parts."""
    if request.path_params["bucket"] != BUCKET:
        return _error(404, "NoSuchBucket", "The specified bucket does not exist")
    path = await run_in_threadpool(_file, api, request.path_params["key"])
    if path is None:
        return _error(404, "NoSuchKey", "The specified key does not exist.")
    headers = {"x-amz-request-id": uuid.uuid4().hex, "accept-ranges": "bytes"}
    return FileResponse(path, headers=headers, media_type="binary/octet-stream")


async def refused(_: Api, __: HttpRequest) -> Response:
    """Whatever would change something."""
    return _error(403, "AccessDenied", "Results of queries can be read, and nothing else")


def _file(api: Api, key: str) -> Path | None:
    found = _KEY.fullmatch(key)
    execution = api.service.get(found[1]) if found else None
    if found is None or execution is None or found[2] != execution.ending:
        return None
    return _made(api, execution, metadata=found[3] is not None)


def _made(api: Api, execution: Execution, *, metadata: bool) -> Path | None:
    results = api.service.results
    if not _is_here(execution) or not results.exists(execution.id):
        return None
    try:
        if metadata:
            return results.metadata(execution.id, execution.columns, execution.ending)
        make = results.csv if execution.is_query else results.text
        return make(execution.id, execution.columns)
    except (WavehouseError, OSError, ValueError, ArithmeticError):
        return None


def _is_here(execution: Execution) -> bool:
    """Whether its answer is in the bucket: managed ones come by GetQueryResults alone."""
    return execution.state == "SUCCEEDED" and execution.workgroup != MANAGED


def _listed(api: Api, request: HttpRequest) -> Response:
    asked = request.query_params
    prefix, after = asked.get("prefix", ""), asked.get("continuation-token") or asked.get("start-after", "")
    told = asked.get("max-keys", str(_MOST_KEYS))
    if not _NUMBER.fullmatch(told):
        return _error(400, "InvalidArgument", "Provided max-keys not an integer or within integer range")
    most = min(int(told), _MOST_KEYS)
    # (Clients ask for this form, as not every key can stand in XML.)
    encoding = asked.get("encoding-type", "")
    if encoding not in ("", "url"):
        return _error(400, "InvalidArgument", "Invalid Encoding Method specified in Request")
    if not encoding and _NO_XML.search(prefix):
        return _error(400, "InvalidArgument", "This prefix cannot stand in XML: ask for encoding-type=url")
    told_prefix = quote(prefix) if encoding else escape(prefix)
    named = f"<EncodingType>{encoding}</EncodingType>" if encoding else ""
    entries, following = _page(api, prefix, after, most)
    return _xml(
        200,
        f'<ListBucketResult xmlns="{_NAMESPACE}"><Name>{BUCKET}</Name><Prefix>{told_prefix}</Prefix>'
        f"{named}"
        f"<KeyCount>{len(entries)}</KeyCount><MaxKeys>{most}</MaxKeys>"
        f"<IsTruncated>{str(bool(following)).lower()}</IsTruncated>{following}"
        f"{''.join(entries)}</ListBucketResult>",
    )


def _page(api: Api, prefix: str, after: str, most: int) -> tuple[list[str], str]:
    """At most so many entries of a listing, and where the next page begins.

    A page may have fewer than were asked for, as with S3: so each is answered in time.
    """
    entries: list[str] = []
    last, until = after, time.monotonic() + _LISTING
    for key, execution, ending in _objects(api, prefix, after) if most else ():
        if len(entries) == most or (entries and time.monotonic() > until):
            return entries, f"<NextContinuationToken>{last}</NextContinuationToken>"
        last = key
        if (entry := _entry(api, execution, ending)) is not None:
            entries.append(f"<Contents><Key>{key}</Key>{entry}</Contents>")
    return entries, ""


def _objects(api: Api, prefix: str, after: str) -> Iterator[tuple[str, Execution, str]]:
    """What lies in the bucket, in the order of the keys: each with its answer, and what it ends in."""
    for id_ in sorted(api.service.listed()):
        # (Only of those that can be wanted a record is read.)
        wanted = id_.startswith(prefix[: len(id_)]) and id_ >= after[: len(id_)]
        if not wanted or not api.service.results.exists(id_):
            continue
        execution = api.service.get(id_)
        if execution is None or not _is_here(execution):
            continue
        for ending in (execution.ending, f"{execution.ending}.metadata"):
            key = f"{id_}.{ending}"
            if key.startswith(prefix) and key > after:
                yield key, execution, ending


def _entry(api: Api, execution: Execution, ending: str) -> str | None:
    """What a listing tells of a file, which need not have been made yet."""
    results = api.service.results
    try:
        size = results.size(execution.id, execution.columns, ending)
        changed = datetime.fromtimestamp(results.changed(execution.id), UTC)
    except (WavehouseError, OSError, ValueError, ArithmeticError):
        return None
    return (
        f"<LastModified>{changed:%Y-%m-%dT%H:%M:%S}.000Z</LastModified>"
        f"<Size>{size}</Size><StorageClass>STANDARD</StorageClass>"
    )


def _error(status: int, code: str, message: str) -> Response:
    id_ = uuid.uuid4().hex
    return _xml(
        status,
        f"<Error><Code>{code}</Code><Message>{escape(message)}</Message><RequestId>{id_}</RequestId></Error>",
    )


def _xml(status: int, content: str) -> Response:
    return Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{content}', status, media_type="application/xml"
    )

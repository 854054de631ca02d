"""Athena's JSON protocol: POST / with the operation in a header.

https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from concurrent.futures import Future

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from wavehouse.core.errors import WavehouseError
from wavehouse.query.http.api import Api, ApiError, Document, Operation
from wavehouse.query.http.catalog import CATALOGS
from wavehouse.query.http.executions import EXECUTIONS
from wavehouse.query.http.kept import KEPT
from wavehouse.query.service.failures import without_paths

OPERATIONS: dict[str, Operation] = {**EXECUTIONS, **KEPT, **CATALOGS}
# What Athena can do besides: it would change something that is not the lake's, or is about what is not here.
REFUSED = frozenset(
    [
        "CancelCapacityReservation",
        "CreateCapacityReservation",
        "CreateDataCatalog",
        "CreateNamedQuery",
        "CreateNotebook",
        "CreatePresignedNotebookUrl",
        "CreateSystemTableConfiguration",
        "CreateWorkGroup",
        "DeleteCapacityReservation",
        "DeleteDataCatalog",
        "DeleteNamedQuery",
        "DeleteNotebook",
        "DeleteSystemTableConfiguration",
        "DeleteWorkGroup",
        "ExportNotebook",
        "GetCalculationExecution",
        "GetCalculationExecutionCode",
        "GetCalculationExecutionStatus",
        "GetCapacityAssignmentConfiguration",
        "GetCapacityReservation",
        "GetNotebookMetadata",
        "GetResourceDashboard",
        "GetSession",
        "GetSessionEndpoint",
        "GetSessionStatus",
        "GetSystemTableConfiguration",
        "ImportNotebook",
        "ListApplicationDPUSizes",
        "ListCalculationExecutions",
        "ListCapacityReservations",
        "ListExecutors",
        "ListNotebookMetadata",
        "ListNotebookSessions",
        "ListSessions",
        "ListSystemTableStatuses",
        "PutCapacityAssignmentConfiguration",
        "StartCalculationExecution",
        "StartSession",
        "StopCalculationExecution",
        "TagResource",
        "TerminateSession",
        "UntagResource",
        "UpdateCapacityReservation",
        "UpdateDataCatalog",
        "UpdateNamedQuery",
        "UpdateNotebook",
        "UpdateNotebookMetadata",
        "UpdateSystemTableConfiguration",
        "UpdateWorkGroup",
    ]
)
_INSTEAD = dict.fromkeys(
    ("CreateNamedQuery", "UpdateNamedQuery", "DeleteNamedQuery"),
    ": saved queries are files of the project (queries/NAME.sql)",
)
_TARGET = "AmazonAthena."
# A client that asks whether a query has ended waits so long for its end, not for its own next look.
_HELD = 1.0


async def answered(api: Api, request: HttpRequest) -> Response:
    """The answer to one call."""
    try:
        target = request.headers.get("x-amz-target", "")
        name = target.removeprefix(_TARGET)
        operation = OPERATIONS.get(name) if target.startswith(_TARGET) else None
        if operation is None:
            raise _unknown(name if target.startswith(_TARGET) else target)
        body = _read(await request.body())
        if name == "GetQueryExecution":
            ended = api.service.ended(str(body.get("QueryExecutionId")))
            if ended is not None:
                await _held(ended)
                # (What is known of a query that runs, or ran just now, is in memory.)
                return _response(200, operation(api, body))
        return _response(200, await asyncio.to_thread(operation, api, body))
    except ApiError as error:
        return _response(error.status, {"__type": error.type, "Message": error.message})
    except WavehouseError as error:
        message = without_paths(str(error), api.service.history.folder.parent)
        return _response(500, {"__type": "InternalServerException", "Message": message})
    except Exception as error:
        message = f"something went wrong inside ({type(error).__name__})"
        return _response(500, {"__type": "InternalServerException", "Message": message})


def _unknown(name: str) -> ApiError:
    if name in REFUSED:
        return ApiError(f"{name} is not offered here{_INSTEAD.get(name, '')}")
    return ApiError(f"there is no operation '{name[:100]}'", "UnknownOperationException")


def _read(body: bytes) -> Document:
    try:
        document = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise ApiError("the body is no JSON", "SerializationException") from None
    if not isinstance(document, dict):
        raise ApiError("the body is no JSON object", "SerializationException")
    return document


async def _held(ended: Future[None]) -> None:
    """Wait for the end of a query, but not long."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()

    def tell(_: Future[None]) -> None:
        with contextlib.suppress(RuntimeError):  # the server has ended meanwhile
            loop.call_soon_threadsafe(told.set)

    ended.add_done_callback(tell)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(told.wait(), _HELD)


def _response(status: int, document: Document) -> Response:
    content = json.dumps(document, allow_nan=False).encode()
    headers = {"x-amzn-requestid": str(uuid.uuid4())}
    return Response(content, status, headers, "application/x-amz-json-1.1")

"""Athena's operations on query executions.

https://docs.aws.amazon.com/athena/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from typing import Any

from wavehouse.core.errors import CallError, OutsideError, QueryError
from wavehouse.query.http.api import (
    CATALOG,
    Api,
    ApiError,
    Document,
    Operation,
    Request,
    check_catalog,
    number,
    page,
    part,
    text,
    texts,
    workgroup,
)
from wavehouse.query.service.columns import column_info
from wavehouse.query.service.execution import MANAGED, Execution
from wavehouse.query.service.live import Asked
from wavehouse.query.service.reuse import MINUTES, MOST_MINUTES
from wavehouse.query.statements.prepared import meant

ENGINE = {
    "SelectedEngineVersion": "Athena engine version 3",
    "EffectiveEngineVersion": "Athena engine version 3",
}
_MOST_ROWS = 1_000


def start(api: Api, request: Request) -> Document:
    """StartQueryExecution: a syntax error is refused here, anything else makes the execution fail."""
    context = part(request, "QueryExecutionContext")
    check_catalog(text(context, "Catalog", CATALOG))
    sql = text(request, "QueryString")
    parameters = (
        tuple(texts(request, "ExecutionParameters", 1_000)) if request.get("ExecutionParameters") else ()
    )
    try:
        sql, parameters = meant(sql, parameters, api.prepared)
        asked = Asked(
            sql,
            _database(text(context, "Database", "")),
            parameters,
            workgroup(request),
            reuse=_reuse(request),
            token=text(request, "ClientRequestToken", ""),
        )
        return {"QueryExecutionId": api.service.start(asked)}
    except (QueryError, CallError) as error:
        raise ApiError(str(error)) from None
    except OutsideError as error:
        raise ApiError(error.what, "TooManyRequestsException") from None


def _database(written: str) -> str:
    """The database that a context means: in any case, and in backticks as awswrangler writes it for DDL."""
    quoted = len(written) > 2 and written[0] == written[-1] == "`"
    return (written[1:-1] if quoted else written).lower()


def _reuse(request: Request) -> int | None:
    by_age = part(part(request, "ResultReuseConfiguration"), "ResultReuseByAgeConfiguration")
    if by_age.get("Enabled") is not True:
        return None
    return number(by_age, "MaxAgeInMinutes", MINUTES, 0, MOST_MINUTES)


def found(api: Api, request: Request) -> Execution:
    """The execution that a request means."""
    id_ = text(request, "QueryExecutionId")
    execution = api.service.get(id_)
    if execution is None:
        raise ApiError(f"QueryExecution {id_} was not found")
    return execution


def get(api: Api, request: Request) -> Document:
    """GetQueryExecution."""
    return {"QueryExecution": described(found(api, request))}


def batch_get(api: Api, request: Request) -> Document:
    """BatchGetQueryExecution."""
    ids = texts(request, "QueryExecutionIds")
    known = {id_: api.service.get(id_) for id_ in ids}
    return {
        "QueryExecutions": [described(one) for one in known.values() if one is not None],
        "UnprocessedQueryExecutionIds": [
            {"QueryExecutionId": id_, "ErrorCode": "INVALID_INPUT", "ErrorMessage": f"{id_} was not found"}
            for id_, one in known.items()
            if one is None
        ],
    }


def list_(api: Api, request: Request) -> Document:
    """ListQueryExecutions, newest first."""
    group = workgroup(request)
    mine = (id_ for id_ in api.service.listed() if (one := api.service.get(id_)) and one.workgroup == group)
    ids, following = page(request, mine)
    return {"QueryExecutionIds": ids, **following}


def stop(api: Api, request: Request) -> Document:
    """StopQueryExecution."""
    id_ = text(request, "QueryExecutionId")
    try:
        known = api.service.stop(id_)
    except CallError as error:
        raise ApiError(str(error)) from None
    if not known:
        raise ApiError(f"QueryExecution {id_} was not found")
    return {}


def results(api: Api, request: Request) -> Document:
    """GetQueryResults: the first row of the first page of a query are the names of the columns."""
    execution = found(api, request)
    if not execution.has_ended:
        raise ApiError(f"Query has not yet finished. Current state: {execution.state}")
    if execution.state != "SUCCEEDED":
        raise ApiError(f"Query did not finish successfully. Final query state: {execution.state}")
    token = text(request, "NextToken", "0")
    if not token.isdecimal() or len(token) > 18:
        raise ApiError("NextToken is none of ours")
    start_, most = int(token), number(request, "MaxResults", _MOST_ROWS, 1, _MOST_ROWS)
    names: list[list[str | None]] = [[name for name, _ in execution.columns]] if execution.is_query else []
    rows = names if start_ == 0 else []
    try:
        rows = rows + api.service.page(execution, max(start_ - len(names), 0), most - len(rows))
    except OutsideError as error:
        raise ApiError(str(error)) from None
    end = start_ + len(rows)
    following = {"NextToken": str(end)} if rows and end < (execution.rows or 0) + len(names) else {}
    return {
        "UpdateCount": execution.update_count,
        "ResultSet": {
            "Rows": [{"Data": [_datum(value) for value in row]} for row in rows],
            "ResultSetMetadata": {"ColumnInfo": [column_info(*column) for column in execution.columns]},
        },
        **following,
    }


def _datum(value: str | None) -> Document:
    return {} if value is None else {"VarCharValue": value}


def statistics(api: Api, request: Request) -> Document:
    """GetQueryRuntimeStatistics, as far as it is known here."""
    one = found(api, request)
    return {
        "QueryRuntimeStatistics": {
            "Timeline": {
                "QueryQueueTimeInMillis": one.queue_ms,
                "QueryPlanningTimeInMillis": one.planning_ms,
                "EngineExecutionTimeInMillis": one.engine_ms,
                "ServiceProcessingTimeInMillis": 0,
                "TotalExecutionTimeInMillis": one.total_ms,
            },
            "Rows": {"InputBytes": one.scanned_bytes, "OutputRows": one.rows or 0},
        }
    }


def described(one: Execution) -> Document:
    """An execution as Athena describes it."""
    status: dict[str, Any] = {"State": one.state, "SubmissionDateTime": one.submitted.timestamp()}
    if one.reason:
        status["StateChangeReason"] = one.reason
    if one.completed:
        status["CompletionDateTime"] = one.completed.timestamp()
    if one.failure:
        status["AthenaError"] = {
            "ErrorCategory": one.failure.category,
            "ErrorType": one.failure.type,
            "ErrorMessage": one.failure.message,
            "Retryable": one.failure.retryable,
        }
    told: Document = {
        "QueryExecutionId": one.id,
        "Query": one.sql,
        "StatementType": one.statement_type,
        "SubstatementType": one.substatement_type,
        "ResultConfiguration": {"OutputLocation": one.output_location} if one.output_location else {},
        "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": bool(one.reused)}},
        "QueryExecutionContext": {"Database": one.database, "Catalog": CATALOG.lower()}
        if one.database
        else {},
        "Status": status,
        "Statistics": {
            "EngineExecutionTimeInMillis": one.engine_ms,
            "DataScannedInBytes": one.scanned_bytes,
            "TotalExecutionTimeInMillis": one.total_ms,
            "QueryQueueTimeInMillis": one.queue_ms,
            "QueryPlanningTimeInMillis": one.planning_ms,
            "ServiceProcessingTimeInMillis": 0,
            "ResultReuseInformation": {"ReusedPreviousResult": bool(one.reused)},
        },
        "WorkGroup": one.workgroup,
        "EngineVersion": ENGINE,
    }
    if one.workgroup == MANAGED:
        told["ManagedQueryResultsConfiguration"] = {"Enabled": True}
    if one.parameters:
        told["ExecutionParameters"] = list(one.parameters)
    return told


EXECUTIONS: dict[str, Operation] = {
    "StartQueryExecution": start,
    "GetQueryExecution": get,
    "BatchGetQueryExecution": batch_get,
    "ListQueryExecutions": list_,
    "StopQueryExecution": stop,
    "GetQueryResults": results,
    "GetQueryRuntimeStatistics": statistics,
}

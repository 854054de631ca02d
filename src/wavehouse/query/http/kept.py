"""Athena's operations on what is kept besides: workgroups, named queries, prepared statements."""

from __future__ import annotations

import uuid

from wavehouse.core.errors import CallError, QueryError
from wavehouse.query.http.api import (
    OUTPUT,
    Api,
    ApiError,
    Document,
    Operation,
    Request,
    page,
    text,
    texts,
    workgroup,
)
from wavehouse.query.http.executions import ENGINE
from wavehouse.query.parse import parse
from wavehouse.query.prepared import PreparedStatement
from wavehouse.query.saved import SavedQuery
from wavehouse.query.service.execution import MANAGED, WORKGROUP

_NAMED = uuid.UUID("6f3c7a4e-8d1b-5a52-9c0e-3f2b8a7d9e10")
_GROUPS = {
    WORKGROUP: "Results are files in a bucket of this server",
    MANAGED: "Results come by GetQueryResults alone",
}


def list_workgroups(api: Api, request: Request) -> Document:  # noqa: ARG001
    """ListWorkGroups."""
    return {"WorkGroups": [{**_group(name), "EngineVersion": ENGINE} for name in _GROUPS]}


def get_workgroup(api: Api, request: Request) -> Document:  # noqa: ARG001
    """GetWorkGroup: its settings count, whatever a client asks for."""
    text(request, "WorkGroup")
    name = workgroup(request)
    managed = name == MANAGED
    results: Document = (
        {"ManagedQueryResultsConfiguration": {"Enabled": True}}
        if managed
        else {"ResultConfiguration": {"OutputLocation": OUTPUT}}
    )
    configuration = {
        **results,
        "EnforceWorkGroupConfiguration": True,
        "PublishCloudWatchMetricsEnabled": False,
        "RequesterPaysEnabled": False,
        "EngineVersion": ENGINE,
    }
    return {"WorkGroup": {**_group(name), "Configuration": configuration}}


def _group(name: str) -> Document:
    return {"Name": name, "State": "ENABLED", "Description": _GROUPS[name]}


def list_engines(api: Api, request: Request) -> Document:  # noqa: ARG001
    """ListEngineVersions: the one whose answers are given here."""
    return {"EngineVersions": [ENGINE]}


def list_tags(api: Api, request: Request) -> Document:  # noqa: ARG001
    """ListTagsForResource: nothing has any."""
    text(request, "ResourceARN")
    return {"Tags": []}


def _id(name: str) -> str:
    return str(uuid.uuid5(_NAMED, name))


def _named(query: SavedQuery) -> Document:
    return {
        "Name": query.name,
        "Description": query.description,
        "Database": "default",
        "QueryString": query.sql,
        "NamedQueryId": _id(query.name),
        "WorkGroup": WORKGROUP,
    }


def list_named(api: Api, request: Request) -> Document:
    """ListNamedQueries: the saved queries of the project."""
    workgroup(request)
    ids, following = page(request, [_id(name) for name in sorted(api.saved())])
    return {"NamedQueryIds": ids, **following}


def get_named(api: Api, request: Request) -> Document:
    """GetNamedQuery."""
    id_ = text(request, "NamedQueryId")
    for name, query in api.saved().items():
        if _id(name) == id_:
            return {"NamedQuery": _named(query)}
    raise ApiError(f"NamedQuery {id_} was not found")


def batch_get_named(api: Api, request: Request) -> Document:
    """BatchGetNamedQuery."""
    wanted = texts(request, "NamedQueryIds")
    known = {_id(name): query for name, query in api.saved().items()}
    return {
        "NamedQueries": [_named(known[id_]) for id_ in wanted if id_ in known],
        "UnprocessedNamedQueryIds": [
            {"NamedQueryId": id_, "ErrorCode": "INVALID_INPUT", "ErrorMessage": f"{id_} was not found"}
            for id_ in wanted
            if id_ not in known
        ],
    }


def _prepared(one: PreparedStatement) -> Document:
    return {
        "StatementName": one.name,
        "QueryStatement": one.sql,
        "WorkGroupName": WORKGROUP,
        "Description": one.description,
        "LastModifiedTime": one.modified.timestamp(),
    }


def _known(api: Api, request: Request) -> PreparedStatement:
    name = text(request, "StatementName")
    workgroup(request)
    one = api.prepared.get(name)
    if one is None:
        message = f"PreparedStatement {name} was not found in the workgroup"
        raise ApiError(message, "ResourceNotFoundException")
    return one


def _save(api: Api, request: Request) -> Document:
    name, sql = text(request, "StatementName"), text(request, "QueryStatement")
    try:
        parse(sql)
        api.prepared.save(PreparedStatement(name, sql, text(request, "Description", "")))
    except (QueryError, CallError) as error:
        raise ApiError(str(error)) from None
    except OSError as error:
        raise ApiError(
            f"nothing can be written to the lake ({error.strerror})", "InternalServerException", 500
        ) from None
    return {}


def create_prepared(api: Api, request: Request) -> Document:
    """CreatePreparedStatement."""
    workgroup(request)
    name = text(request, "StatementName")
    if api.prepared.get(name) is not None:
        raise ApiError(f"Prepared statement {name} already exists in WorkGroup {WORKGROUP}")
    return _save(api, request)


def update_prepared(api: Api, request: Request) -> Document:
    """UpdatePreparedStatement."""
    _known(api, request)
    return _save(api, request)


def delete_prepared(api: Api, request: Request) -> Document:
    """DeletePreparedStatement."""
    api.prepared.forget(_known(api, request).name)
    return {}


def get_prepared(api: Api, request: Request) -> Document:
    """GetPreparedStatement."""
    return {"PreparedStatement": _prepared(_known(api, request))}


def list_prepared(api: Api, request: Request) -> Document:
    """ListPreparedStatements."""
    workgroup(request)
    found, following = page(request, list(api.prepared.all().values()))
    told = [{"StatementName": one.name, "LastModifiedTime": one.modified.timestamp()} for one in found]
    return {"PreparedStatements": told, **following}


def batch_get_prepared(api: Api, request: Request) -> Document:
    """BatchGetPreparedStatement."""
    workgroup(request)
    names = texts(request, "PreparedStatementNames", 256)
    known = {name: api.prepared.get(name) for name in names}
    return {
        "PreparedStatements": [_prepared(one) for one in known.values() if one],
        "UnprocessedPreparedStatementNames": [
            {
                "StatementName": name,
                "ErrorCode": "STATEMENT_NOT_FOUND",
                "ErrorMessage": f"{name} was not found",
            }
            for name, one in known.items()
            if one is None
        ],
    }


KEPT: dict[str, Operation] = {
    "ListWorkGroups": list_workgroups,
    "GetWorkGroup": get_workgroup,
    "ListEngineVersions": list_engines,
    "ListTagsForResource": list_tags,
    "ListNamedQueries": list_named,
    "GetNamedQuery": get_named,
    "BatchGetNamedQuery": batch_get_named,
    "CreatePreparedStatement": create_prepared,
    "UpdatePreparedStatement": update_prepared,
    "DeletePreparedStatement": delete_prepared,
    "GetPreparedStatement": get_prepared,
    "ListPreparedStatements": list_prepared,
    "BatchGetPreparedStatement": batch_get_prepared,
}

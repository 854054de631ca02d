"""The calls of Athena that moto lacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.athena.responses import AthenaResponse
from moto.core.exceptions import JsonRESTError

_UPDATES = {"ResultConfigurationUpdates": "ResultConfiguration"}


def add() -> None:
    """Give them to moto."""
    for name, call in _CALLS.items():
        setattr(AthenaResponse, name, lambda self, call=call: _answer(call(self, json.loads(self.body))))


def _answer(_: None) -> str:
    return "{}"


def _update_work_group(self: Any, body: dict[str, Any]) -> None:
    group = _of(self.athena_backend.work_groups, body["WorkGroup"], "WorkGroup")
    for name, value in body.get("ConfigurationUpdates", {}).items():
        group.configuration[_UPDATES.get(name, name)] = value
    group.state = body.get("State", group.state)
    group.description = body.get("Description", group.description)


def _delete_named_query(self: Any, body: dict[str, Any]) -> None:
    _of(self.athena_backend.named_queries, body["NamedQueryId"], "NamedQuery")
    del self.athena_backend.named_queries[body["NamedQueryId"]]


def _update_prepared(self: Any, body: dict[str, Any]) -> None:
    statement = _of(self.athena_backend.prepared_statements, body["StatementName"], "PreparedStatement")
    statement.query_statement = body["QueryStatement"]
    statement.description = body.get("Description", "")


def _delete_prepared(self: Any, body: dict[str, Any]) -> None:
    _of(self.athena_backend.prepared_statements, body["StatementName"], "PreparedStatement")
    del self.athena_backend.prepared_statements[body["StatementName"]]


def _of(kept: dict[str, Any], name: str, kind: str) -> Any:
    if name not in kept:
        raise JsonRESTError("InvalidRequestException", f"{kind} {name} is not found.")
    return kept[name]


_CALLS: dict[str, Callable[[Any, dict[str, Any]], None]] = {
    "update_work_group": _update_work_group,
    "delete_named_query": _delete_named_query,
    "update_prepared_statement": _update_prepared,
    "delete_prepared_statement": _delete_prepared,
}

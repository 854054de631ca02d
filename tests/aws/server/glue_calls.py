"""The calls of Glue that moto lacks, and what it forgets of jobs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.glue.models import FakeJob
from moto.glue.responses import GlueResponse
from moto.glue.utils import Action, Predicate


def add() -> None:
    """Give them to moto."""
    for name, call in _CALLS.items():
        setattr(GlueResponse, name, lambda self, call=call: json.dumps(call(self, json.loads(self.body))))
    create, shown = GlueResponse.create_job, FakeJob.as_dict
    make_table = GlueResponse.create_table

    def create_table(self: Any) -> Any:
        # moto knows `TableInput` alone; by an Iceberg definition a table has its name beside it.
        request = json.loads(self.body)
        if "TableInput" not in request:
            definition = request["OpenTableFormatInput"]["IcebergInput"]["CreateIcebergTableInput"]
            columns = [
                {"Name": one["Name"], "Type": json.dumps(one["Type"])}
                for one in definition["Schema"]["Fields"]
            ]
            storage = {"Location": definition["Location"], "Columns": columns}
            request["TableInput"] = {"Name": request["Name"], "StorageDescriptor": storage}
            self.body = json.dumps(request)
        return make_table(self)

    def create_job(self: Any) -> Any:
        answer = create(self)
        request = json.loads(self.body)
        self.glue_backend.get_job(request["Name"]).asked = request
        return answer

    def as_dict(self: Any) -> dict[str, Any]:
        asked = getattr(self, "asked", {})
        known = {name: value for name, value in asked.items() if name not in ("Tags", "Name")}
        return {**shown(self), **known}

    setattr(GlueResponse, "create_job", create_job)  # noqa: B010
    setattr(GlueResponse, "create_table", create_table)  # noqa: B010
    setattr(FakeJob, "as_dict", as_dict)  # noqa: B010


def _update_job(self: Any, body: dict[str, Any]) -> dict[str, Any]:
    job = self.glue_backend.get_job(body["JobName"])
    # The whole job is written over; a graph of which nothing is said stays.
    graph = job.as_dict().get("CodeGenConfigurationNodes")
    job.asked = {"JobMode": "SCRIPT", "CodeGenConfigurationNodes": graph, **body["JobUpdate"]}
    for name, value in job.asked.items():
        setattr(job, _snake(name), value)
    return {"JobName": body["JobName"]}


def _update_crawler(self: Any, body: dict[str, Any]) -> dict[str, Any]:
    crawler = self.glue_backend.get_crawler(body["Name"])
    for name, value in body.items():
        setattr(crawler, _snake(name), value)
    return {}


def _update_trigger(self: Any, body: dict[str, Any]) -> dict[str, Any]:
    trigger = self.glue_backend.get_trigger(body["Name"])
    readers: dict[str, Callable[[Any], Any]] = {
        "Actions": lambda actions: [Action(one) for one in actions],
        "Predicate": Predicate,
    }
    for name, value in body["TriggerUpdate"].items():
        setattr(trigger, _snake(name), readers.get(name, lambda said: said)(value))
    return {"Trigger": trigger.as_dict()}


def _rulesets(self: Any) -> dict[str, dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = self.glue_backend.__dict__.setdefault("rulesets", {})
    return kept


def _ruleset(self: Any, name: str) -> dict[str, Any]:
    if name not in _rulesets(self):
        raise JsonRESTError("EntityNotFoundException", f"Cannot find Data Quality Ruleset {name}")
    return _rulesets(self)[name]


def _create_ruleset(self: Any, body: dict[str, Any]) -> dict[str, Any]:
    if body["Name"] in _rulesets(self):
        raise JsonRESTError("AlreadyExistsException", f"Data Quality Ruleset {body['Name']} already exists")
    _rulesets(self)[body["Name"]] = body
    return {"Name": body["Name"]}


def _update_ruleset(self: Any, body: dict[str, Any]) -> dict[str, Any]:
    _ruleset(self, body["Name"]).update(body)
    return {"Name": body["Name"]}


def _delete_ruleset(self: Any, body: dict[str, Any]) -> dict[str, Any]:
    _ruleset(self, body["Name"])
    del _rulesets(self)[body["Name"]]
    return {}


_CALLS: dict[str, Callable[[Any, dict[str, Any]], dict[str, Any]]] = {
    "update_job": _update_job,
    "update_crawler": _update_crawler,
    "update_trigger": _update_trigger,
    "create_data_quality_ruleset": _create_ruleset,
    "get_data_quality_ruleset": lambda self, body: _ruleset(self, body["Name"]),
    "update_data_quality_ruleset": _update_ruleset,
    "delete_data_quality_ruleset": _delete_ruleset,
}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()

"""QuickSight: what a stack makes of it, kept as it was said."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.quicksight import urls
from moto.quicksight.responses import QuickSightResponse

# The name of a kind in calls, how its id is called, and its folder in ARNs and paths.
_KINDS = (
    ("data_source", "DataSource", "DataSourceId", "datasource", "data-sources"),
    ("data_set", "DataSet", "DataSetId", "dataset", "data-sets"),
    ("dashboard", "Dashboard", "DashboardId", "dashboard", "dashboards"),
)
_ACCOUNT = r"{0}/accounts/(?P<account_id>[\d]+)"


def add() -> None:
    """Give it to moto."""
    for kind, member, key, folder, path in _KINDS:
        _add_kind(kind, member, key, folder)
        urls.url_paths[rf"{_ACCOUNT}/{path}/(?P<id_>[^/]+)$"] = QuickSightResponse.dispatch
    _add_kind("refresh_schedule", "RefreshSchedule", "ScheduleId", "refresh-schedule")
    schedules = rf"{_ACCOUNT}/data-sets/(?P<id_>[^/]+)/refresh-schedules"
    urls.url_paths[f"{schedules}$"] = QuickSightResponse.dispatch
    urls.url_paths[f"{schedules}/(?P<schedule>[^/]+)$"] = QuickSightResponse.dispatch


def _add_kind(kind: str, member: str, key: str, folder: str) -> None:
    def kept(self: Any) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.quicksight_backend.__dict__.setdefault(f"kept_{kind}", {})
        return found

    def said(self: Any) -> tuple[str, dict[str, Any]]:
        body = json.loads(self.body or "{}")
        within = body.get("Schedule", body)
        return within.get(key) or self._get_param(key) or self.path.rpartition("/")[2], within

    def answer(name: str, thing: dict[str, Any]) -> str:
        return json.dumps({key: name, "Arn": thing["Arn"], "Status": 200, "CreationStatus": _DONE})

    def create(self: Any) -> str:
        name, thing = said(self)
        if name in kept(self):
            raise JsonRESTError("ResourceExistsException", f"{member} {name} already exists")
        arn = f"arn:aws:quicksight:{self.region}:{self.current_account}:{folder}/{name}"
        kept(self)[name] = {**thing, key: name, "Arn": arn, "Status": _DONE}
        return answer(name, kept(self)[name])

    def there(self: Any) -> tuple[str, dict[str, Any]]:
        name, _ = said(self)
        if name not in kept(self):
            error = JsonRESTError("ResourceNotFoundException", f"{member} {name} is not found")
            error.code = 404
            raise error
        return name, kept(self)[name]

    def describe(self: Any) -> str:
        return json.dumps({member: there(self)[1], "Status": 200})

    def update(self: Any) -> str:
        name, thing = there(self)
        thing.update(said(self)[1])
        return answer(name, thing)

    def delete(self: Any) -> str:
        name, thing = there(self)
        del kept(self)[name]
        return answer(name, thing)

    for verb, call in {"create": create, "describe": describe, "update": update, "delete": delete}.items():
        setattr(QuickSightResponse, f"{verb}_{kind}", call)


_DONE = "CREATION_SUCCESSFUL"

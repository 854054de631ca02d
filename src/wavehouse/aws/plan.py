"""What a deployment would make: the template, and what a template cannot say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wavehouse.aws.stage import Stage


@dataclass(frozen=True)
class Upload:
    """A file for a bucket: `role` names the bucket as `Stage.bucket` does, `key` is the object's."""

    path: Path
    role: str
    key: str


@dataclass(frozen=True)
class Plan:
    """`template` is CloudFormation's, as JSON; `graphs` has the nodes of each visual job by the job's name.

    CloudFormation has no property for nodes: they are set by `UpdateJob` after it. Neither can it make tables
    with lists in them: `tables` are the requests to `CreateTable`, by the table's name. In all of them the
    account is `stage.ACCOUNT`, so that a plan needs no account. `notes` are sentences for who reads it.
    """

    stage: Stage
    template: dict[str, Any]
    graphs: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def files_of(plan: Plan) -> dict[str, Any]:
    """What a plan is as files: `template.json`, `graphs/<job>.json`, and `tables/<database>.<table>.json`."""
    graphs = {f"graphs/{job}.json": nodes for job, nodes in plan.graphs.items()}
    tables = {f"tables/{name}.json": request for name, request in plan.tables.items()}
    return {"template.json": plan.template} | graphs | tables


def as_text(content: Any) -> str:
    """JSON for reading and review: the same content gives the same bytes."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

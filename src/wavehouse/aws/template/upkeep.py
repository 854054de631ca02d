"""The optimizers of Glue: what `compact` and `vacuum` do here, AWS does by itself to Iceberg tables.

https://docs.aws.amazon.com/glue/latest/dg/table-optimizers.html
"""

from __future__ import annotations

from math import ceil

from wavehouse.aws.deployable import Deployable, TableMade
from wavehouse.aws.template.intrinsics import Json, Resources, attribute, logical_id, ref, resource
from wavehouse.aws.template.tables import is_sayable, table_id
from wavehouse.core.retention import EXPIRE_DAYS, KEEP, ORPHAN_HOURS
from wavehouse.pipeline.schedules.definition import Step

_HOURS = 24


def optimizers(project: Deployable) -> Resources:
    """Those that the steps of workflows ask for, of tables that the template makes."""
    steps = [step for workflow in project.schedules.workflows for step in workflow.steps]
    compact = next((step for step in steps if step.action == "compact"), None)
    vacuum = next((step for step in steps if step.action == "vacuum"), None)
    found: Resources = {}
    for table in project.tables:
        if not is_sayable(table):
            continue
        if compact and (not compact.tables or str(table.name) in compact.tables):
            found[_id(table, "compaction")] = _optimizer(table, "compaction", {})
        if vacuum:
            found[_id(table, "retention")] = _optimizer(table, "retention", _retention(vacuum))
            found[_id(table, "orphans")] = _optimizer(table, "orphan_file_deletion", _orphans(vacuum))
    return found


def _id(table: TableMade, what: str) -> str:
    return logical_id("optimizer", table.name.database, table.name.table, what)


def _retention(step: Step) -> Json:
    return {
        "RetentionConfiguration": {
            "IcebergConfiguration": {
                "SnapshotRetentionPeriodInDays": _whole(step.expire_after, EXPIRE_DAYS),
                "NumberOfSnapshotsToRetain": step.keep or KEEP,
                "CleanExpiredFiles": True,
            }
        }
    }


def _orphans(step: Step) -> Json:
    return {
        "OrphanFileDeletionConfiguration": {
            "IcebergConfiguration": {
                "OrphanFileRetentionPeriodInDays": _whole(step.orphans_after, ORPHAN_HOURS, _HOURS)
            }
        }
    }


def _whole(time: float | None, otherwise: float, a_day: float = 1) -> int:
    """Whole days, one at least, and never fewer than are asked for; `a_day` is how much of `time` is one."""
    return max(1, ceil((otherwise if time is None else time) / a_day))


def _optimizer(table: TableMade, kind: str, configuration: Json) -> Json:
    return resource(
        "AWS::Glue::TableOptimizer",
        {
            "CatalogId": ref("AWS::AccountId"),
            "DatabaseName": table.name.database,
            "TableName": table.name.table,
            "Type": kind,
            "TableOptimizerConfiguration": {
                "Enabled": True,
                "RoleArn": attribute("OptimizerRole"),
                **configuration,
            },
        },
        DependsOn=[table_id(table)],
    )

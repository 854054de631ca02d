"""The optimizers of Glue: what `compact` and `vacuum` do here, AWS does by itself to Iceberg tables.

https://docs.aws.amazon.com/glue/latest/dg/table-optimizers.html
"""

from __future__ import annotations

from wavehouse.aws.deployable import Deployable, TableMade
from wavehouse.aws.template.intrinsics import Json, Resources, attribute, logical_id, ref, resource
from wavehouse.aws.template.tables import is_sayable, table_id
from wavehouse.pipeline.schedules.definition import Step

_DAY = 24.0
# As `wavehouse vacuum` has it where nothing is said.
_EXPIRE_DAYS, _KEEP, _ORPHAN_DAYS = 7, 1, 3


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
                "SnapshotRetentionPeriodInDays": _days(step.expire_after, _EXPIRE_DAYS),
                "NumberOfSnapshotsToRetain": step.keep or _KEEP,
                "CleanExpiredFiles": True,
            }
        }
    }


def _orphans(step: Step) -> Json:
    return {
        "OrphanFileDeletionConfiguration": {
            "IcebergConfiguration": {
                "OrphanFileRetentionPeriodInDays": _days(step.orphans_after, _ORPHAN_DAYS)
            }
        }
    }


def _days(hours: float | None, otherwise: int) -> int:
    return otherwise if hours is None else max(1, round(hours / _DAY))


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

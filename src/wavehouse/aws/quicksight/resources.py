"""Resources of a template: the data source, data sets with how often they are read, and dashboards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wavehouse.aws.quicksight.data import Data
from wavehouse.aws.quicksight.parameters import data_set_parameter
from wavehouse.aws.stage import Stage
from wavehouse.aws.template.athena import WORKGROUP
from wavehouse.aws.template.document import HAS_QUICKSIGHT, QUICKSIGHT
from wavehouse.aws.template.intrinsics import Json, attribute, logical_id, ref, resource
from wavehouse.dashboards.definition import Dashboard

SOURCE = "QuickSightSource"
_TYPE = "AWS::QuickSight::"


def _permissions(actions: Iterable[str]) -> list[Json]:
    return [{"Principal": ref(QUICKSIGHT), "Actions": [f"quicksight:{action}" for action in actions]}]


def _made(type_: str, properties: Json) -> Json:
    account: Json = {"AwsAccountId": ref("AWS::AccountId")}
    return resource(f"{_TYPE}{type_}", account | properties, Condition=HAS_QUICKSIGHT)


def source(stage: Stage) -> Json:
    """The data source: Athena, in the workgroup of the project."""
    return _made(
        "DataSource",
        {
            "DataSourceId": stage.called("athena"),
            "Name": f"{stage.project} ({stage.name})",
            "Type": "ATHENA",
            "DataSourceParameters": {"AthenaParameters": {"WorkGroup": ref(WORKGROUP)}},
            "Permissions": _permissions(
                [
                    "DescribeDataSource",
                    "DescribeDataSourcePermissions",
                    "PassDataSource",
                    "UpdateDataSource",
                    "DeleteDataSource",
                    "UpdateDataSourcePermissions",
                ]
            ),
        },
    )


def data_set_words(dashboard: Dashboard, name: str, data: Data) -> list[str]:
    """What a data set is called: a table is the same one in every dashboard."""
    if data.table is not None:
        return ["table", data.table.database, data.table.table]
    return ["data", dashboard.dashboard, name]


def data_set_id(words: list[str]) -> str:
    """The logical id of a data set."""
    return logical_id("QuickSight", *words)


def data_set(stage: Stage, dashboard: Dashboard, words: list[str], data: Data) -> dict[str, Json]:
    """A data set, and its refresh where it is imported.

    One with parameters in its SQL asks Athena every time: SPICE cannot know what will be asked.
    """
    id_ = stage.called("-".join(words[1:]).replace("_", "-"))
    parameters = [data_set_parameter(dashboard.control(one)) for one in data.parameters]
    properties: Json = {
        "DataSetId": id_,
        "Name": ".".join(words[1:]),
        "ImportMode": "DIRECT_QUERY" if parameters else "SPICE",
        "PhysicalTableMap": {"rows": _physical(data)},
        "LogicalTableMap": {"rows": {"Alias": words[-1], "Source": {"PhysicalTableId": "rows"}}},
        "Permissions": _permissions(
            [
                "DescribeDataSet",
                "DescribeDataSetPermissions",
                "PassDataSet",
                "DescribeIngestion",
                "ListIngestions",
                "UpdateDataSet",
                "DeleteDataSet",
                "CreateIngestion",
                "CancelIngestion",
                "UpdateDataSetPermissions",
            ]
        ),
    }
    if parameters:
        properties["DatasetParameters"] = parameters
    found = {data_set_id(words): _made("DataSet", properties)}
    if not parameters:
        found[f"{data_set_id(words)}Refresh"] = {
            **_made(
                "RefreshSchedule",
                {
                    "DataSetId": id_,
                    "Schedule": {
                        "ScheduleId": "daily",
                        "RefreshType": "FULL_REFRESH",
                        "ScheduleFrequency": {
                            "Interval": "DAILY",
                            "TimeOfTheDay": "06:00",
                            "TimeZone": "UTC",
                        },
                    },
                },
            ),
            "DependsOn": data_set_id(words),
        }
    return found


def _physical(data: Data) -> Json:
    columns = [{"Name": name, "Type": kind} for name, kind in data.columns.items()]
    if data.table is not None:
        return {
            "RelationalTable": {
                "DataSourceArn": attribute(SOURCE),
                "Catalog": "AwsDataCatalog",
                "Schema": data.table.database,
                "Name": data.table.table,
                "InputColumns": columns,
            }
        }
    return {
        "CustomSql": {
            "DataSourceArn": attribute(SOURCE),
            "Name": "rows",
            "SqlQuery": data.sql,
            "Columns": columns,
        }
    }


def dashboard_id(dashboard: Dashboard) -> str:
    """The logical id of a dashboard."""
    return logical_id("QuickSight", "dashboard", dashboard.dashboard)


def dashboard_name(stage: Stage, dashboard: Dashboard) -> str:
    """What a dashboard is called in QuickSight, and in addresses that lead to it."""
    return stage.called(dashboard.dashboard.replace("_", "-"))


def dashboard_resource(
    stage: Stage, dashboard: Dashboard, definition: Json, data_sets: Mapping[str, str]
) -> Json:
    """A dashboard; `data_sets` are the logical ids of its data sets by their identifiers."""
    declared = [{"Identifier": name, "DataSetArn": attribute(id_)} for name, id_ in data_sets.items()]
    return _made(
        "Dashboard",
        {
            "DashboardId": dashboard_name(stage, dashboard),
            "Name": dashboard.title,
            "VersionDescription": dashboard.description or dashboard.title,
            "Definition": {"DataSetIdentifierDeclarations": declared, **definition},
            "ValidationStrategy": {"Mode": "STRICT"},
            "Permissions": _permissions(
                [
                    "DescribeDashboard",
                    "ListDashboardVersions",
                    "QueryDashboard",
                    "UpdateDashboardPermissions",
                    "UpdateDashboard",
                    "DeleteDashboard",
                    "DescribeDashboardPermissions",
                    "UpdateDashboardPublishedVersion",
                ]
            ),
        },
    )

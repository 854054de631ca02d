"""What a project would be on AWS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavehouse.project.project import PROJECT_FILE, Project
from wavehouse.settings import Settings
from wavehouse.wiring.aws_client import aws_client
from wavehouse.wiring.flow_lint import lake_tables
from wavehouse.wiring.parts import Document, an_engine, own_files

if TYPE_CHECKING:
    from wavehouse.aws.deployable import Deployable, TableMade
    from wavehouse.aws.plan import Plan
    from wavehouse.aws.stage import Stage
    from wavehouse.dashboards.files import ProjectFile
    from wavehouse.flow.graph import Graph
    from wavehouse.pipeline.definition import Definition
    from wavehouse.wiring.aws_costs import Assumed


def plan_of(settings: Settings, stage: str) -> Plan:
    """The plan of a stage of the project; raises `DefinitionError` for what AWS would refuse.

    No account is needed, and nothing is sent.
    """
    return _plan(*_deployable(settings, stage))


def _plan(deployable: Deployable, notes: list[str]) -> Plan:
    from wavehouse.aws.plan import Plan
    from wavehouse.aws.template.document import template
    from wavehouse.aws.template.notes import notes_of
    from wavehouse.aws.template.tables import is_sayable, table_request

    return Plan(
        deployable.stage,
        template(deployable),
        {job["Name"]: job["CodeGenConfigurationNodes"] for job in deployable.jobs.values()},
        {
            str(table.name): table_request(deployable.stage, table)
            for table in deployable.tables
            if not is_sayable(table)
        },
        notes=[*notes, *notes_of(deployable)],
    )


def stage_of(settings: Settings, stage: str) -> Stage:
    """A stage of the project; raises `CallError` where there is none of that name."""
    from wavehouse.aws.stage import Stage

    return Stage(_about(Project.at(settings.project)).name, stage)


def write_plan(settings: Settings, stage: str, folder: Path | None, assumed: Assumed) -> Document:
    """The plan as a document; with a folder, its template and its graphs as files there besides."""
    from wavehouse.aws.plan import as_text, files_of
    from wavehouse.wiring.aws_costs import costs_of

    deployable, notes = _deployable(settings, stage)
    plan = _plan(deployable, notes)
    kinds = Counter(one["Type"] for one in plan.template["Resources"].values())
    written = {}
    if folder is not None:
        from wavehouse.store.durable import write_durably

        for name, content in files_of(plan).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, as_text(content).encode())
            written[name] = str(path)
    return {
        "stage": plan.stage.name,
        "stack": plan.stage.stack,
        "resources": dict(sorted(kinds.items())),
        "jobs": {name: len(nodes) for name, nodes in plan.graphs.items()},
        "template_bytes": len(as_text(plan.template).encode()),
        "cost": costs_of(settings, deployable, kinds["AWS::CloudWatch::Alarm"], assumed),
        "files": written,
        "notes": plan.notes,
    }


def _about(project: Project) -> ProjectFile:
    from wavehouse.dashboards.files import ProjectFile
    from wavehouse.project.yaml_file import read_yaml

    return read_yaml(project.root / PROJECT_FILE).parse(ProjectFile)


def _deployable(settings: Settings, stage_name: str) -> tuple[Deployable, list[str]]:
    with aws_client():
        from wavehouse.aws.quicksight.build import quicksight
    from wavehouse.aws.deployable import Deployable
    from wavehouse.aws.stage import Stage
    from wavehouse.catalog.definition import read_crawlers
    from wavehouse.dashboards.files import read_dashboards
    from wavehouse.pipeline.definition import read_definition
    from wavehouse.pipeline.schedules.files import read_schedules
    from wavehouse.query.athena_setting import read_rates
    from wavehouse.query.saved import saved_queries

    project = Project.at(settings.project)
    about = _about(project)
    stage = Stage(about.name, stage_name)
    definition = read_definition(project)
    flows = {target.graph.name: target.graph for target in definition.targets}
    jobs, notes = _jobs(about, stage, flows)
    tables = _tables_made(settings, flows, definition)
    dashboards, dashboard_notes = quicksight(
        read_dashboards(project), stage, {table.name: table.columns for table in tables}
    )
    deployable = Deployable(
        stage=stage,
        description=about.description,
        flows=flows,
        jobs=jobs,
        tables=tables,
        contracts=definition.contracts,
        crawlers=read_crawlers(project),
        queries=saved_queries(project),
        schedules=read_schedules(project),
        rates=read_rates(project),
        quicksight=dashboards,
    )
    return deployable, [*notes, *dashboard_notes]


def _jobs(
    about: ProjectFile, stage: Stage, flows: Mapping[str, Graph]
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    from wavehouse.aws.stage import NOBODY, in_account
    from wavehouse.aws.validator import check_job
    from wavehouse.flow.glue.export import glue_nodes
    from wavehouse.flow.glue.job import create_job
    from wavehouse.flow.glue.places import Places

    jobs: dict[str, dict[str, Any]] = {}
    notes: list[str] = []
    places = Places(f"s3://{stage.bucket('staging')}", f"s3://{stage.bucket('warehouse')}")
    for name, graph in flows.items():
        nodes = glue_nodes(graph, places)
        job = create_job(graph, nodes.content, places, stage.stack)
        check_job(in_account(job.content, NOBODY), str(graph.file.path))
        jobs[name] = {**job.content, "Description": f"The flow '{name}' of the project '{about.name}'"}
        notes += [f"{name}: {note}" for note in (*nodes.notes, *job.notes)]
    return jobs, notes


def _tables_made(settings: Settings, flows: Mapping[str, Graph], definition: Definition) -> list[TableMade]:
    from wavehouse.aws.deployable import TableMade
    from wavehouse.pipeline.flow_sources import LakeRows, made_tables

    tables = lake_tables(settings)
    with an_engine(settings) as engine, own_files(settings, engine) as own:
        made = made_tables(flows.values(), LakeRows(engine, definition.contracts, tables, own=own))
    return [
        TableMade(target.table, made[target.table].columns, target.node)
        for target in definition.targets
        if target.table in made
    ]

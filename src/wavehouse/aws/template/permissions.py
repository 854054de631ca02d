"""Roles of jobs, crawlers and optimizers: what each may do is worked out from what it reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from wavehouse.aws.deployable import Deployable
from wavehouse.aws.template.crawlers import reachable
from wavehouse.aws.template.intrinsics import Json, Resources, arn, logical_id
from wavehouse.aws.template.policies import allow, list_prefixes, locate, objects, role, use_key
from wavehouse.aws.template.storage import STAGING, WAREHOUSE
from wavehouse.aws.template.tables import prefix
from wavehouse.core.table_name import TableName
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import (
    CatalogSource,
    EvaluateDataQuality,
    FileSource,
    FilesTarget,
    S3IcebergDirectTarget,
    TableTarget,
)

_GLUE = "glue.amazonaws.com"
# What Glue keeps for a job in the warehouse bucket: its script, and what does not fit into memory.
_SCRIPTS, _TEMPORARY = "_glue/scripts/", "_glue/temporary/"
_READ_TABLE = [
    "glue:GetDatabase",
    "glue:GetTable",
    "glue:GetTables",
    "glue:GetPartition",
    "glue:GetPartitions",
]
_WRITE_TABLE = ["glue:CreateTable", "glue:UpdateTable"]
_WRITE_PARTITIONS = [
    "glue:BatchCreatePartition",
    "glue:BatchGetPartition",
    "glue:BatchUpdatePartition",
    "glue:CreatePartition",
    "glue:UpdatePartition",
]


@dataclass
class Needs:
    """What a flow reads and writes: buckets by logical id, or by name, each with a prefix; and tables."""

    reads: set[tuple[str, str]] = field(default_factory=set)
    writes: set[tuple[str, str]] = field(default_factory=set)
    tables_read: set[TableName] = field(default_factory=set)
    tables_written: set[TableName] = field(default_factory=set)
    judges: bool = False


def needs_of(project: Deployable, graph: Graph) -> Needs:
    """What the job of a flow needs, by its nodes."""
    found = Needs(reads={(WAREHOUSE, _SCRIPTS)}, writes={(WAREHOUSE, _TEMPORARY)})
    lies = {table.name: (WAREHOUSE, prefix(table)) for table in project.tables}
    for node in graph.nodes.values():
        if isinstance(node, FileSource):
            found.reads |= set(_places(node.Paths))
        elif isinstance(node, CatalogSource):
            found.tables_read.add(node.table)
            found.reads |= {lies[node.table]} if node.table in lies else set()
        elif isinstance(node, FilesTarget):
            found.writes |= set(_places([node.Path]))
        elif isinstance(node, S3IcebergDirectTarget):
            found.tables_written.add(node.table)
            found.writes |= set(_places([node.Path]))
        elif isinstance(node, TableTarget):
            found.tables_written.add(node.table)
            found.writes.add(lies[node.table])
        elif isinstance(node, EvaluateDataQuality):
            found.judges = True
            options = node.PublishingOptions
            found.writes |= set(_places([options.ResultsS3Prefix])) if options else set()
    return found


def roles(project: Deployable) -> Resources:
    """A role for each job and each crawler, and one for the optimizers of tables."""
    found: Resources = {}
    for flow, graph in project.flows.items():
        needs = needs_of(project, graph)
        found[logical_id("job", flow, "role")] = role(
            _GLUE, "job", f"Runs the flow {flow}", *_job_statements(needs)
        )
    for name, crawler in reachable(project).items():
        found[logical_id("crawler", name, "role")] = role(
            _GLUE,
            "crawler",
            f"Runs the crawler {name}",
            *_read([*_places([crawler.target])]),
            allow(
                "Tables",
                [*_READ_TABLE, *_WRITE_TABLE, "glue:DeleteTable", *_WRITE_PARTITIONS, "glue:DeletePartition"],
                _catalog([(crawler.database, f"{crawler.prefix}*")]),
            ),
            *_logs(),
            use_key(),
        )
    if project.tables:
        written = sorted((table.name.database, table.name.table) for table in project.tables)
        places = sorted({(WAREHOUSE, prefix(table)) for table in project.tables})
        found["OptimizerRole"] = role(
            _GLUE,
            "optimizer",
            "Compacts the Iceberg tables, and removes their old snapshots and orphans",
            *_write(places),
            allow("Tables", [*_READ_TABLE[:2], "glue:UpdateTable"], _catalog(written)),
            allow(
                "Logs",
                ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                arn("logs", "log-group:/aws-glue/iceberg-*"),
            ),
            use_key(),
        )
    return found


def _job_statements(needs: Needs) -> Iterator[Json]:
    yield from _read(sorted(needs.reads))
    yield from _write(sorted(needs.writes))
    if needs.tables_read:
        read = sorted((table.database, table.table) for table in needs.tables_read)
        yield allow("ReadTables", _READ_TABLE, _catalog(read))
    if needs.tables_written:
        written = sorted((table.database, table.table) for table in needs.tables_written)
        yield allow("WriteTables", [*_READ_TABLE, *_WRITE_TABLE], _catalog(written))
    if needs.judges:
        yield allow(
            "Quality",
            ["glue:GetDataQualityResult", "glue:PublishDataQuality"],
            arn("glue", "dataQualityRuleset/*"),
        )
    yield from _logs()
    # (CloudWatch knows no resources; a namespace is all that it can be held to.)
    yield allow(
        "Metrics",
        ["cloudwatch:PutMetricData"],
        "*",
        {"StringEquals": {"cloudwatch:namespace": ["Glue", "Glue Data Quality"]}},
    )
    # (The Data Catalog knows no resource for how things are encrypted.)
    yield allow("Encryption", ["glue:GetSecurityConfiguration"], "*")
    yield use_key()


def _read(places: Sequence[tuple[str, str]]) -> Iterator[Json]:
    yield allow("Read", ["s3:GetObject"], [objects(*place) for place in places])
    yield from _listed("Read", places)


def _write(places: Sequence[tuple[str, str]]) -> Iterator[Json]:
    if places:
        yield allow(
            "Write",
            ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
            [objects(*place) for place in places],
        )
        yield from _listed("Write", places)


def _listed(what: str, places: Sequence[tuple[str, str]]) -> Iterator[Json]:
    for bucket in sorted({bucket for bucket, _ in places}):
        prefixes = [prefix for one, prefix in places if one == bucket]
        yield list_prefixes(logical_id("list", what, bucket), bucket, prefixes)
    yield locate(logical_id("locate", what), *sorted({bucket for bucket, _ in places}))


def _logs() -> Iterator[Json]:
    yield allow(
        "Logs",
        ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:AssociateKmsKey"],
        arn("logs", "log-group:/aws-glue/*"),
    )


def _catalog(tables: Sequence[tuple[str, str]]) -> list[Json]:
    """The catalog, the databases, and these tables in them, as the catalog asks for all three."""
    databases = sorted({database for database, _ in tables})
    return [
        arn("glue", "catalog"),
        *(arn("glue", f"database/{database}") for database in databases),
        *(arn("glue", f"table/{database}/{table}") for database, table in tables),
    ]


def _places(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Buckets and prefixes of the paths of nodes; what lies on a machine is none."""
    for path in paths:
        for variable, bucket in (("${staging}", STAGING), ("${warehouse}", WAREHOUSE)):
            if path.startswith(variable):
                yield bucket, _prefix(path.removeprefix(variable))
        if path.startswith("s3://"):
            name, _, rest = path.removeprefix("s3://").partition("/")
            yield name, _prefix(rest)


def _prefix(path: str) -> str:
    # (A file is named whole, a folder ends with a slash.)
    inside = path.lstrip("/")
    return inside if not inside or inside.endswith("/") or "." in inside.rsplit("/", 1)[-1] else f"{inside}/"

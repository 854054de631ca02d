"""A whole job for Glue: the graph, and how it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wavehouse.flow.glue.bookmarks import needs_all_rows
from wavehouse.flow.glue.export import Exported
from wavehouse.flow.glue.nodes_digest import NODES_TAG, nodes_digest
from wavehouse.flow.glue.places import Places
from wavehouse.flow.graph import Graph

# Spark 3.5.6, Python 3.11, Iceberg 1.10. (6.0 turns ANSI on, where a cast that does not fit ends the job.)
_VERSION = "5.1"
# The smallest that Glue runs Spark on; minutes after which a job is ended that hangs.
_WORKER, _WORKERS, _TIMEOUT = "G.1X", 2, 120


def create_job(
    graph: Graph, nodes: Mapping[str, Any], places: Places, project: str, role: str | None = None
) -> Exported:
    """The request to `CreateJob` for the job `<project>-<flow>`; the same at every export.

    `nodes` are those of the graph in Glue's form; `role` is the name or ARN of the IAM role of the job, by
    default `<project>-glue`.
    """
    name = job_name(project, graph.name)
    own = f"{places.warehouse}/_glue"
    whole = needs_all_rows(graph)
    notes = []
    if whole is not None:
        notes.append(
            f"job bookmarks are off, and each run of the job reads all files: '{whole}' needs all rows"
        )
    arguments = {
        "--enable-continuous-cloudwatch-log": "true",
        "--enable-glue-datacatalog": "true",
        "--enable-metrics": "true",
        "--enable-observability-metrics": "true",
        "--job-bookmark-option": f"job-bookmark-{'enable' if whole is None else 'disable'}",
        "--job-language": "python",
        "--TempDir": f"{own}/temporary/",
    }
    if any("Iceberg" in type(node).__name__ for node in graph.nodes.values()):
        arguments |= {"--datalake-formats": "iceberg", "--conf": _iceberg(places)}
    request = {
        "Name": name,
        "Description": f"The flow '{graph.name}' of the project '{project}'",
        "JobMode": "VISUAL",
        "Role": role or f"{project}-glue",
        "GlueVersion": _VERSION,
        "Command": {
            "Name": "glueetl",
            # Glue writes the script there that it makes of the nodes.
            "ScriptLocation": f"{own}/scripts/{name}.py",
            "PythonVersion": "3",
        },
        "WorkerType": _WORKER,
        "NumberOfWorkers": _WORKERS,
        "Timeout": _TIMEOUT,
        "MaxRetries": 0,
        "DefaultArguments": arguments,
        "Tags": {NODES_TAG: nodes_digest(nodes)},
        "CodeGenConfigurationNodes": nodes,
    }
    return Exported(request, notes)


def job_name(project: str, flow: str) -> str:
    """What the job of a flow is called."""
    return f"{project}-{flow}"


def flow_name(project: str, job: str) -> str:
    """The flow of a job, by the job's name."""
    return job.removeprefix(f"{project}-") or job


def _iceberg(places: Places) -> str:
    """The catalog in which a job finds Iceberg tables.

    Source: docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-format-iceberg.html
    """
    catalog = "spark.sql.catalog.glue_catalog"
    settings = {
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        catalog: "org.apache.iceberg.spark.SparkCatalog",
        f"{catalog}.warehouse": f"{places.warehouse}/",
        f"{catalog}.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        f"{catalog}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
    }
    # One argument holds them all: Glue puts the first --conf before it.
    return " --conf ".join(f"{name}={value}" for name, value in settings.items())

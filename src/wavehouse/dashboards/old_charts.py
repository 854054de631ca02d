"""A dashboard's definition: charts, each one query and which of its columns to draw."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from wavehouse.catalog.definition import Crawlers
from wavehouse.core.errors import CallError, DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.project.named_files import read_named
from wavehouse.project.project import PROJECT_FILE, Project
from wavehouse.project.yaml_file import read_yaml


class Chart(BaseModel):
    """One chart: `label` and `value` are columns of the query; its other columns stand beside the marks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    kind: Literal["bar", "line", "table"]
    query: str
    label: str
    value: str


class Dashboard(BaseModel):
    """A page of charts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dashboard: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    charts: list[Chart] = Field(min_length=1)


class ProjectFile(Crawlers):
    """`wavehouse.yaml`: the project's name, its catalog and crawlers, and the dashboards that a run shows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str = ""
    insights: tuple[str, ...] = ()
    # Read by `project.catalog_setting`.
    catalog: Any = None


def read_dashboards(project: Project) -> dict[str, Dashboard]:
    """All dashboards of a project by name; raises `DefinitionError` for a broken one."""
    return read_named(project, "dashboards", Dashboard, "dashboard", "dashboard")


def find_dashboard(project: Project, name: str) -> Dashboard:
    """One dashboard; raises `CallError` where there is none of that name."""
    dashboards = read_dashboards(project)
    if name not in dashboards:
        raise CallError(f"there is no dashboard '{name}'", remedy=did_you_mean(name, dashboards))
    return dashboards[name]


def insights(project: Project) -> list[Dashboard]:
    """The dashboards that `run` and `demo` show, in the project's order."""
    file = read_yaml(project.root / PROJECT_FILE)
    known = read_dashboards(project)
    listed = file.parse(ProjectFile).insights
    for at, name in enumerate(listed):
        if name not in known:
            raise DefinitionError(
                f"there is no dashboard '{name}'",
                where=file.where(["insights", at]),
                remedy=did_you_mean(name, known),
            )
    return [known[name] for name in listed]

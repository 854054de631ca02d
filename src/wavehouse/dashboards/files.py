"""The dashboards of a project: its files, the names in them, and what a run shows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from wavehouse.catalog.definition import Crawlers
from wavehouse.core.errors import CallError, DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.dashboards.definition import Dashboard, check_names
from wavehouse.dashboards.visuals import Visual
from wavehouse.project.project import PROJECT_FILE, Project
from wavehouse.project.yaml_file import read_yaml

FOLDER = "dashboards"


class InsightSetting(BaseModel):
    """Visuals that a run shows together: `dashboard/visual` each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    visuals: tuple[str, ...] = Field(min_length=1)


class ProjectFile(Crawlers):
    """`wavehouse.yaml`: the project's name, catalog, engine and crawlers, and what a run shows of dashboards.

    An insight that is a text is a dashboard (the visuals of its first sheet) or `dashboard/visual`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str = ""
    insights: tuple[str | InsightSetting, ...] = ()
    # Read by `query.athena_setting`.
    athena: Any = None
    # Read by `project.catalog_setting`.
    catalog: Any = None
    # Read by `project.engine_setting`.
    engine: Any = None
    spark: Any = None


@dataclass(frozen=True)
class Found:
    """The dashboards of a project by name, and what is wrong with the files of others."""

    dashboards: Mapping[str, Dashboard] = field(default_factory=dict)
    broken: Mapping[Path, DefinitionError] = field(default_factory=dict)

    def find(self, name: str) -> Dashboard:
        """One dashboard; raises `CallError` where there is none of that name, `DefinitionError` if broken."""
        if name in self.dashboards:
            return self.dashboards[name]
        for path, error in self.broken.items():
            if path.stem == name:
                raise error
        raise CallError(f"there is no dashboard '{name}'", remedy=did_you_mean(name, self.dashboards))


@dataclass(frozen=True)
class Insight:
    """Visuals that are shown under one title, each with its dashboard."""

    title: str
    visuals: Sequence[tuple[Dashboard, Visual]]


def all_dashboards(project: Project) -> Found:
    """Every dashboard that can be read; a broken file does not keep the others back."""
    found: dict[str, Dashboard] = {}
    broken: dict[Path, DefinitionError] = {}
    paths: dict[str, Path] = {}
    for path in project.files(FOLDER):
        try:
            file = read_yaml(path)
            dashboard = file.parse(Dashboard)
            check_names(dashboard)
            if dashboard.dashboard in found:
                raise DefinitionError(
                    f"there is a second dashboard '{dashboard.dashboard}'",
                    where=file.where(["dashboard"]),
                    remedy="Rename one of the two",
                )
        except DefinitionError as error:
            broken[path] = error
            continue
        found[dashboard.dashboard], paths[dashboard.dashboard] = dashboard, path
    for name, dashboard in [*found.items()]:
        try:
            _check_links(dashboard, found)
        except DefinitionError as error:
            broken[paths[name]] = error
            del found[name]
    return Found(found, broken)


def read_dashboards(project: Project) -> Mapping[str, Dashboard]:
    """All dashboards of a project by name; raises `DefinitionError` for the first broken file."""
    found = all_dashboards(project)
    for error in found.broken.values():
        raise error
    return found.dashboards


def find_dashboard(project: Project, name: str) -> Dashboard:
    """One dashboard; raises `CallError` where there is none of that name, `DefinitionError` where broken."""
    return all_dashboards(project).find(name)


def insights(project: Project) -> list[Insight]:
    """What `run` and `demo` show, in the project's order; raises `DefinitionError` for what is not there."""
    file = read_yaml(project.root / PROJECT_FILE)
    known = read_dashboards(project)
    found = []
    for at, one in enumerate(file.parse(ProjectFile).insights):
        place: list[Any] = ["insights", at]
        if isinstance(one, str) and "/" not in one:
            dashboard = _dashboard(known, one, file.where(place))
            found.append(Insight(dashboard.title, [(dashboard, v) for v in dashboard.sheets[0].visuals]))
            continue
        names = (one,) if isinstance(one, str) else one.visuals
        visuals = []
        for number, name in enumerate(names):
            where = file.where(place if isinstance(one, str) else [*place, "visuals", number])
            dashboard = _dashboard(known, name.partition("/")[0], where)
            try:
                visuals.append((dashboard, dashboard.visual(name.partition("/")[2])))
            except CallError as error:
                raise DefinitionError(error.what, where=where, remedy=error.remedy) from None
        found.append(Insight(visuals[0][1].title if isinstance(one, str) else one.title, visuals))
    return found


def _dashboard(known: Mapping[str, Dashboard], name: str, where: str) -> Dashboard:
    if name not in known:
        raise DefinitionError(
            f"there is no dashboard '{name}'", where=where, remedy=did_you_mean(name, known)
        )
    return known[name]


def _check_links(dashboard: Dashboard, known: Mapping[str, Dashboard]) -> None:
    for visual in dashboard.visuals:
        for number, link in enumerate(visual.links):
            if link.dashboard in (None, dashboard.dashboard):
                continue
            place = ["links", number]
            other = _dashboard(known, str(link.dashboard), dashboard.place_of(visual, *place, "dashboard"))
            try:
                other.sheet(link.sheet)
                for id_ in link.set:
                    other.control(id_)
            except CallError as error:
                where = dashboard.place_of(visual, *place)
                raise DefinitionError(error.what, where=where, remedy=error.remedy) from None

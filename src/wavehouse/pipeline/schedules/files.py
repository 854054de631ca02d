"""`schedules.yaml` of a project: read, and checked against what else the project has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wavehouse.catalog.definition import read_crawlers
from wavehouse.core.errors import CallError, DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.files import all_dashboards
from wavehouse.pipeline.schedules.alert_definition import CONSOLE
from wavehouse.pipeline.schedules.definition import ARRIVALS, Schedules, Step, Workflow
from wavehouse.pipeline.schedules.following import cycle
from wavehouse.pipeline.schedules.places import OF_A_RUN, PLACES, unknown_place
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import read_yaml
from wavehouse.query.first_word import READING, WRITING, first_word

FILE = "schedules.yaml"


def read_schedules(project: Project) -> Schedules:
    """The schedules of a project, none where it has no such file.

    Raises `DefinitionError`, with file, line and remedy, for whatever is wrong in it.
    """
    path = project.root / FILE
    if not path.is_file():
        return Schedules()
    found = read_yaml(path).parse(Schedules)
    _once(found, "workflows", [one.name for one in found.workflows], "workflow")
    _once(found, "channels", [one.name for one in found.channels], "channel")
    _once(found, "alerts", [one.name for one in found.alerts], "alert")
    for at, workflow in enumerate(found.workflows):
        _check_workflow(found, workflow, at)
        _check_names(found, workflow, at, project)
    _check_alerts(found, project)
    return found


def _once(found: Schedules, kind: str, names: list[str], what: str) -> None:
    for at, name in enumerate(names):
        if name in names[:at]:
            raise DefinitionError(
                f"there is a second {what} '{name}'",
                where=found.where([kind, at, "name"]),
                remedy="Rename one of the two",
            )


def _check_workflow(found: Schedules, workflow: Workflow, at: int) -> None:
    place: list[Any] = ["workflows", at]
    names = [step.name for step in workflow.steps]
    for number, step in enumerate(workflow.steps):
        where: list[Any] = [*place, "steps", number]
        if step.name in names[:number]:
            raise DefinitionError(
                f"there is a second step '{step.name}' in the workflow '{workflow.name}'",
                where=found.where([*where, "name"]),
                remedy="Rename one of the two",
            )
        for which, condition in enumerate(step.trigger.conditions if step.trigger else ()):
            _known(found, condition.step, names, [*where, "trigger", "conditions", which, "step"], "step")
        if ARRIVALS in step.files and workflow.trigger.type != "EVENT":
            raise DefinitionError(
                f"no files arrive in the workflow '{workflow.name}', which a trigger of type "
                f"{workflow.trigger.type} begins",
                where=found.where([*where, "files"]),
                remedy="Name a folder, or begin the workflow by an EVENT",
            )
        files = [text for text in step.files if text != ARRIVALS]
        for key, texts in (("files", files), ("output", [step.output]), ("target", [step.target])):
            _check_places(found, texts, [*where, key], OF_A_RUN)
    _check_places(found, [workflow.trigger.folder], [*place, "trigger", "folder"], PLACES)
    if circle := cycle(workflow):
        number = names.index(circle[0])
        raise DefinitionError(
            f"these steps wait for each other: {' → '.join([*circle, circle[0]])}",
            where=found.where([*place, "steps", number, "trigger"]),
            remedy="Leave out a condition of one of them",
        )


def _check_places(found: Schedules, texts: Iterable[str], place: list[Any], known: frozenset[str]) -> None:
    for text in texts:
        if unknown := unknown_place(text, known):
            raise DefinitionError(unknown[0], where=found.where(place), remedy=unknown[1])


def _check_names(found: Schedules, workflow: Workflow, at: int, project: Project) -> None:
    """Look at what steps name; files that nobody names are not read."""
    for number, step in enumerate(workflow.steps):
        place: list[Any] = ["workflows", at, "steps", number]
        if step.action == "crawl" and "/" not in step.target:
            crawlers = read_crawlers(project).crawlers
            _known(found, step.target, crawlers, [*place, "target"], "crawler")
        if step.sql:
            _check_statement(found, step, [*place, "sql"])
        if step.query:
            queries = [path.stem for path in project.files("queries", ".sql")]
            _known(found, step.query, queries, [*place, "query"], "saved query")
        for name in step.dashboards:
            _known(found, name, all_dashboards(project).dashboards, [*place, "dashboards"], "dashboard")
        if step.dashboard:
            _check_visual(found, step.dashboard, [*place, "dashboard"], project)


def _check_statement(found: Schedules, step: Step, place: list[Any]) -> None:
    """What can be said of a statement before there are tables: what it is, and whether it may write."""
    word = first_word(step.sql)
    if word not in READING | WRITING:
        raise DefinitionError(
            f"'{word or step.sql.strip()[:20]}' begins no statement of Athena's",
            where=found.where(place),
            remedy=did_you_mean(word, READING | WRITING),
        )
    if word in WRITING and not step.write:
        raise DefinitionError(
            f"{word} writes to the lake, and this step may only read",
            where=found.where(place),
            remedy="Add 'write: true' to the step",
        )


def _check_visual(found: Schedules, name: str, place: list[Any], project: Project) -> str:
    """The kind of what is named, '' for a whole dashboard."""
    of, slash, visual = name.partition("/")
    known = all_dashboards(project).dashboards
    _known(found, of, known, place, "dashboard")
    if not slash:
        return ""
    try:
        return known[of].visual(visual).kind
    except CallError as error:
        raise DefinitionError(error.what, where=found.where(place), remedy=error.remedy) from None


def _check_alerts(found: Schedules, project: Project) -> None:
    channels = [CONSOLE, *(one.name for one in found.channels)]
    workflows = [one.name for one in found.workflows]
    for at, alert in enumerate(found.alerts):
        place: list[Any] = ["alerts", at]
        for name in alert.to:
            _known(found, name, channels, [*place, "to"], "channel")
        for name in alert.workflows:
            _known(found, name, workflows, [*place, "workflows"], "workflow")
        if alert.table:
            try:
                TableName.parse(alert.table)
            except CallError as error:
                where = found.where([*place, "table"])
                raise DefinitionError(error.what, where=where, remedy=error.remedy) from None
        if alert.visual and _check_visual(found, alert.visual, [*place, "visual"], project) != "kpi":
            raise DefinitionError(
                f"'{alert.visual}' is no KPI",
                where=found.where([*place, "visual"]),
                remedy="Name one as dashboard/visual, such as health/freshness",
            )


def _known(found: Schedules, name: str, known: Iterable[str], place: list[Any], what: str) -> None:
    names = list(known)
    if name not in names:
        raise DefinitionError(
            f"there is no {what} '{name}'", where=found.where(place), remedy=did_you_mean(name, names)
        )

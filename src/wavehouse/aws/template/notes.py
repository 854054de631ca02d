"""What of a project is another thing on AWS, or not there: sentences for whoever reads a plan."""

from __future__ import annotations

from collections.abc import Iterator

from wavehouse.aws.deployable import Deployable
from wavehouse.aws.template.crawlers import reachable
from wavehouse.aws.template.tables import is_sayable
from wavehouse.aws.template.workflows import left_out


def notes_of(project: Deployable) -> list[str]:
    """The sentences, in the order of the template."""
    return [
        *_databases(project),
        *_tables(project),
        *_crawlers(project),
        *left_out(project),
        *_alerts(project),
    ]


def _databases(project: Deployable) -> Iterator[str]:
    if project.databases:
        yield (
            f"the stages of a project need an account or a region each: queries name the database "
            f"'{project.databases[0]}', and a catalog has one of that name"
        )


def _tables(project: Deployable) -> Iterator[str]:
    for table in project.tables:
        if not is_sayable(table):
            yield (
                f"the table {table.name} has lists in it, which no template can say: a deployment makes it "
                "after the template, and its optimizers are switched on by hand"
            )


def _crawlers(project: Deployable) -> Iterator[str]:
    for name, crawler in project.crawlers.crawlers.items():
        if name not in reachable(project):
            yield f"the crawler '{name}' looks at {crawler.target} of this machine: it is left out"
        elif crawler.recrawl == "changed":
            yield (
                f"the crawler '{name}' looks at everything there: of what has changed alone Glue learns by a "
                "queue of events, which is not made"
            )


def _alerts(project: Deployable) -> Iterator[str]:
    for alert in project.schedules.alerts:
        if alert.on != "failed_run":
            yield f"the alert '{alert.name}' on {alert.on} is not made: alarms tell of jobs, bytes and cost"
    for channel in project.schedules.channels:
        yield f"the channel '{channel.name}' is not made: alerts go to a topic, and from there by mail"

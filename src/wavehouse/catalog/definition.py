"""Crawlers of a project, in `wavehouse.yaml`: what they look at, and what they may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wavehouse.catalog.classifiers import CsvClassifier
from wavehouse.catalog.crawl_target import crawl_target
from wavehouse.core.errors import CallError, DefinitionError, WavehouseError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.files.places import Places
from wavehouse.project.project import PROJECT_FILE, Project
from wavehouse.project.yaml_file import YamlFile, read_yaml

# As of a crawler of Glue's that is given none:
# https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html
DATABASE = "default"


class CrawlerDefinition(BaseModel):
    """A crawler. The words are those of Glue's, and of the options of `wavehouse crawl`.

    `target` is s3://…, a folder (relative to the project's), or what a flow writes: `${warehouse}/<folder>/`.
    `classifiers` are names of the project's, in the order of trying; without them all are tried.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")
    target: str = Field(min_length=1)
    database: str = Field(default=DATABASE, pattern=r"^[a-z_][a-z0-9_]*$")
    prefix: str = Field(default="", pattern=r"^[a-z0-9_]*$")
    exclude: tuple[str, ...] = ()
    classifiers: tuple[str, ...] | None = None
    on_change: Literal["update", "log"] = "update"
    on_delete: Literal["delete", "deprecate", "log"] = "deprecate"
    recrawl: Literal["everything", "changed", "new-folders"] = "changed"
    single_schema: bool = False
    table_level: int | None = Field(default=None, ge=1)
    table_threshold: int | None = Field(default=None, ge=1)
    sample: bool = False
    external: bool = False


class Crawlers(BaseModel):
    """What `wavehouse.yaml` says of crawling."""

    crawlers: list[CrawlerDefinition] = []
    classifiers: list[CsvClassifier] = []


@dataclass(frozen=True)
class ProjectCrawlers:
    """The crawlers of a project by name, and its classifiers in their order; `file` is where they stand."""

    file: YamlFile
    crawlers: dict[str, CrawlerDefinition]
    classifiers: dict[str, CsvClassifier]

    def crawler(self, name: str) -> CrawlerDefinition:
        """A crawler; raises `CallError` where there is none of that name."""
        if name not in self.crawlers:
            known = did_you_mean(name, self.crawlers)
            raise CallError(
                f"there is neither a folder nor a crawler '{name}'",
                remedy=known or "Name a folder, s3://bucket/prefix, or a crawler of wavehouse.yaml",
            )
        return self.crawlers[name]

    def placed(self, start: Path, places: Places) -> list[CrawlerDefinition]:
        """All crawlers, with their targets as absolute paths or s3://…; relative ones begin at `start`.

        Raises `DefinitionError` for a target that leads nowhere.
        """
        return [
            crawler.model_copy(update={"target": self.target(name, start, places)})
            for name, crawler in self.crawlers.items()
        ]

    def target(self, name: str, start: Path, places: Places) -> str:
        """The target of a crawler as an absolute path or s3://…; raises as `placed` does."""
        try:
            return crawl_target(self.crawlers[name].target, start, places)
        except WavehouseError as error:
            where = self.file.where(["crawlers", [*self.crawlers].index(name), "target"])
            raise DefinitionError(error.what, where=where, remedy=error.remedy) from None

    def tried(self, names: Sequence[str] | None) -> tuple[CsvClassifier, ...]:
        """The classifiers of these names, else all."""
        return tuple(self.classifiers[name] for name in (self.classifiers if names is None else names))


def read_crawlers(project: Project) -> ProjectCrawlers:
    """The crawlers of a project; raises `DefinitionError` for two of one name, or an unknown classifier."""
    file = read_yaml(project.root / PROJECT_FILE)
    told = file.parse(Crawlers)
    classifiers = {one.name: one for one in told.classifiers}
    crawlers = {one.name: one for one in told.crawlers}
    for kind, listed in (("crawlers", told.crawlers), ("classifiers", told.classifiers)):
        names = [one.name for one in listed]
        for at, name in enumerate(names):
            if name in names[:at]:
                where = file.where([kind, at])
                raise DefinitionError(f"there are two {kind} '{name}'", where=where, remedy="Rename one")
    for at, crawler in enumerate(told.crawlers):
        for name in crawler.classifiers or ():
            if name not in classifiers:
                raise DefinitionError(
                    f"there is no classifier '{name}'",
                    where=file.where(["crawlers", at, "classifiers"]),
                    remedy=did_you_mean(name, classifiers),
                )
    return ProjectCrawlers(file, crawlers, classifiers)

"""A project of one's own: flows over files that no contract knows, written as the test goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.pipeline.conftest import Lake

from wavehouse.project.project import Project


@dataclass(frozen=True)
class Own:
    """A folder with a project, and the lake that its runs write."""

    root: Path
    lake: Lake

    @classmethod
    def at(cls, folder: Path) -> Own:
        """A project without flows in a new folder."""
        root = folder / "project"
        root.mkdir(parents=True)
        (root / "wavehouse.yaml").write_text("name: own\n", "utf-8")
        (root / "flows").mkdir()
        return cls(root, Lake(folder / "lake", Project.at(root)))

    def flow(self, name: str, nodes: str, file: str = "") -> None:
        """Write a flow; `nodes` as in its file, without the indentation."""
        indented = "".join(f"  {line}\n" for line in nodes.strip("\n").splitlines())
        (self.root / "flows" / f"{file or name}.yaml").write_text(
            f"flow: {name}\nnodes:\n{indented}", "utf-8"
        )

    def write(self, files: Mapping[str, str]) -> None:
        """Write text files below the project's folder."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    def sql(self, query: str, directory: str) -> None:
        """Run one statement of the engine; `{d}` in it is a folder of the project."""
        folder = self.root / directory
        folder.mkdir(parents=True, exist_ok=True)
        with self.lake.engine() as engine:
            engine.execute(query.format(d=folder))


def csv(id_: str, path: str, more: str = "") -> str:
    """A source of CSV files."""
    return f'{id_}:\n  S3CsvSource: {{Name: {id_}, Paths: ["{path}"]{more}}}\n'


def sql(id_: str, query: str, **inputs: str) -> str:
    """A query over nodes by alias."""
    aliases = ", ".join(f"{{From: {of}, Alias: {alias}}}" for alias, of in inputs.items())
    return (
        f"{id_}:\n  SparkSQL: {{Name: {id_}, Inputs: [{', '.join(inputs.values())}], "
        f'SqlAliases: [{aliases}], SqlQuery: "{query}"}}\n'
    )


def table(id_: str, of: str, name: str, more: str = "") -> str:
    """A table target."""
    database, short = name.split(".")
    return (
        f"{id_}:\n  S3IcebergCatalogTarget: {{Name: {name}, Inputs: [{of}], Database: {database}, "
        f"Table: {short}{more}}}\n"
    )


def catalog(id_: str, name: str) -> str:
    """A source that is a table."""
    database, short = name.split(".")
    return f"{id_}:\n  S3CatalogIcebergSource: {{Name: {id_}, Database: {database}, Table: {short}}}\n"


def files(id_: str, of: str, path: str, form: str = "parquet", more: str = "") -> str:
    """A target of files."""
    return (
        f'{id_}:\n  S3DirectTarget: {{Name: {id_}, Inputs: [{of}], Path: "{path}", Format: {form}{more}}}\n'
    )

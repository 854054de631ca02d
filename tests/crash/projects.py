"""The project that the tests load, and copies of it in which one thing is otherwise."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.crash.catalogue import PROJECT

# The folder below `${warehouse}` that flows of `filing` write, and the database of the table made of it.
FILES = "tracks"
CRAWLED = "files"


def widened(folder: Path) -> Path:
    """Its artists have a column more."""
    if not folder.exists():
        shutil.copytree(PROJECT, folder)
        with (folder / "contracts" / "artists.yaml").open("a") as contract:
            contract.write("  country: {type: string}\n")
    return folder


def filing(folder: Path) -> Path:
    """Its flow writes the rows of the table as files, too, which are crawled; and a file of artists has all
    artists."""
    if not folder.exists():
        shutil.copytree(PROJECT, folder)
        with (folder / "wavehouse.yaml").open("a") as project:
            target = f"${{warehouse}}/{FILES}/"
            project.write(f"crawlers:\n  - {{name: files, target: '{target}', database: {CRAWLED}}}\n")
        with (folder / "flows" / "tracks.yaml").open("a") as flow:
            flow.write(
                "  tracks_files:\n"
                "    S3GlueParquetTarget:\n"
                "      Name: The same as files\n"
                "      Inputs: [without_keys]\n"
                f"      Path: ${{warehouse}}/{FILES}/\n"
                "      PartitionKeys: [[decade]]\n"
            )
        contract = folder / "contracts" / "artists.yaml"
        text = contract.read_text("utf-8")
        contract.write_text(text.replace("key: [id]\n", "key: [id]\ncontents: snapshot\n"), "utf-8")
    return folder

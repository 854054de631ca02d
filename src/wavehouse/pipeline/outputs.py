"""Folders of files that flows write: which version each is to be, and that it is.

The ledger of a publish names the version of every such folder. It is shown after the tables, and the next run
shows it where that was cut off. Imports nothing heavy: every run asks.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from wavehouse.lake.layout import LakeLayout
from wavehouse.store.versioned_folder import VersionedFolder


@dataclass(frozen=True)
class Output:
    """A folder that a target of a flow writes.

    `folder` is its path, relative to the lake where it lies there.
    `written` is the path as the flow has it. `run` made the version; '' where it has to be made again.
    """

    flow: str
    node: str
    written: str
    folder: str
    run: str
    files: int = 0
    rows: int = 0
    bytes: int = 0

    @property
    def at(self) -> tuple[str, str]:
        """Flow and node."""
        return (self.flow, self.node)

    def as_json(self) -> dict[str, Any]:
        """This record for a ledger."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Output:
        """The record that `as_json` wrote."""
        return cls(**record)

    def at_home(self, layout: LakeLayout) -> VersionedFolder:
        """The folder itself."""
        return VersionedFolder(layout.root / self.folder)

    def is_there(self, layout: LakeLayout) -> bool:
        """Whether the version is there that it shall be."""
        return bool(self.run) and self.at_home(layout).version(self.run).is_dir()


def folder_in(layout: LakeLayout, path: Path) -> str:
    """A path as an `Output` has it."""
    return str(path.relative_to(layout.root) if path.is_relative_to(layout.root) else path)


def show_outputs(layout: LakeLayout, outputs: Iterable[Output]) -> None:
    """Let every folder be the version that it shall be, where that is there; the one before stays beside it.

    Called after every publish and before every run: what a run that died has not done, the next one does.
    """
    for output in outputs:
        folder = output.at_home(layout)
        version = folder.version(output.run)
        if not output.is_there(layout) or not folder.is_ours:
            continue
        if folder.shown != version:
            folder.show(version)
        # (The ids of runs begin with their times.)
        before = [one for one in folder.versions() if one != version][-1:]
        folder.remove_but(version, *before)


def to_be_made_again(outputs: Sequence[Output]) -> tuple[Output, ...]:
    """The outputs, no version of which is what it shall be."""
    return tuple(replace(output, run="") for output in outputs)


def stale_versions(layout: LakeLayout, outputs: Iterable[Output]) -> list[Path]:
    """The versions that no folder shows, beside those of the outputs."""
    folders = [output.at_home(layout) for output in outputs]
    return [version for folder in folders for version in folder.versions() if version != folder.shown]


def remove_versions(layout: LakeLayout, run: str, outputs: Iterable[Output]) -> None:
    """Remove what a run has written that published nothing: that of its ledger, and all in the lake."""
    for output in outputs:
        if output.run == run:
            shutil.rmtree(output.at_home(layout).version(run), ignore_errors=True)
    for version in layout.outputs.rglob(f".*@{run}"):
        shutil.rmtree(version, ignore_errors=True)

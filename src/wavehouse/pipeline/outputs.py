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

    @property
    def is_in_lake(self) -> bool:
        """Whether its folder lies there."""
        return not Path(self.folder).is_absolute()

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
    """Let every folder be the version that it shall be, where that is there.

    Called after every publish and before every run: what a run that died has not done, the next one does.
    Versions in the lake stay until a vacuum lets their publish go; elsewhere there is one beside the folder.
    """
    for output in outputs:
        folder = output.at_home(layout)
        version = folder.version(output.run)
        if not output.is_there(layout) or not folder.is_ours:
            continue
        if folder.shown != version:
            folder.show(version)
        if output.is_in_lake:
            continue
        # (The ids of runs begin with their times.)
        before = [one for one in folder.versions() if one != version][-1:]
        folder.remove_but(version, *before)


def as_they_were(layout: LakeLayout, now: Sequence[Output], then: Sequence[Output]) -> tuple[Output, ...]:
    """The outputs of now in the versions of an earlier publish; where one is gone, it is to be made again."""
    kept = {(one.at, one.written): one for one in then if one.is_there(layout)}
    return tuple(kept.get((one.at, one.written)) or replace(one, run="") for one in now)


def stale_versions(layout: LakeLayout, remembered: Iterable[Output]) -> list[Path]:
    """The versions that no folder shows and, in the lake, no publish knows that is remembered."""
    outputs = [*remembered]
    kept = {one.at_home(layout).version(one.run) for one in outputs if one.run}
    found = []
    for version in sorted(layout.outputs.rglob(".*@*")):
        folder = VersionedFolder(version.with_name(version.name[1:].rpartition("@")[0]))
        if version.is_dir() and not version.is_symlink() and version not in kept and folder.shown != version:
            found.append(version)
    elsewhere = {one.folder: one.at_home(layout) for one in outputs if not one.is_in_lake}
    for folder in elsewhere.values():
        found += [version for version in folder.versions() if version != folder.shown]
    return found


def remove_versions(layout: LakeLayout, run: str, outputs: Iterable[Output]) -> None:
    """Remove what a run has written that published nothing: that of its ledger, and all in the lake."""
    for output in outputs:
        if output.run == run:
            shutil.rmtree(output.at_home(layout).version(run), ignore_errors=True)
    for version in layout.outputs.rglob(f".*@{run}"):
        shutil.rmtree(version, ignore_errors=True)

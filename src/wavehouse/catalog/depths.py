"""How deep the files of a table lie below it: which levels of folders are partition keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wavehouse.catalog.partition_keys import hive_key, key_names
from wavehouse.catalog.read_file import Problem, ReadFile


@dataclass(frozen=True)
class Gathered:
    """The files, the levels that are keys (None: plain names), and the files that lie otherwise.

    `why` says why there are no keys, where folders lie between.
    """

    files: tuple[ReadFile, ...]
    levels: tuple[str | None, ...]
    why: tuple[str, ...] = ()
    beside: tuple[Problem, ...] = ()


def gathered(folder: tuple[str, ...], files: Sequence[ReadFile]) -> Gathered:
    """The levels of most files below `folder`; plain folders of several depths are no keys at all."""
    depth = len(folder)
    levels = {file.path: tuple(map(hive_key, file.folders[depth:])) for file in files}
    counted = Counter(levels.values())
    if len(counted) == 1:
        chosen = next(iter(counted))
        return Gathered(tuple(files), chosen)
    if not any(key for found in counted for key in found):
        why = "its files lie at several depths, so the names of the folders are no keys"
        return Gathered(tuple(files), (), (why,))
    chosen = min(counted, key=lambda found: (-counted[found], len(found), str(found)))
    within = [file for file in files if levels[file.path] == chosen]
    beside = tuple(
        Problem(
            file.path,
            "beside",
            f"its folders give the keys ({', '.join(key_names(levels[file.path]))}), "
            f"and those of its table ({', '.join(key_names(chosen))})",
        )
        for file in files
        if levels[file.path] != chosen
    )
    return Gathered(tuple(within), chosen, beside=beside)

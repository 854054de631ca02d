"""How long the shipped dashboards take, with and without copies of their tables.

`python benchmarks/dashboards.py LAKE`. Each sheet is asked in views that nobody has asked before. CPU is that
of this process, wall the time until all visuals of the sheet are there. The lake gets a folder `.copies`.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from wavehouse.core.table_name import TableName
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.files import read_dashboards
from wavehouse.dashboards.view import Range, View
from wavehouse.project.project import Project
from wavehouse.settings import Settings, builtin_project
from wavehouse.wiring.dashboards import dashboard_parts

_VIEWS = 5
_NAMES = ("artists", "releases", "genres_and_albums", "sound")


def main(lake: Path) -> None:
    """Print milliseconds per sheet, from files and from copies."""
    settings = Settings(builtin_project(), lake)
    dashboards = read_dashboards(Project.at(settings.project))
    found: dict[str, list[tuple[float, float]]] = {}
    with dashboard_parts(settings) as (queries, copies):
        for copied in (False, True):
            if copied:
                began = time.perf_counter()
                copies.refresh([TableName("spotify", "tracks")])
                print(f"copy made or taken in {time.perf_counter() - began:.1f} s")
            for name in _NAMES:
                board = Board(dashboards[name], queries)
                for sheet in board.dashboard.sheets:
                    key = f"{name}/{sheet.id}"
                    found.setdefault(key, []).append(_measured(board, sheet.id, shift=_VIEWS * copied))
    print(f"{'sheet':32}{'files: wall':>12}{'CPU':>8}{'copies: wall':>14}{'CPU':>8}{'ratio of CPU':>14}")
    for key, ((wall, cpu), (copied_wall, copied_cpu)) in found.items():
        print(f"{key:32}{wall:12.0f}{cpu:8.0f}{copied_wall:14.0f}{copied_cpu:8.0f}{cpu / copied_cpu:14.1f}")


def _measured(board: Board, sheet: str, shift: int) -> tuple[float, float]:
    walls, cpus = [], []
    for at in range(_VIEWS):
        view = View(sheet, controls={"years": Range(1950 + shift + at, 2022)})
        began, began_cpu = time.perf_counter(), time.process_time()
        answers = board.answer(view)
        walls.append((time.perf_counter() - began) * 1000)
        cpus.append((time.process_time() - began_cpu) * 1000)
        for one in answers.values():
            if one.error is not None:
                raise one.error
    return statistics.median(walls), statistics.median(cpus)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

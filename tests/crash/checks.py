"""A fault, and whether every promise holds after it: what does not is said in words."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

from tests.crash.oracle import Tables
from tests.crash.place import FOLDER, LAST, Inside, Lake, View, rows_of
from tests.crash.points import Fault
from tests.crash.processes import KILLED, Ended
from tests.crash.projects import CRAWLED, FILES
from tests.crash.scenes import Args, Scene, State, Theatre, Workshop

from wavehouse.core.table_name import TableName
from wavehouse.pipeline.run_store import all_runs
from wavehouse.wiring.parts import lake_catalog

_MOST_SHOWN = 3  # rows of a difference
_AS_IT_WAS = "the lake is as it was"
_SOME_SHOWN = "some tables are published already"
_OUTSIDE = 3  # the exit code where something outside failed


class Trouble(Protocol):
    """What happens to the command of a scene."""

    @property
    def scene(self) -> Scene:
        """The scene."""

    @property
    def tidy(self) -> bool:
        """Whether a vacuum of everything unneeded comes before the next run."""

    @property
    def plants(self) -> tuple[str, ...]:
        """The bugs that the command and those after it have."""

    def strike(self, shop: Workshop) -> tuple[Ended, list[str]]:
        """Run the command, and let it happen; also returns what is wrong with the way in which it ended."""


@dataclasses.dataclass(frozen=True)
class Case:
    """One fault at one point of a scene."""

    scene: Scene
    point: str
    fault: Fault
    tidy: bool = False
    plants: tuple[str, ...] = ()

    def __str__(self) -> str:
        tidied = ", then vacuum" if self.tidy else ""
        return f"{self.scene.name}: {self.fault} at '{self.point}'{tidied}"

    def strike(self, shop: Workshop) -> tuple[Ended, list[str]]:
        """A process that is killed says nothing more; any other may end well, or says what went wrong."""
        report = shop.folder / "met.txt"
        report.write_text("", "utf-8")
        ended = shop.run(
            self.scene.args, point=self.point, fault=self.fault, report=str(report), plants=self.plants
        )
        if self.fault == "kill":
            met, wrong = ended.code == KILLED, []
        else:
            met = self.point in report.read_text("utf-8").splitlines()
            wrong = [*of_words(ended)] if ended.code else []
        not_met = f"the point was not met; exit code {ended.code}: {ended.stderr[-500:]}"
        return ended, wrong if met else [not_met]


class Trial:
    """Tries one case, and holds what is found against the promises."""

    def __init__(self, theatre: Theatre, case: Trouble) -> None:
        self._theatre = theatre
        self._shop: Workshop = theatre.shop
        self._case = case

    @cached_property
    def complaints(self) -> list[str]:
        """What does not hold; tried when it is asked for."""
        return [f"{self._case}: {found}" for found in self._found()]

    def _run(self, args: Args) -> Ended:
        return self._shop.run(args, plants=self._case.plants)

    def _found(self) -> Iterator[str]:
        case, scene = self._case, self._case.scene
        self._theatre.set(scene)
        before = set(self._shop.view().runs.values()) if scene.old.taken else set()
        ended, wrong = case.strike(self._shop)
        yield from ["the process hangs"] if ended.hangs else wrong
        if "Traceback" in ended.stderr or "Exception ignored" in ended.stderr:
            yield f"a traceback: {ended.stderr[-2000:]}"
        try:
            between = self._shop.view()
        except Exception as error:
            yield f"a reader fails: {error}"
            return
        shown = set(between.runs.values()) - before
        yield from self._of_readers(between, ended, shown)
        if case.tidy:
            tidied = self._run(("vacuum", "--orphans-after", "0", "--json"))
            if tidied.code and self._shop.place.layout.catalog.is_file():
                yield f"vacuum ends with {tidied.code}: {tidied.stderr}"
        for args, state in scene.again:
            ended = self._run(args)
            if ended.code:
                yield f"'{args[0]}' after it ends with {ended.code}: {ended.stderr[-2000:]}"
                return
            yield from settled(self._shop, state, f"after '{args[0]}'")
        # What was shown of a publish is not taken back: it is finished.
        history = self._shop.inside.history
        if case.scene.args[0] != "vacuum":
            yield from (f"run {run} had begun to show its work, and is gone" for run in shown - {*history})

    def _of_readers(self, between: View, ended: Ended, shown: set[str]) -> Iterator[str]:
        """Each table is as it was or as it shall be; the last one only when all others are, too.

        `shown` are runs that tables show which they did not before: of one that was made again with the same
        rows, nothing else tells.
        """
        scene = self._case.scene
        old, new = scene.old.tables, scene.new.tables
        yield from partly_shown(between, self._shop.inside, old, new)
        is_old = all(between.shows(name) == rows for name, rows in old.items())
        if ended.code == 0 and any(between.shows(name) != rows for name, rows in new.items()):
            yield f"the process says that it went well: {_first_difference(between, new)}"
        if _AS_IT_WAS in ended.stderr and not is_old:
            yield f"the process says that {_AS_IT_WAS}: {_first_difference(between, old)}"
        if _AS_IT_WAS in ended.stderr and shown:
            yield f"the process says that {_AS_IT_WAS}, and tables show {', '.join(sorted(shown))}"
        if _SOME_SHOWN in ended.stderr and not shown:
            yield f"the process says that {_SOME_SHOWN}, and none is"


def partly_shown(between: View, inside: Inside, old: Tables, new: Tables) -> Iterator[str]:
    """What a reader must not see while the lake is on its way from one state to another."""
    for name, rows in between.tables.items():
        if rows not in (old[name], new[name]):
            yield f"a reader sees neither the old nor the new {name}: {_difference(rows, new[name])}"
    if FOLDER in new and between.shows(FOLDER) != old[FOLDER] and between.shows(str(LAST)) != new[str(LAST)]:
        yield "files are shown before the tables"
    if between.shows(str(LAST)) != old[str(LAST)] and inside.named != inside.current:
        yield f"{LAST} is shown before {_unlike(inside.named, inside.current)}"


def settled(shop: Lake, state: State, when: str) -> Iterator[str]:
    """What is not as it must be when a command has ended well."""
    try:
        found, inside = shop.view(), shop.inside
    except Exception as error:
        yield f"{when}, a reader fails: {error}"
        return
    for name, rows in state.tables.items():
        if found.shows(name) != rows:
            yield f"{when}, {name} is wrong: {_difference(found.shows(name), rows)}"
    if inside.left_over:
        yield f"{when}, this is left over: {', '.join(inside.left_over)}"
    if inside.named != inside.current:
        yield f"{when}, {LAST} names other snapshots: {_unlike(inside.named, inside.current)}"
    if not inside.is_whole:
        yield f"{when}, the lake is not whole"
    ledger = inside.ledger
    for what, files, given in (("taken", ledger.files, state.taken), ("held", ledger.held, state.held)):
        wanted = sorted(file.sha256 for file in given)
        if sorted(file.sha256 for file in files) != wanted:
            yield f"{when}, {[file.name for file in files]} are {what}, not {[file.name for file in given]}"
    if FOLDER in state.tables:
        yield from _otherwise_in_the_catalog(shop, state, when)
    yield from _unreadable(shop, when)
    if shop.place.layout.catalog.is_file():
        all_runs(shop.place.layout)


def _otherwise_in_the_catalog(shop: Lake, state: State, when: str) -> Iterator[str]:
    """The table of the files has the rows that these have."""
    name = TableName(CRAWLED, FILES)
    catalog = lake_catalog(shop.place.layout)
    table = catalog.table(name)
    told = Counter({one.values: one.rows or 0 for one in catalog.partitions(name)} if table else {})
    columns = [column.name for one in shop.inside.heads if one.name == LAST for column in one.columns]
    at = columns.index("decade")
    rows = Counter((str(row[at]),) for row in state.tables[FOLDER])
    if told != rows or (table and table.rows != rows.total()):
        yield f"{when}, {name} has {table and table.rows} rows, in {dict(told)} and not in {dict(rows)}"


def _unreadable(shop: Lake, when: str) -> Iterator[str]:
    """Every snapshot that the last table remembers can be read: somebody may look at it, or go back to it."""
    head = shop.place.head.head(LAST)
    for snapshot in shop.inside.metadata(LAST).get("snapshots", ()):
        assert head
        try:
            rows = len(rows_of(head, shop.engine, snapshot["snapshot-id"]))
        except Exception as error:
            yield f"{when}, an earlier snapshot of {LAST} cannot be read: {error}"
            return
        if rows != int(snapshot["summary"]["total-records"]):
            yield f"{when}, an earlier snapshot of {LAST} has {rows} rows"


def of_words(ended: Ended) -> Iterator[str]:
    """An error is one paragraph."""
    if ended.code != _OUTSIDE:
        yield f"the exit code is {ended.code}: {ended.stderr[-500:]}"
    *_, last = ended.stderr.splitlines() or [""]
    if not last.startswith("error: ") or ended.stderr.count("error: ") != 1:
        yield f"no single error is told: {ended.stderr[-500:]!r}"
    if "something went wrong inside" in last:
        yield f"the error is not in words: {last}"


def _first_difference(found: View, wanted: Tables) -> str:
    name = next(name for name, rows in wanted.items() if found.shows(name) != rows)
    return f"{name} is not: {_difference(found.shows(name), wanted[name])}"


def _difference(found: list[tuple[object, ...]], wanted: list[tuple[object, ...]]) -> str:
    """In a line, what is too much and what is missing."""
    over, missing = [*found], []
    for row in wanted:
        if row in over:
            over.remove(row)
        else:
            missing.append(row)
    if not over and not missing:
        return f"{len(found)} rows in another order"
    return f"{len(over)} too many {over[:_MOST_SHOWN]}, {len(missing)} missing {missing[:_MOST_SHOWN]}"


def _unlike(named: dict[str, int], current: dict[str, int | None]) -> str:
    return ", ".join(name for name in sorted({*named, *current}) if named.get(name) != current.get(name))

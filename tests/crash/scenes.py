"""What the faults meet: each scene is a lake as it was, one command over it, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from tests.crash.catalogue import FIRST, NEWER, PROJECT, SECOND, THIRD, Given, write
from tests.crash.oracle import COLUMNS, Oracle, Tables
from tests.crash.place import FOLDER, LAST, Inside, Place, View, view
from tests.crash.processes import Ended, Nursery, Order
from tests.crash.projects import filing, widened

from wavehouse.engines.engine import Engine
from wavehouse.wiring.parts import open_engine

Args = tuple[str, ...]

_Point = TypeVar("_Point")


class Workshop:
    """A place for a lake, files to load, and processes to work on it."""

    def __init__(self, place: Place, nursery: Nursery, folder: Path) -> None:
        self.place: Place = place
        self.folder = folder
        self.engine: Engine = open_engine(folder / "scratch", place.layout.s3)
        self._nursery = nursery
        self._batches: dict[tuple[Given, ...], Path] = {}
        self._loaded: dict[tuple[Sequence[Given], ...], list[str]] = {(): []}

    def close(self) -> None:
        """Give back what it holds."""
        self.engine.close()

    def run(self, args: Args, **order: object) -> Ended:
        """Run wavehouse over the lake; `order` says what shall happen to it (`Order`)."""
        return self._nursery.run(Order((*args, "--lake", self.place.uri), **order))  # type: ignore[arg-type]

    def done(self, args: Args) -> Ended:
        """Run wavehouse over the lake, which must go well."""
        ended = self.run(args)
        assert ended.code == 0, ended.stderr
        return ended

    def files(self, files: Sequence[Given]) -> tuple[str, ...]:
        """The options that name the files of one batch."""
        folder = self._batches.get(tuple(files))
        if folder is None:
            folder = write(files, self.folder / "files" / str(len(self._batches)))
            self._batches[tuple(files)] = folder
        return (str(folder), "--batch-time", files[0].time)

    def load(self, files: Sequence[Given], project: Path = PROJECT) -> Args:
        """The call that loads them."""
        return ("run", "--project", str(project), "--from", *self.files(files), "--json")

    def loaded(self, *batches: Sequence[Given]) -> list[str]:
        """Make the lake one that has loaded these batches; returns the ids of the runs."""
        if batches not in self._loaded:
            before = self.loaded(*batches[:-1])
            run = self.done(self.load(batches[-1])).document["run_id"]
            self.place.keep(f"loaded {len(self._loaded)}")
            self._loaded[batches] = [*before, run]
        else:
            at = list(self._loaded).index(batches)
            self.place.bring_back(f"loaded {at}" if at else "")
        return self._loaded[batches]

    def view(self) -> View:
        """What a reader sees now."""
        return view(self.place, self.engine)

    @property
    def inside(self) -> Inside:
        """What the next run looks at."""
        return Inside(self.place)


@dataclass(frozen=True)
class State:
    """What the tables are made of: the files taken, and those held; the columns of the contracts, and the
    sources whose files are full snapshots; `files`: a folder of files has the rows of the last table."""

    taken: tuple[Given, ...] = ()
    held: tuple[Given, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: COLUMNS)
    snapshots: frozenset[str] = frozenset()
    files: bool = False

    @cached_property
    def tables(self) -> Tables:
        """What they must have; with `files`, the folder of files too."""
        tables = Oracle(self.taken, self.columns, self.snapshots).tables
        return {**tables, FOLDER: tables[str(LAST)]} if self.files else tables


@dataclass(frozen=True)
class Scene:
    """A command over a lake that is in the state `old`; `again` is run one after the other when it has
    failed, each with the state that it must lead to. `new` is what the command itself leads to."""

    name: str
    args: Args
    old: State
    new: State
    again: tuple[tuple[Args, State], ...]


RUN: Args = ("run", "--project", str(PROJECT), "--json")
FULL: Args = (*RUN, "--full")
COMPACT: Args = ("compact", "--project", str(PROJECT), "--json")
RELEASE: Args = ("release", "--project", str(PROJECT), "--json")
VACUUM: Args = ("vacuum", "--keep", "1", "--expire-after", "0", "--orphans-after", "0", "--json")
_ALL = (*FIRST, *NEWER, *SECOND, *THIRD)


def _again(args: Args, new: State, *more: tuple[Args, State]) -> tuple[tuple[Args, State], ...]:
    return ((args, new), *more)


def _first(shop: Workshop, name: str) -> Scene:
    args, new = shop.load(FIRST), State(FIRST)
    return Scene(name, args, State(), new, _again(args, new))


def _incremental(shop: Workshop, name: str) -> Scene:
    shop.loaded(FIRST, NEWER)
    args, new = shop.load(SECOND), State((*FIRST, *NEWER, *SECOND))
    return Scene(name, args, State((*FIRST, *NEWER)), new, _again(args, new))


def _full(shop: Workshop, name: str) -> Scene:
    shop.loaded(FIRST, NEWER, SECOND)
    state = State((*FIRST, *NEWER, *SECOND))
    return Scene(name, FULL, state, state, _again(FULL, state))


def _rollback(shop: Workshop, name: str) -> Scene:
    first, *_ = shop.loaded(FIRST, NEWER, SECOND, THIRD)
    args = ("rollback", "spotify.tracks", first, "--json")
    new = State(FIRST, _ALL[len(FIRST) :])
    return Scene(name, args, State(_ALL), new, _again(args, new, (RUN, new)))


def _release(shop: Workshop, name: str) -> Scene:
    _, newer, *_ = shop.loaded(FIRST, NEWER, SECOND)
    shop.done(("rollback", "spotify.tracks", newer, "--json"))
    old, new = State((*FIRST, *NEWER), SECOND), State((*FIRST, *NEWER, *SECOND))
    return Scene(name, RELEASE, old, new, _again(RELEASE, new, (RUN, new)))


def _compact(shop: Workshop, name: str) -> Scene:
    shop.loaded(FIRST, NEWER, SECOND, THIRD)
    state = State(_ALL)
    return Scene(name, COMPACT, state, state, _again(COMPACT, state, (RUN, state)))


def _vacuum(shop: Workshop, name: str) -> Scene:
    """Over a lake with snapshots to forget, held files to keep, and what a killed run has left."""
    _, newer, *_ = shop.loaded(FIRST, NEWER, SECOND)
    killed = shop.run(shop.load(THIRD), point="staging/_batches/<run>.json: rename", fault="kill")
    assert killed.code < 0, killed.stderr
    shop.done(("rollback", "spotify.tracks", newer, "--json"))
    held = State((*FIRST, *NEWER), SECOND)
    released = State((*FIRST, *NEWER, *SECOND))
    return Scene(
        name, VACUUM, held, held, _again(VACUUM, held, (RUN, held), (RELEASE, released), (VACUUM, released))
    )


def _stage(shop: Workshop, name: str) -> Scene:
    shop.loaded(FIRST)
    args = ("stage", *shop.files(SECOND), "--project", str(PROJECT), "--json")
    old, new = State(FIRST), State((*FIRST, *SECOND))
    return Scene(name, args, old, old, _again(args, old, (RUN, new)))


def _new_column(shop: Workshop, name: str) -> Scene:
    """The contract of artists gets a column, which files have had all the time."""
    files = (*FIRST, *(_with_country(file) for file in THIRD))
    shop.loaded(FIRST, files[len(FIRST) :])
    project = widened(shop.folder / "widened")
    args = ("run", "--project", str(project), "--json")
    new = State(files, columns={**COLUMNS, "artists": (*COLUMNS["artists"], "country")})
    return Scene(name, args, State(files), new, _again(args, new))


def _with_country(file: Given) -> Given:
    if file.source != "artists":
        return file
    return Given(file.name, (*file.header, "country"), tuple((*row, "SE") for row in file.rows), file.time)


def _files(shop: Workshop, name: str) -> Scene:
    project = filing(shop.folder / "filing")
    args, new = shop.load(FIRST, project), _filed(FIRST)
    return Scene(name, args, _filed(()), new, _again(args, new))


def _changed_files(shop: Workshop, name: str) -> Scene:
    """The newest file of artists lacks some that the one before had, and rows of theirs go."""
    project = filing(shop.folder / "filing")
    shop.loaded()
    for batch in (FIRST, NEWER):
        shop.done(shop.load(batch, project))
    args, new = shop.load(SECOND, project), _filed((*FIRST, *NEWER, *SECOND))
    return Scene(name, args, _filed((*FIRST, *NEWER)), new, _again(args, new))


def _rollback_of_files(shop: Workshop, name: str) -> Scene:
    project, (first, *_) = _filings(shop)
    to = ("--project", str(project), "--json")
    args, new = ("rollback", "spotify.tracks", first, *to), _filed(FIRST, (*NEWER, *SECOND))
    return Scene(name, args, _filed((*FIRST, *NEWER, *SECOND)), new, _again(args, new, (("run", *to), new)))


def _vacuum_of_files(shop: Workshop, name: str) -> Scene:
    """Over versions of a folder that are to be forgotten, and of one that has been rolled back."""
    project, (_, newer, _) = _filings(shop)
    to = ("--project", str(project), "--json")
    shop.done(("rollback", "spotify.tracks", newer, *to))
    held, released = _filed((*FIRST, *NEWER), SECOND), _filed((*FIRST, *NEWER, *SECOND))
    again = ((("run", *to), held), (("release", *to), released), (VACUUM, released))
    return Scene(name, VACUUM, held, held, _again(VACUUM, held, *again))


def _filings(shop: Workshop) -> tuple[Path, list[str]]:
    """Load three batches, of which files are written; returns the project and the ids of its runs."""
    project = filing(shop.folder / "filing")
    shop.loaded()
    runs = [shop.done(shop.load(batch, project)).document["run_id"] for batch in (FIRST, NEWER, SECOND)]
    return project, runs


def _filed(taken: tuple[Given, ...], held: tuple[Given, ...] = ()) -> State:
    return State(taken, held, snapshots=frozenset({"artists"}), files=True)


_SCENES: dict[str, Callable[[Workshop, str], Scene]] = {
    "a first run": _first,
    "an incremental run": _incremental,
    "a full run": _full,
    "a run by a changed contract": _new_column,
    "a first run that writes files": _files,
    "a run over snapshots that writes files": _changed_files,
    "a rollback": _rollback,
    "a release": _release,
    "a compaction": _compact,
    "a vacuum": _vacuum,
    "a rollback of files": _rollback_of_files,
    "a vacuum of files": _vacuum_of_files,
    "staging": _stage,
}
NAMES = tuple(_SCENES)
RUNS = tuple(name for name in NAMES if " run" in name)
# Those that differ in what flows write to the lake's directory, wherever its tables lie.
IN_A_DIRECTORY = tuple(name for name in NAMES if "files" in name)


class Theatre:
    """Scenes, each prepared once; and the points that its command meets."""

    def __init__(self, shop: Workshop) -> None:
        self.shop = shop
        self._scenes: dict[str, Scene] = {}
        self._points: dict[str, list[str]] = {}

    def scene(self, name: str) -> Scene:
        """The scene, ready to be set (`set`)."""
        if name not in self._scenes:
            self.shop.loaded()
            scene = _SCENES[name](self.shop, name)
            if scene.old.taken:
                self.shop.place.keep(name)
            self._scenes[name] = scene
        return self._scenes[name]

    def set(self, scene: Scene) -> None:
        """Bring the lake into the state in which the command meets it."""
        self.shop.place.bring_back(scene.name if scene.old.taken else "")

    def points(self, name: str) -> list[str]:
        """All points of the scene's command, as a run without a fault meets them."""
        if name not in self._points:
            scene = self.scene(name)
            self.set(scene)
            report = self.shop.folder / "points.txt"
            ended = self.shop.run(scene.args, report=str(report))
            assert ended.code == 0, ended.stderr
            self._points[name] = report.read_text("utf-8").splitlines()
        return self._points[name]


def spread(points: Sequence[_Point], count: int, seed: int) -> list[_Point]:
    """At most `count` of the points, at equal distances; `seed` says where they begin."""
    step = max(1, -(-len(points) // count))
    return list(points[seed % step :: step])


def telling(points: Sequence[str], count: int, seed: int) -> list[str]:
    """At most `count` points: half of them commits to the catalog, where what readers see changes."""
    commits = [point for point in points if "commit: " in point]
    others = [point for point in points if point not in commits]
    chosen = {*spread(commits, max(1, count // 2), seed), *spread(others, count - count // 2, seed)}
    return [point for point in points if point in chosen]

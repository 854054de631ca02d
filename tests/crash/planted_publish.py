"""Bugs in the order of a publish: the one thing whose order is the whole of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from tests.crash.warehouse import warehouse_of

from wavehouse.core.errors import OutsideError
from wavehouse.lake.audit import audit
from wavehouse.lake.bookmark import RUN, SNAPSHOTS
from wavehouse.lake.change import Staged, TableChange
from wavehouse.lake.commit import Committer
from wavehouse.lake.head import location_of
from wavehouse.lake.publication import Publication
from wavehouse.pipeline.publish import commit

_Staged = list[tuple[TableChange, Staged]]


def _publishing(finish: Callable[[Publication, Any, _Staged, str], None]) -> AbstractContextManager[object]:
    """A publish that stages as it should, and does with what is staged what `finish` says."""
    original = Publication.publish

    def publish(publication: Any, engine: Any, changes: Any, bookmark: Mapping[str, str]) -> None:
        staged: _Staged = []
        committer = publication._committer
        stage, by_name = committer.stage, {change.name: change for change in changes}

        def staging(change: TableChange, run: str, summary: Mapping[str, str]) -> Staged:
            one: Staged = stage(change, run, summary)
            staged.append((by_name[change.name], one))
            if SNAPSHOTS in summary:
                finish(publication, engine, staged, bookmark[RUN])
            return one

        with (
            patch.object(committer, "stage", staging),
            patch.object(committer, "move_forward", lambda *_, **__: None),
            patch("wavehouse.lake.publication.audit", lambda *_: None),
        ):
            original(publication, engine, changes, bookmark)

    return patch.object(Publication, "publish", publish)


def _show(publication: Any, staged: _Staged, run: str) -> None:
    for change, one in staged:
        Committer.move_forward(publication._committer, change.name, run, new=one.new)


def _the_joined_table_first() -> AbstractContextManager[object]:
    """The table that names the others is shown before they are."""

    def finish(publication: Any, engine: Any, staged: _Staged, run: str) -> None:
        for change, one in staged:
            audit(engine, change, one)
        _show(publication, [staged[-1], *staged[:-1]], run)

    return _publishing(finish)


def _shown_before_it_is_read_back() -> AbstractContextManager[object]:
    """What was written is held against the table when everybody sees it already."""

    def finish(publication: Any, engine: Any, staged: _Staged, run: str) -> None:
        _show(publication, staged, run)
        for change, one in staged:
            audit(engine, change, one)

    return _publishing(finish)


def _files_come_after_the_commit() -> AbstractContextManager[object]:
    """A commit names files that are written a moment later."""

    def finish(publication: Any, engine: Any, staged: _Staged, run: str) -> None:
        for change, one in staged:
            audit(engine, change, one)
        files = warehouse_of(publication._layout).files
        paths = [location.removeprefix("s3://") for change, _ in staged for location in change.added]
        for path in paths:
            files.move(path, f"{path}.late")
        _show(publication, staged, run)
        for path in paths:
            files.move(f"{path}.late", path)

    return _publishing(finish)


def _tried_again_by_appending() -> AbstractContextManager[object]:
    """A publish whose answer was lost is done once more, without a look at whether it was done."""

    def again(
        layout: Any, engine: Any, changes: Sequence[TableChange], bookmark: Mapping[str, str], record: Any
    ) -> None:
        try:
            commit(layout, engine, changes, bookmark, record)
        except OutsideError:
            committer = Committer(layout)
            for change in changes:
                table = committer._catalog.load_table((change.name.database, change.name.table))
                locations = [location_of(location) for location in change.added]
                table.add_files(locations, dict(bookmark), check_duplicate_files=False)
            committer.close()
            raise

    return patch("wavehouse.pipeline.work.commit", again)


PUBLISHES = (
    _the_joined_table_first,
    _shown_before_it_is_read_back,
    _files_come_after_the_commit,
    _tried_again_by_appending,
)

"""Bugs, to see whether the tests see them: each is put into a child by name, and is one that people make."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from tests.crash.planted_bucket import IN_A_BUCKET
from tests.crash.planted_publish import PUBLISHES

from wavehouse.core.errors import WavehouseError
from wavehouse.lake.commit import Committer
from wavehouse.lake.head import LakeHead
from wavehouse.pipeline import ledger, vacuum
from wavehouse.pipeline.ledger import Ledger
from wavehouse.pipeline.load import LoadedSource
from wavehouse.pipeline.published import last_publish
from wavehouse.pipeline.repair import repair
from wavehouse.pipeline.waiting import Waiting
from wavehouse.staging import current_rows
from wavehouse.store import durable

Plant = Callable[[], AbstractContextManager[object]]


class _NothingShown:
    """A last publish that shows nothing of any run."""

    def shows(self, _run: str) -> bool:
        return False


def _ledger_beside_the_catalog() -> AbstractContextManager[object]:
    """What was taken is read from the newest ledger there is, not from the one that a snapshot names."""

    def newest(layout: Any, summary: Mapping[str, str]) -> Ledger:
        paths = sorted((layout.staging / "_ledger").glob("*.json"))
        if not paths:
            return Ledger()
        with patch.object(ledger, "_ledger_path", lambda *_: paths[-1]):
            content = paths[-1].read_bytes()
            named = {
                **summary,
                "wavehouse.ledger": str(paths[-1].relative_to(layout.root)),
                "wavehouse.ledger-sha256": hashlib.sha256(content).hexdigest(),
            }
            return ledger.read_ledger(layout, named)

    return patch("wavehouse.pipeline.published.read_ledger", newest)


def _repair_takes_back() -> AbstractContextManager[object]:
    """A publish that was cut off is taken back, whatever was shown of it."""
    return patch("wavehouse.pipeline.repair.last_publish", lambda _: _NothingShown())


def _repair_looks_away() -> AbstractContextManager[object]:
    """A publish that was cut off half shown is nobody's business."""
    original = LakeHead.unfinished

    def unfinished(head: Any) -> list[Any]:
        shown = last_publish(head._layout)
        return [one for one in original(head) if not shown.shows(one.run)]

    return patch.object(LakeHead, "unfinished", unfinished)


def _undone_whatever_was_shown() -> AbstractContextManager[object]:
    """A run that fails removes its files, though a table shows them."""

    return patch("wavehouse.pipeline.work.last_publish", lambda _: _NothingShown())


def _upsert_appends() -> AbstractContextManager[object]:
    """Files with the old versions of rows stay in the table."""
    original = LoadedSource.__dict__["change"].fget

    def change(source: LoadedSource) -> Any:
        made = original(source)
        if made.removed:
            object.__setattr__(made, "removed", [])
        return made

    return patch.object(LoadedSource, "change", property(change))


def _upsert_appends_unseen() -> AbstractContextManager[object]:
    """The same, and nothing is read back."""
    stack = contextlib.ExitStack()
    stack.enter_context(_upsert_appends())
    stack.enter_context(patch("wavehouse.lake.publication.audit", lambda *_: None))
    return stack


def _the_last_to_arrive_wins() -> AbstractContextManager[object]:
    """A row that comes takes the place of the one that is there, whatever their times."""
    original, old = current_rows._latest_first, current_rows._OLD
    return patch.object(current_rows, "_latest_first", lambda: f"{old}, {original()}")


def _waiting_rows_forgotten() -> AbstractContextManager[object]:
    """A run that comes after one that was cut off lets the rows go that wait."""
    begin = Waiting.__init__
    cut_off: list[Any] = []

    def repairing(layout: Any, progress: Any) -> list[str]:
        cut_off.extend(LakeHead(layout).unfinished())
        return repair(layout, progress)

    def begun(waiting: Waiting, *args: Any) -> None:
        begin(waiting, *args)
        if cut_off:
            waiting.forget()

    stack = contextlib.ExitStack()
    stack.enter_context(patch("wavehouse.pipeline.run.repair", repairing))
    stack.enter_context(patch.object(Waiting, "__init__", begun))
    return stack


def _rollback_holds_nothing() -> AbstractContextManager[object]:
    """The files that a rollback takes out are anybody's again."""

    def without_held(files: Any, _held: Any, sources: Any, tables: Any) -> Ledger:
        return Ledger(files, (), sources, tables)

    return patch("wavehouse.pipeline.rollback.Ledger", without_held)


def _vacuum_forgets_the_held() -> AbstractContextManager[object]:
    """Landed files that a rollback holds count as nobody's."""
    original = vacuum._needed_landed

    def needed(layout: Any) -> set[str]:
        held = last_publish(layout).ledger.held
        return original(layout) - {str(layout.root / file.path) for file in held}

    return patch("wavehouse.pipeline.vacuum._needed_landed", needed)


def _vacuum_sees_what_is_shown() -> AbstractContextManager[object]:
    """Files that only a branch or a table that nobody sees yet has count as nobody's."""
    original = Committer.all_tables

    def shown(committer: Any) -> list[Any]:
        tables = [table for table in original(committer) if table.name()[0] != "_unseen"]
        for table in tables:
            main = table.metadata.refs["main"].snapshot_id
            kept = [one for one in table.metadata.snapshots if one.snapshot_id == main]
            table.metadata = table.metadata.model_copy(update={"snapshots": kept})
        return tables

    stack = contextlib.ExitStack()
    stack.enter_context(patch("wavehouse.pipeline.vacuum.repair", lambda *_: []))
    stack.enter_context(patch.object(Committer, "all_tables", shown))
    return stack


def _failures_to_show_unheard() -> AbstractContextManager[object]:
    """When a table cannot be shown, nobody is told."""
    original = Committer.move_forward

    def move_forward(committer: Any, *args: Any, **kwargs: Any) -> None:
        with contextlib.suppress(WavehouseError):
            original(committer, *args, **kwargs)

    return patch.object(Committer, "move_forward", move_forward)


def _data_not_synced() -> AbstractContextManager[object]:
    """The files with the rows are left to the system to write."""
    return patch("wavehouse.store.object_store.sync_files", lambda *_, **__: None)


def _metadata_not_synced() -> AbstractContextManager[object]:
    """The files that name the others are left to the system to write."""
    return patch("wavehouse.lake.synced_io.sync_files", lambda *_, **__: None)


def _folders_not_synced() -> AbstractContextManager[object]:
    """Files are synced, and their names are not."""
    original = durable._sync

    def sync(path: Any) -> None:
        if path.is_file():
            original(path)

    return patch.object(durable, "_sync", sync)


_PLANTS: Sequence[Plant] = (
    _ledger_beside_the_catalog,
    _repair_takes_back,
    _repair_looks_away,
    _undone_whatever_was_shown,
    _upsert_appends,
    _upsert_appends_unseen,
    _the_last_to_arrive_wins,
    _waiting_rows_forgotten,
    _rollback_holds_nothing,
    _vacuum_forgets_the_held,
    _vacuum_sees_what_is_shown,
    _failures_to_show_unheard,
    _data_not_synced,
    _metadata_not_synced,
    _folders_not_synced,
    *PUBLISHES,
    *IN_A_BUCKET,
)
BUGS = {plant.__name__.strip("_").replace("_", " "): plant for plant in _PLANTS}


@contextlib.contextmanager
def plant(name: str) -> Iterator[None]:
    """Have the bug of that name, in this process."""
    with BUGS[name]():
        yield

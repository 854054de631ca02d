"""One publish: changes of several tables are committed unseen, read back, and shown one after the other."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from wavehouse.core.errors import WavehouseError
from wavehouse.engines.engine import Engine
from wavehouse.lake.audit import audit
from wavehouse.lake.bookmark import RUN, SNAPSHOTS
from wavehouse.lake.change import Staged, TableChange
from wavehouse.lake.commit import Committer
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout


class Publication:
    """A publish of one lake, whose lock is held. Close it after use."""

    def __init__(self, layout: LakeLayout) -> None:
        self._layout = layout
        self._committer = Committer(layout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._committer.close()

    def publish(self, engine: Engine, changes: Sequence[TableChange], bookmark: Mapping[str, str]) -> None:
        """Publish changes; the last one's table is always committed to, and shown last.

        Its summary then names the snapshots of all tables of the lake that belong together. Until the first
        table is shown everything can be taken back, and is, when something fails; from then on the next run
        finishes what is left. Raises `OutsideError`.
        """
        run = bookmark[RUN]
        self._layout.files.make_durable(location for change in changes for location in change.added)
        *others, last = changes
        snapshots = _snapshots_now(self._layout)
        staged: list[tuple[TableChange, Staged]] = []
        try:
            for change in others:
                if not change.is_empty:
                    staged.append((change, self._committer.stage(change, run, bookmark)))
                    snapshots[str(change.name)] = staged[-1][1].snapshot_id
            snapshots.pop(str(last.name), None)
            summary = {**bookmark, SNAPSHOTS: json.dumps(snapshots)}
            staged.append((last, self._committer.stage(last, run, summary)))
            for change, one in staged:
                audit(engine, change, one)
        except BaseException:
            # Whatever is left is taken back by the next run.
            with contextlib.suppress(WavehouseError, OSError):
                self.take_back(run)
            raise
        for _, one in staged:
            self._committer.move_forward(one.name, run, new=one.new)

    def finish(self, run: str) -> None:
        """Show what a publish that was cut off has not shown yet."""
        mine = [one for one in LakeHead(self._layout).unfinished() if one.run == run]
        for one in sorted(mine, key=lambda one: SNAPSHOTS in one.summary):
            self._committer.move_forward(one.name, run, new=one.new)

    def take_back(self, run: str) -> None:
        """Remove from the catalog what a publish has committed and not shown."""
        for one in LakeHead(self._layout).unfinished():
            if one.run == run:
                self._committer.discard(one.name, run, new=one.new)


def _snapshots_now(layout: LakeLayout) -> dict[str, int]:
    return {
        str(head.name): head.snapshot_id
        for head in LakeHead(layout).heads()
        if head.snapshot_id is not None and RUN in head.properties
    }

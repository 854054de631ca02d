"""What statements commit: one table at a time, unseen until it was read back, in one snapshot."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence

from wavehouse.core.errors import WavehouseError
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.lake.audit import audit
from wavehouse.lake.bookmark import ACTION, STATEMENT
from wavehouse.lake.change import TableChange
from wavehouse.lake.commit import Committer
from wavehouse.lake.head import LakeHead


class StatementCommitter(Committer):
    """Commits them. The lake's lock is held, and what was cut off before is in order; close it after use."""

    def publish(self, engine: Engine, change: TableChange, run: str, action: str) -> None:
        """Make a change of a table, whose files are written.

        All of it or nothing: what fails, or is cut off, before the table shows the snapshot is taken back.
        Raises `OutsideError`.
        """
        layout = self._layout
        try:
            layout.files.make_durable(change.added)
            staged = self.stage(change, run, {STATEMENT: run, ACTION: action})
            audit(engine, change, staged)
        except BaseException:
            # Whatever is left is taken back by whoever writes next.
            with contextlib.suppress(WavehouseError, OSError):
                self.take_back(change.name, run)
            raise
        self.move_forward(change.name, run, new=staged.new)

    def take_back(self, name: TableName, run: str) -> None:
        """Remove what was committed and not shown, and the data files of that piece of work."""
        for one in LakeHead(self._layout).unfinished():
            if one.run == run:
                self.discard(one.name, run, new=one.new)
        self._layout.files.remove_folder(self._layout.data(name, run))

    def set_properties(
        self, name: TableName, properties: Mapping[str, str], removed: Collection[str] = ()
    ) -> None:
        """Set properties of a table, and remove others, in one commit."""
        with self._told(name):
            table = self._catalog.load_table(self._place(name))
            gone: Sequence[str] = [key for key in removed if key in table.properties]
            with table.transaction() as transaction:
                if properties:
                    transaction.set_properties(dict(properties))
                if gone:
                    transaction.remove_properties(*gone)

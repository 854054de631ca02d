"""What stands in the summary of every snapshot that a run or the upkeep made: the names of its entries."""

from __future__ import annotations

# The run by which the snapshot was published; all tables that it changed show the same.
RUN = "wavehouse.run"
# The piece of work of a statement, by which its files are called too.
STATEMENT = "wavehouse.statement"
# The hash of the project's files by which the rows were made.
PROJECT = "wavehouse.project"
# The snapshots of all tables that belong together, as JSON; only in the table that is moved last.
SNAPSHOTS = "wavehouse.source-snapshots"
# What was done: a run, a rollback, a compaction.
ACTION = "wavehouse.action"

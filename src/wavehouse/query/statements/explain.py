"""EXPLAIN: what a query would read of the lake, and what it is translated to; nothing is read.

The plan is ours: Trino's describes its own cluster. One row a line, under Athena's heading.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import texts
from wavehouse.query.statements.context import Context
from wavehouse.query.statements.words import Reader, Word
from wavehouse.query.translate import Translation
from wavehouse.query.trino_times import told_type


def explain(reader: Reader, context: Context) -> Answer:
    """Answer EXPLAIN [(FORMAT TEXT)] query, of which the first word is read; raises `QueryError`."""
    started = time.perf_counter()
    if reader.take("ANALYZE"):
        raise QueryError(
            "EXPLAIN ANALYZE is not covered yet", remedy="Run the query: its answer tells bytes and seconds"
        )
    # (A bracket may also begin the query.)
    if reader.sees("(") and not _is_query(reader.words[reader.at + 1 : reader.at + 2]):
        _options(reader)
    if not _is_query(reader.words[reader.at : reader.at + 1]):
        reader.fail(
            "EXPLAIN of anything but a query is not covered yet", "Write EXPLAIN SELECT …, WITH … or VALUES …"
        )
    translation = context.translated(reader.rest())
    return texts(["Query Plan"], [(line,) for line in _plan(translation, context)], started)


def _is_query(words: Sequence[Word]) -> bool:
    """Whether a query begins with the first of these words."""
    return bool(words) and words[0].keyword in ("SELECT", "WITH", "VALUES", "(")


def _options(reader: Reader) -> None:
    reader.expect("(")
    while True:
        if reader.take("FORMAT"):
            if not reader.take("TEXT"):
                reader.fail("this FORMAT of EXPLAIN is not covered yet", "Write FORMAT TEXT")
        elif reader.take("TYPE"):
            if not reader.take("LOGICAL"):
                reader.fail("this TYPE of EXPLAIN is not covered yet", "Leave it out")
        else:
            reader.fail("this option of EXPLAIN is not covered yet", "Write FORMAT TEXT")
        if not reader.take(","):
            break
    reader.expect(")")


def _plan(translation: Translation, context: Context) -> Iterator[str]:
    yield "Gives"
    for column in translation.columns:
        yield f"  {column.name} {told_type(column.type)}"
    yield "Reads" if translation.reads else "Reads nothing of the lake"
    for version, columns in sorted(translation.reads.items(), key=lambda one: str(one[0].table)):
        head = context.tables.head(version.table)
        scans = translation.scans.get(version)
        if scans is not None:
            files = {file.location: file.size for scan in scans for file in scan.files}
            partitions = {file.partition for scan in scans for file in scan.files if file.partition}
            where = f" in {len(partitions):,} partitions" if partitions else ""
            yield (
                f"  {version.table} ({scans[0].format}): {len(files):,} files{where}, "
                f"{sum(files.values()):,} bytes, after partitions that WHERE rules out"
            )
        else:
            snapshot = version.snapshot_id or (head.snapshot_id if head else None)
            size = f", {head.files:,} files, {head.rows:,} rows" if head and not version.snapshot_id else ""
            yield f"  {version.table} (iceberg): snapshot {snapshot}{size}"
        yield f"    columns: {', '.join(sorted(columns)) or 'none, rows are only counted'}"
    yield "Runs on DuckDB as"
    yield f"  {_without_places(translation)}"


def _without_places(translation: Translation) -> str:
    """The SQL with its files told from their tables, and not where on a machine these lie."""
    folders: dict[str, str] = {}
    for use in translation.uses:
        own, table = use.version.metadata, str(use.version.table)
        # (Of an Iceberg table this is a file in the folder `metadata`, of an external one its folder.)
        folder = own.rsplit("/", 2)[0] if use.scan is None else own.rstrip("/")
        folders[_escaped(folder)] = table
        for file in use.scan.files if use.scan is not None else ():
            if not file.location.startswith(f"{folder}/"):
                folders[_escaped(file.location.rpartition("/")[0])] = table
    if not folders:
        return translation.sql
    longest_first = "|".join(re.escape(one) for one in sorted(folders, key=len, reverse=True))
    return re.sub(f"(?:file://)?({longest_first})/", lambda found: f"{folders[found[1]]}/", translation.sql)


def _escaped(text: str) -> str:
    """As it stands in a constant."""
    return literal(text)[1:-1]

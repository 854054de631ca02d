"""CSV files as DuckDB reads them, with everything said: its defaults lose rows silently."""

from __future__ import annotations

from wavehouse.core.sql_text import column_list, literal
from wavehouse.engines.engine import CsvScan

# A record longer than this is refused, not read: a missing quote must not swallow the memory.
MAX_RECORD_BYTES = 2 * 1024 * 1024


def csv_relation(scan: CsvScan) -> str:
    """See `Engine.csv`."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in scan.columns)
    form = scan.format
    scanned = (
        f"read_csv({literal(str(scan.path))}, auto_detect = false, "
        f"header = {str(scan.header).lower()}, strict_mode = true, "
        f"delim = {literal(form.delimiter)}, quote = {literal(form.quote)}, "
        f"escape = {literal(form.escape)}, encoding = {literal(form.encoding)}, "
        f"columns = {{{columns}}}, nullstr = '', "
        f"allow_quoted_nulls = true, store_rejects = true, max_line_size = {MAX_RECORD_BYTES})"
    )
    if scan.ascii:
        return scanned
    # Every column is asked for: an undecodable byte in a column that is not read would pass unseen, and
    # behind one it would end DuckDB with an internal error.
    return f"(SELECT * FROM {scanned} WHERE coalesce({column_list(scan.columns)}, '') IS NOT NULL)"

"""CSV files as DuckDB reads them, with everything said: its defaults lose rows silently."""

from __future__ import annotations

from wavehouse.core.errors import RejectedError
from wavehouse.core.sql_text import column_list, literal
from wavehouse.engines.engine import CsvScan, MisfitError

# What a statement stops with at a value that does not fit.
MISFIT = "wavehouse: a value does not fit"

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


def rejects_query() -> str:
    """A query for the records refused by the scans of a connection: offset, column, reason; one of each."""
    # A record can be refused for several reasons; `line` counts records, not lines, so offsets it is.
    return (
        "SELECT line_byte_position - 1, coalesce(min_by(column_name, byte_position), ''), "
        "lower(min_by(error_type, byte_position)::VARCHAR) "
        "FROM reject_errors GROUP BY 1 ORDER BY 1"
    )


def csv_verdict(said: str) -> Exception | None:
    """What an error of a statement over a CSV file means for the file; None where it is no fault of it."""
    if MISFIT in said:
        return MisfitError()
    if "GZIP" in said:
        return RejectedError(
            "the compressed file does not end where its contents do", remedy="Compress it again"
        )
    if said.startswith("Invalid Input Error"):
        # Lines that end in several ways, unseen because a stray quote hid some of them from the count.
        return RejectedError(
            "a quote stands where none may stand, and where its value ends cannot be told",
            remedy='Put values that hold quotes in quotes, with the inner ones doubled: "5"" disc"',
        )
    return None

"""What a query costs on Athena, known before it runs, and the limit that a project sets to it.

Athena bills the bytes that a query scans, rounded up to the next megabyte and at least 10 MB; statements that
define tables, and queries that fail, cost nothing: https://aws.amazon.com/athena/pricing/ . The page does not
say how many bytes a megabyte has; here it has 1,000,000, as in the least limit of a workgroup (10,000,000
bytes), so that a terabyte is the smaller and dearer one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from wavehouse.core.byte_sizes import size
from wavehouse.core.errors import ScanLimitError
from wavehouse.core.table_name import TableName
from wavehouse.query.estimate import TableScan

PRICE_PER_TB = 5.0
MINIMUM = 10_000_000
_MEGABYTE, _TERABYTE = 10**6, 10**12
# More columns than this are not named one by one.
_MOST_NAMES = 8

# The bytes of the files that a table (its name, its location) comes from; None where that is not known.
RawBytes = Callable[[TableName, str], int | None]


@dataclass(frozen=True)
class Rates:
    """USD per terabyte, and the bytes that a query may scan (None: any number) with where that is written."""

    price_per_tb: float = PRICE_PER_TB
    cutoff: int | None = None
    where: str = ""

    def usd(self, billed: int) -> float:
        """What so many billed bytes cost."""
        return self.price_per_tb * billed / _TERABYTE


@dataclass(frozen=True)
class Pricing:
    """How queries are priced; without `raw` it is not told what they would cost on the files as they came."""

    rates: Rates = Rates()
    raw: RawBytes | None = None


@dataclass(frozen=True)
class Price:
    """What Athena would scan for a query, by place, and what that costs.

    `csv_bytes` is what it would scan of the files that the tables come from: all of them, for each place;
    None where they are not known.
    """

    rates: Rates
    scans: tuple[TableScan, ...]
    csv_bytes: int | None = None

    @property
    def bytes(self) -> int:
        """The bytes that Athena would scan."""
        return sum(scan.bytes for scan in self.scans)

    @property
    def usd(self) -> float:
        """What that costs."""
        return self.rates.usd(billed(self.bytes))

    @property
    def is_over_limit(self) -> bool:
        """Whether the project forbids it."""
        return self.rates.cutoff is not None and self.bytes > self.rates.cutoff

    def check(self) -> None:
        """Raise `ScanLimitError` where the limit forbids to run the query."""
        if self.rates.cutoff is None or not self.is_over_limit:
            return
        most = max(self.scans, key=lambda scan: scan.bytes)
        raise ScanLimitError(
            f"Athena would scan {size(self.bytes)} ({self.bytes:,} bytes) for this query, most of it "
            f"of {most.table}, and bytes_scanned_cutoff allows {size(self.rates.cutoff)} "
            f"({self.rates.cutoff:,} bytes): it was not run",
            where=self.rates.where,
            remedy="Select fewer columns, compare the column by which the table is partitioned with "
            "constants in WHERE (--price shows what is scanned), or raise the limit",
        )

    def document(self) -> dict[str, Any]:
        """JSON-ready: `bytes, billed_bytes, usd, csv_bytes, csv_billed_bytes, csv_usd, …, tables[…]`."""
        csv = None if self.csv_bytes is None else billed(self.csv_bytes)
        return {
            "bytes": self.bytes,
            "billed_bytes": billed(self.bytes),
            "usd": round(self.usd, 12),
            "csv_bytes": self.csv_bytes,
            "csv_billed_bytes": csv,
            "csv_usd": None if csv is None else round(self.rates.usd(csv), 12),
            "price_per_tb": self.rates.price_per_tb,
            "bytes_scanned_cutoff": self.rates.cutoff,
            "over_cutoff": self.is_over_limit,
            "tables": [
                {
                    "table": str(scan.table),
                    "bytes": scan.bytes,
                    "times": scan.times,
                    "columns": list(scan.columns),
                    "files": scan.files,
                    "all_files": scan.all_files,
                    "row_groups": scan.row_groups,
                    "all_row_groups": scan.all_row_groups,
                }
                for scan in self.scans
            ],
        }

    def reasons(self) -> list[str]:
        """A line for each place of a table: what of it is scanned."""
        return [_reason(scan) for scan in self.scans]

    def line(self) -> str:
        """One line for people."""
        said = (
            f"Athena would scan {size(self.bytes)} ({billed(self.bytes) // _MEGABYTE:,} MB billed): "
            f"{dollars(self.usd)}"
        )
        if self.csv_bytes is None:
            return said
        csv = self.rates.usd(billed(self.csv_bytes))
        return f"{said}; as CSV {size(self.csv_bytes)}: {dollars(csv)}"


def priced(scans: Sequence[TableScan], pricing: Pricing) -> Price:
    """The price of a query that scans this."""
    return Price(pricing.rates, tuple(scans), _raw(scans, pricing.raw) if pricing.raw else None)


def billed(scanned: int) -> int:
    """The bytes that are billed where so many are scanned."""
    return max(-(-scanned // _MEGABYTE) * _MEGABYTE, MINIMUM)


def dollars(usd: float) -> str:
    """An amount with two digits that count: $0.00005, $0.0012, $1.25."""
    amount = Decimal(repr(usd))
    if not amount:
        return "$0"
    places = max(2, 1 - amount.adjusted())
    whole, _, digits = format(amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f").partition(".")
    return f"${whole}.{digits.rstrip('0').ljust(2, '0')}"


def _reason(scan: TableScan) -> str:
    groups = f", {scan.row_groups} of {scan.all_row_groups} row groups in them" * bool(scan.all_row_groups)
    times = f", {scan.times} times" * (scan.times > 1)
    files = f"{size(scan.bytes)} of {scan.files} of {scan.all_files} files"
    return f"{scan.table}: {files}{groups}{times}; columns: {_columns(scan.columns)}"


def _columns(names: Sequence[str]) -> str:
    return f"{len(names)} of them" if len(names) > _MOST_NAMES else ", ".join(names) or "none"


def _raw(scans: Sequence[TableScan], raw: RawBytes) -> int | None:
    total = 0
    for scan in scans:
        one = raw(scan.table, scan.location)
        if one is None:
            return None
        total += one * scan.times
    return total

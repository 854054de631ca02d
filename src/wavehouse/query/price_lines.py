"""What a query would cost, as lines or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from wavehouse.query.output import shown
from wavehouse.query.price import priced
from wavehouse.query.trino_times import told_type

if TYPE_CHECKING:
    from wavehouse.query.price import Price, Pricing
    from wavehouse.query.translate import ResultColumn

# More columns than this are not named one by one.
_MOST_NAMES = 8


def write_price(columns: Sequence[ResultColumn], price: Price, *, as_json: bool) -> None:
    """Write what a query would cost to stdout: a line for each place of a table, and the sum."""
    if as_json:
        named = [{"name": column.name, "type": told_type(column.type)} for column in columns]
        sys.stdout.write(json.dumps({"columns": named, "price": price.document()}, ensure_ascii=False) + "\n")
        return
    for reason in price.reasons():
        sys.stdout.write(f"{shown(reason)}\n")
    sys.stdout.write(f"{price.line()}\n")
    if price.is_over_limit:
        sys.stdout.write(f"more than bytes_scanned_cutoff allows ({price.rates.cutoff:,} bytes): refused\n")


def write_nothing(word: str, pricing: Pricing, *, as_json: bool) -> None:
    """Write to stdout that a statement scans nothing."""
    if not as_json:
        sys.stdout.write(f"Athena scans nothing for {word}: $0\n")
        return
    price = priced((), replace(pricing, raw=None)).document() | {"billed_bytes": 0, "usd": 0.0}
    sys.stdout.write(json.dumps({"columns": [], "price": price}) + "\n")

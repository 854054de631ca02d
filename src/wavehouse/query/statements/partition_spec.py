"""`PARTITION (key = 'value', …)`: the keys of a partition as statements write them."""

from __future__ import annotations

from collections.abc import Mapping

from wavehouse.core.data_catalog import NO_VALUE, CatalogTable
from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.statements.words import Reader


def partition_spec(reader: Reader) -> dict[str, str | None]:
    """The values by key, as texts; PARTITION is read. Raises `QueryError`."""
    found: dict[str, str | None] = {}
    reader.expect("(")
    while True:
        key = reader.name("a key's name")
        if not reader.take("="):
            reader.fail("keys are compared with = alone", "Write key = 'value'")
        minus = "-" if reader.take("-") else ""
        word = reader.next
        if word is None or word.kind not in ("number", *(() if minus else ("string", "quoted"))):
            reader.fail("the value of a key is missing here", "Write key = 'value'")
        reader.at += 1
        value = minus + word.text
        if key in found:
            raise QueryError(f"the key '{key}' stands there twice")
        found[key] = None if value in (NO_VALUE, "") else value
        if not reader.take(","):
            break
    reader.expect(")")
    return found


def check_keys(table: CatalogTable, spec: Mapping[str, object], *, all_of_them: bool) -> None:
    """Raise `QueryError` for keys that the table does not have, and where `all_of_them` are not there."""
    keys = [key.name for key in table.partition_by]
    if not keys:
        raise QueryError(f"{table.name} has no partitions")
    for key in spec:
        if key not in keys:
            raise QueryError(f"{table.name} has no key '{key}'", remedy=did_you_mean(key, keys))
    if all_of_them and (missing := [key for key in keys if key not in spec]):
        raise QueryError(f"the key '{missing[0]}' of {table.name} is missing", remedy="Name all keys")

"""Partitions as Hive writes them: `key=value/key=value`, and back."""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.core.data_catalog import NO_VALUE, PartitionValues

# What Hive escapes in the name of a folder: FileUtils.charToEscape.
_ESCAPED = frozenset("\"#%'*/:=?\\{[]^\x7f") | {chr(code) for code in range(1, 32)}


def partition_path(keys: Sequence[str], values: PartitionValues) -> str:
    """The folders of a partition below its table's, from keys and values."""
    return "/".join(
        f"{_escaped(key)}={NO_VALUE if value is None else _escaped(value)}"
        for key, value in zip(keys, values, strict=True)
    )


def _escaped(text: str) -> str:
    return "".join(f"%{ord(sign):02X}" if sign in _ESCAPED else sign for sign in text)

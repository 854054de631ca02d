"""Folders as partition keys: `key=value` as Hive writes them, or plain names; each key with a type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from wavehouse.catalog.census import Census, Place, census_of
from wavehouse.catalog.text_types import Judgement, judge
from wavehouse.core.data_catalog import NO_VALUE, CatalogColumn

_HIVE = re.compile(r"([^=/]+)=([^/]*)")


def hive_key(folder: str) -> str | None:
    """The key of a folder `key=value`, in lower case; None for a plain name."""
    found = _HIVE.fullmatch(folder)
    return plain_name(unquote(found[1])) if found else None


def value_of(folder: str) -> str | None:
    """The value that a folder stands for, with Hive's escapes (%3A) taken back; None for NULL."""
    found = _HIVE.fullmatch(folder)
    text = found[2] if found else folder
    # To Hive the empty text is the same as none.
    return None if text in (NO_VALUE, "") else unquote(text) if found else text


def key_names(levels: Sequence[str | None]) -> tuple[str, ...]:
    """The names of the keys of the levels between a table and its files; None is a level of plain names.

    A plain level is called by its number, as Glue does:
    https://docs.aws.amazon.com/athena/latest/ug/glue-best-practices.html
    """
    names: list[str] = []
    for at, key in enumerate(levels):
        name = key if key and key not in names else f"partition_{at}"
        while name in names:
            name += "_"
        names.append(name)
    return tuple(names)


def plain_name(text: str) -> str:
    """A name in lower case letters, digits and underscores, as Athena wants it; never empty.

    https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
    """
    name = re.sub(r"[^a-z0-9_]", "_", text.lower())
    return name if re.match(r"[a-z_]", name) else f"_{name}"


def typed_keys(
    names: Sequence[str], values: Iterable[tuple[str | None, ...]]
) -> tuple[tuple[CatalogColumn, ...], tuple[Judgement, ...]]:
    """The keys with the types that all their values have, and why."""
    rows = list(values)
    judgements = tuple(judge(_census([row[at] for row in rows], name)) for at, name in enumerate(names))
    return (
        tuple(CatalogColumn(name, judgement.type) for name, judgement in zip(names, judgements, strict=True)),
        judgements,
    )


def _census(values: Iterable[str | None], name: str) -> Census:
    distinct = sorted({value for value in values if value is not None})
    return census_of((value, Place(f"{name}={value}")) for value in distinct)

"""How tables are called: by their folder or file, as the cloud's crawler does.

https://docs.aws.amazon.com/glue/latest/dg/crawler-table-and-naming.html: names come from the folder, signs
that a name cannot have become `_`, and of two tables of one name the second has a hash behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping

from wavehouse.catalog.partition_keys import plain_name
from wavehouse.core.table_name import TableName

# https://docs.aws.amazon.com/glue/latest/dg/crawler-table-and-naming.html
_LONGEST = 128
_HASH = 8
# Before the name of a file that a table is called by.
IN_FOLDER = "./"

# What tells a crawler's table: where it lies, and the folder or file that it is called by.
Identity = tuple[str, str]


def named(
    wanted: Iterable[Identity],
    database: str,
    prefix: str,
    known: Mapping[Identity, TableName],
    taken: Collection[TableName],
) -> dict[Identity, TableName]:
    """A name for each table: the one that it has, else a new one that is free.

    `known` are the tables that the crawler has made, `taken` those of others.
    """
    names: dict[Identity, TableName] = {}
    used = {*taken, *known.values()}
    for identity in wanted:
        if identity in known:
            names[identity] = known[identity]
            continue
        base = plain_name(f"{prefix}{identity[1].removeprefix(IN_FOLDER)}")[: _LONGEST - _HASH - 1]
        name = TableName(database, base)
        if name in used:
            digest = hashlib.sha256("\n".join(identity).encode()).hexdigest()[:_HASH]
            name = TableName(database, f"{base}_{digest}")
        used.add(name)
        names[identity] = name
    return names

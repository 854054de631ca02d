"""How the columns of a table are found in its data files, as its metadata tells (`TableHead`)."""

from __future__ import annotations

from collections import Counter
from typing import Any


def identities(metadata: dict[str, Any]) -> dict[str, str]:
    """The columns by whose values data files are told apart, each with the name that its values have.

    None where files were partitioned in several ways: https://iceberg.apache.org/spec/#partition-evolution .
    """
    specs = metadata["partition-specs"]
    names = {
        field["id"]: field["name"]
        for schema in metadata["schemas"]
        if schema["schema-id"] == metadata["current-schema-id"]
        for field in schema["fields"]
    }
    return {
        names[field["source-id"]]: field["name"]
        for field in (specs[0]["fields"] if len(specs) == 1 else ())
        if field["transform"] == "identity" and field["source-id"] in names
    }


def renamed(metadata: dict[str, Any]) -> frozenset[str]:
    """The columns that had another name once, or whose name another one had, in lower case.

    Files have columns by their ids: https://iceberg.apache.org/spec/#column-projection .
    """
    pairs = {
        (field["id"], field["name"].lower()) for schema in metadata["schemas"] for field in schema["fields"]
    }
    ids, names = Counter(id_ for id_, _ in pairs), Counter(name for _, name in pairs)
    return frozenset(name for id_, name in pairs if ids[id_] > 1 or names[name] > 1)

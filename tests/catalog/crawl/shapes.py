"""Shapes of folders: what lies there, made from a recipe, and what a crawl must make of it.

    about: one sentence
    options: what the crawler is told besides its target (see CrawlerDefinition); `classifiers` are tried
    files: by path, the text of a file, or a recipe
    tables: by name (`*` for a hash), what the catalog has afterwards
    problems: by path, of what kind; a text behind it must be in what is said

A recipe is one of parquet (columns, with `types` of Arrow), gzip, zstd or bytes (a text, or one in hex), half
(the first half of a recipe), link (to a path), iceberg (columns of an Iceberg table).
"""

from __future__ import annotations

import gzip
import io
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet as pq
from pyiceberg.catalog.sql import SqlCatalog
from ruamel.yaml import YAML
from tests.catalog.crawl.crawling import Crawling, Seen

from wavehouse.catalog.changes import Difference

FOLDER = Path(__file__).parents[2] / "golden" / "crawler"
SHAPES = sorted(FOLDER.glob("*.yaml"))

_ARROW = {
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", "UTC"),
    "timestamp_ns": pa.timestamp("ns"),
    "decimal(5,2)": pa.decimal128(5, 2),
    "decimal(9,2)": pa.decimal128(9, 2),
    "list": pa.list_(pa.string()),
    "words": pa.dictionary(pa.int32(), pa.string()),
    "struct": pa.struct({"a": pa.int64()}),
}


def read_shape(path: Path) -> dict[str, Any]:
    """A shape as it is written."""
    shape: dict[str, Any] = YAML(typ="safe").load(path.read_text("utf-8"))
    return shape


def make(crawl: Crawling, files: dict[str, Any]) -> None:
    """Make the files of a shape."""
    crawl.root.mkdir(exist_ok=True)
    for path, recipe in files.items():
        if isinstance(recipe, dict) and "link" in recipe:
            made = crawl.root / path
            made.parent.mkdir(parents=True, exist_ok=True)
            made.symlink_to(recipe["link"])
        elif isinstance(recipe, dict) and "iceberg" in recipe:
            _iceberg(crawl.root / path, recipe["iceberg"])
        else:
            crawl.put(path, _content(recipe))


def _content(recipe: Any) -> bytes:
    if isinstance(recipe, str):
        return recipe.encode()
    ((kind, told), *more) = recipe.items()
    if kind == "parquet":
        return _parquet(told, dict(more).get("types", {}))
    if kind == "gzip":
        return gzip.compress(told.encode())
    if kind == "zstd":
        return bytes(pa.compress(told.encode(), "zstd", asbytes=True))
    if kind == "half":
        content = _content(told)
        return content[: len(content) // 2]
    assert kind == "bytes", recipe
    return bytes.fromhex(told)


def _parquet(columns: dict[str, list[Any]], types: dict[str, str]) -> bytes:
    arrays = {}
    for name, values in columns.items():
        type_ = types.get(name)
        arrow = _ARROW.get(type_) or pa.type_for_alias(type_) if type_ else None
        if type_ and type_.startswith("decimal"):
            arrays[name] = pa.array(values).cast(arrow)
        else:
            arrays[name] = (
                pa.array(values, arrow) if type_ != "words" else pa.array(values).dictionary_encode()
            )
    stream = io.BytesIO()
    pq.write_table(pa.table(arrays), stream)
    return stream.getvalue()


def _iceberg(target: Path, columns: dict[str, list[Any]]) -> None:
    """An Iceberg table that somebody else made, where it lies: its metadata name files absolutely."""
    data = pa.table(columns)
    with tempfile.TemporaryDirectory() as elsewhere:
        catalog = SqlCatalog("theirs", uri=f"sqlite:///{elsewhere}/theirs.db", warehouse=elsewhere)
        catalog.create_namespace("x")
        catalog.create_table("x.y", schema=data.schema, location=str(target)).append(data)
        catalog.engine.dispose()


def differences(shape: dict[str, Any], done: Seen, root: Path) -> list[str]:
    """Where the tables and problems are others than the shape says."""
    found: list[str] = []
    expected = dict(shape.get("tables") or {})
    for one in done.differences:
        name = str(one.name)
        pattern = name if name in expected else next((k for k in expected if fnmatchcase(name, k)), None)
        if pattern is None:
            found.append(f"{name} is a table, of {_seen(one, root)}")
            continue
        found += [f"{name}: {text}" for text in _compared(expected.pop(pattern), one, root)]
    found += [f"{name} is no table" for name in expected]
    problems = {problem.path: problem for problem in done.found.problems}
    for path, told in (shape.get("problems") or {}).items():
        kind, text = told if isinstance(told, list) else (told, "")
        problem = problems.pop(path, None)
        if problem is None or problem.kind != kind or text not in problem.what:
            found.append(f"problem {path}: {kind} {text!r} was expected, and it is {problem}")
    found += [f"an unexpected problem: {problem}" for problem in problems.values()]
    return found


def _compared(told: dict[str, Any], one: Difference, root: Path) -> list[str]:
    seen = _seen(one, root)
    found = [
        f"{key} is {seen[key]!r}, expected {value!r}"
        for key, value in told.items()
        if key in seen and seen[key] != value
    ]
    needed = {"is", "at", "columns", "rows", "files", *(["partitions"] if seen["partitions"] else [])}
    found += [f"the shape does not say its {key}: {seen[key]!r}" for key in sorted(needed - told.keys())]
    proposal = one.proposal
    reasons = [*proposal.reasons, *proposal.notes, *proposal.obstacles] if proposal else []
    for text in told.get("reasons", []):
        if not any(text in reason for reason in reasons):
            found.append(f"no reason has {text!r}: {reasons}")
    for column, text in (told.get("why") or {}).items():
        why = proposal.evidence[column].why if proposal else ""
        if text not in why:
            found.append(f"{column} is so since {why!r}, expected {text!r}")
    unknown = told.keys() - seen.keys() - {"reasons", "why"}
    return found + [f"the shape says something unknown: {unknown}"] * bool(unknown)


def _seen(one: Difference, root: Path) -> dict[str, Any]:
    after = one.after
    assert after is not None
    kind = "iceberg" if one.adopted else f"external {after.format}"
    location = after.location.removeprefix(str(root)).lstrip("/") or "."
    partitions = one.proposal.partitions if one.proposal else ()
    return {
        "is": kind,
        "at": location if after.format != "iceberg" or one.adopted else location.partition("/metadata/")[0],
        "columns": " ".join(
            f"{column.name}:{column.type}" for column in after.columns if column not in after.partition_by
        ),
        "partitions": {
            " ".join(f"{key.name}:{key.type}" for key in after.partition_by): {
                "/".join("NULL" if value is None else value for value in part.values): part.rows
                for part in partitions
            }
        }
        if partitions
        else {},
        "rows": after.rows,
        "files": after.files,
        "left_out": list(after.left_out),
    }

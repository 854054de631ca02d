"""The columns of a file of JSON objects, one a line: every value looked at in one pass of the engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from wavehouse.catalog.census import Census
from wavehouse.catalog.counting import KindCount, census_from, counted, kind_sql
from wavehouse.catalog.text_types import judge
from wavehouse.core.columns import Column
from wavehouse.core.errors import RejectedError
from wavehouse.core.printable import printable
from wavehouse.engines.engine import Engine, JsonScan


@dataclass(frozen=True)
class JsonColumns:
    """The columns with what was seen of them, how many objects there are, and what a user should know."""

    columns: tuple[Column, ...]
    censuses: tuple[Census, ...]
    rows: int
    notes: tuple[str, ...]


def read_json_columns(path: Path, name: str, engine: Engine) -> JsonColumns:
    """Read a plain file of JSON lines, which is called `name` in what is said of it.

    A number that has a point or an exponent is a double, a text is one unless all are dates or times, an
    object stays text. Raises `RejectedError` for what is no JSON, or no object.
    """
    text = kind_sql(engine, "value")
    kind = (
        f"CASE type WHEN 'BOOLEAN' THEN 'boolean' WHEN 'OBJECT' THEN 'object' "
        "WHEN 'ARRAY' THEN CASE WHEN element THEN 'object' ELSE 'array' END "
        f"WHEN 'NUMBER' THEN CASE {text} WHEN 'fraction' THEN 'exponent' ELSE {text} END "
        f"WHEN 'VARCHAR' THEN CASE WHEN {text} IN ('date', 'timestamp', 'timestamptz') THEN {text} "
        "ELSE 'string' END WHEN 'NONE' THEN 'none' END"
    )

    def query(values: str) -> str:
        kinds = f"(SELECT *, {kind} AS kind FROM {values})"
        return counted("key, element", kinds, "max(record), arg_min(place, record)")

    rows = engine.json_values(JsonScan(path, "newline_delimited"), query)
    lines = object_lines(path, {row[4] for row in rows})
    firsts: dict[str | None, tuple[int, int]] = {}
    for key, _, _, _, record, *_, place in rows:
        firsts[key] = min((record, place), firsts.get(key, (record, place)))
    found: dict[str, dict[bool, list[KindCount]]] = {}
    for key, element, *told, _, _ in sorted(rows, key=lambda row: firsts[row[0]]):
        if told[0] == "none":
            what = f"line {lines.get(told[2], told[2])}: no object stands there"
            raise RejectedError(what, remedy="Write one object a line")
        if key is not None:
            found.setdefault(key, {False: [], True: []})[element].append(KindCount.of(tuple(told)))
    objects = max((row[-2] for row in rows), default=0)
    columns, censuses, notes = [], [], []
    taken: dict[str, str] = {}
    for key, counts in found.items():
        why = f"the file has '{taken[key.casefold()]}' too" if key.casefold() in taken else _unspeakable(key)
        if why:
            notes.append(f"the key '{printable(key)}' is left out: {why}")
            continue
        taken[key.casefold()] = key
        census = census_from(counts[False], name, lines)
        if "array" in census.seen:
            census = replace(census, elements=census_from(counts[True], name, lines))
        censuses.append(census)
        columns.append(Column(key, judge(census).type))
    return JsonColumns(tuple(columns), tuple(censuses), objects, tuple(notes))


def _unspeakable(key: str) -> str:
    """Why no column can be called so, in a path or in SQL; '' where one can."""
    if not key:
        return "it has no name"
    if key == "*":
        return "in a path it stands for all keys"
    return "" if key.isprintable() else "there are control signs in it"


def object_lines(path: Path, records: Iterable[int]) -> dict[int, int]:
    """The lines of objects (from 1; blank lines are none); the file is read as far as the last."""
    wanted = set(records)
    last = max(wanted, default=0)
    found: dict[int, int] = {}
    number = 0
    with path.open("rb") as file:
        for line, text in enumerate(file, start=1):
            if text.strip():
                number += 1
                if number in wanted:
                    found[number] = line
            if number >= last:
                break
    return found

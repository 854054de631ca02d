"""What the nodes mean, in plain Python: no SQL, and nothing of ours but the models of the nodes."""

from __future__ import annotations

import math
import operator
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wavehouse.flow.nodes import (
    Aggregate,
    ApplyMapping,
    DropDuplicates,
    DropFields,
    DropNullFields,
    EvaluateDataQuality,
    FillMissingValues,
    Filter,
    FilterExpression,
    Join,
    Node,
    RenameField,
    SelectFields,
    SelectFromCollection,
    SplitFields,
    Union,
)

Row = tuple[Any, ...]
NUMBERS = ("int", "bigint", "double")
ROUGH = ("stddev_samp", "stddev_pop", "var_samp", "var_pop", "skewness", "kurtosis")


@dataclass(frozen=True)
class Rows:
    """Columns by name and type, and rows; `parts` has the names of each collection, where there are some."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    parts: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> list[str]:
        """The names in order."""
        return [name for name, _ in self.columns]

    def type_of(self, name: str) -> str:
        """The type of a column."""
        return dict(self.columns)[name]

    def values(self, name: str) -> list[Any]:
        """A column."""
        at = self.names.index(name)
        return [row[at] for row in self.rows]

    def picked(self, names: Sequence[str]) -> Rows:
        """The columns of those names in that order."""
        places = [self.names.index(name) for name in names]
        return Rows(
            tuple(self.columns[at] for at in places),
            tuple(tuple(row[at] for at in places) for row in self.rows),
        )


def bare(path: Sequence[str]) -> str:
    """The name in a path."""
    return path[0].strip("`")


def interpret(node: Node, inputs: Mapping[str, Rows]) -> Rows:
    """What a node makes of its inputs."""
    return _MEANINGS[type(node)](node, *(inputs[id_] for id_ in node.Inputs))


def _apply_mapping(node: ApplyMapping, rows: Rows) -> Rows:
    mappings = [mapping for mapping in node.Mapping if not mapping.Dropped]
    columns = []
    for mapping in mappings:
        from_ = rows.type_of(bare(mapping.FromPath))
        columns.append([cast(value, from_, mapping.ToType) for value in rows.values(bare(mapping.FromPath))])
    named = tuple((mapping.ToKey, mapping.ToType) for mapping in mappings)
    return Rows(named, tuple(zip(*columns, strict=True)))


def cast(value: Any, from_: str, to: str) -> Any:
    """Spark's cast, of the values that the tests have."""
    if value is None or from_ == to:
        return value
    if to == "string":
        return str(value).lower() if from_ == "boolean" else str(value)
    if from_ == "string":
        return _read(value.strip(), to)
    if to == "boolean":
        return value != 0
    return float(value) if to == "double" else math.trunc(value)


def _read(text: str, to: str) -> Any:
    if to == "boolean":
        return {"t": True, "true": True, "1": True, "y": True, "f": False, "false": False, "0": False}.get(
            text
        )
    if to == "date":
        found = re.fullmatch(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?", text)
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    number = re.fullmatch(r"([+-]?\d+)(\.\d*)?", text)
    if not number:
        return None
    return float(text) if to == "double" else int(number[1])


def _rename(node: RenameField, rows: Rows) -> Rows:
    old, new = bare(node.SourcePath), bare(node.TargetPath)
    return Rows(tuple((new if name == old else name, type_) for name, type_ in rows.columns), rows.rows)


def _split(node: SplitFields, rows: Rows) -> Rows:
    named = tuple(map(bare, node.Paths))
    others = tuple(name for name in rows.names if name not in named)
    return Rows(rows.columns, rows.rows, (named, others))


def _filter(node: Filter, rows: Rows) -> Rows:
    every = all if node.LogicalOperator == "AND" else any
    kept = [
        row
        for row in rows.rows
        if every(holds(one, dict(zip(rows.names, row, strict=True)), rows) for one in node.Filters)
    ]
    return Rows(rows.columns, tuple(kept))


def holds(one: FilterExpression, row: Mapping[str, Any], rows: Rows) -> bool:
    """Whether a condition holds of a row."""
    name = bare(one.Values[0].Value)
    value, type_ = row[name], rows.type_of(name)
    if one.Operation == "ISNULL":
        held = value is None
    elif one.Values[1].Type == "COLUMNEXTRACTED":
        held = compare(one.Operation, value, row[bare(one.Values[1].Value)])
    elif one.Operation == "REGEX":
        held = value is not None and bool(re.match(one.Values[1].Value[0], value))
    else:
        text = one.Values[1].Value[0]
        other = float(text) if type_ in NUMBERS else text if type_ == "string" else _read(text, type_)
        held = compare(one.Operation, value, other)
    return held != bool(one.Negated)


_ORDERS = {"LT": operator.lt, "GT": operator.gt, "LTE": operator.le, "GTE": operator.ge}


def compare(operation: str, a: Any, b: Any) -> bool:
    """As the operator of Python that Glue Studio writes; of None, where that stops, no order holds."""
    if operation == "EQ":
        return bool(a == b)
    if a is None or b is None:
        return False
    return bool(_ORDERS[operation](a, b))


def _once(node: DropDuplicates, rows: Rows) -> Rows:
    places = [rows.names.index(bare(path)) for path in node.Columns] or range(len(rows.names))
    first = {tuple(row[at] for at in places): row for row in reversed(rows.rows)}
    return Rows(rows.columns, tuple(first.values()))


def wider(a: str, b: str) -> str | None:
    """The type that holds both."""
    if a == b:
        return a
    return max(a, b, key=NUMBERS.index) if a in NUMBERS and b in NUMBERS else None


def _union(node: Union, first: Rows, second: Rows) -> Rows:
    columns = tuple(
        (name, wider(type_, other) or "")
        for (name, type_), (_, other) in zip(first.columns, second.columns, strict=True)
    )
    rows = [
        tuple(
            cast(value, from_, to)
            for value, (_, from_), (_, to) in zip(row, side.columns, columns, strict=True)
        )
        for side in (first, second)
        for row in side.rows
    ]
    return Rows(columns, tuple(rows if node.UnionType == "ALL" else dict.fromkeys(rows)))


def _join(node: Join, left: Rows, right: Rows) -> Rows:
    mine = [[row[left.names.index(key)] for key in node.keys(0)] for row in left.rows]
    theirs = [[row[right.names.index(key)] for key in node.keys(1)] for row in right.rows]

    def meets(a: list[Any]) -> list[int]:
        return [at for at, b in enumerate(theirs) if None not in a and a == b]

    if node.JoinType in ("leftsemi", "leftanti"):
        wanted = node.JoinType == "leftsemi"
        return Rows(
            left.columns,
            tuple(row for row, key in zip(left.rows, mine, strict=True) if bool(meets(key)) == wanted),
        )
    rows, met = [], set()
    for row, key in zip(left.rows, mine, strict=True):
        found = meets(key)
        met.update(found)
        rows += [row + right.rows[at] for at in found]
        if not found and node.JoinType in ("left", "outer"):
            rows.append(row + (None,) * len(right.columns))
    if node.JoinType in ("right", "outer"):
        alone = [row for at, row in enumerate(right.rows) if at not in met]
        rows += [(None,) * len(left.columns) + row for row in alone]
    dotted = tuple((f".{name}" if name in left.names else name, type_) for name, type_ in right.columns)
    return Rows((*left.columns, *dotted), tuple(rows))


def _aggregate(node: Aggregate, rows: Rows) -> Rows:
    groups = [bare(path) for path in node.Groups]
    places = [rows.names.index(name) for name in groups]
    members: dict[Row, list[Row]] = {} if groups else {(): []}
    for row in rows.rows:
        members.setdefault(tuple(row[at] for at in places), []).append(row)
    columns = [(name, rows.type_of(name)) for name in groups]
    made: dict[Row, list[Any]] = {key: list(key) for key in members}
    for one in node.Aggs:
        name, type_ = bare(one.Column), rows.type_of(bare(one.Column))
        columns.append((_called(one.AggFunc, name), _figure_type(one.AggFunc, type_)))
        for key, of in members.items():
            made[key].append(_figure(one.AggFunc, Rows(rows.columns, tuple(of)).values(name)))
    return Rows(tuple(columns), tuple(map(tuple, made.values())))


def _called(function: str, name: str) -> str:
    quoted = f"`{name}`" if "." in name else name
    other = {"countDistinct": f"count(DISTINCT {name})", "sumDistinct": f"sum(DISTINCT {quoted})"}
    return other.get(function, f"{function}({quoted})")


def _figure_type(function: str, type_: str) -> str:
    if function.startswith("count"):
        return "bigint"
    if function in ("first", "last", "min", "max"):
        return type_
    return "bigint" if function.startswith("sum") and type_ != "double" else "double"


def _figure(function: str, values: list[Any]) -> Any:
    there = [value for value in values if value is not None]
    if function in ("first", "last"):
        return (values or [None])[0 if function == "first" else -1]
    if function.startswith("count"):
        return len(set(there)) if function == "countDistinct" else len(there)
    if not there:
        return None
    if function in ROUGH:
        return _spread(function, there)
    simple: dict[str, Callable[[list[Any]], Any]] = {
        "min": min,
        "max": max,
        "sum": sum,
        "sumDistinct": lambda found: sum(set(found)),
        "avg": lambda found: sum(found) / len(found),
    }
    return simple[function](there)


def _spread(function: str, values: list[Any]) -> float | None:
    count, mean = len(values), sum(values) / len(values)
    second, third, fourth = (sum((value - mean) ** power for value in values) for power in (2, 3, 4))
    if function in ("var_samp", "stddev_samp"):
        if count < 2:
            return None
        variance = second / (count - 1)
    else:
        variance = second / count
    if function.startswith("stddev"):
        return math.sqrt(variance)
    if function.startswith("var"):
        return float(variance)
    if len(set(values)) == 1:
        return None
    if function == "skewness":
        return float(third / count / variance**1.5)
    return float(fourth / count / variance**2 - 3)


def _drop_null(node: DropNullFields, rows: Rows) -> Rows:
    boxes = node.NullCheckBoxList
    texts = {"" if boxes and boxes.IsEmpty else None, "null" if boxes and boxes.IsNullString else None, None}
    numbers = {-1 if boxes and boxes.IsNegOne else None, None}

    def is_null(value: Any, type_: str) -> bool:
        if type_ == "string" and value is not None:
            return value.strip() in texts
        return value in numbers if type_ in NUMBERS else value is None

    kept = [
        name
        for name, type_ in rows.columns
        if not rows.rows or not all(is_null(value, type_) for value in rows.values(name))
    ]
    return rows.picked(kept)


def _fill(node: FillMissingValues, rows: Rows) -> Rows:
    name = node.ImputedPath
    filled = node.FilledPath or f"{name}_filled"
    if rows.type_of(name) in NUMBERS:
        there = [value for value in rows.values(name) if value is not None]
        usual: Any = sum(there) / len(there) if there else None
        values = [usual if value is None else float(value) for value in rows.values(name)]
        type_ = "double"
    else:
        often = Counter(value for value in rows.values(name) if value)
        usual = min(often, key=lambda text: (-often[text], text)) if often else None
        values = [value or usual for value in rows.values(name)]
        type_ = "string"
    made = tuple((*row, value) for row, value in zip(rows.rows, values, strict=True))
    return Rows((*rows.columns, (filled, type_)), made)


_MEANINGS: dict[type[Node], Callable[..., Rows]] = {
    ApplyMapping: _apply_mapping,
    SelectFields: lambda node, rows: rows.picked([bare(path) for path in node.Paths]),
    DropFields: lambda node, rows: rows.picked(
        [name for name in rows.names if name not in [bare(path) for path in node.Paths]]
    ),
    RenameField: _rename,
    SplitFields: _split,
    SelectFromCollection: lambda node, rows: rows.picked(rows.parts[node.Index]),
    Filter: _filter,
    DropDuplicates: _once,
    Union: _union,
    Join: _join,
    Aggregate: _aggregate,
    DropNullFields: _drop_null,
    FillMissingValues: _fill,
    EvaluateDataQuality: lambda _, rows: rows,
}

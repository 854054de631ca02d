"""Random graphs over random small tables, with what a plain interpreter makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from tests.flow.interpreter import NUMBERS, ROUGH, Rows, interpret, wider

from wavehouse.flow.nodes import KINDS

# (What is special comes more often.)
TEXTS = ["", "", "", "a", "a", "ab", "b", "null", "1", "-2.75", " 3", "true", "2020-02-03", "2020-02"]
_VALUES: dict[str, Callable[[Random], Any]] = {
    "int": lambda dice: dice.randint(-3, 4),
    "bigint": lambda dice: dice.choice([-1, 0, 1, 2, 3, 10**12]),
    # Quarters: their sums are exact in any order.
    "double": lambda dice: dice.randint(-6, 9) / 4,
    "string": lambda dice: dice.choice(TEXTS),
    "boolean": lambda dice: dice.random() < 0.5,
    "date": lambda dice: dice.choice([date(2020, 2, 1), date(2020, 2, 3), date(1999, 12, 31)]),
}
_TYPES = tuple(_VALUES)
_CASTS = {
    "int": ("bigint", "double", "string", "boolean"),
    "bigint": ("double", "string", "boolean"),
    "double": ("int", "bigint", "string", "boolean"),
    "string": ("int", "bigint", "double", "boolean", "date"),
    "boolean": ("int", "double", "string"),
    "date": ("string",),
}
_RULES = "Rules = [ RowCount >= 0 ]"


@dataclass
class RandomFlow:
    """The nodes as they are written, and what each makes of the sources; `last` is read by the target."""

    sources: dict[str, tuple[Rows, tuple[str, ...]]] = field(default_factory=dict)
    nodes: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    last: str = ""

    def add(self, kind: str, inputs: list[str], **fields: Any) -> bool:
        """Add a node; says whether it could be (names may clash)."""
        body = {"Name": kind, "Inputs": inputs, **fields}
        made = interpret(KINDS[kind].model_validate(body), self.rows)
        folded = {name.casefold() for name in made.names}
        if not folded or len(folded) < len(made.names):
            return False
        self.last = f"n{len(self.nodes)}"
        self.nodes[self.last] = {kind: body}
        self.rows[self.last] = made
        return True

    def add_query(self, input_: str, query: str, made: Rows) -> None:
        """Add a SparkSQL that makes these rows."""
        self.last = f"n{len(self.nodes)}"
        aliases = [{"From": input_, "Alias": "t"}]
        body = {"Name": "Q", "Inputs": [input_], "SqlAliases": aliases, "SqlQuery": query}
        self.nodes[self.last] = {"SparkSQL": body}
        self.rows[self.last] = made


def random_flow(dice: Random, size: int) -> RandomFlow:
    """Two or three sources, and about so many nodes, most of which read the one before."""
    flow = RandomFlow()
    for at in range(dice.randint(2, 3)):
        flow.last = f"s{at}"
        flow.sources[flow.last] = _source(dice)
        flow.rows[flow.last] = flow.sources[flow.last][0]
    for _ in range(size):
        older = [id_ for id_ in flow.rows if not flow.rows[id_].parts]
        input_ = flow.last if dice.random() < 0.85 else dice.choice(older)
        dice.choice(_ADD)(dice, flow, input_)
    if dice.random() < 0.25:
        _aggregate(dice, flow, flow.last, rough=True)
    return flow


def _source(dice: Random) -> tuple[Rows, tuple[str, ...]]:
    """Rows, and the columns that tell them apart (at times none)."""
    size = dice.randint(2, 4)
    names = dice.sample(["a", "b", "c", "d", "e"], size)
    types = [dice.choice(_TYPES) for _ in names]
    rows = [
        tuple(None if dice.random() < 0.25 else _VALUES[type_](dice) for type_ in types)
        for _ in range(dice.choice([0, 2, 4, 5, 6, 7]))
    ]
    columns = tuple(zip(names, types, strict=True))
    if dice.random() < 0.5:
        numbered = tuple((at, *row) for at, row in enumerate(rows))
        return Rows((("id", "int"), *columns), numbered), ("id",)
    return Rows(columns, tuple(rows)), ()


def _path(dice: Random, name: str) -> list[str]:
    """A name, at times in the backquotes that Glue Studio puts round one with a dot."""
    return [f"`{name}`" if "." in name and dice.random() < 0.5 else name]


def _some(dice: Random, names: list[str]) -> list[str]:
    return dice.sample(names, dice.randint(1, len(names)))


def _exact(rows: Rows, name: str) -> bool:
    """Whether sums of a column are the same in any order."""
    there = [value for value in rows.values(name) if value is not None]
    return all(value * 4 == int(value * 4) and abs(value) < 2**44 for value in there)


def _mapping(dice: Random, flow: RandomFlow, input_: str) -> None:
    rows, taken = flow.rows[input_], set()
    mapping: list[dict[str, Any]] = []
    for name in dice.choices(rows.names, k=dice.randint(1, 5)):
        type_ = rows.type_of(name)
        to = dice.choice((type_, *_CASTS[type_]))
        if type_ == "double" and to == "string" and not _exact(rows, name):
            to = type_
        key = dice.choice([name, name + "2", "x", "y"])
        if key not in taken:
            taken.add(key)
            dropped = len(mapping) > 0 and dice.randint(0, 5) == 0
            fields = {"FromPath": _path(dice, name), "FromType": type_, "ToKey": key, "ToType": to}
            mapping.append({**fields, "Dropped": dropped})
    flow.add("ApplyMapping", [input_], Mapping=mapping)


def _select(dice: Random, flow: RandomFlow, input_: str) -> None:
    paths = [_path(dice, name) for name in _some(dice, flow.rows[input_].names)]
    flow.add(dice.choice(["SelectFields", "DropFields"]), [input_], Paths=paths)


def _rename(dice: Random, flow: RandomFlow, input_: str) -> None:
    old = dice.choice(flow.rows[input_].names)
    new = dice.choice(["a", "b", "x", "z"])
    flow.add("RenameField", [input_], SourcePath=_path(dice, old), TargetPath=[new])


def _split(dice: Random, flow: RandomFlow, input_: str) -> None:
    names = flow.rows[input_].names
    named = _some(dice, names)
    flow.add("SplitFields", [input_], Paths=[_path(dice, name) for name in named])
    index = dice.randint(0, 1) if len(named) < len(names) else 0
    flow.add("SelectFromCollection", [flow.last], Index=index)


def _condition(dice: Random, rows: Rows) -> dict[str, Any]:
    name = dice.choice(rows.names)
    type_ = rows.type_of(name)
    column = {"Type": "COLUMNEXTRACTED", "Value": _path(dice, name)}
    negated = dice.choice([None, True, False, True])
    operations = ["EQ", "LT", "GT", "LTE", "GTE", "ISNULL", *(["REGEX"] if type_ == "string" else [])]
    operation = dice.choice(operations)
    if operation == "ISNULL":
        return {"Operation": operation, "Negated": negated, "Values": [column]}
    alike = [other for other, its in rows.columns if its == type_ or (its in NUMBERS and type_ in NUMBERS)]
    if operation != "REGEX" and dice.random() < 0.5:
        other = {"Type": "COLUMNEXTRACTED", "Value": _path(dice, dice.choice(alike))}
        return {"Operation": operation, "Negated": negated, "Values": [column, other]}
    constant = _VALUES["double" if type_ in NUMBERS else type_](dice)
    text = str(constant).lower() if type_ == "boolean" else str(constant)
    if operation == "REGEX":
        text = dice.choice(["a", "b$", "^a?b", "[0-9]+", " *-?[0-9]$", "x|b"])
    return {
        "Operation": operation,
        "Negated": negated,
        "Values": [column, {"Type": "CONSTANT", "Value": [text]}],
    }


def _filter(dice: Random, flow: RandomFlow, input_: str) -> None:
    filters = [_condition(dice, flow.rows[input_]) for _ in range(dice.randint(1, 2))]
    operator = dice.choice(["AND", "OR"])
    flow.add("Filter", [input_], LogicalOperator=operator, Filters=filters)


def _once(dice: Random, flow: RandomFlow, input_: str) -> None:
    rows = flow.rows[input_]
    by = _some(dice, rows.names)
    of: dict[Any, set[Any]] = {key: set() for key in rows.picked(by).rows}
    for key, row in zip(rows.picked(by).rows, rows.rows, strict=True):
        of[key].add(row)
    # Which of several rows stays is not said.
    told = all(len(found) == 1 for found in of.values())
    columns = [_path(dice, name) for name in by] if told else []
    flow.add("DropDuplicates", [input_], Columns=columns)


def _union(dice: Random, flow: RandomFlow, input_: str) -> None:
    first = flow.rows[input_]
    fitting = [
        id_
        for id_, other in flow.rows.items()
        if not other.parts
        and len(other.columns) == len(first.columns)
        and all(wider(a, b) for (_, a), (_, b) in zip(first.columns, other.columns, strict=True))
    ]
    second = dice.choice(fitting)
    flow.add("Union", [input_, second], UnionType=dice.choice(["ALL", "DISTINCT"]))


def _join(dice: Random, flow: RandomFlow, input_: str) -> None:
    left = flow.rows[input_]
    others = [id_ for id_, rows in flow.rows.items() if id_ != input_ and not rows.parts]
    right_id = dice.choice(others)
    right = flow.rows[right_id]
    pairs = [
        (a, b)
        for a, one in left.columns
        for b, other in right.columns
        if one == other or (one in NUMBERS and other in NUMBERS)
    ]
    if not pairs:
        return
    keys = dice.sample(pairs, dice.randint(1, min(2, len(pairs))))
    kind = dice.choice(["equijoin", "left", "right", "outer", "leftsemi", "leftanti"])
    columns = [
        {"From": input_, "Keys": [[a] for a, _ in keys]},
        {"From": right_id, "Keys": [[b] for _, b in keys]},
    ]
    if len(left.rows) * len(right.rows) < 200:
        flow.add("Join", [input_, right_id], JoinType=kind, Columns=columns)


def _aggregate(dice: Random, flow: RandomFlow, input_: str, rough: bool = False) -> None:
    rows = flow.rows[input_]
    groups = dice.sample(rows.names, dice.randint(0, min(2, len(rows.names))))
    aggs: list[dict[str, Any]] = []
    for name in dice.choices(rows.names, k=dice.randint(1, 4)):
        functions = ["count", "countDistinct", "min", "max"]
        if rows.type_of(name) in NUMBERS and _exact(rows, name):
            functions += ["sum", "sumDistinct", "avg", *(ROUGH if rough else ())]
        told: dict[Any, set[Any]] = {}
        for key, value in zip(rows.picked(groups).rows, rows.values(name), strict=True):
            told.setdefault(key, set()).add(value)
        if all(len(values) == 1 for values in told.values()):
            functions += ["first", "last"]
        one = {"Column": _path(dice, name), "AggFunc": dice.choice(functions)}
        if all(one["AggFunc"] != other["AggFunc"] or name != other["Column"][0].strip("`") for other in aggs):
            aggs.append(one)
    flow.add("Aggregate", [input_], Groups=[_path(dice, name) for name in groups], Aggs=aggs)


def _drop_null(dice: Random, flow: RandomFlow, input_: str) -> None:
    boxes = {name: dice.random() < 0.5 for name in ("IsEmpty", "IsNullString", "IsNegOne")}
    flow.add("DropNullFields", [input_], NullCheckBoxList=boxes)


def _fill(dice: Random, flow: RandomFlow, input_: str) -> None:
    rows = flow.rows[input_]
    fillable = [
        name for name, type_ in rows.columns if type_ == "string" or (type_ in NUMBERS and _exact(rows, name))
    ]
    if fillable:
        name = dice.choice(fillable)
        flow.add("FillMissingValues", [input_], ImputedPath=name, FilledPath=dice.choice([None, "f"]))


def _judge(_: Random, flow: RandomFlow, input_: str) -> None:
    flow.add("EvaluateDataQuality", [input_], Ruleset=_RULES)


def _query(dice: Random, flow: RandomFlow, input_: str) -> None:
    """A simple query on single rows."""
    rows = flow.rows[input_]
    made: list[tuple[str, str, str, Callable[[Any], Any], str]] = []
    for at, name in enumerate(_some(dice, rows.names)):
        quoted, type_ = f"`{name.replace('`', '``')}`", rows.type_of(name)
        choices: list[tuple[str, str, Callable[[Any], Any]]] = [
            (quoted, type_, lambda value: value),
            (f"{quoted} IS NULL", "boolean", lambda value: value is None),
        ]
        if type_ in ("int", "bigint"):
            choices.append(
                (f"coalesce({quoted} + 1, 0)", type_, lambda value: 0 if value is None else value + 1)
            )
        if type_ == "string":
            choices.append((f"upper({quoted})", type_, lambda value: value and value.upper()))
        text, to, meaning = dice.choice(choices)
        made.append((text, f"q{at}", to, meaning, name))
    asked = dice.choice(rows.names)
    where = f" WHERE `{asked.replace('`', '``')}` IS NOT NULL" if dice.random() < 0.5 else ""
    kept = [
        row
        for row, value in zip(rows.rows, rows.values(asked), strict=True)
        if value is not None or not where
    ]
    columns = tuple((called, to) for _, called, to, _, _ in made)
    values = tuple(
        tuple(meaning(row[rows.names.index(name)]) for _, _, _, meaning, name in made) for row in kept
    )
    selected = ", ".join(f"{text} AS {called}" for text, called, *_ in made)
    flow.add_query(input_, f"SELECT {selected} FROM t{where}", Rows(columns, values))


# (The kinds that change most come more often.)
_ADD: tuple[Callable[[Random, RandomFlow, str], None], ...] = (
    *(_mapping, _select, _rename, _split, _filter, _filter, _once, _union, _union, _join, _join),
    *(_aggregate, _drop_null, _fill, _judge, _query),
)

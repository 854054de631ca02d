"""Random graphs over random small tables, with what a plain interpreter makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st
from tests.flow.interpreter import NUMBERS, ROUGH, Rows, interpret, wider

from wavehouse.flow.nodes import KINDS

Draw = Callable[..., Any]

TEXTS = ["", "a", "ab", "b", "null", "1", "-2.75", " 3", "true", "2020-02-03", "2020-02"]
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "int": st.integers(-3, 4),
    "bigint": st.sampled_from([-1, 0, 1, 2, 3, 10**12]),
    # Quarters: their sums are exact in any order.
    "double": st.integers(-6, 9).map(lambda quarters: quarters / 4),
    "string": st.sampled_from(TEXTS),
    "boolean": st.booleans(),
    "date": st.sampled_from([date(2020, 2, 1), date(2020, 2, 3), date(1999, 12, 31)]),
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


@st.composite
def random_flows(draw: Draw) -> RandomFlow:
    """Two or three sources, and up to seven nodes, most of which read the one before."""
    flow = RandomFlow()
    for at in range(draw(st.integers(2, 3))):
        flow.last = f"s{at}"
        flow.sources[flow.last] = _source(draw)
        flow.rows[flow.last] = flow.sources[flow.last][0]
    for _ in range(draw(st.integers(1, 7))):
        older = [id_ for id_ in flow.rows if not flow.rows[id_].parts]
        input_ = flow.last if draw(st.integers(0, 3)) else draw(st.sampled_from(older))
        _ADD[draw(st.sampled_from(list(_ADD)))](draw, flow, input_)
    if draw(st.integers(0, 3)) == 0:
        _aggregate(draw, flow, flow.last, rough=True)
    return flow


def _source(draw: Draw) -> tuple[Rows, tuple[str, ...]]:
    """Rows, and the columns that tell them apart (or none)."""
    names = draw(st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), min_size=1, max_size=4, unique=True))
    types = [draw(st.sampled_from(_TYPES)) for _ in names]
    rows = draw(st.lists(st.tuples(*(st.one_of(st.none(), _VALUES[type_]) for type_ in types)), max_size=6))
    columns = tuple(zip(names, types, strict=True))
    if draw(st.booleans()):
        numbered = tuple((at, *row) for at, row in enumerate(rows))
        return Rows((("id", "int"), *columns), numbered), ("id",)
    return Rows(columns, tuple(rows)), ()


def _path(draw: Draw, name: str) -> list[str]:
    """A name, at times in the backquotes that Glue Studio puts round one with a dot."""
    return [f"`{name}`" if "." in name and draw(st.booleans()) else name]


def _some(draw: Draw, names: list[str]) -> list[str]:
    picked: list[str] = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    return picked


def _exact(rows: Rows, name: str) -> bool:
    """Whether sums of a column are the same in any order."""
    there = [value for value in rows.values(name) if value is not None]
    return all(value * 4 == int(value * 4) and abs(value) < 2**44 for value in there)


def _mapping(draw: Draw, flow: RandomFlow, input_: str) -> None:
    rows, taken = flow.rows[input_], set()
    mapping: list[dict[str, Any]] = []
    for name in draw(st.lists(st.sampled_from(rows.names), min_size=1, max_size=5)):
        type_ = rows.type_of(name)
        to = draw(st.sampled_from((type_, *_CASTS[type_])))
        if type_ == "double" and to == "string" and not _exact(rows, name):
            to = type_
        key = draw(st.sampled_from([name, name + "2", "x", "y"]))
        if key not in taken:
            taken.add(key)
            dropped = len(mapping) > 0 and draw(st.integers(0, 5)) == 0
            fields = {"FromPath": _path(draw, name), "FromType": type_, "ToKey": key, "ToType": to}
            mapping.append({**fields, "Dropped": dropped})
    flow.add("ApplyMapping", [input_], Mapping=mapping)


def _select(draw: Draw, flow: RandomFlow, input_: str) -> None:
    paths = [_path(draw, name) for name in _some(draw, flow.rows[input_].names)]
    flow.add(draw(st.sampled_from(["SelectFields", "DropFields"])), [input_], Paths=paths)


def _rename(draw: Draw, flow: RandomFlow, input_: str) -> None:
    old = draw(st.sampled_from(flow.rows[input_].names))
    new = draw(st.sampled_from(["a", "b", "x", "z"]))
    flow.add("RenameField", [input_], SourcePath=_path(draw, old), TargetPath=[new])


def _split(draw: Draw, flow: RandomFlow, input_: str) -> None:
    names = flow.rows[input_].names
    named = _some(draw, names)
    flow.add("SplitFields", [input_], Paths=[_path(draw, name) for name in named])
    index = draw(st.integers(0, 1)) if len(named) < len(names) else 0
    flow.add("SelectFromCollection", [flow.last], Index=index)


def _condition(draw: Draw, rows: Rows) -> dict[str, Any]:
    name = draw(st.sampled_from(rows.names))
    type_ = rows.type_of(name)
    column = {"Type": "COLUMNEXTRACTED", "Value": _path(draw, name)}
    negated = draw(st.sampled_from([None, True, False]))
    operations = ["EQ", "LT", "GT", "LTE", "GTE", "ISNULL", *(["REGEX"] if type_ == "string" else [])]
    operation = draw(st.sampled_from(operations))
    if operation == "ISNULL":
        return {"Operation": operation, "Negated": negated, "Values": [column]}
    alike = [other for other, its in rows.columns if its == type_ or (its in NUMBERS and type_ in NUMBERS)]
    if operation != "REGEX" and draw(st.booleans()):
        other = {"Type": "COLUMNEXTRACTED", "Value": _path(draw, draw(st.sampled_from(alike)))}
        return {"Operation": operation, "Negated": negated, "Values": [column, other]}
    constant = draw(_VALUES["double" if type_ in NUMBERS else type_])
    text = str(constant).lower() if type_ == "boolean" else str(constant)
    if operation == "REGEX":
        text = draw(st.sampled_from(["a", "b$", "^a?b", "[0-9]+", " *-?[0-9]$", "x|a"]))
    return {
        "Operation": operation,
        "Negated": negated,
        "Values": [column, {"Type": "CONSTANT", "Value": [text]}],
    }


def _filter(draw: Draw, flow: RandomFlow, input_: str) -> None:
    filters = [_condition(draw, flow.rows[input_]) for _ in range(draw(st.integers(1, 2)))]
    operator = draw(st.sampled_from(["AND", "OR"]))
    flow.add("Filter", [input_], LogicalOperator=operator, Filters=filters)


def _once(draw: Draw, flow: RandomFlow, input_: str) -> None:
    rows = flow.rows[input_]
    by = _some(draw, rows.names)
    of: dict[Any, set[Any]] = {key: set() for key in rows.picked(by).rows}
    for key, row in zip(rows.picked(by).rows, rows.rows, strict=True):
        of[key].add(row)
    # Which of several rows stays is not said.
    told = all(len(found) == 1 for found in of.values())
    columns = [_path(draw, name) for name in by] if told else []
    flow.add("DropDuplicates", [input_], Columns=columns)


def _union(draw: Draw, flow: RandomFlow, input_: str) -> None:
    first = flow.rows[input_]
    fitting = [
        id_
        for id_, other in flow.rows.items()
        if not other.parts
        and len(other.columns) == len(first.columns)
        and all(wider(a, b) for (_, a), (_, b) in zip(first.columns, other.columns, strict=True))
    ]
    second = draw(st.sampled_from(fitting))
    flow.add("Union", [input_, second], UnionType=draw(st.sampled_from(["ALL", "DISTINCT"])))


def _join(draw: Draw, flow: RandomFlow, input_: str) -> None:
    left = flow.rows[input_]
    others = [id_ for id_, rows in flow.rows.items() if id_ != input_ and not rows.parts]
    right_id = draw(st.sampled_from(others))
    right = flow.rows[right_id]
    pairs = [
        (a, b)
        for a, one in left.columns
        for b, other in right.columns
        if one == other or (one in NUMBERS and other in NUMBERS)
    ]
    if not pairs:
        return
    keys = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=2, unique=True))
    kind = draw(st.sampled_from(["equijoin", "left", "right", "outer", "leftsemi", "leftanti"]))
    columns = [
        {"From": input_, "Keys": [[a] for a, _ in keys]},
        {"From": right_id, "Keys": [[b] for _, b in keys]},
    ]
    if len(left.rows) * len(right.rows) < 200:
        flow.add("Join", [input_, right_id], JoinType=kind, Columns=columns)


def _aggregate(draw: Draw, flow: RandomFlow, input_: str, rough: bool = False) -> None:
    rows = flow.rows[input_]
    groups = draw(st.lists(st.sampled_from(rows.names), max_size=2, unique=True))
    aggs: list[dict[str, Any]] = []
    for name in draw(st.lists(st.sampled_from(rows.names), min_size=1, max_size=4)):
        functions = ["count", "countDistinct", "min", "max"]
        if rows.type_of(name) in NUMBERS and _exact(rows, name):
            functions += ["sum", "sumDistinct", "avg", *(ROUGH if rough else ())]
        told: dict[Any, set[Any]] = {}
        for key, value in zip(rows.picked(groups).rows, rows.values(name), strict=True):
            told.setdefault(key, set()).add(value)
        if all(len(values) == 1 for values in told.values()):
            functions += ["first", "last"]
        one = {"Column": _path(draw, name), "AggFunc": draw(st.sampled_from(functions))}
        if all(one["AggFunc"] != other["AggFunc"] or name != other["Column"][0].strip("`") for other in aggs):
            aggs.append(one)
    flow.add("Aggregate", [input_], Groups=[_path(draw, name) for name in groups], Aggs=aggs)


def _drop_null(draw: Draw, flow: RandomFlow, input_: str) -> None:
    boxes = {name: draw(st.booleans()) for name in ("IsEmpty", "IsNullString", "IsNegOne")}
    flow.add("DropNullFields", [input_], NullCheckBoxList=boxes)


def _fill(draw: Draw, flow: RandomFlow, input_: str) -> None:
    rows = flow.rows[input_]
    fillable = [
        name for name, type_ in rows.columns if type_ == "string" or (type_ in NUMBERS and _exact(rows, name))
    ]
    if fillable:
        name = draw(st.sampled_from(fillable))
        flow.add(
            "FillMissingValues", [input_], ImputedPath=name, FilledPath=draw(st.sampled_from([None, "f"]))
        )


def _judge(_: Draw, flow: RandomFlow, input_: str) -> None:
    flow.add("EvaluateDataQuality", [input_], Ruleset=_RULES)


def _query(draw: Draw, flow: RandomFlow, input_: str) -> None:
    """A simple query on single rows."""
    rows = flow.rows[input_]
    made: list[tuple[str, str, str, Callable[[Any], Any], str]] = []
    for at, name in enumerate(_some(draw, rows.names)):
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
        text, to, meaning = draw(st.sampled_from(choices))
        made.append((text, f"q{at}", to, meaning, name))
    asked = draw(st.sampled_from(rows.names))
    where = f" WHERE `{asked.replace('`', '``')}` IS NOT NULL" if draw(st.booleans()) else ""
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


_ADD: dict[str, Callable[[Draw, RandomFlow, str], None]] = {
    "mapping": _mapping,
    "select": _select,
    "rename": _rename,
    "split": _split,
    "filter": _filter,
    "once": _once,
    "union": _union,
    "join": _join,
    "join again": _join,
    "aggregate": _aggregate,
    "drop null": _drop_null,
    "fill": _fill,
    "judge": _judge,
    "query": _query,
}

"""Reads the calls of nodes that choose, bring together or sum up rows, and of the query."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from wavehouse.flow.glue_script.arguments import Arguments
from wavehouse.flow.glue_script.columns import path, plain_path
from wavehouse.flow.glue_script.conditions import filter_fields
from wavehouse.flow.glue_script.refusals import Refused
from wavehouse.flow.glue_script.scope import Call, Reader, Scope
from wavehouse.flow.glue_script.values import Frame, Value

# Spark's names of joins (pyspark.sql.DataFrame.join), by what they are without '_', and Glue's.
_JOINS = {
    "inner": "equijoin",
    "left": "left",
    "leftouter": "left",
    "right": "right",
    "rightouter": "right",
    "outer": "outer",
    "full": "outer",
    "fullouter": "outer",
    "semi": "leftsemi",
    "leftsemi": "leftsemi",
    "anti": "leftanti",
    "leftanti": "leftanti",
}


def _join_fields(
    left: str, right: str, kind: str, left_keys: list[list[str]], right_keys: list[list[str]]
) -> dict[str, Any]:
    return {
        "Inputs": [left, right],
        "JoinType": kind,
        "Columns": [{"From": left, "Keys": left_keys}, {"From": right, "Keys": right_keys}],
    }


def _keys(args: Arguments, name: str) -> list[list[str]]:
    place = args.expression(name)
    value = args.literal(name)
    keys = [value] if isinstance(value, str) else args.texts(name)
    return [path(key, place) for key in keys]


def join(scope: Scope, call: Call) -> Value:
    """`Join.apply(frame1, frame2, keys1, keys2)`: rows with equal keys."""
    args = Arguments(scope, call, ("frame1", "frame2", "keys1", "keys2", "transformation_ctx"))
    fields = _join_fields(
        args.rows("frame1"), args.rows("frame2"), "equijoin", _keys(args, "keys1"), _keys(args, "keys2")
    )
    return Frame(scope.draft.add("Join", fields, call.line, args.called))


def join_frames(scope: Scope, call: Call) -> Value:
    """`frame.join(paths1, paths2, frame2)`."""
    args = Arguments(scope, call, ("paths1", "paths2", "frame2", "transformation_ctx"))
    left = scope.rows_of(call.owner(Frame), call.node)
    fields = _join_fields(left, args.rows("frame2"), "equijoin", _keys(args, "paths1"), _keys(args, "paths2"))
    return Frame(scope.draft.add("Join", fields, call.line, args.called))


def join_data_frames(scope: Scope, call: Call) -> Value:
    """`leftDF.join(rightDF, (leftDF['a'] == rightDF['b']) & …, "left")`: all joins but the equal one."""
    args = Arguments(scope, call, ("other", "on", "how"))
    how = args.text("how", "inner")
    kind = _JOINS.get(how.lower().replace("_", ""))
    if kind is None:
        raise Refused(call.node, f"'{how}' is no join that Glue's node has")
    left, right = scope.rows_of(call.owner(Frame), call.node), args.rows("other")
    left_keys, right_keys = [], []
    for one in _conjuncts(args.expression("on")):
        sides = dict(_compared(scope, one))
        if len(sides) != 2 or sides.keys() != {left, right}:
            raise Refused(one, f"{scope.quoted(one)} does not compare a column of each side of the join")
        left_keys.append(plain_path(sides[left].strip("`")))
        right_keys.append(plain_path(sides[right].strip("`")))
    fields = _join_fields(left, right, kind, left_keys, right_keys)
    return Frame(scope.draft.add("Join", fields, call.line, call.variable), spark=True)


def _conjuncts(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left, ast.BitAnd(), right):
            return [*_conjuncts(left), *_conjuncts(right)]
    return [node]


def _compared(scope: Scope, node: ast.expr) -> list[tuple[str, str]]:
    match node:
        case ast.Compare(
            ast.Subscript(ast.Name() as left, a), [ast.Eq()], [ast.Subscript(ast.Name() as right, b)]
        ):
            return [(scope.rows(left), scope.text(a)), (scope.rows(right), scope.text(b))]
    raise Refused(
        node,
        f"{scope.quoted(node)} is not of the form left['a'] == right['b']",
        "Join by equal columns, and put the rest into a Filter or a SparkSQL node",
    )


def drop_duplicates(scope: Scope, call: Call) -> Value:
    """`dataframe.dropDuplicates([…])`, `.distinct()`."""
    args = Arguments(scope, call, ("subset",))
    columns = args.texts("subset", []) if args.literal("subset", None) is not None else []
    fields = {
        "Inputs": [scope.rows_of(call.owner(Frame), call.node)],
        "Columns": [plain_path(one) for one in columns],
    }
    return Frame(scope.draft.add("DropDuplicates", fields, call.line, call.variable), spark=True)


def filter_rows(scope: Scope, call: Call) -> Value:
    """`Filter.apply(frame, f)`, `frame.filter(f)`."""
    method = isinstance(call.of, Frame)
    args = Arguments(scope, call, (*(() if method else ("frame",)), "f", "transformation_ctx"))
    input_ = scope.rows_of(call.owner(Frame), call.node) if isinstance(call.of, Frame) else args.rows("frame")
    fields = {"Inputs": [input_], **filter_fields(scope, args.expression("f"))}
    return Frame(scope.draft.add("Filter", fields, call.line, args.called))


def aggregate(scope: Scope, call: Call) -> Value:
    """`sparkAggregate(glueContext, parentFrame, groups, aggs)`, which Glue Studio defines itself."""
    args = Arguments(scope, call, ("glueContext", "parentFrame", "groups", "aggs", "transformation_ctx"))
    place = args.expression("aggs")
    figures = []
    for one in args.values("aggs"):
        if not isinstance(one, list | tuple) or [type(part) for part in one] != [str] * 2:
            raise Refused(place, f"the figure {one!r} is not two texts: column and function")
        figures.append({"Column": path(one[0], place), "AggFunc": one[1]})
    groups = [path(name, args.expression("groups")) for name in args.texts("groups", [])]
    fields = {"Inputs": [args.rows("parentFrame")], "Groups": groups, "Aggs": figures}
    return Frame(scope.draft.add("Aggregate", fields, call.line, args.called))


def union(scope: Scope, call: Call) -> Value:
    """`sparkUnion(glueContext, unionType, mapping)`, which Glue Studio defines itself."""
    args = Arguments(scope, call, ("glueContext", "unionType", "mapping", "transformation_ctx"))
    rows = args.rows_by_text("mapping")
    if rows.keys() != {"source1", "source2"}:
        raise Refused(args.expression("mapping"), "a union is of 'source1' and 'source2'")
    fields = {"Inputs": [rows["source1"], rows["source2"]], "UnionType": args.text("unionType")}
    return Frame(scope.draft.add("Union", fields, call.line, args.called))


def spark_sql(scope: Scope, call: Call) -> Value:
    """`sparkSqlQuery(glueContext, query, mapping)`, which Glue Studio defines itself."""
    args = Arguments(scope, call, ("glueContext", "query", "mapping", "transformation_ctx"))
    rows = args.rows_by_text("mapping")
    fields = {
        "Inputs": list(dict.fromkeys(rows.values())),
        # The script puts the query on lines of its own.
        "SqlQuery": args.text("query").strip("\n"),
        "SqlAliases": [{"From": id_, "Alias": alias} for alias, id_ in rows.items()],
    }
    return Frame(scope.draft.add("SparkSQL", fields, call.line, args.called))


def to_data_frame(scope: Scope, call: Call) -> Value:
    """`frame.toDF()`: the same rows."""
    Arguments(scope, call, ())
    return replace(call.owner(Frame), spark=True)


def from_data_frame(scope: Scope, call: Call) -> Value:
    """`DynamicFrame.fromDF(dataframe, glueContext, name)`: the same rows, under the variable's name."""
    args = Arguments(scope, call, ("dataframe", "glue_ctx", "name"))
    name = args.text("name", "")
    value = scope.value(args.expression("dataframe"), call.variable or name or None)
    if not isinstance(value, Frame):
        raise Refused(args.expression("dataframe"), "this is not the rows of a node")
    return replace(value, spark=False)


def coalesce(scope: Scope, call: Call) -> Value:
    """`frame.coalesce(n)`: the same rows, to be written as so many files."""
    args = Arguments(scope, call, ("numPartitions",))
    number = args.literal("numPartitions")
    if type(number) is not int or number < 1:
        raise Refused(call.node, f"{number!r} is no number of files")
    return replace(call.owner(Frame), partitions=str(number))


READERS: dict[str, Reader] = {
    "Join.apply": join,
    "frame.join": join_frames,
    "dataframe.join": join_data_frames,
    "dataframe.dropDuplicates": drop_duplicates,
    "dataframe.drop_duplicates": drop_duplicates,
    "dataframe.distinct": drop_duplicates,
    "Filter.apply": filter_rows,
    "frame.filter": filter_rows,
    "sparkAggregate": aggregate,
    "sparkUnion": union,
    "sparkSqlQuery": spark_sql,
    "frame.toDF": to_data_frame,
    "DynamicFrame.fromDF": from_data_frame,
    "frame.coalesce": coalesce,
    "dataframe.coalesce": coalesce,
    "frame.repartition": coalesce,
    "dataframe.repartition": coalesce,
}

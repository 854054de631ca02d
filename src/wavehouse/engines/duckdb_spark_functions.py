"""The functions of Spark SQL that a user's query may call, as DuckDB says what Spark 3.5 means by them.

A function stands in one of these tables, or is refused by its name: an engine that knows the name may mean
something else by it. Each was held against Spark 3.5 (tests/golden/spark_sql has its answers).
"""

from __future__ import annotations

import string

from sqlglot import exp

from wavehouse.engines.duckdb_spark_texts import TEXTS_OTHERWISE
from wavehouse.engines.duckdb_spark_times import TIMES, TIMES_OTHERWISE
from wavehouse.engines.spark_calls import Call, called, refused

# What sqlglot says in DuckDB's words with Spark's meaning.
_VALUES = "And Or Not Xor Case If Coalesce Nullif Nvl2 EqualNull DecodeCase Exists Array Struct VarMap Rand"
_NUMBERS = """
    Abs Exp Pow Greatest Least Cbrt Pi Sin Cos Tan Atan Atan2 Sinh Cosh Tanh Degrees Radians Round
    BitwiseAnd BitwiseOr BitwiseXor
"""
_TEXTS = """
    Upper Lower Trim Concat DPipe Translate Reverse Repeat Space Pad Initcap Chr Contains StartsWith EndsWith
    MD5 SHA Hex SplitPart RegexpExtract RegexpExtractAll RegexpSplit RegexpLike JSONExtractScalar
"""
_TIMES = "LastDay NextDay TimestampFromParts Localtimestamp UnixSeconds UnixMillis UnixMicros"
_LISTS = """
    ArrayMax ArrayMin ArraySort SortArray ArrayAppend ArrayPrepend ArrayInsert ArrayCompact ArraySlice
    ArrayToString ArrayFilter Transform Reduce Explode
"""
_GROUPS = """
    Distinct Count CountIf Sum Avg Min Max Median Mode First Last LogicalAnd LogicalOr ArrayUniqueAgg
    Stddev StddevSamp StddevPop Variance VariancePop Corr CovarPop CovarSamp RegrSlope
    BitwiseAndAgg BitwiseOrAgg BitwiseXorAgg PercentileCont PercentileDisc
    PercentRank CumeDist Lag Lead FirstValue LastValue NthValue
"""
_SAME = frozenset(" ".join((_VALUES, _NUMBERS, _TEXTS, _TIMES, _LISTS, _GROUPS)).split())
# A part of a function that means something else, or nothing, in DuckDB.
_NOT_WITH = {
    "Reduce": "finish",
    "RegexpSplit": "limit",
    "RegexpReplace": "position occurrence",
    "Exists": "expression",
    "Quantile": "frequency",
    "Ceil": "decimals",
    "Floor": "decimals",
    "RegexpCount": "position",
    "Lateral": "outer",
}
_INT = "CAST({self} AS INTEGER)"
_UNICODE_BITS = "CAST(strlen({this}) * 8 AS INTEGER)"
# By the class of the parser: what is said in its place. {self} is the call in the parser's own words.
_SAID = {
    **dict.fromkeys(("Length", "Ascii", "StrPosition", "RegexpCount", "RegexpInstr", "Grouping"), _INT),
    **dict.fromkeys(("RowNumber", "Rank", "DenseRank", "Ntile"), _INT),
    "Mod": "({this} % nullif({expression}, 0))",
    "IntDiv": "CAST(trunc({this} // nullif({expression}, 0)) AS BIGINT)",
    "Sign": "CASE WHEN isnan(CAST({this} AS DOUBLE)) THEN CAST('nan' AS DOUBLE) "
    "ELSE CAST(sign({this}) AS DOUBLE) END",
    "Ceil": "TRY_CAST(ceil({this}) AS BIGINT)",
    "Floor": "TRY_CAST(floor({this}) AS BIGINT)",
    "Sqrt": "CASE WHEN {this} < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt({this}) END",
    "Ln": "CASE WHEN {this} > 0 THEN ln({this}) END",
    "Log": "CASE WHEN {this} > 0 AND {expression} > 0 THEN log({this}, {expression}) END",
    "Asin": "CASE WHEN abs({this}) > 1 THEN CAST('nan' AS DOUBLE) ELSE asin({this}) END",
    "Acos": "CASE WHEN abs({this}) > 1 THEN CAST('nan' AS DOUBLE) ELSE acos({this}) END",
    "IsNan": "coalesce(isnan({this}), false)",
    "Nanvl": "CASE WHEN isnan({this}) THEN {expression} ELSE {this} END",
    "Uuid": "CAST(uuid() AS VARCHAR)",
    "BitLength": _UNICODE_BITS,
    "Left": "left({this}, CASE WHEN {expression} < 0 THEN 0 ELSE {expression} END)",
    "Right": "right({this}, CASE WHEN {expression} < 0 THEN 0 ELSE {expression} END)",
    "ToBase64": "to_base64(encode({this}))",
    "ArrayContains": "CASE WHEN {expression} IS NULL THEN NULL WHEN list_contains({this}, {expression}) "
    "THEN true WHEN len({this}) = list_count({this}) THEN false END",
    "ArrayPosition": "CASE WHEN {this} IS NOT NULL AND {expression} IS NOT NULL "
    "THEN CAST(coalesce(list_position({this}, {expression}), 0) AS BIGINT) END",
    "ArrayRemove": "CASE WHEN {expression} IS NOT NULL "
    'THEN list_filter({this}, LAMBDA "a value" : "a value" IS DISTINCT FROM {expression}) END',
    "ArrayDistinct": 'list_filter({this}, LAMBDA "a value", "its place" : '
    'coalesce(list_position({this}, "a value") = "its place", true))',
    "Negative": "(-{this})",
    "ArrayAgg": "coalesce({self}, [])",
    "Quantile": "quantile_cont(CAST({this} AS DOUBLE), {quantile})",
    "AnyValue": "first({this})",
    "ArgMax": "arg_max_null({this}, {expression})",
    "ArgMin": "arg_min_null({this}, {expression})",
}
# Functions that the parser has no class for.
_BY_NAME = {
    "isnull": "({0} IS NULL)",
    "isnotnull": "({0} IS NOT NULL)",
    "pmod": "CASE WHEN {0} % nullif({1}, 0) < 0 THEN ({0} % {1} + {1}) % {1} ELSE {0} % nullif({1}, 0) END",
    "e": "exp(CAST(1 AS DOUBLE))",
    "mean": "avg({0})",
    "bin": "bin({0})",
    "json_array_length": "CAST(json_array_length({0}) AS INTEGER)",
    "positive": "({0})",
    "btrim": "trim({0})",
    "octet_length": "CAST(strlen({0}) AS INTEGER)",
    "cardinality": "CAST(coalesce(len({0}), -1) AS INTEGER)",
    "get": "CASE WHEN {1} >= 0 THEN {0}[{1} + 1] END",
    "std": "stddev_samp({0})",
    "every": "bool_and({0})",
}


def spark_function(node: exp.Expr) -> str | None:
    """What DuckDB is told in the place of a part of a query; None where the parser's own words do.

    `node` has the types of its values (`note_types`), and its parts are in DuckDB's words already. Raises
    `DefinitionError` for a function that is in no table.
    """
    kind = type(node).__name__
    for part in _NOT_WITH.get(kind, "").split():
        if node.args.get(part):
            raise refused(node, f"with {part}")
    if isinstance(node, exp.DataType):
        said = "TIMESTAMP" if node.this in _MOMENTS else None
    elif isinstance(node, exp.Anonymous):
        said = _by_name(node)
    elif isinstance(node, _BEHIND):
        said = _with_what_stands_behind(node)
    elif kind in _OTHERWISE:
        said = _OTHERWISE[kind](node)
    else:
        said = _by_class(node, kind)
    return said


_MOMENTS = (exp.DataType.Type.TIMESTAMPTZ, exp.DataType.Type.TIMESTAMPLTZ)


_BEHIND = (exp.Window, exp.Filter, exp.IgnoreNulls, exp.WithinGroup)


def _by_name(node: exp.Anonymous) -> str:
    said = _BY_NAME.get(node.name.lower()) or TIMES.get(node.name.lower())
    values = [part.sql("duckdb") for part in node.expressions]
    if said is None or len(values) != len({name for _, name, *_ in string.Formatter().parse(said) if name}):
        raise refused(node)
    return said.format(*values)


def _by_class(node: exp.Expr, kind: str) -> str | None:
    said = _SAID.get(kind) or TIMES.get(kind)
    if said is None:
        zoned = isinstance(node, exp.AtTimeZone | exp.FromTimeZone)
        if zoned or (isinstance(node, exp.Func) and kind not in _SAME):
            raise refused(node)
        return None
    if "{self}" in said and isinstance(node.parent, _BEHIND):
        return None
    parts = {name: part.sql("duckdb") for name, part in node.args.items() if isinstance(part, exp.Expr)}
    return said.format(self=node.sql("duckdb"), **parts)


def _with_what_stands_behind(node: exp.Expr) -> str | None:
    """A function with its OVER, FILTER and their like: what is said of the function is said of the whole."""
    inner: exp.Expr = node
    while isinstance(inner, _BEHIND):
        inner = inner.this
    said = _SAID.get(type(inner).__name__, "")
    return (
        said.format(self=node.sql("duckdb"))
        if "{self}" in said and not isinstance(node.parent, _BEHIND)
        else None
    )


def _size(node: exp.Expr) -> str | None:
    size = f"len({node.this.sql('duckdb')})"
    # The size of NULL is -1, but for array_size.
    return f"CAST({size if called(node) == 'array_size' else f'coalesce({size}, -1)'} AS INTEGER)"


def _element(node: exp.Expr) -> str | None:
    at = node.expressions[0]
    number = at.this if isinstance(at, exp.Neg) else at
    if not isinstance(number, exp.Literal) and not node.this.is_type("map"):
        raise refused(node, "at a place that is no constant")
    return None


def _of_one_name(node: exp.Expr) -> str | None:
    if len(node.expressions) > 1 and not isinstance(node.parent, exp.Reduce):
        raise refused(node.parent or node, "with the place of a value")
    return None


_OTHERWISE: dict[str, Call] = {
    "ArraySize": _size,
    "Bracket": _element,
    "Lambda": _of_one_name,
    **TEXTS_OTHERWISE,
    **TIMES_OTHERWISE,
}

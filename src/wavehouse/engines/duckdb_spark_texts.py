"""Spark's functions of texts, and its casts, as DuckDB says what Spark 3.5 means by them."""

from __future__ import annotations

from sqlglot import exp

from wavehouse.engines.duckdb_spark_casts import decimal_text, spark_cast
from wavehouse.engines.spark_calls import Call, refused, types_of


def _cast(node: exp.Expr) -> str | None:
    to, from_ = node.args["to"], types_of(node).get("this")
    if node.args.get("format"):
        raise refused(node, "with a format")
    type_, value = to.sql("duckdb"), node.this.sql("duckdb")
    if type_ == "DECIMAL":
        type_ = "DECIMAL(10, 0)"
    if from_ == "string" and (type_ in _READ or type_.startswith("DECIMAL")):
        return spark_cast(value, _READ.get(type_) or type_.lower().replace(" ", ""))
    if (
        type_ in ("INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT")
        and from_
        and from_.startswith(_FRACTIONS)
    ):
        value = f"trunc({value})"
    if type_.startswith("DECIMAL") and from_ in ("double", "float"):
        value = decimal_text(value)
    if from_ not in (None, "string") and type_ != "TEXT" and (from_ in _TIMES) != (type_.lower() in _TIMES):
        raise refused(node, f"from {from_} to {type_.lower()}")
    return f"TRY_CAST({value} AS {type_})"


# What a text is read as by Spark's rules.
_READ = {
    "INT": "int",
    "BIGINT": "bigint",
    "REAL": "float",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}
_TIMES = ("date", "timestamp")
_FRACTIONS = ("double", "float", "decimal")


def _substring(node: exp.Expr) -> str | None:
    start, length = node.args.get("start"), node.args.get("length")
    text, begin = node.this.sql("duckdb"), start.sql("duckdb") if start else "1"
    # Spark counts from 1, and takes 0 for it.
    if not isinstance(start, exp.Literal) or start.name == "0":
        begin = f"CASE WHEN {begin} = 0 THEN 1 ELSE {begin} END"
    if length is None:
        return f"substring({text}, {begin})"
    many = length.sql("duckdb")
    if not isinstance(length, exp.Literal):
        many = f"CASE WHEN {many} < 0 THEN 0 ELSE {many} END"
    return f"substring({text}, {begin}, {many})"


def _replace(node: exp.Expr) -> str | None:
    by = node.args.get("replacement")
    parts = (node.this.sql("duckdb"), node.expression.sql("duckdb"), by.sql("duckdb") if by else "''")
    return f"replace({', '.join(parts)})"


def _regexp_replace(node: exp.Expr) -> str | None:
    by = node.args.get("replacement")
    if not isinstance(by, exp.Literal):
        raise refused(node, "with a replacement that is no constant")
    made, signs = "", iter(by.name)
    # Java calls a group $1, and takes what stands behind a backslash as it is.
    for sign in signs:
        behind = next(signs, "") if sign in "\\$" else ""
        if sign == "$" and not behind.isdigit():
            raise refused(node, "with a $ that calls no group")
        text = behind if sign == "\\" else sign
        made += f"\\{behind}" if sign == "$" else text.replace("\\", "\\\\")
    written = exp.Literal.string(made).sql("duckdb")
    return f"regexp_replace({node.this.sql('duckdb')}, {node.expression.sql('duckdb')}, {written}, 'g')"


def _like(node: exp.Expr) -> str | None:
    pattern = node.expression
    plain = isinstance(pattern, exp.Literal) and "\\" not in pattern.name
    if plain or isinstance(node.parent, exp.Escape):
        return None
    return f"({node.sql('duckdb')} ESCAPE '\\')"


def _sha2(node: exp.Expr) -> str | None:
    length = node.args.get("length")
    if length is not None and length.name not in ("0", "256"):
        raise refused(node, "of other than 256 bits")
    return f"sha256({node.this.sql('duckdb')})"


def _joined(node: exp.Expr) -> str | None:
    types = types_of(node).get("expressions", ())
    if any(type_ is not None and type_.startswith("array") for type_ in types):
        raise refused(node, "of a list")
    return None


TEXTS_OTHERWISE: dict[str, Call] = {
    **dict.fromkeys(("Cast", "TryCast"), _cast),
    **dict.fromkeys(("Like", "ILike"), _like),
    "Substring": _substring,
    "Replace": _replace,
    "RegexpReplace": _regexp_replace,
    "SHA2": _sha2,
    "ConcatWs": _joined,
}

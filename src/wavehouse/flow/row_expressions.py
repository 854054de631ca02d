"""Expressions that look at one row alone, and say the same of it each time."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp


class NotRowWise(Exception):  # noqa: N818  # an answer, not a failure
    """A query does more than make each of its rows from one row; `reason` names what (`an aggregate`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# The functions that are known to be of this kind. What is on no list may be an aggregate (`list`), make rows,
# or hang on chance, the time or the place: a list of those would miss what a parser learns later.
_CONDITIONS = "And Or Xor Case If Coalesce EqualNull IsNan Nullif Nvl2 Cast TryCast Typeof"
_NUMBERS = """
    Abs Acos Acosh Asin Asinh Atan Atan2 Atanh BitwiseCount Cbrt Ceil Cos Cosh Cot Degrees Exp Factorial Floor
    Greatest Least Ln Log Pi Pow Radians Round SafeDivide Sign Sin Sinh Sqrt Tan Tanh
"""
_TEXTS = """
    Ascii BitLength Chr Concat ConcatWs Contains Decode Encode EndsWith Format FromBase64 Hex Initcap
    JSONExtractScalar Left Length Levenshtein Lower MD5 Pad RegexpCount RegexpExtract RegexpExtractAll
    RegexpInstr RegexpLike RegexpReplace RegexpSplit Repeat Replace Reverse Right SHA SHA2 Space Split
    SplitPart StartsWith StrPosition Substring SubstringIndex ToBase64 Translate Trim Unhex Upper
"""
_TIMES = """
    AddMonths DateAdd DateDiff DateFromUnixDate DateSub DateTrunc Day DayOfMonth DayOfWeek DayOfYear Dayname
    Extract Hour LastDay Minute Month Monthname MonthsBetween NextDay Quarter Second StrToDate StrToTime
    StrToUnix TimestampAdd TimestampFromParts TimestampTrunc TimeStrToTime TimeToStr TsOrDsAdd TsOrDsDiff
    TsOrDsToDate UnixDate UnixMicros UnixMillis UnixSeconds UnixToStr UnixToTime WeekOfYear Year
"""
_LISTS = """
    Array ArrayAppend ArrayCompact ArrayContains ArrayDistinct ArrayExcept ArrayFilter ArrayInsert
    ArrayIntersect ArrayMax ArrayMin ArrayPosition ArrayPrepend ArrayRemove ArraySize ArraySlice ArraySort
    ArrayToString ArraysZip Exists Flatten GenerateSeries Reduce Struct Transform
"""
FUNCTIONS = frozenset(" ".join((_CONDITIONS, _NUMBERS, _TEXTS, _TIMES, _LISTS)).split())
# Functions of Spark SQL that the parser has no class for.
_BY_NAME = frozenset(
    ("bin", "json_array_length", "make_date", "printf", "url_decode", "url_encode", "weekday")
)
# What is no function.
_PLAIN = (
    *(exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Var, exp.RawString, exp.HexString),
    *(exp.Unary, exp.Binary, exp.Between, exp.In, exp.Tuple, exp.Bracket, exp.Slice, exp.Lambda),
    *(exp.DataType, exp.DataTypeParam, exp.Interval, exp.IntervalSpan, exp.AtTimeZone),
    *(exp.JSONPath, exp.JSONPathPart, exp.Order, exp.Ordered),
)
_WORDS = (
    (exp.AggFunc, "an aggregate"),
    (exp.Window, "a window"),
    (exp.Query, "a subquery"),
    ((exp.UDTF, exp.Explode, exp.Inline), "a function that makes rows"),
)


def check_row_wise(expression: exp.Expr, is_column: Callable[[exp.Column], bool]) -> None:
    """Raise `NotRowWise` unless `expression` says the same of a row each time, whatever the other rows are.

    `is_column` tells whether the row has such a column: an engine may take another name for a function
    (`localtimestamp`).
    """
    for node in expression.walk():
        for kind, said in _WORDS:
            if isinstance(node, kind):
                raise NotRowWise(said)
        if isinstance(node, exp.Column):
            if not is_column(node):
                raise NotRowWise(f"{_quoted(node)}, which is no column of its input")
        elif type(node) is exp.Anonymous:
            if node.name.lower() not in _BY_NAME:
                raise NotRowWise(f"the function '{node.name}', which is not known here")
        elif isinstance(node, exp.Func):
            if type(node).__name__ not in FUNCTIONS:
                raise NotRowWise(f"{_quoted(node)}, which may hang on more than one row")
        elif not isinstance(node, _PLAIN):
            raise NotRowWise(f"{_quoted(node)}, which may hang on more than one row")


def _quoted(node: exp.Expr) -> str:
    text = node.sql(dialect="spark")
    return f"'{text}'" if len(text) <= 40 else f"'{text[:37]}…'"

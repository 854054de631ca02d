"""Athena SQL as expressions of QuickSight, as far as both mean the same.

https://docs.aws.amazon.com/quicksight/latest/user/calculated-field-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import expressions as exp
from sqlglot import parse_one
from sqlglot.errors import SqlglotError

from wavehouse.aws.quicksight.kinds import is_number
from wavehouse.query.operators import COMPARISONS

# Functions of one argument that are called by another name there.
_ONE: Mapping[type[exp.Expr], str] = {
    exp.Abs: "abs",
    exp.Ceil: "ceil",
    exp.Floor: "floor",
    exp.Sqrt: "sqrt",
    exp.Exp: "exp",
    exp.Ln: "ln",
    exp.Lower: "toLower",
    exp.Upper: "toUpper",
    exp.Length: "strlen",
}
_TWO: Mapping[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    **COMPARISONS,
    exp.And: "AND",
    exp.Or: "OR",
}
# What a name stands for that begins with it is a parameter.
PARAMETER = "$"


class NotSayableError(Exception):
    """An expression that QuickSight has no counterpart for."""


def expression(sql: str, kinds: Mapping[str, str], parameter: Callable[[str], str]) -> str:
    """An expression in Athena SQL in QuickSight's language; raises `NotSayableError` for what it lacks.

    `kinds` are those of the columns; a column called `$name` is a parameter, which `parameter` names.
    """
    try:
        select = parse_one(f"SELECT {sql}\n", read="athena")
    except SqlglotError as error:
        raise NotSayableError(str(error)) from error
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        raise NotSayableError(sql)
    return _Writer(kinds, parameter).written(select.expressions[0])


class _Writer:
    def __init__(self, kinds: Mapping[str, str], parameter: Callable[[str], str]) -> None:
        self.kinds = kinds
        self.parameter = parameter

    def written(self, node: exp.Expr) -> str:  # noqa: PLR0911, PLR0912 (a table of what is covered)
        of = type(node)
        match node:
            case exp.Paren():
                return f"({self.written(node.this)})"
            case exp.Column():
                return self._column(node)
            case exp.Literal():
                return self._literal(node)
            case exp.Boolean():
                return "true" if node.this else "false"
            case exp.Null():
                return "NULL"
            case exp.Neg():
                return f"-{self.written(node.this)}"
            case exp.Not(this=exp.Is(this=of_what, expression=exp.Null())):
                return f"isNotNull({self.written(of_what)})"
            case exp.Not(this=exp.Column() as flag) if self._is_flag(flag):
                return f"{self.written(flag)} = false"
            case exp.Is(expression=exp.Null()):
                return f"isNull({self.written(node.this)})"
            case exp.Add() | exp.Sub() | exp.Mul() if not self._is_of_numbers(node):
                raise NotSayableError(node.sql(dialect="athena"))
            case exp.Div():
                return self._quotient(node)
            case exp.And() | exp.Or():
                return f"{self._condition(node.left)} {_TWO[of]} {self._condition(node.right)}"
            case exp.Between():
                value, low, high = (self.written(node.args[key]) for key in ("this", "low", "high"))
                return f"({value} >= {low} AND {value} <= {high})"
            case exp.In() if node.expressions and not node.args.get("query"):
                listed = ", ".join(self.written(one) for one in node.expressions)
                return f"in({self.written(node.this)}, [{listed}])"
            case exp.Case():
                return self._case(node)
            case exp.If():
                otherwise = self.written(node.args["false"]) if node.args.get("false") else "NULL"
                return f"ifelse({self._condition(node.this)}, {self.written(node.args['true'])}, {otherwise})"
            case exp.Coalesce():
                return f"coalesce({', '.join(self.written(one) for one in [node.this, *node.expressions])})"
            case exp.Nullif():
                return f"nullIf({self.written(node.this)}, {self.written(node.expression)})"
        if of in _ONE and not [one for key, one in node.args.items() if key != "this" and one]:
            return f"{_ONE[of]}({self.written(node.this)})"
        if of in _TWO:
            return f"{self.written(node.this)} {_TWO[of]} {self.written(node.expression)}"
        raise NotSayableError(node.sql(dialect="athena"))

    def _column(self, node: exp.Column) -> str:
        if node.name.startswith(PARAMETER):
            return f"${{{self.parameter(node.name.removeprefix(PARAMETER))}}}"
        if node.name not in self.kinds or node.table:
            raise NotSayableError(node.sql(dialect="athena"))
        return f"{{{node.name}}}"

    def _literal(self, node: exp.Literal) -> str:
        if node.is_string:
            # (How a quote in a text is written is not told there.)
            if "'" in node.this or "\\" in node.this:
                raise NotSayableError(node.sql(dialect="athena"))
            return f"'{node.this}'"
        text = node.this
        return f"{float(text):.15g}" if "e" in text.lower() else text

    def _is_of_numbers(self, node: exp.Expr) -> bool:
        """Whether nothing in it is of another kind: of dates a difference is another thing there."""
        return all(
            is_number(self.kinds.get(one.name)) or one.name.startswith(PARAMETER)
            for one in node.find_all(exp.Column)
        )

    def _is_flag(self, node: exp.Expr) -> bool:
        return isinstance(node, exp.Column) and self.kinds.get(node.name) == "BOOLEAN"

    def _condition(self, node: exp.Expr) -> str:
        return f"{self.written(node)} = true" if self._is_flag(node) else self.written(node)

    def _quotient(self, node: exp.Div) -> str:
        # (Of whole numbers Athena's quotient is whole, and of decimals it is rounded; there it is neither.)
        if not (self._is_double(node.left) or self._is_double(node.right)):
            raise NotSayableError(node.sql(dialect="athena"))
        return f"{self.written(node.left)} / {self.written(node.right)}"

    def _is_double(self, node: exp.Expr) -> bool:
        match node:
            case exp.Literal():
                return not node.is_string and "e" in node.this.lower()
            case exp.Column():
                return self.kinds.get(node.name) == "DECIMAL"
            case exp.Add() | exp.Sub() | exp.Mul() | exp.Div():
                return self._is_double(node.left) or self._is_double(node.right)
            case exp.Paren() | exp.Neg():
                return self._is_double(node.this)
        return False

    def _case(self, node: exp.Case) -> str:
        parts = []
        for one in node.args["ifs"]:
            if node.this is None:
                parts.append(self._condition(one.this))
            else:
                parts.append(f"{self.written(node.this)} = {self.written(one.this)}")
            parts.append(self.written(one.args["true"]))
        otherwise = node.args.get("default")
        parts.append(self.written(otherwise) if otherwise else "NULL")
        return f"ifelse({', '.join(parts)})"

"""Reads the condition of a Filter: the function of a row that Glue Studio writes."""

from __future__ import annotations

import ast
from typing import Any

from wavehouse.flow.glue_script.columns import plain_path
from wavehouse.flow.glue_script.refusals import AS_SPARK_SQL, Refused
from wavehouse.flow.glue_script.scope import Scope
from wavehouse.flow.glue_script.values import Library

_OPERATIONS: dict[type[ast.cmpop], tuple[str, bool]] = {
    ast.Eq: ("EQ", False),
    ast.NotEq: ("EQ", True),
    ast.Lt: ("LT", False),
    ast.LtE: ("LTE", False),
    ast.Gt: ("GT", False),
    ast.GtE: ("GTE", False),
    ast.Is: ("ISNULL", False),
    ast.IsNot: ("ISNULL", True),
}
# What a comparison is when its sides change places.
_TURNED = {"EQ": "EQ", "LT": "GT", "LTE": "GTE", "GT": "LT", "GTE": "LTE"}


def filter_fields(scope: Scope, node: ast.expr) -> dict[str, Any]:
    """The LogicalOperator and Filters of `lambda row: (…)`; raises `Refused` for what a Filter cannot say."""
    match node:
        case ast.Lambda(ast.arguments([], [ast.arg() as argument], None, [], [], None, []), body):
            condition = _Condition(scope, argument.arg)
        case _:
            raise Refused(
                node,
                f"{scope.quoted(node)} is not of the form lambda row: (row['a'] > 1 and …)",
                AS_SPARK_SQL,
            )
    match body:
        case ast.BoolOp(ast.And(), parts):
            return {"LogicalOperator": "AND", "Filters": [condition.read(part) for part in parts]}
        case ast.BoolOp(ast.Or(), parts):
            return {"LogicalOperator": "OR", "Filters": [condition.read(part) for part in parts]}
    return {"LogicalOperator": "AND", "Filters": [condition.read(body)]}


class _Condition:
    """Reads comparisons of a row that goes by the name `row`."""

    def __init__(self, scope: Scope, row: str) -> None:
        self._scope = scope
        self._row = row

    def read(self, node: ast.expr, negated: bool = False) -> dict[str, Any]:
        """One comparison, as a FilterExpression."""
        match node:
            case ast.UnaryOp(ast.Not(), inner):
                return self.read(inner, not negated)
            case ast.Call(ast.Name("bool"), [ast.Call() as inner], []) if "bool" not in self._scope.names:
                return self.read(inner, negated)
            case ast.Call(ast.Attribute(ast.Name("re") as re, "match"), [pattern, value], []) if (
                self._scope.value(re) == Library("re")
            ):
                return self._expression("REGEX", negated, [self._column(value), self._constant(pattern)])
            case ast.Compare(left, [operator], [right]) if type(operator) in _OPERATIONS:
                operation, opposite = _OPERATIONS[type(operator)]
                return self._comparison(node, operation, negated != opposite, left, right)
            case ast.BoolOp():
                raise Refused(
                    node,
                    f"{self._scope.quoted(node)} mixes 'and' with 'or', and a Filter has one of them",
                    f"Put it into a Filter of its own. {AS_SPARK_SQL}",
                )
        raise Refused(node, f"{self._scope.quoted(node)} is no comparison that a Filter has", AS_SPARK_SQL)

    def _comparison(
        self, node: ast.Compare, operation: str, negated: bool, left: ast.expr, right: ast.expr
    ) -> dict[str, Any]:
        if not self._is_column(left) and operation in _TURNED:
            operation, left, right = _TURNED[operation], right, left
        is_none = isinstance(right, ast.Constant) and right.value is None
        if is_none and operation in ("EQ", "ISNULL"):
            return self._expression("ISNULL", negated, [self._column(left)])
        if is_none or operation == "ISNULL":
            raise Refused(
                node, f"{self._scope.quoted(node)} is no comparison that a Filter has", AS_SPARK_SQL
            )
        other = self._column(right) if self._is_column(right) else self._constant(right)
        return self._expression(operation, negated, [self._column(left), other])

    @staticmethod
    def _expression(operation: str, negated: bool, values: list[dict[str, Any]]) -> dict[str, Any]:
        return {"Operation": operation, "Negated": negated, "Values": values}

    def _is_column(self, node: ast.expr) -> bool:
        match node:
            case ast.Subscript(ast.Name(row)):
                return row == self._row
        return False

    def _column(self, node: ast.expr) -> dict[str, Any]:
        if not isinstance(node, ast.Subscript) or not self._is_column(node):
            raise Refused(
                node, f"{self._scope.quoted(node)} is not a column, as {self._row}['a'] is", AS_SPARK_SQL
            )
        return {"Type": "COLUMNEXTRACTED", "Value": plain_path(self._scope.text(node.slice))}

    def _constant(self, node: ast.expr) -> dict[str, Any]:
        value = self._scope.literal(node)
        if isinstance(value, bool):
            return {"Type": "CONSTANT", "Value": ["true" if value else "false"]}
        if not isinstance(value, str | int | float):
            raise Refused(node, f"{self._scope.quoted(node)} is no constant to compare with", AS_SPARK_SQL)
        return {"Type": "CONSTANT", "Value": [str(value)]}

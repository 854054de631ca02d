"""From the script that Glue Studio makes of a graph to the graph; no statement is run."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.glue_script import boilerplate, columns, iceberg, quality, rows, sources, targets
from wavehouse.flow.glue_script.refusals import AS_SPARK_SQL, Refused, Unread, as_error
from wavehouse.flow.glue_script.scope import Scope
from wavehouse.flow.glue_script.script import parse_script
from wavehouse.flow.glue_script.values import (
    IcebergWriter,
    Refusal,
    Sink,
    Tables,
    Value,
)

_READERS = {
    **boilerplate.READERS,
    **sources.READERS,
    **columns.READERS,
    **rows.READERS,
    **quality.READERS,
    **targets.READERS,
    **iceberg.READERS,
}
_COALESCE = "if {0}.count() >= 1:\n    {0} = {0}.coalesce({1})"


def read_script(text: str, where: str) -> dict[str, dict[str, dict[str, Any]]]:
    """The nodes of the script `text` in Glue's JSON form: `{id: {kind: fields}}`, in the script's order.

    `where` names the file in complaints. The script is parsed and never run. Raises `DefinitionError`: for
    what is no Python 3, too large or too deep, with the line; and for whatever Glue Studio does not write,
    all places in one.
    """
    script = parse_script(text, where)
    reading = _Reading(Scope(script, boilerplate.LIBRARY, _READERS))
    for statement in script.statements:
        reading.read(statement)
    reading.end()
    if reading.refused:
        raise as_error(reading.refused, where)
    nodes = reading.scope.draft.nodes
    if not nodes:
        raise DefinitionError(
            "this script has no node: no rows are read or written in the way that Glue Studio writes it",
            where=where,
            remedy="Save the script of a visual job",
        )
    return nodes


class _Reading:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.refused: list[Refused] = []

    def read(self, statement: ast.stmt) -> None:
        """Read one statement; what it would have given is then known, or known to be refused."""
        try:
            self._statement(statement)
        except (Refused, Unread) as error:
            if isinstance(error, Refused):
                self.refused.append(error)
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    self.scope.names[node.id] = Refusal()
                elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    self.scope.names[node.name] = Refusal()
                elif isinstance(node, ast.alias):
                    self.scope.names[node.asname or node.name.partition(".")[0]] = Refusal()

    def end(self) -> None:
        """What only the whole script can tell."""
        for value in self.scope.names.values():
            if isinstance(value, Sink) and not value.written and not self.refused:
                self.refused.append(Refused(value.line, "no writeFrame gives this sink rows to write"))
        if self.scope.target_rules and not self.refused:
            judged = ", ".join(f"'{one}'" for one in self.scope.target_rules)
            self.refused.append(
                Refused(1, f"the rules of a target judge the rows of {judged}, which no target takes")
            )
        self.scope.draft.put_rules_in_the_way()

    def _statement(self, statement: ast.stmt) -> None:
        scope = self.scope
        match statement:
            case ast.Import() | ast.ImportFrom():
                boilerplate.read_import(scope, statement)
            case ast.FunctionDef():
                boilerplate.read_function(scope, statement)
            case ast.Assign([ast.Name(variable)], value):
                scope.names[variable] = given = scope.value(value, variable)
                if isinstance(given, IcebergWriter) and given.action:
                    iceberg.add_iceberg_target(scope, given, statement, variable)
            case ast.Expr(ast.Constant(str())) | ast.Pass():
                return
            case ast.Expr(ast.Call() as value):
                given = scope.value(value)
                if isinstance(given, IcebergWriter):
                    iceberg.add_iceberg_target(scope, given, statement, None)
            case ast.If():
                self._if(statement)
            case ast.Assert():
                quality.read_assert(scope, statement)
            case _:
                raise Refused(
                    statement,
                    f"{scope.quoted(statement)} is nothing that Glue Studio writes",
                    f"{AS_SPARK_SQL}, or take it out",
                )

    def _if(self, statement: ast.If) -> None:
        match statement:
            case ast.If(
                ast.Compare(ast.Call(ast.Attribute(ast.Name(name)))),
                [ast.Assign(_, ast.Call(_, [ast.Constant(int() as number)]) as value)],
                [],
            ) if quality.is_same(statement, _COALESCE.format(name, number)):
                self.scope.names[name] = self.scope.value(value)
            case ast.If(ast.Name() as test, body, orelse) if isinstance(self.scope.value(test), Tables):
                self._write_iceberg(statement, self.scope.value(test), body, orelse)
            case _:
                raise Refused(
                    statement,
                    f"{self.scope.quoted(statement.test)} is a condition, and the nodes of a graph have none",
                    "Leave the way that the job takes, and take out the other",
                )

    def _write_iceberg(
        self, statement: ast.If, test: Value, body: list[ast.stmt], orelse: list[ast.stmt]
    ) -> None:
        """`if table_exists: … .append() else: … .create()`: one target."""
        (there, variable), (new, _) = self._iceberg_branch(body), self._iceberg_branch(orelse)
        if (
            not there
            or not new
            or replace(there, action=None) != replace(new, action=None)
            or there.action != "append"
            or new.action == "append"
            or test != Tables(there.database, there.table)
        ):
            raise Refused(
                statement,
                "this is not of the form: if the table is there, append to it, else create it",
                "Save the script from Glue Studio again",
            )
        iceberg.add_iceberg_target(self.scope, there, statement, variable)

    def _iceberg_branch(self, statements: list[ast.stmt]) -> tuple[IcebergWriter | None, str | None]:
        """The writer that ends a branch, and the variable that has its rows."""
        variable = None
        match statements:
            case [
                ast.Assign([ast.Name(name)], ast.Call(ast.Attribute(ast.Name(), "toDF"), [], []) as value),
                *rest,
            ]:
                variable = name
                self.scope.names[name] = self.scope.value(value)
                statements = rest
        match statements:
            case [ast.Expr(ast.Call() as call)]:
                writer = self.scope.value(call)
                return (writer if isinstance(writer, IcebergWriter) else None), variable
        return None, variable

"""What the names of a script stand for, and what its expressions come to. Nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from wavehouse.flow.glue_script.draft import Draft
from wavehouse.flow.glue_script.refusals import AS_SPARK_SQL, Refused, Unread, quoted
from wavehouse.flow.glue_script.script import Script
from wavehouse.flow.glue_script.values import (
    Frame,
    IcebergWriter,
    Library,
    Literal,
    Method,
    Refusal,
    Sink,
    Split,
    Tables,
    Value,
    Verdicts,
)

_COMPUTED = "Glue Studio writes values as they are: put the value itself there"
# What a method belongs to, in the names of methods.
_OWNERS: dict[type, str] = {
    Split: "split",
    Verdicts: "verdicts",
    Sink: "sink",
    IcebergWriter: "iceberg",
}


Owner = TypeVar("Owner", Frame, Split, Sink, IcebergWriter)


@dataclass(frozen=True)
class Call:
    """A call that is read: what it belongs to, and the variable that gets what it returns."""

    node: ast.Call
    of: Value | None
    variable: str | None

    @property
    def line(self) -> int:
        """Its line in the script."""
        return self.node.lineno

    def owner(self, kind: type[Owner]) -> Owner:
        """What the method belongs to; the name by which its reader was found says what that is."""
        if not isinstance(self.of, kind):
            raise TypeError(f"{self.of!r} is no {kind.__name__}")
        return self.of


# Reads a call: adds nodes to the draft, and returns what the call comes to.
Reader = Callable[["Scope", Call], Value]


class Scope:
    """The names of a script; `readers` knows calls by path (`Join.apply`) or by method (`frame.toDF`)."""

    def __init__(self, script: Script, library: Mapping[str, Library], readers: Mapping[str, Reader]) -> None:
        self.draft = Draft(script.names)
        self.names: dict[str, Value] = dict(library)
        # Frames that rules of a target have judged: by the node's id, what Glue calls the evaluation.
        self.target_rules: dict[str, str] = {}
        self._lines = script.lines
        self._readers = readers

    def quoted(self, node: ast.AST) -> str:
        """The code of `node`, to be named in a complaint."""
        return quoted(node, self._lines)

    def value(self, node: ast.expr, variable: str | None = None) -> Value:
        """What an expression comes to; `variable` will hold it. Raises `Refused` for what cannot be read."""
        value: Value | None = None
        match node:
            case ast.Name():
                value = self._name(node)
            case ast.Attribute():
                of = self.value(node.value)
                value = (
                    Library(f"{of.name}.{node.attr}") if isinstance(of, Library) else Method(of, node.attr)
                )
            case ast.Call():
                value = self._call(node, variable)
            case ast.Subscript(value=ast.Name() as name) if isinstance(self._name(name), Library):
                # args['JOB_NAME']
                self.literal(node.slice)
                value = Library(f"{name.id}[…]")
            case ast.Compare(left, [ast.In()], [ast.Name() as name]):
                tables = self._name(name)
                if isinstance(tables, Tables):
                    value = Tables(tables.database, self.text(left))
            case ast.ListComp():
                value = self._table_names(node)
        return value or Literal(self.literal(node))

    def literal(self, node: ast.expr) -> Any:
        """The Python value of an expression of constants; raises `Refused` for anything that is computed."""
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.UnaryOp(ast.USub(), ast.Constant() as number) if type(number.value) in (int, float):
                return -self._constant(number)
            case ast.List(elements) | ast.Set(elements) | ast.Tuple(elements):
                values = [self.literal(one) for one in elements]
                return tuple(values) if isinstance(node, ast.Tuple) else values
            case ast.Dict(keys, values_) if None not in keys:
                return {
                    self.text(key): self.literal(one)
                    for key, one in zip(keys, values_, strict=True)
                    if key is not None
                }
            case ast.JoinedStr(parts) if all(isinstance(part, ast.Constant) for part in parts):
                return "".join(self.text(part) for part in parts)
            case ast.Name() if isinstance(named := self._name(node), Literal):
                return named.value
        raise Refused(node, f"{self.quoted(node)} is computed", _COMPUTED)

    def text(self, node: ast.expr) -> str:
        """A text; raises `Refused` for anything else."""
        value = self.literal(node)
        if not isinstance(value, str):
            raise Refused(node, f"{self.quoted(node)} stands where a text belongs")
        return value

    def frame(self, node: ast.expr) -> Frame:
        """The rows of a node; raises `Refused` for anything else."""
        value = self.value(node)
        if not isinstance(value, Frame):
            raise Refused(node, f"{self.quoted(node)} is not the rows of a node")
        return value

    def rows(self, node: ast.expr) -> str:
        """The id of the node whose rows these are, all columns of which a node here has."""
        return self.rows_of(self.frame(node), node)

    def rows_of(self, frame: Frame, place: ast.AST) -> str:
        """The id of the node whose rows `frame` is, all columns of which a node here has."""
        if frame.judged:
            raise Refused(
                place,
                f"{self.quoted(place)} has columns of verdicts (rowLevelOutcomes), which no node here makes",
                "Read originalData, or pick the other columns by an ApplyMapping or a SelectFields",
            )
        return frame.id

    def _constant(self, node: ast.Constant) -> Any:
        value = node.value
        if value is not None and not isinstance(value, str | bool | int | float):
            raise Refused(node, f"{self.quoted(node)} is no text, number or truth value")
        if isinstance(value, str) and ("\0" in value or any("\ud800" <= c <= "\udfff" for c in value)):
            raise Refused(node, f"{self.quoted(node)} has characters that are no text")
        if isinstance(value, int) and abs(value) >= 2**63:
            raise Refused(node, f"{self.quoted(node)} is too large a number")
        return value

    def _name(self, node: ast.Name) -> Value:
        if node.id not in self.names:
            raise Refused(
                node,
                f"'{node.id}' is a name that neither this script nor Glue Studio gives anything",
                f"{AS_SPARK_SQL}, or take it out",
            )
        value = self.names[node.id]
        if isinstance(value, Refusal):
            raise Unread
        return value

    def _call(self, node: ast.Call, variable: str | None) -> Value:
        called = self.value(node.func)
        if isinstance(called, Library):
            path, of = called.name, None
        elif isinstance(called, Method):
            of = called.of
            path = f"{_owner(of)}.{called.name}"
        else:
            path, of = "", None
        reader = self._readers.get(path)
        if reader is None:
            raise Refused(
                node,
                f"{self.quoted(node)} is a call that Glue Studio does not write",
                f"{AS_SPARK_SQL}, or take it out",
            )
        return reader(self, Call(node, of, variable))

    def _table_names(self, node: ast.ListComp) -> Value:
        """`[table.name for table in tables]`, of the tables of a database."""
        match node:
            case ast.ListComp(
                ast.Attribute(ast.Name(element), "name"),
                [ast.comprehension(target=ast.Name(each), iter=ast.Name() as tables, ifs=[], is_async=0)],
            ) if element == each:
                listed = self._name(tables)
                if isinstance(listed, Tables):
                    return listed
        raise Refused(node, f"{self.quoted(node)} is computed", _COMPUTED)


def _owner(value: Value) -> str:
    if isinstance(value, Frame):
        return "dataframe" if value.spark else "frame"
    return _OWNERS.get(type(value), "")

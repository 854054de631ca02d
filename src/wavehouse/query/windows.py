"""Calls of window functions: OVER, and the windows that a WINDOW clause names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.aggregates import RowBinder, filtered
from wavehouse.query.calls import called, is_window
from wavehouse.query.frames import frame
from wavehouse.query.functions import AGGREGATES, AGGREGATES_OVER, WINDOWS
from wavehouse.query.ordering import sorted_by
from wavehouse.query.refusals import place, refuse_maps, uncovered
from wavehouse.query.typed import Typed, made

# Those that IGNORE NULLS and RESPECT NULLS may stand behind.
_OF_ROWS = ("lag", "lead", "first_value", "last_value", "nth_value")
_PARTS = ("partition_by", "order", "spec")


def windowed(binder: RowBinder, node: exp.Window) -> Typed:
    """A call with OVER (…)."""
    call, where, ignoring = node.this, None, ""
    if isinstance(call, (exp.IgnoreNulls, exp.RespectNulls)):
        ignoring = " IGNORE NULLS" if isinstance(call, exp.IgnoreNulls) else ""
        call = call.this
    if isinstance(call, exp.Filter):
        call, where = call.this, call.expression
    call = call.this if isinstance(call, exp.WithinGroup) else call
    name = call.name.lower() if isinstance(call, exp.Anonymous) else ""
    if not is_window(name) and name not in AGGREGATES_OVER:
        raise uncovered(node, f"{name or 'this'}() with OVER")
    if isinstance(node.this, (exp.IgnoreNulls, exp.RespectNulls)) and name not in _OF_ROWS:
        raise uncovered(node, f"IGNORE NULLS or RESPECT NULLS of {name}()")
    if where is not None and is_window(name):
        raise uncovered(node, f"FILTER with {name}() OVER")
    if node.args.get("alias") is not None:
        raise QueryError(f"no window '{node.args['alias'].name}' in WINDOW", where=place(node))
    nodes = [] if any(isinstance(one, exp.Star) for one in call.expressions) else call.expressions
    if any(isinstance(one, (exp.Distinct, exp.Order)) for one in nodes):
        raise uncovered(node, f"DISTINCT or ORDER BY in {name}() with OVER")
    arguments = [binder.bind(argument) for argument in nodes]
    tail, parts = filtered(binder, where)
    over, inside = _over(binder, node, name)
    if ignoring and name in ("lag", "lead") and len(arguments) > 1 and arguments[1].number == "0":
        # Trino gives the row itself, DuckDB the next value.
        raise uncovered(node, f"{name}() with offset 0 and IGNORE NULLS")
    functions = WINDOWS if is_window(name) else AGGREGATES
    value = called(functions, name, arguments, node, tail=f"{tail} OVER ({over})", ignoring=ignoring)
    parts = [*arguments, *parts, *inside]
    if any(part.window for part in parts):
        raise QueryError("a window inside of a window", where=place(node), remedy="Use a subquery")
    return replace(made(value.sql, value.type, *parts), window=True)


def _over(binder: RowBinder, node: exp.Window, name: str) -> tuple[str, list[Typed]]:
    """What stands in the brackets of OVER for the function `name`, and what is in it."""
    partition = [binder.bind(key) for key in node.args.get("partition_by") or []]
    refuse_maps(partition, "PARTITION BY", node)
    order, spec = node.args.get("order"), node.args.get("spec")
    keys = [binder.sort_key(key) for key in order.expressions] if order else []
    if name in ("lag", "lead") and not keys:
        raise QueryError(f"{name}() needs ORDER BY in OVER (…)", where=place(node))
    over = [f"PARTITION BY {', '.join(key.sql for key in partition)}"] if partition else []
    over += [f"ORDER BY {sorted_by(keys)}"] if keys else []
    over += [frame(spec, name, [key.value.type for key in keys])] if spec else []
    return " ".join(over), [*partition, *(key.value for key in keys)]


def name_no_windows(node: exp.Select) -> None:
    """Write each window that the WINDOW clause of `node` defines to where its name stands.

    Raises `QueryError` for a name that is not defined, and where a window may not build on another one:
    https://trino.io/docs/current/sql/select.html#window-clause .
    """
    named: dict[str, exp.Window] = {}
    for definition in node.args.get("windows") or []:
        name = definition.this.name.lower()
        if name in named:
            raise QueryError(f"WINDOW defines '{name}' twice", where=place(definition))
        _build(definition, named)
        named[name] = definition
    outputs = {one.alias.lower() for one in node.expressions if isinstance(one, exp.Alias)}
    for clause in (*node.expressions, node.args.get("order")):
        for window in clause.find_all(exp.Window) if clause is not None else ():
            if window.find_ancestor(exp.Select) is not node or window.args.get("alias") is None:
                continue
            _build(window, named)
            # (`r.x` may be a field of the column `r`.)
            columns = {one.parts[0].name.lower() for one in window.find_all(exp.Column)}
            if clause is node.args.get("order") and columns & outputs:
                raise uncovered(
                    window, "a named window in ORDER BY whose columns are names of the SELECT list"
                )


def _build(window: exp.Window, named: Mapping[str, exp.Window]) -> None:
    alias = window.args.get("alias")
    if alias is None:
        return
    base = named.get(alias.name.lower())
    if base is None:
        raise QueryError(
            f"no window '{alias.name}' in WINDOW",
            where=place(alias),
            remedy=did_you_mean(alias.name.lower(), list(named)),
        )
    alone = not any(window.args.get(part) for part in _PARTS)
    if window.args.get("partition_by"):
        raise QueryError("a window that builds on another one has no PARTITION BY", where=place(alias))
    if window.args.get("order") and base.args.get("order"):
        raise QueryError("a window that builds on one with ORDER BY has no ORDER BY", where=place(alias))
    if base.args.get("spec") and not (alone and window.args.get("over")):
        raise QueryError("a window with a frame cannot be built on", where=place(alias))
    for part in _PARTS:
        given = base.args.get(part)
        if given and not window.args.get(part):
            copied = [one.copy() for one in given] if isinstance(given, list) else given.copy()
            window.set(part, copied)
    window.set("alias", None)

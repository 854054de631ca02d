"""What every script of Glue Studio has around its nodes: imports, the job, and functions that it defines."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator

from wavehouse.flow.glue_script.refusals import AS_SPARK_SQL, Refused
from wavehouse.flow.glue_script.scope import Call, Reader, Scope
from wavehouse.flow.glue_script.values import Library, Literal, Value
from wavehouse.flow.nodes import REFUSED

_MODULES = ("awsglue", "awsgluedq", "pyspark", "sys", "re")
_TRANSFORMS = """
    ApplyMapping SelectFields DropFields RenameField SplitFields SelectFromCollection DropNullFields
    FillMissingValues Filter Join
"""
_OTHERS = """
    DynamicFrame DynamicFrameCollection EvaluateDataQuality GlueContext SparkContext Job getResolvedOptions
    sparkSqlQuery sparkAggregate sparkUnion drop_nulls re sys
"""
# What scripts may name without an import: Glue Studio's own imports bring them all.
LIBRARY = {name: Library(name) for name in (_TRANSFORMS + _OTHERS).split()}

# The functions that Glue Studio puts into a script, by what they do: a changed one may do anything.
# `sparkSqlQuery` and `sparkUnion` name views and ask Spark, `sparkAggregate` groups, `drop_nulls` drops the
# columns that `_find_null_fields` finds.
_FUNCTIONS = {
    "sparkSqlQuery": {"d886322936a2691c"},
    "sparkAggregate": {"ac786be36f18629e"},
    "sparkUnion": {"8d67fd79594521fc"},
    "drop_nulls": {"d1ac015e00fc7a25"},
    "_find_null_fields": {"a2af535f80d85ab9"},
}
# Functions that come with nodes of other kinds.
_FOREIGN = {"threadedRoute": "Route", "GroupFilter": "Route", "apply_group_filter": "Route"}


def read_import(scope: Scope, statement: ast.Import | ast.ImportFrom) -> None:
    """An import of Glue's and Spark's libraries; raises `Refused` for others."""
    names: dict[str, Library] = {}
    for alias in statement.names:
        if isinstance(statement, ast.Import):
            module, level, path = alias.name, 0, alias.name if alias.asname else alias.name.partition(".")[0]
        else:
            module, level = statement.module or "", statement.level
            # By its short name goes what calls are known by, and nothing else.
            ours = alias.name in LIBRARY and (module.startswith("awsglue") or alias.name == "SparkContext")
            path = alias.name if ours else f"{module}.{alias.name}"
        if level or module.partition(".")[0] not in _MODULES:
            raise Refused(
                statement,
                f"{scope.quoted(statement)} is an import that Glue Studio's nodes do not need here",
                f"{AS_SPARK_SQL}, and take out the import",
            )
        if alias.name != "*":
            name = alias.name if isinstance(statement, ast.ImportFrom) else path.partition(".")[0]
            names[alias.asname or name] = Library(path)
        elif module == "awsglue.transforms":
            names |= {name: LIBRARY[name] for name in _TRANSFORMS.split()}
    scope.names |= names


def read_function(scope: Scope, function: ast.FunctionDef) -> None:
    """A function that Glue Studio puts into a script; raises `Refused` for others, and for changed ones."""
    if function.name not in _FUNCTIONS:
        kind = _FOREIGN.get(
            function.name, "Recipe" if function.name.startswith("applyRecipe") else "CustomCode"
        )
        raise Refused(
            function,
            f"'{function.name}' is a function of a {kind} node, which is not read: {REFUSED[kind]}",
        )
    if fingerprint(function) not in _FUNCTIONS[function.name]:
        raise Refused(
            function,
            f"'{function.name}' is not as Glue Studio writes it, and so may do something else",
            "Take the function out if it does the same; else write its calls as SparkSQL nodes",
        )
    scope.names[function.name] = Library(function.name)


def fingerprint(function: ast.FunctionDef) -> str:
    """What tells a function from another, however both are laid out."""
    return hashlib.sha256(" ".join(_parts(function)).encode("utf-8", "replace")).hexdigest()[:16]


def _parts(node: ast.AST) -> Iterator[str]:
    yield type(node).__name__
    for name, value in ast.iter_fields(node):
        # The annotation says what Glue's functions return, if it is there; Python 3.12 added type_params.
        if name in ("returns", "type_comment", "kind", "type_params", "ctx") and _is_plain(value):
            continue
        yield name
        for part in value if isinstance(value, list) else [value]:
            yield from _parts(part) if isinstance(part, ast.AST) else [repr(part)]
        yield "."


def _is_plain(value: object) -> bool:
    return not isinstance(value, ast.AST) or isinstance(value, ast.Name | ast.expr_context)


def _makes(name: str) -> Reader:
    """A reader of calls that prepare a job, and have no rows."""

    def read(scope: Scope, call: Call) -> Value:
        for one in (*call.node.args, *(keyword.value for keyword in call.node.keywords)):
            if not isinstance(scope.value(one), Library | Literal):
                raise Refused(one, f"{scope.quoted(one)} does not belong into {scope.quoted(call.node)}")
        return Library(name)

    return read


READERS: dict[str, Reader] = {
    "SparkContext": _makes("SparkContext()"),
    "SparkContext.getOrCreate": _makes("SparkContext()"),
    "GlueContext": _makes("GlueContext()"),
    "Job": _makes("Job()"),
    "Job().init": _makes("done"),
    "Job().commit": _makes("done"),
    "getResolvedOptions": _makes("getResolvedOptions()"),
    "EvaluateDataQuality": _makes("EvaluateDataQuality()"),
}

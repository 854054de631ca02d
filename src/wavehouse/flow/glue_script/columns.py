"""Reads the calls of nodes that change columns."""

from __future__ import annotations

import ast
from typing import Any

from wavehouse.flow.glue_script.arguments import Arguments
from wavehouse.flow.glue_script.refusals import Refused
from wavehouse.flow.glue_script.scope import Call, Reader, Scope
from wavehouse.flow.glue_script.values import Frame, Split, Value, Verdicts

# The columns of Glue's rowLevelOutcomes (AWS: "Evaluating data quality with AWS Glue Studio").
_VERDICTS = {
    "DataQualityRulesPass",
    "DataQualityRulesFail",
    "DataQualityRulesSkip",
    "DataQualityEvaluationResult",
}


def column(name: str, place: ast.AST) -> str:
    """The column that a path of a DynamicFrame names; one in backquotes may have dots (`.track_id`)."""
    bare = name[1:-1] if len(name) > 2 and name[0] == name[-1] == "`" else None
    if "`" in (name if bare is None else bare):
        raise Refused(place, f"the path {name!r} is not one column")
    if bare is None and "." in name:
        raise Refused(
            place,
            f"the path '{name}' goes into a column, and columns here have none inside",
            f"If that is its name, write it as '`{name}`'",
        )
    return name if bare is None else bare


def path(name: str, place: ast.AST) -> list[str]:
    """A path of Glue's nodes: one column, in backquotes where its name has a dot."""
    bare = column(name, place)
    return [f"`{bare}`"] if "." in bare else [bare]


def plain_path(name: str) -> list[str]:
    """The path of a column that is named as it is, as DataFrames and partitions do."""
    return [f"`{name}`"] if "." in name else [name]


def _add(scope: Scope, call: Call, args: Arguments, kind: str, fields: dict[str, Any]) -> Frame:
    return Frame(scope.draft.add(kind, fields, call.line, args.called))


def _frame(call: Call, args: Arguments) -> Frame:
    """The rows that a transform takes: its argument, or what its method belongs to."""
    return call.of if isinstance(call.of, Frame) else args.scope.frame(args.expression("frame"))


def _names(call: Call, *names: str) -> tuple[str, ...]:
    return (*(() if isinstance(call.of, Frame) else ("frame",)), *names, "transformation_ctx")


def _picked(args: Arguments, call: Call, columns: list[str]) -> str:
    """The input of a node that picks `columns`, and so can take rows with verdicts when it picks none."""
    frame = _frame(call, args)
    if frame.judged and _VERDICTS & set(columns):
        raise Refused(
            call.node,
            f"it takes {', '.join(sorted(_VERDICTS & set(columns)))}, a verdict, which no node here gives",
            "Let a rule of a contract keep rows aside, or count them by a SparkSQL node",
        )
    return frame.id


def _input(args: Arguments, call: Call) -> str:
    return args.scope.rows_of(call.of, call.node) if isinstance(call.of, Frame) else args.rows("frame")


def apply_mapping(scope: Scope, call: Call) -> Value:
    """`ApplyMapping.apply(frame, mappings)`, `frame.apply_mapping(mappings)`."""
    args = Arguments(scope, call, _names(call, "mappings"))
    place = args.expression("mappings")
    mappings = []
    for one in args.values("mappings"):
        if not isinstance(one, list | tuple) or [type(part) for part in one] != [str] * 4:
            raise Refused(place, f"the mapping {one!r} is not four texts: column, type, new column, new type")
        mappings.append(
            {
                "ToKey": column(one[2], place),
                "FromPath": path(one[0], place),
                "FromType": one[1],
                "ToType": one[3],
            }
        )
    input_ = _picked(args, call, [one["FromPath"][0] for one in mappings])
    return _add(scope, call, args, "ApplyMapping", {"Inputs": [input_], "Mapping": mappings})


def select_fields(scope: Scope, call: Call) -> Value:
    """`SelectFields.apply(frame, paths)`, `frame.select_fields(paths)`."""
    args = Arguments(scope, call, _names(call, "paths"))
    paths = [path(name, args.expression("paths")) for name in args.texts("paths")]
    input_ = _picked(args, call, [one[0] for one in paths])
    return _add(scope, call, args, "SelectFields", {"Inputs": [input_], "Paths": paths})


def drop_fields(scope: Scope, call: Call) -> Value:
    """`DropFields.apply(frame, paths)`, `frame.drop_fields(paths)`."""
    args = Arguments(scope, call, _names(call, "paths"))
    paths = [path(name, args.expression("paths")) for name in args.texts("paths")]
    frame = _frame(call, args)
    if frame.judged and {one[0] for one in paths} >= _VERDICTS:
        # Without the verdicts these are the rows as they were.
        paths = [one for one in paths if one[0] not in _VERDICTS]
        frame = Frame(frame.id)
    input_ = scope.rows_of(frame, call.node)
    if not paths:
        # Glue Studio lets a node stand that drops nothing, and Glue's node cannot say so.
        return Frame(input_)
    return _add(scope, call, args, "DropFields", {"Inputs": [input_], "Paths": paths})


def rename_field(scope: Scope, call: Call) -> Value:
    """`RenameField.apply(frame, old_name, new_name)`, `frame.rename_field(oldName, newName)`."""
    old, new = ("oldName", "newName") if isinstance(call.of, Frame) else ("old_name", "new_name")
    args = Arguments(scope, call, _names(call, old, new))
    fields = {
        "Inputs": [_input(args, call)],
        "SourcePath": path(args.text(old), args.expression(old)),
        "TargetPath": path(args.text(new), args.expression(new)),
    }
    return _add(scope, call, args, "RenameField", fields)


def drop_null_fields(scope: Scope, call: Call) -> Value:
    """`DropNullFields.apply(frame)`."""
    args = Arguments(scope, call, _names(call))
    return _add(scope, call, args, "DropNullFields", {"Inputs": [_input(args, call)]})


def drop_nulls(scope: Scope, call: Call) -> Value:
    """`drop_nulls(glueContext, frame, nullStringSet, nullIntegerSet)`, which Glue Studio defines itself."""
    args = Arguments(
        scope, call, ("glueContext", "frame", "nullStringSet", "nullIntegerSet", "transformation_ctx")
    )
    texts, numbers = args.values("nullStringSet", []), args.values("nullIntegerSet", [])
    values = [("string", one) for one in texts if one not in ("", "null")]
    values += [("int", one) for one in numbers if one != -1]
    for type_, one in values:
        if type(one) is not {"string": str, "int": int}[type_]:
            raise Refused(call.node, f"{one!r} is no {type_} that could count as null")
    fields = {
        "Inputs": [args.rows("frame")],
        "NullCheckBoxList": {
            "IsEmpty": "" in texts,
            "IsNullString": "null" in texts,
            "IsNegOne": -1 in numbers,
        },
        "NullTextList": [
            {"Value": str(one), "Datatype": {"Id": type_, "Label": type_}} for type_, one in values
        ]
        or None,
    }
    return _add(scope, call, args, "DropNullFields", fields)


def fill_missing_values(scope: Scope, call: Call) -> Value:
    """`FillMissingValues.apply(frame, missing_values_column, output_column)`."""
    args = Arguments(scope, call, ("frame", "missing_values_column", "output_column", "transformation_ctx"))
    place = args.expression("missing_values_column")
    filled = args.text("output_column", None)
    fields = {
        "Inputs": [args.rows("frame")],
        "ImputedPath": column(args.text("missing_values_column"), place),
        "FilledPath": column(filled, place) if filled else None,
    }
    return _add(scope, call, args, "FillMissingValues", fields)


def split_fields(scope: Scope, call: Call) -> Value:
    """`SplitFields.apply(frame, paths, name1, name2)`, `frame.split_fields(…)`."""
    args = Arguments(scope, call, _names(call, "paths", "name1", "name2"))
    paths = [path(name, args.expression("paths")) for name in args.texts("paths")]
    frame = _add(scope, call, args, "SplitFields", {"Inputs": [_input(args, call)], "Paths": paths})
    return Split(frame.id, (args.text("name1", ""), args.text("name2", "")))


def select_from_collection(scope: Scope, call: Call) -> Value:
    """`SelectFromCollection.apply(dfc, key)`: one part of a SplitFields, or of an EvaluateDataQuality."""
    args = Arguments(scope, call, ("dfc", "key", "transformation_ctx"))
    collection = scope.value(args.expression("dfc"))
    if isinstance(collection, Verdicts):
        return _verdicts(args, collection)
    if not isinstance(collection, Split):
        raise Refused(args.expression("dfc"), "this is no collection of a SplitFields or EvaluateDataQuality")
    return _part(scope, call, args, collection, _index(scope, args.expression("key"), collection))


def select_part(scope: Scope, call: Call) -> Value:
    """`collection.select(name)`."""
    split = call.owner(Split)
    args = Arguments(scope, call, ("key", "transformation_ctx"))
    return _part(scope, call, args, split, _index(scope, args.expression("key"), split))


def _part(scope: Scope, call: Call, args: Arguments, split: Split, index: int) -> Frame:
    return _add(scope, call, args, "SelectFromCollection", {"Inputs": [split.id], "Index": index})


def _index(scope: Scope, key: ast.expr, split: Split) -> int:
    match key:
        case ast.Subscript(
            ast.Call(ast.Name("list"), [ast.Call(ast.Attribute(ast.Name() as of, "keys"), [], [])], []),
            ast.Constant(index),
        ) if "list" not in scope.names and scope.value(of) == split:
            if index in (0, 1) and type(index) is int:
                return index
            raise Refused(key, f"a SplitFields gives two collections, 0 and 1, and this is {index!r}")
    name = scope.text(key)
    if name not in split.names:
        raise Refused(key, f"the SplitFields gives no collection '{name}'")
    return split.names.index(name)


def _verdicts(args: Arguments, verdicts: Verdicts) -> Frame:
    key = args.text("key")
    if key == "originalData":
        return Frame(verdicts.id)
    if key == "rowLevelOutcomes":
        return Frame(verdicts.id, judged=True)
    raise Refused(
        args.expression("key"),
        f"'{key}' are the verdicts themselves, which no node here gives",
        "A run keeps them in its record: take out this node and those that read it",
    )


READERS: dict[str, Reader] = {
    "ApplyMapping.apply": apply_mapping,
    "frame.apply_mapping": apply_mapping,
    "SelectFields.apply": select_fields,
    "frame.select_fields": select_fields,
    "DropFields.apply": drop_fields,
    "frame.drop_fields": drop_fields,
    "RenameField.apply": rename_field,
    "frame.rename_field": rename_field,
    "DropNullFields.apply": drop_null_fields,
    "drop_nulls": drop_nulls,
    "FillMissingValues.apply": fill_missing_values,
    "SplitFields.apply": split_fields,
    "frame.split_fields": split_fields,
    "split.select": select_part,
    "SelectFromCollection.apply": select_from_collection,
}

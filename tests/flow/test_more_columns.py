"""SelectFields, RenameField, SplitFields with SelectFromCollection, DropNullFields, FillMissingValues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wavehouse.core.errors import DefinitionError

if TYPE_CHECKING:
    from tests.flow.conftest import Flows


def _node(kind: str, body: str, id_: str = "n", input_: str = "a") -> str:
    return f"  {id_}:\n    {kind}: {{Name: N, Inputs: [{input_}], {body}}}\n"


_ROWS: list[tuple[Any, ...]] = [(1, "x", 0.5), (2, None, None)]


def _run(
    flows: Flows, nodes: str, last: str = "n"
) -> tuple[list[str], list[tuple[Any, ...]], frozenset[str]]:
    tables = {"a": flows.table(["id int", "tag string", ".id double"], _ROWS, "id")}
    program = flows.compile(nodes, tables, last)
    rows = [tuple(row.values()) for row in flows.run(nodes, tables, last)]
    return [c.name for c in program.columns], rows, program.relations[last].unique


def test_select_fields_in_the_order_in_which_they_are_named(flows: Flows) -> None:
    names, rows, unique = _run(flows, _node("SelectFields", "Paths: [['`.id`'], [id]]"))
    assert (names, rows, sorted(unique)) == ([".id", "id"], [(0.5, 1), (None, 2)], ["id"])
    names, rows, unique = _run(flows, _node("SelectFields", "Paths: [[tag]]"))
    assert (names, rows, sorted(unique)) == (["tag"], [("x",), (None,)], [])


def test_rename_field_in_its_place(flows: Flows) -> None:
    names, rows, unique = _run(flows, _node("RenameField", "SourcePath: [id], TargetPath: [key]"))
    assert (names, rows, sorted(unique)) == (["key", "tag", ".id"], _ROWS, ["key"])
    names, _, unique = _run(flows, _node("RenameField", "SourcePath: ['`.id`'], TargetPath: [other]"))
    assert (names, sorted(unique)) == (["id", "tag", "other"], ["id"])


@pytest.mark.parametrize(
    ("index", "names", "rows", "unique"),
    [
        (0, ["tag", "id"], [("x", 1), (None, 2)], {"id"}),
        (1, [".id"], [(0.5,), (None,)], frozenset()),
    ],
)
def test_split_fields(
    flows: Flows, index: int, names: list[str], rows: list[Any], unique: frozenset[str]
) -> None:
    nodes = _node("SplitFields", "Paths: [[tag], [id]]", "s")
    nodes += _node("SelectFromCollection", f"Index: {index}", "n", "s")
    assert _run(flows, nodes) == (names, rows, unique)


@pytest.mark.parametrize(
    ("nodes", "line", "said"),
    [
        (_node("SelectFields", "Paths: [[tga]]"), 5, "there is no column 'tga' here. Did you mean 'tag'?"),
        (_node("SelectFields", "Paths: [[tag], [tag]]"), 5, "gives two columns the name 'tag'"),
        (_node("RenameField", "SourcePath: [tga], TargetPath: [x]"), 5, "there is no column 'tga' here"),
        (_node("RenameField", "SourcePath: [tag], TargetPath: [ID]"), 5, "gives two columns the name 'ID'"),
        (_node("SplitFields", "Paths: [[tga]]"), 5, "there is no column 'tga' here"),
        (
            _node("SplitFields", "Paths: [[tag]]", "s") + _node("DropFields", "Paths: [[tag]]", "n", "s"),
            7,
            "it reads 's', which gives 2 collections of columns. Pick one with a SelectFromCollection",
        ),
        (
            _node("SplitFields", "Paths: [[tag]]", "s") + _node("SelectFromCollection", "Index: 2", "n", "s"),
            7,
            "there is no collection 2 in 's'. Name one from 0 to 1",
        ),
        (_node("SelectFromCollection", "Index: 0"), 5, "it reads 'a', which gives no collections"),
        (
            _node("SplitFields", "Paths: [[tag], [id], ['`.id`']]", "s")
            + _node("SelectFromCollection", "Index: 1", "n", "s"),
            7,
            "leaves no column",
        ),
        (_node("FillMissingValues", "ImputedPath: tga"), 5, "there is no column 'tga' here"),
        (
            _node("FillMissingValues", "ImputedPath: tag, FilledPath: id"),
            5,
            "gives two columns the name 'id'",
        ),
    ],
)
def test_what_is_wrong_is_told_by_line_and_name(flows: Flows, nodes: str, line: int, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        _run(flows, nodes)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{flows.path}:{line}: node 'n'")


_SPARSE = ["n int", "x double", "s string", "e string", "b boolean", "full string"]


def _kept(flows: Flows, rows: list[tuple[Any, ...]], more: str = "") -> list[str]:
    tables = {"a": flows.table(_SPARSE, rows)}
    nodes = f"  n:\n    DropNullFields: {{Name: N, Inputs: [a]{more}}}\n"
    program = flows.compile(nodes, tables)
    assert program.by_rows == ["n"]
    assert [c.name for c in flows.engine.columns(program.sql)] == [c.name for c in program.columns]
    return [column.name for column in program.columns]


_BOXES = ", NullCheckBoxList: {IsEmpty: true, IsNullString: true, IsNegOne: true}"
_LIST = ", NullTextList: [{Value: '7', Datatype: {Id: int, Label: Integer}}, {Value: none, Datatype: {Id: string, Label: String}}]"  # noqa: E501


def test_drop_null_fields_looks_at_the_rows(flows: Flows) -> None:
    rows: list[tuple[Any, ...]] = [(-1, -1, "null", " ", None, "a"), (None, 7, "none ", None, None, None)]
    assert _kept(flows, rows) == ["n", "x", "s", "e", "full"]
    assert _kept(flows, rows, _BOXES) == ["x", "s", "full"]
    assert _kept(flows, rows, _BOXES + _LIST) == ["full"]
    # Without the empty text in the list, one is a value.
    assert _kept(flows, rows, _LIST) == ["n", "x", "s", "e", "full"]


def test_without_rows_no_field_is_dropped(flows: Flows) -> None:
    assert _kept(flows, [], _BOXES) == [column.split()[0] for column in _SPARSE]


def test_drop_null_fields_sees_what_the_nodes_before_made(flows: Flows) -> None:
    tables = {"a": flows.table(_SPARSE, [(1, None, None, None, None, "a"), (2, 1, None, None, None, "b")])}
    first = (
        "  f:\n    Filter: {Name: F, Inputs: [a], LogicalOperator: AND, Filters: [{Operation: EQ, Values: "
        "[{Type: COLUMNEXTRACTED, Value: [n]}, {Type: CONSTANT, Value: ['1']}]}]}\n"
    )
    nodes = first + "  n:\n    DropNullFields: {Name: N, Inputs: [f]}\n"
    assert flows.run(nodes, tables) == [{"n": 1, "full": "a"}]


def _filled(flows: Flows, columns: list[str], rows: list[tuple[Any, ...]], more: str = "") -> list[Any]:
    tables = {"a": flows.table(columns, rows)}
    nodes = f"  n:\n    FillMissingValues: {{Name: N, Inputs: [a], ImputedPath: v{more}}}\n"
    program = flows.compile(nodes, tables)
    assert flows.engine.columns(program.sql) == program.columns
    assert program.columns[:-1] == program.relations["a"].columns
    assert [tuple(row.values())[:-1] for row in flows.run(nodes, tables)] == rows
    name = program.columns[-1].name
    return [name, program.columns[-1].type, *(row[name] for row in flows.run(nodes, tables))]


def test_fill_missing_values(flows: Flows) -> None:
    numbers: list[tuple[Any, ...]] = [(1,), (None,), (4,)]
    assert _filled(flows, ["v int"], numbers) == ["v_filled", "double", 1.0, 2.5, 4.0]
    assert _filled(flows, ["v int"], numbers, ", FilledPath: w")[0] == "w"
    assert _filled(flows, ["v double"], [(None,)]) == ["v_filled", "double", None]
    texts: list[tuple[Any, ...]] = [("b",), ("",), ("a",), (None,), ("b",), ("a",), ("",), ("",)]
    assert _filled(flows, ["v string"], texts)[2:] == ["b", "a", "a", "a", "b", "a", "a", "a"]
    with pytest.raises(DefinitionError, match="it fills 'v', which is boolean"):
        _filled(flows, ["v boolean"], [("true",)])


_UNION = "  n:\n    Union: {Name: N, Inputs: [a, b], UnionType: %s}\n"


def test_union_by_position(flows: Flows) -> None:
    tables = {
        "a": flows.table(["id int", "s string"], [(1, "x"), (1, "x")]),
        "b": flows.table(["n double", "id string"], [(0.5, "y"), (1, "x")]),
    }
    assert [c.name for c in flows.compile(_UNION % "ALL", tables).columns] == ["id", "s"]
    rows = [tuple(row.values()) for row in flows.run(_UNION % "ALL", tables)]
    assert sorted(rows) == [(0.5, "y"), (1.0, "x"), (1.0, "x"), (1.0, "x")]
    rows = [tuple(row.values()) for row in flows.run(_UNION % "DISTINCT", tables)]
    assert sorted(rows) == [(0.5, "y"), (1.0, "x")]
    assert flows.compile(_UNION % "DISTINCT", tables).relations["n"].unique == {"id", "s"}
    assert not flows.compile(_UNION % "ALL", tables).relations["n"].unique


# As Spark 3.5.6 answers; None where it, or we, refuse.
@pytest.mark.parametrize(
    ("first", "second", "type_"),
    [
        ("int", "bigint", "bigint"),
        ("bigint", "float", "float"),
        ("float", "double", "double"),
        ("decimal(5,2)", "int", "decimal(12,2)"),
        ("decimal(5,2)", "bigint", "decimal(22,2)"),
        ("decimal(10,2)", "decimal(12,5)", "decimal(13,5)"),
        ("decimal(38,30)", "decimal(38,2)", "decimal(38,30)"),
        ("decimal(5,2)", "float", "double"),
        ("date", "timestamp", "timestamp"),
        ("int", "string", None),
        ("boolean", "int", None),
        ("date", "int", None),
    ],
)
def test_union_widens(flows: Flows, first: str, second: str, type_: str | None) -> None:
    for a, b in ((first, second), (second, first)):
        tables = {"a": flows.table([f"x {a}"], []), "b": flows.table([f"y {b}"], [])}
        if type_ is None:
            with pytest.raises(DefinitionError, match=r"it puts 'y' .* under 'x' "):
                flows.compile(_UNION % "ALL", tables)
        else:
            program = flows.compile(_UNION % "ALL", tables)
            assert [c.type for c in program.columns] == [type_]
            assert flows.engine.columns(program.sql) == program.columns


def test_a_union_of_different_widths(flows: Flows) -> None:
    tables = {"a": flows.table(["x int"], []), "b": flows.table(["x int", "y int"], [])}
    with pytest.raises(DefinitionError, match=r"'a' has 1 columns and 'b' 2; .* by position"):
        flows.compile(_UNION % "ALL", tables)

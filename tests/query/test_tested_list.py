"""The tested list is one: every function, cast and kind of node on it is used by a test of its value."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from sqlglot import exp
from tests.query.golden_queries import golden_queries

from wavehouse.query.coverage import _UNCOVERED, COVERED, COVERED_AS_OF
from wavehouse.query.functions import AGGREGATES, INSTEAD, SCALARS, WINDOWS
from wavehouse.query.parse import parse
from wavehouse.query.syntax import SYNTAX
from wavehouse.query.syntax.lambdas import LAMBDAS
from wavehouse.query.table_of_functions import as_markdown


def queries() -> list[str]:
    """The queries of the golden tests."""
    found: list[str] = []
    for name, table in (
        ("test_clauses", "RIGHT"),
        ("test_travel", "RIGHT"),
        ("test_functions", "VALUES"),
        ("test_functions", "TABLE"),
        ("test_functions", "WINDOWS"),
        ("test_functions", "NANS"),
    ):
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        prefix = "" if table == "RIGHT" else "select "
        found += [prefix + case[0] for case in getattr(module, table)]
    return found + [query.sql for query in golden_queries() if query.rows is not None]


def test_every_function_on_the_list_is_tested() -> None:
    text = " ".join(queries())
    called = {name.lower() for name in re.findall(r"(\w+)\(", text)}
    listed = {function.name for function in (*SCALARS, *AGGREGATES, *WINDOWS)}
    assert (listed | set(LAMBDAS)) - called == set()


def test_every_kind_of_node_on_the_list_is_tested() -> None:
    nodes = [node for sql in queries() for node in parse(sql).walk(prune=is_version)]
    assert {*COVERED, *SYNTAX} - {type(node) for node in nodes} == set()
    as_of = {type(node) for version in filter(is_version, nodes) for node in version.expression.walk()}
    assert set(COVERED_AS_OF) - as_of == set()


def is_version(node: exp.Expr) -> bool:
    """Whether a node is FOR … AS OF, which has a list of its own."""
    return isinstance(node, exp.Version)


def test_nothing_is_both_listed_and_replaced() -> None:
    listed = {function.name for function in (*SCALARS, *AGGREGATES, *WINDOWS)}
    assert listed & set(INSTEAD) == set()


def test_what_is_covered_is_not_refused_too() -> None:
    assert [kind for kind in _UNCOVERED if kind in COVERED or kind in SYNTAX] == []


def test_the_page_shows_the_lists() -> None:
    page = Path(__file__).parents[2] / "docs" / "athena-functions.md"
    assert page.read_text("utf-8").endswith("\n".join(as_markdown()) + "\n")

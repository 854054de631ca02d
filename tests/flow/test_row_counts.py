"""What a picture says of rows comes from a run that counted all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.flow.conftest import SOURCE, TARGET
from tests.flow.graphs import join, mapping, sql

from wavehouse.core.run_record import NodeRecord, RowChanges, RunRecord, TableState
from wavehouse.flow.pictures.row_counts import counted_all, row_counts

if TYPE_CHECKING:
    from tests.flow.conftest import Flows

    from wavehouse.flow.graph import Graph

_NODES = (
    SOURCE.format("plays")
    + SOURCE.format("songs")
    + mapping("typed", "plays", "id id int")
    + sql("asked", "songs", "SELECT sid FROM t")
    + join("both", "equijoin", "typed", "asked", ("id", "sid"))
    + mapping("named", "both", "id id int")
    + TARGET.format("named")
)


@pytest.fixture
def graph(flows: Flows) -> Graph:
    """plays → typed ⋈ asked ← songs."""
    return flows.graph("flow: f\nnodes:\n" + _NODES)


def _record(tables: Mapping[str, int], nodes: list[NodeRecord]) -> RunRecord:
    record = RunRecord.begun(datetime(2024, 1, 31, tzinfo=UTC))
    record.tables = {name: TableState(rows, 1, 1, 1) for name, rows in tables.items()}
    record.nodes = nodes
    return record


def test_rows_are_known_as_far_as_the_record_tells(graph: Graph) -> None:
    record = _record({"d.t": 8}, [NodeRecord("both", 10, 8, 2, 0), NodeRecord("of another flow", 1, 1, 0, 0)])
    assert counted_all(graph, record)
    # What the query made of `songs` is not in the record.
    assert row_counts(graph, record) == {"plays": 10, "typed": 10, "both": 8, "named": 8, "out": 8}


@pytest.mark.parametrize("why", ["failed", "changed in part", "another table", "nothing counted"])
def test_a_run_that_did_not_count_all_is_left_out(graph: Graph, why: str) -> None:
    record = _record({"d.t": 8}, [NodeRecord("both", 10, 8, 2, 0)])
    if why == "failed":
        record.status = "failed"
    elif why == "changed in part":
        record.changes = {"d.t": RowChanges(added=1)}
    elif why == "another table":
        record.tables = {"d.u": record.tables["d.t"]}
    else:
        record.nodes = []
    assert not counted_all(graph, record)


def test_changes_of_a_source_alone_do_not_count(graph: Graph) -> None:
    record = _record({"d.t": 8}, [NodeRecord("both", 10, 8, 2, 0)])
    record.changes = {"staging.plays": RowChanges(added=1)}
    assert counted_all(graph, record)

"""What is committed and not yet shown: nobody sees it, and it can be shown, or taken back without a trace."""

from __future__ import annotations

import json
from random import Random

import pytest
from tests.lake.conftest import NAME, Lake

from wavehouse.core.columns import Column
from wavehouse.core.errors import OutsideError
from wavehouse.core.table_name import TableName
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import schema_as_it_was
from wavehouse.lake.head import Unfinished, location_of, table_history

ONE = (Column("a", "int"),)
# `a` wider, `b` gone, `c` new.
TWO = (Column("a", "int"), Column("b", "string"))
OTHER = (Column("a", "bigint"), Column("c", "array<string>"))


def _values(*values: int) -> str:
    return f"SELECT unnest({list(values)})::INTEGER AS a"


def _other(value: int) -> str:
    return f"SELECT {value}::BIGINT AS a, ['x'] AS c"


def test_rows_are_seen_when_they_are_shown_and_not_before(lake: Lake) -> None:
    lake.publish(_values(1, 2), lake.plan(ONE), run="first")
    before = lake.state()
    staged = lake.stage(lake.change(_values(3), lake.plan(ONE), removed=[]), "r", {"run": "second"})
    now = lake.state()
    refs = now["db.t"][-1].pop("audit-r")
    assert refs["snapshot-id"] == staged.snapshot_id
    assert now == before
    assert staged.snapshot_id not in table_history(lake.metadata()).columns
    # Who is told of the snapshot can read it.
    read = lake.engine.iceberg(staged.metadata, staged.snapshot_id)
    assert lake.engine.rows(f"SELECT a FROM {read} ORDER BY a") == [(1,), (2,), (3,)]

    lake.committer.move_forward(NAME, "r", new=False)
    assert lake.by_duckdb() == [(1,), (2,), (3,)]
    assert sorted(row["a"] for row in lake.by_pyiceberg()) == [1, 2, 3]
    head = lake.current()
    assert (head.snapshot_id, head.properties["run"]) == (staged.snapshot_id, "second")
    assert list(lake.metadata()["refs"]) == ["main"]
    assert [snapshot for _, snapshot in table_history(lake.metadata()).current][-1] == staged.snapshot_id


def test_columns_are_seen_when_their_rows_are(lake: Lake) -> None:
    lake.publish("SELECT 1::INTEGER AS a, 'old' AS b", lake.plan(TWO))
    before = lake.state()
    staged = lake.stage(lake.change(_other(2**40), lake.plan(OTHER)), "r")
    now = lake.state()
    now["db.t"][-1].pop("audit-r")
    assert now == before
    assert lake.current().columns == TWO
    assert lake.engine.rows(f"SELECT * FROM {lake.engine.iceberg(staged.metadata, staged.snapshot_id)}") == [
        (2**40, ["x"])
    ]

    lake.committer.move_forward(NAME, "r", new=False)
    assert lake.current().columns == OTHER
    assert lake.by_duckdb() == [(2**40, ["x"])]
    assert lake.by_pyiceberg() == [{"a": 2**40, "c": ["x"]}]
    mapping = json.loads(lake.metadata()["properties"]["schema.name-mapping.default"])
    assert [(entry["field-id"], entry["names"]) for entry in mapping] == [
        (1, ["a"]),
        (3, ["c"]),
        # (For files of older snapshots.)
        (2, ["b"]),
    ]


def test_a_new_table_is_there_when_it_is_shown_and_not_before(lake: Lake) -> None:
    staged = lake.stage(lake.change(_values(1), lake.plan(ONE)), "r", {"run": "first"})
    assert staged.new
    assert (list(lake.head.names()), lake.head.heads()) == ([], [])
    assert (lake.head.head(NAME), lake.head.metadata(NAME)) == (None, None)
    assert lake.engine.rows(f"SELECT * FROM {lake.engine.iceberg(staged.metadata, staged.snapshot_id)}") == [
        (1,)
    ]
    assert lake.plan(ONE).new

    lake.committer.move_forward(NAME, "r", new=True)
    assert list(lake.head.names()) == [NAME]
    assert lake.by_duckdb() == [(1,)]
    assert lake.by_pyiceberg() == [{"a": 1}]
    assert lake.current().properties["run"] == "first"
    assert lake.catalog() == [("db", "t")]


def test_what_is_taken_back_was_never_there(lake: Lake) -> None:
    lake.publish(_values(1, 2), lake.plan(ONE))
    before, snapshots = lake.state(), lake.metadata()["snapshots"]
    lake.stage(lake.change(_values(3), lake.plan(ONE), removed=lake.files()), "r")
    lake.committer.discard(NAME, "r", new=False)
    assert lake.state() == before
    assert lake.metadata()["snapshots"] == snapshots
    assert lake.head.unfinished() == []


def test_columns_that_are_taken_back_can_be_added_again(lake: Lake) -> None:
    lake.publish("SELECT 1::INTEGER AS a, 'old' AS b", lake.plan(TWO))
    before = lake.state()
    lake.stage(lake.change(_other(2), lake.plan(OTHER)), "r")
    lake.committer.discard(NAME, "r", new=False)
    assert lake.state() == before
    # The ids that it took are not given to other columns.
    plan = lake.plan((*TWO, Column("d", "int")))
    assert plan.ids.columns == {"a": 1, "b": 2, "d": 5}
    lake.publish("SELECT 1::INTEGER AS a, 'new' AS b, 9::INTEGER AS d", plan)
    lake.publish(_other(3), lake.plan(OTHER))
    assert lake.by_duckdb() == [(3, ["x"])]
    assert lake.by_pyiceberg() == [{"a": 3, "c": ["x"]}]


def test_a_new_table_that_is_taken_back_can_be_made_again(lake: Lake) -> None:
    lake.stage(lake.change(_values(1), lake.plan(ONE)), "r")
    lake.committer.discard(NAME, "r", new=True)
    assert (lake.catalog(), lake.head.unfinished()) == ([], [])
    lake.stage(lake.change(_values(2), lake.plan(ONE)), "r")
    lake.committer.move_forward(NAME, "r", new=True)
    assert lake.by_duckdb() == [(2,)]


def test_what_main_has_moved_past_is_not_shown(lake: Lake) -> None:
    lake.publish(_values(1), lake.plan(ONE))
    lake.stage(lake.change(_values(2), lake.plan(ONE)), "late")
    lake.publish(_values(3), lake.plan(ONE))
    before = lake.state()
    with pytest.raises(OutsideError, match=r"another run committed to db\.t in the meantime"):
        lake.committer.move_forward(NAME, "late", new=False)
    assert lake.state() == before
    lake.committer.discard(NAME, "late", new=False)
    assert lake.by_duckdb() == [(3,)]
    assert list(lake.metadata()["refs"]) == ["main"]


def test_what_was_never_committed_is_not_shown(lake: Lake) -> None:
    lake.publish(_values(1), lake.plan(ONE))
    before = lake.metadata()
    with pytest.raises(OutsideError):
        lake.committer.move_forward(NAME, "nobody", new=False)
    assert lake.metadata() == before


def test_a_new_table_that_somebody_else_made_meanwhile_is_not_replaced(lake: Lake) -> None:
    lake.stage(lake.change(_values(1), lake.plan(ONE)), "late")
    lake.publish(_values(2), lake.plan(ONE))
    with pytest.raises(OutsideError, match=r"another run committed to db\.t in the meantime"):
        lake.committer.move_forward(NAME, "late", new=True)
    lake.committer.discard(NAME, "late", new=True)
    assert lake.by_duckdb() == [(2,)]


def test_only_the_files_that_are_named_go(lake: Lake) -> None:
    plan = lake.plan(ONE)
    lake.publish(_values(1, 2), plan)
    for value in (3, 4):
        lake.stage(lake.change(_values(value), lake.plan(ONE), removed=[]), f"r{value}")
        lake.committer.move_forward(NAME, f"r{value}", new=False)
    of_value = {
        value: name
        for name in lake.files()
        for ((value,),) in [lake.engine.rows(f"SELECT min(a) FROM {lake.engine.parquet([name])}")]
    }
    change = lake.change(_values(5), lake.plan(ONE), removed=[of_value[3]])
    lake.stage(change, "r")
    lake.committer.move_forward(NAME, "r", new=False)
    assert lake.files() == sorted([of_value[1], of_value[4], *change.added])
    assert lake.by_duckdb() == [(1,), (2,), (4,), (5,)]
    assert sorted(row["a"] for row in lake.by_pyiceberg()) == [1, 2, 4, 5]
    assert (lake.current().rows, lake.current().files) == (4, 3)


@pytest.mark.parametrize("known", [True, False])
def test_a_file_that_is_to_go_and_is_not_there_stops_the_commit(lake: Lake, known: bool) -> None:
    lake.publish(_values(1), lake.plan(ONE))
    (old,) = lake.files()
    lake.publish(_values(2), lake.plan(ONE))
    before = lake.metadata()
    change = TableChange(NAME, lake.plan(ONE), [], [old if known else "/elsewhere/x.parquet"], 1)
    with pytest.raises(OutsideError, match="in the meantime"):
        lake.stage(change, "r")
    assert lake.metadata() == before


def test_a_change_of_no_file_is_a_snapshot_with_a_summary(lake: Lake) -> None:
    first = lake.publish(_values(1), lake.plan(ONE))
    change = TableChange(NAME, lake.plan(ONE), [], [], 1)
    assert change.is_empty
    staged = lake.stage(change, "r", {"run": "nothing new"})
    lake.committer.move_forward(NAME, "r", new=False)
    head = lake.current()
    assert head.snapshot_id == staged.snapshot_id != first
    assert (head.rows, head.files, head.properties["run"]) == (1, 1, "nothing new")
    assert lake.by_duckdb() == [(1,)]


def test_a_change_is_empty_only_where_nothing_changes(lake: Lake) -> None:
    plan = lake.plan(ONE)
    assert not TableChange(NAME, plan, [], [], 0).is_empty  # the table comes to be
    lake.publish(_values(1), plan)
    plan = lake.plan(ONE)
    assert TableChange(NAME, plan, [], [], 1).is_empty
    assert not TableChange(NAME, plan, ["x"], [], 1).is_empty
    assert not TableChange(NAME, plan, [], ["x"], 1).is_empty
    assert not TableChange(NAME, plan, [], None, 0).is_empty


def _manifests(lake: Lake) -> int:
    lake.engine.iceberg(lake.current().metadata)
    ((found,),) = lake.engine.rows(
        f"SELECT count(DISTINCT manifest_path) FROM iceberg_metadata('{lake.current().metadata}')"
    )
    return int(found)


def test_manifests_that_only_tell_what_went_do_not_pile_up(lake: Lake) -> None:
    seen = []
    for value in range(10):
        lake.publish(_values(value), lake.plan(ONE))
        seen.append(_manifests(lake))
    assert max(seen) <= 2
    assert lake.by_duckdb() == [(9,)]


def test_files_that_come_and_go_many_times(lake: Lake) -> None:
    dice, rows = Random(7), dict[str, int]()  # noqa: S311
    for step in range(12):
        gone = dice.sample(sorted(rows), dice.randint(0, min(2, len(rows)))) if step else None
        values = [] if gone and dice.random() < 0.3 else [step]
        sql = _values(*values) if values else f"{_values(0)} WHERE false"
        change = lake.change(sql, lake.plan(ONE), removed=gone)
        staged = lake.stage(change, f"s{step}")
        if dice.random() < 0.2:
            lake.committer.discard(NAME, f"s{step}", new=staged.new)
            continue
        lake.committer.move_forward(NAME, f"s{step}", new=staged.new)
        rows = {name: value for name, value in rows.items() if name not in (gone or [])}
        rows |= dict.fromkeys(change.added, step)
        assert lake.files() == sorted(rows)
        assert lake.by_duckdb() == sorted((value,) for value in rows.values())
        assert sorted(row["a"] for row in lake.by_pyiceberg()) == sorted(rows.values())
        assert (lake.current().rows, lake.current().files) == (len(rows), len(rows))
    assert _manifests(lake) <= len(rows) + 1


def test_a_table_gets_back_the_columns_that_it_had(lake: Lake) -> None:
    lake.publish("SELECT 1::INTEGER AS a, 'old' AS b", lake.plan(TWO))
    old, schema = lake.files(), lake.metadata()["current-schema-id"]
    lake.publish(_other(2), lake.plan(OTHER))
    plan = schema_as_it_was(lake.metadata(), schema)
    lake.stage(TableChange(NAME, plan, old, None, 1, schema=schema), "r")
    assert lake.current().columns == OTHER
    lake.committer.move_forward(NAME, "r", new=False)
    assert lake.current().columns == TWO
    assert lake.by_duckdb() == [(1, "old")]
    assert lake.by_pyiceberg() == [{"a": 1, "b": "old"}]


def test_what_is_unfinished_is_known_by_run_and_table(lake: Lake) -> None:
    assert lake.head.unfinished() == []
    lake.publish(_values(1), lake.plan(ONE))
    assert lake.head.unfinished() == []
    fresh = TableName("other", "made_anew")
    lake.stage(lake.change(_values(2), lake.plan(ONE)), "2024-01-01-x", {"run": "of the branch"})
    lake.stage(lake.change(_values(3), lake.plan(ONE)), "second", {"run": "of another branch"})
    lake.stage(lake.change(_values(4), lake.plan(ONE, fresh), name=fresh), "2024-01-01-x", {"run": "new"})

    def told(one: Unfinished) -> tuple[str, TableName, bool, str]:
        return (one.run, one.name, one.new, one.summary["run"])

    assert sorted(map(told, lake.head.unfinished())) == [
        ("2024-01-01-x", NAME, False, "of the branch"),
        ("2024-01-01-x", fresh, True, "new"),
        ("second", NAME, False, "of another branch"),
    ]
    assert lake.catalog() == [("_unseen", "other/made_anew/2024-01-01-x"), ("db", "t")]
    assert {one.metadata["location"] for one in lake.head.unfinished()} == {
        location_of(lake.layout.table(name)) for name in (NAME, fresh)
    }

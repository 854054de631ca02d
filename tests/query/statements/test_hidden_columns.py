"""The hidden column "$path" on a real lake: of every kind of table, in every kind of statement."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.query.statements.house import House

from wavehouse.catalog.sql_tables import SqlTables
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable
from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName
from wavehouse.query.answer import answer
from wavehouse.query.price import Pricing
from wavehouse.query.translate import translate
from wavehouse.wiring.parts import external_tables


def test_of_an_iceberg_table_it_is_the_location_in_the_metadata(house: House) -> None:
    house.run("INSERT INTO music.songs VALUES (5, 'Epsilon', 1)")
    paths = house.rows('SELECT id, "$path" FROM music.songs ORDER BY id')
    assert len({path for _, path in paths}) == 2
    for _, path in paths:
        assert path.startswith(f"file://{house.layout.warehouse}/music/songs/")
        assert Path(path.removeprefix("file://")).is_file()
    assert {path for _, path in paths} == {*house.column('SELECT file_path FROM music."songs$files"')}


def test_of_an_external_table_it_is_the_path_of_the_file(house: House) -> None:
    assert house.rows('SELECT song, "$path", day FROM raw.plays ORDER BY day') == [
        (1, str(house.folder / f"plays/day={day:%Y-%m-%d}/a.csv"), day)
        for day in house.column("SELECT day FROM raw.plays ORDER BY 1")
    ]
    first = str(house.folder / "plays/day=2020-01-01/a.csv")
    assert house.rows(f"SELECT n FROM raw.plays WHERE \"$path\" = '{first}'") == [(1,)]
    assert house.rows("SELECT \"$path\" FROM raw.plays WHERE day > DATE '2021-01-01'") == []
    assert house.rows("SELECT \"$path\" FROM raw.plays WHERE day = DATE '2020-01-01'") == [(first,)]


@pytest.mark.parametrize("format_", ["parquet", "json"])
def test_it_is_there_for_every_format(house: House, format_: str) -> None:
    folder = house.folder / "more"
    folder.mkdir()
    # What would be a pattern of names elsewhere.
    file = folder / "a[1]*.x"
    if format_ == "parquet":
        pq.write_table(pa.table({"n": [1, 2]}), file)
    else:
        file.write_text('{"n": 1}\n{"n": 2}\n')
    catalog = external_tables(house.layout)
    assert isinstance(catalog, SqlTables)
    columns = (CatalogColumn("n", "bigint"),)
    catalog.put(CatalogTable(TableName("raw", "more"), format_, str(folder), columns, ()), [])  # type: ignore[arg-type]
    assert house.rows('SELECT n, "$path" FROM raw.more ORDER BY n') == [(1, str(file)), (2, str(file))]
    assert house.rows("SELECT * FROM raw.more ORDER BY n") == [(1,), (2,)]


def test_nothing_that_lists_columns_has_it(house: House) -> None:
    assert house.headings('SELECT *, "$path" FROM music.songs') == ["id", "title", "plays", "$path"]
    assert house.headings('SELECT * FROM music.songs WHERE "$path" IS NOT NULL') == ["id", "title", "plays"]
    for statement in ("DESCRIBE music.songs", "SHOW COLUMNS IN music.songs", "SHOW CREATE TABLE music.songs"):
        assert "$path" not in str(house.rows(statement))


def test_views_may_give_it_out(house: House) -> None:
    house.run('CREATE VIEW music.files AS SELECT id, "$path" AS file FROM music.songs')
    house.run("CREATE VIEW music.all_songs AS SELECT * FROM music.songs")
    assert house.rows('SELECT count(*) FROM music.files f JOIN music.songs s ON s."$path" = f.file') == [
        (16,)
    ]
    with pytest.raises(QueryError, match=r"no column '\$path'"):
        house.rows('SELECT "$path" FROM music.all_songs')


def test_statements_that_change_rows_may_go_by_it(house: House) -> None:
    house.run("INSERT INTO music.songs VALUES (5, 'Epsilon', 1)")
    (added,) = house.column('SELECT "$path" FROM music.songs WHERE id = 5')
    house.run(f"UPDATE music.songs SET plays = 99 WHERE \"$path\" = '{added}'")
    assert house.column("SELECT id FROM music.songs WHERE plays = 99") == [5]
    house.run('DELETE FROM music.songs WHERE "$path" NOT IN (SELECT "$path" FROM music.songs WHERE id = 5)')
    assert house.column("SELECT id FROM music.songs") == [5]


def test_it_costs_no_bytes(house: House) -> None:
    context = house.context()
    told = answer(
        'SELECT count(DISTINCT "$path") FROM music.songs', context.tables, house.engine, pricing=Pricing()
    )
    assert told.rows == [(1,)]
    assert told.scanned_bytes == 0
    assert told.price is not None
    assert told.price.bytes == 0
    both = [
        answer(sql, context.tables, house.engine, pricing=Pricing())
        for sql in ("SELECT id FROM music.songs", 'SELECT id, "$path" FROM music.songs')
    ]
    assert both[0].scanned_bytes == both[1].scanned_bytes > 0
    assert both[0].price == both[1].price


def test_what_does_not_name_it_is_read_as_ever(house: House) -> None:
    sql = translate("SELECT id FROM music.songs", house.context().tables, house.engine).sql
    assert "filename" not in sql


def test_a_column_that_has_its_name_counts(house: House) -> None:
    house.iceberg("paths", pa.table({"$path": ["mine"], "x": [1]}))
    assert house.rows('SELECT "$path" FROM music.paths') == [("mine",)]
    assert house.headings("SELECT * FROM music.paths") == ["$path", "x"]


def test_beside_a_column_filename_it_is_refused_by_name(house: House) -> None:
    house.iceberg("named", pa.table({"FileName": ["mine"]}))
    assert house.rows("SELECT filename FROM music.named") == [("mine",)]
    with pytest.raises(QueryError) as refusal:
        house.rows('SELECT filename,\n "$path" FROM music.named')
    assert "\"$path\" of music.named, which has a column 'filename', is not covered yet" in str(refusal.value)

"""Files of one's own as sources of flows: each format, what does not fit, and what follows from a change."""

from __future__ import annotations

import bz2
import gzip
import os
from pathlib import Path

import pytest
from tests.pipeline.own_project import Own, csv, sql, table

from wavehouse.core.errors import DefinitionError, RejectedError, WavehouseError
from wavehouse.pipeline.plan import plan_run

PLAYS = "user,song,ms\nann,a,100\nbob,b,200\nann,b,300\n"


@pytest.fixture
def own(tmp_path: Path) -> Own:
    return Own.at(tmp_path)


def plays(own: Own, more: str = "", path: str = "data/") -> None:
    """A flow that makes a table of what the source reads."""
    own.flow("plays", csv("plays", path, more) + table("out", "plays", "my.plays"))


def test_a_project_without_a_contract_needs_no_file_named(own: Own) -> None:
    own.write({"data/plays.csv": PLAYS})
    plays(own)
    record = own.lake.run()
    assert (record.changed, record.rejected, record.notes) == (True, [], [])
    assert list(record.tables) == ["my.plays"]
    assert own.lake.rows("SELECT * FROM {t} ORDER BY 3", "my.plays") == [
        ("ann", "a", "100"),
        ("bob", "b", "200"),
        ("ann", "b", "300"),
    ]
    again = own.lake.run()
    assert (again.changed, again.steps, list(again.tables)) == (False, [], ["my.plays"])


def test_changed_files_are_read_again_and_nothing_else(own: Own) -> None:
    own.write({"data/plays.csv": PLAYS, "other/songs.csv": "song,title\na,A\n"})
    plays(own)
    own.flow("songs", csv("songs", "other") + table("out", "songs", "my.songs"))
    first = own.lake.run()
    songs = own.lake.data_files("my.songs")

    own.write({"data/more/new.csv": "song,ms,user\nc,7,cleo\n"})
    assert plan_run(own.lake.root, own.lake.project, [], full=False).would_change
    record = own.lake.run()
    assert (record.changed, record.mode, record.notes) == (True, "incremental", [])
    assert own.lake.rows("SELECT user, ms FROM {t} WHERE song = 'c'", "my.plays") == [("cleo", "7")]
    assert own.lake.data_files("my.songs") == songs
    (own.root / "data/plays.csv").unlink()
    own.lake.run()
    assert own.lake.rows("SELECT count(*) FROM {t}", "my.plays") == [(1,)]
    # A file that is touched, and not changed, is none.
    os.utime(own.root / "data/more/new.csv", (1, 1))
    assert not own.lake.run().changed
    assert first.tables["my.songs"].rows == 1


def test_the_project_may_lie_elsewhere_next_time(own: Own) -> None:
    own.write({"data/plays.csv": PLAYS})
    plays(own)
    own.lake.run()
    moved = Own(own.root.rename(own.root.with_name("moved")), own.lake)
    record = type(own.lake)(own.lake.root, type(own.lake.project).at(moved.root)).run()
    assert not record.changed


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (", Separator: semicolon", "user;song;ms\nann;a,x;1\n"),
        (", Separator: pipe, QuoteChar: single_quote", "user|song|ms\nann|'a,x'|1\n"),
        (", Separator: tab, QuoteChar: disabled", "user\tsong\tms\nann\ta,x\t1\n"),
        (", Separator: ctrla", "user\x01song\x01ms\nann\x01a,x\x011\n"),
        (", QuoteChar: quillemet", "user,song,ms\nann,«a,x«,1\n"),
        (', Escaper: "\\\\"', "user,song,ms\nann,a\\,x,1\n"),
        (", SkipFirst: true", 'user,song,ms\nnot,this,one\nann,"a,x",1\n'),
        ("", '\ufeffuser,song,ms\r\nann,"a,x",1\r\n'),
        ("", 'user,song,ms\r\nann,"a,x",1\n\n'),
        ("", 'user,song,ms\nann,"a,x",1'),
    ],
)
def test_csv_is_read_as_the_node_says(own: Own, more: str, text: str) -> None:
    (own.root / "data").mkdir()
    (own.root / "data/plays.csv").write_bytes(text.encode())
    plays(own, more)
    own.lake.run()
    assert own.lake.rows("SELECT user, song, ms FROM {t}", "my.plays") == [("ann", "a,x", "1")]


def test_csv_without_a_header_has_columns_by_number(own: Own) -> None:
    own.write({"data/a.csv": "1,\n,2\n", "data/b.csv": '"line\nbreak",x\n'})
    plays(own, ", WithHeader: false")
    own.lake.run()
    rows = own.lake.rows("SELECT col0, col1 FROM {t} ORDER BY ALL", "my.plays")
    assert rows == [("1", None), ("line\nbreak", "x"), (None, "2")]


@pytest.mark.parametrize(
    ("name", "more", "pack"),
    [
        ("a.csv.gz", "", gzip.compress),
        ("a.csv", ", CompressionType: gzip", gzip.compress),
        ("a.csv.bz2", "", bz2.compress),
        ("a.csv", ", CompressionType: bzip2", bz2.compress),
    ],
)
def test_compressed_csv(own: Own, name: str, more: str, pack: type[bytes]) -> None:
    (own.root / "data").mkdir()
    (own.root / "data" / name).write_bytes(pack(PLAYS.encode()))
    plays(own, more)
    own.lake.run()
    assert own.lake.rows("SELECT count(*) FROM {t}", "my.plays") == [(3,)]


@pytest.mark.parametrize(
    ("text", "more", "line", "said"),
    [
        ("user,song\nann,a\nbob\n", "", 3, "1 values stand there, and there are 2 columns"),
        ("user,song\nann,a\n\nbob,b,c\n", "", 4, "3 values stand there"),
        ('user,song\nann,"a\nb"\nbob,"x"y\n', "", 4, "not CSV"),
        ('user,song\nann,"a\n', "", 2, "not CSV"),
        ('user,song\nann,"a\nb"\n', ", Multiline: false", 2, "goes on in the next line"),
        ("user,song\nann,a\0\n", "", 2, "NUL"),
        ("user,User\nann,a\n", "", 1, "'User' stands there twice"),
        ("user,\nann,a\n", "", 1, "column 2 has no name"),
        ("", "", 1, "the file is empty"),
        ("user,song\nann,a\\n\n", ', Escaper: "\\\\"', 2, "escapes a letter"),
    ],
)
def test_a_misfit_stops_the_run_with_file_and_line(
    own: Own, text: str, more: str, line: int, said: str
) -> None:
    own.write({"data/ok.csv": "user,song\nann,a\n", "data/plays.csv": text})
    plays(own, more)
    with pytest.raises(RejectedError) as found:
        own.lake.run()
    assert f"plays.csv:{line}: " in str(found.value)
    assert said in str(found.value)
    assert not (own.lake.root / "catalog.db").exists()


def test_bytes_that_are_not_utf8_are_found(own: Own) -> None:
    (own.root / "data").mkdir()
    (own.root / "data/plays.csv").write_bytes(b"user,song\nann,a\nb\xf6b,b\n")
    plays(own)
    with pytest.raises(RejectedError, match=r"plays\.csv:3: some bytes are not UTF-8"):
        own.lake.run()


def test_files_of_one_source_have_the_same_columns(own: Own) -> None:
    own.write({"data/a.csv": PLAYS, "data/b.csv": "user,song\nann,a\n"})
    plays(own)
    with pytest.raises(RejectedError, match=r"b\.csv: its columns are not those of a\.csv: it has no ms"):
        own.lake.run()
    own.write({"data/b.csv": "ms,song,user,more\n1,a,ann,x\n"})
    with pytest.raises(RejectedError, match="it has more besides"):
        own.lake.run()


def test_what_belongs_to_a_source(own: Own) -> None:
    row = "user\n{}\n"
    names = ["a.csv", "sub/b.csv", "sub/_c.csv", ".d.csv", "e.old", "sub/deep/f.csv", "g.csv"]
    own.write({f"data/{name}": row.format(Path(name).stem) for name in names})

    def read(more: str, path: str = "data") -> str:
        plays(own, more, path)
        own.lake.run()
        return ",".join(user for (user,) in own.lake.rows("SELECT user FROM {t} ORDER BY 1", "my.plays"))

    assert read(", Exclusions: ['[\"**.old\"]']") == "a,b,f,g"
    assert read(", Exclusions: ['*.old', 'sub/**'], Recurse: true") == "a,g"
    assert read(", Exclusions: ['{old}', '*.old'], Recurse: false") == "a,g"
    assert read(", Exclusions: ['**.{old,bak}', '{a,sub/b}.csv']") == "f,g"
    assert read(", Exclusions: ['[!ag].*', 'sub/[b-f]*']") == "a,f,g"
    assert read("", "data/sub/deep/f.csv") == "f"
    assert read("", "data/**/*.csv") == "a,b,f,g"
    assert read("", "data/[ab].csv") == "a"
    assert read("", str(own.root / "data/sub")) == "b,f"


@pytest.mark.parametrize(
    ("path", "more", "said"),
    [
        ("nowhere", "", "there is no file at nowhere"),
        ("s3://bucket/x/", "", "bucket"),
        ("${home}/x/", "", "nothing is known to stand for"),
        ("~/x/", "", "begins in somebody's home"),
        ("${warehouse}/../x", "", "is not of the form"),
        ("data", ", AdditionalOptions: {BoundedFiles: 3}", "BoundedFiles"),
        ("data", ", Exclusions: ['[z-a]']", "the exclusion '[z-a]' is no pattern: bad character range"),
        ("data", ", Exclusions: ['{a,{b}}']", "the groups in { } do not close, or stand in each other"),
        ("data", f", Exclusions: ['{'[' * 3000}']", "a bracket '[' is not closed"),
        ("data", ", Escaper: ab", "its Escaper 'ab' is more than one sign"),
    ],
)
def test_a_source_that_cannot_be_read_names_the_node(own: Own, path: str, more: str, said: str) -> None:
    own.write({"data/plays.csv": PLAYS})
    plays(own, more, path)
    with pytest.raises(DefinitionError) as found:
        own.lake.run()
    assert said in str(found.value)
    assert "flows/plays.yaml:3: node 'plays'" in str(found.value)


def test_fields_of_aws_alone_are_told(own: Own) -> None:
    own.write({"data/plays.csv": PLAYS})
    plays(own, ", GroupFiles: inPartition, GroupSize: '1048576'")
    record = own.lake.run()
    assert record.notes == [
        "flow plays, node 'plays': GroupSize means something on AWS alone",
        "flow plays, node 'plays': GroupFiles means something on AWS alone",
    ]


def parquet(own: Own) -> None:
    own.flow(
        "typed", '\nin:\n  S3ParquetSource: {Name: in, Paths: ["pq"]}\n' + table("out", "in", "my.typed")
    )


def test_parquet_keeps_its_types(own: Own) -> None:
    own.sql(
        "COPY (SELECT 1 AS n, TIMESTAMP_NS '2024-01-02 03:04:05.123456789' AS t, 7::UBIGINT AS u, "
        "[1.5::DOUBLE] AS l, 'x' AS s) TO '{d}/a.parquet'",
        "pq",
    )
    own.sql("COPY (SELECT 'y' AS s, [2.5::DOUBLE] AS l, 8::UBIGINT AS u, NULL::TIMESTAMP_NS AS t, 2 AS n) "
            "TO '{d}/b.parquet'", "pq")  # fmt: skip
    parquet(own)
    own.lake.run()
    assert own.lake.rows("SELECT n, t::VARCHAR, u::INT, l, s FROM {t} ORDER BY n", "my.typed") == [
        (1, "2024-01-02 03:04:05.123456", 7, [1.5], "x"),
        (2, None, 8, [2.5], "y"),
    ]
    head = own.lake.head.heads()[-1]
    assert [column.type for column in head.columns] == [
        "int", "timestamp", "decimal(20,0)", "array<double>", "string",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT 'x'::BLOB AS n", "its column 'n' is of the type BLOB"),
        ("SELECT 'x' AS n", "'n' is string and not int"),
    ],
)
def test_parquet_that_does_not_fit(own: Own, query: str, said: str) -> None:
    own.sql("COPY (SELECT 1 AS n) TO '{d}/a.parquet'", "pq")
    own.sql(f"COPY ({query}) TO '{{d}}/b.parquet'", "pq")
    parquet(own)
    with pytest.raises(RejectedError, match=rf"b\.parquet: .*{said}"):
        own.lake.run()
    own.write({"pq/b.parquet": "n\n1\n"})
    with pytest.raises(RejectedError, match=r"b\.parquet: it cannot be read as Parquet"):
        own.lake.run()


def json(own: Own, more: str = "") -> None:
    own.flow(
        "js", f'\nin:\n  S3JsonSource: {{Name: in, Paths: ["js"]{more}}}\n' + table("out", "in", "my.js")
    )


def test_json_lines_have_the_types_of_their_values(own: Own) -> None:
    own.write(
        {
            "js/a.json": '{"n": 1, "d": 1, "s": "2024-01-02", "b": true, "l": ["x"]}\n{"n": -2, "m": 1}\n',
            "js/b.json": '{"n": 3, "d": 0.5, "m": "x", "none": null}\n',
        }
    )
    json(own)
    own.lake.run()
    assert own.lake.rows("SELECT n, d, s, b, l, m FROM {t} ORDER BY n", "my.js") == [
        (-2, None, None, None, None, "1"),
        (1, 1.0, "2024-01-02", True, ["x"], None),
        (3, 0.5, None, None, None, "x"),
    ]
    types = {column.name: column.type for column in own.lake.head.heads()[-1].columns}
    assert types == {
        "n": "bigint", "d": "double", "s": "string", "b": "boolean", "l": "array<string>", "m": "string",
        "none": "string",
    }  # fmt: skip


@pytest.mark.parametrize("text", ['[{"n": 1},\n {"n": 2}]\n', '{"n":\n 1}\n{"n":\n 2}\n'])
def test_json_over_several_lines(own: Own, text: str) -> None:
    own.write({"js/a.json": text})
    json(own, ", Multiline: true")
    own.lake.run()
    assert own.lake.rows("SELECT n FROM {t} ORDER BY n", "my.js") == [(1,), (2,)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"n": 1}\n{"n":\n', "cannot be read as JSON"),
        ("3\n", "not all that stands there is an object"),
        ('{"n": {"m": 1}}\n', "'n' is an object"),
    ],
)
def test_json_that_does_not_fit(own: Own, text: str, said: str) -> None:
    own.write({"js/a.json": text})
    json(own)
    with pytest.raises(RejectedError, match=rf"a\.json: .*{said}"):
        own.lake.run()


def test_a_run_that_fails_leaves_the_tables(own: Own) -> None:
    own.write({"data/plays.csv": PLAYS})
    plays(own)
    own.lake.run()
    state, lying = own.lake.state(), own.lake.files()
    own.write({"data/bad.csv": "user,song,ms\nann\n"})
    with pytest.raises(WavehouseError):
        own.lake.run()
    assert own.lake.state() == state
    assert own.lake.files() == lying


def test_a_file_cannot_be_named_where_no_contract_knows_it(own: Own) -> None:
    own.write({"data/plays.csv": PLAYS})
    plays(own)
    record = own.lake.run(own.root / "data")
    assert "the project has no contract" in record.rejected[0].reason
    assert list(record.tables) == ["my.plays"]


def test_a_query_between(own: Own) -> None:
    own.write({"data/plays.csv": PLAYS})
    own.flow(
        "top",
        csv("plays", "data")
        + sql("top", "SELECT user, sum(CAST(ms AS BIGINT)) AS ms FROM p GROUP BY user", p="plays")
        + table("out", "top", "my.top"),
    )
    own.lake.run()
    assert own.lake.rows("SELECT * FROM {t} ORDER BY user", "my.top") == [("ann", 400), ("bob", 200)]

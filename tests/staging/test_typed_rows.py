"""What becomes of every kind of row and file that there is, and where a row that is kept aside stood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from wavehouse.core.errors import RejectedError
from wavehouse.project.contracts import SourceContract

if TYPE_CHECKING:
    from tests.staging.conftest import Lab, MakeLab

_HEADER = b"id,name,artist_popularity,followers"
_GOOD = b"g1,Good,50,1000"
# Value, rule (a part of it) and column by which a bad row is told.
_BAD = {
    "short": (b"b1,Ann", "artist_popularity", "", "missing columns"),
    "short, two lines": (b'"b1\nb"', "name", "", "missing columns"),
    "blanks alone": (b"   ", "name", "", "missing columns"),
    "long": (b"b1,Ann,5,6,7", "", "", "too many columns"),
    "long, two lines": (b'b1,"An\nn",5,6,7', "", "", "too many columns"),
    "undecodable": (b"b1,A\xffn,5,6", "name", "", "invalid encoding"),
    "undecodable first": (b"\xffb1,Ann,5,6", "id", "", "invalid encoding"),
    "undecodable last": (b"b1,Ann,5,6\xe9", "followers", "", "invalid encoding"),
    "undecodable in quotes": (b'b1,"A\xffn\nx",5,6', "name", "", "invalid encoding"),
    "undecodable and long": (b"b1,A\xff,5,6,7", "name", "", "invalid encoding"),
    "oversized": (b"b1," + b"x" * 2_200_000 + b",5,6", "", "", "line size over maximum"),
    "text after a quote": (b'b1,"An"n,5,6', "name", "", "a quote stands where none may stand"),
    "lone NUL": (b"b1,A\0n,5,6", "name", "A\0n", "NUL byte"),
    "NUL in a number": (b"b1,Ann,5\0,6", "artist_popularity", "5\0", "NUL byte"),
    "NUL in a key": (b"b\0,Ann,5,6", "id", "b\0", "NUL byte"),
    "wrong type": (b"b1,Ann,many,6", "artist_popularity", "many", "int"),
    "wrong type, two lines": (b'b1,"An\nn",many,6', "artist_popularity", "many", "int"),
    "out of range": (b"b1,Ann,2147483648,6", "artist_popularity", "2147483648", "int"),
    "out of a long range": (b"b1,Ann,5,9223372036854775808", "followers", "9223372036854775808", "bigint"),
    "fraction": (b"b1,Ann,5.5,6", "artist_popularity", "5.5", "int"),
    "underscore": (b"b1,Ann,5,1_000", "followers", "1_000", "bigint"),
    "two wrong": (b"b1,Ann,x,y", "artist_popularity", "x", "int"),
    "blank key": (b" ,Ann,5,6", "id", " ", "blank key"),
    "no key": (b",Ann,5,6", "id", "", "blank key"),
    "quoted nothing for a key": (b'"",Ann,5,6', "id", "", "blank key"),
}
_TWO_LINES = b'q1,"two\nlines and\r\none more",1,2'
# How a file around the bad row may look: mark, line end, rows before and after, name.
_SHAPES: dict[str, tuple[bytes, bytes, list[bytes], list[bytes], str]] = {
    "alone": (b"", b"\n", [], [_GOOD], "artists.csv"),
    "last, no line end": (b"", b"\n", [_GOOD], [], "artists.csv"),
    "after two lines in quotes": (b"", b"\n", [_TWO_LINES], [_GOOD], "artists.csv"),
    "CRLF": (b"", b"\r\n", [_GOOD, _TWO_LINES], [_GOOD], "artists.csv"),
    "CR": (b"", b"\r", [_GOOD, _TWO_LINES], [_GOOD], "artists.csv"),
    "BOM": (b"\xef\xbb\xbf", b"\n", [_TWO_LINES], [_GOOD], "artists.csv"),
    "BOM and CRLF": (b"\xef\xbb\xbf", b"\r\n", [_TWO_LINES], [_GOOD], "artists.csv"),
    "blank lines": (b"", b"\n", [b"", _TWO_LINES, b"", b""], [b"", _GOOD, b""], "artists.csv"),
    "blank lines and CRLF": (b"", b"\r\n", [b"", _TWO_LINES, b"", b""], [b"", _GOOD], "artists.csv"),
    "gzip": (b"", b"\n", [_TWO_LINES], [_GOOD], "artists.csv.gz"),
    "zstd, BOM, CRLF, blank lines": (b"\xef\xbb\xbf", b"\r\n", [_TWO_LINES, b""], [_GOOD], "artists.csv.zst"),
}
_FILLING = [b"f%d,Filling,1,1" % at for at in range(8)]  # a NUL in a tiny file is taken for a binary file


def _lines(content: bytes) -> int:
    """How many lines end in content, as a text editor counts them."""
    return len(re.findall(rb"\r\n|\n|\r", content))


@pytest.mark.parametrize("shape", _SHAPES)
@pytest.mark.parametrize("kind", _BAD)
def test_a_bad_row_is_kept_aside_and_the_others_written(lab: Lab, kind: str, shape: str) -> None:
    raw, column, value, rule = _BAD[kind]
    mark, end, before, after, name = _SHAPES[shape]
    head = mark + end.join([_HEADER, *_FILLING, *before]) + end
    content = head + end.join([raw, *after]) + (end if after else b"")

    reading = lab.read(content, name)

    good = [row for row in [*_FILLING, *before, *after] if row]
    assert [row["id"].encode() for row in reading.rows] == [row.split(b",")[0] for row in good]
    assert (reading.typed.rows_in, reading.typed.rows_out) == (len(good) + 1, len(good))
    (aside,) = reading.aside
    assert (aside.source, aside.file, aside.batch) == ("artists", name, "batch-1")
    assert (aside.faults[0].column, aside.faults[0].value) == (column, value)
    assert rule in aside.faults[0].rule
    assert aside.raw.encode(errors="surrogateescape") == raw
    assert aside.byte_offset == len(head)
    assert aside.line == _lines(head) + 1


def test_every_bad_row_is_found_in_one_file(lab: Lab) -> None:
    """One kind after the other, so that a row refused by the reader stands before every other kind."""
    rows = [row for kind in _BAD.values() for row in (kind[0], _GOOD)]
    content = b"\n".join([_HEADER, *rows]) + b"\n"
    reading = lab.read(content, "artists.csv")
    assert [reject.raw.encode(errors="surrogateescape") for reject in reading.aside] == [
        kind[0] for kind in _BAD.values()
    ]
    assert [(reject.faults[0].column, reject.faults[0].value) for reject in reading.aside] == [
        (column, value) for _, column, value, _ in _BAD.values()
    ]
    for reject in reading.aside:
        assert content[reject.byte_offset :].startswith(reject.raw.encode(errors="surrogateescape") + b"\n")
        assert reject.line == _lines(content[: reject.byte_offset]) + 1
    assert (reading.typed.rows_in, reading.typed.rows_out) == (2 * len(_BAD), len(_BAD))


_FEATURES = (
    b"danceability,energy,key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,"
    b"type,id,uri,track_href,analysis_url,duration_ms,time_signature\n"
)


@pytest.mark.parametrize("at", range(18))
def test_an_undecodable_byte_in_any_column(lab: Lab, at: int) -> None:
    """Also in one that is not loaded, and in one behind it: nothing breaks, and nothing passes unseen."""
    good = b"0.1,0.2,3,-4.5,1,0.5,0.5,0.5,0.5,0.5,120.0,t,x,u,h,a,9,4".split(b",")
    bad = [field + b"\xff" if place == at else field for place, field in enumerate(good)]
    content = _FEATURES + b",".join(bad) + b"\n" + b",".join(good) + b"\n"
    reading = lab.read(content, "features.csv")
    assert (reading.typed.rows_in, reading.typed.rows_out) == (2, 1)
    assert [(reject.line, reject.faults[0].rule) for reject in reading.aside] == [(2, "invalid encoding")]
    assert lab.read(_FEATURES + b",".join(good) + b"\n", "features.csv").typed.rows_out == 1


def test_a_bad_row_is_told_apart_from_its_twins(lab: Lab) -> None:
    """The second row is refused by the reader, the fourth by its value: neither shifts the other."""
    rows = [b"a,A,1,1", b"b,\xff,1,1", b"c,C,1,1", b"d,D,no,1", b"e,E,1,1", b"f,\xff,1,1", b"g,G,no,1"]
    reading = lab.read(b"\n".join([_HEADER, *rows]) + b"\n", "artists.csv")
    assert [(reject.line, reject.raw[0]) for reject in reading.aside] == [
        (3, "b"),
        (5, "d"),
        (7, "f"),
        (8, "g"),
    ]
    assert [row["id"] for row in reading.rows] == ["a", "c", "e"]


def test_values(lab: Lab) -> None:
    content = (
        "id,name,artist_popularity,artist_genres,followers,genre_0\n"
        "i1,Ann,5,['pop'],1000,pop\n"
        'i2,"B, ""b""", 5.0 ,[],+7,\n'
        'i3,"","","","",""\n'
        "i4, x ,00012,nan,9223372036854775807,NULL\n"
        "i5,🎵 שלום,-0,,0,'\n"
    )
    names = ["id", "name", "artist_popularity", "artist_genres", "followers", "genre_0"]
    reading = lab.read(content.encode(), "artists.csv")
    assert [tuple(row[name] for name in names) for row in reading.rows] == [
        ("i1", "Ann", 5, "['pop']", 1000, "pop"),
        ("i2", 'B, "b"', 5, "[]", 7, None),
        ("i3", None, None, None, None, None),
        ("i4", " x ", 12, "nan", 9223372036854775807, "NULL"),
        ("i5", "🎵 שלום", 0, None, 0, "'"),
    ]
    assert reading.aside == []
    assert set(reading.rows[0]) == {column.name for column in lab.contracts["artists"].table_columns}


def test_columns_are_taken_by_name(lab: Lab) -> None:
    reading = lab.read(b"EXPLICIT, Track_ID ,more,track_popularity\nTRUE,t1,x,7\n0,t2,y,\n", "tracks.csv")
    assert reading.rows == [
        {"id": "t1", "track_popularity": 7, "explicit": True},
        {"id": "t2", "track_popularity": None, "explicit": False},
    ]
    (note,) = reading.typed.notes
    assert note.startswith("tracks.csv: columns that the contract does not have were left out: more.")


def test_columns_that_a_file_lacks_are_null_and_told(lab: Lab) -> None:
    reading = lab.read(_HEADER.replace(b",followers", b"") + b"\ni1,Ann,5\n", "artists.csv")
    assert reading.rows[0]["followers"] is None
    (note,) = reading.typed.notes
    assert "no column artist_genres, followers, genre_0" in note


def test_columns_that_are_not_loaded_are_neither_written_nor_told(lab: Lab) -> None:
    fields = b"0.1,0.2,3,-4.5,1,0.5,0.5,0.5,0.5,0.5,120.0,t,x,u,h,a,9,4\n"
    reading = lab.read(_FEATURES + fields, "features.csv")
    assert not {"type", "uri", "track_href", "analysis_url"} & set(reading.rows[0])
    assert reading.typed.notes == []


_DATES = {
    "1999": True,
    "1999-05": True,
    "2015-06-09": True,
    "2015-06-09 00:00:00 UTC": True,
    "2015-06-09T10:20:30Z": True,
    "2015-06-09 10:20:30.5": True,
    "2020-02-29 00:00:00 UTC": True,
    "": True,
    "99": False,
    "19990509": False,
    "1999-5": False,
    "1999-13": False,
    "1999-00": False,
    "2021-02-29": False,
    "2021-02-30 00:00:00 UTC": False,
    "2015-06-09 00:00:00 CET": False,
    "2015/06/09": False,
    "09.06.2015": False,
    "soon": False,
    "1999-": False,
    "٢٠١٥": False,
    # Seen where a date is not known; no calendar has that year.
    "0000": False,
    "0000-00-00": False,
}


@pytest.mark.parametrize("date", _DATES)
def test_partial_dates(lab: Lab, date: str) -> None:
    header = "track_name,track_id,album_name,release_date,album_id,artist_id\n"
    content = f"{header}A,t1,X,2000,a1,r1\nB,t2,X,{date},a1,r1\n"
    reading = lab.read(content.encode(), "albums.csv")
    written = {row["track_id"]: row["release_date"] for row in reading.rows}
    if _DATES[date]:
        assert written == {"t1": "2000", "t2": date or None}
        assert reading.aside == []
    else:
        assert written == {"t1": "2000"}
        assert [
            (reject.line, reject.faults[0].column, reject.faults[0].value) for reject in reading.aside
        ] == [(3, "release_date", date)]
        assert "partial date" in reading.aside[0].faults[0].rule


def test_both_parts_of_a_key_must_be_there(lab: Lab) -> None:
    header = b"track_name,track_id,album_name,release_date,album_id,artist_id\n"
    reading = lab.read(header + b"A,t1,X,2000,a1,r1\nB,,X,2000,a1,r1\nC,t3,X,2000, ,r1\n", "albums.csv")
    assert [(reject.line, reject.faults[0].column, reject.faults[0].rule) for reject in reading.aside] == [
        (3, "track_id", "blank key"),
        (4, "album_id", "blank key"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b'a,1,true\nb,2,"tr\nc,3,true\n', "never closed", id="an open quote"),
        pytest.param(b'a,1,true\nb,2,"tr\nc,3,true', "never closed", id="an open quote, no last end"),
        pytest.param(b'a,1,true\nb,2,"true\n', "never closed", id="an open quote in the last line"),
        pytest.param(b"a,x,true\nb,y,true\n", "none of its 2 rows fits the source 'tracks'", id="no row"),
        pytest.param(b"a;1;true\nb;2;true\n", "none of its 2 rows fits", id="another delimiter"),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_file_that_is_wrong_as_a_whole(lab: Lab, content: bytes, said: str, end: bytes) -> None:
    aside: list[Any] = []
    landed = lab.land((b"id,track_popularity,explicit\n" + content).replace(b"\n", end), "tracks.csv")
    with pytest.raises(RejectedError, match=said) as caught:
        aside += lab.type(landed).aside
    assert aside == []
    assert caught.value.remedy
    # The next file is read as if nothing had been.
    reading = lab.read(b"id,track_popularity,explicit\na,1,true\nb,x,true\n", "tracks.csv")
    assert [reject.line for reject in reading.aside] == [3]


@pytest.mark.parametrize(
    ("rows", "aside", "loaded"),
    [
        (b'k0,a, "8 ,9999\n\n9999999\r\ng,G,1,1\n', [b'k0,a, "8 ,9999', b"9999999"], ["g"]),
        # The second record opens where the first should have ended, and takes three lines in.
        (
            b'k0,"\n\n\n\xf7,10\x1c,1\nk1,"xx,\r\n ",5,\nk2,x,,\n',
            [b'k0,"\n\n\n\xf7,10\x1c,1\nk1,"xx', b' ",5,'],
            ["k2"],
        ),
        (
            b'k0,5" disc,1,1\nk1,"A"B,1,1\nk2, "C" ,x,1\nk3, "D" ,1,1\n',
            [b'k1,"A"B,1,1', b'k2, "C" ,x,1'],
            ["k0", "k3"],
        ),
    ],
)
def test_records_with_stray_quotes_are_all_accounted_for(
    lab: Lab, rows: bytes, aside: list[bytes], loaded: list[str]
) -> None:
    """Readers of CSV would not agree on what belongs together: one rule decides, and says so."""
    reading = lab.read(_HEADER + b"\n" + rows, "artists.csv")
    assert [reject.raw.rstrip(",").encode(errors="surrogateescape") for reject in reading.aside] == [
        raw.rstrip(b",") for raw in aside
    ]
    assert [row["id"] for row in reading.rows] == loaded
    assert reading.typed.rows_in == len(aside) + len(loaded)


def test_mixed_line_ends_are_accepted_with_a_note(lab: Lab) -> None:
    content = _HEADER + b'\r\na,"x\r\ny\nz",1,1\nb,B,1,1\rc,C,1,1\r\n'
    reading = lab.read(content, "artists.csv")
    assert [(row["id"], row["name"]) for row in reading.rows] == [("a", "x\r\ny\nz"), ("b", "B"), ("c", "C")]
    assert any("mixed line ends" in note for note in reading.typed.notes)


def test_a_row_kept_aside_from_mixed_line_ends_is_found_in_the_file_itself(lab: Lab) -> None:
    content = _HEADER + b'\r\na,"x\r\ny",1,1\nb,B,no,1\r\nc,C,1,1\r\n'
    (aside,) = lab.read(content, "artists.csv").aside
    assert (aside.line, aside.raw) == (4, "b,B,no,1")
    assert content[aside.byte_offset :].startswith(b"b,B,no,1\r\n")


@pytest.mark.parametrize("shift", range(3))
@pytest.mark.parametrize("name", ["artists.csv", "artists.csv.gz", "artists.csv.zst"])
def test_a_line_end_cut_in_two_by_a_piece(lab: Lab, name: str, shift: int) -> None:
    """A piece is some power of two of bytes long, and every line 32: each ends before, at or after one."""
    head = _HEADER + b"\r\nf,%s,1,1\n"
    head %= b"x" * (64 + shift - len(head % b""))
    rows = [b'k%06d,"v\r\n%013d",1,1\r\n' % (at, at) for at in range(20_000)]
    assert {len(row) for row in rows} == {32}
    reading = lab.read(head + b"".join(rows), name)
    assert [row["name"] for row in reading.rows[1:]] == [f"v\r\n{at:013}" for at in range(20_000)]


def _latin(columns: str) -> SourceContract:
    return SourceContract.model_validate(
        {
            "source": "latin",
            "files": ["latin.csv"],
            "key": ["id"],
            "csv": {"encoding": "latin-1", "delimiter": ";", "quote": "'"},
            "columns": {name: {"type": "int" if name == "n" else "string"} for name in columns.split()},
        }
    )


def test_declared_latin_1(make_lab: MakeLab) -> None:
    lab = make_lab(_latin("id name n"))
    content = "id;name;n\na;'é;''ü''\nÿ';1\nb;ñ;no\nç;c;3\n".encode("latin-1")
    reading = lab.read(content, "latin.csv")
    assert [tuple(row.values()) for row in reading.rows] == [("a", "é;'ü'\nÿ", 1), ("ç", "c", 3)]
    (aside,) = reading.aside
    assert (aside.line, aside.faults[0].column, aside.faults[0].value, aside.raw) == (4, "n", "no", "b;ñ;no")


def test_a_row_kept_aside_from_latin_1_is_found_in_the_file_itself(make_lab: MakeLab) -> None:
    content = "id;name;n\na;é;1\nb;ñ;no\n".encode("latin-1")
    (aside,) = make_lab(_latin("id name n")).read(content, "latin.csv").aside
    assert content[aside.byte_offset :].startswith(b"b;")


def test_a_name_of_a_column_in_declared_latin_1(make_lab: MakeLab) -> None:
    lab = make_lab(_latin("id año"))
    reading = lab.read("id;año\na;1999\n".encode("latin-1"), "latin.csv")
    assert reading.rows == [{"id": "a", "año": "1999"}]


def test_a_source_of_one_column(make_lab: MakeLab) -> None:
    contract = SourceContract.model_validate(
        {"source": "one", "files": ["one.csv"], "key": ["id"], "columns": {"id": {"type": "int"}}}
    )
    reading = make_lab(contract).read(b'id\n1\n\n2\n""\nx\n\n', "one.csv")
    assert [row["id"] for row in reading.rows] == [1, 2]
    # A blank line is a record where there is one column: its key is missing.
    assert [(reject.line, reject.raw) for reject in reading.aside] == [(3, ""), (5, '""'), (6, "x"), (7, "")]


_STRAY = [b'k,5" disc,3,4', b'l,12" x 7",3,4']


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("rows", [_STRAY, _STRAY[:1]])
def test_a_quote_inside_a_value_is_a_letter(lab: Lab, rows: list[bytes], end: bytes) -> None:
    content = end.join([_HEADER, _GOOD, *rows, _GOOD]) + end
    reading = lab.read(content, "artists.csv")
    assert [row["name"].encode() for row in reading.rows[1:-1]] == [row.split(b",")[1] for row in rows]
    assert (reading.typed.rows_in, reading.aside) == (len(rows) + 2, [])


@pytest.mark.parametrize(
    "content",
    [
        _HEADER + b'\r\nk,5" disc,3,4\r\nm,"two\nlines",5,6\r\n',
        _HEADER + b'\nk,5" disc,3,4\nm,"two\r\nlines",5,6\n',
        _HEADER + b'\nk,5" disc,3,4\r\nm,"two\nlines",5,6\n',
    ],
)
def test_a_stray_quote_spoils_no_other_value(lab: Lab, content: bytes) -> None:
    """It turns around what counts as quoted: the file may be refused for it, but no value changed."""
    try:
        names = [row["name"].encode() for row in lab.read(content, "artists.csv").rows]
    except RejectedError:
        return
    assert names == [b'5" disc', re.findall(rb'"(two.*?)"', content, re.DOTALL)[0]]


def test_empty_fields_behind_the_last_column_hold_nothing_and_are_ignored(lab: Lab) -> None:
    reading = lab.read(b"\n".join([_HEADER, b"a,A,1,2,,", _GOOD]) + b"\n", "artists.csv")
    assert [row["id"] for row in reading.rows] == ["a", "g1"]
    assert reading.aside == []


def test_rows_far_into_a_large_file(lab: Lab) -> None:
    """So large that two threads read it."""
    filling = b"x" * 300
    rows = [b'r%d,"%s\n",1,%d' % (at, filling, at) for at in range(100_000)]
    for at in (60_000, 99_998):
        rows[at] = b"r%d,bad,no,1" % at
        rows[at - 1] = b"r%d,short" % (at - 1)
    content = _HEADER + b"\n" + b"\n".join(rows) + b"\n"
    reading = lab.read(content, "artists.csv")
    assert [reject.raw for reject in reading.aside] == [
        rows[at].decode() for at in (59_999, 60_000, 99_997, 99_998)
    ]
    for reject in reading.aside:
        assert content[reject.byte_offset :].startswith(reject.raw.encode() + b"\n")
        assert reject.line == content.count(b"\n", 0, reject.byte_offset) + 1
    assert [row["followers"] for row in reading.rows] == [
        at for at in range(100_000) if at not in (59_999, 60_000, 99_997, 99_998)
    ]


def test_a_reason_is_one_phrase(lab: Lab) -> None:
    reading = lab.read(
        b"\n".join([_HEADER, b"a,A,no,1", b"b,\xff,1,1", b"c,C,1,1,1", b",D,1,1", _GOOD]) + b"\n",
        "artists.csv",
    )
    number, encoding, long, key = (reject.reason for reject in reading.aside)
    assert number.startswith("artist_popularity: not a")
    assert number.endswith("int ('no')")
    assert (encoding, long, key) == ("name: invalid encoding", "too many columns", "id: blank key")

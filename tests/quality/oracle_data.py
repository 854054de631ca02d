"""Small tables full of what goes wrong: the same rows for the oracle (Python) and for the engine (SQL)."""
# ruff: noqa: E501 - a row stands on one line

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.quality.oracle_spark import Value

from wavehouse.core.columns import Column
from wavehouse.quality.dataset import DataFile, Dataset

Row = Mapping[str, Value]

_SQL_TYPES = {"string": "VARCHAR", "int": "INTEGER", "bigint": "BIGINT"}
_PLACE = "place_"
_NOW = "now_"


def at(text: str) -> datetime:
    """A moment without a zone; moments are UTC here."""
    return datetime.fromisoformat(text)


NOW = at("2024-03-15 10:30:45")


@dataclass(frozen=True)
class Table:
    """Columns as `name type`, rows, and now() per row (one moment for all, or as many as there are rows)."""

    columns: tuple[str, ...]
    tuples: tuple[tuple[Value, ...], ...]
    now: datetime | tuple[datetime, ...] = NOW

    @property
    def typed(self) -> tuple[Column, ...]:
        """The columns."""
        return tuple(Column(*column.rsplit(" ", 1)) for column in self.columns)

    @property
    def rows(self) -> list[Row]:
        """The rows as the oracle reads them."""
        names = [column.name for column in self.typed]
        return [dict(zip(names, values, strict=True)) for values in self.tuples]

    def moments(self) -> list[datetime]:
        """now() of each row, cut to the minute."""
        many = self.now if isinstance(self.now, tuple) else (self.now,) * len(self.tuples)
        return [moment.replace(second=0, microsecond=0) for moment in many]

    def dataset(self, files: Sequence[DataFile] = (), moment: datetime = NOW) -> Dataset:
        """The same for the engine: rows stand in the SQL, their numbers (from 1) are their place."""
        many = self.now if isinstance(self.now, tuple) else (self.now,) * len(self.tuples)
        columns = [*self.typed, Column(_NOW, "timestamp"), Column(_PLACE, "bigint")]
        lines = [
            "(" + ", ".join(_literal(value) for value in (*values, now, number)) + ")"
            for number, (values, now) in enumerate(zip(self.tuples, many, strict=True), 1)
        ]
        casts = ", ".join(
            f"CAST({_named(c)} AS {_SQL_TYPES.get(c.type, c.type.upper())}) AS {_named(c)}" for c in columns
        )
        names = ", ".join(map(_named, columns))
        source = (
            f"(VALUES {', '.join(lines)})"
            if lines
            else f"(SELECT {', '.join(['NULL'] * len(columns))} WHERE false)"
        )
        scan = f"(SELECT {casts} FROM {source} AS t({names}))"
        return Dataset(self.typed, scan, f'"{_NOW}"', moment, (_PLACE,), tuple(files))


def _named(column: Column) -> str:
    return '"' + column.name.replace('"', '""') + '"'


def _literal(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (str, date, float)):
        text = value.isoformat(" ") if isinstance(value, datetime) else str(value)
        return "'" + text.replace("'", "''") + "'"
    return str(value)


def _d(text: str) -> date:
    return date.fromisoformat(text)


TRACKS = Table(
    (
        "id string",
        "name string",
        "popularity int",
        "duration_ms bigint",
        "explicit boolean",
        "tempo double",
        "released string",
        "day date",
        "updated timestamp",
        "note string",
        "artist string",
    ),
    (
        ("t1", "Alpha", 10, 60_000, True, 120.5, "2015", _d("2015-06-09"), at("2024-03-15 10:00"), "", "a1"),
        ("t2", "beta", 0, 90_500, False, 90.0, "2015-6", _d("2000-01-01"), at("2024-03-14 10:30"), " ", "a1"),
        ("t3", "Gamma, the", 30, 180_000, None, 0.0, "2015-06-09", None, at("2024-03-15 10:30"), " \t ", "a2"),
        ("t4", None, 30, 240_000, False, -1.5, None, _d("2020-02-29"), None, None, "a9"),
        ("t5", "Épsilon 100%", None, 300_001, True, None, "", _d("2015-06-09"), at("2024-03-12 22:30"), "plain", "a2"),
        ("t6", "alpha", -5, -1, False, 120.5, "2015-02-30", _d("1999-12-31"), at("2024-03-15 09:45"), "", None),
        ("t6", "", 100, 5_000_000_000, None, 1000.25, "2020-01-02T03:04", _d("2024-03-15"), at("2024-03-16"),
         " padded ", "a1"),
        (None, "日本語", 55, None, True, 90.0, "31.12.2019", _d("2024-03-14"), at("2024-03-15 10:30:30"), "Plain", "a3"),
        ("t9", 'it\'s "q" \\', 10, 60_000, True, 0.1, " 2001-09-11 ", None, at("1970-01-01"), "7", "a3"),
        ("t10", "🎵 mix", None, 1, None, None, "15", _d("2016-01-01"), None, None, "a1 "),
    ),
)  # fmt: skip

NUMBERS = Table(
    (
        "a int",
        "b double",
        "c decimal(10,2)",
        "d float",
        "e bigint",
        "t string",
        "same int",
        "flag boolean",
        "single string",
    ),
    (
        (1, 2.0, Decimal("1.10"), 0.5, 9007199254740993, "1", 7, True, None),
        (2, 4.0, Decimal("2.20"), 0.25, 1, " 2.5 ", 7, False, "x"),
        (3, 6.0, None, None, None, "x", 7, None, None),
        (None, 8.0, Decimal("3.30"), -8.0, -1, None, 7, True, None),
        (4, None, Decimal("3.30"), 0.5, 0, "-4e0", 7, True, None),
    ),
)

TEXTS = Table(
    ("n int", "v string"),
    tuple(
        enumerate(
            (
                "1", " 42 ", "-7", "1.5", "1e3",  # 1 to 5
                "abc", "", " ", None, "true",  # 6 to 10
                "NO", "y", "2147483648", "9223372036854775808", "2020-02-30",  # 11 to 15
                "2020-02-29", "2020-2-9 later", "2020", "2020-01-01 12:34:56", "2020-01-01T12:34:56.789Z",  # 16 to 20
                "2020-01-01 25:00:00", "Infinity", "NaN", "12:30", "+5",  # 21 to 25
                "1,000", "29-02-2020", "02/2020", "29-02", "2020/12/31",  # 26 to 30
                "\t7\n", "2020-01-01 10:00:00+02:00", "1 2", "123.456", "2020-13",  # 31 to 35
            ),
            1,
        )
    ),
)  # fmt: skip

ARRIVALS = Table(
    ("id int", "seen timestamp", "day date", "text string"),
    (
        (1, at("2024-01-01 00:00"), _d("2024-01-01"), "2024-01-01 00:00"),
        (2, at("2024-01-01 23:59:30"), _d("2024-01-02"), "2024-01-01T12:00:00"),
        (3, None, None, None),
        (4, at("2023-12-25 06:00"), _d("2023-12-25"), "2023-12-25"),
        (5, at("2024-01-03 09:30"), _d("2024-01-03"), "soon"),
    ),
    (
        at("2024-01-01 12:00:59"),
        at("2024-01-02 00:00:10"),
        at("2024-01-02 00:00"),
        at("2024-01-01 06:00"),
        at("2024-01-03 09:30:29"),
    ),
)

PAIRS = Table(
    ("k int", "k2 string", "v double", "w string"),
    ((1, "a", 1.0, "x"), (2, "b", None, "y"), (3, "c", 3.5, None), (4, "d", 4.0, "z"), (5, "e", 5.0, "")),
)

# Names that SQL, or the SQL around rules, may want for itself.
ODD = Table(
    (
        "Mixed int",
        "a b string",
        'q"t int',
        "mask_0 int",
        "primary string",
        "now string",
        "select date",
        "ünï.x double",
    ),
    (
        (1, "x", 1, 5, "p", "n", _d("2024-03-15"), 0.5),
        (2, None, 2, 6, None, "n", None, -0.5),
        (2, "X", None, 7, "p", "", _d("2024-03-14"), None),
    ),
)
ONE = Table(TRACKS.columns, TRACKS.tuples[:1])
EMPTY = Table(TRACKS.columns, ())
NULLS = Table(TRACKS.columns, ((None,) * len(TRACKS.columns),) * 3)
BATCHES = Table(("id int", "day date"), tuple((n, _d("2024-03-10") + timedelta(days=n)) for n in range(1, 7)))

TABLES = {
    "tracks": TRACKS,
    "numbers": NUMBERS,
    "texts": TEXTS,
    "arrivals": ARRIVALS,
    "pairs": PAIRS,
    "one": ONE,
    "empty": EMPTY,
    "nulls": NULLS,
    "odd": ODD,
    "batches": BATCHES,
}

REFERENCES = {
    "artists": Table(
        ("artist_id string", "title string", "followers bigint", "score double"),
        (
            ("a1", "One", 100, 1.5),
            ("a2", None, None, -1.5),
            ("a3", "Three", 0, 0.0),
            (None, "nobody", 7, None),
        ),
    ),
    "nothing": Table(("artist_id string", "followers bigint"), ()),
    "other": Table(
        ("k int", "k2 string", "v double", "w string"),
        ((1, "a", 1.0, "x"), (2, "b", None, "Y"), (3, "q", 3.5, None), (6, "f", 6.0, "z"), (5, "e", 5.0, "")),
    ),
    "renamed": Table(
        ("key int", "v double", "extra string"),
        ((1, 1.0, "x"), (2, None, "y"), (3, 3.6, None), (4, 4.0, "zz")),
    ),
    "twice": Table(
        ("k int", "k2 string", "v double", "w string"),
        ((1, "a", 1.0, "x"), (1, "a", 2.0, "y")),
    ),
    "typed": Table(("k bigint", "k2 string", "v double", "z string"), ()),
}

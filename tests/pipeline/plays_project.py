"""A project so small that a run of it on Spark costs little, and catalogues for it that are full of dirt.

It has one of each: sources with rules, text that casts may not take, a join, a table in partitions.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tests.pipeline.own_project import Own, sql, table

_CONTRACTS = {
    "contracts/plays.yaml": """source: plays
files: [plays.csv]
key: [id]
columns:
  id: {type: string, required: true}
  who: {type: string}
  n: {type: int, required: true}
  m: {type: int}
  score: {type: double}
  day: {type: date}
  word: {type: string}
quality:
  rules: |
    Rules = [
      ColumnValues "id" matches "[a-z][0-9]+",
      ColumnValues "n" between -1 and 101,
      ColumnLength "word" < 12 where "word IS NOT NULL",
      IsPrimaryKey "id" labels=["action"="warn"],
      Completeness "day" >= 0.9 labels=["action"="warn"]
    ]
  actions: {"action=warn": warn}
""",
    "contracts/people.yaml": """source: people
files: [people.csv]
key: [who]
columns:
  who: {type: string, required: true}
  name: {type: string}
  born: {type: timestamp}
""",
}
_QUERY = (
    "SELECT p.id, p.n, p.score, p.word, q.name, q.born, CAST(p.word AS INT) AS number, "
    "CAST(p.word AS DATE) AS stamped, CAST(p.word AS BOOLEAN) AS flag, CAST(p.word AS DOUBLE) AS real, "
    "p.n / p.m AS share, year(p.day) AS y FROM plays p LEFT JOIN people q ON p.who = q.who"
)
_VALUES: dict[str, Sequence[str]] = {
    "id": ("a1", "b22", "a1", "c3", "d4", "", "x", "7", "e5 "),
    "who": ("ann", "bob", "ann", "zoe", "", "ANN"),
    "n": ("0", "7", " 8 ", "+9", "100", "101", "5.0", "1.5", "1e3", "x", "", "99999999999"),
    "m": ("0", "2", "-3", "", "y"),
    "score": ("0.1", "1e-7", "-0.0", "3", "NaN", "inf", "", "1_0", "12345678901234567890"),
    "day": ("1999-01-02", "2001-02-30", "2055-12-31", "", "1999", "3.2.2001", "2004-02-29"),
    "word": ("12", " 3 ", "4.9", "true", "no", "2001-02-03", "2001-2-3", "1e2", "", "a,\"b\"", "two\nlines",
             "a rather long text", "🎧", "9999999999999"),
    "name": ("Ann", "Bob", "", "שלום", "it's"),
    "born": ("1999-01-02 03:04:05", "1999-01-02", "2001-02-30 00:00:00", "", "x"),
}  # fmt: skip
# Of so many values anything is taken.
_DIRT = 0.12
_COLUMNS = {"plays": ("id", "who", "n", "m", "score", "day", "word"), "people": ("who", "name", "born")}


def plays_project(folder: Path) -> Own:
    """The project, with a lake of its own that is not there yet."""
    own = Own.at(folder)
    own.write(_CONTRACTS)
    sources = "".join(
        f'{name}:\n  S3CsvSource: {{Name: {name}, Paths: ["${{staging}}/{name}/"]}}\n' for name in _COLUMNS
    )
    query = sql("q", _QUERY, plays="plays", people="people")
    own.flow("own", sources + query + table("t", "q", "own.plays", ", PartitionKeys: [[y]]"))
    return own


def write_plays(folder: Path, number: int) -> Path:
    """The catalogue of a number: the same one whenever it is asked for."""
    random = Random(number)  # noqa: S311
    folder.mkdir(parents=True)
    for source, columns in _COLUMNS.items():
        rows = [[_value(name, random) for name in columns] for _ in range(random.randint(1, 12))]
        # One at least is what it should be: of a file without any the run says no more than that.
        good = [_VALUES[name][0] for name in columns]
        rows.insert(random.randint(0, len(rows)), good)
        # Fields too few, or too many.
        ragged = [row[:-1] if random.random() < 0.05 else [*row, "more"] if random.random() < 0.05 else row
                  for row in rows]  # fmt: skip
        with (folder / f"{source}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *ragged])
    return folder


def _value(column: str, random: Random) -> str:
    """Mostly what it should be: the first two are; of a word, whatever there is."""
    if column == "id" and random.random() >= _DIRT:
        return f"{random.choice('abc')}{random.randint(1, 9)}"
    values = _VALUES[column]
    return random.choice(values if column == "word" or random.random() < _DIRT else values[:2])

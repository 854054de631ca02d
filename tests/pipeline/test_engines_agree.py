"""DuckDB and Spark make the same tables of the same files, and give every row the same verdict."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark import SparkContext
from tests import chosen_engine
from tests.conftest import Wavehouse
from tests.crash.depth import some
from tests.pipeline.conftest import Lake, albums, artists, day, tracks
from tests.pipeline.plays_project import plays_project, write_plays
from tests.pipeline.random_catalogues import write_catalogues
from tests.spark_session import SMALL, spark_engine

from wavehouse.core.run_record import RunRecord
from wavehouse.core.sql_text import column_list
from wavehouse.engines.engine import Row
from wavehouse.project.project import Project
from wavehouse.settings import builtin_project
from wavehouse.wiring import parts

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]
_ENGINES: tuple[chosen_engine.Name, ...] = ("duckdb", "spark")
_ANSI = "spark.sql.ansi.enabled"
# A catalogue of which every sort of dirt reaches the query.
_DIRTY = 3
_SPOTIFY = Project.at(builtin_project())
# Catalogues of the whole project go into one run: it costs Spark as much as a large one would.
_AT_ONCE = 15


def _verdicts(record: RunRecord) -> list[tuple[object, ...]]:
    rules = [(rule.source, rule.rule, rule.passed, rule.rows, rule.failed_rows) for rule in record.rules]
    counts = [(name, vars(count)) for name, count in sorted(record.sources.items())]
    return [*rules, *counts]


def _loaded(root: Path, files: Path, engine: chosen_engine.Name) -> tuple[Lake, RunRecord]:
    lake = Lake(root / engine, _SPOTIFY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chosen_engine.Chosen, "name", engine)
        return lake, lake.run(files, time=day(1))


@settings(
    max_examples=some(15, 300),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(number=st.integers(1, 2**31))
def test_each_of_many_catalogues_ends_in_the_same_table_and_verdicts(number: int) -> None:
    with TemporaryDirectory() as place:
        root = Path(place)
        files = write_plays(root / "files", number)
        found = []
        for engine in _ENGINES:
            lake, record = _plays_loaded(root / engine, files, engine)
            found.append((lake.state(), _aside(lake), _verdicts(record)))
        assert found[1] == found[0]


def _plays_loaded(root: Path, files: Path, engine: chosen_engine.Name) -> tuple[Lake, RunRecord]:
    lake = plays_project(root).lake
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chosen_engine.Chosen, "name", engine)
        return lake, lake.run(files, time=day(1))


def _aside(lake: Lake) -> list[str]:
    """The verdict on each row that is kept aside."""
    told = ("source", "file", "line", "raw", "columns", "rules")
    return sorted(repr([row[name] for name in told]) for row in lake.aside())


def test_a_master_that_is_ansi_by_default_changes_no_answer(tmp_path: Path) -> None:
    """What a session begins with are the settings of its context; the dirty words are cast and divided."""
    files = write_plays(tmp_path / "files", _DIRTY)
    by_duckdb, _ = _plays_loaded(tmp_path / "duckdb", files, "duckdb")
    spark_engine(tmp_path / "scratch").close()
    defaults = SparkContext.getOrCreate()._jsc.sc().conf()
    before = defaults.get(_ANSI)
    defaults.set(_ANSI, "true")
    try:
        by_spark, _ = _plays_loaded(tmp_path / "spark", files, "spark")
    finally:
        defaults.set(_ANSI, before)
    assert by_spark.state() == by_duckdb.state()
    assert _aside(by_spark) == _aside(by_duckdb)


def test_a_user_who_asks_for_ansi_gets_the_same_answers(wavehouse: Wavehouse, tmp_path: Path) -> None:
    """By `spark.conf` of the project and by the defaults of the cluster, both at once."""
    files = write_plays(tmp_path / "files", _DIRTY)
    by_duckdb, _ = _plays_loaded(tmp_path / "duckdb", files, "duckdb")
    own = plays_project(tmp_path / "spark")
    conf = "".join(f"    {name}: '{value}'\n" for name, value in {**SMALL, _ANSI: "true"}.items())
    with (own.root / "wavehouse.yaml").open("a", encoding="utf-8") as file:
        file.write(f"engine: spark\nspark:\n  master: local[1]\n  conf:\n{conf}")
    (tmp_path / "spark-defaults.conf").write_text(f"{_ANSI} true\n", encoding="utf-8")
    answer = wavehouse(
        *("run", "--from", files, "--project", own.root, "--lake", own.lake.root, "--json"),
        env={"SPARK_CONF_DIR": str(tmp_path)},
        timeout=1800,
    )
    assert answer.code == 0, answer.stderr
    assert own.lake.state()["own.plays"] == by_duckdb.state()["own.plays"]


@settings(
    max_examples=some(1, 20),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(numbers=st.lists(st.integers(1, 2**31), min_size=_AT_ONCE, max_size=_AT_ONCE, unique=True))
def test_random_catalogues_end_in_the_same_tables(numbers: list[int]) -> None:
    with TemporaryDirectory() as place:
        root = Path(place)
        files = write_catalogues(root / "files", numbers)
        by_duckdb, said_by_duckdb = _loaded(root, files, "duckdb")
        by_spark, said_by_spark = _loaded(root, files, "spark")
        assert by_spark.state() == by_duckdb.state()
        assert _verdicts(said_by_spark) == _verdicts(said_by_duckdb)


@pytest.mark.both_engines
@pytest.mark.usefixtures("engine_name")
def test_what_changes_is_written_again_and_nothing_else(lake: Lake) -> None:
    lake.load(
        time=day(1),
        artists=artists([1, 2]),
        albums=[*albums(range(10)), *albums(range(10, 40), 2, "1995-01-01")],
        tracks=tracks(range(40)),
    )
    before = lake.partitions()
    said = lake.load(time=day(2), artists=artists([1], name="Renamed"))
    assert said.mode == "incremental"
    assert lake.rows("SELECT artist_name, count(*) FROM {t} GROUP BY 1 ORDER BY 1") == [
        ("Artist 2", 30),
        ("Renamed", 10),
    ]
    after = lake.partitions()
    assert after[1990] == before[1990]
    assert not after[2000] & before[2000]


@pytest.mark.real
def test_the_real_files_end_in_the_same_tables(wavehouse: Wavehouse, real_data: Path, tmp_path: Path) -> None:
    """By the command line: table checksums, counts and quarantine; nothing of Spark's reaches the user."""
    found = {}
    for engine in _ENGINES:
        lake = tmp_path / engine
        answer = wavehouse(
            "run", "--engine", engine, "--from", real_data, "--lake", lake, "--json", timeout=1800
        )
        assert answer.code == 0, answer.stderr
        assert answer.json["status"] == "done"
        assert not [line for line in answer.stderr.splitlines() if "WARN" in line or "spark" in line.lower()]
        found[engine] = _checksums(lake), answer.json["sources"]
    assert found["spark"] == found["duckdb"]
    assert not list((tmp_path / "spark").rglob(".*.crc"))


def _checksums(root: Path) -> dict[str, list[Row]]:
    lake = Lake(root, _SPOTIFY)
    sums: dict[str, list[Row]] = {}
    for head in lake.head.heads():
        # (What a run is called, and when it was, differs.)
        names = [c.name for c in head.columns if c.name not in ("batch", "batch_time", "_batch_time")]
        engine = parts.open_engine(root / ".scratch")
        relation = engine.iceberg(head.metadata)
        sums[str(head.name)] = engine.rows(
            f"SELECT count(*), bit_xor(hash({column_list(names)})) FROM {relation}"
        )
        engine.close()
    return sums

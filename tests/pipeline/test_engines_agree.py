"""DuckDB and Spark make the same tables of the same files, and give every row the same verdict."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests import chosen_engine
from tests.conftest import Wavehouse
from tests.crash.depth import some
from tests.pipeline.conftest import Lake, albums, artists, day, tracks
from tests.pipeline.random_catalogues import write_catalogues

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
_SPOTIFY = Project.at(builtin_project())
# Catalogues of one run, which costs Spark as much as a large one would.
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
    max_examples=some(15, 300) // _AT_ONCE,
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
    for engine in ("duckdb", "spark"):
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

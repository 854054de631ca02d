"""Generating: the same again for the same call, and what a wrong call gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.progress import Silent
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import Row
from wavehouse.samples import layout
from wavehouse.samples.catalogue import Catalogue, generate

Make = Callable[..., Catalogue]


def _contents(catalogue: Catalogue) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in catalogue.files.items()}


def _generate(
    directory: Path, engine: DuckDBEngine, *, as_of: date = date(2024, 1, 1), dirty: float = 0
) -> None:
    generate(directory, scale=0.001, seed=1, as_of=as_of, dirty=dirty, engine=engine, progress=Silent())


@pytest.fixture
def engine(tmp_path: Path) -> DuckDBEngine:
    return DuckDBEngine(memory=500_000_000, scratch=tmp_path / "scratch", threads=2)


def test_the_same_seed_and_date_give_the_same_bytes_on_any_number_of_threads(make: Make) -> None:
    # Large enough that several threads have work: more than one group of albums, and of tracks.
    one, three = (_contents(make(scale=0.1, threads=threads)) for threads in (1, 3))
    assert {name for name in one if one[name] != three[name]} == set()


def test_the_same_call_gives_the_same_bytes(make: Make, clean: Catalogue) -> None:
    assert _contents(make()) == _contents(clean)


def test_another_seed_gives_another_catalogue(make: Make, clean: Catalogue) -> None:
    other = _contents(make(seed=8))
    assert all(other[name] != content for name, content in _contents(clean).items())


def test_another_date_moves_the_releases_only(make: Make, clean: Catalogue) -> None:
    later, before = _contents(make(as_of=date(2030, 1, 1))), _contents(clean)
    assert {name for name in before if later[name] != before[name]} == {layout.ALBUM, layout.MERGED}


def test_the_smallest_catalogue_is_whole(make: Make) -> None:
    tiny = make(scale=1e-6, dirty=100)
    assert all(tiny.rows.values())


def test_a_new_directory_may_lie_deep(tmp_path: Path, engine: DuckDBEngine) -> None:
    _generate(tmp_path / "a's" / 'b"' / "raw", engine)
    assert (tmp_path / "a's" / 'b"' / "raw" / layout.ALBUM).exists()


def test_the_engine_is_left_as_it_was(tmp_path: Path, engine: DuckDBEngine) -> None:
    for name in ("first", "second"):
        _generate(tmp_path / name, engine)
    assert engine.rows("SELECT * FROM duckdb_tables()") == []


def test_a_directory_in_use_is_not_touched(tmp_path: Path, engine: DuckDBEngine) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CallError, match="not empty") as raised:
        _generate(tmp_path, engine)
    assert raised.value.where == str(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_no_directory(tmp_path: Path, engine: DuckDBEngine) -> None:
    (tmp_path / "raw").write_text("a file")
    for path in (tmp_path / "raw", tmp_path / "raw" / "below"):
        with pytest.raises(CallError, match="this is a file"):
            _generate(path, engine)


@pytest.mark.parametrize("dirty", [-0.1, 100.5, float("nan")])
def test_dirty_is_a_percentage(tmp_path: Path, engine: DuckDBEngine, dirty: float) -> None:
    with pytest.raises(CallError, match="is not a percentage"):
        _generate(tmp_path / "raw", engine, dirty=dirty)
    assert not (tmp_path / "raw").exists()


@pytest.mark.parametrize("as_of", [date(1900, 1, 1), date(9999, 12, 31)])
def test_a_date_out_of_reach_is_a_wrong_call(tmp_path: Path, engine: DuckDBEngine, as_of: date) -> None:
    with pytest.raises(CallError, match="--as-of"):
        _generate(tmp_path / "raw", engine, as_of=as_of)


class _FullDisk(DuckDBEngine):
    """Fails as a full disk does, once the first files are there."""

    def rows(self, sql: str) -> list[Row]:
        if layout.FEATURES in sql:
            raise OutsideError("no space left on device")
        return super().rows(sql)


def test_a_failure_leaves_no_half_catalogue(tmp_path: Path) -> None:
    engine = _FullDisk(memory=500_000_000, scratch=tmp_path / "scratch", threads=2)
    with pytest.raises(OutsideError, match="no space left"):
        _generate(tmp_path / "raw", engine)
    assert list((tmp_path / "raw").iterdir()) == []
    assert engine.rows("SELECT * FROM duckdb_tables()") == []


def test_a_failure_of_the_second_pass_is_told_as_one_of_the_disk(
    tmp_path: Path, engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutsideError, match="No space left on device"):
        _generate(tmp_path / "raw", engine, dirty=5)
    assert list((tmp_path / "raw").iterdir()) == []

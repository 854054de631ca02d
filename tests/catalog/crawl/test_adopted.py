"""Iceberg tables of other people's files: what the upkeep of a lake and an interrupted crawl do to them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet as pq
from tests.catalog.crawl.crawling import Crawling

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.progress import Silent
from wavehouse.engines.engine import Engine
from wavehouse.lake.adopted import Adopter
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import lake_at
from wavehouse.pipeline.compact import compact
from wavehouse.pipeline.repair import repair
from wavehouse.pipeline.vacuum import VacuumOptions, vacuum
from wavehouse.project.project import Project
from wavehouse.settings import builtin_project
from wavehouse.wiring.parts import open_engine


@pytest.fixture
def crawl(tmp_path: Path, engine: Engine) -> Crawling:
    crawl = Crawling(tmp_path, engine)
    for at in (1, 2):
        path = crawl.root / "t" / f"{at}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"id": [f"t{at}"], "plays": [at]}), path)
    crawl()
    return crawl


def test_a_vacuum_leaves_their_files_alone(crawl: Crawling) -> None:
    (crawl.root / "t" / "2.parquet").unlink()
    crawl()
    options = VacuumOptions(keep=1, expire_after=timedelta(0), orphan_age=timedelta(0))
    vacuum(crawl.folder / "lake", Silent(), options)
    assert (crawl.root / "t" / "1.parquet").is_file()
    assert crawl.rows("raw.t") == [("t1", 1)]


def test_compaction_refuses_them(crawl: Crawling) -> None:
    with pytest.raises(CallError, match=r"raw\.t"):
        compact(
            crawl.folder / "lake",
            Project.at(builtin_project()),
            ["raw.t"],
            open_engine,
            Silent(),
            dry_run=False,
        )
    assert len(list((crawl.root / "t").iterdir())) == 2


@pytest.mark.parametrize("new", [True, False])
def test_a_crawl_that_was_cut_off_is_made_up_for(
    new: bool, crawl: Crawling, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "u" if new else "t"
    (crawl.root / name).mkdir(exist_ok=True)
    pq.write_table(pa.table({"id": ["t3"], "plays": [3]}), crawl.root / name / "3.parquet")

    def cut_off(*_: object, **__: object) -> None:
        raise OutsideError("cut off")

    options: dict[str, Any] = {"table_level": 2}
    with monkeypatch.context() as patch:
        patch.setattr(Adopter, "move_forward", cut_off)
        with pytest.raises(OutsideError, match="cut off"):
            crawl(**options)
    assert crawl.rows("raw.t") == [("t1", 1), ("t2", 2)]
    crawl(**options)
    expected = [("t1", 1), ("t2", 2)]
    assert crawl.rows(f"raw.{name}") == [("t3", 3)] if new else [*expected, ("t3", 3)]
    layout = lake_at(crawl.folder / "lake")
    assert len(LakeHead(layout).unfinished()) == 1
    repair(layout, Silent())
    assert LakeHead(layout).unfinished() == []
    assert crawl.rows("raw.t")[:2] == expected
    assert set(crawl(**options).changes.values()) == {"unchanged"}

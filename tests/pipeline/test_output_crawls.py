"""The crawl at the end of a run: the table of files that a flow writes, and whether all agree on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet as pq
from tests.chosen_engine import open_engine
from tests.pipeline.own_project import Own, csv, files, sql, table

from wavehouse.core.data_catalog import CatalogTable
from wavehouse.core.errors import DefinitionError, OutsideError, RejectedError
from wavehouse.core.progress import Silent
from wavehouse.core.run_record import RunRecord
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.files import insights
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline import output_crawls
from wavehouse.pipeline.run import RunOptions, run
from wavehouse.pipeline.run_store import all_runs
from wavehouse.settings import Settings
from wavehouse.wiring.crawling import check_crawlers, crawl, output_crawl
from wavehouse.wiring.data_catalog import drop
from wavehouse.wiring.parts import lake_catalog
from wavehouse.wiring.quality import retry
from wavehouse.wiring.upkeep import roll_back

PLAYS = "user,year,ms\nann,2020,1\nbob,2020,2\nann,2021,3\ncid,,4\n"
CRAWLER = "crawlers:\n  - {name: plays, target: '${warehouse}/plays/', database: raw}\n"
TYPED = "SELECT user, CAST(year AS INT) AS year, CAST(ms AS BIGINT) AS ms, user = 'ann' AS a FROM t"


class Plays(Own):
    """A flow that writes rows as a table and as files by year, and a crawler of these."""

    def define(
        self, query: str = TYPED, form: str = "parquet", more: str = ", PartitionKeys: [[year]]"
    ) -> None:
        self.flow(
            "plays",
            csv("in", "plays.csv")
            + sql("typed", query, t="in")
            + table("kept", "typed", "my.plays", more)
            + files("out", "typed", "${warehouse}/plays/", form, more),
        )

    def crawlers(self, text: str = CRAWLER) -> None:
        (self.root / "wavehouse.yaml").write_text(f"name: own\n{text}", "utf-8")

    def run(self, *, full: bool = False) -> RunRecord:
        options = RunOptions(full=full, check=self._check, crawl=output_crawl)
        return run(self.lake.root, self.lake.project, open_engine, Silent(), options)

    def _check(self) -> None:
        insights(self.lake.project)

    @property
    def folder(self) -> Path:
        return self.lake.root / "files" / "plays"

    def found(self, name: str = "raw.plays") -> CatalogTable | None:
        return lake_catalog(LakeLayout(self.lake.root)).table(TableName.parse(name))

    def partitions(self) -> dict[tuple[str | None, ...], int | None]:
        catalog = lake_catalog(LakeLayout(self.lake.root))
        return {one.values: one.rows for one in catalog.partitions(TableName("raw", "plays"))}


@pytest.fixture
def plays(tmp_path: Path) -> Plays:
    own = Plays.at(tmp_path)
    assert isinstance(own, Plays)
    own.write({"plays.csv": PLAYS})
    own.define()
    own.crawlers()
    return own


def steps(record: RunRecord) -> list[str]:
    return [step.name for step in record.steps]


def test_a_run_ends_with_the_table_of_its_files(plays: Plays) -> None:
    record = plays.run()
    assert steps(record)[-2:] == ["publish", "crawl plays"]
    found = plays.found()
    assert found is not None
    assert (found.format, found.location, found.rows) == ("parquet", str(plays.folder), 4)
    assert [(one.name, one.type) for one in (*found.columns, *found.partition_by)] == [
        ("user", "string"), ("ms", "bigint"), ("a", "boolean"), ("year", "int"),
    ]  # fmt: skip
    assert plays.partitions() == {("2020",): 2, ("2021",): 1, (None,): 1}


def test_nothing_is_crawled_where_nothing_was_written(plays: Plays) -> None:
    plays.run()
    assert steps(plays.run()) == []


def test_the_table_follows_what_changes(plays: Plays) -> None:
    plays.run()
    plays.write({"plays.csv": PLAYS.replace("ann,2021,3", "ann,2022,3")})
    assert steps(plays.run())[-1] == "crawl plays"
    assert plays.partitions() == {("2020",): 2, ("2022",): 1, (None,): 1}
    plays.define(TYPED.replace("ms,", "ms, 'x' AS more,"))
    plays.run()
    found = plays.found()
    assert found is not None
    assert "more" in [one.name for one in found.columns]


def test_a_crawler_that_came_later_is_made_up_for(plays: Plays) -> None:
    plays.crawlers("")
    assert steps(plays.run())[-1] == "publish"
    assert plays.found() is None
    plays.crawlers()
    assert steps(plays.run()) == ["crawl plays"]
    assert plays.found() is not None


def test_a_crawl_that_was_cut_off_is_made_up_for(plays: Plays, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(output_crawls, "write_durably", full_disk)
        with pytest.raises(OutsideError, match="the next run does what comes after"):
            plays.run()
    assert all_runs(LakeLayout(plays.lake.root))[0].status == "failed"
    assert steps(plays.run()) == ["crawl plays"]


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_each_format_and_no_partitions(plays: Plays, form: str) -> None:
    plays.define(form=form, more="")
    plays.run()
    found = plays.found()
    assert found is not None
    assert (found.format, found.rows, found.partition_by) == (form, 4, ())
    # Files that a run exchanges are in no snapshot.
    assert TableName("raw", "plays") not in plays.lake.head.names()


def one_more(plays: Plays) -> None:
    """Somebody puts a file among them."""
    pq.write_table(
        pa.table({"user": ["eve"], "ms": pa.array([9], pa.int64()), "a": [False]}),
        plays.folder / "year=2021" / "mine.parquet",
    )


def one_less(plays: Plays) -> None:
    """A partition is lost."""
    shutil.rmtree(plays.folder / "year=2020")


def another(plays: Plays) -> None:
    """A file is exchanged for one with as many rows, of another type."""
    (path,) = (plays.folder / "year=2021").iterdir()
    pq.write_table(pa.table({"user": ["ann"], "ms": ["3"], "a": [True]}), path)


def moved(plays: Plays) -> None:
    """A row is said to be of another year, whose folder has as many bytes."""
    (plays.folder / "year=2021").rename(plays.folder / "year=2031")


def damaged(plays: Plays) -> None:
    """A file is cut short."""
    (path,) = (plays.folder / "year=2021").iterdir()
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (one_more, "raw.plays has 5 rows by the catalog, and the run has 4"),
        (one_less, "raw.plays has 2 rows by the catalog, and the run has 4"),
        (another, "no table of these files, but raw.year_2020, raw.year_2021"),
        (moved, "raw.plays has 0 rows of 2021 by the catalog, and my.plays has 1"),
        (damaged, "year=2021/part-0.parquet: "),
    ],
)
def test_files_that_are_not_as_they_were_written_fail_the_run(
    plays: Plays, tamper: Callable[[Plays], None], said: str
) -> None:
    plays.run()
    tamper(plays)
    plays.crawlers(f"{CRAWLER}# and now\n")
    with pytest.raises(RejectedError) as found:
        plays.run()
    assert said in str(found.value)
    assert "${warehouse}/plays/" in str(found.value)
    assert "wavehouse crawl plays --dry-run --explain" in str(found.value)
    assert all_runs(LakeLayout(plays.lake.root))[0].status == "failed"
    with pytest.raises(RejectedError):
        plays.run()
    plays.run(full=True)
    assert plays.partitions() == {("2020",): 2, ("2021",): 1, (None,): 1}


def test_a_table_that_its_crawler_may_not_change_fails_the_run(plays: Plays) -> None:
    plays.crawlers(CRAWLER.replace("raw}", "raw, on_change: log}"))
    plays.define(TYPED.replace("BIGINT", "INT"))
    plays.run()
    plays.define()
    with pytest.raises(RejectedError, match=r"'ms' is int in raw\.plays, and bigint in my\.plays") as found:
        plays.run()
    assert "the tables are published all the same" in str(found.value)
    with plays.lake.engine() as engine:
        head = plays.lake.head.head(TableName("my", "plays"))
        assert head is not None
        assert engine.rows(f"SELECT count(*) FROM {engine.iceberg(head.metadata)}") == [(4,)]


def test_files_that_no_table_is_made_of_fail_the_run(plays: Plays) -> None:
    plays.crawlers(CRAWLER.replace("raw}", "raw, exclude: ['**']}"))
    with pytest.raises(RejectedError, match="the crawl has made no table of these files"):
        plays.run()


def test_a_table_that_somebody_else_has_of_the_files_is_not_asked(plays: Plays) -> None:
    plays.run()
    crawl(Settings(plays.root, plays.lake.root), "${warehouse}/plays/", {"database": "adhoc"}, dry_run=False)
    plays.write({"plays.csv": PLAYS + "dan,2020,5\n"})
    assert steps(plays.run())[-1] == "crawl plays"


def test_one_that_fails_leaves_no_other_undone(plays: Plays) -> None:
    more = "  - {name: second, target: '${warehouse}/plays/', database: other}\n"
    plays.crawlers(CRAWLER.replace("raw}", "raw, exclude: ['**']}") + more)
    with pytest.raises(RejectedError, match="no table of these files"):
        plays.run()
    assert plays.found("other.plays") is not None


@pytest.mark.parametrize("key", ["release-year", "a b", "1k", "_year", "Year"])
def test_keys_of_any_name(plays: Plays, key: str) -> None:
    plays.define(f"SELECT user, CAST(year AS INT) AS `{key}` FROM t", more=f", PartitionKeys: [['{key}']]")
    plays.run()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT user, CASE WHEN year = '2020' THEN CAST('NaN' AS DOUBLE) ELSE 1.5D END AS year FROM t",
        "SELECT user, CASE WHEN year = '2020' THEN '__HIVE_DEFAULT_PARTITION__' ELSE '' END AS year FROM t",
        "SELECT user, year FROM t WHERE user = 'nobody'",
    ],
)
@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
def test_values_and_texts_that_a_crawl_sees_otherwise_are_no_disagreement(
    plays: Plays, query: str, form: str
) -> None:
    plays.define(query, form)
    plays.run()


def test_a_rollback_crawls_the_files_of_then(plays: Plays) -> None:
    first = plays.run()
    plays.write({"plays.csv": PLAYS + "dan,2020,5\n"})
    plays.run()
    settings = Settings(plays.root, plays.lake.root)
    roll_back(settings, "my.plays", first.run_id, dry_run=False)
    assert plays.partitions() == {("2020",): 2, ("2021",): 1, (None,): 1}
    assert steps(plays.run()) == []


def test_a_retry_ends_with_a_crawl(plays: Plays) -> None:
    plays.run()
    plays.write({"plays.csv": PLAYS + "dan,2020,5\n"})
    record = retry(Settings(plays.root, plays.lake.root), show=False)
    assert steps(record)[-1] == "crawl plays"
    assert plays.partitions() == {("2020",): 3, ("2021",): 1, (None,): 1}


def test_a_table_that_was_dropped_comes_back_with_the_next_run(plays: Plays) -> None:
    plays.run()
    drop(Settings(plays.root, plays.lake.root), "raw.plays", lambda _: None, force=False)
    assert plays.found() is None
    assert steps(plays.run()) == ["crawl plays"]
    assert plays.found() is not None


def test_files_beside_those_that_runs_exchange_make_no_iceberg_table(plays: Plays) -> None:
    plays.define(more="")
    plays.run()
    shutil.copy(next(plays.folder.iterdir()), plays.folder.parent / "mine.parquet")
    crawl(Settings(plays.root, plays.lake.root), str(plays.folder.parent), {"database": "all"}, dry_run=False)
    assert {name.database for name in plays.lake.head.names()} == {"my"}


def test_a_crawler_of_a_part_says_nothing_of_the_whole(plays: Plays) -> None:
    plays.crawlers(CRAWLER.replace("/plays/'", "/plays/year=2020/'"))
    assert steps(plays.run())[-1] == "crawl plays"


def test_a_crawler_of_all_folders(plays: Plays) -> None:
    plays.crawlers("crawlers:\n  - {name: all, target: ../lake/files, database: raw}\n")
    plays.run()
    found = plays.found()
    assert found is not None
    assert found.location == str(plays.folder)


def test_a_misspelt_word_is_not_taken_for_no_crawlers(plays: Plays) -> None:
    plays.run()
    plays.crawlers(CRAWLER.replace("crawlers:", "crawler:"))
    with pytest.raises(DefinitionError, match="crawler"):
        plays.run()


def test_a_target_that_leads_nowhere_is_told_before_anything_is_done(plays: Plays) -> None:
    plays.crawlers(CRAWLER.replace("${warehouse}", "${warhouse}"))
    with pytest.raises(DefinitionError, match=r"wavehouse.yaml:3: nothing is known to stand for"):
        check_crawlers(Settings(plays.root, plays.lake.root))

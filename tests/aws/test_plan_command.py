"""`wavehouse aws plan`, as a user has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wavehouse.aws.costs import Load, job_seconds, monthly, total

if TYPE_CHECKING:
    from tests.conftest import Wavehouse


# (Glue takes rules in ASCII alone.)
_REFUSED = """\
flow: f
nodes:
  read:
    S3CsvSource: {Name: read, Paths: ["files/"]}
  judged:
    EvaluateDataQuality: {Name: judged, Inputs: [read], Ruleset: 'Rules = [IsComplete "größe"]'}
  out:
    S3GlueParquetTarget: {Name: out, Inputs: [judged], Path: "${warehouse}/out/"}
"""


def _load(**other: object) -> Load:
    given: dict[str, object] = {
        "rows": 0,
        "table_bytes": 0,
        "file_bytes": 0,
        "runs": 0,
        "jobs": 1,
        "crawls": 0,
        "queries": {},
        "query_runs": 0,
        "alarms": 0,
    }
    return Load(**{**given, **other})  # type: ignore[arg-type]


def test_a_plan_needs_neither_an_account_nor_a_lake(wavehouse: Wavehouse) -> None:
    answer = wavehouse("aws", "plan", "-o", "plan")
    assert answer.code == 0, answer.stderr
    assert "spotify-dev: " in answer.stdout
    assert "note: the table spotify.tracks has lists in it" in answer.stdout
    assert "there is no lake yet" in answer.stdout
    written = sorted(str(path.relative_to(wavehouse.cwd / "plan")) for path in wavehouse.cwd.rglob("*.json"))
    assert written == ["graphs/spotify-dev-tracks.json", "tables/spotify.tracks.json", "template.json"]
    template = json.loads((wavehouse.cwd / "plan" / "template.json").read_text("utf-8"))
    assert template["Resources"]["JobTracks"]["Properties"]["JobMode"] == "VISUAL"


def test_the_same_project_gives_the_same_files(wavehouse: Wavehouse) -> None:
    for folder in ("one", "other"):
        assert wavehouse("aws", "plan", "--stage", "prod", "-o", folder).code == 0
    one, other = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.json")}
        for root in (wavehouse.cwd / "one", wavehouse.cwd / "other")
    )
    assert one == other
    assert b"spotify-prod" in one[Path("template.json")]


def test_costs_come_from_the_lake(wavehouse: Wavehouse) -> None:
    assert wavehouse("generate", "files", "--scale", "0.002").code == 0
    assert wavehouse("run", "--from", "files", "--lake", "lake").code == 0
    cost = wavehouse("aws", "plan", "--lake", "lake", "--json").json["cost"]
    rows = wavehouse("sql", "SELECT count(*) FROM spotify.tracks", "--lake", "lake", "--json").json["rows"]
    assert cost["rows"] >= rows[0][0] > 0
    lines = {line["what"]: line for line in cost["lines"]}
    # Each of three saved queries is billed for 10 MB at least.
    assert lines["Athena"]["usd"] == pytest.approx(3 * 100 * 10e6 / 1e12 * 5)
    assert cost["usd"] == pytest.approx(sum(line["usd"] for line in cost["lines"]), abs=0.01)


def test_seats_and_rows_are_asked_for(wavehouse: Wavehouse) -> None:
    plan = wavehouse("aws", "plan", "--rows", "100000000", "--authors", "1", "--readers", "10", "--json").json
    lines = {line["what"]: line["usd"] for line in plan["cost"]["lines"]}
    assert lines["QuickSight"] == 54
    assert lines["Glue jobs"] > 20


def test_a_stage_that_there_is_not(wavehouse: Wavehouse) -> None:
    answer = wavehouse("aws", "plan", "--stage", "live")
    assert answer.code == 2
    assert answer.stderr == "error: --stage: there is no stage 'live'. Known: dev, prod.\n"


def test_a_flow_that_glue_would_refuse(wavehouse: Wavehouse, tmp_path: Path) -> None:
    (tmp_path / "mine" / "flows").mkdir(parents=True)
    (tmp_path / "mine" / "wavehouse.yaml").write_text("name: mine\n", "utf-8")
    (tmp_path / "mine" / "flows" / "f.yaml").write_text(_REFUSED, "utf-8")
    answer = wavehouse("aws", "plan", "--project", "mine")
    assert answer.code == 2, answer.stderr
    assert "Glue would refuse the job of this flow" in answer.stderr


@pytest.mark.parametrize(("rows", "least"), [(0, 60), (1_000_000, 60), (100_000_000, 3000)])
def test_a_job_is_billed_for_a_minute_at_least(rows: int, least: float) -> None:
    assert job_seconds(rows) >= least


def test_a_crawl_is_billed_for_ten_minutes() -> None:
    (line,) = [one for one in monthly(_load(crawls=3), 5.0) if one.what == "Glue crawlers"]
    assert line.usd == pytest.approx(3 * 2 * (10 / 60) * 0.44)


def test_storage_is_by_the_gigabyte() -> None:
    lines = monthly(_load(table_bytes=2**30, file_bytes=2**30), 5.0)
    assert total(lines) == pytest.approx(2 * 0.023 + 1)

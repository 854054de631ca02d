"""Quality rules in a run: what is kept aside and why, what comes back, what stops."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.chosen_engine import open_engine
from tests.pipeline.conftest import Lake, albums, artists, ident, tracks, write

from wavehouse.core.errors import CallError, DefinitionError, RejectedError
from wavehouse.core.progress import Silent
from wavehouse.core.run_record import RunRecord
from wavehouse.core.table_name import TableName
from wavehouse.pipeline.check import check
from wavehouse.pipeline.quarantine import files_aside
from wavehouse.pipeline.quarantined import Wanted, export_rows
from wavehouse.pipeline.retry import retry
from wavehouse.pipeline.rule_history import measured
from wavehouse.pipeline.run_store import all_runs
from wavehouse.pipeline.stage import stage
from wavehouse.project.copy import copy_project
from wavehouse.project.project import Project


def edited(lake: Lake, tmp_path: Path, source: str, rules: str, rest: str = "") -> Lake:
    """The lake with a copy of its project in which the rules of one source are these."""
    project = tmp_path / "project"
    if not project.exists():
        copy_project(lake.project, project)
    path = project / "contracts" / f"{source}.yaml"
    text = path.read_text().split("\n# DQDL")[0]
    path.write_text(f"{text}\nquality:\n  rules: |\n    {rules}\n{rest}")
    return replace(lake, project=Project.at(project))


def balanced(record: RunRecord) -> bool:
    """Whether every file's counts add up."""
    return bool(record.files) and all(
        file.rows_in == file.rows_out + file.rows_quarantined + file.rows_superseded for file in record.files
    )


def test_a_failing_row_is_kept_aside_with_every_rule_and_its_place(lake: Lake, catalogue: Path) -> None:
    rows = tracks(range(20))
    write(
        catalogue / "tracks.csv", [*rows[:5], {**rows[5], "id": "short", "track_popularity": 101}, *rows[6:]]
    )
    record = lake.run(catalogue)
    assert balanced(record)
    found = [row for row in lake.aside() if row["source"] == "tracks"]
    (row,) = found
    assert (row["file"], row["line"], row["raw"]) == ("tracks.csv", 7, "short,101,false")
    assert row["byte_offset"] == (catalogue / "tracks.csv").read_bytes().index(b"short")
    assert row["columns"] == ["id", "track_popularity"]
    assert row["rules"] == [
        'ColumnValues "id" matches "[0-9A-Za-z]{22}"',
        'ColumnValues "track_popularity" between -1 and 101 where "track_popularity IS NOT NULL"',
    ]
    assert "('101')" in row["reason"]
    assert not row["retryable"]
    assert record.sources["tracks"].rows_quarantined == 1
    assert lake.rows("SELECT count(*) FROM {t} WHERE id = 'short'", "staging.tracks") == [(0,)]


def test_all_values_that_do_not_fit_are_named(lake: Lake, catalogue: Path) -> None:
    rows = tracks(range(20))
    write(catalogue / "tracks.csv", [*rows, {**rows[0], "track_popularity": "many", "explicit": "perhaps"}])
    lake.run(catalogue)
    (row,) = lake.aside(source="tracks")
    assert (row["columns"], row["rules"]) == (
        ["track_popularity", "explicit"],
        ["not a int", "not a boolean"],
    )


def test_an_orphan_is_retryable_and_comes_in_when_its_parent_arrives(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    write(catalogue / "album.csv", [*albums(range(10)), *albums(range(10, 20), artist=7)])
    first = lake.run(catalogue)
    assert first.sources["albums"].rows_quarantined == 10
    orphans = lake.aside()
    assert {row["retryable"] for row in orphans} == {True}
    assert {row["rules"][0] for row in orphans} == {'ReferentialIntegrity "artist_id" "artists.id" = 1.0'}
    assert lake.rows("SELECT count(*) FROM {t}") == [(10,)]

    write(tmp_path / "late" / "artist.csv", artists([7]))
    second = lake.run(tmp_path / "late")
    assert second.sources["albums"].rows_quarantined == 0
    assert lake.aside() == []
    assert lake.rows("SELECT count(*) FROM {t}") == [(20,)]
    assert len(lake.aside(first.run_id)) == 10  # what was kept aside then can still be seen


def test_a_child_falls_with_its_parent_and_comes_back_with_it(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    rows = tracks(range(20))
    write(catalogue / "tracks.csv", [*rows[:19], {**rows[19], "track_popularity": 500}])
    lake.run(catalogue)
    fallen = {(row["source"], row["line"], row["retryable"]) for row in lake.aside()}
    assert fallen == {("tracks", 21, False), ("albums", 21, True)}
    write(tmp_path / "mended" / "tracks.csv", tracks([19], popularity=50))
    lake.run(tmp_path / "mended")
    # The album's row is in; the row that was wrong stays wrong.
    assert [row["source"] for row in lake.aside()] == ["tracks"]
    assert lake.rows("SELECT count(*) FROM {t}") == [(20,)]


def test_a_failing_row_does_not_win_over_an_earlier_valid_one(lake: Lake, catalogue: Path) -> None:
    write(catalogue / "tracks.csv", [*tracks(range(20), 40), *tracks([3], 5), *tracks([3], 900)])
    record = lake.run(catalogue)
    assert balanced(record)
    counts = record.sources["tracks"]
    assert (counts.rows_out, counts.rows_quarantined, counts.rows_superseded) == (20, 1, 1)
    assert lake.rows(
        f"SELECT track_popularity FROM {{t}} WHERE id = '{ident('tr', 3)}'", "staging.tracks"
    ) == [(5,)]


def test_now_is_the_time_at_which_the_row_landed(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    """A rule with now() says the same of a row at every later run, whatever comes with it."""
    in_an_hour = 'ColumnValues "release_date" <= (now() + 1 hours)'
    lake = edited(lake, tmp_path, "albums", f"Rules = [ {in_an_hour} ]")
    future = albums([19], date="2999-01-01 00:00:00 UTC")
    write(catalogue / "album.csv", [*albums(range(19)), *future])
    first = lake.run(catalogue)
    assert [row["line"] for row in lake.aside()] == [21]
    write(tmp_path / "more" / "album.csv", albums([30]))
    for second in (lake.run(tmp_path / "more"), lake.run(full=True)):
        assert second.status == "done"
        assert [(row["line"], row["batch"]) for row in lake.aside()] == [(21, first.run_id)]
    assert second.sources["albums"].rows_quarantined == 1


def test_a_rule_that_stops_publishes_nothing(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    lake.run(catalogue)
    before = lake.files()
    stopping = edited(
        lake,
        tmp_path,
        "tracks",
        'Rules = [ RowCount > 100 labels=["gate"="yes"] ]',
        "  actions: {gate=yes: stop}\n",
    )
    write(tmp_path / "more" / "tracks.csv", tracks([20]))
    with pytest.raises(RejectedError, match=r"RowCount > 100.*stops the run.*nothing was published"):
        stopping.run(tmp_path / "more")
    assert lake.files() == before
    failed = all_runs(stopping.head._layout)[0]
    assert (failed.status, [rule.passed for rule in failed.rules if rule.source == "tracks"]) == (
        "failed",
        [False],
    )


def test_a_rule_that_cannot_say_which_rows_fail_stops_the_run(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    """Its rows were to be kept aside: to let all of them pass would be a silent loss of the rule."""
    broken = edited(
        lake, tmp_path, "tracks", """Rules = [ IsComplete "id" where "sqrt(track_popularity - 100) > 3" ]"""
    )
    with pytest.raises(RejectedError, match=r"could not be evaluated.*nothing was published"):
        broken.run(catalogue)
    assert not lake.root.exists()


def test_a_rule_that_warns_lets_its_rows_pass(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    lake = edited(
        lake, tmp_path, "tracks", 'Rules = [ ColumnValues "track_popularity" > 10 ]', "  default: warn\n"
    )
    record = lake.run(catalogue)
    assert record.sources["tracks"].rows_quarantined == 0
    assert any("ColumnValues" in note and "does not hold" in note for note in record.notes)
    (rule,) = (rule for rule in record.rules if rule.source == "tracks")
    assert (rule.passed, rule.failed_rows, rule.action) == (False, 20, "warn")


def test_a_rule_looks_back_on_earlier_runs(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    lake = edited(lake, tmp_path, "tracks", "Rules = [ RowCount < 1.5 * avg(last(3)) ]")
    first = lake.run(catalogue)
    (rule,) = (rule for rule in first.rules if rule.source == "tracks")
    assert (rule.passed, rule.metric) == (True, 20.0)
    write(tmp_path / "more" / "tracks.csv", tracks(range(100, 140)))
    second = lake.run(tmp_path / "more")
    (rule,) = (rule for rule in second.rules if rule.source == "tracks")
    assert (rule.passed, rule.metric, rule.action) == (False, 40.0, "warn")
    (history,) = (one for one in measured(lake.root) if one.source == "tracks")
    assert [(run.passed, run.metric) for run in history.runs] == [(True, 20.0), (False, 40.0)]


@pytest.mark.parametrize(
    ("rules", "rest", "said"),
    [
        ("Rules = [ IsComplete \"idd\" ]", "", r"tracks.yaml:\d+.*idd.*Did you mean 'id'"),
        ("Rules = [ IsComplet \"id\" ]", "", r"tracks.yaml:\d+.*Did you mean 'IsComplete'"),
        ("Rules = [ IsComplete \"id\" ]", "  actions: {team=x: warn}\n", "no rule has the label"),
        ("Rules = [ RowCount > 1 ]", "  actions: {RowCount > 1: quarantine}\n", "no verdict per row"),
        ("Rules = [ ReferentialIntegrity \"id\" \"artist.id\" = 1.0 ]", "", "Did you mean 'artists'"),
        ("Rules = [ DetectAnomalies \"RowCount\" ]", "", "DetectAnomalies"),
        ("Rules = [ RowCountMatch \"albums\" > 0 ]", "", "circle"),
    ],
)  # fmt: skip
def test_a_wrong_definition_is_refused_with_its_place(
    lake: Lake, catalogue: Path, tmp_path: Path, rules: str, rest: str, said: str
) -> None:
    with pytest.raises(DefinitionError, match=said):
        edited(lake, tmp_path, "tracks", rules, rest).run(catalogue)
    assert not (tmp_path / "lake").exists()


def test_check_says_what_a_run_would_and_leaves_no_trace(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    write(catalogue / "album.csv", [*albums(range(10)), *albums(range(10, 20), artist=7)])
    said = check(lake.root, lake.project, open_engine, Silent(), [catalogue])
    assert not lake.root.exists()
    ran = lake.run(catalogue)
    assert [(r.rule, r.passed, r.metrics, r.failed_rows) for r in said.rules] == [
        (r.rule, r.passed, r.metrics, r.failed_rows) for r in ran.rules
    ]
    assert said.files == [replace(file, batch=said.run_id) for file in ran.files]
    before = lake.files()
    write(tmp_path / "late" / "artist.csv", artists([7]))
    later = check(lake.root, lake.project, open_engine, Silent(), [tmp_path / "late"])
    assert later.rows_quarantined == 0  # it knows the albums that the lake has
    assert lake.files() == before


def test_check_without_files_and_lake_says_what_to_do(lake: Lake) -> None:
    with pytest.raises(CallError, match="check --from"):
        check(lake.root, lake.project, open_engine, Silent(), [])


def test_the_quarantine_is_exported_without_formulas(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    rows = tracks(range(20))
    write(catalogue / "tracks.csv", [*rows, {**rows[0], "id": "=1+1"}])
    lake.run(catalogue)
    engine = open_engine(lake.root / ".scratch")
    target = tmp_path / "aside.csv"
    try:
        assert export_rows(lake.head, engine, Wanted(source="tracks"), target) == 1
        with pytest.raises(CallError, match="exists"):
            export_rows(lake.head, engine, Wanted(), target)
    finally:
        engine.close()
    header, line = target.read_text().splitlines()
    assert header.startswith("source,file,line")
    assert line.endswith('"\'=1+1,10,false"')


def test_retry_takes_files_that_were_set_aside(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    """The contract was wrong, not the file."""
    write(catalogue / "album.csv", albums(range(20), track_number=3_000_000_000))
    record = lake.run(catalogue)
    assert [file.file for file in record.rejected] == ["album.csv"]
    (set_aside,) = files_aside(lake.head._layout)
    assert (set_aside.file.name, "none of its 20 rows fits" in set_aside.reason) == ("album.csv", True)

    project = tmp_path / "project"
    copy_project(lake.project, project)
    contract = project / "contracts" / "albums.yaml"
    contract.write_text(
        contract.read_text().replace("track_number: {type: int}", "track_number: {type: bigint}")
    )
    again = retry(lake.root, Project.at(project), open_engine, Silent())
    assert again.rejected == []
    assert files_aside(lake.head._layout) == []
    assert lake.rows("SELECT count(*) FROM {t}", "staging.albums") == [(20,)]


def test_retry_puts_back_what_is_still_wrong(lake: Lake, catalogue: Path) -> None:
    write(catalogue / "tracks.csv", [{**row, "explicit": "nein"} for row in tracks(range(20))])
    lake.run(catalogue)
    again = retry(lake.root, lake.project, open_engine, Silent())
    assert [file.file for file in again.rejected] == ["tracks.csv"]
    assert [one.file.name for one in files_aside(lake.head._layout)] == ["tracks.csv"]


def test_the_quarantine_is_a_table(lake: Lake, catalogue: Path) -> None:
    write(catalogue / "album.csv", albums(range(20), artist=9))
    lake.run(catalogue)
    assert lake.rows(
        "SELECT count(*), count(DISTINCT line), min(len(rules)) FROM {t}", "quarantine.rows"
    ) == [(20, 20, 1)]
    head = lake.head.head(TableName("quarantine", "rows"))
    assert head is not None
    assert head.rows == 20


def test_bytes_that_are_no_text_are_shown_escaped(lake: Lake, catalogue: Path) -> None:
    path = catalogue / "tracks.csv"
    path.write_bytes(path.read_bytes() + b"bad\xff\xfe,1,false\n")
    lake.run(catalogue)
    (row,) = lake.aside(source="tracks")
    assert row["raw"] == r"bad\xff\xfe,1,false"


FLOW_CHECK = """  checked:
    EvaluateDataQuality:
      Name: Check the joined rows
      Inputs: [without_keys]
      Ruleset: |
        Rules = [ {rule} ]
{options}
"""


def with_check(lake: Lake, tmp_path: Path, rule: str, options: str = "") -> Lake:
    """The lake with a copy of its project whose flow checks the joined rows."""
    project = tmp_path / "project"
    copy_project(lake.project, project)
    path = project / "flows" / "tracks.yaml"
    text = path.read_text().replace(
        "Inputs: [without_keys]\n      Database", "Inputs: [checked]\n      Database"
    )
    node = FLOW_CHECK.format(rule=rule, options=options)
    path.write_text(text.replace("  spotify_tracks:\n", f"{node}\n  spotify_tracks:\n"))
    return replace(lake, project=Project.at(project))


def test_a_node_of_the_flow_judges_the_rows_that_reach_it(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    checked = with_check(lake, tmp_path, 'RowCount = 20, ColumnValues "artist_name" = "Artist 2"')
    record = checked.run(catalogue)
    found = [(rule.passed, rule.failed_rows) for rule in record.rules if rule.source == "flow tracks"]
    assert found == [(True, None), (False, 20)]
    assert any("node 'checked'" in note for note in record.notes)
    assert lake.rows("SELECT count(*) FROM {t}") == [(20,)]
    assert [node.node for node in record.nodes]  # the account of the joins goes through the node


@pytest.mark.parametrize(("timing", "published"), [("Immediate", False), ("AfterDataLoad", True)])
def test_a_node_can_end_the_run(
    lake: Lake, catalogue: Path, tmp_path: Path, timing: str, published: bool
) -> None:
    options = f"      StopJobOnFailureOptions: {{StopJobOnFailureTiming: {timing}}}"
    checked = with_check(lake, tmp_path, "RowCount > 1000", options)
    with pytest.raises(RejectedError, match=r"RowCount > 1000.*published"):
        checked.run(catalogue)
    assert (lake.root.exists() and bool(lake.head.names())) == published


def test_a_wrong_rule_in_a_node_names_the_node(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"node 'checked'.*artist_nam.*Did you mean 'artist_name'"):
        with_check(lake, tmp_path, 'IsComplete "artist_nam"').run(catalogue)
    assert not lake.root.exists()


def test_old_records_are_still_read(lake: Lake, catalogue: Path) -> None:
    """Runs of a version that knew no rules."""
    record = lake.run(catalogue)
    path = lake.root / "runs" / f"{record.run_id}.json"
    written = json.loads(path.read_text())
    del written["rules"], written["files"]
    path.write_text(json.dumps(written))
    assert all_runs(lake.head._layout)[0].rules == []


def open_quote(path: Path) -> Path:
    """A features file that is wrong as a whole: a quote is never closed."""
    names = (
        "id,danceability,energy,key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,"
        "tempo,time_signature"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{names}\n"{ident("tr", 1)},0,0,0,0,0,0,0,0,0,0,0,4\n')
    return path


def test_a_waiting_file_that_is_refused_does_not_wait_again(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    lake.run(catalogue)
    stage(lake.root, lake.project, Silent(), [open_quote(tmp_path / "bad" / "features.csv")])
    with pytest.raises(RejectedError, match="never closed"):
        lake.run()
    assert [one.file.name for one in files_aside(lake.head._layout)] == ["features.csv"]
    assert lake.run().status == "done"


def test_a_retry_that_is_stopped_loses_no_file(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    lake.run(catalogue)
    stage(lake.root, lake.project, Silent(), [open_quote(tmp_path / "bad" / "features.csv")])
    with pytest.raises(RejectedError, match="never closed"):
        lake.run()
    stopping = edited(lake, tmp_path, "tracks", "Rules = [ RowCount > 100 ]", "  default: stop\n")
    with pytest.raises(RejectedError, match="stops the run"):
        retry(lake.root, stopping.project, open_engine, Silent())
    assert [one.file.name for one in files_aside(lake.head._layout)] == ["features.csv"]
    assert not lake.run(full=True).rejected


def test_the_same_bytes_set_aside_twice_are_tried_once(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    lake.run(catalogue)
    bad = open_quote(tmp_path / "bad" / "features.csv")
    for _ in range(2):
        stage(lake.root, lake.project, Silent(), [bad])
        with pytest.raises(RejectedError, match="never closed"):
            lake.run()
    assert len(files_aside(lake.head._layout)) == 2
    assert len(retry(lake.root, lake.project, open_engine, Silent()).rejected) == 1
    assert len(files_aside(lake.head._layout)) == 1
    assert lake.run().status == "done"


def test_a_file_name_that_is_no_text(lake: Lake, catalogue: Path) -> None:
    rows = tracks(range(20))
    named = catalogue / os.fsdecode(b"spotify_tracks_data\xff.csv")
    write(named, [*rows, {**rows[0], "id": "short"}])
    (catalogue / "tracks.csv").unlink()
    lake.run(catalogue)
    (row,) = (row for row in lake.aside() if row["source"] == "tracks")
    assert row["file"] == r"spotify_tracks_data\xff.csv"


def test_a_source_without_files_says_that_its_rules_were_not_judged(lake: Lake, catalogue: Path) -> None:
    record = lake.run(catalogue)
    assert any("features" in note and "rules were not judged" in note for note in record.notes)
    assert "features" not in {rule.source for rule in record.rules}


def test_a_broken_ruleset_of_a_node_is_found_before_anything_is_read(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    broken = with_check(lake, tmp_path, "IsComplet")
    with pytest.raises(DefinitionError, match=r"node 'checked'.*Did you mean 'IsComplete'"):
        check(broken.root, broken.project, open_engine, Silent(), [catalogue])


def test_a_path_in_a_node_is_relative_to_the_project(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    checked = with_check(lake, tmp_path, 'FileSize "wavehouse.yaml" > 1 B')
    (rule,) = (rule for rule in checked.run(catalogue).rules if rule.source == "flow tracks")
    assert rule.passed, rule.reason


def test_rows_are_kept_aside_also_where_a_threshold_lets_the_rule_hold(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    rule = 'ColumnValues "track_popularity" > 15 with threshold > 0.1'
    lake = edited(lake, tmp_path, "tracks", f"Rules = [ {rule} ]")
    write(catalogue / "tracks.csv", [*tracks(range(15), 10), *tracks(range(15, 20), 20)])
    record = lake.run(catalogue)
    (found,) = (one for one in record.rules if one.source == "tracks")
    assert (found.passed, found.failed_rows, found.keeps_aside) == (True, 15, True)
    assert record.sources["tracks"].rows_quarantined == 15


def test_a_run_that_ends_after_its_publish_says_that_it_published(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    options = "      StopJobOnFailureOptions: {StopJobOnFailureTiming: AfterDataLoad}"
    with pytest.raises(RejectedError):
        with_check(lake, tmp_path, "RowCount > 1000", options).run(catalogue)
    (record,) = all_runs(lake.head._layout)
    assert (record.status, record.changed) == ("failed", True)
    assert record.tables["spotify.tracks"].rows == 20


def test_every_step_adds_up(lake: Lake, catalogue: Path) -> None:
    write(catalogue / "album.csv", [*albums(range(20)), *albums([5]), *albums([21], artist=9)])
    for step in lake.run(catalogue).steps:
        if step.name.startswith(("read", "check")):
            assert step.rows_in == step.rows_out + step.rows_quarantined + step.rows_superseded, step

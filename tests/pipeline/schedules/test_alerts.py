"""Alerts: one message when something begins, one when it has ended, to whoever is to be told."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.conftest import Wavehouse
from tests.pipeline.schedules.projects import Bench, schedules_of
from tests.pipeline.schedules.receivers import mail_server, webhook

from wavehouse.pipeline.schedules.alert_definition import Alert, Channel
from wavehouse.pipeline.schedules.alert_desk import AlertDesk
from wavehouse.pipeline.schedules.alerts import AlertState, following, judged
from wavehouse.pipeline.schedules.record import StepRun, WorkflowRun
from wavehouse.pipeline.schedules.runner import Done

pytestmark = [
    # (Of apprise's making, and of a mail server on loopback that asks for a password.)
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
]

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TEXT = """
workflows:
  - name: load
    trigger: {type: ON_DEMAND}
    steps: [{name: a, action: compact}]
channels:
  - {name: team, address_from: TEAM_HOOK}
  - {name: ops, address_from: OPS_MAIL}
  - {name: file, command: [sh, -c, "cat >> TOLD"]}
alerts:
  - {name: failed, on: failed_run, to: [console, team, ops, file]}
"""


@dataclass
class Known:
    """Facts as a test has them."""

    runs: Sequence[WorkflowRun] = ()
    score: float | None = None
    hours: float | None = None
    counts: tuple[int, int] | None = None
    value: float | None = None

    def last_runs(self, workflows: Sequence[str]) -> Sequence[WorkflowRun]:
        return [run for run in self.runs if run.workflow in workflows]

    def quality(self, _: str) -> float | None:
        return self.score

    def hours_old(self, _: str) -> float | None:
        return self.hours

    def rows(self, _: str) -> tuple[int, int] | None:
        return self.counts

    def kpi(self, _: str) -> float | None:
        return self.value


@pytest.mark.parametrize(
    ("alert", "facts", "said"),
    [
        ({"on": "quality", "below": 0.9}, Known(score=0.5), "50.0% of the rules hold, fewer than 90.0%"),
        ({"on": "quality", "below": 0.9}, Known(score=0.9), ""),
        ({"on": "quality", "below": 0.9}, Known(), None),
        ({"on": "freshness", "table": "a.b", "older_than": 26}, Known(hours=26.5), "for more than 26 hours"),
        ({"on": "freshness", "table": "a.b", "older_than": 26}, Known(hours=25), ""),
        (
            {"on": "row_count", "table": "a.b", "changes_by": 0.2},
            Known(counts=(100, 79)),
            "100 to 79 rows",
        ),
        ({"on": "row_count", "table": "a.b", "changes_by": 0.2}, Known(counts=(100, 120)), ""),
        ({"on": "row_count", "table": "a.b", "changes_by": 0.2}, Known(counts=(0, 5)), "from 0 to 5 rows"),
        ({"on": "row_count", "table": "a.b", "changes_by": 0.2}, Known(), None),
        ({"on": "kpi", "visual": "a/b", "above": 3}, Known(value=4), "a/b is 4, above 3"),
        ({"on": "kpi", "visual": "a/b", "above": 3, "below": 1}, Known(value=0.5), "a/b is 0.5, below 1"),
        ({"on": "kpi", "visual": "a/b", "above": 3}, Known(value=3), ""),
    ],
)
def test_what_is_wrong_is_said_in_words(alert: dict[str, object], facts: Known, said: str | None) -> None:
    (found,) = judged(Alert.model_validate({"name": "x", **alert}), facts).values()
    assert (found is None) == (said is None)
    assert (said or "") in (found or "")
    assert bool(said) == bool(found)


def test_a_state_that_lasts_is_told_once_and_its_end_once() -> None:
    alert = Alert(name="x", on="quality", below=0.9, to=("console", "team"))
    state: AlertState | None = None
    told = []
    for at, said in enumerate(["", "bad", "worse", None, "bad", "", "", "bad"]):
        before, state = state, following(alert, said, state, _NOW + timedelta(minutes=at))
        if state is not None and (before is None or state.lasts != before.lasts):
            told.append((state.lasts, state.since[14:16], state.owed))
    both = ("console", "team")
    # (In the meantime nobody was told of anything, so nobody need know of the end.)
    assert told == [(True, "01", both), (False, "05", ()), (True, "07", both)]


def test_a_webhook_a_mail_server_and_a_command_receive_one_message_at_the_beginning_and_one_at_the_end(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, _TEXT.replace("TOLD", str(tmp_path / "told")), _NOW)
    said: list[str] = []
    with webhook() as hook, mail_server() as mails:
        secrets = {"TEAM_HOOK": hook.address, "OPS_MAIL": mails.address}
        desk = AlertDesk(bench.store, Known(), secrets.get, said.append)

        def ran(*answers: Done) -> None:
            bench.answers["a"] = list(answers)
            desk._facts = Known(runs=[bench.run("load")])
            desk.look(bench.schedules)

        failed = Done("FAILED", error="the disk is full")
        ran()
        assert not hook.posted
        ran(failed)
        ran(failed)
        AlertDesk(bench.store, desk._facts, secrets.get, said.append).look(bench.schedules)  # a restart
        assert [one["title"] for one in hook.posted] == ["Wavehouse: failed (load)"]
        assert "the workflow load has ended as FAILED" in hook.posted[0]["message"]
        assert "a: the disk is full" in hook.posted[0]["message"]
        assert desk.states()["failed (load)"].lasts
        ran()
        ran()
    assert hook.paths == ["/hooks/s3cret-token"] * 2
    assert [one["title"] for one in hook.posted] == [
        "Wavehouse: failed (load)",
        "Wavehouse: failed (load) has ended",
    ]
    assert [mail[:2] for mail in mails.came] == [
        (["ops@example.org"], "Wavehouse: failed (load)"),
        (["ops@example.org"], "Wavehouse: failed (load) has ended"),
    ]
    assert "a: the disk is full" in mails.came[0][2]
    told = (tmp_path / "told").read_text("utf-8")
    assert told.count("Wavehouse: failed (load)\n") == told.count("Wavehouse: failed (load) has ended\n") == 1
    assert not desk.states()["failed (load)"].lasts
    assert said == []


def test_who_cannot_be_reached_is_told_later_and_no_secret_is_ever_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path, _TEXT.replace("to: [console, team, ops, file]", "to: [team]"), _NOW)
    bench.answers["a"] = [Done("FAILED", error="away")]
    facts, said = Known(runs=[bench.run("load")]), list[str]()
    with webhook() as hook:
        hook.fails = True
        desk = AlertDesk(bench.store, facts, {"TEAM_HOOK": hook.address}.get, said.append)
        desk.look(bench.schedules)
        begun = time.monotonic()
        desk.look(bench.schedules)
        assert said == [
            "the channel 'team' could not be reached. Look at the address in TEAM_HOOK; it is tried again."
        ]
        hook.fails = False
        tried = len(hook.paths)
        desk.look(bench.schedules)
        assert len(hook.paths) == tried, "who cannot be reached is left alone for a while"
        monkeypatch.setattr("time.monotonic", lambda: begun + 31)
        desk.look(bench.schedules)
        desk.look(bench.schedules)
    assert len(hook.posted) == 1
    written = b"".join(path.read_bytes() for path in bench.store.folder.rglob("*") if path.is_file())
    assert b"s3cret" not in written


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (lambda _: None, "has no address. Set the variable TEAM_HOOK"),
        (lambda _: "nonsense-s3cret", "what TEAM_HOOK has is no address"),
        (lambda _: "json://a/s3cret, json://b/s3cret", "TEAM_HOOK has 2 addresses. Make a channel for each"),
    ],
)
def test_an_address_that_is_none_is_said_without_it(
    tmp_path: Path, secret: Callable[[str], str | None], said: str
) -> None:
    bench = Bench(tmp_path, _TEXT.replace("to: [console, team, ops, file]", "to: [team]"), _NOW)
    bench.answers["a"] = [Done("FAILED", error="away")]
    told: list[str] = []
    AlertDesk(bench.store, Known(runs=[bench.run("load")]), secret, told.append).look(bench.schedules)
    (only,) = told
    assert said in only
    assert "s3cret" not in only


_OWN = """
workflows:
  - name: ask
    trigger: {type: ON_DEMAND}
    steps:
      - {name: ask, action: sql, sql: QUERY}
      - name: report
        action: report
        dashboard: artists/top_artists
        to: csv
        output: ${lake}/reports/${date}.csv
        trigger: {conditions: [{step: ask}]}
channels: [{name: team, address_from: TEAM_HOOK}]
alerts:
  - {name: failed, on: failed_run, to: [team]}
  - {name: quality, on: quality, below: 1, to: [team]}
  - {name: old, on: freshness, table: spotify.tracks, older_than: 1000}
  - {name: rules, on: kpi, visual: health/failed_rules, above: 0, to: [team]}
  - {name: grown, on: row_count, table: spotify.tracks, changes_by: 0.01, to: [team]}
"""


@pytest.mark.slow
def test_the_alerts_of_a_lake_go_out_when_a_workflow_was_run_by_hand(
    tmp_path: Path, wavehouse: Wavehouse
) -> None:
    """A figure of the rules, of a dashboard, and of rows; and a report that a step writes."""
    wavehouse("generate", "files", "--scale", "0.001")
    wavehouse("generate", "more", "--scale", "0.001", "--seed", "2", "--dirty", "3")
    wavehouse("init", "project")
    for files in ("files", "more"):
        assert wavehouse("run", "--from", files, "--project", "project").code == 0
    schedules = tmp_path / "project" / "schedules.yaml"
    schedules.write_text(_OWN.replace("QUERY", "SELECT x FROM nowhere.at_all"), "utf-8")
    run = ("schedules", "run", "ask", "--project", "project", "--json")
    with webhook() as hook:
        done = wavehouse(*run, env={"TEAM_HOOK": hook.address})
        assert done.code == 1
        assert done.json["state"] == "FAILED"
        assert done.json["steps"][1]["state"] == "NOT_STARTED"
        titles = sorted(one["title"] for one in hook.posted)
        assert titles == [f"Wavehouse: {name}" for name in ("failed (ask)", "grown", "quality", "rules")]
        schedules.write_text(_OWN.replace("QUERY", "SELECT count(*) FROM spotify.tracks"), "utf-8")
        done = wavehouse(*run, env={"TEAM_HOOK": hook.address})
        assert (done.code, done.json["state"]) == (0, "SUCCEEDED")
        assert [one["title"] for one in hook.posted[4:]] == ["Wavehouse: failed (ask) has ended"]
    assert "s3cret" not in done.stderr + done.stdout
    (report,) = (tmp_path / "lake" / "reports").iterdir()
    assert len(report.read_text("utf-8").splitlines()) > 5
    assert done.json["steps"][1]["bytes"] == report.stat().st_size
    again = wavehouse("schedules", "show", "ask", "--project", "project", "--json").json
    assert [one["state"] for one in again["runs"]] == ["SUCCEEDED", "FAILED"]


def test_a_workflow_that_is_defined_no_longer_is_nothing_to_be_told_of(tmp_path: Path) -> None:
    text = _TEXT.replace("to: [console, team, ops, file]", "to: [console]")
    bench = Bench(tmp_path, text, _NOW)
    bench.answers["a"] = [Done("FAILED", error="away")]
    desk = AlertDesk(bench.store, Known(runs=[bench.run("load")]), lambda _: None)
    desk.look(bench.schedules)
    assert desk.states()["failed (load)"].lasts
    desk.look(schedules_of(tmp_path / "project", text.replace("name: load", "name: other")))
    assert not desk.states()["failed (load)"].lasts


def test_a_command_may_say_and_be_told_anything(tmp_path: Path) -> None:
    told = tmp_path / "told"
    text = _TEXT.replace('"cat >> TOLD"', f"\"cat >> '{told}'; printf '\\\\377'\"").replace("team, ops, ", "")
    bench = Bench(tmp_path, text, _NOW)
    run = WorkflowRun.begun("load", "EVENT", _NOW)
    run.state = "FAILED"
    run.steps = [StepRun("a", "run", "FAILED", error="\udcff.csv cannot be read")]
    said: list[str] = []
    desk = AlertDesk(bench.store, Known([run]), lambda _: None, said.append)
    desk.look(bench.schedules)
    desk.look(bench.schedules)
    assert said == []
    assert told.read_text("utf-8").count("cannot be read") == 1


def test_a_channel_that_breaks_keeps_nobody_else_from_being_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def notify(channel: Channel, *_: object) -> None:
        if channel.name == "ops":
            raise ValueError("a mistake of ours")
        told.append(channel.name)

    monkeypatch.setattr("wavehouse.pipeline.schedules.alert_desk.notify", notify)
    bench = Bench(tmp_path, _TEXT, _NOW)
    run = WorkflowRun.begun("load", "EVENT", _NOW)
    run.state = "FAILED"
    said: list[str] = []
    desk = AlertDesk(bench.store, Known([run]), lambda _: None, said.append)
    for _ in range(3):
        desk.look(bench.schedules)
    assert told == ["team", "file"]
    assert said == ["the channel 'ops': ValueError"]


def test_a_workflow_that_fails_while_another_one_does_is_told_of_and_so_is_the_end_of_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        "wavehouse.pipeline.schedules.alert_desk.notify", lambda _, title, *__: told.append(title)
    )
    text = _TEXT.replace("to: [console, team, ops, file]", "to: [team]")
    other = (
        "  - name: other\n    trigger: {type: ON_DEMAND}\n    steps: [{name: a, action: compact}]\nchannels:"
    )
    bench = Bench(tmp_path, text.replace("channels:", other), _NOW)
    runs = [WorkflowRun.begun(name, "EVENT", _NOW) for name in ("load", "other")]
    desk = AlertDesk(bench.store, Known(runs), lambda _: None)
    for states in (("FAILED", "SUCCEEDED"), ("FAILED", "TIMEOUT"), ("SUCCEEDED", "TIMEOUT")):
        for run, state in zip(runs, states, strict=True):
            run.state = state  # type: ignore[assignment]
        desk.look(bench.schedules)
        desk.look(bench.schedules)
    assert told == [f"Wavehouse: failed {said}" for said in ("(load)", "(other)", "(load) has ended")]

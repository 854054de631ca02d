"""The strict validator: every kind of constraint has a request that breaks it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.loaders import Loader
from hypothesis import given
from hypothesis import strategies as st
from tests.aws.requests import job

from wavehouse.aws.patterns import compiled
from wavehouse.aws.validator import request_findings
from wavehouse.core.errors import CallError

Job = dict[str, Any]


def _findings(request: Any) -> list[str]:
    return [str(finding) for finding in request_findings("glue", "CreateJob", request)]


def test_a_good_request_passes() -> None:
    assert _findings(job()) == []


def _set(*path: Any, to: Any) -> Callable[[Job], None]:
    def change(request: Job) -> None:
        place: Any = request
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def _node(*path: Any, to: Any) -> Callable[[Job], None]:
    return _set("CodeGenConfigurationNodes", *path, to=to)


def _without(*path: Any) -> Callable[[Job], None]:
    def change(request: Job) -> None:
        place: Any = request
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


_NODES = "CodeGenConfigurationNodes"
_AT = f"CreateJob.{_NODES}"
_JOIN = ("both", "Join")
# What is broken, and what must be found: the path, and a part of what is said.
_BROKEN: dict[str, tuple[Callable[[Job], None], str, str]] = {
    "a required member is missing": (_without("Role"), "CreateJob", "Role is missing"),
    "a required member of a node is missing": (
        _without(_NODES, "songs", "S3CsvSource", "Separator"),
        f"{_AT}.songs.S3CsvSource",
        "Separator is missing",
    ),
    "an unknown member": (_set("Rolle", to="x"), "CreateJob.Rolle", "Did you mean 'Role'?"),
    "an unknown member of a node": (
        _node(*_JOIN, "JoinTypes", to="left"),
        f"{_AT}.both.Join.JoinTypes",
        "Did you mean 'JoinType'?",
    ),
    "text that is a number": (_set("Name", to=7), "CreateJob.Name", "7 is not a string"),
    "a number that is text": (_set("NumberOfWorkers", to="2"), "CreateJob.NumberOfWorkers", "not a integer"),
    "a number that is a boolean": (_set("NumberOfWorkers", to=True), "CreateJob.NumberOfWorkers", "not a"),
    "a list that is text": (_node(*_JOIN, "Inputs", to="songs"), f"{_AT}.both.Join.Inputs", "not a list"),
    "a map that is a list": (_set("Tags", to=[]), "CreateJob.Tags", "not a map"),
    "nothing at all": (_set("Command", to=None), "CreateJob.Command", "None is not a structure"),
    "a boolean that is text": (
        _node("songs", "S3CsvSource", "WithHeader", to="true"),
        f"{_AT}.songs.S3CsvSource.WithHeader",
        "not a boolean",
    ),
    "an enum": (_set("JobMode", to="VISAL"), "CreateJob.JobMode", "Did you mean 'VISUAL'?"),
    "an enum of a node": (_node(*_JOIN, "JoinType", to="inner"), f"{_AT}.both.Join.JoinType", "equijoin"),
    "a pattern": (_node("plays", "S3ParquetSource", "Name", to="a\nb"), f"{_AT}.plays", "the pattern"),
    "a pattern that only the last line breaks": (
        _node("plays", "S3ParquetSource", "Name", to="a\n"),
        f"{_AT}.plays",
        "the pattern",
    ),
    "half of a pair, by a pattern": (_set("Name", to="\ud834"), "CreateJob.Name", "the pattern"),
    "a key's pattern": (_node("no id", to=job()[_NODES]["plays"]), f"{_AT}, key 'no id'", "the pattern"),
    "a text that is too long": (_set("Name", to="x" * 256), "CreateJob.Name", "at most 255"),
    "a text that is too short": (_set("Name", to=""), "CreateJob.Name", "at least 1"),
    "a text of a node that is too long": (
        _node("judged", "EvaluateDataQuality", "Ruleset", to="#" * 65_537),
        f"{_AT}.judged.EvaluateDataQuality.Ruleset",
        "65,537 characters, and at most 65,536",
    ),
    "a list that is too long": (
        _node("summed", "Aggregate", "Aggs", to=[{"Column": ["a"], "AggFunc": "sum"}] * 31),
        f"{_AT}.summed.Aggregate.Aggs",
        "at most 30",
    ),
    "a list that is too short": (
        _node("summed", "Aggregate", "Aggs", to=[]),
        f"{_AT}.summed.Aggregate.Aggs",
        "at least 1",
    ),
    "a map that is too large": (
        _set("Tags", to={f"t{at}": "" for at in range(51)}),
        "CreateJob.Tags",
        "at most 50",
    ),
    "a number that is too small": (
        _node("songs", "S3CsvSource", "MaxBand", to=-1),
        f"{_AT}.songs.S3CsvSource.MaxBand",
        "-1 is less than 0",
    ),
    "a number that has too many bits": (
        _set("NumberOfWorkers", to=2**31),
        "CreateJob.NumberOfWorkers",
        "is no integer",
    ),
    "no kind": (_node("plays", to={}), f"{_AT}.plays", "exactly one member must be set, and 0 are"),
    "two kinds": (
        _node("plays", "S3JsonSource", to={"Name": "Plays", "Paths": ["s3://music/plays/"]}),
        f"{_AT}.plays",
        "2 are (S3ParquetSource, S3JsonSource)",
    ),
    "a kind that Glue has not": (_node("plays", to={"S3CvsSource": {}}), f"{_AT}.plays", "S3CsvSource"),
    "an input that is not there": (
        _node("judged", "EvaluateDataQuality", "Inputs", to=["bot"]),
        f"{_AT}.judged.EvaluateDataQuality.Inputs[0]",
        "there is no node 'bot'. Did you mean 'both'?",
    ),
    "an input that is a target": (
        _node("judged", "EvaluateDataQuality", "Inputs", to=["out"]),
        f"{_AT}.judged.EvaluateDataQuality.Inputs[0]",
        "a target",
    ),
    "keys of what is no input": (
        _node(*_JOIN, "Columns", 0, "From", to="judged"),
        f"{_AT}.both.Join.Columns",
        "the Inputs are songs, plays",
    ),
    "keys of one side alone": (
        _node(*_JOIN, "Columns", 0, "From", to="plays"),
        f"{_AT}.both.Join.Columns",
        "From plays, plays",
    ),
    "an alias of what is no input": (
        _node("counted", "SparkSQL", "SqlAliases", 0, "From", to="both"),
        f"{_AT}.counted.SparkSQL.SqlAliases[0].From",
        "none of the Inputs",
    ),
}


@pytest.mark.parametrize("what", list(_BROKEN))
def test_what_breaks_one_constraint_is_found(what: str) -> None:
    change, path, said = _BROKEN[what]
    request = job()
    change(request)
    found = _findings(request)
    assert any(line.startswith(path) and said in line for line in found), found


def test_a_circle_is_found() -> None:
    request = job()
    request[_NODES]["both"]["Join"]["Inputs"] = ["songs", "counted"]
    request[_NODES]["both"]["Join"]["Columns"][1]["From"] = "counted"
    (found,) = _findings(request)
    assert found.startswith(f"{_AT}: the nodes go round in a circle: ")
    assert {"both", "judged", "counted"} <= set(found.replace(" → ", " ").split())


def test_everything_is_found_at_once() -> None:
    request = job()
    for change in (_BROKEN["an enum"], _BROKEN["a text that is too long"], _BROKEN["two kinds"]):
        change[0](request)
    assert len(_findings(request)) == 3


@pytest.mark.parametrize("text", ["", "a" * 255, "tab\tand 𝄞", "\ue000\ufffd"])
def test_what_a_pattern_allows_passes(text: str) -> None:
    assert _findings(job() | {"Description": text}) == []


def test_the_nodes_of_an_update_are_checked_too() -> None:
    update = {name: value for name, value in job().items() if name not in ("Name", "Tags")}
    request = {"JobName": "songs", "JobUpdate": update}
    assert request_findings("glue", "UpdateJob", request) == []
    update[_NODES]["both"]["Join"]["Inputs"] = ["songs", "gone"]
    found = request_findings("glue", "UpdateJob", request)
    assert {finding.path.split(".")[1] for finding in found} == {"JobUpdate"}


def test_an_operation_that_is_not_there() -> None:
    with pytest.raises(CallError, match="Did you mean 'CreateJob'"):
        request_findings("glue", "CreateJobb", {})


@pytest.mark.parametrize(
    ("pattern", "fits", "not_"),
    [
        (r"[\p{L}\p{N}]*", "añb7", "a-b"),
        (r"[\P{C}\n]*", "a\nb", "a\tb"),
        (r"\P{C}*", "ab c", "a\x00"),
        (r"[^\p{Cc}]+", "x y", "x\ny"),
        (r"[A-Za-z0-9](?:[\w- ]*[A-Za-z0-9])?", "a-b c", "a-"),
        (r"[\uD800\uDC00-\uDBFF\uDFFF]", "𝄞", "a"),
        (r"\Aab\z", "ab", "ab\n"),
        (r"\d\w", "1a", "1é"),
    ],
)
def test_patterns_are_those_of_java(pattern: str, fits: str, not_: str) -> None:
    assert compiled(pattern).fullmatch(fits)
    assert not compiled(pattern).fullmatch(not_)


@pytest.mark.parametrize("service", ["athena", "cloudformation", "events", "glue", "iam", "quicksight", "s3"])
def test_every_pattern_of_a_service_can_be_checked(service: str) -> None:
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    shapes = loader.load_service_model(service, "service-2")["shapes"].values()
    for pattern in {shape["pattern"] for shape in shapes if "pattern" in shape}:
        compiled(pattern)


def _spoiled(request: Job, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
    """Break one node in one of the ways that must be found."""
    nodes = request[_NODES]
    id_ = draw(st.sampled_from(sorted(nodes)))
    ((kind, body),) = nodes[id_].items()
    required = {"Name", "Inputs", "Paths", "Path", "Separator", "QuoteChar", "JoinType", "Columns", "Ruleset"}
    required |= {"SqlQuery", "SqlAliases", "Groups", "Aggs"}
    match draw(st.sampled_from(["drop", "unknown", "kinds", "name", "type", "input", "rename"])):
        case "drop":
            del body[draw(st.sampled_from(sorted(required & body.keys())))]
        case "unknown":
            body[draw(st.text("abcxyz", min_size=3))] = draw(st.booleans())
        case "kinds":
            other = draw(st.sampled_from(sorted(set(nodes) - {id_})))
            ((another, fields),) = nodes[other].items()
            nodes[id_] = {kind: body, another: fields} if another != kind else {}
        case "name":
            body["Name"] += draw(st.sampled_from("\r\n"))
        case "type":
            body[draw(st.sampled_from(sorted(required & body.keys())))] = draw(
                st.sampled_from([None, 1, {}, True, 1.5])
            )
        case "input" if "Inputs" in body:
            body["Inputs"] = [draw(st.sampled_from(["", "nobody", "out"])), *body["Inputs"][1:]]
        case _:
            nodes[id_] = {kind + "s": body}


@given(st.data())
def test_a_spoiled_request_is_found(data: st.DataObject) -> None:
    request = job()
    _spoiled(request, data.draw)
    assert _findings(request) != []

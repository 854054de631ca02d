"""What the calls that judge rows come to: rules of a node, rules of a target, and rows with verdicts."""

from __future__ import annotations

import pytest
from tests.flow.glue_script.reading import TO_FILES, node, nodes, refused

_JUDGE = "Rules = [ RowCount > 0 ]"


def test_rules_that_nobody_reads_stand_in_the_way_of_the_rows() -> None:
    """Else no target would come from them, and they would not be judged."""
    found = nodes(
        'd = DropFields.apply(frame=a, paths=["x"])\n'
        f'e = EvaluateDataQuality().process_rows(frame=a, ruleset="{_JUDGE}")\n'
        f'f = EvaluateDataQuality.apply(frame=a, ruleset="{_JUDGE}")\n'
        'j = Join.apply(a, b, ["x"], ["y"])\n'
        'q = sparkSqlQuery(glueContext, query="SELECT 1 FROM t", mapping={"t": a})\n'
    )
    assert found["e"]["EvaluateDataQuality"]["Inputs"] == ["a"]
    assert found["f"]["EvaluateDataQuality"]["Inputs"] == ["e"]
    assert found["d"]["DropFields"]["Inputs"] == ["f"]
    assert found["j"]["Join"]["Inputs"] == ["f", "b"]
    assert found["j"]["Join"]["Columns"][0]["From"] == "f"
    assert found["q"]["SparkSQL"]["SqlAliases"] == [{"From": "f", "Alias": "t"}]


@pytest.mark.parametrize(("place", "timing"), [(0, "Immediate"), (1, "AfterDataLoad")])
def test_an_assert_stops_the_run(place: int, timing: str) -> None:
    code = [TO_FILES + 'format="json", connection_options={"path": "s3://x/"})']
    code.insert(
        place,
        "assert e[EvaluateDataQuality.DATA_QUALITY_RULE_OUTCOMES_KEY]"
        '.filter(lambda x: x["Outcome"] == "Failed")'
        '.count() == 0, "no"',
    )
    judge = f'e = EvaluateDataQuality().process_rows(frame=a, ruleset="{_JUDGE}")'
    found = nodes("\n".join([judge, *code]))["e"]["EvaluateDataQuality"]
    assert found["StopJobOnFailureOptions"] == {"StopJobOnFailureTiming": timing}


def test_rules_of_a_target() -> None:
    """Those of Glue Studio are a switch of the target; others are a node before it."""
    write = TO_FILES + 'format="json", connection_options={"path": "s3://x/"})'
    auto = (
        'EvaluateDataQuality().process_rows(frame=a, ruleset="Rules = [{0}]", '
        'publishing_options={{"dataQualityEvaluationContext": "e"}})\n'
    )
    assert nodes(auto.format("ColumnCount > 0") + write)["c"]["S3DirectTarget"]["AutoDataQuality"] == {
        "IsEnabled": True,
        "EvaluationContext": "e",
    }
    found = nodes(auto.format("RowCount > 5") + write)
    assert found["EvaluateDataQuality"]["EvaluateDataQuality"]["Ruleset"] == "Rules = [RowCount > 5]"
    assert found["c"]["S3DirectTarget"]["Inputs"] == ["EvaluateDataQuality"]
    assert "which no target takes" in refused(auto.format("ColumnCount > 0"))


def test_rows_with_verdicts_are_read_where_the_verdicts_are_not_taken() -> None:
    rows = (
        f'e = EvaluateDataQuality().process_rows(frame=a, ruleset="{_JUDGE}")\n'
        'r = SelectFromCollection.apply(dfc=e, key="rowLevelOutcomes")\n'
    )
    assert node(rows + 'c = SelectFields.apply(r, ["x"])') == (
        "SelectFields",
        {"Inputs": ["e"], "Paths": [["x"]]},
    )
    verdicts = (
        '["DataQualityRulesPass", "DataQualityRulesFail", '
        '"DataQualityRulesSkip", "DataQualityEvaluationResult"]'
    )
    assert node(f'{rows}d = DropFields.apply(r, {verdicts})\nc = DropFields.apply(d, ["x"])') == (
        "DropFields",
        {"Inputs": ["e"], "Paths": [["x"]]},
    )
    for code in (
        'c = SelectFields.apply(r, ["DataQualityEvaluationResult"])',
        'c = DropFields.apply(r, ["DataQualityRulesPass"])',
        'c = Filter.apply(frame=r, f=lambda row: row["x"] > 1)',
        TO_FILES.replace("frame=a", "frame=r") + 'format="json", connection_options={"path": "s3://x/"})',
    ):
        assert "verdict" in refused(rows + code)
    assert "which no node here gives" in refused(
        rows + 'c = SelectFromCollection.apply(dfc=e, key="ruleOutcomes")'
    )

"""docs/glue-scripts.md says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.glue_script import read_script
from wavehouse.flow.nodes import KINDS

_TEXT = (Path(__file__).parents[3] / "docs" / "glue-scripts.md").read_text("utf-8")


def _block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", _TEXT, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_script_is_the_graph_beside_it() -> None:
    assert read_script(_block("python"), "job.py") == YAML(typ="safe").load(_block("yaml"))


def test_what_is_refused_is_said_so() -> None:
    script = [""] * 12
    script[0] = "args = getResolvedOptions(sys.argv, ['bucket'])"
    script[1] = "glueContext = GlueContext(SparkContext())"
    script[3] = "import boto3"
    script[8] = "rows = custom_udf(1)"
    script[11] = (
        "glueContext.create_dynamic_frame.from_options("
        'connection_type="s3", format="json", connection_options={"paths": [f"s3://{args[\'bucket\']}/"]})'
    )
    with pytest.raises(DefinitionError) as told:
        read_script("\n".join(script), "job.py")
    assert f"{told.value}\n" == _block("text")


def test_all_kinds_stand_in_the_table() -> None:
    rows = _TEXT.partition("## What is read")[2].partition("## What is refused")[0]
    assert [kind for kind in KINDS if not re.search(rf"\b{kind}\b", rows)] == []

"""Reads scripts: whatever they are, or lines after two sources, `a` and `b`."""

from __future__ import annotations

import time
from typing import Any

import pytest

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.glue_script import read_script


def read(text: str) -> str:
    """What reading comes to: the error in words, '' where there are nodes."""
    started = time.process_time()
    try:
        read_script(text, "job.py")
    except DefinitionError as error:
        said = str(error)
        assert said.startswith("job.py")
        assert len(said) < 20_000
    else:
        said = ""
    assert time.process_time() - started < 10
    return said


START = """\
glueContext = GlueContext(SparkContext())
spark = glueContext.spark_session
a = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="t")
b = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="u")
"""
LINES = START.count("\n")


def nodes(code: str) -> dict[str, Any]:
    """The nodes that `code` adds to the two sources `a` and `b`."""
    found = read_script(START + code, "job.py")
    return {id_: node for id_, node in found.items() if id_ not in ("a", "b")}


def node(code: str) -> tuple[str, dict[str, Any]]:
    """The kind and fields, but the name, of the node `c`."""
    ((kind, fields),) = nodes(code)["c"].items()
    return kind, {name: value for name, value in fields.items() if name != "Name"}


def refused(code: str) -> str:
    """What is said of `code`, its lines counted from 1."""
    with pytest.raises(DefinitionError) as told:
        nodes(code)
    return str(told.value).replace(f"job.py:{LINES + 1}: ", "1: ")


# The beginnings of calls that read and write files.
FROM_FILES = 'c = glueContext.create_dynamic_frame.from_options("s3", {0}, "{1}", {2})'
TO_FILES = 'c = glueContext.write_dynamic_frame.from_options(frame=a, connection_type="s3", '

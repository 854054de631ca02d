"""The JSON Schema of a flow's file, by which editors complete and check it while it is written."""

from __future__ import annotations

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from wavehouse.flow.graph import FlowFile
from wavehouse.flow.nodes import KINDS
from wavehouse.project.json_schema import REF, WithoutTitles, schema_text


def file_schema() -> str:
    """The schema as JSON text, made from the models: kinds, fields, limits, and their docstrings."""
    models: list[type[BaseModel]] = [FlowFile, *KINDS.values()]
    refs, found = models_json_schema(
        [(model, "validation") for model in models],
        ref_template=REF,
        schema_generator=WithoutTitles,
    )
    definitions = found["$defs"]
    file = definitions.pop(FlowFile.__name__)
    # A node is one of the kinds that have a model; in `FlowFile` it is still whatever was written.
    node = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {kind: refs[model, "validation"] for kind, model in KINDS.items()},
        "additionalProperties": False,
    }
    # (What is read from Glue gets its name later.)
    file["properties"]["flow"]["minLength"] = 1
    nodes = file["properties"]["nodes"]
    nodes["patternProperties"] = dict.fromkeys(nodes["patternProperties"], node)
    nodes["additionalProperties"] = False
    return schema_text(file, definitions)

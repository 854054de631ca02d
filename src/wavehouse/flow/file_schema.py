"""The JSON Schema of a flow's file, by which editors complete and check it while it is written."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from wavehouse.flow.graph import FlowFile
from wavehouse.flow.nodes import KINDS

# The draft that editors know best; what is written below is the same in later ones.
_DRAFT = "http://json-schema.org/draft-07/schema#"


class _WithoutTitles(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: JsonSchemaValue | core_schema.CoreSchema) -> bool:
        """No: a field is called by its key."""
        return not schema


def file_schema() -> str:
    """The schema as JSON text, made from the models: kinds, fields, limits, and their docstrings."""
    models: list[type[BaseModel]] = [FlowFile, *KINDS.values()]
    refs, found = models_json_schema(
        [(model, "validation") for model in models],
        ref_template="#/definitions/{model}",
        schema_generator=_WithoutTitles,
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
    schema: dict[str, Any] = {"$schema": _DRAFT, **file, "definitions": definitions}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"

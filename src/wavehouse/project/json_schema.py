"""The JSON Schema of definition files, by which editors complete and check them while they are written."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

# The draft that editors know best; what is written is the same in later ones.
_DRAFT = "http://json-schema.org/draft-07/schema#"
REF = "#/definitions/{model}"


class WithoutTitles(GenerateJsonSchema):
    """Makes schemas in which a field is called by its key alone."""

    def field_title_should_be_set(self, schema: JsonSchemaValue | core_schema.CoreSchema) -> bool:
        """No: a field is called by its key."""
        return not schema


def schema_text(file: dict[str, Any], definitions: dict[str, Any]) -> str:
    """The text of the schema of a file, with what it refers to by `REF`."""
    schema = {"$schema": _DRAFT, **file, "definitions": definitions}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"

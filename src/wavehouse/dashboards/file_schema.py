"""The JSON Schema of a dashboard's file."""

from __future__ import annotations

from wavehouse.dashboards.definition import Dashboard
from wavehouse.project.json_schema import REF, WithoutTitles, schema_text


def file_schema() -> str:
    """The schema as JSON text, made from the models: kinds, fields, limits, and their docstrings."""
    schema = Dashboard.model_json_schema(ref_template=REF, schema_generator=WithoutTitles)
    definitions = schema.pop("$defs")
    return schema_text(schema, definitions)

"""The JSON Schema of `schedules.yaml`."""

from __future__ import annotations

from wavehouse.pipeline.schedules.definition import Schedules
from wavehouse.project.json_schema import REF, WithoutTitles, schema_text


def file_schema() -> str:
    """The schema as JSON text, made from the models."""
    schema = Schedules.model_json_schema(ref_template=REF, schema_generator=WithoutTitles)
    return schema_text(schema, schema.pop("$defs"))

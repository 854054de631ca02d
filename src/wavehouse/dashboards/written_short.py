"""Parts of a dashboard for which a text stands where only one field is given."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema


class WrittenShort(BaseModel):
    """A text is the field that `short` names, and all others are as they are without it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    short: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _written_short(cls, value: Any) -> Any:
        return {cls.short: value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A text stands for one, too."""
        return {"anyOf": [{"type": "string"}, handler(core)]}

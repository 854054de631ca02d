"""Nodes that choose, bring together or sum up rows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from wavehouse.flow.nodes.node import Fields, Node, OneInput, Path, Paths, Text, TwoInputs, column_of

AggFunction = Literal[
    "avg",
    "countDistinct",
    "count",
    "first",
    "last",
    "kurtosis",
    "max",
    "min",
    "skewness",
    "stddev_samp",
    "stddev_pop",
    "sum",
    "sumDistinct",
    "var_samp",
    "var_pop",
]


class DropDuplicates(Node):
    """One row per value of `Columns` (per whole row where there are none)."""

    Inputs: OneInput
    Columns: list[Path] = Field([])


class FilterValue(Fields):
    """What a filter compares: a column, or a constant (one text, whatever it is compared with)."""

    Type: Literal["COLUMNEXTRACTED", "CONSTANT"]
    Value: list[Text]


class FilterExpression(Fields):
    """One comparison."""

    Operation: Literal["EQ", "LT", "GT", "LTE", "GTE", "REGEX", "ISNULL"]
    Negated: bool | None = None
    Values: list[FilterValue]


class Filter(Node):
    """The rows for which all (AND) or any (OR) of the comparisons hold."""

    Inputs: OneInput
    LogicalOperator: Literal["AND", "OR"]
    Filters: Annotated[list[FilterExpression], Field(min_length=1)]


class AggregateOperation(Fields):
    """One figure of an `Aggregate`; its column is called `<function>(<column>)`."""

    Column: Path
    AggFunc: AggFunction


class Aggregate(Node):
    """One row per value of `Groups`, with figures over the rows of each."""

    Inputs: OneInput
    Groups: list[Path]
    Aggs: Annotated[list[AggregateOperation], Field(min_length=1, max_length=30)]


class Union(Node):
    """The rows of both inputs (DISTINCT: each once); columns meet by position, as in SQL."""

    Inputs: TwoInputs
    UnionType: Literal["ALL", "DISTINCT"]


class JoinColumn(Fields):
    """The key columns of one side of a join."""

    From: Text
    Keys: Paths


class Join(Node):
    """Two inputs by equal keys; a right column whose name the left has too gets a leading dot."""

    Inputs: TwoInputs
    JoinType: Literal["equijoin", "left", "right", "outer", "leftsemi", "leftanti"]
    Columns: Annotated[list[JoinColumn], Field(min_length=2, max_length=2)]

    def keys(self, side: int) -> list[str]:
        """The key columns of the left (0) or right (1) input."""
        wanted = self.Inputs[side]
        return [
            column_of(path) for columns in self.Columns if columns.From == wanted for path in columns.Keys
        ]

    @model_validator(mode="after")
    def _keys_of_both(self) -> Join:
        if self.Inputs[0] == self.Inputs[1]:
            raise ValueError("a join needs two different inputs; give one of them another node first")
        if sorted(columns.From for columns in self.Columns) != sorted(self.Inputs):
            raise ValueError("Columns names the keys of each input once, by its id in From")
        if len(self.keys(0)) != len(self.keys(1)):
            raise ValueError("both sides of a join need equally many keys")
        return self

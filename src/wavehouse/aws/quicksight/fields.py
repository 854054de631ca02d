"""Columns, dimensions and measures as fields of visuals, with what must be calculated for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wavehouse.aws.quicksight.data import Data
from wavehouse.aws.quicksight.formats import number_format
from wavehouse.aws.quicksight.kinds import is_number
from wavehouse.aws.template.intrinsics import Json
from wavehouse.dashboards.dimensions import Dimension
from wavehouse.dashboards.measures import Measure, parsed

_AGGREGATIONS = {
    "avg": "AVERAGE",
    "sum": "SUM",
    "min": "MIN",
    "max": "MAX",
    "median": "MEDIAN",
    "count": "COUNT",
    "distinct": "DISTINCT_COUNT",
}
# Window functions by which the figure of all rows is told, whatever is filtered.
_OVER = {
    "avg": "avgOver",
    "sum": "sumOver",
    "min": "minOver",
    "max": "maxOver",
    "count": "countOver",
    "distinct": "distinctCountOver",
}
_PERIODS = {"year": "YYYY", "quarter": "Q", "month": "MM", "week": "WK", "day": "DD"}
EVERY_ROW = "each row"


@dataclass(frozen=True)
class Aggregated:
    """An aggregate of a column: the kind of field that it is there, and the function."""

    column: str
    kind: str
    function: str

    @property
    def of_field(self) -> Json | str:
        """The function as a field has it."""
        return {"SimpleNumericalAggregation": self.function} if self.kind == "Numerical" else self.function

    @property
    def of_any(self) -> Json:
        """The function as filters and sorting have it."""
        return {f"{self.kind}AggregationFunction": self.of_field}


@dataclass
class Fields:
    """The fields of a dashboard; `calculated` grows by what visuals and filters need, `(data set, name)`.

    (Names of a project's own fields have no spaces: those that are made here do.)
    """

    sets: Mapping[str, Data]
    calculated: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, data in self.sets.items():
            for one, (text, _) in data.calculated.items():
                self.calculated[name, one] = text

    def made(self, data: str, name: str, text: str) -> str:
        """A calculated field of a data set; its name again."""
        self.calculated[data, name] = text
        return name

    def kind(self, data: str, name: str) -> str | None:
        """The kind of a field of a data set; None where it has none of that name."""
        return self.sets[data].kind(name)

    def has_value(self, data: str, name: str) -> str:
        """The field that says `yes` where another one has a value."""
        return self.made(data, f"{name} has a value", f"ifelse(isNull({{{name}}}), 'no', 'yes')")

    def is_true(self, data: str, name: str) -> str:
        """The field that says `yes` where another one is true."""
        return self.made(data, f"{name} is true", f"ifelse({{{name}}} = true, 'yes', 'no')")

    def as_text(self, data: str, name: str) -> str:
        """A field as a text, for filters by values: the field itself if it is one."""
        if self.kind(data, name) == "STRING":
            return name
        if self.kind(data, name) == "BOOLEAN":
            said = f"ifelse({{{name}}} = true, 'true', {{{name}}} = false, 'false', NULL)"
            return self.made(data, f"{name} as text", said)
        return self.made(data, f"{name} as text", f"toString({{{name}}})")

    def shown(self, data: str, dimension: Dimension, *, as_level: bool = False) -> str:
        """The column that a dimension shows: its label, the beginning of its step, or of its period.

        Fields of a date have a period of their own, but as a level of a hierarchy, which is of columns.
        """
        if dimension.label is not None:
            return dimension.label
        name = dimension.field
        if dimension.bin is not None:
            width = f"{dimension.bin:.15g}"
            return self.made(data, f"{name} by {width}", f"floor({{{name}}} / {width}) * {width}")
        if dimension.by is not None and as_level:
            said = f"truncDate('{_PERIODS[dimension.by]}', {{{name}}})"
            return self.made(data, f"{name} by {dimension.by}", said)
        return name

    def dimension(
        self, id_: str, data: str, dimension: Dimension, *, hierarchy: str | None = None, raw: bool = False
    ) -> Json:
        """A field to group by; with `raw` the field itself, whatever is shown for it."""
        column = dimension.field if raw else self.shown(data, dimension, as_level=hierarchy is not None)
        found: Json = {"FieldId": id_, "Column": column_of(data, column)}
        if hierarchy is not None:
            found["HierarchyId"] = hierarchy
        kind = "DECIMAL" if dimension.bin is not None else self.kind(data, column)
        if kind == "DATETIME" or dimension.by is not None:
            period = (dimension.by or "day").upper()
            return {"DateDimensionField": {**found, "DateGranularity": period}}
        return {("NumericalDimensionField" if is_number(kind) else "CategoricalDimensionField"): found}

    def aggregated(self, data: str, of: str) -> Aggregated | None:
        """An aggregate such as `avg(x)`; None where QuickSight has none for fields of that kind."""
        aggregate, name = parsed(of)
        if name is None:
            return Aggregated(self.made(data, EVERY_ROW, "1"), "Numerical", "SUM")
        kind, function = self.kind(data, name), _AGGREGATIONS[aggregate]
        if is_number(kind):
            return Aggregated(name, "Numerical", function)
        if kind == "DATETIME" and aggregate in ("min", "max", "count", "distinct"):
            return Aggregated(name, "Date", function)
        if kind in ("STRING", "BOOLEAN") and aggregate in ("count", "distinct"):
            return Aggregated(name, "Categorical", function)
        return None

    def measure(self, id_: str, data: str, measure: Measure) -> Json | None:
        """A field of figures; None where QuickSight has no such aggregate."""
        found = self.aggregated(data, measure.of)
        if found is None:
            return None
        field_: Json = {
            "FieldId": id_,
            "Column": column_of(data, found.column),
            "AggregationFunction": found.of_field,
        }
        if found.kind == "Numerical":
            field_["FormatConfiguration"] = {"FormatConfiguration": number_format(measure)}
        return {f"{found.kind}MeasureField": field_}

    def whole(self, id_: str, data: str, measure: Measure) -> Json | None:
        """The figure of all rows, before filters; None for a median, of which there is no such function."""
        aggregate, name = parsed(measure.of)
        found = self.aggregated(data, measure.of)
        if found is None or found.kind == "Date" or aggregate not in _OVER:
            return None
        over = "sumOver" if name is None else _OVER[aggregate]
        column = self.made(data, f"{measure.of} of all rows", f"{over}({{{found.column}}}, [], PRE_FILTER)")
        return {
            "NumericalMeasureField": {
                "FieldId": id_,
                "Column": column_of(data, column),
                "AggregationFunction": {"SimpleNumericalAggregation": "MAX"},
                "FormatConfiguration": {"FormatConfiguration": number_format(measure)},
            }
        }


def column_of(data: str, name: str) -> Json:
    """A reference to a column of a data set."""
    return {"DataSetIdentifier": data, "ColumnName": name}


def id_of(field_: Json) -> str:
    """The id of a field of a visual."""
    return str(next(iter(field_.values()))["FieldId"])


def column_in(field_: Json) -> Json:
    """The column of a field of a visual."""
    column: Json = next(iter(field_.values()))["Column"]
    return column

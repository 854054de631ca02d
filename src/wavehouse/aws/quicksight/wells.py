"""The fields of one visual, in the roles that they have in it, and how it is sorted."""

from __future__ import annotations

from dataclasses import dataclass, field

from wavehouse.aws.quicksight.fields import Fields, column_of, id_of
from wavehouse.aws.quicksight.filters import measure_text, order_of
from wavehouse.aws.quicksight.formats import INSTEAD
from wavehouse.aws.template.intrinsics import Json
from wavehouse.dashboards.compiler import title_of
from wavehouse.dashboards.dimensions import Dimension
from wavehouse.dashboards.measures import Measure, parsed
from wavehouse.dashboards.visuals import Visual


@dataclass
class Wells:
    """`groups` are its dimensions, `values` its measures by name; `texts` are measures of texts.

    QuickSight has no least or greatest text: what of that a table needs is one more group of it.
    """

    fields: Fields
    visual: Visual
    data: str
    notes: list[str]
    groups: list[Json] = field(default_factory=list)
    series: Json | None = None
    values: dict[str, Json] = field(default_factory=dict)
    texts: dict[str, Json] = field(default_factory=dict)
    hierarchies: list[Json] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._add_groups()
        for name, measure in self.visual.measures.items():
            self._add_measure(name, measure)

    def id(self, name: str) -> str:
        """The id of a field of the visual."""
        return f"{self.visual.id}.{name}"

    def _add_groups(self) -> None:
        visual, data = self.visual, self.data
        if visual.drill:
            first, id_ = visual.drill[0], f"{visual.id}.levels"
            columns = [column_of(data, self.fields.shown(data, one, as_level=True)) for one in visual.drill]
            if len(columns) > 1:
                self.hierarchies.append({"ExplicitHierarchy": {"HierarchyId": id_, "Columns": columns}})
                self._add_group(first, id_)
            else:
                self._add_group(first)
            if any(one.nulls == "hide" for one in visual.drill[1:]):
                self.notes.append("shows rows without a value below its first level")
        for one in visual.dimensions:
            self._add_group(one)
        if visual.series is not None:
            self.series = self.fields.dimension(self.id(visual.series.field), data, visual.series)
            self._titled(self.series, visual.series)
        labelled = [one for one in self._dimensions() if one.label]
        if labelled and visual.kind != "table":
            names = " and ".join(f"'{one.label}'" for one in labelled)
            self.notes.append(
                f"groups by {names}, as QuickSight shows what it groups by: two of one name are one"
            )

    def _dimensions(self) -> list[Dimension]:
        listed = [*self.visual.levels_or_dimensions, self.visual.series, self.visual.trend]
        return [one for one in listed if one is not None]

    def _add_group(self, dimension: Dimension, hierarchy: str | None = None) -> None:
        made = self.fields.dimension(self.id(dimension.field), self.data, dimension, hierarchy=hierarchy)
        self.groups.append(made)
        self._titled(made, dimension)

    def _titled(self, made: Json, dimension: Dimension) -> None:
        self.titles[id_of(made)] = title_of(dimension.field, dimension)

    def _add_measure(self, name: str, measure: Measure) -> None:
        aggregate, column = parsed(measure.of)
        made = self.fields.measure(self.id(name), self.data, measure)
        if made is None:
            if aggregate in ("min", "max") and column and self.fields.kind(self.data, column) == "STRING":
                self.texts[name] = self.fields.dimension(
                    self.id(name), self.data, Dimension(field=column), raw=True
                )
                self.titles[self.id(name)] = title_of(name, measure)
            else:
                self.notes.append(f"has no '{name}': QuickSight has no {measure.of}")
            return
        self.values[name] = made
        self.titles[self.id(name)] = title_of(name, measure)
        if measure.format in INSTEAD:
            self.notes.append(f"shows '{name}' in {INSTEAD[measure.format]}")
        if aggregate == "median":
            self.notes.append(f"has as '{name}' the mean of the two middle values where there are two")

    def without_texts(self) -> None:
        """Say that measures of texts are not there."""
        for name in self.texts:
            of = self.visual.measures[name].of
            self.notes.append(f"has no '{name}': QuickSight has no {of} of texts")

    def sorting(self) -> list[Json]:
        """How the groups of the visual stand."""
        return self.sorted_by(order_of(self.visual), [*self.groups, *([self.series] if self.series else [])])

    def sorted_by(self, order: list[str], groups: list[Json]) -> list[Json]:
        """Fields of the visual, or aggregates that it does not show; then by its first group."""
        found: list[Json] = []
        ids = {id_of(one) for one in [*groups, *self.values.values(), *self.texts.values()]}
        for name in order:
            bare, direction = name.removeprefix("-"), "DESC" if name.startswith("-") else "ASC"
            labels = {one.label: one.field for one in self._dimensions() if one.label}
            id_ = self.id(labels.get(bare, bare))
            of = measure_text(self.visual, bare)
            if id_ in ids:
                found.append({"FieldSort": {"FieldId": id_, "Direction": direction}})
            elif of and bare not in self.visual.measures:
                aggregated = self.fields.aggregated(self.data, of)
                if aggregated is None:
                    self.notes.append(f"is not sorted by {of}, which QuickSight has not")
                    continue
                found.append(
                    {
                        "ColumnSort": {
                            "SortBy": column_of(self.data, aggregated.column),
                            "Direction": direction,
                            "AggregationFunction": aggregated.of_any,
                        }
                    }
                )
            else:
                self.notes.append(f"is not sorted by '{bare}', which is not shown there")
        if not order and groups:
            found.append({"FieldSort": {"FieldId": id_of(groups[0]), "Direction": "ASC"}})
        return found

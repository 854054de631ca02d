"""A visual in a view as one query in Athena SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.dashboards.conditions import Conditions, conditions_of, grouped, grouped_by
from wavehouse.dashboards.data_sets import DataSets
from wavehouse.dashboards.dimensions import Dimension
from wavehouse.dashboards.measures import ADDED_BY, Measure, is_measure, measure_sql, parsed
from wavehouse.dashboards.view import Scalar
from wavehouse.dashboards.visuals import MOST, SHAPES, Visual
from wavehouse.engines.engine import Row
from wavehouse.query.trino_times import is_time
from wavehouse.query.trino_types import is_nested, is_number


@dataclass(frozen=True)
class Compiled:
    """The query of a visual.

    Its columns are, in this order: each dimension with its label, then the measures; then `grouping()` for a
    KPI with a trend, or whether the row is the rest. It gives more rows than `limit` (by one, beside the
    total and the NULL of a trend), if there are more. With `by_first` rows of one value of the first
    dimension stand together; with `keeps_last` the last row comes first.

    `whole` is the query of the measures of all rows, where there is a comparison with them: one row, the same
    whatever a reader has chosen.
    """

    sql: str
    visual: Visual
    dimensions: tuple[Dimension, ...]
    limit: int
    depth: int
    path: tuple[Scalar, ...] = ()
    by_first: bool = False
    keeps_last: bool = False
    ignored: Mapping[str, str] = field(default_factory=dict)
    # Whether texts are only compared, sorted, grouped and counted in it.
    coded: bool = False
    whole: str | None = None

    def shown(self, rows: Sequence[Row]) -> tuple[Sequence[Row], bool]:
        """Its groups in their order, and whether there are more than these."""
        kept, beyond = [*rows[: self.limit]], rows[self.limit :]
        if beyond and self.by_first and len(self.dimensions) > 1:
            # (What is cut in the middle would look like a smaller figure.)
            kept = [row for row in kept if row[0] != beyond[0][0]] or kept
        if self.keeps_last:
            kept.reverse()
        return kept, bool(beyond)


def compiled(sets: DataSets, visual: Visual) -> Compiled:
    """The query of a visual.

    Raises `DefinitionError`, at its line, for a field that its data set lacks, and `CallError` for a value in
    the view that is none of its field.
    """
    return _Query(sets, visual).compiled()


class _Query:
    def __init__(self, sets: DataSets, visual: Visual) -> None:
        self.sets = sets
        self.visual = visual
        self.data = sets.dashboard.data_of(visual)
        depth = len(sets.view.drills.get(visual.id, ()))
        self.depth = min(depth, max(len(visual.drill) - 1, 0))
        groups = [visual.trend] if visual.trend else grouped_by(visual, self.depth)
        self.dimensions = tuple(groups)
        self.conditions: Conditions = conditions_of(sets, visual)
        limit = SHAPES[visual.kind].limit if visual.limit is None else self._number(visual.limit)
        self.limit = max(1, min(int(limit), MOST))
        self.by_first = self.keeps_last = False
        self.fields: set[str] = set()

    def compiled(self) -> Compiled:
        groups, keys = self._groups()
        measures = [self._measure(measure.of, name) for name, measure in self.visual.measures.items()]
        selected = [*groups, *measures]
        if self.visual.trend:
            selected.append(f"grouping({keys[0]})")
        sql = f"SELECT {', '.join(selected)}\nFROM {self._rows()}"
        self.by_first = self._is_by_first()
        self.keeps_last = self._is_by_time()
        if self.visual.trend:
            sql += f"\nGROUP BY GROUPING SETS ((), ({keys[0]}))"
        elif keys:
            sql += f"\nGROUP BY {', '.join(keys)}"
        sql += self._having()
        sql = self._with_rest(sql) if self.visual.rest is not None else sql + self._ordered_and_limited()
        limit = MOST if self.visual.trend else self.limit
        data = self.sets.dashboard.data[self.data]
        coded = data.table is not None and data.where is None and not self.fields & data.fields.keys()
        return Compiled(
            sql,
            self.visual,
            self.dimensions,
            limit,
            self.depth,
            tuple(self.sets.view.drills.get(self.visual.id, ()))[: self.depth],
            self.by_first,
            self.keeps_last,
            self.conditions.ignored,
            coded,
            self._whole(measures) if self.visual.compare == "whole" else None,
        )

    def _whole(self, measures: Sequence[str]) -> str:
        """The measures of all rows, by themselves: a click changes nothing of them."""
        fields = {name for measure in self.visual.measures.values() if (name := measure.field) is not None}
        return f"SELECT {', '.join(measures)}\nFROM {self.sets.relation(self.data, fields)}"

    def _groups(self) -> tuple[list[str], list[str]]:
        """What SELECT shows of the groups, and what GROUP BY has."""
        shown, keys = [], []
        for at, dimension in enumerate(self.dimensions):
            keys.append(identifier(f"group {at}"))
            shown.append(f"{keys[-1]} AS {identifier(dimension.field)}")
            if dimension.label:
                shown.append(f"max({identifier(f'label {at}')}) AS {identifier(dimension.label)}")
        return shown, keys

    def _rows(self) -> str:
        """The rows that are kept, with their groups and the fields of the measures."""
        columns, fields, shown_only = [], set(self.conditions.fields), list(self.conditions.texts)
        for at, dimension in enumerate(self.dimensions):
            place = self._place(dimension)
            type_ = self.sets.type(self.data, dimension.field, place)
            self._check_grouping(dimension, type_, place)
            columns.append(f"{grouped(dimension, type_)} AS {identifier(f'group {at}')}")
            fields.add(dimension.field)
            if dimension.nulls == "hide":
                shown_only.append(f"{identifier(dimension.field)} IS NOT NULL")
            if dimension.label:
                self.sets.type(self.data, dimension.label, place)
                columns.append(f"{identifier(dimension.label)} AS {identifier(f'label {at}')}")
                fields.add(dimension.label)
        for name, keys in self._measured().items():
            self.sets.type(self.data, name, self.sets.dashboard.place_of(self.visual, *keys))
            columns.append(identifier(name))
            fields.add(name)
        condition = " AND ".join(shown_only)
        self.fields = fields
        relation = self.sets.relation(self.data, fields)
        where = f"\n  WHERE {condition}" if condition else ""
        return f"(\n  SELECT {', '.join(columns) or '1 AS x'}\n  FROM {relation}{where}\n) AS kept"

    def _measured(self) -> dict[str, list[str]]:
        """The fields that measures are of, with the keys where these stand in the visual."""
        texts = {name: ["order"] for name in self._order_names() if is_measure(name)}
        texts |= {name: ["minimum", name] for name in self.visual.minimum if is_measure(name)}
        texts |= {measure.of: ["measures", name] for name, measure in self.visual.measures.items()}
        fields = ((parsed(text)[1], keys) for text, keys in texts.items())
        return {name: keys for name, keys in fields if name is not None}

    def _place(self, dimension: Dimension) -> str:
        """`file:line` of a dimension."""
        of, visual = self.sets.dashboard.place_of, self.visual
        if dimension is visual.trend:
            return of(visual, "trend")
        if dimension is visual.series:
            return of(visual, "series")
        if visual.drill:
            return of(visual, "drill", self.depth)
        return of(visual, "dimensions", visual.dimensions.index(dimension))

    def _measure(self, of: str, name: str) -> str:
        return f"{measure_sql(of)} AS {identifier(name)}"

    def _having(self) -> str:
        texts = []
        for name, value in self.visual.minimum.items():
            of = name if is_measure(name) else self.visual.measures[name].of
            least = self._number(value)
            texts.append(f"{measure_sql(of)} >= {least!r}")
        return f"\nHAVING {' AND '.join(texts)}" if texts else ""

    def _order_names(self) -> list[str]:
        return [name.removeprefix("-") for name in self._order()]

    def _order(self) -> list[str]:
        """The order of its groups: as it says, and then by all dimensions, so that it is always the same."""
        order = list(self.visual.order)
        names = [dimension.field for dimension in self.dimensions]
        if not order and SHAPES[self.visual.kind].ranked and self.visual.measures:
            order = [f"-{next(iter(self.visual.measures))}"]
        elif self.depth:
            # (What was written is of the first level.)
            known = [*names, *self.visual.measures]
            order = [name for name in order if is_measure(name) or name.removeprefix("-") in known]
        said = [name.removeprefix("-") for name in order]
        return [*order, *(name for name in names if name not in said)]

    def _is_by_first(self) -> bool:
        """Whether it goes along its first dimension, in either direction."""
        first = next(iter(self._order_names()), "")
        fields = [one.field for one in self.dimensions[:1]]
        return not SHAPES[self.visual.kind].ranked and first in fields

    def _is_by_time(self) -> bool:
        """Whether it goes from the oldest to the newest, or along other figures: the last matter most."""
        if self.visual.trend:
            return True
        if not self.by_first or self._order()[0].startswith("-"):
            return False
        first = self.dimensions[0]
        type_ = self.sets.type(self.data, first.field, self._place(first))
        return is_time(type_) or (is_number(type_) and first.bin is None)

    def _position(self, name: str) -> int | None:
        columns = self._columns()
        return columns.index(name) + 1 if name in columns else None

    def _columns(self) -> list[str]:
        fields = [name for one in self.dimensions for name in (one.field, one.label) if name]
        return [*fields, *self.visual.measures]

    def _ordered_and_limited(self) -> str:
        if not self.dimensions:
            return ""
        keys = []
        for name in self._order():
            down = name.startswith("-") != self.keeps_last
            direction = f"{' DESC' if down else ''}{' NULLS FIRST' if self.keeps_last else ''}"
            bare = name.removeprefix("-")
            position = self._position(bare)
            keys.append(f"{position or measure_sql(bare)}{direction}")
        limit = self.limit + 1
        if self.visual.trend:
            # (The total first: it must not be cut off, nor a point because of the one that is NULL.)
            keys = [f"grouping({identifier('group 0')}) DESC", "1 DESC NULLS FIRST"]
            limit = MOST + 3
        return f"\nORDER BY {', '.join(keys)}\nLIMIT {limit}"

    def _with_rest(self, sql: str) -> str:
        """The first groups, and one row for all others."""
        order = []
        for name in self._order():
            bare = name.removeprefix("-")
            if self._position(bare) is None:
                raise DefinitionError(
                    f"'order': with 'rest' only columns of the visual can be named, and '{bare}' is none",
                    where=self.sets.dashboard.place_of(self.visual, "order"),
                    remedy="Add it to the measures",
                )
            order.append(f"{identifier(bare)}{' DESC' if name.startswith('-') else ''}")
        first = f'CASE WHEN "place" <= {self.limit} THEN "place" ELSE {self.limit + 1} END'
        columns = self._columns()[: len(self._columns()) - len(self.visual.measures)]
        shown = [
            f'max(CASE WHEN "place" <= {self.limit} THEN {identifier(name)} END) AS {identifier(name)}'
            for name in columns
        ]
        shown += [
            f"{ADDED_BY[measure.aggregate]}({identifier(name)}) AS {identifier(name)}"
            for name, measure in self.visual.measures.items()
        ]
        return (
            f'WITH "groups" AS (\n{sql}\n), "places" AS (\n'
            f'SELECT *, row_number() OVER (ORDER BY {", ".join(order)}) AS "place" FROM "groups"\n), '
            f'"marks" AS (SELECT *, {first} AS "mark" FROM "places")\n'
            f'SELECT {", ".join(shown)}, max("place") > {self.limit} AS "is rest"\nFROM "marks"\n'
            f'GROUP BY "mark"\nORDER BY "mark"'
        )

    def _number(self, value: int | float | str) -> int | float:
        """A number that is written, or that a parameter has."""
        if not isinstance(value, str):
            return value
        given = self.sets.view.value(self.sets.dashboard.control(value.removeprefix("$")))
        assert isinstance(given, int | float)  # noqa: S101 (a control of kind number)
        return given

    def _check_grouping(self, dimension: Dimension, type_: str, place: str) -> None:
        if dimension.bin is not None and not is_number(type_):
            what = f"'bin' is for numbers, and '{dimension.field}' is of type {type_}"
        elif dimension.by is not None and type_ != "date" and not type_.startswith("timestamp"):
            what = f"'by' is for dates, and '{dimension.field}' is of type {type_}"
        elif is_nested(type_):
            what = f"'{dimension.field}' is of type {type_}, and cannot be grouped by"
        else:
            return
        raise DefinitionError(what, where=place, remedy="Calculate a field of another type in the data set")


def title_of(name: str, measure: Measure | Dimension) -> str:
    """What a column is called: as its definition says, else its name in words."""
    return measure.title or name.replace("_", " ").strip().capitalize()

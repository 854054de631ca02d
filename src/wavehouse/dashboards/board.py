"""A board: a dashboard on a lake, which answers its visuals, each by itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, as_completed
from dataclasses import dataclass, field

from wavehouse.core.errors import DefinitionError, QueryError, WavehouseError
from wavehouse.core.sql_text import identifier, literal
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.compiler import Compiled, compiled
from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.data_sets import DataSets, Types
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.figures import text_of
from wavehouse.dashboards.lake_queries import LakeQueries, Shape
from wavehouse.dashboards.lake_state import LakeState
from wavehouse.dashboards.literals import constant
from wavehouse.dashboards.stand_ins import StandIns, stand_ins
from wavehouse.dashboards.view import Range, Scalar, View
from wavehouse.dashboards.visual_data import visual_data
from wavehouse.dashboards.visuals import Visual
from wavehouse.engines.readers import Stop, StoppedError
from wavehouse.query.trino_types import element_of
from wavehouse.query.value_texts import plain_of

_LOG = logging.getLogger(__name__)

# Seconds that one visual may take.
LIMIT = 30.0


@dataclass(frozen=True)
class Option:
    """A value that a choice offers, what is shown for it, and how many rows have it."""

    value: Scalar
    label: str
    rows: int


@dataclass
class Asked:
    """Visuals that are being answered, by id."""

    answers: dict[str, Future[VisualData]] = field(default_factory=dict)
    _stop: dict[str, Stop] = field(default_factory=dict)

    def as_completed(self) -> Iterator[VisualData]:
        """The answers as they come; those that were cancelled are left out."""
        for one in as_completed(self.answers.values()):
            try:
                yield one.result()
            except (CancelledError, StoppedError):
                continue

    def cancel(self) -> None:
        """Nobody waits any more: what runs is stopped, unless somebody else asks for the same."""
        for id_, future in self.answers.items():
            future.cancel()
            self._stop[id_].stop()


@dataclass(frozen=True)
class Board:
    """A dashboard on a lake. Several threads may ask; the figures are those of the tables as they are."""

    dashboard: Dashboard
    queries: LakeQueries
    seconds: float = LIMIT

    def ask(self, view: View, visuals: Sequence[str] | None = None) -> Asked:
        """Begin to answer visuals of a view (all of its sheet): KPIs first, each in a thread.

        All see the tables in one state. Raises `CallError` for a visual or a sheet that is not there.
        """
        sheet = self.dashboard.sheet(view.sheet)
        wanted = [*sheet.visuals] if visuals is None else [self.dashboard.visual(id_) for id_ in visuals]
        state = self.queries.state()
        asked = Asked()
        alike = stand_ins(self.dashboard, view)
        for visual in sorted(wanted, key=lambda one: one.kind != "kpi"):
            stop = asked._stop[visual.id] = Stop()
            asked.answers[visual.id] = self.queries.threads.submit(
                self._answered, view, alike, visual, state, stop
            )
        return asked

    def answer(self, view: View, visuals: Sequence[str] | None = None) -> dict[str, VisualData]:
        """The answers of these visuals, by id; what goes wrong with one stays in it (`VisualData.error`)."""
        asked = self.ask(view, visuals)
        return {id_: future.result() for id_, future in asked.answers.items()}

    def sql(self, view: View, visual: str) -> str:
        """The query of a visual in Athena SQL; raises `DefinitionError` and `CallError` for a wrong one."""
        return compiled(self._sets(view, self.queries.state()), self.dashboard.visual(visual)).sql

    def fields(self, data: str) -> Types:
        """The fields of a data set with their Trino types; raises `DefinitionError` for a wrong one."""
        return self._sets(View(), self.queries.state()).types(data)

    def tables(self) -> set[TableName]:
        """The tables of the lake that its data sets read."""
        state = self.queries.state()
        sets = self._sets(View(), state)
        return {
            table
            for name in self.dashboard.data
            for table in self.queries.tables_of(f"SELECT * FROM {sets.relation(name, ())}", state)
        }

    def records_state(self) -> str:
        """A text that is another one after every change of the records that it shows, if it shows some."""
        kinds = sorted({data.records for data in self.dashboard.data.values() if data.records is not None})
        return " ".join(self.queries.records_state(kind) for kind in kinds)

    def check(self, view: View, visual: Visual) -> None:
        """Raise for a visual that cannot be answered; no rows are read."""
        state = self.queries.state()
        self.queries.types_of(compiled(self._sets(view, state), visual).sql, state)

    def unknown_field(self, name: str, where: str) -> DefinitionError:
        """What is said of a control's field that no data set has."""
        known = {field for data in self.dashboard.data for field in self.fields(data)}
        return DefinitionError(
            f"no data set has the field '{name}'", where=where, remedy=did_you_mean(name, known)
        )

    def options(
        self, control: str, search: str = "", limit: int = 50, stop: Stop | None = None
    ) -> list[Option]:
        """Values of a choice that have the text in them, the most frequent first (of a parameter, all).

        Raises `StoppedError` where `stop` was used.
        """
        chosen = self.dashboard.control(control)
        if chosen.field is None:
            options = [Option(one, str(one), 0) for one in chosen.options]
            return [one for one in options if search.casefold() in one.label.casefold()][:limit]
        state = self.queries.state()
        name, types = self._data_with(chosen, state)
        label = chosen.label or chosen.field
        relation = self._sets(View(), state).relation(name, {chosen.field, label})
        value, shown = identifier(chosen.field), f"max({identifier(label)})"
        kept = f"strpos(lower(CAST({identifier(label)} AS varchar)), lower({literal(search)})) > 0"
        if element_of(types[chosen.field]) is not None:
            relation = f"{relation} CROSS JOIN UNNEST({value}) AS elements(element)"
            value, shown = "element", "element"
            kept = f"strpos(lower(element), lower({literal(search)})) > 0"
        where = f"{value} IS NOT NULL{f' AND {kept}' if search else ''}"
        found = self.queries.answer(
            f"SELECT {value}, {shown}, count(*) FROM {relation} WHERE {where} "
            f"GROUP BY {value} ORDER BY 3 DESC, 1 LIMIT {limit}",
            state,
            stop,
            seconds=self.seconds,
        )
        plain, said = (plain_of(column.type) for column in found.columns[:2])
        return [Option(plain(one), str(said(text)), rows) for one, text, rows in found.rows]

    def labels(self, control: str, values: Sequence[Scalar]) -> Mapping[Scalar, str]:
        """What the values of a choice are called, of those that are there; nothing where it has no labels."""
        chosen = self.dashboard.control(control)
        if chosen.field is None or chosen.label is None or not values:
            return {}
        state = self.queries.state()
        name, types = self._data_with(chosen, state)
        return self._labels(name, types[chosen.field], chosen.field, chosen.label, values, state)

    def _labels(
        self, data: str, type_: str, field: str, label: str, values: Sequence[Scalar], state: LakeState
    ) -> Mapping[Scalar, str]:
        relation = self._sets(View(), state).relation(data, {field, label})
        wanted = ", ".join(constant(one, type_, field) for one in values if one is not None)
        if not wanted:
            return {}
        value = identifier(field)
        found = self.queries.answer(
            f"SELECT {value}, max({identifier(label)}) FROM {relation} "
            f"WHERE {value} IN ({wanted}) GROUP BY {value}",
            state,
            seconds=self.seconds,
        )
        plain, said = (plain_of(column.type) for column in found.columns)
        return {plain(one): str(said(text)) for one, text in found.rows}

    def _steps(self, view: View, visual: Visual, state: LakeState) -> Iterator[str]:
        """What the values are called by which a reader came down the hierarchy of a visual."""
        data = self.dashboard.data_of(visual)
        for level, value in zip(visual.drill, view.drills.get(visual.id, ()), strict=False):
            named: Mapping[Scalar, str] = {}
            if level.label is not None:
                type_ = self._sets(View(), state).type(data, level.field, "")
                named = self._labels(data, type_, level.field, level.label, [value], state)
            yield named.get(value) or text_of(value, level.by)

    def bounds(self, control: str) -> Range:
        """The least and the greatest value that a range (or dates) can be set to."""
        ranged = self.dashboard.control(control)
        low, high = ranged.min, ranged.max
        if low is None or high is None:
            state = self.queries.state()
            name, _ = self._data_with(ranged, state)
            column = identifier(str(ranged.field))
            relation = self._sets(View(), state).relation(name, {str(ranged.field)})
            found = self.queries.answer(
                f"SELECT min({column}), max({column}) FROM {relation}", state, seconds=self.seconds
            )
            ((least, greatest),) = found.rows
            plain = plain_of(found.columns[0].type)
            low = plain(least) if low is None else low
            high = plain(greatest) if high is None else high
        return Range(low, high)

    def _data_with(self, control: Control, state: LakeState) -> tuple[str, Types]:
        sets = self._sets(View(), state)
        for name in self.dashboard.data:
            types = sets.types(name)
            if control.field in types:
                return name, types
        at = self.dashboard.controls.index(control)
        raise self.unknown_field(str(control.field), self.dashboard.where(["controls", at, "field"]))

    def _sets(self, view: View, state: LakeState) -> DataSets:
        return DataSets(self.dashboard, view, lambda sql: self.queries.types_of(sql, state))

    def _shape(self, query: Compiled, alike: StandIns, state: LakeState) -> Shape | None:
        """What a query has in common with those of other values; None where more differs than these."""
        if not alike.constants:
            return None
        try:
            shape = compiled(self._sets(alike.view, state), query.visual).sql
        except WavehouseError:
            return None  # (a text that is read as a date, for one)
        # (A number of which something is computed is not to be seen in it.)
        return Shape(shape, alike) if alike.put_in(shape) == query.sql else None

    def _answered(
        self, view: View, alike: StandIns, visual: Visual, state: LakeState, stop: Stop
    ) -> VisualData:
        began = time.perf_counter()
        depth = len(view.drills.get(visual.id, ()))
        sql = ""
        try:
            query = compiled(self._sets(view, state), visual)
            sql = query.sql
            shape = self._shape(query, alike, state)
            found = self.queries.answer(sql, state, stop, self.seconds, coded=query.coded, shape=shape)
            whole = None
            if query.whole is not None:
                # (Asked once: everybody's clicks leave it as it is.)
                all_rows = self.queries.answer(query.whole, state, stop, self.seconds, coded=query.coded)
                (whole,) = all_rows.rows
            steps = tuple(self._steps(view, visual, state))
            return visual_data(query, found, whole, steps, time.perf_counter() - began)
        except QueryError as error:
            place = error.where or self.dashboard.place_of(visual)
            told = QueryError(error.what, where=place, remedy=error.remedy)
            return VisualData(visual, error=told, sql=sql, seconds=time.perf_counter() - began, depth=depth)
        except WavehouseError as error:
            return VisualData(visual, error=error, sql=sql, seconds=time.perf_counter() - began, depth=depth)
        except (StoppedError, CancelledError):
            raise
        except Exception as error:
            # A mistake of ours stays in its card, like those of others.
            _LOG.warning("the visual %s/%s", self.dashboard.dashboard, visual.id, exc_info=error)
            told = QueryError(
                f"this cannot be shown ({type(error).__name__}: {error})",
                where=self.dashboard.place_of(visual),
            )
            return VisualData(visual, error=told, sql=sql, seconds=time.perf_counter() - began, depth=depth)

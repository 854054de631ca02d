"""The SQL around rules: how rows, columns, now() and reference datasets are called in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import column_list, identifier, literal
from wavehouse.engines.engine import Engine
from wavehouse.engines.spark_sql import make_fractions, make_lenient, tie_tables
from wavehouse.quality.dataset import Dataset, History

PRIMARY = "primary"
_ROWS = identifier(PRIMARY)


class Frame:
    """One dataset to judge, with what it is compared with. `plain` writes SQL for people, of bare names."""

    def __init__(
        self,
        engine: Engine,
        dataset: Dataset,
        references: Mapping[str, Dataset],
        history: History,
        *,
        plain: bool = False,
    ) -> None:
        self.engine = engine
        self.dataset = dataset
        self.references = {alias.casefold(): reference for alias, reference in references.items()}
        self.history = history
        self.plain = plain
        names = {column.name.casefold() for column in dataset.columns}
        self._now = next(name for name in ("now", "now()", "now()()") if name not in names)

    def column(self, name: str) -> str:
        """A column of the rows."""
        return identifier(name) if self.plain else f"{_ROWS}.{identifier(name)}"

    @property
    def now(self) -> str:
        """now(), to the minute: a TIMESTAMP in UTC."""
        if self.plain:
            return "now()"
        moment = f"{_ROWS}.{identifier(self._now)}"
        if not self.dataset.now:
            moment = f"TIMESTAMP {literal(f'{self.dataset.moment:%Y-%m-%d %H:%M:%S}')}"
        return f"date_trunc('minute', {moment})"

    def rows(self, place: Iterable[str] = ()) -> str:
        """The rows as a relation, with those columns of their place."""
        return _ROWS if self.plain else f"{self._selected(place)} AS {_ROWS}"

    def reference(self, alias: str) -> str:
        """The rows of another dataset as a relation of that name."""
        called = identifier(alias)
        return called if self.plain else f"{self._selected_of(alias)} AS {called}"

    def tells_apart(self, alias: str, names: Iterable[str]) -> bool:
        """Whether no two rows of another dataset share the values of these columns."""
        key = self.references[alias.casefold()].key
        return bool(key) and set(key) <= set(names)

    def type_of(self, name: str) -> str:
        """The engine's name for the type of a column."""
        type_ = next(column.type for column in self.dataset.columns if column.name == name)
        return exp.DataType.build(type_, dialect="hive").sql(self.engine.dialect)

    def _selected(self, place: Iterable[str] = (), *, with_now: bool = True) -> str:
        selected = column_list(dict.fromkeys([*(column.name for column in self.dataset.columns), *place]))
        if self.dataset.now and with_now:
            selected += f", {self.dataset.now} AS {identifier(self._now)}"
        return f"(SELECT {selected} FROM {self.dataset.scan})"

    def _selected_of(self, alias: str) -> str:
        other = self.references[alias.casefold()]
        return f"(SELECT {column_list(c.name for c in other.columns)} FROM {other.scan})"

    def condition(self, where: exp.Expr) -> str:
        """A where clause as SQL of the engine."""
        # In brackets, so that its root too can be exchanged.
        brackets = exp.Paren(this=where.copy())
        make_lenient(brackets)
        make_fractions(brackets)
        for column in brackets.find_all(exp.Column):
            column.set("this", exp.to_identifier(column.name, quoted=True))
            column.set("table", None if self.plain else exp.to_identifier(PRIMARY, quoted=True))
        self._read_texts(brackets)
        written: str = brackets.this.sql(dialect=self.engine.dialect)
        return written

    def _read_texts(self, condition: exp.Expr) -> None:
        """Casts texts to what they are compared with, and to types, as Spark does."""
        texts = {column.name.casefold() for column in self.dataset.columns if column.type == "string"}

        def is_text(node: exp.Expr) -> bool:
            return isinstance(node, exp.Column) and node.name.casefold() in texts

        def cast(node: exp.Expr, type_: str) -> exp.Expr:
            text = node.sql(dialect=self.engine.dialect)
            return exp.Paren(this=exp.Var(this=self.engine.spark_cast(text, type_)))

        for node in list(condition.find_all(exp.TryCast)):
            type_ = node.to.sql(dialect="hive").lower()
            if is_text(node.this) and type_ in ("int", "bigint", "float", "double", "date", "timestamp"):
                node.replace(cast(node.this, type_))
        for predicate in list(condition.find_all(exp.Predicate)):
            sides = list(predicate.iter_expressions())
            if any(side.is_number for side in sides):
                for side in sides:
                    if is_text(side):
                        side.replace(cast(side, "double"))

    def query(self, query: exp.Query) -> str:
        """A query over the datasets by their names as SQL of the engine."""
        written = query.copy()

        def stands_for(name: str) -> exp.Expr:
            if self.plain:
                return exp.to_identifier(name, quoted=True)
            # As it stands: it is SQL of the engine already. Its alias is written by the query.
            return exp.Var(
                this=self._selected(with_now=False) if name.casefold() == PRIMARY else self._selected_of(name)
            )

        tie_tables(written, stands_for, DefinitionError)
        make_lenient(written)
        make_fractions(written)
        return written.sql(dialect=self.engine.dialect)

    def columns_of(self, alias: str) -> tuple[Column, ...]:
        """The columns of another dataset."""
        return self.references[alias.casefold()].columns

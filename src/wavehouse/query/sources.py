"""FROM: tables of the lake, WITH queries, subqueries, VALUES and UNNEST, and how they are joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.metadata_tables import MetadataTable
from wavehouse.core.sql_text import identifier
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.bound import Bound
from wavehouse.query.expressions import Expressions
from wavehouse.query.lake import Lake
from wavehouse.query.metadata_tables import relation, trino_name
from wavehouse.query.names import HIDDEN, PATH, Field, Scope
from wavehouse.query.operators import compared, refuse_nested
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.trino_types import FLOATING, trino_type
from wavehouse.query.typed import Read, Typed, made, together
from wavehouse.query.unnest import unnested

CATALOG = "awsdatacatalog"  # https://docs.aws.amazon.com/athena/latest/ug/querying-across-data-sources.html


@dataclass(frozen=True)
class Source:
    """Something that stands in FROM, with the columns it offers and what it reads in any case."""

    sql: str
    fields: Sequence[Field]
    reads: frozenset[Read] = frozenset()


@dataclass(frozen=True)
class Cte:
    """A WITH query: its name in the SQL and what it gives."""

    alias: str
    bound: Bound


@dataclass(frozen=True)
class Sources:
    """Binds one FROM. `ctes` are the WITH queries in sight, `outer` is what an enclosing query offers."""

    lake: Lake
    ctes: Mapping[str, Cte]
    outer: Scope | None
    query: Callable[[exp.Expr, Scope | None], Bound]
    view: Callable[[exp.Table], Bound | None] = lambda _: None

    def bind(self, from_: exp.From, joins: Sequence[exp.Join]) -> Source:
        """The whole FROM. A comma binds more loosely than JOIN, whose ON does not see what is before it."""
        trees = [self._item(from_.this, [])]
        for join in joins:
            if any(join.args.get(part) for part in ("on", "using", "kind", "side")):
                trees[-1] = self._joined(trees[-1], join)
            else:
                before = [one for tree in trees for one in tree.fields]
                trees.append(self._item(join.this, before))
        return Source(
            ", ".join(tree.sql for tree in trees),
            [one for tree in trees for one in tree.fields],
            frozenset().union(*(tree.reads for tree in trees)),
        )

    def _item(self, node: exp.Expr, before: Sequence[Field]) -> Source:
        match node:
            case exp.Table():
                return self._table(node)
            case exp.Subquery() | exp.Values():
                return self._derived(self.query(node, self.outer), node.args.get("alias"))
            case exp.Unnest():
                source = self._unnested(node, before)
                return replace(source, sql=f"LATERAL {source.sql}") if before else source
            case exp.Lateral():
                source = self._derived(
                    self.query(node.this, Scope(before, self.outer)), node.args.get("alias")
                )
                return replace(source, sql=f"LATERAL {source.sql}")
        raise uncovered(node, f"{type(node).__name__.upper()} in FROM")

    def _table(self, node: exp.Table) -> Source:
        if not isinstance(node.this, exp.Identifier):
            raise uncovered(node, f"the table function '{node.this.name}'", "FROM takes tables of the lake")
        if node.catalog and node.catalog.lower() != CATALOG:
            raise QueryError(
                f"no catalog '{node.catalog}'",
                where=place(node),
                remedy=did_you_mean(node.catalog, [CATALOG]),
            )
        alias = node.args.get("alias")
        cte = self.ctes.get(node.name.lower()) if not node.db else None
        if cte:
            if node.args.get("version") is not None:
                raise QueryError(
                    f"FOR … AS OF cannot stand behind the WITH query '{node.name}'",
                    where=place(node),
                    remedy="Write it behind the tables inside of it",
                )
            name = self.lake.alias(_written(alias) or node.name)
            fields = cte.bound.fields(name, _written(alias) or node.name.lower())
            sql = f"{identifier(cte.alias)} AS {identifier(name)}"
            return Source(sql, _renamed(fields, alias), cte.bound.reads)
        if (view := self.view(node)) is not None:
            name = self.lake.alias(_written(alias) or node.name)
            database = None if _written(alias) else node.db.lower() or self.lake.database
            fields = [
                replace(one, database=database)
                for one in view.fields(name, _written(alias) or node.name.lower())
            ]
            return Source(f"({view.sql}) AS {identifier(name)}", _renamed(fields, alias), view.reads)
        if (metadata := self.lake.metadata_table(node)) is not None:
            return self._metadata_table(node, metadata)
        stored = self.lake.stored(node)
        table = stored.version.table
        name = self.lake.alias(_written(alias) or table.table)
        fields = [
            Field(
                column.name.lower(),
                Typed(
                    f"{identifier(name)}.{identifier(column.name)}",
                    trino_type(column.type),
                    reads=frozenset({(stored.version, column.name)}),
                    loose=frozenset({column.name.lower()}),
                ),
                relation=_written(alias) or table.table,
                database=None if _written(alias) else table.database,
                heading=column.name,
                hidden=column.name.startswith(HIDDEN),
            )
            for column in stored.columns
        ]
        if stored.has_path:
            value = Typed(f"{identifier(name)}.{identifier(PATH)}", "varchar", loose=frozenset({PATH}))
            database = None if _written(alias) else table.database
            fields.append(Field(PATH, value, fields[0].relation, database, PATH, hidden=True))
        return Source(f"{stored.sql} AS {identifier(name)}", _renamed(fields, alias))

    def _metadata_table(self, node: exp.Table, table: MetadataTable) -> Source:
        alias = node.args.get("alias")
        name = self.lake.alias(_written(alias) or node.name)
        fields = [
            Field(
                column,
                Typed(
                    f"{identifier(name)}.{identifier(column)}", trino_name(type_), loose=frozenset({column})
                ),
                relation=_written(alias) or node.name.lower(),
                database=None if _written(alias) else node.db.lower() or self.lake.database,
                heading=column,
            )
            for column, type_ in table.columns
        ]
        sql = f"{relation(table, self.lake.alias('row'))} AS {identifier(name)}"
        return Source(sql, _renamed(fields, alias))

    def _derived(self, bound: Bound, alias: exp.TableAlias | None) -> Source:
        name = self.lake.alias(_written(alias) or "q")
        fields = _renamed(bound.fields(name, _written(alias)), alias)
        return Source(f"({bound.sql}) AS {identifier(name)}", fields, bound.reads)

    def _unnested(self, node: exp.Unnest, before: Sequence[Field]) -> Source:
        # To the SQL of UNNEST what stands before it is a query around it.
        scope = Scope(outer=Scope(before, self.outer))
        expressions = Expressions(scope, self.query, self.lake.now)
        sql, types, reads = unnested([expressions.bind(one) for one in node.expressions], node)
        alias = node.args.get("alias")
        name, relation = self.lake.alias(_written(alias) or "u"), _written(alias)
        columns = [column.name for column in alias.args.get("columns") or []] if alias else []
        offset = node.args.get("offset")
        # The parser takes the last column's name for the ordinality's.
        wanted = [*columns, *([offset.name] if isinstance(offset, exp.Identifier) else [])]
        if wanted and len(wanted) != len(types):
            raise QueryError(f"UNNEST gives {len(types)} columns, not {len(wanted)}", where=place(node))
        # The arrays are read whether or not an element is used: they decide on the number of rows.
        fields = [
            Field(
                heading.lower() if heading else None,
                Typed(f"{identifier(name)}.c{at}", type_, loose=frozenset({heading or "_col"})),
                relation=relation,
                heading=heading,
            )
            for at, (heading, type_) in enumerate(zip(wanted or [None] * len(types), types, strict=True))
        ]
        return Source(f"({sql}) AS {identifier(name)}", fields, reads)

    def _joined(self, left: Source, join: exp.Join) -> Source:
        side, kind = str(join.args.get("side") or "").upper(), str(join.args.get("kind") or "").upper()
        if side not in ("", "LEFT", "RIGHT", "FULL") or kind not in ("", "INNER", "OUTER", "CROSS"):
            raise uncovered(join, f"{side} {kind} JOIN".strip())
        on, using = join.args.get("on"), join.args.get("using")
        if isinstance(join.this, (exp.Unnest, exp.Lateral)):
            return self._lateral(left, join, side)
        right = self._item(join.this, [])
        reads = left.reads | right.reads
        if kind == "CROSS":
            if on is not None or using:
                raise QueryError("CROSS JOIN has no ON", where=place(join))
            return Source(f"{left.sql} CROSS JOIN {right.sql}", [*left.fields, *right.fields], reads)
        word = f"{side or 'INNER'} JOIN"
        if using:
            condition, fields = _using(left, right, side, using)
        elif on is not None:
            fields = [*left.fields, *right.fields]
            condition = Expressions(Scope(fields, self.outer), self.query, self.lake.now).condition(on, "ON")
        else:
            raise QueryError("a JOIN without ON or USING", where=place(join))
        sql = f"{left.sql} {word} {right.sql} ON {condition.sql}"
        return Source(sql, fields, reads | condition.reads)

    def _lateral(self, left: Source, join: exp.Join, side: str) -> Source:
        """UNNEST and LATERAL, which see what is before them."""
        right = self._item(join.this, left.fields)
        on = join.args.get("on")
        always = isinstance(on, exp.Boolean) and bool(on.this)
        fields, reads = [*left.fields, *right.fields], left.reads | right.reads
        if str(join.args.get("kind") or "").upper() == "CROSS" and on is None:
            return Source(f"{left.sql} CROSS JOIN {right.sql}", fields, reads)
        if side in ("", "LEFT") and always and not join.args.get("using"):
            word = "LEFT" if side else "INNER"
            return Source(f"{left.sql} {word} JOIN {right.sql} ON TRUE", fields, reads)
        name = "UNNEST" if isinstance(join.this, exp.Unnest) else "LATERAL"
        raise uncovered(
            join, f"{name} in a join like this", f"Use CROSS JOIN {name} or LEFT JOIN {name} … ON TRUE"
        )


def _written(alias: exp.TableAlias | None) -> str | None:
    return alias.name.lower() if alias is not None and alias.name else None


def _renamed(fields: list[Field], alias: exp.TableAlias | None) -> list[Field]:
    names = [column.name for column in alias.args.get("columns") or []] if alias is not None else []
    if not names:
        return fields
    # As in Trino, hidden ones are gone then.
    fields = [one for one in fields if not one.hidden]
    if len(names) != len(fields):
        raise QueryError(f"the alias names {len(names)} columns of {len(fields)}", where=place(alias))
    return [
        replace(
            one,
            name=name.lower(),
            heading=name,
            value=replace(one.value, loose=frozenset({name.lower()}) if one.value.loose else frozenset()),
        )
        for one, name in zip(fields, names, strict=True)
    ]


def _using(left: Source, right: Source, side: str, using: Sequence[exp.Expr]) -> tuple[Typed, list[Field]]:
    """The condition of USING, and the columns: the joined ones first and once, without a table's name."""
    merged, conditions, gone = [], [], []
    for column in using:
        name = column.name.lower()
        one, other = _single(left, name, column), _single(right, name, column)
        gone += [id(one), id(other)]
        a, b = together([one.value, other.value], "USING")
        if a.type in FLOATING:
            raise uncovered(column, f"USING of {a.type}", "Use ON")
        refuse_nested(a, "USING of arrays, maps or rows")
        conditions.append(compared("=", a, b))
        both = made(f"coalesce({a.sql}, {b.sql})", a.type, a, b)
        value = both if side == "FULL" else b if side == "RIGHT" else a
        merged.append(Field(name, replace(value, loose=frozenset({name})), heading=column.name))
    rest = [one for one in (*left.fields, *right.fields) if id(one) not in gone]
    return made(" AND ".join(one.sql for one in conditions), "boolean", *conditions), [*merged, *rest]


def _single(source: Source, name: str, node: exp.Expr) -> Field:
    found = [one for one in source.fields if one.name == name]
    if len(found) != 1:
        what = (
            f"the column '{name}' of USING is ambiguous"
            if found
            else f"no column '{name}' on both sides of USING"
        )
        names = [one.name for one in source.fields if one.name]
        raise QueryError(what, where=place(node), remedy="" if found else did_you_mean(name, names))
    return found[0]

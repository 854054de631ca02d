"""The SQL of a SparkSQL node."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.engines.spark_calls import note_types
from wavehouse.engines.spark_sql import make_fractions, parse_query, tie_tables
from wavehouse.flow.nodes import SparkSQL
from wavehouse.flow.pass_through import pass_through
from wavehouse.flow.relation import Relation
from wavehouse.flow.row_expressions import NotRowWise
from wavehouse.flow.sql.casts import data_type
from wavehouse.flow.sql.common_tables import name_common_tables
from wavehouse.flow.sql.known_types import KnownTypes
from wavehouse.flow.sql.made import Describe, Inputs, Made
from wavehouse.quality.patterns import check_pattern

_REGULAR = (
    *(exp.RegexpLike, exp.RegexpReplace, exp.RegexpExtract, exp.RegexpExtractAll),
    *(exp.RegexpSplit, exp.RegexpCount, exp.RegexpInstr),
)


def spark_sql(node: SparkSQL, id_: str, inputs: Inputs, describe: Describe) -> Made:
    """The query, reading the nodes that its aliases stand for."""
    query = parse_query(node.SqlQuery, "the SqlQuery")
    aliases = {alias.Alias: alias.From for alias in node.SqlAliases}
    folded = {alias.casefold(): id_ for alias, id_ in aliases.items()}
    if len(folded) < len(node.SqlAliases):
        raise DefinitionError(
            "two of its SqlAliases are one name (letters' case does not count)", remedy="Rename one of them"
        )

    def stands_for(name: str) -> exp.Identifier | None:
        # (As the names of Spark's views, letters' case aside.)
        return exp.to_identifier(folded[name.casefold()], quoted=True) if name.casefold() in folded else None

    def no_alias(name: str) -> DefinitionError:
        return DefinitionError(
            f"the SqlQuery reads '{name}', which is no alias of an input", remedy=did_you_mean(name, aliases)
        )

    name_common_tables(query, id_)
    tie_tables(query, stands_for, no_alias)
    _check_patterns(query)
    note_types(query, node.SqlQuery, KnownTypes(inputs).of)
    make_fractions(query)
    relation = Relation(describe(with_stand_ins(query, inputs)))
    return Made(query, Relation(relation.columns, _still_unique(node, inputs, relation.names)))


def _check_patterns(query: exp.Query) -> None:
    """Raise for a regular expression of Java's that is none of RE2's, or means something else to it."""
    for node in query.find_all(*_REGULAR):
        pattern = node.expression
        if isinstance(pattern, exp.Literal):
            check_pattern(pattern.name)
            if "[[:" in pattern.name:
                raise DefinitionError(
                    f"the regular expression '{pattern.name}' has a kind of character in [: :], which Java "
                    "does not know",
                    remedy="Write it as a set: [A-Za-z]",
                )


def _still_unique(node: SparkSQL, inputs: Inputs, names: Sequence[str]) -> frozenset[str]:
    """What tells the rows of a query apart: what told its input's, where it hands on all of that."""
    try:
        passed = pass_through(node, inputs, names)
    except NotRowWise:
        return frozenset()
    renamed = {column: name for name, column in passed.columns.items()}
    unique = inputs[passed.input].unique
    return frozenset(renamed[key] for key in unique) if unique <= renamed.keys() else frozenset()


def with_stand_ins(query: exp.Query, inputs: Inputs) -> exp.Query:
    """`query` with each input as an empty table of the right columns: enough to learn what it returns."""
    standing = query.copy()
    tables = [_stand_in(name, relation) for name, relation in inputs.items()]
    # Those of the query's own WITH read them.
    own = standing.args.get("with_")
    tables += own.expressions if own is not None else []
    standing.set("with_", exp.With(expressions=tables, recursive=own is not None and own.recursive))
    return standing


def _stand_in(name: str, relation: Relation) -> exp.CTE:
    nulls = [
        exp.alias_(exp.cast(exp.null(), data_type(column.type)), column.name, quoted=True)
        for column in relation.columns
    ]
    alias = exp.TableAlias(this=exp.to_identifier(name, quoted=True))
    return exp.CTE(this=exp.Select().select(*nulls).where(exp.false()), alias=alias)

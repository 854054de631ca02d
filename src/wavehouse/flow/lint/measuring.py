"""Findings that the rows decide: whether keys meet, what a join multiplies, what partitions there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine
from wavehouse.flow.lint.finding import Finding
from wavehouse.flow.nodes import Join
from wavehouse.flow.stopping import named_where_it_stops
from wavehouse.flow.survey import Survey

# Below this share of rows that meet any, a join is worth a look.
_SELDOM = 0.5
# What Athena writes at most in one statement, and about what a table of this size is still read well with.
# Source: https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html
_PARTITIONS = 100

# (No node can have such an id.)
_LEFT, _RIGHT, _BOTH = '"left keys"', '"right keys"', '"both keys"'


def measured(survey: Survey, engine: Engine, empty: Mapping[str, str]) -> Iterator[Finding]:
    """What is found in the rows; `empty` has the sources without rows, and why, which are not looked at."""
    graph = survey.graph
    joins = {id_: node for id_, node in graph.nodes.items() if isinstance(node, Join)}
    partitioned = [id_ for id_, node in graph.targets.items() if node.partition_keys]
    left_out: dict[str, str] = {}
    for id_ in (*joins, *partitioned):
        missing = [why for one, why in empty.items() if one in graph.before(id_)]
        if id_ not in survey.queries:
            continue  # it cannot run at all, which another finding tells
        if missing:
            left_out[id_] = missing[0]
            continue
        try:
            with named_where_it_stops(graph, id_, engine):
                join = joins.get(id_)
                yield from _join(survey, engine, id_, join) if join else _partitions(survey, engine, id_)
        except DefinitionError as error:
            yield Finding("F108", "error", id_, error.where, error.what, error.remedy)
    if left_out:
        first, why = next(iter(left_out.items()))
        named = ", ".join(f"'{id_}'" for id_ in left_out)
        yield Finding(
            "F601",
            "note",
            first,
            graph.where(first),
            f"the keys and partitions of {named} were not measured: {why}",
            "Load the files first (wavehouse run), and name the lake with --lake",
        )


def _join(survey: Survey, engine: Engine, id_: str, node: Join) -> Iterator[Finding]:
    """F301, F302, F303: one query, over the keys alone."""
    where = survey.graph.where(id_)
    kept, other_side = _sides(node)
    left, right = node.Inputs[kept], node.Inputs[other_side]
    rows, met, made, most, example, lonely, other = engine.rows(_join_query(survey, node))[0]
    keys = zip(node.keys(kept), node.keys(other_side), strict=True)
    pairs = ", ".join(f"'{a}' = '{b}'" for a, b in keys)
    by = f"{pairs} of '{id_}'"
    if not rows or other is None:
        return
    if not met:
        yield Finding(
            "F301",
            # Such a join leaves nothing out, or everything; only a leftanti is there to find what meets none.
            "warning" if node.JoinType == "leftanti" else "error",
            id_,
            where,
            f"the keys {by} meet nothing: none of {rows:,} rows of '{left}' (such as {lonely!r}) has a row "
            f"in '{right}' (such as {other!r})",
            "Join by the columns that mean the same, and bring them into one form before",
        )
    elif met < rows * _SELDOM and node.JoinType != "leftanti":
        yield Finding(
            "F302",
            "warning",
            id_,
            where,
            f"the keys {by} seldom meet: {met:,} of {rows:,} rows of '{left}' ({met / rows:.1%}) have a row "
            f"in '{right}'; {lonely!r} has none",
            "See whether both keys are written alike, and whether a file is missing",
        )
    if made > met and node.JoinType not in ("leftsemi", "leftanti"):
        yield Finding(
            "F303",
            "warning",
            id_,
            where,
            f"'{id_}' multiplies rows: '{right}' has several rows for one key, so that {met:,} rows of "
            f"'{left}' become {made:,} ({made - met:,} more); {example!r} has {most:,}",
            f"Unless that is meant: put a DropDuplicates by {', '.join(node.keys(other_side))} before the "
            f"join at '{right}', or join by more columns",
        )


def _sides(node: Join) -> tuple[int, int]:
    """The input whose rows a join keeps, each at least once if they meet any, and the other."""
    return (1, 0) if node.JoinType == "right" else (0, 1)


def _join_query(survey: Survey, node: Join) -> str:
    sides = []
    for name, side in zip((_LEFT, _RIGHT), _sides(node), strict=True):
        input_ = node.Inputs[side]
        keys = ", ".join(f"{identifier(key)} AS k{place}" for place, key in enumerate(node.keys(side)))
        sides.append(f"{name} AS (SELECT {keys}, count(*) AS n FROM {identifier(input_)} GROUP BY ALL)")
    places = range(len(node.keys(0)))
    on = " AND ".join(f"l.k{place} = r.k{place}" for place in places)
    left, right = (_shown(side, places) for side in ("l", "r"))
    # Of several examples the least: the same rows give the same.
    return f"""
        WITH {survey.ctes(node.Inputs)}, {", ".join(sides)},
        {_BOTH} AS (
            SELECT l.n AS n, r.n AS m, {left} AS shown FROM {_LEFT} AS l LEFT JOIN {_RIGHT} AS r ON {on}
        )
        SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (m IS NOT NULL), 0), coalesce(sum(n * m), 0),
            max(m), min(shown) FILTER (m = (SELECT max(m) FROM {_BOTH})),
            coalesce(min(shown) FILTER (m IS NULL), 'NULL'),
            (SELECT CASE WHEN count(*) > 0 THEN coalesce(min({right}), 'NULL') END FROM {_RIGHT} AS r)
        FROM {_BOTH}
    """


def _shown(side: str, places: range) -> str:
    """The keys of one side as people read them; NULL where one of them is."""
    return " || ' / ' || ".join(f"CAST({side}.k{place} AS VARCHAR)" for place in places)


def _partitions(survey: Survey, engine: Engine, id_: str) -> Iterator[Finding]:
    """F404, F405."""
    target = survey.graph.targets[id_]
    (input_,) = target.Inputs
    for place, name in enumerate(target.partition_keys):
        where = survey.graph.where(id_, "PartitionKeys", place)
        column = identifier(name)
        ((values, nulls, rows),) = engine.rows(
            f"WITH {survey.ctes([input_])} SELECT count(DISTINCT {column}), count(*) - count({column}), "
            f"count(*) FROM {identifier(input_)}"
        )
        if values > _PARTITIONS:
            yield Finding(
                "F404",
                "warning",
                id_,
                where,
                f"'{id_}' is partitioned by '{name}', which has {values:,} values: at least as many files, "
                f"most of them small, and more than the {_PARTITIONS} partitions that Athena writes at once",
                "Partition by something coarser (a year, a decade), or not at all",
            )
        if nulls:
            yield Finding(
                "F405",
                "warning",
                id_,
                where,
                f"'{id_}' is partitioned by '{name}', which is NULL in {nulls:,} of {rows:,} rows: as files, "
                "they lie in a partition called __HIVE_DEFAULT_PARTITION__",
                f"Where somebody asks by it, give them a value before: coalesce({name}, …) in a SparkSQL",
            )

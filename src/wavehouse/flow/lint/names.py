"""Findings about the names of columns: unknown ones, and several columns of one name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.column_uses import column_uses
from wavehouse.flow.lint.finding import Finding
from wavehouse.flow.nodes import DropFields, Join, SparkSQL
from wavehouse.flow.survey import Survey


def unknown_columns(survey: Survey) -> Iterator[Finding]:
    """F201: every column that a node names and its input does not have."""
    for id_, node in survey.graph.nodes.items():
        inputs = survey.inputs(id_)
        for use in column_uses(node):
            relation = inputs.get(use.input)
            if relation is None or use.column in relation.names:
                continue
            aside = "; Glue would pass over it, and drop nothing" if isinstance(node, DropFields) else ""
            yield Finding(
                "F201",
                "error",
                id_,
                survey.graph.where(id_, *use.at),
                f"node '{id_}' names the column '{use.column}', which '{use.input}' does not have{aside}",
                did_you_mean(use.column, relation.names),
            )


def same_names(survey: Survey) -> Iterator[Finding]:
    """F203: columns that go by one name, letters' case aside. Spark and Athena cannot tell them apart."""
    for id_, node in survey.graph.nodes.items():
        if id_ not in survey.relations or not survey.all_inputs_known(id_):
            continue
        names = survey.relations[id_].names
        twice = _of_one_name(names)
        # Those that come in together are told where they met.
        if not twice or any(_of_one_name(one.names) for one in survey.inputs(id_).values()):
            continue
        remedy = "Rename one of them with an ApplyMapping before"
        if isinstance(node, SparkSQL):
            remedy = "Give one of them another name with AS"
        if isinstance(node, Join):
            remedy = f"Rename one of them with an ApplyMapping before the join, at '{node.Inputs[1]}'"
        yield Finding(
            "F203",
            "error",
            id_,
            survey.graph.where(id_),
            f"node '{id_}' gives {' and '.join(repr(name) for name in dict.fromkeys(twice))}, "
            "and letters' case does not count",
            remedy,
        )


def dotted_names(survey: Survey) -> Iterator[Finding]:
    """F202: columns that a join gave a leading dot, and that reach a target under that name.

    Source: Glue's Join calls a right column `.name` where the left has a `name`
    (https://docs.aws.amazon.com/glue/latest/dg/transforms-configure.html).
    """
    graph = survey.graph
    for id_, node in graph.nodes.items():
        if not isinstance(node, Join) or id_ not in survey.relations:
            continue
        before = {name for one in survey.inputs(id_).values() for name in one.names}
        made = [name for name in survey.relations[id_].names if name.startswith(".") and name not in before]
        for target in graph.targets:
            left = [name for name in made if target in survey.relations and id_ in graph.before(target)]
            left = [name for name in left if name in survey.relations[target].names]
            if not left:
                continue
            first = left[0]
            yield Finding(
                "F202",
                "warning",
                id_,
                graph.where(id_),
                f"both inputs of '{id_}' have {_listed(name[1:] for name in left)}; of the right one Glue "
                f"makes {_listed(left)}, a name that must stand in quotes in every query, and it reaches "
                f"the target '{target}'",
                f"Rename it with an ApplyMapping before the join, at '{node.Inputs[1]}', or drop it after "
                f'the join: DropFields with Paths [["`{first}`"]]',
            )
            break


def _of_one_name(names: list[str]) -> list[str]:
    counts = Counter(name.casefold() for name in names)
    return [name for name in names if counts[name.casefold()] > 1]


def _listed(names: Iterator[str] | list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)

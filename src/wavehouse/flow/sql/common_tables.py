"""The common table expressions of a user's query, under names that nothing else in a program has."""

from __future__ import annotations

from sqlglot import exp

from wavehouse.engines.spark_sql import common_table


def name_common_tables(query: exp.Query, node: str) -> None:
    """Give each WITH table of the query of `node` a name that no node, and no other query, can have.

    In a program all queries stand in one statement, where they call their inputs by the ids of nodes.
    """
    read = [(table, common_table(table)) for table in query.find_all(exp.Table)]
    names: dict[int, str] = {}
    found = list(query.find_all(exp.CTE))
    for one in found:
        # (One may stand in another, and have its name.)
        again = sum(name.startswith(f"{node}: {one.alias.casefold()}") for name in names.values())
        names[id(one)] = f"{node}: {one.alias.casefold()}{f' {again + 1}' if again else ''}"
    for table, cte in read:
        if cte is not None:
            if not table.alias:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
            table.set("this", exp.to_identifier(names[id(cte)], quoted=True))
    for one in found:
        one.args["alias"].set("this", exp.to_identifier(names[id(one)], quoted=True))

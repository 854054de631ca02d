"""Rules as lists: DQDL from anywhere with its SQL, and those of a project with their actions."""

from __future__ import annotations

from typing import Any

from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.engines.engine import Engine
from wavehouse.pipeline.rulebook import read_rules
from wavehouse.project.contracts import read_contracts
from wavehouse.project.project import Project
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.dqdl.text import canonical
from wavehouse.quality.plan import compile_rules

Document = dict[str, Any]


def parsed_rules(project: Project, text: str, source: str | None, engine: Engine) -> Document:
    """Every rule of a DQDL text in its canonical form, with the SQL that it compiles to.

    With `source` the rules are held against the columns of that contract; else any column is taken to be
    there, with the type that a rule asks for.
    """
    ruleset = parse(text)
    columns, references = None, {}
    if source is not None:
        tables = {n: c for n, c in read_contracts(project).items() if c.role == "table"}
        if source not in tables:
            raise CallError(f"there is no source '{source}'", remedy=did_you_mean(source, tables))
        columns = tables[source].table_columns
        references = {name: other.table_columns for name, other in tables.items() if name != source}
    plan = compile_rules(ruleset, columns, references, base=project.root)
    return {
        "rules": [
            {
                "type": rule.type,
                "text": canonical(rule),
                "sql": plan.sql(index, engine),
                "rows": plan.has_rows(index),
                "line": rule.position.line,
            }
            for index, rule in enumerate(ruleset.rules)
        ],
        "analyzers": [
            {"type": analyzer.type, "parameters": [parameter.value for parameter in analyzer.parameters]}
            for analyzer in ruleset.analyzers
        ],
    }


def project_rules(project: Project) -> Document:
    """The rules of all contracts, and what happens where each of them fails."""
    contracts = read_contracts(project)
    rules = []
    for source, found in read_rules(contracts, project.root).items():
        for rule, action in zip(found.ruleset.rules, found.actions, strict=True):
            rules.append({"source": source, "type": rule.type, "text": canonical(rule), "action": action})
    return {"rules": rules}

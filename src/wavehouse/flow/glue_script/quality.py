"""Reads the calls that judge rows, by rules of a node or of a target."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

from wavehouse.flow.glue_script.arguments import Arguments
from wavehouse.flow.glue_script.refusals import Refused
from wavehouse.flow.glue_script.scope import Call, Reader, Scope
from wavehouse.flow.glue_script.values import Library, Value, Verdicts

# The rules that Glue Studio gives to every target: they hold always.
_DEFAULT_RULES = "Rules=[ColumnCount>0]"
_STOPS = (
    "{0}[EvaluateDataQuality.DATA_QUALITY_RULE_OUTCOMES_KEY]"
    '.filter(lambda x: x["Outcome"] == "Failed").count() == 0'
)


def process_rows(scope: Scope, call: Call) -> Value:
    """`EvaluateDataQuality().process_rows(frame, ruleset, publishing_options, additional_options)`.

    Without a variable it judges what a target takes.
    """
    args = Arguments(
        scope,
        call,
        ("frame", "ruleset", "publishing_options", "additional_options", "transformation_ctx"),
    )
    options = args.options("additional_options")
    # How Glue computes and publishes verdicts; they are the same.
    options.is_one_of("observations.scope", "ALL", "ROWS", "NONE")
    options.take("performanceTuning.caching")
    options.take("dataQualityResultsPublishing.strategy")
    options.end()
    publishing = _publishing(args)
    rows, rules = args.rows("frame"), args.text("ruleset")
    if call.variable is None and "".join(rules.split()) == _DEFAULT_RULES:
        scope.target_rules[rows] = publishing.get("EvaluationContext", "")
        return Library("EvaluateDataQuality()[…]")
    name = "Rules of a target" if call.variable is None else None
    return Verdicts(_add(scope, call, args, rows, rules, publishing, name))


def apply(scope: Scope, call: Call) -> Value:
    """`EvaluateDataQuality.apply(frame, ruleset, publishing_options)`."""
    args = Arguments(scope, call, ("frame", "ruleset", "publishing_options", "transformation_ctx"))
    rows, rules = args.rows("frame"), args.text("ruleset")
    _add(scope, call, args, rows, rules, _publishing(args), None)
    # What it returns are the verdicts, of which no node here gives rows.
    return Library("EvaluateDataQuality.apply()")


def _publishing(args: Arguments) -> dict[str, Any]:
    options = args.options("publishing_options")
    found = {
        "EvaluationContext": options.text("dataQualityEvaluationContext"),
        "ResultsS3Prefix": options.text("resultsS3Prefix"),
        "CloudWatchMetricsEnabled": options.flag("enableDataQualityCloudWatchMetrics"),
        "ResultsPublishingEnabled": options.flag("enableDataQualityResultsPublishing"),
    }
    options.end()
    return {key: value for key, value in found.items() if value is not None}


def _add(
    scope: Scope,
    call: Call,
    args: Arguments,
    rows: str,
    rules: str,
    publishing: dict[str, Any],
    name: str | None,
) -> str:
    fields = {
        "Inputs": [rows],
        "Ruleset": textwrap.dedent(rules).strip(),
        "Output": "PrimaryInput",
        "PublishingOptions": publishing or None,
    }
    return scope.draft.add("EvaluateDataQuality", fields, call.line, args.called, name)


def read_assert(scope: Scope, statement: ast.Assert) -> None:
    """`assert verdicts[…].filter(…).count() == 0`: the run stops when a rule fails.

    Before any target, it stops at once; after one, when the rows are loaded.
    """
    for name, value in scope.names.items():
        if isinstance(value, Verdicts) and is_same(statement.test, _STOPS.format(name)):
            targets = any(kind.endswith("Target") for node in scope.draft.nodes.values() for kind in node)
            timing = "AfterDataLoad" if targets else "Immediate"
            scope.draft.fields(value.id)["StopJobOnFailureOptions"] = {"StopJobOnFailureTiming": timing}
            return
    raise Refused(statement, f"{scope.quoted(statement)} asserts something of its own", "Take it out")


def is_same(node: ast.AST, text: str) -> bool:
    """Whether `node` is what the Python code `text` says, however it is laid out."""
    (other,) = ast.parse(text).body
    if isinstance(other, ast.Expr) and not isinstance(node, ast.stmt):
        return ast.dump(node) == ast.dump(other.value)
    return ast.dump(node) == ast.dump(other)


READERS: dict[str, Reader] = {
    "EvaluateDataQuality().process_rows": process_rows,
    "EvaluateDataQuality.apply": apply,
}

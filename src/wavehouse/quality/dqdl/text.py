"""Rules as DQDL text, in the one form that AWS gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wavehouse.quality.dqdl.escapes import name_written, stripped_written, value_written
from wavehouse.quality.rules import (
    Analyzer,
    AnyRule,
    Arithmetic,
    Call,
    Composite,
    Condition,
    DateOperand,
    Day,
    Duration,
    DurationCondition,
    Now,
    Number,
    NumberCondition,
    NumberOperand,
    Parameter,
    Rule,
    Ruleset,
    Size,
    SizeCondition,
    Special,
    Text,
    TextCondition,
    TimeOfDay,
)


def canonical(rule: AnyRule, *, labels: bool = True) -> str:
    """A rule as text that parses to an equal rule; without `labels`, equal but for those.

    It is what AWS shows, but for labels: AWS writes them behind the tags, where its own grammar refuses them,
    and leaves out those of composites. A backslash or a quote within a value is escaped.
    """
    if isinstance(rule, Composite):
        members = (f"({canonical(member, labels=labels)})" for member in rule.members)
        text = f" {rule.operator} ".join(members)
        return f"({text}){_labels(rule.labels)}" if labels and rule.labels else text
    parts = [subject(rule)]
    if rule.condition is not None:
        # The where clause stands behind the condition.
        parts = [_subject(rule.type, rule.parameters), f" {condition_text(rule.condition)}", _where(rule)]
    if labels:
        parts.append(_labels(rule.labels))
    if rule.threshold is not None:
        parts.append(f" with threshold {condition_text(rule.threshold)}")
    parts += (f" with {key} = {value_written(value)}" for key, value in rule.tags.items())
    return "".join(parts)


def subject(rule: Rule) -> str:
    """What a rule measures: its type, parameters and where clause."""
    return _subject(rule.type, rule.parameters) + _where(rule)


def canonical_ruleset(ruleset: Ruleset) -> str:
    """A ruleset as text that parses to an equal one."""
    sections = []
    if ruleset.metadata:
        lines = (f'"{key}": {stripped_written(value)}' for key, value in ruleset.metadata.items())
        sections.append(_block("Metadata = {", lines, "}"))
    sources = []
    if ruleset.primary:
        sources.append(f'"Primary": {stripped_written(ruleset.primary)}')
    if ruleset.additional:
        names = ", ".join(map(stripped_written, ruleset.additional))
        sources.append(f'"AdditionalDataSources": [ {names} ]')
    if sources:
        sections.append(_block("DataSources = {", sources, "}"))
    sections += (f"{name} = {_variable(value)}" for name, value in ruleset.variables.items())
    if ruleset.default_labels:
        sections.append(f"DefaultLabels{_pairs(ruleset.default_labels)}")
    if ruleset.rules:
        sections.append(_block("Rules = [", map(canonical, ruleset.rules), "]"))
    if ruleset.analyzers:
        sections.append(_block("Analyzers = [", map(_analyzer, ruleset.analyzers), "]"))
    return "\n\n".join(sections) + "\n"


def _block(opening: str, lines: Iterable[str], closing: str) -> str:
    return opening + "\n    " + ",\n    ".join(lines) + "\n" + closing


def _analyzer(analyzer: Analyzer) -> str:
    return _subject(analyzer.type, analyzer.parameters)


def _variable(written: str | tuple[str, ...]) -> str:
    if isinstance(written, str):
        return f'"{written}"'
    return "[" + ", ".join(f'"{text}"' for text in written) + "]"


def _subject(type_: str, parameters: Iterable[Parameter]) -> str:
    return " ".join([type_, *map(_parameter, parameters)])


def _parameter(parameter: Parameter) -> str:
    connector = f"{parameter.connector} " if parameter.connector else ""
    if parameter.variable:
        return f"{connector}${parameter.variable}"
    return connector + (name_written(parameter.value) if parameter.quoted else parameter.value)


def _where(rule: Rule) -> str:
    return f" where {name_written(rule.where)}" if rule.where else ""


def _labels(labels: Mapping[str, str]) -> str:
    return f" labels{_pairs(labels)}" if labels else ""


def _pairs(labels: Mapping[str, str]) -> str:
    return "=[" + ", ".join(f'"{key}"="{value}"' for key, value in labels.items()) + "]"


def condition_text(condition: Condition) -> str:
    operator = condition.operator
    operands = _operands(condition)
    if operator in ("between", "not between"):
        return f"{operator} {operands[0]} and {operands[1]}"
    if operator not in ("in", "not in"):
        return f"{operator} {operands[0]}"
    if isinstance(condition, TextCondition) and condition.variable:
        return f"{operator} ${condition.variable}"
    return f"{operator} [{','.join(operands)}]"


def _operands(condition: Condition) -> list[str]:
    if isinstance(condition, NumberCondition):
        return list(map(_number, condition.operands))
    if isinstance(condition, TextCondition):
        matches = condition.operator in ("matches", "not matches")
        return [_text(operand, matches=matches) for operand in condition.operands]
    if isinstance(condition, DurationCondition):
        return list(map(_duration, condition.operands))
    if isinstance(condition, SizeCondition):
        # A size has no sign, but a bare number of bytes has.
        bare = any(size.amount < 0 for size in condition.operands)
        return [_size(size, bare=bare) for size in condition.operands]
    return list(map(_date, condition.operands))


def _number(operand: NumberOperand) -> str:
    if isinstance(operand, Number):
        return operand.text
    if isinstance(operand, Call):
        return f"{operand.name}({','.join(map(_number, operand.arguments))})"
    if isinstance(operand, Arithmetic):
        text = f"{_number(operand.left)} {operand.operator} {_number(operand.right)}"
        return f"({text})" if operand.in_parentheses else text
    return "NULL"


def _text(operand: Text | Special, *, matches: bool) -> str:
    if isinstance(operand, Special):
        return operand.keyword
    return f'"{operand.value}"' if matches else value_written(operand.value)


def _date(operand: DateOperand) -> str:
    if isinstance(operand, Day):
        return f'"{operand.value.isoformat()}"'
    if isinstance(operand, TimeOfDay):
        return f'"{operand.text}"'
    if isinstance(operand, Now):
        return f"(now() {operand.sign} {_duration(operand.offset)})" if operand.offset else "now()"
    return "NULL"


def _duration(duration: Duration) -> str:
    return f"{duration.amount} {duration.unit}"


def _size(size: Size, *, bare: bool) -> str:
    return str(size.amount) if bare else f"{size.amount} {size.unit}"

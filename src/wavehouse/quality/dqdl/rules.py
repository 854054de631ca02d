"""Rules and analyzers: what the grammar accepts, held against the table of rule types."""

from __future__ import annotations

from lark import Token

from wavehouse.core.suggestions import did_you_mean
from wavehouse.quality.dqdl.conditions import ParsedCondition, parsed, read
from wavehouse.quality.dqdl.escapes import inside, name
from wavehouse.quality.dqdl.labels import labels_of
from wavehouse.quality.dqdl.numbers import amount_of
from wavehouse.quality.dqdl.refusal import Refusal, near
from wavehouse.quality.dqdl.rule_types import RULE_TYPES, RuleType, rule_type
from wavehouse.quality.dqdl.syntax import Node, branches, leaves
from wavehouse.quality.dqdl.tags import Tags, read_tags
from wavehouse.quality.dqdl.tokens import position
from wavehouse.quality.dqdl.variables import Variables
from wavehouse.quality.rules import Analyzer, Condition, Parameter, Rule, Size, SizeCondition

_EXAMPLES = {
    "number": "a number, such as > 0.9",
    "text": 'texts, such as in ["a", "b"]',
    "date": "dates, such as > (now() - 3 days)",
    "duration": "durations, such as <= 24 hours",
    "size": "sizes, such as < 5 MB",
}
# What an unquoted parameter may have been meant to be.
_WORDS = ("where", "with", "labels", "matches", "between", "in", "not", "and", "or", "of", "NULL")


def read_rule(node: Node, variables: Variables, default_labels: int) -> Rule:
    """One rule; raises `Refusal` for what its type does not take."""
    word = leaves(node)[0]
    parameters = _parameters(node, variables)
    type_ = _type_of(word, node, len(parameters))
    if type_.analyzer_only:
        raise Refusal(f"'{word}' is an analyzer, not a rule", position(word), "Put it into Analyzers = [ … ]")
    where = _where(node, type_)
    tags = read_tags(branches(node, "tag"), type_, variables)
    labels = branches(node, "labels")
    return Rule(
        type_.name,
        parameters,
        condition=_condition(node, word, type_, variables, tags),
        where=where,
        threshold=tags.threshold,
        tags=tags.plain,
        labels=labels_of(labels[0], default_labels) if labels else {},
        position=position(word),
    )


def read_analyzer(node: Node, variables: Variables) -> Analyzer:
    """One analyzer; raises `Refusal` for a type that measures nothing."""
    word = leaves(node)[0]
    parameters = _parameters(node, variables)
    type_ = _type_of(word, node, len(parameters))
    if type_.conditions == ("none",):
        raise Refusal(
            f"'{word}' is true or false and measures nothing", position(word), "Put it into Rules = [ … ]"
        )
    return Analyzer(type_.name, parameters, position(word))


def _parameters(node: Node, variables: Variables) -> tuple[Parameter, ...]:
    found = []
    for parameter in branches(node, "parameter"):
        words = leaves(parameter)
        connector = next((str(word) for word in words if word.type in ("OF", "AND_NAME")), "")
        if references := branches(parameter, "reference"):
            key = leaves(references[0])[1]
            found.append(Parameter(variables.parameter(key), connector=connector, variable=str(key)))
        elif words[-1].type == "QUOTED":
            found.append(Parameter(name(inside(words[-1])), connector=connector))
        else:
            found.append(Parameter(str(words[-1]), quoted=False, connector=connector))
    return tuple(found)


def _type_of(word: Token, node: Node, count: int) -> RuleType:
    found = rule_type(word, count)
    if found is not None:
        return found
    known = [type_ for type_ in RULE_TYPES if type_.name == word]
    if not known:
        names = (type_.name for type_ in RULE_TYPES)
        raise Refusal(f"there is no rule type '{word}'", position(word), did_you_mean(word, names))
    takes = " or ".join(_count(type_) for type_ in known)
    raise Refusal(
        f"'{word}' has {count or 'no'} parameter{'' if count == 1 else 's'} here; it takes {takes}",
        position(word),
        _hint(node),
    )


def _count(type_: RuleType) -> str:
    if not type_.parameters:
        return "none"
    least = "at least " if type_.variadic else ""
    return f"{least}{len(type_.parameters)} ({', '.join(type_.parameters)})"


def _hint(node: Node) -> str:
    for parameter in branches(node, "parameter"):
        words = leaves(parameter)
        if not words or words[-1].type != "IDENTIFIER":
            continue
        if words[0].type == "AND_NAME" and any(type_.name == words[-1] for type_ in RULE_TYPES):
            return f"AWS reads '{' '.join(words)}' as a parameter: put each of the two rules in parentheses"
        if any(type_.name == words[-1] for type_ in RULE_TYPES):
            return f"'{words[-1]}' is read as a parameter: put a comma before it"
        if suggestion := near(words[-1], *_WORDS):
            return f"'{words[-1]}' is read as a parameter. {suggestion}"
    return ""


def _where(node: Node, type_: RuleType) -> str:
    found = branches(node, "where")
    if not found:
        return ""
    keyword, condition = leaves(found[0])
    if not type_.where:
        raise Refusal(f"'{type_.name}' takes no where clause", position(keyword), "Take it away")
    if not inside(condition):
        raise Refusal(
            "the where clause is empty", position(condition), "Write an SQL condition, or take it away"
        )
    return name(inside(condition))


def _condition(
    node: Node, word: Token, type_: RuleType, variables: Variables, tags: Tags
) -> Condition | None:
    nodes = branches(node, "condition")
    wanted = " or ".join(_EXAMPLES[kind] for kind in type_.conditions if kind != "none")
    if not nodes:
        if "none" in type_.conditions:
            return None
        raise Refusal(f"'{word}' has no condition", position(word), f"It takes one on {wanted}")
    condition = parsed(nodes[0])
    if condition.kind == "number" and "size" in type_.conditions:
        return _bytes(condition)
    if condition.kind in type_.conditions:
        return read(condition, variables, tags.plain)
    if not wanted:
        raise Refusal(f"'{word}' takes no condition", position(condition.start), "Take it away")
    raise Refusal(
        f"this condition is about {_EXAMPLES[condition.kind].split(',')[0]}",
        position(condition.start),
        f"'{word}' takes one on {wanted}",
    )


def _bytes(condition: ParsedCondition) -> SizeCondition:
    """A condition on whole numbers as one on sizes in bytes."""
    sizes = []
    for operand in condition.operands:
        inner = operand
        while not isinstance(inner, Token) and inner.data == "parentheses":
            inner = inner.children[0]
        words = leaves(inner)
        if isinstance(inner, Token) or inner.data != "numeral" or words[-1].type != "WHOLE":
            raise Refusal(
                "this is no size", position(condition.start), "Write a whole number of B, KB, MB, GB or TB"
            )
        amount = amount_of(words[-1])
        sizes.append(Size(-amount if len(words) > 1 else amount, "B"))
    return SizeCondition(condition.operator, tuple(sizes))

"""Text conditions as SQL."""

from __future__ import annotations

from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import literal
from wavehouse.engines.engine import Engine
from wavehouse.quality.comparisons import Compare, comparison
from wavehouse.quality.patterns import check_pattern
from wavehouse.quality.rules import Special, Text, TextCondition, TextOperand

# White space as Unicode has it, not only the five characters of RE2's \s.
_WHITESPACE = r"[\s\x0B\x1C-\x1F\x{85}\p{Z}]+"


def check_text(condition: TextCondition, ignore_case: str) -> None:
    """Refuse what can never be evaluated."""
    if ignore_case.lower() not in ("", "true", "false"):
        raise DefinitionError(
            f"the tag ignoreCase is '{ignore_case}'", remedy='Write with ignoreCase = "true" or "false"'
        )
    if condition.operator in ("matches", "not matches"):
        for operand in condition.operands:
            if not isinstance(operand, Text):
                raise DefinitionError(f"'{condition.operator}' takes a regular expression in quotes")
            check_pattern(operand.value)


def text_test(value: str, condition: TextCondition, engine: Engine, *, ignore_case: bool) -> str:
    """The condition on a text expression: true or false, never NULL."""
    if condition.operator in ("matches", "not matches"):
        (pattern,) = (operand.value for operand in condition.operands if isinstance(operand, Text))
        met = engine.matches(value, pattern)
        return f"coalesce({f'NOT {met}' if condition.operator == 'not matches' else met}, FALSE)"
    null = any(isinstance(operand, Special) and operand.keyword == "NULL" for operand in condition.operands)
    equal: list[Compare] = []
    plain = [literal(operand.value) for operand in condition.operands if isinstance(operand, Text)]
    if plain:
        equal.append(lambda _: _one_of(value, plain, ignore_case=ignore_case))
    equal += [_special(value, operand, engine) for operand in condition.operands if _is_keyword(operand)]
    return comparison(condition.operator, value, equal, null=null)


def _one_of(value: str, literals: list[str], *, ignore_case: bool) -> str:
    if ignore_case:
        value, literals = f"lower({value})", [f"lower({text})" for text in literals]
    return f"{value} = {literals[0]}" if len(literals) == 1 else f"{value} IN ({', '.join(literals)})"


def _is_keyword(operand: TextOperand) -> bool:
    return isinstance(operand, Special) and operand.keyword != "NULL"


def _special(value: str, operand: TextOperand, engine: Engine) -> Compare:
    if isinstance(operand, Special) and operand.keyword == "EMPTY":
        return lambda _: f"{value} = ''"
    return lambda _: engine.matches(value, _WHITESPACE)

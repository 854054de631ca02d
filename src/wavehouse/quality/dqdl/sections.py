"""A whole document: its sections, in their order."""

from __future__ import annotations

from lark import Token

from wavehouse.core.suggestions import did_you_mean
from wavehouse.quality.dqdl.composites import read_any_rule
from wavehouse.quality.dqdl.escapes import inside, value
from wavehouse.quality.dqdl.labels import labels_of
from wavehouse.quality.dqdl.refusal import Refusal
from wavehouse.quality.dqdl.rules import read_analyzer
from wavehouse.quality.dqdl.syntax import Node, branches, first, leaves, syntax_tree
from wavehouse.quality.dqdl.tokens import position
from wavehouse.quality.dqdl.variables import Variables
from wavehouse.quality.rules import Ruleset


def read_document(text: str) -> Ruleset:
    """The ruleset that a text stands for; raises `Refusal`."""
    tree = syntax_tree(text)
    metadata = {key: _bare(node) for key, node in _pairs(tree, "metadata", ("Version",)).items()}
    sources = _pairs(tree, "sources", ("Primary", "AdditionalDataSources"))
    variables = Variables()
    for node in branches(tree, "variable"):
        variables.define(node)
    labels = branches(tree, "default_labels")
    default_labels = labels_of(labels[0]) if labels else {}
    rules = tuple(
        read_any_rule(node, variables, len(default_labels))
        for section in branches(tree, "rules")
        for node in branches(section)
    )
    analyzers = tuple(
        read_analyzer(node, variables)
        for section in branches(tree, "analyzers")
        for node in branches(section)
    )
    if not rules and not analyzers:
        section = branches(tree, "rules", "analyzers")[0]
        raise Refusal(
            "there is neither a rule nor an analyzer", position(first(section)), "Write at least one"
        )
    return Ruleset(
        rules,
        analyzers,
        metadata,
        primary=_bare(sources["Primary"]) if "Primary" in sources else "",
        additional=_names(sources["AdditionalDataSources"]) if "AdditionalDataSources" in sources else (),
        default_labels=default_labels,
        variables=variables.written,
    )


def _pairs(tree: Node, section: str, known: tuple[str, ...]) -> dict[str, Node | Token]:
    """The values of a section by their keys, of which the last of a name counts."""
    found: dict[str, Node | Token] = {}
    for node in branches(tree, section):
        for pair in branches(node):
            key, stands = leaves(pair)[0], pair.children[1]
            if value(inside(key)) not in known:
                raise Refusal(
                    f"{key} is no key of {leaves(node)[0]}", position(key), did_you_mean(inside(key), known)
                )
            found[value(inside(key))] = stands
    return found


def _bare(node: Node | Token) -> str:
    """A value as AWS keeps it: its letters, without any quote; of a list with its brackets."""
    if isinstance(node, Token):
        return node.replace('"', "")
    return f"[{','.join(map(_bare, leaves(node)))}]"


def _names(node: Node | Token) -> tuple[str, ...]:
    """The names of a list, as AWS cuts them: without spaces and brackets, and at every comma."""
    if isinstance(node, Token):
        raise Refusal(
            "AdditionalDataSources is a list", position(node), f'Write "AdditionalDataSources": [ {node} ]'
        )
    joined = _bare(node).replace("[", "").replace("]", "").replace(" ", "")
    names = joined.split(",")
    while len(names) > (not joined) and not names[-1]:
        names.pop()
    return tuple(names)

"""A DQDL text as a tree, by grammar.lark. This module loads lark: import it when it is needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Tree, UnexpectedToken
from lark.lexer import Lexer
from lark.parsers.lalr_interactive_parser import InteractiveParser

from wavehouse.quality.dqdl.complaints import complaint
from wavehouse.quality.dqdl.tokens import tokens

Node = Tree[Token]

_CLOSING = ("_RBRAC", "_RCURL", "_RPAREN")


def syntax_tree(text: str) -> Node:
    """The tree of a whole document; raises `Refusal` at the first token that may not stand where it does."""
    parser = _grammar().parse_interactive()
    read: list[Token] = []
    over = False
    for token in tokens(text):
        if over and token.type in _CLOSING:
            continue
        if over and token.type != "$END":
            raise complaint(token, read, {"$END"})
        try:
            tree = parser.feed_token(token)
            read.append(token)
        except UnexpectedToken:
            accepted = _accepted_behind(read)
            # AWS reads no further than the last section. Of what stands behind it we pass over brackets, but
            # nothing that somebody may believe to be in force.
            over = "$END" in accepted and token.type in _CLOSING
            if not over:
                raise complaint(token, read, accepted) from None
            parser = _fed(read)
    return _node(tree)


def _accepted_behind(read: Sequence[Token]) -> Collection[str]:
    """The kinds of tokens that may stand behind those: the parser that refused one has moved on."""
    accepted: Collection[str] = _fed(read).accepts()  # type: ignore[no-untyped-call]
    return accepted


def _fed(read: Iterable[Token]) -> InteractiveParser:
    parser = _grammar().parse_interactive()
    for token in read:
        parser.feed_token(token)
    return parser


def leaves(node: Node | Token) -> list[Token]:
    """The tokens that stand in a node itself."""
    if isinstance(node, Token):
        return [node]
    return [child for child in node.children if isinstance(child, Token)]


def branches(node: Node | Token, *kinds: str) -> list[Node]:
    """The nodes that stand in a node itself, or those of these kinds."""
    if isinstance(node, Token):
        return []
    return [
        child for child in node.children if isinstance(child, Tree) and (not kinds or child.data in kinds)
    ]


def first(node: Node | Token) -> Token:
    """The first token of a node; parentheses and commas leave none."""
    while isinstance(node, Tree):
        node = node.children[0]
    return node


def _node(tree: Any) -> Node:
    if not isinstance(tree, Tree):  # only `$END` gives the tree
        raise TypeError(tree)
    return tree


class _NoLexer(Lexer):
    # The tokens are fed one by one.
    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:  # noqa: ARG002
        return iter(())


@cache
def _grammar() -> Lark:
    text = files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(text, parser="lalr", lexer=_NoLexer, maybe_placeholders=False)

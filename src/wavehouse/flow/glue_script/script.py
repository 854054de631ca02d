"""A script as statements and names of nodes: parsed, never run, and bounded in size and depth."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass

from wavehouse.core.errors import DefinitionError

# Glue Studio's longest scripts are those of wide mappings, some 100 KB.
MAX_BYTES = 500_000
MAX_DEPTH = 60
MAX_TOKENS = 150_000
_NO_TEXT = re.compile(r"[\0\ud800-\udfff]")
_NAME = re.compile(r"#\s*Script generated for node (.*)")


@dataclass(frozen=True)
class Script:
    """The statements of a script, its lines, and the names of nodes by the lines of their comments."""

    statements: list[ast.stmt]
    lines: list[str]
    names: dict[int, str]


def script_text(content: bytes, where: str) -> str:
    """The text of a script; raises `DefinitionError` where it is too large or not UTF-8."""
    if len(content) > MAX_BYTES:
        raise _too_large(where)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DefinitionError(
            f"this file is not UTF-8 (byte {error.start})",
            where=where,
            remedy="Save it as UTF-8, as Glue does",
        ) from None


def parse_script(text: str, where: str) -> Script:
    """The script `text`.

    Raises `DefinitionError` with `where` and the line for what is not Python 3, too large or too deep.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise _too_large(where)
    if found := _NO_TEXT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise DefinitionError(
            "this is not a text: it has a null byte or half a character",
            where=f"{where}:{line}",
            remedy="Save the script from Glue Studio again",
        )
    # A form feed or a sole CR ends no line of a script but would end one of a text.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    names = _names(text, where)
    try:
        with warnings.catch_warnings():
            # '\d' in a text and the like: Python warns, and so do we not.
            warnings.simplefilter("ignore")
            tree = ast.parse(text, filename=where)
    except SyntaxError as error:
        raise _not_python(where, error.lineno or 1, error.msg) from None
    except (ValueError, RecursionError, MemoryError):
        raise _too_deep(where) from None
    _check_depth(tree, where)
    return Script(tree.body, text.split("\n"), names)


def _names(text: str, where: str) -> dict[int, str]:
    """The names of nodes in comments, by line. Counts what the parser is then given."""
    names: dict[int, str] = {}
    depth = 0
    try:
        for count, token in enumerate(tokenize.generate_tokens(io.StringIO(text).readline)):
            if token.type == tokenize.COMMENT and (found := _NAME.match(token.string)):
                names[token.start[0]] = found[1].strip()
            opens = token.type == tokenize.INDENT or (token.type == tokenize.OP and token.string in "([{")
            closes = token.type == tokenize.DEDENT or (token.type == tokenize.OP and token.string in ")]}")
            depth += opens - closes
            if depth > MAX_DEPTH:
                raise _too_deep(f"{where}:{token.start[0]}")
            if count > MAX_TOKENS:
                raise _too_large(where)
    except (tokenize.TokenError, SyntaxError):
        # The parser comes to the same place, and says better what is wrong.
        pass
    return names


def _check_depth(tree: ast.Module, where: str) -> None:
    """Raise for a tree that is deeper than Glue Studio's: what follows goes down by recursion."""
    pending: list[tuple[ast.AST, int, int]] = [(tree, 0, 1)]
    while pending:
        node, depth, line = pending.pop()
        line = getattr(node, "lineno", line)
        if depth > MAX_DEPTH:
            raise _too_deep(f"{where}:{line}")
        pending.extend((child, depth + 1, line) for child in ast.iter_child_nodes(node))


def _too_large(where: str) -> DefinitionError:
    return DefinitionError(
        f"this script is larger than {MAX_BYTES:,} bytes or {MAX_TOKENS:,} words, "
        "too large to come from Glue Studio",
        where=where,
    )


def _too_deep(where: str) -> DefinitionError:
    return DefinitionError(
        f"this script is nested more than {MAX_DEPTH} deep, or has numbers without end",
        where=where,
        remedy="Glue Studio writes no such script; take out what was added",
    )


def _not_python(where: str, line: int, said: str) -> DefinitionError:
    remedy = (
        "It is written for Python 2: save the script from Glue Studio again, with Glue 3.0 or newer"
        if "print" in said or "exec" in said
        else "Save the script from Glue Studio again"
    )
    return DefinitionError(f"this is not Python 3: {said}", where=f"{where}:{line}", remedy=remedy)

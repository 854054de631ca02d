"""The arguments of a call by name, as constants, rows of nodes, or options."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any

from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.glue_script.refusals import Refused
from wavehouse.flow.glue_script.scope import Call, Scope
from wavehouse.flow.glue_script.values import Library

_REQUIRED: Any = object()


class Arguments:
    """The arguments of `call`; `names` are those that its function has, in their order.

    Raises `Refused` for arguments that the function does not have, or that are unpacked (`*a`, `**k`).
    """

    def __init__(self, scope: Scope, call: Call, names: Iterable[str]) -> None:
        self.scope = scope
        self.call = call
        known = list(names)
        given: dict[str, ast.expr] = {}
        if len(call.node.args) > len(known):
            raise Refused(call.node, f"{scope.quoted(call.node)} has more arguments than its function takes")
        for name, value in zip(known, call.node.args, strict=False):
            if isinstance(value, ast.Starred):
                raise Refused(value, f"{scope.quoted(value)} unpacks arguments", "Write each by itself")
            given[name] = value
        for keyword in call.node.keywords:
            if keyword.arg is None:
                raise Refused(
                    keyword.value, f"{scope.quoted(keyword.value)} unpacks arguments", "Write each by itself"
                )
            if keyword.arg not in known or keyword.arg in given:
                raise Refused(
                    keyword.value,
                    f"the argument '{keyword.arg}' of {scope.quoted(call.node)} is not read",
                    did_you_mean(keyword.arg, known),
                )
            given[keyword.arg] = keyword.value
        self._given = given
        self._context = self.text("transformation_ctx", "")
        for name in ("glueContext", "glue_ctx"):
            if name in given and scope.value(given[name]) != Library("GlueContext()"):
                raise Refused(
                    given[name], f"{scope.quoted(given[name])} stands where the GlueContext belongs"
                )

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def expression(self, name: str) -> ast.expr:
        """An argument as it is written; raises `Refused` where there is none."""
        if name not in self._given:
            raise Refused(self.call.node, f"{self.scope.quoted(self.call.node)} has no '{name}'")
        return self._given[name]

    def literal(self, name: str, default: Any = _REQUIRED) -> Any:
        """A constant of any kind."""
        if name not in self._given and default is not _REQUIRED:
            return default
        return self.scope.literal(self.expression(name))

    def text(self, name: str, default: Any = _REQUIRED) -> Any:
        """A text, or `default`."""
        if name not in self._given and default is not _REQUIRED:
            return default
        return self.scope.text(self.expression(name))

    def texts(self, name: str, default: Any = _REQUIRED) -> list[str]:
        """A list of texts."""
        value = self.literal(name, default)
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise Refused(self.expression(name), f"'{name}' is a list of texts, and this is none")
        return list(value)

    def values(self, name: str, default: Any = _REQUIRED) -> list[Any]:
        """A list, tuple or set of constants; Glue Studio writes an empty set as `{}`."""
        value = self.literal(name, default)
        if not isinstance(value, list | tuple) and value != {}:
            raise Refused(self.expression(name), f"'{name}' is a list, and this is none")
        return list(value)

    def rows(self, name: str) -> str:
        """The id of the node whose rows these are."""
        return self.scope.rows(self.expression(name))

    def rows_by_text(self, name: str) -> dict[str, str]:
        """A dict from texts to rows of nodes: the ids."""
        node = self.expression(name)
        if not isinstance(node, ast.Dict) or None in node.keys:
            raise Refused(node, f"'{name}' is a dict of names and rows, and this is none")
        return {
            self.scope.text(key): self.scope.rows(value)
            for key, value in zip(node.keys, node.values, strict=True)
            if key is not None
        }

    def options(self, name: str) -> Options:
        """A dict of options."""
        value = self.literal(name, {})
        if not isinstance(value, dict):
            raise Refused(self.expression(name), f"'{name}' is a dict of options, and this is none")
        return Options(name, value, self._given.get(name, self.call.node))

    @property
    def called(self) -> str | None:
        """What to call the node: the variable that gets it, else the transformation_ctx."""
        return self.call.variable or self._context or None


class Options:
    """A dict of options, from which each that is known is taken; the others are refused by `end`."""

    def __init__(self, name: str, values: Mapping[str, Any], place: ast.expr) -> None:
        self._name = name
        self._left = dict(values)
        self._place = place

    def take(self, *names: str) -> Any:
        """The option of one of these names, or None."""
        found = [self._left.pop(name) for name in names if name in self._left]
        return found[-1] if found else None

    def text(self, name: str) -> str | None:
        """A text, or None; raises `Refused` for anything else."""
        value = self.take(name)
        if value is None or isinstance(value, str):
            return value
        raise self._refused(name, "a text")

    def texts(self, name: str) -> list[str] | None:
        """A list of texts, or None."""
        value = self.take(name)
        if value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            return value
        raise self._refused(name, "a list of texts")

    def flag(self, *names: str) -> bool | None:
        """A truth value, also as the text that Glue Studio writes in some places."""
        value = self.take(*names)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if value is None or isinstance(value, bool):
            return value
        raise self._refused(names[0], "True or False")

    def number(self, name: str) -> int | None:
        """A whole number, also as text."""
        value = self.take(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            return int(value)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise self._refused(name, "a whole number")

    def is_one_of(self, name: str, *values: Any) -> None:
        """Take an option that changes nothing when it has one of these values; else refuse it."""
        value = self.take(name)
        if value is not None and value not in values:
            raise Refused(
                self._place,
                f"the option '{name}' of '{self._name}' is {value!r}, for which Glue's node has no field",
                f"Here it can be {' or '.join(map(repr, values))}",
            )

    def rest(self) -> dict[str, Any]:
        """All that is left."""
        left, self._left = self._left, {}
        return left

    def end(self) -> None:
        """Raise `Refused` where an option is left."""
        for name in self._left:
            raise Refused(
                self._place,
                f"the option '{name}' of '{self._name}' is none that Glue's node has a field for",
                "Take it out, or set it where the job is made",
            )

    def _refused(self, name: str, kind: str) -> Refused:
        return Refused(self._place, f"the option '{name}' of '{self._name}' is {kind}, and this is none")

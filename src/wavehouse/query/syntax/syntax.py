"""What binds a kind of node, and what it binds the parts of it with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlglot import exp

from wavehouse.query.names import Field
from wavehouse.query.typed import Typed


class Binder(Protocol):
    """Binds the expressions of one place in a query (`Expressions`)."""

    @property
    def now(self) -> datetime:
        """The moment of the statement."""

    def bind(self, node: exp.Expr) -> Typed:
        """The expression as typed SQL; raises `QueryError` with the place for what is not covered."""

    def within(self, fields: Sequence[Field]) -> Binder:
        """The same place, in which these can be named as well: the arguments of a lambda."""


@dataclass(frozen=True)
class Syntax:
    """`parts` are the arguments of a node that are covered, as in `coverage`; `bind` makes it typed SQL."""

    parts: str
    bind: Callable[[Binder, Any], Typed]

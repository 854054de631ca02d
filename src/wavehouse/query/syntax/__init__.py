"""Expressions with a syntax of their own, by what they are about; each node with the parts that are covered.

A kind of node that is neither here nor in `coverage` is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from wavehouse.query.syntax.arrays import ARRAYS
from wavehouse.query.syntax.conditions import CONDITIONS
from wavehouse.query.syntax.syntax import Syntax
from wavehouse.query.syntax.texts import TEXTS
from wavehouse.query.syntax.times import TIMES

SYNTAX: Mapping[type[exp.Expr], Syntax] = {**ARRAYS, **CONDITIONS, **TEXTS, **TIMES}

__all__ = ["SYNTAX", "Syntax"]

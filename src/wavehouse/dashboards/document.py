"""Answers of visuals for other programs: as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wavehouse.dashboards.answers import VisualData
from wavehouse.query.output import csv_line, plain


def as_document(name: str, title: str, data: Sequence[VisualData]) -> dict[str, Any]:
    """`name, title, charts[{id, title, kind, columns, types, rows, …}]`, JSON-ready.

    `has_rest`, `trend`, `whole`, `truncated`, `ignored` are as in `VisualData`; `error` is null, or a text.
    """
    return {"name": name, "title": title, "charts": [_chart(one) for one in data]}


def as_csv(data: VisualData) -> str:
    """The rows of a visual as `query.output.as_csv` writes them, under the names of their columns.

    That of all groups beyond the limit has the name that the visual gives it.
    """
    rows = [[*row] for row in data.rows]
    if data.has_rest:
        rows[-1][0] = data.visual.rest
    return "".join([csv_line(column.name for column in data.columns), *map(csv_line, rows)])


def _chart(data: VisualData) -> dict[str, Any]:
    return {
        "id": data.visual.id,
        "title": data.visual.title,
        "kind": data.visual.kind,
        "columns": [column.name for column in data.columns],
        "types": [column.type for column in data.columns],
        "rows": _rows(data.rows),
        "truncated": data.truncated,
        "has_rest": data.has_rest,
        "trend": _rows(data.trend),
        "whole": _rows([data.whole])[0] if data.whole is not None else None,
        "ignored": list(data.ignored),
        "seconds": round(data.seconds, 6),
        "error": str(data.error) if data.error is not None else None,
    }


def _rows(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [[plain(value) for value in row] for row in rows]

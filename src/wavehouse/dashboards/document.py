"""Answers of visuals for other programs: as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wavehouse.dashboards.answers import VisualData
from wavehouse.query.output import csv_lines
from wavehouse.query.value_texts import plain_of


def as_document(name: str, title: str, data: Sequence[VisualData]) -> dict[str, Any]:
    """`name, title, charts[{id, title, kind, columns, types, rows, …}]`, JSON-ready.

    `has_rest`, `trend`, `whole`, `truncated`, `ignored` are as in `VisualData`; `error` is null, or a text.
    """
    return {"name": name, "title": title, "charts": [_chart(one) for one in data]}


def as_csv(data: VisualData) -> str:
    """The rows of a visual as `query.output` writes them, under the names of their columns.

    That of all groups beyond the limit has the name that the visual gives it.
    """
    rows = [*data.rows]
    if data.has_rest:
        rows[-1] = (data.visual.rest, *rows[-1][1:])
    names, types = [one.name for one in data.columns], [one.type for one in data.columns]
    return "".join(csv_lines(names, types, rows))


def _chart(data: VisualData) -> dict[str, Any]:
    types = [column.type for column in data.columns]
    measures = [column.type for column in data.columns if column.role == "measure"]
    return {
        "id": data.visual.id,
        "title": data.visual.title,
        "kind": data.visual.kind,
        "columns": [column.name for column in data.columns],
        "types": types,
        "rows": _rows(types, data.rows),
        "truncated": data.truncated,
        "has_rest": data.has_rest,
        # (The moment that a point is of has no column, and is a text in any case.)
        "trend": _rows(["varchar", *types], data.trend),
        "whole": _rows(measures, [data.whole])[0] if data.whole is not None else None,
        "ignored": list(data.ignored),
        "seconds": round(data.seconds, 6),
        "error": str(data.error) if data.error is not None else None,
    }


def _rows(types: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    plains = [plain_of(type_) for type_ in types]
    return [[plain(value) for plain, value in zip(plains, row, strict=True)] for row in rows]

"""Dashboards and visuals as files, from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from wavehouse.settings import Settings
from wavehouse.wiring.dashboards import lake_queries, named, view_of
from wavehouse.wiring.parts import Document

if TYPE_CHECKING:
    from wavehouse.dashboards.board import Board
    from wavehouse.dashboards.view import View

FORMS = ("html", "svg", "png", "csv")


def export(
    settings: Settings, name: str, controls: Sequence[str], view: str, form: str, output: Path
) -> Document:
    """Write a dashboard (or one visual of it) in a view; several pictures or CSV files come into a folder.

    Raises `CallError` for a form that there is not and for visuals that have no picture, the error of the
    first visual that could not be answered, and `OutsideError` where nothing can be written or drawn.
    """
    from wavehouse.core.errors import CallError, in_words
    from wavehouse.core.suggestions import did_you_mean
    from wavehouse.dashboards.board import Board

    if form not in FORMS:
        raise CallError(f"there is no form '{form}'", remedy=did_you_mean(form, FORMS))
    found, wanted = named(settings, name)
    asked = view_of(found, controls, view)
    with lake_queries(settings) as queries:
        files = _files(Board(found, queries), asked, wanted, form)
    several = form != "html" and not wanted
    written = []
    try:
        if several:
            output.mkdir(parents=True, exist_ok=True)
        for id_, content in files.items():
            path = output / f"{id_}.{form}" if several else output
            path.write_bytes(content)
            written.append(
                {"visual": id_ if form != "html" else None, "file": str(path), "bytes": len(content)}
            )
    except OSError as error:
        raise in_words(error, str(output)) from error
    return {"dashboard": found.dashboard, "form": form, "files": written}


def _files(board: Board, view: View, wanted: Sequence[str], form: str) -> dict[str, bytes]:
    from wavehouse.core.errors import CallError
    from wavehouse.dashboards.charts.draw import CHARTS
    from wavehouse.dashboards.document import as_csv
    from wavehouse.dashboards.exports.html import page_of
    from wavehouse.dashboards.exports.pictures import pictures

    dashboard = board.dashboard
    ids = [*wanted] or dashboard.shown(view.sheet)
    if form == "html":
        return {dashboard.dashboard: page_of(board, view, ids).encode()}
    if form != "csv":
        texts = [id_ for id_ in wanted if dashboard.visual(id_).kind not in CHARTS]
        if texts:
            kind = dashboard.visual(texts[0]).kind.replace("_", " ")
            raise CallError(f"'{texts[0]}' is a {kind}, and no chart", remedy="Export it as html or csv")
        ids = [id_ for id_ in ids if dashboard.visual(id_).kind in CHARTS]
    answers = board.answer(view, ids)
    for data in answers.values():
        if data.error is not None:
            raise data.error
    if form == "csv":
        return {id_: as_csv(answers[id_]).encode() for id_ in ids}
    found = pictures(page_of(board, view, ids), cast(Literal["svg", "png"], form))
    missing = [id_ for id_ in ids if id_ not in found]
    if missing:
        raise CallError(f"'{missing[0]}' has no rows in this view: there is nothing to draw")
    return found

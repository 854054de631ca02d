"""Dashboards on a lake: what they are, what they show, and whether they can be shown."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.parts import Document, engine_memory, layout_of, tables_of

if TYPE_CHECKING:
    from wavehouse.core.columns import Column
    from wavehouse.core.errors import WavehouseError
    from wavehouse.dashboards.answers import VisualData
    from wavehouse.dashboards.board import Board
    from wavehouse.dashboards.copies import Copies
    from wavehouse.dashboards.definition import Dashboard
    from wavehouse.dashboards.lake_queries import LakeQueries
    from wavehouse.dashboards.view import View


@contextmanager
def lake_queries(settings: Settings) -> Iterator[LakeQueries]:
    """What answers the visuals of all dashboards of the lake that must be there, for one command.

    Copies of tables are read where `dashboard_service` has made them.
    """
    with dashboard_parts(settings) as (queries, copies):
        copies.refresh(tables_of(settings).names(), make=False)
        yield queries


@contextmanager
def dashboard_service(settings: Settings) -> Iterator[LakeQueries]:
    """The same for somebody who serves them: copies of tables are kept up to date meanwhile."""
    from wavehouse.dashboards.board import Board
    from wavehouse.dashboards.files import all_dashboards
    from wavehouse.dashboards.keeper import Keeper

    project = Project.at(settings.project)
    with dashboard_parts(settings) as (queries, copies):

        def boards() -> list[Board]:
            return [Board(one, queries) for one in all_dashboards(project).dashboards.values()]

        keeper = Keeper(copies, boards)
        keeper.start()
        try:
            yield queries
        finally:
            keeper.close()


@contextmanager
def dashboard_parts(settings: Settings) -> Iterator[tuple[LakeQueries, Copies]]:
    """What answers dashboards, and the copies that it asks: none, until they are refreshed."""
    from wavehouse.dashboards.copies import Copies
    from wavehouse.dashboards.lake_queries import LakeQueries
    from wavehouse.engines.duckdb_copies import write_copy
    from wavehouse.engines.duckdb_readers import DuckDBReaders
    from wavehouse.pipeline.own_records import OwnRecords

    layout, tables = layout_of(settings), tables_of(settings)
    with tempfile.TemporaryDirectory(prefix="wavehouse-") as folder:
        scratch = Path(folder)
        readers = DuckDBReaders(memory=engine_memory(), scratch=scratch, s3=layout.s3)

        def write(metadata: str, columns: Sequence[Column], file: Path) -> int:
            return write_copy(metadata, columns, file, scratch, engine_memory() // 2, layout.s3)

        copies = Copies(layout.copies, tables, readers, write)
        queries = LakeQueries(tables, readers, OwnRecords(layout), scratch, copies)
        try:
            yield queries, copies
        finally:
            queries.close()


def dashboards(settings: Settings) -> Document:
    """The dashboards, and what is wrong with the files of others."""
    from wavehouse.dashboards.files import all_dashboards

    found = all_dashboards(Project.at(settings.project))
    return {
        "dashboards": [
            {
                "name": one.dashboard,
                "title": one.title,
                "description": one.description,
                "sheets": [sheet.id for sheet in one.sheets],
                "charts": [visual.id for visual in one.visuals],
            }
            for one in found.dashboards.values()
        ],
        "broken": [{"file": str(path), "error": str(error)} for path, error in found.broken.items()],
    }


def dashboard(settings: Settings, name: str) -> Document:
    """What a dashboard is made of."""
    from wavehouse.dashboards.files import find_dashboard

    found = find_dashboard(Project.at(settings.project), name)
    return {
        "name": found.dashboard,
        "title": found.title,
        "description": found.description,
        "data": {id_: _told(data) for id_, data in found.data.items()},
        "controls": [_told(control) for control in found.controls],
        "sheets": [_told(sheet) for sheet in found.sheets],
    }


def statements(settings: Settings, name: str, controls: Sequence[str], view: str) -> list[tuple[str, str]]:
    """The query of every visual of a view in Athena SQL, by the visual's id."""
    from wavehouse.dashboards.board import Board

    found, wanted = named(settings, name)
    with lake_queries(settings) as queries:
        board = Board(found, queries)
        asked = view_of(found, controls, view)
        return [(id_, board.sql(asked, id_)) for id_ in wanted or found.shown(asked.sheet)]


def answers(
    settings: Settings, name: str, controls: Sequence[str], view: str, visuals: Sequence[str]
) -> tuple[Dashboard, list[VisualData]]:
    """The visuals of a dashboard in a view: those that are named, else its sheet's, else all.

    `name` is a dashboard, `dashboard/visual`, or a visual of which there is one.
    """
    from wavehouse.dashboards.board import Board

    found, wanted = named(settings, name)
    asked = view_of(found, controls, view)
    ids = [*wanted, *(found.visual(id_).id for id_ in visuals)] or found.shown(asked.sheet)
    with lake_queries(settings) as queries:
        given = Board(found, queries).answer(asked, ids)
    return found, [given[id_] for id_ in dict.fromkeys(ids)]


def show_answers(found: Dashboard, data: Sequence[VisualData]) -> None:
    """Print visuals."""
    from wavehouse.terminal.charts import show_visuals

    show_visuals(found.title, data)


def answers_document(found: Dashboard, data: Sequence[VisualData]) -> Document:
    """Visuals as data."""
    from wavehouse.dashboards.document import as_document

    return as_document(found.dashboard, found.title, data)


def answer_csv(data: VisualData) -> str:
    """The rows of one visual as CSV."""
    from wavehouse.dashboards.document import as_csv

    return as_csv(data)


def check(settings: Settings, name: str | None) -> Document:
    """What is wrong with dashboards: their files, the names in them, their queries on this lake."""
    from wavehouse.dashboards.board import Board
    from wavehouse.dashboards.check import problems
    from wavehouse.dashboards.files import all_dashboards, find_dashboard

    project = Project.at(settings.project)
    errors: list[WavehouseError] = []
    if name is None:
        found = all_dashboards(project)
        errors += found.broken.values()
        checked = [*found.dashboards.values()]
    else:
        checked = [find_dashboard(project, name)]
    with lake_queries(settings) as queries:
        for one in checked:
            errors += problems(Board(one, queries))
    return {
        "dashboards": [one.dashboard for one in checked],
        "visuals": sum(len(one.visuals) for one in checked),
        "problems": [
            {"where": error.where, "what": error.what, "remedy": error.remedy, "text": str(error)}
            for error in errors
        ],
    }


def refresh(settings: Settings, names: Sequence[str]) -> Document:
    """Have copies of the tables as they are now, and every dashboard answered once as it is opened.

    `names` are those that are answered, all if there are none. Raises the error of the first visual with one.
    """
    import time

    from wavehouse.core.errors import QueryError
    from wavehouse.dashboards.board import Board
    from wavehouse.dashboards.files import all_dashboards
    from wavehouse.dashboards.view import View

    known = all_dashboards(Project.at(settings.project))
    wanted = [known.find(name) for name in names] if names else [*known.dashboards.values()]
    told = []
    with dashboard_parts(settings) as (queries, copies):
        notes = copies.refresh(tables_of(settings).names())
        for one in wanted:
            began = time.perf_counter()
            given = Board(one, queries).answer(View(), one.shown(one.sheets[0].id))
            for id_, data in given.items():
                if data.error is not None:
                    raise QueryError(f"the dashboard {one.dashboard} cannot be shown: {id_}: {data.error}")
            seconds = round(time.perf_counter() - began, 3)
            told.append({"name": one.dashboard, "visuals": len(given), "seconds": seconds})
    problems = [f"{path.name}: {error}" for path, error in known.broken.items()]
    return {"dashboards": told, "notes": notes, "problems": problems}


def schema() -> str:
    """The JSON Schema of a dashboard's file."""
    from wavehouse.dashboards.file_schema import file_schema

    return file_schema()


def show_insights(settings: Settings) -> None:
    """Print what the project names as insights."""
    from wavehouse.dashboards.board import Board
    from wavehouse.dashboards.files import insights
    from wavehouse.dashboards.view import View
    from wavehouse.terminal.charts import show_visuals

    with lake_queries(settings) as queries:
        for insight in insights(Project.at(settings.project)):
            data = [
                Board(one, queries).answer(View(), [visual.id])[visual.id] for one, visual in insight.visuals
            ]
            if any(one.rows or one.error for one in data):
                show_visuals(insight.title, data)


def named(settings: Settings, name: str) -> tuple[Dashboard, list[str]]:
    """The dashboard that `name` means, and the visual of it where that is named."""
    from wavehouse.dashboards.files import all_dashboards

    known = all_dashboards(Project.at(settings.project))
    of, slash, visual = name.partition("/")
    if slash:
        found = known.find(of)
        return found, [found.visual(visual).id]
    having = [one for one in known.dashboards.values() if any(each.id == name for each in one.visuals)]
    if name not in known.dashboards and len(having) == 1:
        return having[0], [name]
    return known.find(name), []


def view_of(found: Dashboard, controls: Sequence[str], view: str) -> View:
    """The view of an address's query, with these controls (NAME=VALUE) set besides."""
    from urllib.parse import parse_qsl

    from wavehouse.core.errors import CallError
    from wavehouse.dashboards.view import read_view

    pairs = parse_qsl(view.removeprefix("?"), keep_blank_values=True)
    for text in controls:
        id_, equals, value = text.partition("=")
        if not equals:
            raise CallError(f"'{text}' sets no control", remedy="Write NAME=VALUE, such as genre=pop")
        pairs.append((found.control(id_).id, value))
    return read_view(found, pairs)


def _told(model: object) -> Document:
    from pydantic import BaseModel

    assert isinstance(model, BaseModel)  # noqa: S101
    told: Document = model.model_dump(mode="json", exclude_defaults=True)
    return told

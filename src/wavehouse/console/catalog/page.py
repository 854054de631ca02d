"""The page of the catalog: all tables, one of them beside, or a crawl."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from nicegui import ui

from wavehouse.catalog.crawl_lines import counted
from wavehouse.console.catalog.crawl import CrawlPart
from wavehouse.console.catalog.parts import PARTS, TableParts
from wavehouse.console.catalog.work import CatalogWork, Document
from wavehouse.console.elements.links import state_link
from wavehouse.console.elements.panel import Panel, nothing
from wavehouse.console.elements.plain_table import badge
from wavehouse.console.elements.styles import page_styles
from wavehouse.console.shell import Frame, Page, address
from wavehouse.core.byte_sizes import size

_FORMATS = {"iceberg": "accent", "view": "warning"}


def catalog_page(work: CatalogWork) -> Page:
    """The data catalog of the lake."""

    async def build(frame: Frame) -> None:
        page_styles()
        CatalogPage(frame, work).build()

    return Page("catalog", "Catalog", "inventory_2", build)


class CatalogPage:
    """The page as one browser has it: what is searched for, which table is shown, and which part of it."""

    def __init__(self, frame: Frame, work: CatalogWork) -> None:
        self._frame = frame
        self._work = work
        told = frame.values()
        self._table = frame.rest
        self._part = told.get("part", "columns")
        self._column = told.get("column", "")
        self._search = told.get("search", "")
        self._crawls = "crawl" in told
        self._target = told.get("crawl", "")
        self._found: list[Document] = []

    def build(self) -> None:
        """Build the page."""
        with self._frame.header:
            link = state_link("Crawl a folder", address("catalog", "", [("crawl", "")]), self._show_crawl)
            link.classes("wh-button-link")
        with ui.element("div").classes("wh-split"):
            self._list = Panel(self._frame, "Tables")
            with self._list.place:
                search = ui.input("Search", value=self._search, on_change=self._searched)
                search.props('outlined dense clearable debounce=150 aria-label="Search tables"')
                search.move(self._list.place, target_index=1)
            self._detail = Panel(self._frame, plain=True)
        self._load()
        if self._crawls:
            self._show_crawl()

    def _load(self) -> None:
        self._list.load(self._work.tables, self._got, heals=True)

    def _got(self, document: Document) -> None:
        self._found = document["tables"]
        databases = {table["name"].partition(".")[0] for table in self._found}
        self._frame.subtitle.set_text(f"{len(self._found)} tables in {len(databases)} databases")
        self._show_list()
        if self._table:
            self._show_table()
        elif not self._crawls:
            if self._found:
                # The last one that runs make stands for the lake: it is the joined one.
                best = max(self._found, key=lambda one: (one["columns"], one["rows"] or 0))
                self._table = best["name"]
                self._show_list()
                self._show_table()
            else:
                self._detail.show(lambda: nothing("Load some files (Runs), or crawl a folder."))

    def _searched(self, event: Any) -> None:
        self._search = event.value or ""
        self._list.show(self._show_list)
        self._remember()

    def _show_list(self) -> None:
        self._list.body.clear()
        with self._list.body:
            words = self._search.lower().split()
            shown = [one for one in self._found if _matches(one, words)]
            if not self._found:
                nothing("There are no tables yet.")
            elif not shown:
                nothing(f"No table is called like '{self._search}'.")
            for database, tables in groupby(shown, key=lambda one: one["name"].partition(".")[0]):
                ui.label(database).classes("wh-group")
                for table in tables:
                    self._entry(table)

    def _entry(self, table: Document) -> None:
        name = table["name"]
        with state_link("", self._address(name), lambda: self._choose(name)).classes("wh-entry") as link:
            with ui.element("div").classes("wh-entry-head"):
                ui.label(name.partition(".")[2]).classes("wh-entry-title")
                badge(table["format"], _FORMATS.get(table["format"], "muted"))
            rows = "rows not counted" if table["rows"] is None else counted(table["rows"], "row")
            said = [rows, size(table["bytes"])] if table["format"] != "view" else ["a query"]
            ui.label(" · ".join([*said, *(["its files are gone"] if table["deprecated"] else [])])).classes(
                "wh-entry-said"
            )
        if name == self._table:
            link.classes("wh-entry-on").props('aria-current="true"')

    def _choose(self, name: str) -> None:
        self._table, self._column, self._crawls = name, "", False
        self._part = self._part if self._part != "lineage" else "columns"
        self._remember()
        self._show_list()
        self._show_table()

    def _show_table(self) -> None:
        name = self._table
        parts = TableParts(self._frame, self._work, name, self._column, self._go, self._link, self._load)
        self._detail.show(lambda: parts.build(self._part if self._part in PARTS else "columns"))

    def _go(self, part: str, column: str = "") -> None:
        self._part, self._column = part, column
        self._remember()
        self._show_table()

    def _show_crawl(self) -> None:
        self._table, self._crawls = "", True
        self._frame.remember([("crawl", self._target)], "")
        self._show_list()
        self._detail.show(CrawlPart(self._frame, self._work, self._target, self._crawled).build)

    def _crawled(self, target: str) -> None:
        self._target = target
        self._frame.remember([("crawl", target)], "")
        self._load()

    def _query(self) -> list[tuple[str, str]]:
        told = [("part", self._part)] if self._part != "columns" else []
        told += [("column", self._column)] if self._column else []
        return told + ([("search", self._search)] if self._search else [])

    def _remember(self) -> None:
        self._frame.remember(self._query(), self._table)

    def _address(self, name: str) -> str:
        return address("catalog", name, self._query())

    def _link(self, part: str, column: str = "") -> str:
        query = [("part", part), *([("column", column)] if column else [])]
        return address("catalog", self._table, query)


def _matches(table: Document, words: list[str]) -> bool:
    text = f"{table['name']} {table['comment']} {table['format']}".lower()
    return all(word in text for word in words)

"""What is known of one table, part by part."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nicegui import ui

from wavehouse.console.catalog.lineage import show_lineage
from wavehouse.console.catalog.rollback import roll_back_dialog
from wavehouse.console.catalog.work import CatalogWork, Document
from wavehouse.console.elements.links import link as plain_link
from wavehouse.console.elements.links import state_link, tabs
from wavehouse.console.elements.panel import Panel, nothing
from wavehouse.console.elements.plain_table import Cell, badge, facts, table
from wavehouse.console.elements.safe import grid
from wavehouse.console.moments import moment
from wavehouse.console.shell import Frame, address
from wavehouse.console.shown_rows import ShownRows, told_of_cuts
from wavehouse.core.byte_sizes import size
from wavehouse.query.trino_types import is_number

PARTS = {
    "columns": "Columns",
    "sample": "Sample",
    "partitions": "Partitions",
    "statistics": "Statistics",
    "versions": "Versions",
    "snapshots": "Snapshots",
    "properties": "Properties",
    "lineage": "Lineage",
}


class TableParts:
    """One table. `go` shows another part of it, `link` is the address of one; `changed` says that it is not
    what it was."""

    def __init__(
        self,
        frame: Frame,
        work: CatalogWork,
        name: str,
        column: str,
        go: Callable[..., object],
        link: Callable[..., str],
        changed: Callable[[], object],
    ) -> None:
        self._frame, self._work, self._name, self._column = frame, work, name, column
        self._go, self._link, self._changed = go, link, changed

    def build(self, part: str) -> None:
        """Build it, with that part."""
        head = Panel(self._frame, self._name)
        with head.actions:
            asked = f"SELECT * FROM {_quoted(self._name)} LIMIT 100"
            plain_link("Query", address("sql", "", [("sql", asked)])).classes("wh-button-link")
        head.load(lambda: self._work.describe(self._name), self._facts, heals=True)
        panel = Panel(self._frame)
        panel.place.props["aria-label"] = PARTS[part]
        with panel.place:
            with ui.element("div") as bar:
                tabs(PARTS, part, self._link, self._go)
            bar.move(panel.place, target_index=0)
        work, name = self._work, self._name
        if part == "columns":
            panel.load(lambda: work.describe(name), self._columns, heals=True)
        elif part == "sample":
            panel.load_long(lambda stop: work.sample(name, stop), lambda found: _sample(*found))
        elif part == "partitions":
            panel.load(lambda: work.partitions(name), _partitions, heals=True)
        elif part == "statistics":
            panel.load_long(lambda stop: work.statistics(name, stop), _statistics)
        elif part == "versions":
            panel.load(lambda: work.versions(name), _versions, heals=True)
        elif part == "snapshots":
            panel.load(lambda: work.snapshots(name), self._snapshots, heals=True)
        elif part == "properties":
            panel.load(lambda: work.properties(name), _properties, heals=True)
        else:
            self._lineage(panel)

    def _facts(self, told: Document) -> None:
        if told["comment"]:
            ui.label(told["comment"])
        if told["deprecated"]:
            ui.label("Its files were not there at the last crawl.").classes("wh-remark wh-remark-bad")
        rows = "not counted" if told["rows"] is None else f"{told['rows']:,}"
        facts(
            [
                ("Format", told["format"]),
                ("Rows", rows),
                ("Files", f"{told['files']:,}"),
                ("Size", size(told["bytes"])),
                ("Columns", str(len(told["columns"]))),
                ("Snapshot", str(told["snapshot_id"]) if told["snapshot_id"] else "–"),
            ]
        )
        ui.label(told["location"]).classes("wh-code wh-muted")

    def _columns(self, told: Document) -> None:
        rows: list[list[Cell]] = []
        for column in told["columns"]:
            name = column["name"]
            link = lambda name=name: state_link(  # noqa: E731
                name, self._link("lineage", name), lambda: self._go("lineage", name)
            ).classes("wh-link")
            key = (lambda: badge("partition", "accent")) if column["partition"] else None
            rows.append([link, lambda type_=column["type"]: _code(type_), key, column["comment"]])  # type: ignore[misc]
        table(["Column", "Type", "", "What it is"], rows, wide=[3])

    def _snapshots(self, told: Document) -> None:
        if not told["snapshots"]:
            nothing("It has no snapshot yet.")
            return
        rows: list[list[Cell]] = []
        for one in reversed(told["snapshots"]):
            run = one["run_id"]
            link = (
                (lambda run=run: plain_link(run[:18], address("runs", run)).classes("wh-link"))
                if run
                else "–"
            )
            action: Cell = None
            if one["current"]:
                action = lambda: badge("current", "good")  # noqa: E731
            elif not self._frame.read_only and run:
                action = lambda one=one: self._back(one)  # noqa: E731
            done = " · ".join(filter(None, (one["action"], one["operation"])))
            id_ = str(one["snapshot_id"])
            rows.append([moment(one["committed_at"]), id_, one["rows"], link, done, action])
        table(["Shown since", "Snapshot", "Rows", "Run", "What was done", ""], rows, numbers=[2])

    def _back(self, snapshot: Document) -> None:
        wanted = str(snapshot["snapshot_id"])
        open_dialog = roll_back_dialog(self._frame, self._work, self._name, wanted, self._changed)
        ui.button("Roll back…", on_click=open_dialog).props("outline dense no-caps")

    def _lineage(self, panel: Panel) -> None:
        work, name, column = self._work, self._name, self._column

        def ask() -> tuple[list[str], Document | None]:
            names = [one["name"] for one in work.describe(name)["columns"]]
            return names, work.lineage(f"{name}.{column}") if column else None

        def show(found: tuple[list[str], Document | None]) -> None:
            names, told = found
            chosen = column if column in names else None
            select = ui.select(names, value=chosen, label="Column", with_input=True)
            select.props('outlined dense options-dense aria-label="Column"').classes("wh-select")
            select.on_value_change(lambda event: event.value and self._go("lineage", event.value))
            if told is None:
                nothing("Choose a column to see what it comes from, and what is made of it.")
            else:
                show_lineage(told)

        panel.load(ask, show, heals=True)


def _code(text: str) -> None:
    ui.label(text).classes("wh-code")


def _quoted(name: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split(".", 1))


def _sample(columns: Sequence[tuple[str, str]], shown: ShownRows) -> None:
    rows = shown.rows
    if not rows:
        nothing("It has no rows.")
        return
    definitions = [{"type": "rightAligned"} if is_number(type_) else {} for _, type_ in columns]
    made = grid(
        [name for name, _ in columns], rows, definitions, autoSizeStrategy={"type": "fitCellContents"}
    )
    made.classes("wh-records").style(f"height:{min(80 + 30 * len(rows), 480)}px")
    cuts = told_of_cuts(shown)
    ui.label(f"The first {len(rows)} rows that were found.{f' {cuts}.' if cuts else ''}").classes(
        "wh-muted-text"
    )


def _partitions(told: Document) -> None:
    if not told["keys"]:
        nothing("It is not partitioned.")
        return
    keys = len(told["keys"])
    whole = sum(one["bytes"] or 0 for one in told["partitions"]) or 1
    rows: list[list[Cell]] = [
        [
            *("NULL" if value is None else value for value in one["values"]),
            one["rows"],
            one["files"],
            size(one["bytes"]),
            lambda one=one: _share(one["bytes"] / whole),  # type: ignore[misc]
        ]
        for one in told["partitions"]
    ]
    if not rows:
        nothing("It has no partition yet.")
        return
    headings = [*told["keys"], "Rows", "Files", "Size", "Share of the bytes"]
    table(headings, rows, numbers=range(keys, keys + 3))


def _share(part: float) -> None:
    with ui.element("div").classes("wh-meter").props('aria-hidden="true"'):
        ui.element("div").classes("wh-meter-full").style(f"width:{max(part * 100, 0.5):.1f}%")


def _statistics(told: Document) -> None:
    rows: list[list[Cell]] = [
        [
            one["name"],
            lambda one=one: _code(one["type"]),  # type: ignore[misc]
            one["min"] if one["min"] is not None else "–",
            one["max"] if one["max"] is not None else "–",
            one["nulls"],
            f"{one['nulls'] / told['rows']:.1%}" if told["rows"] else "–",
            one["distinct"],
        ]
        for one in told["columns"]
    ]
    table(
        ["Column", "Type", "Smallest", "Largest", "NULLs", "Share", "Distinct"],
        rows,
        numbers=range(4, 7),
        wide=[2, 3],
    )
    if not told["exact"]:
        counted = "To count them: wavehouse statistics TABLE --exact"
        ui.label(f"Distinct values are estimated, and may be a third off. {counted}").classes("wh-muted-text")


def _versions(told: Document) -> None:
    rows: list[list[Cell]] = [
        [
            one["version"],
            moment(one["since"]),
            one["columns"],
            "–" if one["rows"] is None else one["rows"],
            one["files"],
            size(one["bytes"]),
            lambda one=one: _differences(one["differences"]),  # type: ignore[misc]
        ]
        for one in reversed(told["versions"])
    ]
    headings = ["Version", "Since", "Columns", "Rows", "Files", "Size", "What became different"]
    table(headings, rows, numbers=[0, *range(2, 6)], wide=[6])


def _differences(found: Sequence[Document]) -> None:
    if not found:
        ui.label("–")
    for one in found:
        ui.label(f"{one['what']} {one['name']}: {one['before']} → {one['after']}")


def _properties(told: Document) -> None:
    if not told["properties"]:
        nothing("It has no properties.")
        return
    table(["Property", "Value"], [[name, value] for name, value in told["properties"].items()], wide=[1])


def _run_link(run: str) -> None:
    plain_link(run[:18], address("runs", run)).classes("wh-link")

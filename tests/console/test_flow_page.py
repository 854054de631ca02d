"""The flow page: what it shows of every node, and editing as somebody with mouse or keyboard does it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.conftest import Wavehouse
from tests.console.conftest import Console

_SHIPPED = Path(__file__).parents[2] / "spotify"
_TEXT = (_SHIPPED / "flows/tracks.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory,
    wavehouse_in: Callable[[Path], Wavehouse],
    serve: Callable[..., Console],
) -> Console:
    """A server over a project and a lake that the tests may change."""
    folder = tmp_path_factory.mktemp("flow")
    done = wavehouse_in(folder)("demo", "demo", "--scale", "0.005")
    assert done.code == 0, done.stderr
    return serve(folder / "demo/lake", Path(shutil.copytree(_SHIPPED, folder / "spotify")))


@pytest.fixture
def file(served: Console) -> Iterator[Path]:
    """The file of the flow, as it is shipped."""
    path = served.project / "flows/tracks.yaml"
    path.write_text(_TEXT, "utf-8")
    yield path
    path.write_text(_TEXT, "utf-8")


@pytest.fixture
def flow(served: Console, file: Path, open_page: Callable[..., Page]) -> Page:
    """The page, once its findings are there."""
    assert file.is_file()
    page = open_page(served, "flow")
    expect(page.get_by_role("button", name="warning")).to_be_visible(timeout=30_000)
    return page


def _node(page: Page, id_: str) -> Locator:
    return page.locator(f'[data-node="{id_}"]')


def _edge(page: Page, start: str, end: str) -> Locator:
    return page.locator(f'[data-edge="{start}>{end}"]')


def _drag(page: Page, start: Locator, end: Locator) -> None:
    boxes = [start.bounding_box(), end.bounding_box()]
    (x, y), (to_x, to_y) = [
        (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box is not None
    ]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2, steps=4)
    page.mouse.move(to_x, to_y, steps=4)
    page.mouse.up()


def _move(page: Page, node: Locator) -> None:
    box = node.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 150, steps=5)
    page.mouse.up()


def _tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name, exact=True)


def _field(page: Page, name: str) -> Locator:
    return page.locator(".ff-form").get_by_label(re.compile(f"^{name}")).first


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def test_every_node_says_what_it_is_and_what_the_last_run_made_of_it(flow: Page) -> None:
    expect(flow.locator(".fg-node")).to_have_count(20)
    expect(_node(flow, "with_features")).to_contain_text("Add audio features where there are any")
    expect(_node(flow, "with_features")).to_contain_text("left on track_id = features_id")
    expect(_node(flow, "with_features")).to_contain_text("rows")
    expect(_node(flow, "spotify_tracks")).to_contain_text(" s")
    expect(_node(flow, "spotify_tracks").locator(".fg-is-good")).to_be_visible()
    expect(_node(flow, "tracks_parquet").locator(".fg-is-warning")).to_be_visible()
    # Of what a query makes of its input, a run counts nothing.
    expect(_node(flow, "artists_with_genres").locator(".fg-is-none")).to_be_visible()
    expect(flow.get_by_text("Last run")).to_contain_text("done in")


def test_a_node_shows_fields_schema_preview_findings_sql_and_json(flow: Page) -> None:
    _node(flow, "without_keys").click()
    expect(_field(flow, "Paths")).to_have_value("artists_id\ntracks_id\nfeatures_id")
    _tab(flow, "Schema").click()
    expect(flow.get_by_role("cell", name="release_decade")).to_be_visible()
    expect(flow.get_by_role("cell", name="artists_id")).to_have_count(0)
    _tab(flow, "Preview").click()
    expect(flow.get_by_role("columnheader", name="track_id (string)")).to_be_visible(timeout=20_000)
    expect(flow.locator(".fl-body tbody tr")).to_have_count(50)
    _tab(flow, "SQL").click()
    expect(flow.locator(".fl-code")).to_contain_text('FROM "staging"."albums"', timeout=20_000)
    _button(flow, "athena").click()
    expect(_button(flow, "athena")).to_have_attribute("aria-pressed", "true")
    _tab(flow, "Glue JSON").click()
    expect(flow.locator(".fl-code")).to_contain_text('"DropFields"', timeout=20_000)
    _node(flow, "tracks_parquet").click()
    _tab(flow, "Lint").click()
    expect(flow.locator(".fl-finding")).to_contain_text("F401")
    expect(flow).to_have_url(re.compile("node=tracks_parquet&tab=lint"))


def test_the_address_shows_the_same_again(flow: Page, served: Console) -> None:
    flow.goto(served.address("flow/tracks?node=with_tracks&tab=schema"))
    expect(_tab(flow, "Schema")).to_have_attribute("aria-selected", "true")
    expect(flow.get_by_role("heading", name="Join with tracks")).to_be_visible()


def test_an_edited_field_is_saved_with_all_comments_kept(flow: Page, file: Path) -> None:
    _node(flow, "with_features").click()
    flow.get_by_role("combobox", name="JoinType").select_option("equijoin")
    expect(_node(flow, "with_features")).to_contain_text("equijoin")
    expect(_node(flow, "spotify_tracks")).to_contain_text("edited")
    assert file.read_text("utf-8") == _TEXT
    _button(flow, "Save").click()
    expect(flow.get_by_text("Saved tracks.yaml")).to_be_visible()
    before = "Inputs: [with_tracks, features_once]\n      JoinType: "
    assert file.read_text("utf-8") == _TEXT.replace(f"{before}left", f"{before}equijoin")
    expect(_button(flow, "Save")).to_be_disabled()


def test_what_is_wrong_with_a_field_stands_at_the_field(flow: Page, file: Path) -> None:
    _node(flow, "without_keys").click()
    _field(flow, "Paths").fill("")
    _field(flow, "Paths").blur()
    expect(flow.locator(".ff-error")).to_have_text("It needs 1 item or more, and has 0")
    expect(_field(flow, "Paths")).to_have_attribute("aria-invalid", "true")
    expect(_node(flow, "without_keys").locator(".fg-is-bad")).to_be_visible()
    _button(flow, "Save").click()
    expect(flow.get_by_role("alert")).to_contain_text("it needs 1 item or more")
    assert file.read_text("utf-8") == _TEXT
    _field(flow, "Paths").fill("artists_idd")
    _field(flow, "Paths").blur()
    _tab(flow, "Lint").click()
    expect(flow.locator(".fl-finding").first).to_contain_text(
        "did you mean 'artists_id'", timeout=20_000, ignore_case=True
    )


def test_what_is_being_typed_stays_when_findings_arrive(flow: Page) -> None:
    _node(flow, "with_features").click()
    flow.get_by_role("combobox", name="JoinType").select_option("equijoin")
    expect(_button(flow, "Looking for findings …")).to_be_visible()
    _field(flow, "Name").fill("Half a na")
    expect(_button(flow, "Looking for findings …")).to_have_count(0, timeout=30_000)
    expect(_field(flow, "Name")).to_have_value("Half a na")
    _field(flow, "Name").blur()
    expect(_node(flow, "with_features")).to_contain_text("Half a na")


def test_ports_are_connected_by_dragging_and_undone_by_keys(flow: Page) -> None:
    _drag(flow, _node(flow, "with_tracks").locator(".fg-out"), _node(flow, "without_keys").locator(".fg-in"))
    expect(_edge(flow, "with_tracks", "without_keys")).to_be_attached()
    expect(_edge(flow, "with_features", "without_keys")).to_have_count(0)
    flow.keyboard.press("Control+z")
    expect(_edge(flow, "with_features", "without_keys")).to_be_attached()
    expect(_edge(flow, "with_tracks", "without_keys")).to_have_count(0)
    flow.keyboard.press("Control+Shift+z")
    expect(_edge(flow, "with_tracks", "without_keys")).to_be_attached()
    _button(flow, "Undo").click()
    expect(_button(flow, "Undo")).to_be_disabled()


def test_a_circle_is_refused_in_words(flow: Page) -> None:
    _drag(flow, _node(flow, "without_keys").locator(".fg-out"), _node(flow, "albums_once").locator(".fg-in"))
    expect(flow.get_by_role("alert")).to_contain_text("would go round in a circle")
    expect(_button(flow, "Undo")).to_be_disabled()


def test_nodes_are_added_connected_deleted_and_renamed(flow: Page, file: Path) -> None:
    _node(flow, "without_keys").click()
    _button(flow, "Add node").click()
    flow.get_by_role("menuitem", name="Drop Duplicates").click()
    expect(_edge(flow, "without_keys", "drop_duplicates")).to_be_attached()
    _field(flow, "Id").fill("once")
    _field(flow, "Id").blur()
    expect(_node(flow, "once")).to_be_visible()
    _drag(flow, _node(flow, "once").locator(".fg-out"), _node(flow, "tracks_parquet").locator(".fg-in"))
    expect(_edge(flow, "once", "tracks_parquet")).to_be_attached()
    flow.keyboard.press("Control+s")
    expect(flow.get_by_text("Saved tracks.yaml")).to_be_visible()
    assert "  once:\n    DropDuplicates: {Name: Drop Duplicates, Inputs: [without_keys]}\n" in file.read_text(
        "utf-8"
    )
    assert "Inputs: [once]\n      Path:" in file.read_text("utf-8")
    _node(flow, "once").click()
    _node(flow, "once").press("Delete")
    expect(_node(flow, "once")).to_have_count(0)
    expect(_node(flow, "tracks_parquet").locator(".fg-is-bad")).to_be_visible()


def test_a_dragged_node_stays_where_it_was_put(flow: Page, served: Console, file: Path) -> None:
    node = _node(flow, "artists_csv")
    before = node.get_attribute("style")
    _move(flow, node)
    put = node.get_attribute("style")
    assert put != before
    _node(flow, "with_features").click()
    flow.get_by_role("combobox", name="JoinType").select_option("equijoin")
    expect(_node(flow, "with_features")).to_contain_text("equijoin")
    assert node.get_attribute("style") == put
    flow.keyboard.press("Escape")
    _button(flow, "Undo").click()
    flow.goto(served.address("flow"))
    expect(node).to_have_attribute("style", put or "")
    _button(flow, "Tidy up").click()
    expect(node).to_have_attribute("style", before or "")
    assert file.read_text("utf-8") == _TEXT


def test_the_keyboard_reaches_everything(flow: Page) -> None:
    _node(flow, "albums_csv").focus()
    flow.keyboard.press("ArrowRight")
    expect(_node(flow, "albums_typed")).to_be_focused()
    flow.keyboard.press("ArrowDown")
    expect(_node(flow, "artists_typed")).to_be_focused()
    flow.keyboard.press("Enter")
    expect(flow.get_by_role("heading", name="Type artists")).to_be_visible()
    flow.keyboard.press("c")
    _node(flow, "albums_once").press("c")
    expect(_edge(flow, "artists_typed", "albums_once")).to_be_attached()
    _edge(flow, "artists_typed", "albums_once").press("Delete")
    expect(_edge(flow, "artists_typed", "albums_once")).to_have_count(0)
    _node(flow, "artists_typed").press("Shift+ArrowDown")
    expect(_button(flow, "Tidy up")).to_be_visible()
    _button(flow, "Tidy up").click()


def test_what_is_not_saved_outlives_the_page_in_its_browser_alone(
    flow: Page, served: Console, file: Path, open_page: Callable[..., Page]
) -> None:
    _node(flow, "with_features").click()
    flow.get_by_role("combobox", name="JoinType").select_option("equijoin")
    expect(flow.get_by_text("Unsaved changes")).to_be_visible()
    flow.reload()
    expect(_node(flow, "with_features")).to_contain_text("equijoin")
    expect(flow.get_by_text("Unsaved changes")).to_be_visible()
    expect(_button(flow, "Undo")).to_be_enabled()
    expect(_node(open_page(served, "flow"), "with_features")).to_contain_text("left on")
    _button(flow, "Discard").click()
    expect(_node(flow, "with_features")).to_contain_text("left on")
    expect(_button(flow, "Save")).to_be_disabled()
    flow.reload()
    expect(_node(flow, "with_features")).to_contain_text("left on")
    assert file.read_text("utf-8") == _TEXT


def test_two_pages_of_a_browser_edit_the_same(flow: Page, served: Console) -> None:
    other = flow.context.new_page()
    other.goto(served.address("flow"))
    expect(_node(other, "with_features")).to_contain_text("left on")
    _node(flow, "with_features").click()
    flow.get_by_role("combobox", name="JoinType").select_option("equijoin")
    expect(_node(other, "with_features")).to_contain_text("equijoin")
    _button(other, "Undo").click()
    expect(_node(flow, "with_features")).to_contain_text("left on")


def test_back_leads_to_the_node_before_on_the_same_page(flow: Page) -> None:
    _node(flow, "with_features").click()
    expect(flow).to_have_url(re.compile("node=with_features"))
    flow.evaluate("window.same = true")
    _node(flow, "with_tracks").click()
    expect(flow.get_by_role("heading", name="Join with tracks")).to_be_visible()
    expect(flow).to_have_url(re.compile("node=with_tracks"))
    flow.go_back()
    expect(flow.get_by_role("heading", name="Add audio features")).to_be_visible()
    expect(flow).to_have_url(re.compile("node=with_features"))
    assert flow.evaluate("window.same")


def test_arrows_go_from_tab_to_tab(flow: Page) -> None:
    _node(flow, "with_features").click()
    _tab(flow, "Fields").focus()
    flow.keyboard.press("ArrowRight")
    expect(_tab(flow, "Schema")).to_be_focused()
    expect(_tab(flow, "Schema")).to_have_attribute("aria-selected", "true")
    expect(_tab(flow, "Fields")).to_have_attribute("tabindex", "-1")
    flow.keyboard.press("End")
    expect(_tab(flow, "Glue JSON")).to_be_focused()
    flow.keyboard.press("ArrowRight")
    expect(_tab(flow, "Fields")).to_be_focused()


def test_a_file_that_somebody_else_changed_is_shown_beside_ones_own(flow: Page, file: Path) -> None:
    _node(flow, "with_features").click()
    flow.get_by_role("combobox", name="JoinType").select_option("equijoin")
    expect(_button(flow, "Save")).to_be_enabled()
    theirs = _TEXT.replace("Drop the joined keys", "Drop keys")
    file.write_text(theirs, "utf-8")
    _button(flow, "Save").click()
    dialog = flow.get_by_role("dialog")
    expect(dialog).to_contain_text("Somebody else has written tracks.yaml")
    expect(dialog.locator(".fl-removed")).to_contain_text(["Drop keys"])
    expect(dialog.locator(".fl-added").first).to_be_visible()
    assert file.read_text("utf-8") == theirs
    dialog.get_by_role("button", name="Load the file").click()
    expect(_node(flow, "without_keys")).to_contain_text("Drop keys")
    expect(_button(flow, "Save")).to_be_disabled()
    _button(flow, "Undo").click()
    expect(_node(flow, "with_features")).to_contain_text("equijoin")


def test_without_edits_the_page_follows_the_file(flow: Page, file: Path) -> None:
    file.write_text(_TEXT.replace("Drop the joined keys", "Drop keys"), "utf-8")
    expect(_node(flow, "without_keys")).to_contain_text("Drop keys")


def test_a_broken_file_is_told_with_its_line_and_shown_once_it_is_mended(
    served: Console, file: Path, open_page: Callable[..., Page]
) -> None:
    file.write_text(_TEXT.replace("flow: tracks", "flow: [tracks"), "utf-8")
    page = open_page(served, "flow")
    expect(page.get_by_role("alert")).to_contain_text("not valid YAML")
    file.write_text(_TEXT, "utf-8")
    expect(_node(page, "with_features")).to_be_visible(timeout=30_000)


def test_a_run_takes_what_was_edited(flow: Page, file: Path) -> None:
    _node(flow, "with_features").click()
    _field(flow, "Name").fill("Add features")
    _field(flow, "Name").blur()
    _button(flow, "Save and run").click()
    expect(flow.get_by_text("Running")).to_be_visible()
    expect(flow.get_by_text("The run is done")).to_be_visible(timeout=60_000)
    assert "Name: Add features\n" in file.read_text("utf-8")
    expect(flow.get_by_text("Last run just now")).to_be_visible()
    expect(_node(flow, "with_features")).to_contain_text("rows")


def test_read_only_shows_all_and_edits_nothing(
    demo: Path, project: Path, serve: Callable[..., Console], open_page: Callable[..., Page]
) -> None:
    page = open_page(serve(demo / "lake", project, "--read-only"), "flow/tracks?node=with_features")
    expect(page.get_by_role("combobox", name="JoinType")).to_be_disabled()
    for name in ("Add node", "Undo", "Redo", "Save", "Run"):
        expect(_button(page, name)).to_have_count(0)
    _drag(page, _node(page, "with_tracks").locator(".fg-out"), _node(page, "without_keys").locator(".fg-in"))
    _node(page, "with_features").press("Delete")
    expect(_node(page, "with_features")).to_be_visible()
    expect(_edge(page, "with_tracks", "without_keys")).to_have_count(0)


def test_who_may_only_read_moves_no_node_for_others(
    demo: Path, project: Path, serve: Callable[..., Console], open_page: Callable[..., Page]
) -> None:
    served = serve(demo / "lake", project, "--read-only")
    page = open_page(served, "flow")
    node = _node(page, "artists_csv")
    before = node.get_attribute("style") or ""
    _move(page, node)
    expect(node).not_to_have_attribute("style", before)
    expect(_node(open_page(served, "flow"), "artists_csv")).to_have_attribute("style", before)

"""Folders of many shapes, each with the tables that it must become."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.crawl.crawling import Crawling
from tests.catalog.crawl.shapes import SHAPES, differences, make, read_shape

from wavehouse.catalog.classifiers import CsvClassifier
from wavehouse.engines.engine import Engine


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in SHAPES])
def test_a_shape_becomes_the_tables_that_it_must(path: Path, tmp_path: Path, engine: Engine) -> None:
    shape = read_shape(path)
    options = dict(shape.get("options") or {})
    classifiers = [CsvClassifier.model_validate(one) for one in options.pop("classifiers", [])]
    crawl = Crawling(tmp_path, engine, classifiers)
    make(crawl, shape["files"])
    done = crawl(**options)
    assert differences(shape, done, crawl.root) == []
    for one in done.differences:
        if one.after is not None:
            table = crawl.asked(f"SELECT * FROM {one.name}")
            columns = [column.name for column in (*one.after.columns, *one.after.partition_by)]
            assert {column.name for column in table.columns} == {*columns}
            assert one.after.rows in (None, len(table.rows))
    # What is crawled again is the same again, whoever remembers it.
    for recrawl in ("changed", "everything"):
        again = crawl(recrawl=recrawl, **options)
        assert set(again.changes.values()) <= {"unchanged"}, recrawl
        assert again.found.problems == done.found.problems


def test_there_are_enough_shapes() -> None:
    assert len(SHAPES) >= 60
    assert all(read_shape(path)["about"].endswith(".") for path in SHAPES)

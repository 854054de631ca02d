"""The form of a node asks for every field of its kind, as what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flow.random_graphs import node_of

from wavehouse.flow.editing.form import Complaint, FormField, complaints, form_of
from wavehouse.flow.nodes import KINDS, Node
from wavehouse.flow.nodes.written import written


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_asked_for(kind: str) -> None:
    form = form_of(kind)
    assert [one.name for one in form.fields] == [one for one in KINDS[kind].model_fields if one != "Inputs"]
    assert form.about


def test_fields_are_asked_for_as_what_they_are() -> None:
    join = {one.name: one for one in form_of("Join").fields}
    assert join["Name"] == FormField("Name", "text", False)
    assert join["JoinType"].control == "choice"
    assert join["JoinType"].choices[:2] == ("equijoin", "left")
    assert [(one.name, one.control) for one in join["Columns"].fields] == [
        ("From", "input"),
        ("Keys", "columns"),
    ]
    csv = {one.name: (one.control, one.optional, one.default) for one in form_of("S3CsvSource").fields}
    assert csv["Paths"] == ("texts", False, None)
    assert csv["WithHeader"] == ("flag", True, True)
    assert csv["MaxBand"] == ("number", True, None)
    assert csv["AdditionalOptions"][0] == "group"
    assert {one.name: one.control for one in form_of("RenameField").fields}["SourcePath"] == "column"
    assert {one.name: one.language for one in form_of("SparkSQL").fields}["SqlQuery"] == "sql"
    assert {one.name: one.control for one in form_of("S3IcebergCatalogTarget").fields}[
        "AdditionalOptions"
    ] == "map"


@given(st.data())
def test_what_a_model_takes_gives_no_complaint(data: st.DataObject) -> None:
    kind: type[Node] = data.draw(st.sampled_from([*KINDS.values()]))
    node = data.draw(node_of(kind, ["a", "b"] if kind.__name__ in ("Join", "Union") else ["a"]))
    assert complaints(kind.__name__, written(node)) == []


def test_a_complaint_names_its_field() -> None:
    columns = [{"From": "a", "Keys": []}, {"From": "b", "Keys": [["x"]]}]
    fields = {"Name": "J", "Inputs": ["a", "b"], "JoinType": "lefft", "Columns": columns}
    assert complaints("Join", fields) == [
        Complaint(
            ("JoinType",),
            "it must be 'equijoin', 'left', 'right', 'outer', 'leftsemi' or 'leftanti', not 'lefft' "
            "(did you mean 'left'?)",
        ),
        Complaint(("Columns", 0, "Keys"), "it needs 1 item or more, and has 0"),
    ]

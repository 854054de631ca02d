"""What nodes are called, and what the names of a script stand for."""

from __future__ import annotations

from tests.flow.glue_script.reading import nodes


def test_ids_are_variables_and_names_are_comments() -> None:
    found = nodes(
        "# Script generated for node Drop Fields\n"
        'DropFields_node1670000000001 = DropFields.apply(frame=a, paths=["x"])\n'
        "# Script generated for node Ünïcode, and more: #1\n"
        'dropfields_node2 = DropFields.apply(frame=a, paths=["y"], transformation_ctx="no")\n'
        'ü_node3 = a.drop_fields(["z"])\n'
        'DropFields.apply(frame=a, paths=["z"], transformation_ctx="alone_node4")\n'
        'e = DropFields.apply(frame=a.drop_fields(["z"]), paths=["z"])\n'
    )
    names = {id_: next(iter(node.values()))["Name"] for id_, node in found.items()}
    assert names == {
        "DropFields": "Drop Fields",
        "dropfields_2": "Ünïcode, and more: #1",
        "DropFields_3": "ü",
        "alone": "alone",
        "DropFields_4": "DropFields",
        "e": "e",
    }


def test_a_variable_stands_for_what_it_was_given_last() -> None:
    """As people edit: the same name again, even that of the transform."""
    found = nodes(
        'x = DropFields.apply(frame=a, paths=["p"])\n'
        'x = DropFields.apply(frame=x, paths=["q"])\n'
        'DropFields = DropFields.apply(frame=x, paths=["r"])\n'
        'y = DropFields.drop_fields(["s"])\n'
        "from awsglue.transforms import SelectFields as DropFields\n"
        'z = DropFields.apply(frame=y, paths=["t"])\n'
    )
    assert [(id_, *node, *node[next(iter(node))]["Inputs"]) for id_, node in found.items()] == [
        ("x", "DropFields", "a"),
        ("x_2", "DropFields", "x"),
        ("DropFields", "DropFields", "x_2"),
        ("y", "DropFields", "DropFields"),
        ("z", "SelectFields", "y"),
    ]

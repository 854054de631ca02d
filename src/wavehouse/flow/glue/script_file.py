"""A script of Glue Studio's as the tree of a flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wavehouse.flow.glue.places import Places
from wavehouse.flow.glue_script import read_script, script_text
from wavehouse.project.definition_file import DefinitionFile


@dataclass(frozen=True)
class ScriptFile(DefinitionFile):
    """The graph of a script; it tells places by the node alone, since one node has several statements."""

    # (A script says no name.)
    names_itself = False

    def where(self, location: Sequence[Any] = ()) -> str:
        """The script, and the node in it."""
        node = location[1] if len(location) > 1 and location[0] == "nodes" else None
        return f"{self.path}: {node}" if node else str(self.path)


def is_script(source: str, content: bytes) -> bool:
    """Whether a document is a script rather than JSON: by the ending of its name, else by how it begins."""
    return source.endswith(".py") or (
        not source.endswith(".json") and not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))
    )


def read_script_file(path: Path, content: bytes, places: Places, name: str) -> ScriptFile:
    """The tree of a flow in a script, which says no name: it gets `name`.

    Raises `DefinitionError` for what Glue Studio does not write, with all its lines.
    """
    nodes = read_script(script_text(content, str(path)), str(path))
    in_flow = {
        id_: {kind: places.in_flow(fields) for kind, fields in node.items()} for id_, node in nodes.items()
    }
    return ScriptFile(path, {"flow": name, "nodes": in_flow})

"""ECharts as it lies in NiceGUI's wheel, to be put into a file; nothing of it is kept here."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from wavehouse.core.errors import OutsideError

_IMPORT = re.compile(r'from\s*"\./([\w.-]+\.js)"')


@cache
def imports() -> dict[str, str]:
    """An import map by which a page without a server finds `nicegui-echart` and `wavehouse-drawing`.

    Raises `OutsideError` where the installed package has no such file.
    """
    spec = find_spec("nicegui")
    folder = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else Path()
    entry = folder / "elements" / "echart" / "dist" / "index.js"
    try:
        text = entry.read_text("utf-8")
        # What it imports has a name relative to it, which means nothing in a page: it gets one of ours.
        names = dict.fromkeys(_IMPORT.findall(text))
        found = {
            f"echarts/{name}": _address(_without_map(entry.with_name(name).read_text("utf-8")))
            for name in names
        }
    except OSError as error:
        raise OutsideError(
            "ECharts was not found in the installed package nicegui",
            where=str(entry),
            remedy="Install wavehouse with its requirements anew",
        ) from error
    for name in names:
        text = text.replace(f'"./{name}"', f'"echarts/{name}"')
    drawing = Path(__file__).parents[1] / "browser" / "index.js"
    return {
        **found,
        "nicegui-echart": _address(_without_map(text)),
        "wavehouse-drawing": _address(drawing.read_text("utf-8")),
    }


def _without_map(text: str) -> str:
    return re.sub(r"//# sourceMappingURL=\S+", "", text)


def _address(text: str) -> str:
    return f"data:text/javascript;base64,{base64.b64encode(text.encode()).decode()}"
